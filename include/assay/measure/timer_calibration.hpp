// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace assay {

/// What a pair of events adds to the time of the kernel between them, found beside the samples, in the same
/// cache state and launch mode. All in seconds.
struct timer_calibration {
  double event_tick = 0.0;         ///< the step of the events, as seen
  double event_pair = 0.0;         ///< two events with nothing between
  double empty_event_time = 0.0;   ///< events around an empty kernel, in the sequence of the samples
  double empty_device_time = 0.0;  ///< one of many empty kernels in a graph: what the device needs for it
  double overhead = 0.0;           ///< empty_event_time − empty_device_time
  double uncertainty = 0.0;        ///< the overhead of a single kernel lies within ± this
  double launch_time = 0.0;        ///< of the host, for one launch of the empty kernel
  double slope = 0.0;     ///< event time over kernel length, of spinning kernels; 1 where events are true
  double scatter = 0.0;   ///< of the empty kernel's times beside the samples: from 5 % to 95 % of them
  double residual = 0.0;  ///< the largest departure from that line
};

}  // namespace assay
