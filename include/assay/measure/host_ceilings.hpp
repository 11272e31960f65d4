// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

#include "assay/core/device_info.hpp"
#include "assay/roofline/ceilings.hpp"

namespace assay {

/// The ceilings of the processor that runs this, measured: nothing tells them. Takes about half a second.
/// DRAM: all cores read, or copy, a block of 4 × the last-level cache; the best of
/// several passes. Arithmetic: the
/// number of cores × the clock seen in a chain of dependent additions × what the widest instruction set can
/// do in a cycle with two multiply-add units (AVX-512: 64 fp32 flop, AVX2 with FMA: 32, SSE2: 8; half of it
/// in fp64). A program that uses one core reaches one core's share.
[[nodiscard]] inline ceilings host_ceilings(const device_info& info) {
  using clock = std::chrono::steady_clock;
  const auto since = [](clock::time_point start) {
    return std::chrono::duration<double>(clock::now() - start).count();
  };
  ceilings result(layer::measured, info.name);
  const auto cores = static_cast<std::size_t>(std::max(1, info.multiprocessors.value_or(1)));

  // One addition that waits for the one before it takes one cycle on every processor of the last decades.
  double cycle = 1.0;
  for (int pass = 0; pass < 5; ++pass) {
    constexpr std::uint64_t additions = 4'000'000;
    std::uint64_t sum = 1;
    const auto start = clock::now();
    for (std::uint64_t i = 0; i < additions; ++i) asm volatile("" : "+r"(sum = sum + i));
    cycle = std::min(cycle, since(start) / static_cast<double>(additions));
  }
  double flops_per_cycle = 0.0;
#if defined(__x86_64__)
  flops_per_cycle = __builtin_cpu_supports("avx512f") ? 64 : __builtin_cpu_supports("fma") ? 32 : 8;
#elif defined(__aarch64__)
  flops_per_cycle = 16;  // two 128-bit units; wider SVE is not detected
#endif
  if (flops_per_cycle > 0) {
    char source[160];
    std::snprintf(source, sizeof source, "%zu cores × %.2f GHz measured × %g flop a cycle", cores,
                  1e-9 / cycle, flops_per_cycle);
    const double fp32 = static_cast<double>(cores) / cycle * flops_per_cycle;
    result.set({resource::fp32, fp32, source});
    result.set({resource::fp64, fp32 / 2, source});
    detail::set_fp64_products(result);
  }

  // Vectors and several sums, or the additions would be what limits.
  using vector = double __attribute__((vector_size(64)));
  const std::int64_t bytes =
      std::clamp<std::int64_t>(4 * info.last_level_bytes.value_or(32 << 20), 64 << 20, 512 << 20);
  const std::size_t words = static_cast<std::size_t>(bytes) / sizeof(vector);
  const std::unique_ptr<vector[]> block(new vector[words]);
  const auto pass = [&](const auto& body) {  // body(begin, end) on every core; returns seconds
    std::vector<std::thread> threads;
    const auto start = clock::now();
    for (std::size_t t = 0; t < cores; ++t)
      threads.emplace_back([&, t] { body(words * t / cores, words * (t + 1) / cores); });
    for (std::thread& thread : threads) thread.join();
    return since(start);
  };
  const auto write = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) block[i] = vector{} + static_cast<double>(i);
  };
  const auto read = [&](std::size_t begin, std::size_t end) {
    vector sums[4] = {};
    for (std::size_t i = begin; i + 4 <= end; i += 4)
      for (std::size_t k = 0; k < 4; ++k) sums[k] += block[i + k];
    asm volatile("" : : "m"(sums));
  };
  const auto copy = [&](std::size_t begin, std::size_t end) {
    const std::size_t half = (end - begin) / 2;
    for (std::size_t i = 0; i < half; ++i) block[begin + half + i] = block[begin + i];
  };
  pass(write);  // maps the pages
  double best = 0.0;
  for (int repetition = 0; repetition < 3; ++repetition) {
    best = std::max(best, static_cast<double>(bytes) / pass(read));
    best = std::max(best, static_cast<double>(bytes) / pass(copy));  // reads one half, writes the other
  }
  char source[96];
  std::snprintf(source, sizeof source, "read or copied by %zu threads, best of 3 passes over %lld MiB", cores,
                static_cast<long long>(bytes >> 20));
  result.set({resource::dram, best, source});
  return result;
}

}  // namespace assay
