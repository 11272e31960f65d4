// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "assay/backend/device.hpp"

namespace assay {

/// How long the whole device was busy after its stream was done with a launch.
struct busy_beside {
  double seconds = 0.0;
  bool by_device = false;  ///< from the device's own stamps, so that what the host does then is not in it
};

/// Work that a launch puts on a stream that the engine's stream does not wait for shows here. The launch
/// finds an idle device: beside a cache sweep that is still under way, such work of 20 us would be done as
/// soon as the stream.
class beside_watch {
 public:
  explicit beside_watch(device& target)
      : device_(target), before_(target), stream_done_(target), all_done_(target) {}

  /// Where the device has no event of all its streams, the host waits for it, and a launch that destroys
  /// streams makes that longer: with a `pause` of s before it waits, what the launch put there is done, and
  /// what is left is the host's.
  [[nodiscard]] busy_beside look(const std::function<void()>& launch, double pause = 0.0) {
    device_.synchronize();
    before_.record();
    launch();
    stream_done_.record();
    device_.check_launch();
    static_cast<void>(before_.seconds_until(stream_done_));  // waits for the stream alone
    if (pause > 0) device_.spin(pause);
    const double begin = device_.now();
    // Not earlier: a host thread of the launch's own may have been about to put work somewhere.
    const bool by_device = all_done_.record_of_all();
    device_.synchronize();
    return {by_device ? stream_done_.seconds_until(all_done_) : device_.now() - begin, by_device};
  }

 private:
  device& device_;
  event before_, stream_done_, all_done_;
};

}  // namespace assay
