// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "assay/backend/device.hpp"

namespace assay {

/// Seconds by which the whole device was busy longer than its stream after a launch, as the host sees it.
/// Work that a launch puts on a stream that the engine's stream does not wait for shows here. The launch
/// finds an idle device: beside a cache sweep that is still under way, such work of 20 us would be done as
/// soon as the stream. With a `pause` of s before it looks, what was put there is done, and what is left is
/// the host's: a launch that destroys streams makes the next synchronisation longer.
[[nodiscard]] inline double seconds_beside(device& target, event& before, event& after,
                                           const std::function<void()>& launch, double pause = 0.0) {
  target.synchronize();
  before.record();
  launch();
  after.record();
  target.check_launch();
  static_cast<void>(before.seconds_until(after));  // waits for the stream alone
  if (pause > 0) target.spin(pause);
  const double stream_done = target.now();
  target.synchronize();
  return target.now() - stream_done;
}

}  // namespace assay
