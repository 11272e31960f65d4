// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/verify/attack.hpp"

#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "assay/verify/fill_value.hpp"
#include "support/catch.hpp"

using namespace assay;

namespace {

constexpr dtype every_type[] = {dtype::fp64,  dtype::fp32,   dtype::fp16,   dtype::bf16,
                                dtype::int8,  dtype::int16,  dtype::int32,  dtype::int64,
                                dtype::uint8, dtype::uint16, dtype::uint32, dtype::uint64};
constexpr attack ordinary[] = {attack::as_declared, attack::integers,  attack::index_code,
                               attack::one_hot,     attack::all_equal, attack::powers_of_two,
                               attack::cancellation};
constexpr attack special_ones[] = {attack::subnormals, attack::near_max, attack::signed_zeros, attack::nan,
                                   attack::infinity};

constexpr double wide = 0x1p13;

attacked_tensor tensor_of(const fill& declared, dtype type, std::size_t place, std::size_t together = 2) {
  return {declared, type, 12, place, together};
}

std::vector<double> values(const fill& how, dtype type, std::uint64_t seed, std::int64_t count = 300) {
  std::vector<double> result;
  for (std::int64_t i = 0; i < count; ++i) result.push_back(fill_element(how, type, seed, 0, i, count));
  return result;
}

/// The two parts that an attack has for two tensors of one kind, whichever tensor has them.
struct parts {
  fill first, second;
};
parts parts_of(attack how, const fill& declared, dtype type, std::uint64_t seed) {
  const fill a = attack_fill(how, tensor_of(declared, type, 0), wide, seed);
  const fill b = attack_fill(how, tensor_of(declared, type, 1), wide, seed);
  return {a, b};
}

}  // namespace

TEST_CASE("attacks are named, and found by their names") {
  std::set<std::string> names;
  for (std::size_t i = 0; i < attack_count; ++i) {
    const auto how = static_cast<attack>(i);
    names.insert(to_string(how));
    CHECK(attack_named(to_string(how)) == how);
  }
  CHECK(names.size() == attack_count);
  CHECK_FALSE(attack_named("onehot"));
  CHECK_FALSE(attack_named(""));
}

TEST_CASE("no attack but the specials leaves the declared range, in any type") {
  struct {
    fill declared;
    double low, high;
  } const cases[] = {{uniform(-1, 1), -1, 1},
                     {positive(), 0x1p-10, 1},
                     {uniform(0, 1), 0, 1},
                     {uniform(-3, -0.25), -3, -.25},
                     {uniform(1000, 1001), 1000, 1001},
                     {uniform(-1e-30, 1e-30), -1e-30, 1e-30},
                     {integers(-100, 100), -100, 100},
                     {integers(3, 5), 3, 5},
                     {index_below(1), 0, 0},
                     {index_below(1000), 0, 999},
                     {integers(-7, -2), -7, -2},
                     {normal(2, 0.5), -0.45, 4.45},
                     {integers(0, 1), 0, 1},
                     {uniform(0.3, 0.4), .3, .4}};
  for (const auto& c : cases)
    for (const dtype type : every_type)
      for (const attack how : ordinary)
        for (std::uint64_t seed = 0; seed < 8; ++seed)
          for (std::size_t place = 0; place < 3; ++place) {
            // The type may not be able to hold the range at all, then as little with the declared fill.
            const fill filled = attack_fill(how, tensor_of(c.declared, type, place, 3), wide, seed);
            if (filled.how == c.declared.how && filled.a == c.declared.a && filled.b == c.declared.b)
              continue;
            for (const double value : values(filled, type, seed, 100)) {
              const bool inside = value >= c.low &&
                                  (c.declared.how == fill::kind::uniform ? value < c.high : value <= c.high);
              if (!inside)
                FAIL(to_string(how) << " in " << to_string(type) << " of [" << c.low << ", " << c.high
                                    << "]: " << value);
              if (c.declared.how == fill::kind::integer && value != std::floor(value))
                FAIL("not whole: " << value);
            }
          }
}

TEST_CASE("what has to stay as it is declared does") {
  for (std::size_t i = 0; i < attack_count; ++i)
    for (const fill& declared : {permutation(), sorted(0, 1), constant(0.1), constant(3)}) {
      const fill filled =
          attack_fill(static_cast<attack>(i), tensor_of(declared, dtype::fp32, 0, 1), wide, 5);
      CHECK(filled.how == declared.how);
      CHECK(filled.a == declared.a);
      CHECK_FALSE(is_attackable(declared, dtype::fp32));
    }
  CHECK_FALSE(is_attackable(uniform(-1, 1), dtype::boolean));
  CHECK_FALSE(is_attackable(uniform(1, 1), dtype::fp32));
  CHECK(is_attackable(uniform(-1, 1), dtype::fp32));
  CHECK(is_attackable(integers(-2, 2), dtype::int8));
}

