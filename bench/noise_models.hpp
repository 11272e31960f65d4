// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace noise {

/// The length of a kernel at a moment of virtual time; both in seconds. Moments never go back.
using kernel = std::function<double(double now)>;

/// A way in which kernel times scatter, and what a harness should find.
struct model {
  std::string name;
  double tick;                                      ///< s, of the events
  double median;                                    ///< s, of the kernel in the long run
  double mean;                                      ///< s
  std::function<kernel(std::uint64_t seed)> begin;  ///< a new run, with its own random numbers
};

inline constexpr double kernel_time = 20e-6;        // s
inline constexpr double fine_tick = 0x1p-30;        // s, 1 ns
inline constexpr double between_samples = 0x1p-14;  // s: the cache sweep, 61 us
inline constexpr double sample_time = kernel_time + between_samples;

/// Random numbers of one run.
class source {
 public:
  explicit source(std::uint64_t seed) : bits_(seed) {}
  double normal() { return normal_(bits_); }
  double uniform() { return uniform_(bits_); }

 private:
  std::mt19937_64 bits_;
  std::normal_distribution<double> normal_;
  std::uniform_real_distribution<double> uniform_;
};

/// A clock with two levels that it stays at for random times, a continuous-time Markov chain. It is slow for
/// `share` of the time; what it is now says e^(−t/memory) about what it is t later.
class two_level_clock {
 public:
  two_level_clock(source& random, double share, double memory)
      : share_(share), memory_(memory), slow_(random.uniform() < share) {}
  bool slow(source& random, double now) {
    const double kept = std::exp(-(now - last_) / memory_);
    last_ = now;
    const double chance = share_ + ((slow_ ? 1.0 : 0.0) - share_) * kept;
    return slow_ = random.uniform() < chance;
  }

 private:
  double share_, memory_, last_ = 0.0;
  bool slow_;
};

/// Noise whose correlation falls as e^(−t/memory), of deviation 1: an Ornstein–Uhlenbeck process, which is
/// AR(1) wherever it is sampled evenly.
class wandering {
 public:
  wandering(source& random, double memory) : memory_(memory), value_(random.normal()) {}
  double at(source& random, double now) {
    const double kept = std::exp(-(now - last_) / memory_);
    last_ = now;
    return value_ = kept * value_ + std::sqrt(1.0 - kept * kept) * random.normal();
  }

 private:
  double memory_, last_ = 0.0, value_;
};

inline constexpr double jitter = 0.005;  // deviation of a steady kernel, as a share
inline constexpr double slow_share = 0.3, slow_by = 1.08;

/// The median of a share of normal times around 1 and the rest around `by`, by bisection.
inline double two_level_median() {
  double low = 1.0, high = slow_by;
  for (int step = 0; step < 60; ++step) {
    const double at = 0.5 * (low + high);
    const auto below = [&](double centre) {
      return 0.5 * std::erfc((centre - at) / (jitter * centre) / std::sqrt(2.0));
    };
    ((1 - slow_share) * below(1.0) + slow_share * below(slow_by) < 0.5 ? low : high) = at;
  }
  return low;
}

/// A model from a function (random numbers, now) → time / kernel_time whose state `make` sets up.
template <class Make>
model scaled(std::string name, double tick, double median, double mean, Make make) {
  return {std::move(name), tick, kernel_time * median, kernel_time * mean, [make](std::uint64_t seed) {
            source random(seed);
            auto step = make(random);
            return kernel([random, step](double now) mutable { return kernel_time * step(random, now); });
          }};
}

inline model two_levels(std::string name, double memory) {
  return scaled(std::move(name), fine_tick, two_level_median(), 1 + slow_share * (slow_by - 1),
                [memory](source& random) {
                  return
                      [clock = two_level_clock(random, slow_share, memory)](source& r, double now) mutable {
                        return (clock.slow(r, now) ? slow_by : 1.0) * (1 + jitter * r.normal());
                      };
                });
}

inline model wanders(std::string name, double memory) {
  return scaled(std::move(name), fine_tick, 1.0, 1.0, [memory](source& random) {
    return [noise = wandering(random, memory)](source& r, double now) mutable {
      return 1 + 0.01 * noise.at(r, now);
    };
  });
}

inline model warms_up(std::string name, double by, double memory) {
  return scaled(std::move(name), fine_tick, 1.0, 1.0, [by, memory](source&) {
    return [by, memory](source& r, double now) {
      return (1 + by * std::exp(-now / memory)) * (1 + jitter * r.normal());
    };
  });
}

inline model ticks(std::string name, double tick) {
  // Not a multiple of the tick.
  return scaled(std::move(name), tick, 1.00685, 1.00685, [](source&) {
    return [](source& r, double) { return 1.00685 * (1 + jitter * r.normal()); };
  });
}

/// The models of the table in docs/design.md. Memories are those that make samples 81 us apart as dependent
/// as in the literature's examples: 0.95 from one to the next for AR(1), 27 samples for the clock.
inline std::vector<model> models() {
  return {
      scaled("skewed", fine_tick, 1.05, 1 + 0.05 * std::exp(0.125),
             [](source&) { return [](source& r, double) { return 1 + 0.05 * std::exp(0.5 * r.normal()); }; }),
      two_levels("bimodal iid", 1e-9),
      two_levels("bimodal Markov", 27 * sample_time),
      warms_up("warm-up drift", 0.03, 0.05),
      wanders("AR(1) 0.95", -sample_time / std::log(0.95)),
      scaled("spikes", fine_tick, 1.0, 1 + 0.01 * std::exp(1.125),
             [](source&) {
               return [](source& r, double) {
                 const double spike = r.uniform() < 0.01 ? std::exp(1.5 * r.normal()) : 0.0;
                 return 1 + jitter * r.normal() + spike;
               };
             }),
      ticks("tick 0.5 us", 0.5e-6),
      ticks("tick 32 ns", 32e-9),
  };
}

/// Noise with a longer memory than a measurement of a tenth of a second can see through. Nothing is promised
/// here; the rows show where the promise ends.
inline std::vector<model> slow_models() {
  return {wanders("AR(1), 10 ms", 0.01), wanders("AR(1), 50 ms", 0.05), two_levels("clock, 10 ms", 0.01),
          two_levels("clock, 50 ms", 0.05), warms_up("warm-up, 200 ms", 0.01, 0.2)};
}

/// The same kernel, `factor` times as long.
inline model slowed(const model& original, double factor) {
  return {original.name, original.tick, original.median * factor, original.mean * factor,
          [begin = original.begin, factor](std::uint64_t seed) {
            return kernel([step = begin(seed), factor](double now) { return factor * step(now); });
          }};
}

}  // namespace noise
