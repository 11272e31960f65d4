// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
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

/// What probes of one size say of sweeps.
enum class probe_answer {
  empties,     ///< the sweep has found its size: the probe is read from DRAM after it
  not_enough,  ///< the largest sweep left some of the probe in a cache
  not_cached   ///< the probe is read as fast when nothing was swept: it was in no cache before
};

/// Reads a probe, sweeps it away and reads it again under the clock. The sweep grows from once `cache` bytes
/// in steps of half of it until the probe takes within 3 % of what it takes after a sweep of four times the
/// cache. Leaves what it saw in target.sweep, and its size as it was last.
[[nodiscard]] inline probe_answer probe_sweep(device& target, sample_timer& timer, double gate_timeout,
                                              std::int64_t cache, std::int64_t probe_bytes) {
  constexpr int samples = 9;
  constexpr double close_enough = 0.97, slower = 1.02;
  const device_buffer probe(target, probe_bytes);
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

  int without_gain = 0;
  for (std::int64_t bytes = cache; bytes <= 3 * cache; bytes += cache / 2) {
    // In turns, and judged by pairs: the clocks of a device that was idle rise while this goes on.
    std::vector<double> hot, swept, empty, shares, gains, most_gains;
    for (int i = 0; i < samples; ++i) {
      hot.push_back(seconds_after(0));
      swept.push_back(seconds_after(bytes));
      empty.push_back(seconds_after(4 * cache));
      shares.push_back(swept.back() / empty.back());
      gains.push_back(swept.back() / hot.back());
      most_gains.push_back(empty.back() / hot.back());
    }
    target.sweep.bytes = bytes;
    target.sweep.hot_seconds = median(hot);
    target.sweep.swept_seconds = median(swept);
    target.sweep.empty_seconds = median(empty);
    // Once may be while the clocks rise: of each three, the hot reading is the first.
    if (median(most_gains) < slower && ++without_gain == 2) return probe_answer::not_cached;
    if (median(shares) >= close_enough && median(gains) >= slower) return probe_answer::empties;
  }
  return probe_answer::not_enough;
}

/// Finds how much a sweep must read to empty the caches, by a probe of half the last level; by half as a
/// margin it reads more then. A larger sweep would also empty the tables of address translation, which no
/// cold cache asks for. Where HIP does not know the last level, it takes it for the largest there is, and
/// half of that may fit in no cache: then half of L2 is the probe. Leaves what it saw in target.sweep. Takes
/// some 0.1 s on an H200; does nothing where the device has no kernels, where it was proven before, or not in
/// three calls.
inline void prove_sweep(device& target, sample_timer& timer, double gate_timeout) {
  const std::int64_t l2 = target.info().l2_bytes.value_or(0);
  const std::int64_t cache = target.info().last_level_bytes.value_or(l2);
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
  probe_answer answer = probe_sweep(target, timer, gate_timeout, cache, cache / 2);
  if (answer == probe_answer::not_cached && l2 > 0 && l2 < cache)
    answer = probe_sweep(target, timer, gate_timeout, cache, l2 / 2);
  target.sweep.proven = answer == probe_answer::empties;
  target.sweep.bytes = target.sweep.proven ? std::min(target.sweep.bytes + cache / 2, 3 * cache) : 3 * cache;
  ++target.sweep.tried;
  restored.before.reset();
}

}  // namespace assay
