// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/verify/compare.hpp"
#include "assay/verify/explain.hpp"
#include "assay/verify/power.hpp"
#include "assay/verify/verdict.hpp"

namespace assay {

/// Holds a result that lies on the host against what is right, without declaring a problem:
///
///   auto v = assay::verify(result, reference, assay::tolerance::accumulating(k));
///   if (!v) std::puts(v.reason.c_str());
///
/// `got` is any contiguous range of an element type that assay knows (std::vector<float>, std::span<const
/// assay::bf16>, …), `expected` one of doubles, unrounded, of the same length. `name` is for the sentence
/// that says what is wrong. Whole numbers beyond 2^53 that a double does not tell from the right ones are
/// unverifiable, and so is a result whose tolerance would let wrong ones pass that are made for a test
/// (zeros, a constant, neighbours swapped, …); of an allclose that is a finding. `extents`: of the tensor,
/// the last one contiguous, for tiles and places; by default it has one. Throws usage_error when the lengths
/// differ, or are zero: nothing would be verified; and for a calibrated tolerance, which needs a reference.
template <class Got, class Expected>
[[nodiscard]] verdict verify(const Got& got, const Expected& expected, const tolerance& bound = {},
                             const std::string& name = "result", std::vector<std::int64_t> extents = {}) {
  using element = std::remove_cv_t<std::remove_pointer_t<decltype(got.data())>>;
  static_assert(std::is_same_v<storage_of_t<element>, element>,
                "an object of this type is not one element of a packed tensor: use compare()");
  static_assert(std::is_same_v<std::remove_cv_t<std::remove_pointer_t<decltype(expected.data())>>, double>,
                "what is right is given in double, unrounded");
  if (got.size() != expected.size() || got.size() == 0)
    throw usage_error("verify: '" + name + "' has " + std::to_string(got.size()) +
                      " elements and what is right has " + std::to_string(expected.size()) +
                      "; expected the same number, and not 0");
  if (bound.how == tolerance::kind::calibrated)
    throw usage_error("verify: '" + name +
                      "' has a calibrated tolerance; expected another: only a problem has a reference whose "
                      "errors could be the measure");
  const auto count = static_cast<std::int64_t>(got.size());
  if (extents.empty()) extents = {count};
  if (std::accumulate(extents.begin(), extents.end(), std::int64_t{1}, std::multiplies<>()) != count)
    throw usage_error("verify: '" + name + "' has " + std::to_string(count) +
                      " elements; expected the extents' product");
  constexpr dtype type = dtype_of<element>::value;
  const expectation right{{expected.data(), expected.data() + expected.size()}, {}};
  verdict result{outcome::correct,
                 "",
                 {compare(name, type, got.data(), count, right, bound, std::nullopt, extents.back())}};
  comparison& seen = result.comparisons.front();
  seen.extents = extents;
  if (!seen.matches()) {
    result.outcome = outcome::wrong;
    result.reason = describe_mismatch(seen, extents);
    return result;
  }
  constexpr std::size_t most = 1 << 14;  // elements: a few milliseconds
  const std::span<const double> first(expected.data(), std::min<std::size_t>(expected.size(), most));
  result.reason = judge_power(
      power_of(first, make_rule(bound, type, root_mean_square(right.values)), bound, extents.back()), name,
      bound, result.findings);
  if (result.reason.empty() && seen.blurred > 0) result.reason = describe_blurred(seen);
  if (!result.reason.empty()) result.outcome = outcome::unverifiable;
  return result;
}

}  // namespace assay
