// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/stats/order_statistics.hpp"

namespace assay {

/// What to enqueue as one batch: `samples` times [prepare, event, `launches` × launch, event].
struct batch_plan {
  int samples = 1;
  int launches = 1;
  bool gate = true;            ///< hold the stream until all of it is enqueued, where the device can
  double gate_timeout = 0.25;  ///< s
  bool counters = false;       ///< read the device\'s counters before and after, which costs about 20 us
  std::function<void()> prepare = {};  ///< may be empty
  std::function<void()> launch = {};   ///< may be empty: then the events have nothing between them
};

/// What a batch gave. Times in seconds.
struct batch {
  std::vector<double> seconds;  ///< between the events of each sample
  std::vector<double> starts;   ///< of each sample, after the first batch began
  bool gated = false;           ///< there was a gate and it held until everything was enqueued
  bool gate_expired = false;    ///< there was a gate and it opened by itself: the times hold host time
  int blocked_sample = -1;      ///< the sample whose launch waited for the device while the gate was closed
  double host_time = 0.0;       ///< of the host for one launch: the median over the samples
  counter_difference counters;  ///< where they were read
};

/// Takes batches of samples with the events of a device.
class batch_timer {
 public:
  batch_timer(device& target, int most_samples) : device_(target), origin_(target) {
    for (int i = 0; i < 2 * most_samples; ++i) events_.emplace_back(target);
  }

  /// Throws what a callable or the device throws; the gate is open then.
  [[nodiscard]] batch run(const batch_plan& plan) {
    if (!std::exchange(begun_, true)) {
      origin_.record();
      device_.read_counters(0);  // what it allocates and loads must not wait for a gate
    }
    batch result;
    std::vector<double> host_times;
    const bool gated = plan.gate && device_.close_gate(plan.gate_timeout);
    try {
      if (plan.counters) device_.read_counters(0);
      for (int i = 0; i < plan.samples; ++i) {
        if (plan.prepare) plan.prepare();
        first(i).record();
        const double start = device_.now();
        if (plan.launch)
          for (int k = 0; k < plan.launches; ++k) plan.launch();
        const double spent = device_.now() - start;
        second(i).record();
        host_times.push_back(spent / plan.launches);
        if (gated && result.blocked_sample < 0 && spent > plan.gate_timeout / 2) result.blocked_sample = i;
      }
      if (plan.counters) device_.read_counters(1);
      device_.check_launch();
    } catch (...) {
      try {
        if (gated) device_.open_gate();
      } catch (...) {  // what was thrown first tells more, and a gate opens by itself
      }
      throw;
    }
    if (gated) device_.open_gate();
    device_.synchronize();

    result.gate_expired = gated && !device_.gate_held();
    result.gated = gated && !result.gate_expired;
    result.host_time = median(host_times);
    for (int i = 0; i < plan.samples; ++i) {
      result.seconds.push_back(first(i).seconds_until(second(i)));
      result.starts.push_back(origin_.seconds_until(first(i)));
    }
    if (plan.counters) result.counters = device_.counters_between(0, 1);
    return result;
  }

 private:
  event& first(int sample) { return events_[static_cast<std::size_t>(2 * sample)]; }
  event& second(int sample) { return events_[static_cast<std::size_t>(2 * sample + 1)]; }

  device& device_;
  event origin_;
  std::vector<event> events_;
  bool begun_ = false;
};

}  // namespace assay
