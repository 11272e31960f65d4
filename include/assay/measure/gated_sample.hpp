// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "assay/backend/device.hpp"

namespace assay {

/// What to enqueue as one sample: [prepare, event, `launches` × launch, event].
struct sample_plan {
  int launches = 1;
  bool gate = true;                    ///< hold the stream until all of it is enqueued, where the device can
  double gate_timeout = 0.25;          ///< s
  std::function<void()> prepare = {};  ///< may be empty
  std::function<void()> launch = {};   ///< may be empty: then the events have nothing between them
  bool own = false;                    ///< the engine's own work, which never waits for the device
};

/// What a sample gave. Times in seconds.
struct gated_sample {
  double seconds = 0.0;       ///< between the events
  double start = 0.0;         ///< of the first event, after the first sample of the timer
  double host_time = 0.0;     ///< of the host for one launch
  bool gated = false;         ///< there was a gate and it held until everything was enqueued
  bool gate_expired = false;  ///< there was a gate and it opened by itself: the time holds host time
};

/// Takes samples with the events of a device, one behind each gate: whatever is enqueued after a sample,
/// before the gate opens, would lengthen it (docs/design.md, "Gate").
class sample_timer {
 public:
  explicit sample_timer(device& target)
      : device_(target), origin_(target), before_(target), after_(target), idle_(target) {}

  /// Throws what a callable or the device throws; the gate is open then.
  [[nodiscard]] gated_sample take(const sample_plan& plan) {
    if (!begun_) origin_.record();
    begun_ = true;
    gated_sample result;
    shift_queue();
    const bool gated = plan.gate && holds() && device_.close_gate(plan.gate_timeout);
    try {
      if (plan.prepare) plan.prepare();
      before_.record();
      const double start = device_.now();
      if (plan.launch)
        for (int i = 0; i < plan.launches; ++i) plan.launch();
      result.host_time = (device_.now() - start) / plan.launches;
      after_.record();
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
    if (gated && plan.own) expired_ = result.gate_expired ? expired_ + 1 : 0;
    result.seconds = before_.seconds_until(after_);
    result.start = origin_.seconds_until(before_);
    return result;
  }

  /// False from when two gates in a row expired before work that never waits: a tool makes every launch wait
  /// for the device, and a gate would only cost its time-out each time.
  [[nodiscard]] bool holds() const { return expired_ < 2; }

 private:
  /// Where in its queue a launch lies moves its time by up to 0.3 us, and samples of the same number of
  /// entries would come to the same few places again and again: another few for each callable and process. Up
  /// to seven entries that do nothing let all places be used alike.
  void shift_queue() {
    place_ = place_ * 1664525u + 1013904223u;  // Numerical Recipes' quick generator
    for (std::uint32_t i = place_ >> 29; i > 0; --i) idle_.record();
  }

  device& device_;
  event origin_, before_, after_, idle_;
  std::uint32_t place_ = 0;
  bool begun_ = false;
  int expired_ = 0;  ///< gates in a row, of the engine's own samples
};

}  // namespace assay
