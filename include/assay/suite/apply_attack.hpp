// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "assay/suite/declared_problem.hpp"
#include "assay/verify/attack.hpp"
#include "assay/verify/compare.hpp"

namespace assay {

/// Replaces the fills of a problem's inputs by those of an attack.
inline void apply_attack(declared_problem& problem, attack how, std::uint64_t seed) {
  if (how == attack::as_declared) return;
  std::size_t together = 0;
  double limit = 0x1p52;
  for (const declared_tensor& t : problem.tensors()) {
    if (t.role == tensor_role::input)
      together += is_attackable(t.how, t.type);
    else
      limit = std::min(limit, exact_sum_limit(problem.bound(), t.type));
    if (t.role == tensor_role::inout) together += is_attackable(t.how, t.type);
  }
  const double wide = wide_limit(limit, problem.bound().chain);
  std::size_t place = 0;
  for (declared_tensor& t : problem.tensors()) {
    if (t.role == tensor_role::output || !is_attackable(t.how, t.type)) continue;
    t.how = attack_fill(how, {t.how, t.type, t.extents.empty() ? 1 : t.extents.back(), place++, together},
                        wide, seed);
  }
}

namespace detail {

/// The power of two of which all that a fill gives to a floating type is a whole multiple. Absent for real
/// numbers.
[[nodiscard]] inline std::optional<double> unit_of(const fill& how, dtype type) {
  const auto last_bit = [](double value) {
    if (value == 0.0) return 0x1p52;  // a multiple of anything
    int exponent = 0;
    const auto whole = static_cast<std::int64_t>(std::ldexp(std::frexp(value, &exponent), 53));
    return std::ldexp(static_cast<double>(whole & -whole), exponent - 53);
  };
  switch (how.how) {
    case fill::kind::lattice:
    case fill::kind::index_code: return std::min(last_bit(how.a), last_bit(how.c));
    case fill::kind::opposites: return last_bit(how.a);
    case fill::kind::one_hot:
    case fill::kind::sparse: return std::min(last_bit(how.a), last_bit(how.b));
    case fill::kind::constant: return last_bit(round_to(type, how.a));
    case fill::kind::integer:
    case fill::kind::permutation: return 1.0;
    default: return std::nullopt;
  }
}

}  // namespace detail

/// Whether a right candidate can have no rounding error in its sums: the inputs of the (attacked) problem are
/// whole multiples of powers of two, and what is right is made of whole multiples of the product of the
/// largest and the least, all within what the accumulator adds up exactly. Products of two tensors of many
/// bits are not claimed. What holds by chance for a few results of a quotient or a mean does not for 16
/// different ones. Says nothing of the chain: it has to be as declared.
[[nodiscard]] inline bool is_exact(const declared_problem& attacked, dtype output, const expectation& right) {
  if (attacked.bound().how != tolerance::kind::derived) return false;
  std::vector<double> units;
  for (const declared_tensor& t : attacked.tensors()) {
    if (t.role == tensor_role::output || !is_floating(t.type)) continue;
    const std::optional<double> unit = detail::unit_of(t.how, t.type);
    if (!unit) return false;
    units.push_back(std::min(*unit, 1.0));
  }
  std::sort(units.begin(), units.end());
  const double unit = units.empty() ? 1.0 : units.size() == 1 ? units[0] : units.front() * units.back();
  const double limit = exact_sum_limit(attacked.bound(), output);
  std::set<double> different;
  for (const double value : right.values) {
    const double multiple = value / unit;
    if (!(std::fabs(multiple) <= limit) || multiple != std::floor(multiple)) return false;
    if (different.size() < 16) different.insert(value);
  }
  return different.size() >= 16;
}

}  // namespace assay