TEST_CASE("every attack changes what the default fill gives") {
  for (const attack how : ordinary) {
    if (how == attack::as_declared) continue;
    for (const dtype type : {dtype::fp64, dtype::fp32, dtype::fp16, dtype::bf16, dtype::int8, dtype::int32}) {
      CAPTURE(to_string(how), to_string(type));
      const fill declared = default_fill(type);
      const auto [a, b] = parts_of(how, declared, type, 1);
      CHECK((a.how != declared.how || a.a != declared.a || b.how != declared.how || b.a != declared.a));
    }
  }
}

TEST_CASE("sums of products of what attacks fill with are exact in fp32, in every order") {
  // The bound that wide_limit() was asked for, K products into fp32.
  for (const std::int64_t chain : {1, 40, 1024, 16384}) {
    const double limit = exact_sum_limit(tolerance::accumulating(chain), dtype::fp32);
    CHECK(limit == 0x1p24);
    for (const attack how :
         {attack::integers, attack::index_code, attack::one_hot, attack::all_equal, attack::cancellation})
      for (const dtype type : {dtype::fp32, dtype::fp16, dtype::bf16})
        for (std::uint64_t seed = 0; seed < 6; ++seed) {
          const double room = wide_limit(limit, chain);
          const std::vector<double> a =
              values(attack_fill(how, tensor_of(uniform(-1, 1), type, 0), room, seed), type, seed, chain);
          const std::vector<double> b =
              values(attack_fill(how, tensor_of(uniform(-1, 1), type, 1), room, seed), type, seed + 1, chain);
          float up = 0, down = 0;
          double exact = 0;
          for (std::size_t k = 0; k < a.size(); ++k) {
            exact += a[k] * b[k];
            up += static_cast<float>(a[k]) * static_cast<float>(b[k]);
            const std::size_t last = a.size() - 1 - k;
            down += static_cast<float>(a[last]) * static_cast<float>(b[last]);
          }
          CAPTURE(to_string(how), to_string(type), seed, chain);
          CHECK(static_cast<double>(up) == exact);
          CHECK(static_cast<double>(down) == exact);
        }
  }
}

TEST_CASE("integers have as many bits as the type, and tell tf32 from fp32") {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const auto [a, b] = parts_of(attack::integers, uniform(-1, 1), dtype::fp32, seed);
    CHECK((a.how == fill::kind::lattice) != (b.how == fill::kind::lattice));
    const fill& many = a.how == fill::kind::lattice ? a : b;
    const fill& few = a.how == fill::kind::lattice ? b : a;
    int beyond_tf32 = 0;
    for (const double value : values(many, dtype::fp32, seed)) {
      int exponent = 0;
      const double scaled = std::ldexp(std::frexp(value, &exponent), 11);
      beyond_tf32 += scaled != std::floor(scaled);
    }
    CHECK(beyond_tf32 > 100);
    std::set<double> seen;
    for (const double value : values(few, dtype::fp32, seed)) seen.insert(value);
    CHECK(seen == std::set<double>{-0.5, 0.0, 0.5});
  }
  // Another seed has the parts the other way round.
  std::set<bool> turns;
  for (std::uint64_t seed = 0; seed < 16; ++seed)
    turns.insert(parts_of(attack::integers, uniform(-1, 1), dtype::fp32, seed).first.how ==
                 fill::kind::lattice);
  CHECK(turns.size() == 2);
}

TEST_CASE("wide numbers leave room for the declared chain") {
  CHECK(wide_limit(0x1p24, 1) == 0x1p15);
  CHECK(wide_limit(0x1p24, 1024) == 0x1p10);
  CHECK(wide_limit(0x1p24, std::int64_t{1} << 40) == 1.0);
  CHECK(wide_limit(0x1p11, 16) == 8.0);
  CHECK(exact_sum_limit(tolerance::accumulating(1, dtype::fp16), dtype::fp16) == 0x1p11);
  CHECK(exact_sum_limit({}, dtype::fp64) == 0x1p52);
}

TEST_CASE("cancelling pairs cancel, but for a little") {
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    const auto [a, b] = parts_of(attack::cancellation, uniform(-1, 1), dtype::fp32, seed);
    const fill& pairs = a.how == fill::kind::opposites ? a : b;
    REQUIRE(pairs.how == fill::kind::opposites);
    CHECK((a.how == fill::kind::constant || b.how == fill::kind::constant));
    CHECK((pairs.c == 1.0 || pairs.c == 12.0));
    double sum = 0, size = 0;
    for (const double value : values(pairs, dtype::fp32, seed, 24 * 20)) {
      sum += value;
      size += std::fabs(value);
    }
    CHECK(size > 50);
    CHECK(sum > 0);
    CHECK(sum < size / 1000);
  }
}

