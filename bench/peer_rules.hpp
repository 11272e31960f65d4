// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "noise_models.hpp"

/// The rules by which other harnesses stop and report, rebuilt from descriptions of their sources; not their
/// code. Samples come back to back with a cache flush between, through events with the model's tick.
namespace peers {

/// Takes samples of one run, one after the other.
class back_to_back {
 public:
  back_to_back(const noise::model& model, std::uint64_t seed, double start = 0.0)
      : tick_(model.tick), now_(start), kernel_(model.begin(seed)) {}
  double sample() {
    now_ += noise::between_samples;
    const double begin = stamp();
    now_ += kernel_(now_);
    return stamp() - begin;
  }
  [[nodiscard]] double now() const { return now_; }

 private:
  [[nodiscard]] double stamp() const { return std::floor(now_ / tick_) * tick_; }

  double tick_, now_;
  noise::kernel kernel_;
};

/// The mean and its standard error, which takes the samples for independent.
struct mean_estimate {
  double mean = 0.0;
  double error = 0.0;
  long samples = 0;
  double deviation = 0.0;  ///< of one sample
};

/// Mean and deviation of samples as they come: Welford, "Note on a method for calculating corrected sums of
/// squares and products", 1962.
class running_mean {
 public:
  void add(double value) {
    ++count_;
    const double from_old = value - mean_;
    mean_ += from_old / static_cast<double>(count_);
    squares_ += from_old * (value - mean_);
  }
  [[nodiscard]] long count() const { return count_; }
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double deviation() const {
    return count_ > 1 ? std::sqrt(squares_ / static_cast<double>(count_ - 1)) : 0.0;
  }
  [[nodiscard]] mean_estimate estimate() const {
    return {mean_, deviation() / std::sqrt(static_cast<double>(count_)), count_, deviation()};
  }

 private:
  long count_ = 0;
  double mean_ = 0.0, squares_ = 0.0;
};

/// nvbench, stdrel: at least 0.5 s of kernel time, then until deviation/mean is below 0.5 % or has settled
/// over the last 512 samples (to 5 % of itself), 15 s at most. One warm-up launch.
inline mean_estimate nvbench_stdrel(const noise::model& model, std::uint64_t seed) {
  back_to_back run(model, seed);
  run.sample();
  running_mean all;
  double spent = 0.0;
  std::vector<double> noises(512);
  for (std::size_t i = 0;; ++i) {
    const double time = run.sample();
    all.add(time);
    spent += time;
    const double noise = all.deviation() / all.mean();
    noises[i % noises.size()] = noise;
    if (run.now() > 15.0) break;
    if (spent < 0.5) continue;
    if (noise < 0.005) break;
    running_mean recent;
    for (const double value : noises) recent.add(value);
    if (recent.deviation() < 0.05 * recent.mean()) break;
  }
  return all.estimate();
}

/// Triton's do_bench: five calls tell how many make 25 ms of warm-up and 100 ms of samples, flush included.
inline mean_estimate do_bench(const noise::model& model, std::uint64_t seed) {
  back_to_back run(model, seed);
  run.sample();
  const double begin = run.now();
  for (int i = 0; i < 5; ++i) run.sample();
  const double each = (run.now() - begin) / 5;
  for (int i = 0; i < std::max(1, static_cast<int>(0.025 / each)); ++i) run.sample();
  running_mean all;
  for (int i = 0; i < std::max(1, static_cast<int>(0.1 / each)); ++i) all.add(run.sample());
  return all.estimate();
}

/// KernelBot: until the standard error is below 0.1 % of the mean, 100 runs at most; one warm-up.
inline mean_estimate kernelbot(const noise::model& model, std::uint64_t seed) {
  back_to_back run(model, seed);
  run.sample();
  running_mean all;
  do {
    all.add(run.sample());
  } while (all.count() < 100 && (all.count() < 3 || !(all.estimate().error < 0.001 * all.mean())));
  return all.estimate();
}

/// What a comparison says of a candidate: 1 slower, −1 faster, 0 neither.
using comparison = int;

/// nvbench_compare: the means of two runs differ by more than the smaller deviation/mean of the two.
inline comparison nvbench_compare(const noise::model& before, const noise::model& after, std::uint64_t seed) {
  const mean_estimate a = nvbench_stdrel(before, 2 * seed), b = nvbench_stdrel(after, 2 * seed + 1);
  const double difference = b.mean / a.mean - 1.0;
  const double noise = std::min(a.deviation / a.mean, b.deviation / b.mean);
  return std::abs(difference) <= noise ? 0 : difference > 0.0 ? 1 : -1;
}

/// google/benchmark's compare.py: Mann–Whitney's U of two runs, normal with the correction for continuity,
/// p < 5 %. 100 samples a run.
inline comparison mann_whitney(const noise::model& before, const noise::model& after, std::uint64_t seed) {
  constexpr int n = 100;
  back_to_back first(before, 2 * seed), second(after, 2 * seed + 1);
  std::vector<double> a, b;
  for (int i = 0; i < n; ++i) {
    a.push_back(first.sample());
    b.push_back(second.sample());
  }
  double u = 0.0;
  for (const double x : a)
    for (const double y : b) u += y > x ? 1.0 : y == x ? 0.5 : 0.0;
  const double excess = u - 0.5 * n * n;
  const double z = (std::abs(excess) - 0.5) / std::sqrt(n * n * (2.0 * n + 1) / 12.0);
  return z < 1.959964 ? 0 : excess > 0.0 ? 1 : -1;
}

/// Criterion.rs: 100 samples of a second's worth of launches in all, p < 5 % for the difference of their
/// means, and the interval of the relative change wholly beyond its noise threshold of 1 %. Its bootstrap is
/// replaced by the normal distribution that it approaches.
inline comparison criterion(const noise::model& before, const noise::model& after, std::uint64_t seed) {
  const auto measure = [](const noise::model& model, std::uint64_t with) {
    constexpr int samples = 100;
    constexpr double seconds = 1.0;
    back_to_back run(model, with);
    const int launches = std::max(1, static_cast<int>(seconds / samples / noise::sample_time));
    running_mean all;
    for (int i = 0; i < samples; ++i) {
      double sum = 0.0;
      for (int k = 0; k < launches; ++k) sum += run.sample();
      all.add(sum / launches);
    }
    return all.estimate();
  };
  const mean_estimate a = measure(before, 2 * seed), b = measure(after, 2 * seed + 1);
  const double change = b.mean / a.mean - 1.0, error = std::hypot(a.error / a.mean, b.error / b.mean);
  constexpr double threshold = 0.01, z = 1.959964;
  if (change - z * error > threshold) return 1;
  if (change + z * error < -threshold) return -1;
  return 0;
}

}  // namespace peers
