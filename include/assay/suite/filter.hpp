// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <regex.h>

#include <charconv>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/suite/axis.hpp"
#include "assay/suite/expression_bounds.hpp"

namespace assay {

/// Which values of one axis are wanted: `n=1024`, `n=16,64`, `n=1..`, `n=..4096`, `n=1..64`, `T=fp32,bf16`.
/// What is no range of whole numbers is a name, with or without dots.
class axis_filter {
 public:
  /// Throws usage_error when the text is none of these.
  explicit axis_filter(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
      throw usage_error("--axis " + text +
                        ": expected NAME=VALUES, e.g. n=1024 or n=16,64 or n=1.. or T=fp32");
    name_ = text.substr(0, equals);
    whole_ = text.substr(equals + 1);
    for (std::size_t begin = equals + 1; begin <= text.size();) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      add_choice(text.substr(begin, end - begin), text);
      begin = end + 1;
    }
  }

  [[nodiscard]] const std::string& name() const { return name_; }

  [[nodiscard]] bool admits(const axis_value& value) const {
    if (to_string(value) == whole_) return true;  // a name may hold a comma
    for (const choice& c : choices_) {
      if (to_string(value) == c.text) return true;
      if (c.low && value.index() == 0 && std::get<0>(value) >= *c.low && std::get<0>(value) <= *c.high)
        return true;
    }
    return false;
  }
  /// Throws usage_error where a choice can only have been meant as a range of numbers and is none: for an
  /// axis that has no names.
  void expect_numbers() const {
    for (const choice& c : choices_)
      if (!c.no_range.empty()) throw usage_error("--axis " + name_ + "=" + whole_ + ": " + c.no_range);
  }

 private:
  struct choice {
    std::string text;
    std::optional<std::int64_t> low, high;  ///< both or neither
    std::string no_range;                   ///< why it is no range of numbers, though it has dots
  };

  void add_choice(const std::string& part, const std::string& whole) {
    if (part.empty()) throw usage_error("--axis " + whole + ": an empty value");
    const std::size_t dots = part.find("..");
    if (dots == std::string::npos) {
      choices_.push_back({part, std::nullopt, std::nullopt, ""});
      return;
    }
    std::string no_range;
    const auto bound = [&](const std::string& digits, std::int64_t open_end) {
      if (digits.empty()) return open_end;
      std::int64_t value = 0;
      const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
      if (status != std::errc() || end != digits.data() + digits.size())
        no_range = "'" + digits + "' is not a whole number";
      return value;
    };
    const std::int64_t low = bound(part.substr(0, dots), std::numeric_limits<std::int64_t>::min());
    const std::int64_t high = bound(part.substr(dots + 2), std::numeric_limits<std::int64_t>::max());
    if (!no_range.empty())
      choices_.push_back({part, std::nullopt, std::nullopt, no_range});
    else if (low > high)
      throw usage_error("--axis " + whole + ": the range " + part + " is empty");
    else
      choices_.push_back({part, low, high, ""});
  }

  std::string name_, whole_;
  std::vector<choice> choices_;
};

/// A regular expression that an option gave, matched anywhere in a name. Empty admits everything. POSIX
/// extended, not std::regex: clang 15, on which hipcc 5 is built, crashes on <regex> when it compiles HIP as
/// C++20.
class name_filter {
 public:
  name_filter() = default;
  /// `option` is what the user wrote it after, for the error.
  name_filter(const std::string& option, const std::string& pattern) {
    if (pattern.empty()) return;
    if (const std::string why = beyond_expression_bounds(pattern); !why.empty())
      throw usage_error(option + " " + pattern.substr(0, 200) + ": not an expression for names: " + why);
    auto compiled = std::make_unique<regex_t>();
    if (const int status = regcomp(compiled.get(), pattern.c_str(), REG_EXTENDED | REG_NOSUB)) {
      char words[256];
      regerror(status, compiled.get(), words, sizeof words);
      throw usage_error(option + " " + pattern + ": not a regular expression: " + words);
    }
    pattern_ = std::shared_ptr<const regex_t>(compiled.release(), [](regex_t* expression) {
      regfree(expression);
      delete expression;
    });
  }
  [[nodiscard]] bool admits(const std::string& name) const {
    return !pattern_ || regexec(pattern_.get(), name.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  std::shared_ptr<const regex_t> pattern_;
};

}  // namespace assay