TEST_CASE("an index code tells neighbours apart, and rows") {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const auto [a, b] = parts_of(attack::index_code, uniform(-1, 1), dtype::fp32, seed);
    const fill& code = a.how == fill::kind::index_code ? a : b;
    const fill& identity = a.how == fill::kind::index_code ? b : a;
    REQUIRE(code.how == fill::kind::index_code);
    const std::vector<double> coded = values(code, dtype::fp32, seed);
    for (const std::size_t apart : {1u, 2u, 8u, 12u, 32u, 128u})
      for (std::size_t i = apart; i < coded.size(); ++i)
        if (coded[i] == coded[i - apart]) FAIL("the same at " << i << " and " << apart << " before");
    // One step to the right in each row: a shifted identity of 12 columns.
    REQUIRE(identity.how == fill::kind::one_hot);
    CHECK(identity.c == 13);
    std::set<std::int64_t> shifts;
    int found = 0;
    const std::vector<double> ones = values(identity, dtype::fp32, seed, 12 * 12);
    for (std::int64_t i = 0; i < 144; ++i)
      if (ones[static_cast<std::size_t>(i)] != 0) {
        ++found;
        shifts.insert((i % 12 - i / 12 + 13) % 13);
      }
    CHECK(found >= 10);
    CHECK(shifts.size() == 1);
  }
}

TEST_CASE("one column is hot") {
  const auto [a, b] = parts_of(attack::one_hot, uniform(-1, 1), dtype::fp32, 3);
  const fill& hot = a.how == fill::kind::one_hot ? a : b;
  REQUIRE(hot.how == fill::kind::one_hot);
  std::set<std::size_t> columns;
  const std::vector<double> all = values(hot, dtype::fp32, 3, 120);
  int found = 0;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i] != 0) {
      columns.insert(i % 12);
      ++found;
    }
  CHECK(columns.size() == 1);
  CHECK(found == 10);
}

TEST_CASE("specials go to one tensor of real numbers of either sign, and to no other") {
  for (const attack how : special_ones) {
    CAPTURE(to_string(how));
    CHECK(needed_for(how) != special::none);
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      int changed = 0;
      for (std::size_t place = 0; place < 3; ++place) {
        const fill filled = attack_fill(how, tensor_of(uniform(-1, 1), dtype::fp32, place, 3), wide, seed);
        changed += filled.how != fill::kind::uniform || filled.a != -1.0;
      }
      CHECK(changed == 1);
      for (const fill& declared : {positive(), integers(-5, 5)})
        CHECK(attack_fill(how, tensor_of(declared, dtype::fp32, 0, 1), wide, seed).how == declared.how);
      CHECK(attack_fill(how, tensor_of(integers(-5, 5), dtype::int32, 0, 1), wide, seed).how ==
            fill::kind::integer);
    }
  }
  for (const attack how : ordinary) CHECK(needed_for(how) == special::none);
}

TEST_CASE("specials are what they say") {
  for (const dtype type : {dtype::fp64, dtype::fp32, dtype::fp16, dtype::bf16}) {
    CAPTURE(to_string(type));
    const auto given = [&](attack how) {
      return values(attack_fill(how, tensor_of(uniform(-1, 1), type, 0, 1), wide, 7), type, 7);
    };
    int nans = 0, infinities = 0, largest = 0, negative_zeros = 0, positive_zeros = 0;
    for (const double v : given(attack::nan)) nans += std::isnan(v);
    for (const double v : given(attack::infinity)) infinities += std::isinf(v);
    for (const double v : given(attack::near_max)) largest += std::fabs(v) == largest_finite(type);
    for (const double v : given(attack::signed_zeros)) {
      negative_zeros += v == 0 && std::signbit(v);
      positive_zeros += v == 0 && !std::signbit(v);
    }
    CHECK(nans == 1);
    CHECK(infinities == 1);
    CHECK(largest == 1);
    CHECK(negative_zeros > 30);
    CHECK(positive_zeros > 30);
    const double least_normal = std::ldexp(least_subnormal(type), significand_bits(type) - 1);
    int different = 0;
    for (const double v : given(attack::subnormals)) {
      CHECK(std::fabs(v) <= least_normal);  // which the lower end may round to
      different += v != 0;
    }
    CHECK(different > 200);
  }
}

TEST_CASE("a set of specials includes its parts") {
  constexpr special some = special::nan | special::infinity;
  CHECK(includes(some, special::nan));
  CHECK(includes(some, special::none));
  CHECK_FALSE(includes(some, special::subnormals));
  CHECK_FALSE(includes(some, special::nan | special::subnormals));
  CHECK(includes(special::all, special::subnormals | special::signed_zeros | special::near_max));
}
