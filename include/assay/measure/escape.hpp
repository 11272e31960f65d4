// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>

#include "assay/backend/device.hpp"

namespace assay {

/// Work that a launch puts on a stream that the engine's stream does not wait for shows as the time by which
/// the whole device is busy longer than its stream. The launch finds an idle device: beside a cache sweep
/// that is still under way, such work of 20 us would be done as soon as the stream.
class beside_watch {
 public:
  struct times {
    double stream = 0.0;  ///< s of the launch on the engine's stream
    double beside = 0.0;  ///< s that the device was busy beyond, and what the host takes to see it idle
  };

  /// s: more than this the host takes for nothing of its own.
  static constexpr double most_of_host = 30e-6;

  explicit beside_watch(device& target) : device_(target), before_(target), after_(target) {}

  [[nodiscard]] times look(const std::function<void()>& launch) {
    device_.synchronize();
    before_.record();
    launch();
    after_.record();
    device_.check_launch();
    const double stream = before_.seconds_until(after_);  // waits for the stream alone
    const double stream_done = device_.now();
    device_.query_stream();
    const double answered = device_.now();
    device_.synchronize();
    // A question takes 1 us. What it takes beyond is not the device's work, but the driver's.
    constexpr double longest_question = 2e-6;
    const double busy_driver = std::clamp(answered - stream_done - longest_question, 0.0, most_of_host);
    return {stream, device_.now() - stream_done - busy_driver};
  }

 private:
  device& device_;
  event before_, after_;
};

}  // namespace assay
