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
///
/// Kernels are told by the device, where it has an occupancy probe: one follows the launch, and one more a
/// moment later, for what itself waited for the launch. A kernel that fills the device shows as the time by
/// which the stream then takes longer than enqueueing the probes. What else there is (copies, a host thread
/// that launches later) is told by the host, which waits for the device after the stream: on an H200 that
/// takes 1 us, and now and then 10 to 40 us longer after streams were destroyed, whatever the device does.
///
/// Nothing of this sees a kernel that fills the device and was launched before the stream's own: here the
/// stream waits for it, while in a sample it runs and ends before the gate opens. It shows as a stream that
/// takes longer here than enqueueing the launch and a sample of it together.
class beside_watch {
 public:
  struct times {
    double stream = 0.0;  ///< s of the launch on the engine's stream
    double beyond = 0.0;  ///< s of them beyond what the host took to enqueue the launch and its events
    double host = 0.0;    ///< s that the launch kept the host
    double done = 0.0;    ///< when the host knew, by device::now(); probes come after
    double beside = 0.0;  ///< s that the device was busy beyond, and what it takes to see that it is not
  };

  /// s: more than this the host takes for nothing of its own.
  static constexpr double most_of_host = 30e-6;

  explicit beside_watch(device& target)
      : device_(target),
        probed_(target.has_occupancy_probe()),
        before_(target),
        after_(target),
        last_(target) {}

  [[nodiscard]] times look(const std::function<void()>& launch) {
    if (probed_) device_.clear_occupancy();
    device_.synchronize();
    const double idle_before = device_.now();
    before_.record();
    const double begin = device_.now();
    launch();
    const double host = device_.now() - begin;
    after_.record();
    device_.check_launch();
    const double recorded = device_.now();
    if (probed_) probe_twice();
    const double enqueued = device_.now();
    const double stream = before_.seconds_until(after_);
    const double beyond = stream - (recorded - idle_before);
    const double done = device_.now();
    const double waited = probed_ ? after_.seconds_until(last_) - (enqueued - recorded) : 0.0;
    const double stream_done = device_.now();
    device_.query_stream();
    const double answered = device_.now();
    device_.synchronize();
    const double idle = device_.now();
    // A question takes 1 us. What it takes beyond is not the device's work, but the driver's.
    constexpr double longest_question = 2e-6;
    const double busy_driver = std::clamp(answered - stream_done - longest_question, 0.0, most_of_host);
    const double by_host = idle - stream_done - busy_driver;
    if (!probed_) return {stream, beyond, host, idle, by_host};
    // The probes themselves take some 10 us, a driver was seen to need 36, and more after a long launch.
    constexpr double probes = 10e-6, driver = 100e-6;
    const double kernels = device_.occupancy_delay(0) + device_.occupancy_delay(1);
    return {stream, beyond, host, done,
            std::max(kernels, waited > probes + most_of_host ? waited : 0.0) +
                (by_host > std::max(driver, 0.1 * host) ? by_host : 0.0)};
  }

 private:
  void probe_twice() {
    constexpr double moment = 4e-6;
    device_.probe_occupancy(0);
    device_.launch_spin(moment);
    device_.probe_occupancy(1);
    last_.record();
  }

  device& device_;
  bool probed_;
  event before_, after_, last_;
};

}  // namespace assay
