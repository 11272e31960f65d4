// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Is a slower kernel found on this GPU, and an equal one left alone? A kernel that spins is timed with itself
// and with ones that spin 3 % and 5 % longer, in the same rounds, and each is judged by the paired ratio
// against a margin of 2 %. Beside it, what one gets without pairing: runs of their own, one after the other,
// compared by Mann–Whitney. comparison.cpp does the same for simulated clocks.
// Usage: planted_slowdown [pairs for each length, 100 by default]
#include <algorithm>
#include <assay/backend/cuda.hpp>
#include <assay/backend/cuda_api.hpp>
#include <assay/measure.hpp>
#include <assay/score/speedup.hpp>
#include <assay/stats/change.hpp>
#include <assay/stats/wilson.hpp>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>
#include <vector>

namespace {

__global__ void spin_cycles(long long cycles) {
  const long long start = clock64();
  while (clock64() - start < cycles) {
  }
}

/// One block on each multiprocessor for so many cycles.
auto spin(long long cycles) {
  const int blocks = assay::device_of<assay::cuda>().info().multiprocessors.value_or(64);
  return [=](cudaStream_t stream) { spin_cycles<<<blocks, 128, 0, stream>>>(cycles); };
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Whether two lots of samples differ by Mann & Whitney's U at p < 5 %: normal, with the corrections for
/// continuity and ties. "On a test of whether one of two random variables is stochastically larger than the
/// other", 1947.
bool mann_whitney_differs(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<std::pair<double, bool>> all;  // the sample, and whether it is of a
  for (const double value : a) all.emplace_back(value, true);
  for (const double value : b) all.emplace_back(value, false);
  std::sort(all.begin(), all.end());
  const auto n = static_cast<double>(a.size()), m = static_cast<double>(b.size()), both = n + m;
  double rank_sum = 0.0, ties = 0.0;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i;
    while (end < all.size() && all[end].first == all[i].first) ++end;
    const auto equal = static_cast<double>(end - i);
    const double rank = 0.5 * static_cast<double>(i + 1 + end);
    for (; i < end; ++i) rank_sum += all[i].second ? rank : 0.0;
    ties += equal * equal * equal - equal;
  }
  const double excess = rank_sum - 0.5 * n * (n + 1) - 0.5 * n * m;
  const double variance = n * m / 12 * (both + 1 - ties / (both * (both - 1)));
  return variance > 0 && std::abs(excess) - 0.5 > 1.959964 * std::sqrt(variance);
}

/// How often something was said, of how many times it could have been.
struct tally {
  int said = 0, trials = 0;
  void add(bool says) { said += says ? 1 : 0, ++trials; }
  [[nodiscard]] double share() const { return static_cast<double>(said) / trials; }
};

void print(const char* what, const tally& t, const char* target) {
  const assay::share_estimate e = assay::wilson_interval(t.said, t.trials, 0.95);
  std::printf("  %-46s %4d of %4d, %5.1f %% [%.1f, %.1f]%s\n", what, t.said, t.trials, 100 * e.share,
              100 * e.lower, 100 * e.upper, target);
}

/// Compares kernels of `cycles` `pairs` times, or as often as `seconds` allow. Returns whether the targets
/// are met.
bool compare(long long cycles, int pairs, double seconds) {
  constexpr double margin = 0.02;
  constexpr double most_false_alarms = 0.01, least_found_3 = 0.80, least_found_5 = 0.99;
  const auto same = spin(cycles);
  // A kernel takes longer than it spins, so what is planted is a share of what it takes.
  const assay::measurement base = assay::measure<assay::cuda>(same);
  const double all_cycles = base.cycles().value_or(static_cast<double>(cycles));
  const auto slower = [&](double share) { return spin(cycles + std::llround(share * all_cycles)); };
  const auto slower_3 = slower(0.03), slower_5 = slower(0.05);

  auto start = std::chrono::steady_clock::now();
  tally alarms, found_3, found_5;
  for (int i = 0; i < pairs && (i == 0 || seconds_since(start) < 0.75 * seconds); ++i) {
    const auto m = assay::measure_together<assay::cuda>({}, same, same, slower_3, slower_5);
    const auto judged = [&](std::size_t which) {
      return assay::judge_change(assay::paired_speedup(m[0], m[which]), margin).kind;
    };
    alarms.add(judged(1) == assay::change::slower || judged(1) == assay::change::faster);
    found_3.add(judged(2) == assay::change::slower);
    found_5.add(judged(3) == assay::change::slower);
  }
  const double paired_seconds = seconds_since(start);

  start = std::chrono::steady_clock::now();
  tally apart_alarms, apart_3;
  for (int i = 0; i < pairs && (i == 0 || seconds_since(start) < 0.25 * seconds); ++i) {
    const std::vector<double> first = assay::measure<assay::cuda>(same).samples;
    const std::vector<double> second = assay::measure<assay::cuda>(same).samples;
    const std::vector<double> third = assay::measure<assay::cuda>(slower_3).samples;
    apart_alarms.add(mann_whitney_differs(first, second));
    apart_3.add(mann_whitney_differs(second, third));
  }

  std::printf("%.1f us (%lld cycles), %.2f s for each comparison of four\n", base.time().median * 1e6, cycles,
              paired_seconds / alarms.trials);
  print("paired: the same called changed", alarms, "  (at most 1 %)");
  print("paired: 3 % slower found", found_3, "  (at least 80 %)");
  print("paired: 5 % slower found", found_5, "  (at least 99 %)");
  print("apart, Mann-Whitney: the same called changed", apart_alarms, "");
  print("apart, Mann-Whitney: 3 % slower called changed", apart_3, "");
  std::printf("\n");
  std::fflush(stdout);
  return alarms.share() <= most_false_alarms && found_3.share() >= least_found_3 &&
         found_5.share() >= least_found_5;
}

}  // namespace

int main(int argc, char** argv) try {
  const int pairs = argc > 1 ? std::atoi(argv[1]) : 100;
  if (pairs < 1) {
    std::fprintf(stderr, "usage: planted_slowdown [pairs]\n");
    return 2;
  }
  constexpr double most_seconds = 57;
  std::printf(
      "%s. Shares of comparisons with their Wilson intervals at 95 %%; a margin of 2 %% is allowed.\n\n",
      assay::device_of<assay::cuda>().info().name.c_str());
  bool met = true;
  // About 20 us and 200 us at 1.98 GHz. More pairs than the default are given more time.
  for (const long long cycles : {40'000LL, 400'000LL})
    met = compare(cycles, pairs, most_seconds / 2 * std::max(1.0, pairs / 100.0)) && met;
  if (!met) std::printf("a target is missed\n");
  return met ? 0 : 1;
} catch (const std::exception& e) {
  std::fprintf(stderr, "planted_slowdown: %s\n", e.what());
  return 1;
}
