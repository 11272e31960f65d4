// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "assay/core/finding.hpp"
#include "assay/numeric/element.hpp"
#include "assay/numeric/random.hpp"
#include "assay/numeric/ulp.hpp"
#include "assay/verify/compare.hpp"
#include "assay/verify/compare_rule.hpp"

namespace assay {

/// What a comparison can tell: wrong results made from the right one, held against it under the very rule
/// that candidates meet.
struct power_of_comparison {
  std::vector<std::string> accepted;  ///< the wrong results that would pass, in words
  bool rejects_the_best = false;      ///< even the correctly rounded result would not pass
  bool constant = false;              ///< all that is expected rounds to one number: who writes it passes
};

namespace detail {

/// Wrong results of one output and whether each would pass.
class mutation {
 public:
  mutation(std::span<const double> expected, const compare_rule& rule, std::int64_t row_length)
      : expected_(expected), rule_(rule), row_length_(std::max<std::int64_t>(row_length, 1)) {
    rule_.poison = -1;
    for (const double value : expected) rounded_.push_back(round_to(rule.type, value));
  }

  [[nodiscard]] const std::vector<double>& rounded() const { return rounded_; }

  /// Whether `values`, rounded to the type, are another result than the right one, by more than two units of
  /// the last place somewhere, and pass as well.
  [[nodiscard]] bool passes(const std::vector<double>& values) const {
    bool other = false;
    for (std::size_t i = 0; i < values.size() && !other; ++i) {
      const double stored = round_to(rule_.type, values[i]);
      other = ulp_distance(rule_.type, stored, rounded_[i]) > (is_floating(rule_.type) ? 2.0 : 0.0);
    }
    return other && accepts(values);
  }
  [[nodiscard]] bool accepts(const std::vector<double>& values) const {
    std::vector<std::uint8_t> stored(values.size() * 8);
    for (std::size_t i = 0; i < values.size(); ++i)
      store_element(rule_.type, stored.data(), static_cast<std::int64_t>(i), values[i]);
    compare_job job;
    job.got = stored.data();
    job.expected = expected_.data();
    job.count = std::ssize(expected_);
    job.row_length = row_length_;
    job.rule = rule_;
    return conclude_comparison("", job.count, rule_, compare_on_host(job)).matches();
  }

 private:
  std::span<const double> expected_;
  compare_rule rule_;
  std::int64_t row_length_;
  std::vector<double> rounded_;
};

}  // namespace detail

/// Before a pass counts: zeros, a constant, an input passed through, neighbours swapped, a tile left out, one
/// wrong element, a wrong scale and a low-precision accumulator must be told from what is right. `expected`
/// is the output or a stretch of it, unrounded; `inputs` hold the values of the problem's inputs, for those
/// results that are one of them. A mutant that is no other result in the output's type counts neither way;
/// nor do a scale and an accumulator that the declared types could not tell from a right kernel's errors.
[[nodiscard]] inline power_of_comparison power_of(std::span<const double> expected, const compare_rule& rule,
                                                  const tolerance& bound, std::int64_t row_length,
                                                  const std::vector<std::vector<double>>& inputs = {}) {
  power_of_comparison result;
  const std::size_t count = expected.size();
  if (count == 0) return result;
  const detail::mutation mutation(expected, rule, row_length);
  const std::vector<double>& right = mutation.rounded();
  result.rejects_the_best = !mutation.accepts(right);
  result.constant = count > 1 && std::all_of(right.begin(), right.end(),
                                             [&](double value) { return value == right.front(); });
  const auto expect_rejected = [&](const char* what, const std::vector<double>& values) {
    if (mutation.passes(values)) result.accepted.emplace_back(what);
  };

  expect_rejected("all zeros", std::vector<double>(count, 0.0));
  double mean = 0.0;
  for (const double value : right)
    if (std::isfinite(value)) mean += value / static_cast<double>(count);
  expect_rejected("a constant", std::vector<double>(count, mean));
  for (const std::vector<double>& input : inputs)
    if (input.size() >= count)
      expect_rejected("an input passed through",
                      std::vector<double>(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(count)));
  std::vector<double> shifted(right.begin() + 1, right.end());
  shifted.push_back(right.front());
  expect_rejected("every element its neighbour's", shifted);
  std::vector<double> short_of = right;
  std::fill(short_of.end() - static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(count / 4, 1, 256)),
            short_of.end(), 0.0);
  expect_rejected("the last tile left zero", short_of);

  // The largest element with the other sign: what a loose tolerance lets pass is no small error.
  std::vector<double> one_wrong = right;
  const auto largest = std::max_element(one_wrong.begin(), one_wrong.end(), [](double a, double b) {
    return (std::isfinite(a) ? std::fabs(a) : -1.0) < (std::isfinite(b) ? std::fabs(b) : -1.0);
  });
  *largest = is_floating(rule.type) && *largest != 0.0 && std::isfinite(*largest) ? -*largest
             : rule.type == dtype::boolean                                        ? 1.0 - *largest
             : *largest < largest_finite(rule.type)                               ? *largest + 1.0
                                                                                  : *largest - 1.0;
  expect_rejected("one wrong element", one_wrong);

  // Not of an allclose: it says itself what it lets pass.
  const double roundoff = unit_roundoff(rule.type);
  if (is_floating(rule.type) && bound.how != tolerance::kind::allclose && roundoff <= 0x1p-4) {
    const double scale = 1.0 + std::max({0.003, 8 * roundoff, 4 * rule.spread});
    std::vector<double> scaled;
    for (const double value : expected) scaled.push_back(value * scale);
    expect_rejected("all elements a little too large", scaled);
  }
  const double narrow =
      unit_roundoff(bound.accumulator_of(rule.type) == dtype::fp64 ? dtype::fp32 : dtype::fp16);
  const double noise = 0.3 * std::sqrt(static_cast<double>(bound.chain)) * narrow;
  if (rule.aggregates && count >= 256 && noise > roundoff + rule.spread) {
    std::vector<double> noisy;
    for (std::size_t i = 0; i < count; ++i) {
      const double z = 2.0 * unit_interval(random_bits(random_at(0, 0, i))) - 1.0;  // of variance 1/3
      noisy.push_back(expected[i] + std::sqrt(3.0) * z * noise * std::hypot(expected[i], rule.rms));
    }
    expect_rejected("sums in a narrower type", noisy);
  }
  return result;
}

/// What that means for an output: a warning in `findings`, or, as the result, why nothing can be verified.
[[nodiscard]] inline std::string judge_power(const power_of_comparison& power, const std::string& output,
                                             const tolerance& bound, std::vector<finding>& findings) {
  if (power.constant)
    findings.push_back({"constant-output",
                        severity::warning,
                        "all that is right for " + output + " is one number: who writes it passes",
                        {}});
  std::string accepted;
  for (const std::string& what : power.accepted) accepted += (accepted.empty() ? "" : ", ") + what;
  if (power.rejects_the_best)
    return "the tolerance of " + output + " rejects even the rightly rounded result";
  if (accepted.empty()) return "";
  if (bound.how != tolerance::kind::allclose)
    return "the tolerance of " + output + " would let pass: " + accepted;
  findings.push_back(
      {"loose-tolerance", severity::warning, "this allclose lets pass as " + output + ": " + accepted, {}});
  return "";
}

}  // namespace assay
