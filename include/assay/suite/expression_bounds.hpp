// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <vector>

namespace assay {

/// Why a POSIX extended regular expression is not to be compiled; empty where it may be. Nobody needs these
/// for names, and with them a line of a gate file can take all memory and hours: glibc copies what is
/// repeated, once for each time, once more for +, and tries back-references one by one. `(a{1,100}){1,100}`
/// took 566 MB and 5 s for a name of 1000 characters; the bounds below keep both to a hundredth of that.
[[nodiscard]] inline std::string beyond_expression_bounds(const std::string& pattern) {
  constexpr double most_copies = 1000;
  constexpr std::size_t deepest = 50;
  struct group {
    double done = 0;  ///< copies of what stands before the last atom
    double last = 0;  ///< of the last atom, which a repetition multiplies
  };
  std::vector<group> open(1);
  bool repeated = false;  // what stands before is a repetition
  const auto add = [&](double copies) {
    open.back().done += open.back().last;
    open.back().last = copies;
  };
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\0') return "it holds a zero byte";
    const bool repeats = c == '*' || c == '+' || c == '?' || c == '{';
    // POSIX leaves open what they mean, and glibc takes minutes for ten of them.
    if (repeats && repeated) return "two repetitions in a row";
    repeated = repeats;
    if (c == '\\' && i + 1 < pattern.size()) {
      if (pattern[++i] >= '1' && pattern[i] <= '9') return "back-references are not taken";
      add(1);
    } else if (c == '[') {
      // A ] right behind the bracket, or behind its ^, is a member.
      i += pattern.compare(i + 1, 1, "^") == 0 ? 2 : 1;
      i = std::min(pattern.find(']', i + 1), pattern.size());
      add(1);
    } else if (c == '(') {
      open.emplace_back();
      if (open.size() > deepest) return "groups within more than " + std::to_string(deepest - 1) + " others";
    } else if (c == ')' && open.size() > 1) {
      // The group itself is copied, too, if there is nothing in it: (){1,10000} took 2 GB.
      const double whole = open.back().done + open.back().last + 1;
      open.pop_back();
      add(whole);
    } else if (c == '+') {
      open.back().last *= 2;
    } else if (c == '{') {
      // The larger of its numbers; {2,} keeps two and one more that may repeat.
      const std::size_t end = std::min(pattern.find('}', i), pattern.size());
      const std::size_t comma = std::min(pattern.find(',', i), end);
      const double low = std::atof(pattern.substr(i + 1, comma - i - 1).c_str());
      const double high = comma < end ? std::atof(pattern.substr(comma + 1, end - comma - 1).c_str()) : low;
      open.back().last *= std::max({low + 1, high, 1.0});
      i = end;
    } else if (!repeats) {
      add(1);
    }
    if (open.back().done + open.back().last > most_copies)
      return "it is longer than " + std::to_string(static_cast<int>(most_copies)) +
             " characters, with each that is repeated counted as often";
  }
  return "";
}

}  // namespace assay
