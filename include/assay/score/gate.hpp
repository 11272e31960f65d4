// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cctype>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>

#include "assay/core/error.hpp"

namespace assay {

enum class gate_answer { met, not_met, inconclusive };

[[nodiscard]] constexpr const char* to_string(gate_answer answer) {
  return answer == gate_answer::met ? "met" : answer == gate_answer::not_met ? "not met" : "inconclusive";
}

/// A condition on a score: `sol>=0.8`, `speedup>=1.0`, `time<=120us`, `fast_1>=0.5`.
struct gate {
  enum class metric { sol, speedup, time, fast_p };
  std::string text;  ///< as given
  metric of = metric::sol;
  double p = 0.0;        ///< of fast_p
  bool at_least = true;  ///< `>=`; otherwise `<=`
  double bound = 0.0;    ///< a ratio, or seconds for `time`
};

/// A value with the interval in which it lies.
struct gated_value {
  double value = 0.0;
  std::optional<double> lower, upper;
};

/// Throws usage_error that says what was expected.
[[nodiscard]] inline gate parse_gate(const std::string& text) {
  const auto wrong = [&](const std::string& why) {
    return usage_error(
        "--gate " + text + ": " + why +
        "; expected METRIC>=NUMBER or METRIC<=NUMBER with METRIC one of sol, speedup, time, fast_P, "
        "e.g. sol>=0.8, speedup>=1.0, time<=120us, fast_1>=0.5");
  };
  const auto trimmed = [](const std::string& part) {
    const char* const blanks = " \t\n\v\f\r";
    const std::size_t first = part.find_first_not_of(blanks);
    return first == std::string::npos ? "" : part.substr(first, part.find_last_not_of(blanks) + 1 - first);
  };
  std::size_t at = text.find(">=");
  gate g;
  g.text = text;
  if (at == std::string::npos) {
    g.at_least = false;
    at = text.find("<=");
  }
  if (at == std::string::npos) throw wrong("no >= or <=");
  const std::string name = trimmed(text.substr(0, at)), number = trimmed(text.substr(at + 2));
  const auto parse = [&](const std::string& digits, std::string* rest) {
    char* end = nullptr;
    const double value = std::strtod(digits.c_str(), &end);
    const bool padded = std::isspace(static_cast<unsigned char>(digits.c_str()[0])) != 0;
    if (end == digits.c_str() || padded || !std::isfinite(value) || (!rest && *end))
      throw wrong("'" + digits + "' is not a number");
    if (rest) *rest = trimmed(end);
    return value;
  };
  if (name == "sol")
    g.of = gate::metric::sol;
  else if (name == "speedup")
    g.of = gate::metric::speedup;
  else if (name == "time")
    g.of = gate::metric::time;
  else if (name.rfind("fast_", 0) == 0) {
    g.of = gate::metric::fast_p;
    g.p = parse(name.substr(5), nullptr);
    if (g.p < 0) throw wrong("a speedup is never negative");
  } else
    throw wrong("unknown metric '" + name + "'");

  std::string unit;
  g.bound = parse(number, &unit);
  if (unit == "%" && g.of != gate::metric::time)
    g.bound /= 100;
  else if (g.of == gate::metric::time) {
    if (unit == "ns")
      g.bound *= 1e-9;
    else if (unit == "us" || unit == "µs")
      g.bound *= 1e-6;
    else if (unit == "ms")
      g.bound *= 1e-3;
    else if (unit != "s")
      throw wrong("a time needs its unit: ns, us, ms or s");
  } else if (!unit.empty())
    throw wrong("unexpected '" + unit + "'");
  return g;
}

/// Decided on the ends of the interval: met when all of it is on the right side of the bound, not met when
/// all of it is on the wrong side, otherwise inconclusive. Without an interval the value decides. What is not
/// finite is not met.
[[nodiscard]] inline gate_answer decide(const gate& g, const gated_value& value) {
  const double low = value.lower.value_or(value.value), high = value.upper.value_or(value.value);
  for (const double one : {value.value, low, high})
    if (!std::isfinite(one)) return gate_answer::not_met;
  if (g.at_least)
    return low >= g.bound   ? gate_answer::met
           : high < g.bound ? gate_answer::not_met
                            : gate_answer::inconclusive;
  return high <= g.bound ? gate_answer::met
         : low > g.bound ? gate_answer::not_met
                         : gate_answer::inconclusive;
}

}  // namespace assay
