// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Statistics by name, for scipy_check.py: each line of the standard input is the name of one and the numbers
// it takes; each line of the standard output is what it gives, an absent number as nan.
#include <cmath>
#include <cstdio>
#include <iostream>
#include <optional>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "assay/score/pass_at_k.hpp"
#include "assay/score/scorecard.hpp"
#include "assay/stats/drift.hpp"
#include "assay/stats/geometric_mean.hpp"
#include "assay/stats/order_statistics.hpp"
#include "assay/stats/paired_ratio.hpp"
#include "assay/stats/student_t.hpp"
#include "assay/stats/wilson.hpp"

namespace {

using numbers = std::vector<double>;

double or_nan(const std::optional<double>& value) { return value.value_or(std::nan("")); }

numbers calculate(const std::string& name, const numbers& in) {
  if (name == "mann_kendall") {
    const assay::trend t = assay::mann_kendall(in);
    return {t.s, t.tau, t.p, t.slope};
  }
  if (name == "hodges_lehmann") return {assay::hodges_lehmann(in)};
  if (name == "median_ranks") {  // n, confidence
    const auto ranks = assay::median_interval_ranks(static_cast<int>(in.at(0)), in.at(1));
    if (!ranks) return {0.0, 0.0, 0.0};
    return {static_cast<double>(ranks->lower), static_cast<double>(ranks->upper), ranks->coverage};
  }
  if (name == "wilson") {  // successes, trials, confidence
    const auto share =
        assay::wilson_interval(static_cast<int>(in.at(0)), static_cast<int>(in.at(1)), in.at(2));
    return {share.share, share.lower, share.upper};
  }
  if (name == "student_t") {  // confidence, degrees of freedom
    return {assay::two_sided_student_quantile(in.at(0), static_cast<int>(in.at(1)))};
  }
  if (name == "geometric_mean") {  // confidence, values
    const auto mean = assay::geometric_mean_of(std::span(in).subspan(1), in.at(0));
    return {mean.value, or_nan(mean.lower), or_nan(mean.upper)};
  }
  if (name == "pass_at_k")  // candidates, correct, k
    return {
        assay::pass_at_k(static_cast<int>(in.at(0)), static_cast<int>(in.at(1)), static_cast<int>(in.at(2)))};
  if (name == "suite") {  // p, then for each case: speedup, its lower end, 1 where the candidate is correct
    std::vector<assay::record> records;
    for (std::size_t i = 1; i + 2 < in.size(); i += 3) {
      assay::record r;
      r.problem = "p" + std::to_string(i);
      r.candidate = "kernel";
      r.verdict.outcome = in[i + 2] != 0.0 ? assay::outcome::correct : assay::outcome::wrong;
      r.time.emplace().raw.median = 1.0 / in[i];
      r.speedup = assay::paired_ratio{in[i], in[i + 1], {}};
      records.push_back(r);
    }
    assay::score_options options;
    options.p = {in.at(0)};
    const assay::group_score all = assay::score(records, options).all;
    const assay::share_estimate share = *all.fast.at(0).interval(options.confidence);
    return {share.share,
            share.lower,
            share.upper,
            all.speedup ? all.speedup->value : std::nan(""),
            all.speedup ? or_nan(all.speedup->lower) : std::nan(""),
            all.speedup ? or_nan(all.speedup->upper) : std::nan(""),
            or_nan(all.mean_speedup),
            all.seconds ? all.seconds->value : std::nan("")};
  }
  throw std::invalid_argument("no such statistic: " + name);
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    numbers in;
    for (double value; words >> value;) in.push_back(value);
    for (const double value : calculate(name, in)) std::printf("%.17g ", value);
    std::printf("\n");
  }
}
