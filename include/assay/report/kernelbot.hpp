// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include "assay/report/markup.hpp"
#include "assay/report/record_words.hpp"
#include "assay/report/report_input.hpp"

namespace assay {

namespace detail {

/// A value on one line: KernelBot takes a line for each key, and reads \n as a line end.
[[nodiscard]] inline std::string on_one_line(const std::string& text) {
  std::string line;
  for (const char c : valid_utf8(text)) {
    if (c == '\n')
      line += "\\n";
    else if (c == '\r')
      line += "\\r";
    else
      line += c;
  }
  return line;
}

/// ns of one launch, less what the timer adds where that is known.
[[nodiscard]] inline std::vector<double> sample_nanoseconds(const measurement& m) {
  const double added = m.net && m.calibration ? m.calibration->overhead / m.launches : 0.0;
  std::vector<double> times;
  for (const double seconds : m.samples) times.push_back((seconds - added) * 1e9);
  return times;
}

}  // namespace detail

/// The lines that the evaluation of a KernelBot problem writes (gpu-mode/reference-kernels, eval.py):
/// `test.N.spec`, `.status`, `.error`, and `benchmark.N.spec`, `.runs`, `.mean`, `.std`, `.err`, `.best`,
/// `.worst` in ns, then `check`. The statistics are the ones of that script: the mean of all samples and the
/// standard error of it. `.median`, `.lower` and `.upper` are assay's own. Of candidates only, a test for
/// each and a benchmark for each with a time; `spec` tells the problem, the candidate and the axes. One that
/// was not verified (--time-only) has no test, and `check` is "fail" where there is any.
[[nodiscard]] inline std::string to_kernelbot(const report_input& input) {
  std::vector<const record*> verified, timed;
  bool any_unverified = false;
  for (const record& r : input.records) {
    if (!is_candidate(r)) continue;
    any_unverified = any_unverified || r.verdict.outcome == outcome::unchecked;
    if (r.verdict.outcome != outcome::unchecked) verified.push_back(&r);
    if (r.verdict.acceptable() && r.time && !r.time->samples.empty()) timed.push_back(&r);
  }
  std::string text;
  const auto line = [&](const std::string& key, const std::string& value) {
    text += key + ": " + detail::on_one_line(value) + "\n";
  };
  const auto number = [&](const std::string& key, double value) {
    if (!std::isfinite(value)) return;
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.6f", value);
    line(key, digits);
  };
  const auto spec = [](const record& r) {
    std::string words = "problem: " + r.problem + "; candidate: " + r.candidate;
    for (const auto& [name, value] : r.axes) words += "; " + name + ": " + to_string(value);
    return words;
  };

  bool passed = !verified.empty() && !any_unverified;
  line("test-count", std::to_string(verified.size()));
  for (std::size_t i = 0; i < verified.size(); ++i) {
    const record& r = *verified[i];
    const std::string key = "test." + std::to_string(i);
    line(key + ".spec", spec(r));
    line(key + ".status", r.verdict ? "pass" : "fail");
    if (!r.verdict) line(key + ".error", verdict_reason(r));
    passed = passed && r.verdict;
  }
  line("benchmark-count", std::to_string(timed.size()));
  for (std::size_t i = 0; i < timed.size(); ++i) {
    const record& r = *timed[i];
    const std::string key = "benchmark." + std::to_string(i);
    const std::vector<double> times = detail::sample_nanoseconds(*r.time);
    const double runs = static_cast<double>(times.size());
    double sum = 0, squares = 0;
    for (const double time : times) sum += time;
    for (const double time : times) squares += (time - sum / runs) * (time - sum / runs);
    line(key + ".spec", spec(r));
    line(key + ".runs", std::to_string(times.size()));
    number(key + ".mean", sum / runs);
    if (times.size() > 1) {
      const double deviation = std::sqrt(squares / (runs - 1));
      number(key + ".std", deviation);
      number(key + ".err", deviation / std::sqrt(runs));
    }
    number(key + ".best", *std::min_element(times.begin(), times.end()));
    number(key + ".worst", *std::max_element(times.begin(), times.end()));
    const estimate& time = r.time->time();
    number(key + ".median", time.median * 1e9);
    if (time.lower) number(key + ".lower", *time.lower * 1e9);
    if (time.upper) number(key + ".upper", *time.upper * 1e9);
  }
  line("check", passed ? "pass" : "fail");
  return text;
}

}  // namespace assay
