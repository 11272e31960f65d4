// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/suite/axis.hpp"
#include "assay/suite/memory_layout.hpp"
#include "assay/verify/attack.hpp"

namespace assay {

/// One case as one candidate gets it: all that its verdict depends on, on any machine.
struct trial {
  axis_values values;
  std::uint64_t seed = 0;
  assay::attack attack = attack::as_declared;
  memory_layout layout = {};
};

/// What `--replay` takes: a trial of one candidate of one problem.
struct replay_target {
  std::string problem, candidate;
  assay::trial trial;
  std::int64_t oracle_samples = 0;            ///< 0: as many as by default
  std::optional<double> oracle_seconds = {};  ///< as --oracle-seconds; absent: as by default
  bool timed = false;  ///< the verdict came up while the candidate was timed, and does only there
};

namespace detail {

/// `text` with % and two hexadecimal digits for what separates and for what a terminal or shell would take
/// for something else. A name that reads like a number has its first character written so.
[[nodiscard]] inline std::string escaped(const std::string& text, bool name) {
  constexpr const char* digits = "0123456789ABCDEF";
  std::int64_t number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool number_like = name && status == std::errc() && end == text.data() + text.size();
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool plain =
        byte >= ' ' && byte != 0x7F && std::string_view("%|,='\\").find(text[i]) == std::string::npos;
    if (plain && !(number_like && i == 0))
      result += text[i];
    else
      result += {'%', digits[byte / 16], digits[byte % 16]};
  }
  return result;
}

[[noreturn]] inline void bad_replay(const std::string& whole, const std::string& what) {
  throw usage_error("--replay '" + whole + "': " + what +
                    "; expected PROBLEM|CANDIDATE|AXIS=VALUE,…|seed=N, as a report prints it");
}

[[nodiscard]] inline std::string unescaped(std::string_view text, const std::string& whole) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
  };
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    if (i + 2 >= text.size() || digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0)
      bad_replay(whole, "a '%' without two hexadecimal digits behind it");
    result += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return result;
}

[[nodiscard]] inline std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

template <class Number>
[[nodiscard]] Number number_in(std::string_view text, const std::string& key, const std::string& whole) {
  Number value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool possible = [&] {
    if constexpr (std::is_integral_v<Number>)
      return std::cmp_greater_equal(value, 0);
    else
      return value >= 0 && std::isfinite(value);
  }();
  if (status != std::errc() || end != text.data() + text.size() || !possible)
    bad_replay(whole, key + "=" + std::string(text) + " is no number that it can be");
  return value;
}

}  // namespace detail

/// "saxpy|float4|n=17,T=fp32|seed=3|attack=one-hot|offset=16": names and values in which |,=%'\ and control
/// characters are written as % and two hexadecimal digits; what is as usual is left out, but for the seed.
[[nodiscard]] inline std::string to_string(const replay_target& target) {
  const trial& t = target.trial;
  std::string axes;
  for (const auto& [name, value] : t.values)
    axes += (axes.empty() ? "" : ",") + detail::escaped(name, false) + "=" +
            detail::escaped(to_string(value), value.index() == 1);
  std::string text = detail::escaped(target.problem, false) + "|" + detail::escaped(target.candidate, false) +
                     "|" + axes + "|seed=" + std::to_string(t.seed);
  if (t.attack != attack::as_declared) text += std::string("|attack=") + to_string(t.attack);
  if (t.layout.offset != 0) text += "|offset=" + std::to_string(t.layout.offset);
  if (t.layout.padding != 0) text += "|padding=" + std::to_string(t.layout.padding);
  if (t.layout.alias) text += "|alias=yes";
  if (t.layout.fence) text += std::string("|fence=") + to_string(t.layout.side);
  if (t.layout.separate) text += "|separate=yes";
  if (target.oracle_samples != 0) text += "|samples=" + std::to_string(target.oracle_samples);
  if (target.oracle_seconds) {
    char digits[32];  // as few as lead back to the same number
    text += "|seconds=" +
            std::string(digits, std::to_chars(digits, digits + sizeof digits, *target.oracle_seconds).ptr);
  }
  if (target.timed) text += "|timed=yes";
  return text;
}

/// Reads what to_string() wrote. Throws usage_error that says what is wrong with anything else.
[[nodiscard]] inline replay_target parse_replay(const std::string& text) {
  using detail::bad_replay;
  const std::vector<std::string_view> parts = detail::split(text, '|');
  if (parts.size() < 4) bad_replay(text, "it has " + std::to_string(parts.size()) + " parts, too few");
  replay_target target;
  target.problem = detail::unescaped(parts[0], text);
  target.candidate = detail::unescaped(parts[1], text);
  if (target.problem.empty() || target.candidate.empty()) bad_replay(text, "an empty name");
  if (!parts[2].empty())
    for (const std::string_view pair : detail::split(parts[2], ',')) {
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || equals == 0 || equals + 1 == pair.size())
        bad_replay(text, "'" + std::string(pair) + "' is no AXIS=VALUE");
      const std::string name = detail::unescaped(pair.substr(0, equals), text);
      const std::string_view value = pair.substr(equals + 1);
      for (const auto& [other, known] : target.trial.values)
        if (other == name) bad_replay(text, "two values for the axis '" + name + "'");
      std::int64_t number = 0;
      const auto [end, status] = std::from_chars(value.data(), value.data() + value.size(), number);
      if (status == std::errc() && end == value.data() + value.size())
        target.trial.values.emplace_back(name, number);
      else
        target.trial.values.emplace_back(name, detail::unescaped(value, text));
    }
  std::vector<std::string> seen;
  for (std::size_t i = 3; i < parts.size(); ++i) {
    const std::size_t equals = std::min(parts[i].find('='), parts[i].size());
    const std::string key(parts[i].substr(0, equals));
    const std::string_view value = parts[i].substr(std::min(equals + 1, parts[i].size()));
    if (std::find(seen.begin(), seen.end(), key) != seen.end())
      bad_replay(text, "'" + key + "' is given twice");
    seen.push_back(key);
    if (key == "seed") {
      target.trial.seed = detail::number_in<std::uint64_t>(value, key, text);
    } else if (key == "attack") {
      const auto attack = attack_named(std::string(value));
      if (!attack) bad_replay(text, "there is no attack '" + std::string(value) + "'");
      target.trial.attack = *attack;
    } else if (key == "offset") {
      target.trial.layout.offset = detail::number_in<std::int64_t>(value, key, text);
    } else if (key == "padding") {
      target.trial.layout.padding = detail::number_in<std::int64_t>(value, key, text);
    } else if (key == "alias" && value == "yes") {
      target.trial.layout.alias = true;
    } else if (key == "fence" &&
               (value == to_string(fence_side::above) || value == to_string(fence_side::below))) {
      target.trial.layout.fence = true;
      target.trial.layout.side =
          value == to_string(fence_side::above) ? fence_side::above : fence_side::below;
    } else if (key == "separate" && value == "yes") {
      target.trial.layout.separate = true;
    } else if (key == "samples") {
      target.oracle_samples = detail::number_in<std::int64_t>(value, key, text);
    } else if (key == "seconds") {
      target.oracle_seconds = detail::number_in<double>(value, key, text);
    } else if (key == "timed" && value == "yes") {
      target.timed = true;
    } else {
      bad_replay(text, "'" + std::string(parts[i]) + "' is nothing that it knows");
    }
  }
  if (std::find(seen.begin(), seen.end(), "seed") == seen.end()) bad_replay(text, "no seed");
  return target;
}

}  // namespace assay
