// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Does a 95 % interval hold the truth? assay's sampler, the one that times real kernels, measures a simulated
// kernel on a fake device with a virtual clock, under eight kinds of noise, beside the rules of other
// harnesses as they are described. Usage: coverage [trials, 500 by default] [seed]
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "assay/measure/sampler.hpp"
#include "assay/stats/wilson.hpp"
#include "noise_models.hpp"
#include "peer_rules.hpp"
#include "repeat.hpp"
#include "support/fake_device.hpp"

namespace {

/// What one run came to.
struct outcome {
  bool covered = false;  ///< the interval holds the truth
  bool said_so = false;  ///< the harness itself said that the number is not to be relied on
  double samples = 0.0;
};

struct rule {
  const char* name;
  std::function<outcome(const noise::model&, std::uint64_t seed)> run;
};

outcome assay_rule(const noise::model& model, std::uint64_t seed) {
  support::fake_device gpu;
  gpu.script.keep_log = false;
  gpu.script.tick = model.tick;
  gpu.script.chore_seconds = noise::between_samples;
  const noise::kernel kernel = model.begin(seed);
  std::vector<assay::measure_job> jobs(1);
  jobs[0].launch = [&] { gpu.run(kernel(gpu.time())); };
  const assay::measurement m = assay::sampler(gpu, jobs, {}).run().at(0).value.value();
  const bool bounded = m.raw.lower && m.raw.upper;
  return {bounded && *m.raw.lower <= model.median && model.median <= *m.raw.upper,
          m.status != assay::measurement_status::converged, static_cast<double>(m.samples.size())};
}

/// A rule that reports a mean; its interval is 1.96 standard errors to either side.
template <class Rule>
rule of_mean(const char* name, Rule take) {
  return {name, [take](const noise::model& model, std::uint64_t seed) {
            const peers::mean_estimate e = take(model, seed);
            return outcome{std::abs(e.mean - model.mean) <= 1.96 * e.error, false,
                           static_cast<double>(e.samples)};
          }};
}

/// Shares and means over all trials.
struct row {
  double covered = 0.0, said_so = 0.0, kept = 0.0, samples = 0.0;
};

row shares(const rule& what, const noise::model& model, int trials, std::uint64_t seed) {
  std::vector<outcome> outcomes(static_cast<std::size_t>(trials));
  repeat(trials, [&](int trial) {
    outcomes[static_cast<std::size_t>(trial)] = what.run(model, seed + static_cast<std::uint64_t>(trial));
  });
  row mean;
  for (const outcome& o : outcomes) {
    mean.covered += (o.covered ? 1.0 : 0.0) / trials;
    mean.said_so += (o.said_so ? 1.0 : 0.0) / trials;
    mean.kept += (o.covered || o.said_so ? 1.0 : 0.0) / trials;
    mean.samples += o.samples / trials;
  }
  return mean;
}

}  // namespace

int main(int argc, char** argv) {
  const int trials = argc > 1 ? std::atoi(argv[1]) : 1000;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 20260101;
  if (trials < 1) {
    std::fprintf(stderr, "usage: coverage [trials] [seed]\n");
    return 2;
  }
  constexpr double promised = 0.95;
  const rule rules[] = {{"assay", assay_rule},
                        of_mean("nvbench stdrel", peers::nvbench_stdrel),
                        of_mean("do_bench mean", peers::do_bench),
                        of_mean("KernelBot SEM", peers::kernelbot)};
  std::printf(
      "%d trials each, seed %llu. Shares of runs in %%: the 95 %% interval holds the truth / the "
      "harness says\nthat the number is not to be relied on / one of both; mean samples.\n\n",
      trials, static_cast<unsigned long long>(seed));
  std::printf("%-16s", "");
  for (const rule& r : rules) std::printf("  %-27s", r.name);
  std::printf("\n");
  const auto print = [&](const noise::model& model) {
    std::printf("%-16s", model.name.c_str());
    int kept = 0;
    for (const rule& r : rules) {
      const row result = shares(r, model, trials, seed);
      std::printf("  %5.1f /%5.1f /%5.1f %7.0f", 100 * result.covered, 100 * result.said_so,
                  100 * result.kept, result.samples);
      std::fflush(stdout);
      if (&r == &rules[0]) kept = static_cast<int>(std::lround(result.kept * trials));
    }
    std::printf("\n");
    return assay::wilson_interval(kept, trials, 0.99).upper >= promised;
  };
  bool kept = true;
  for (const noise::model& model : noise::models()) kept = print(model) && kept;
  std::printf("\nbeyond what is promised:\n");
  for (const noise::model& model : noise::slow_models()) static_cast<void>(print(model));
  if (!kept)
    std::printf("\nassay breaks its promise: covered, or said so, in at least %.0f %%\n", 100 * promised);
  return kept ? 0 : 1;
}
