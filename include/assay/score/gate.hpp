// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cctype>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/score/score_value.hpp"
#include "assay/suite/filter.hpp"

namespace assay {

enum class gate_answer { met, not_met, inconclusive };

[[nodiscard]] constexpr const char* to_string(gate_answer answer) {
  return answer == gate_answer::met ? "met" : answer == gate_answer::not_met ? "not met" : "inconclusive";
}

/// A condition on a score, `[FILTER:] METRIC>=NUMBER [within MARGIN]` or with `<=`: `sol>=0.8`,
/// `time<=120us`, `fast_1>=0.5`, `^gemm.*/tiled$: speedup>=1 within 2%`.
struct gate {
  enum class metric {
    sol,           ///< limit / time, of each candidate
    speedup,       ///< over the baseline, of each candidate
    time,          ///< of each candidate
    sol_score,     ///< of each candidate
    fast_p,        ///< share of cases faster than p times the baseline
    sol_fast_p,    ///< share of cases above p of the speed of light
    geomean,       ///< geometric mean of the cases' speedups
    geomean_time,  ///< geometric mean of the cases' times
    pass_at_k,     ///< of k candidates one is correct
  };
  std::string text;  ///< as given
  /// Admits "PROBLEM AXES/CANDIDATE", e.g. "gemm m=64 n=64/tiled"; everything unless a filter was given.
  name_filter filter = {};
  bool filtered = false;
  metric of = metric::sol;
  double p = 0.0;        ///< of fast_p and sol_fast_p
  int k = 1;             ///< of pass_at_k
  bool at_least = true;  ///< `>=`; otherwise `<=`
  double bound = 0.0;    ///< a ratio, or seconds for times
  double margin = 0.0;   ///< by which share of the bound it may be missed

  /// The bound, eased by the margin.
  [[nodiscard]] double eased_bound() const { return at_least ? bound / (1 + margin) : bound * (1 + margin); }
  /// Of seconds, not of a ratio.
  [[nodiscard]] bool is_time() const { return of == metric::time || of == metric::geomean_time; }
  /// Verdicts alone decide pass@k; fast_0 does not, since it is of cases whose speedup is known.
  [[nodiscard]] bool needs_times() const { return of != metric::pass_at_k; }
};

namespace detail {

/// Reads one condition; throws usage_error that begins with `where`.
class gate_parser {
 public:
  gate_parser(const std::string& text, const std::string& where) : text_(text), where_(where) {
    result_.text = text;
  }

  [[nodiscard]] gate parse() {
    std::string rest = text_;
    // No metric has a colon and regular expressions may, so the last one separates.
    if (const std::size_t colon = text_.rfind(':'); colon != std::string::npos) {
      const std::string filter = trimmed(text_.substr(0, colon));
      if (filter.empty()) wrong("nothing in front of the colon");
      result_.filter = name_filter(where_, filter);
      result_.filtered = true;
      rest = text_.substr(colon + 1);
    }
    std::size_t at = rest.find(">=");
    if (at == std::string::npos) {
      result_.at_least = false;
      at = rest.find("<=");
    }
    if (at == std::string::npos) wrong("no >= or <=");
    read_metric(trimmed(rest.substr(0, at)));
    std::string number = rest.substr(at + 2);
    if (const std::size_t within = number.find(" within "); within != std::string::npos) {
      read_margin(trimmed(number.substr(within + 8)));
      number.erase(within);
    }
    read_bound(trimmed(number));
    return result_;
  }

 private:
  [[noreturn]] void wrong(const std::string& why) const {
    throw usage_error(where_ + " " + shown(text_) + ": " + why +
                      "; expected METRIC>=NUMBER or METRIC<=NUMBER with METRIC one of sol, speedup, time, "
                      "sol_score, fast_P, sol_fast_P, geomean, geomean_time, pass@K, e.g. sol>=0.8, "
                      "time<=120us, fast_1>=0.5, 'gemm: speedup>=1 within 2%'");
  }
  /// Of a line that is none, its beginning has to do.
  static std::string shown(const std::string& part) {
    return part.size() > 200 ? part.substr(0, 200) + "…" : part;
  }
  static std::string trimmed(const std::string& part) {
    const char* const blanks = " \t\n\v\f\r";
    const std::size_t first = part.find_first_not_of(blanks);
    return first == std::string::npos ? "" : part.substr(first, part.find_last_not_of(blanks) + 1 - first);
  }
  /// `rest` takes what stands behind the number; without it nothing may.
  double number_in(const std::string& digits, std::string* rest = nullptr) const {
    char* end = nullptr;
    const double value = std::strtod(digits.c_str(), &end);
    const bool padded = std::isspace(static_cast<unsigned char>(digits.c_str()[0])) != 0;
    if (end == digits.c_str() || padded || !std::isfinite(value) || (!rest && *end))
      wrong("'" + shown(digits) + "' is not a number");
    if (rest) *rest = trimmed(end);
    return value;
  }

