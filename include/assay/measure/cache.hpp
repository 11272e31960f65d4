// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/measure/cache_state.hpp"
#include "assay/measure/gated_sample.hpp"
#include "assay/stats/order_statistics.hpp"

namespace assay {

/// Enqueues what brings the caches into that state. Hot and rotating launches need nothing.
inline void prepare_cache(device& target, cache_state state) {
  if (state == cache_state::cold) target.sweep_cache();
  if (state == cache_state::cold_dirty) target.dirty_cache();
}

/// Bytes through which launches have to rotate to find nothing of theirs in the caches: three times the last
/// level.
[[nodiscard]] inline std::int64_t rotation_bytes(const device_info& info) {
  return 3 * info.last_level_bytes.value_or(info.l2_bytes.value_or(256 << 20));
}

/// Finds how much a sweep must read to empty the caches: a probe of half the last-level cache is read, swept
/// away and read again under the clock. The sweep grows from once the cache in steps of half of it until the
/// probe takes within 3 % of what it takes after a sweep of four times the cache, and then by half as a
/// margin. A probe that is read as fast when nothing was swept proves nothing: it was in no cache before, or
/// in one that is larger than the device says. A larger sweep would also empty the tables of address
/// translation, which no cold cache asks for. Leaves what it saw in target.sweep. Takes some 0.1 s on an
/// H200; does nothing where the device has no kernels, where it was proven before, or not in three calls: in
/// one process on an H200 it failed, in others on the same device it did not, and why is not known.
inline void prove_sweep(device& target, sample_timer& timer, double gate_timeout) {
  const std::int64_t cache = target.info().last_level_bytes.value_or(target.info().l2_bytes.value_or(0));
  constexpr int most_tries = 3;
  if (target.sweep.proven || target.sweep.tried == most_tries || cache <= 0 || !target.launch_empty()) return;
  // What a probe that fails had set counts for nothing: later sweeps would be as small as its first.
  struct unless_proven {
    device& target;
    std::optional<cache_sweep> before;
    ~unless_proven() {
      if (before) target.sweep = *before;
    }
  } restored{target, target.sweep};
  constexpr int samples = 9;
  constexpr double close_enough = 0.97, slower = 1.02;
  const device_buffer probe(target, cache / 2);
  target.set_bytes(probe.data(), 0x5A, probe.bytes());

  const auto read = [&] { target.read_bytes(probe.data(), probe.bytes()); };
  const auto seconds_after = [&](std::int64_t sweep_bytes) {
    sample_plan plan;
    plan.gate_timeout = gate_timeout;
    plan.launch = read;
    plan.own = true;
    plan.prepare = [&] {
      read();
      target.sweep.bytes = sweep_bytes;
      if (sweep_bytes > 0) target.sweep_cache();
    };
    return timer.take(plan).seconds;
  };
  // What is allocated and loaded at its first use is so outside of a gate.
  target.sweep.bytes = 4 * cache;
  target.sweep_cache();
  read();
  target.synchronize();

  std::int64_t bytes = cache;
  for (; bytes <= 3 * cache; bytes += cache / 2) {
    // In turns, and judged by pairs: the clocks of a device that was idle rise while this goes on.
    std::vector<double> hot, swept, empty, shares, gains;
    for (int i = 0; i < samples; ++i) {
      hot.push_back(seconds_after(0));
      swept.push_back(seconds_after(bytes));
      empty.push_back(seconds_after(4 * cache));
      shares.push_back(swept.back() / empty.back());
      gains.push_back(swept.back() / hot.back());
    }
    target.sweep.hot_seconds = median(hot);
    target.sweep.swept_seconds = median(swept);
    target.sweep.empty_seconds = median(empty);
    target.sweep.proven = median(shares) >= close_enough && median(gains) >= slower;
    if (target.sweep.proven) break;
  }
  target.sweep.bytes = std::min(bytes + cache / 2, 3 * cache);
  ++target.sweep.tried;
  restored.before.reset();
}

}  // namespace assay
