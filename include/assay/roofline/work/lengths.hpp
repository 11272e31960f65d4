// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// How long each of several sequences (or groups) is. A view: what it was made of must live until the work is
/// computed.
///
///   const std::int64_t tokens[] = {17, 4096, 300};
///   assay::work::grouped_gemm{tokens, n, k}
///   assay::work::paged_attention{.contexts = assay::work::lengths::equal(64, 8192), …}
class work::lengths {
 public:
  /// More than these are refused: what they refer to is added up one by one.
  static constexpr std::int64_t most = std::int64_t{1} << 26;

  constexpr lengths() = default;
  constexpr lengths(const std::int64_t* values, std::int64_t count) : values_(values), count_(count) {}
  template <std::size_t Count>
  constexpr lengths(const std::int64_t (&values)[Count]) : lengths(values, std::int64_t{Count}) {}
  /// std::vector<std::int64_t>, std::array, std::span.
  template <class Container>
  requires requires(const Container& c) {
    static_cast<const std::int64_t*>(c.data());
    c.size();
  }
  constexpr lengths(const Container& values)
      : lengths(values.data(), static_cast<std::int64_t>(values.size())) {}

  /// `count` sequences of `each`.
  [[nodiscard]] static constexpr lengths equal(std::int64_t count, std::int64_t each) {
    lengths result;
    result.count_ = count;
    result.each_ = each;
    return result;
  }

  [[nodiscard]] constexpr std::int64_t count() const { return count_; }
  [[nodiscard]] constexpr std::int64_t operator[](std::int64_t i) const {
    return values_ ? values_[i] : each_;
  }

 private:
  const std::int64_t* values_ = nullptr;
  std::int64_t count_ = 0;
  std::int64_t each_ = 0;  // where there are no values
};

namespace detail {

/// Refuses a count that is negative or too large, and a length below `lowest`.
[[nodiscard]] constexpr shape_check check_lengths(shape_check check, const char* name,
                                                  const work::lengths& values, std::int64_t lowest) {
  check.at_least(0, name, values.count())
      .at_most(name, values.count(), "the most that are added up", work::lengths::most);
  for (std::int64_t i = 0; check && i < values.count(); ++i) check.at_least(lowest, name, values[i]);
  return check;
}

}  // namespace detail
}  // namespace assay