  void read_metric(const std::string& name) {
    using metric = gate::metric;
    const auto threshold = [&](std::size_t prefix) {
      const double p = number_in(name.substr(prefix));
      if (p < 0) wrong("a speedup is never negative");
      return p;
    };
    if (name == "sol")
      result_.of = metric::sol;
    else if (name == "speedup")
      result_.of = metric::speedup;
    else if (name == "time")
      result_.of = metric::time;
    else if (name == "sol_score")
      result_.of = metric::sol_score;
    else if (name == "geomean")
      result_.of = metric::geomean;
    else if (name == "geomean_time")
      result_.of = metric::geomean_time;
    else if (name.rfind("fast_", 0) == 0) {
      result_.of = metric::fast_p;
      result_.p = threshold(5);
    } else if (name.rfind("sol_fast_", 0) == 0) {
      result_.of = metric::sol_fast_p;
      result_.p = threshold(9);
    } else if (name.rfind("pass@", 0) == 0) {
      result_.of = metric::pass_at_k;
      const double k = number_in(name.substr(5));
      if (k < 1 || k > 1e6 || k != std::floor(k)) wrong("pass@K needs a whole number of at least 1");
      result_.k = static_cast<int>(k);
    } else {
      wrong("unknown metric '" + shown(name) + "'");
    }
  }

  void read_bound(const std::string& number) {
    std::string unit;
    result_.bound = number_in(number, &unit);
    if (result_.is_time()) {
      if (unit == "ns")
        result_.bound *= 1e-9;
      else if (unit == "us" || unit == "µs")
        result_.bound *= 1e-6;
      else if (unit == "ms")
        result_.bound *= 1e-3;
      else if (unit != "s")
        wrong("a time needs its unit: ns, us, ms or s");
    } else if (unit == "%") {
      result_.bound /= 100;
    } else if (!unit.empty()) {
      wrong("unexpected '" + shown(unit) + "'");
    }
    if (std::abs(result_.bound) > 1e300) wrong("no figure comes near that bound");
  }

  void read_margin(const std::string& text) {
    std::string unit;
    result_.margin = number_in(text, &unit);
    if (unit == "%")
      result_.margin /= 100;
    else if (!unit.empty())
      wrong("unexpected '" + shown(unit) + "'");
    if (result_.margin < 0) wrong("a margin is never negative");
    if (result_.margin > 1e3) wrong("a margin of more than 1000 times the bound");
  }

  const std::string& text_;
  const std::string& where_;
  gate result_;
};

}  // namespace detail

/// Throws usage_error that says what was expected. `where` is what the condition was written after.
[[nodiscard]] inline gate parse_gate(const std::string& text, const std::string& where = "--gate") {
  return detail::gate_parser(text, where).parse();
}

/// The conditions of a file: one a line; empty lines and what follows a # at the beginning of a line or after
/// a blank are passed over. Throws usage_error that begins with file and line, and where there is no
/// condition at all: a gate that asks nothing is a mistake.
[[nodiscard]] inline std::vector<gate> parse_gates(const std::string& text, const std::string& path) {
  std::vector<gate> gates;
  std::istringstream lines(text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    for (std::size_t at = line.find('#'); at != std::string::npos; at = line.find('#', at + 1))
      if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') {
        line.erase(at);
        break;
      }
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos) continue;
    const std::string where = path + ":" + std::to_string(number) + ":";
    gates.push_back(parse_gate(line.substr(first, line.find_last_not_of(" \t\r") + 1 - first), where));
  }
  if (gates.empty()) throw usage_error(path + ": the file has no gates");
  return gates;
}

/// Decided on the ends of the interval, against the bound eased by the margin: met when all of it is on the
/// right side, not met when all of it is on the wrong side, otherwise inconclusive. An interval with one end
/// has no bound on the other side; without any the value decides. What is not finite is not met.
[[nodiscard]] inline gate_answer decide(const gate& g, const score_value& value) {
  for (const double one : {value.value, value.lower.value_or(0.0), value.upper.value_or(0.0)})
    if (!std::isfinite(one)) return gate_answer::not_met;
  const double low = value.lower.value_or(value.upper ? -HUGE_VAL : value.value);
  const double high = value.upper.value_or(value.lower ? HUGE_VAL : value.value);
  const double bound = g.eased_bound();
  if (g.at_least)
    return low >= bound ? gate_answer::met : high < bound ? gate_answer::not_met : gate_answer::inconclusive;
  return high <= bound ? gate_answer::met : low > bound ? gate_answer::not_met : gate_answer::inconclusive;
}

}  // namespace assay
