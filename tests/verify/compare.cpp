// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/verify/compare.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

#include "assay/numeric/element.hpp"
#include "assay/numeric/random.hpp"
#include "assay/numeric/ulp.hpp"
#include "support/catch.hpp"

namespace {

using assay::comparison;
using assay::dtype;
using assay::expectation;
using assay::tolerance;

constexpr dtype every_type[] = {dtype::fp64,   dtype::fp32,   dtype::fp16,   dtype::bf16,  dtype::int8,
                                dtype::int16,  dtype::int32,  dtype::int64,  dtype::uint8, dtype::uint16,
                                dtype::uint32, dtype::uint64, dtype::boolean};
constexpr dtype floating_types[] = {dtype::fp64, dtype::fp32, dtype::fp16, dtype::bf16};

const double infinity = std::numeric_limits<double>::infinity();
const double nan_value = std::numeric_limits<double>::quiet_NaN();

/// An output on the host, with one element of room so that even an empty one has an address.
struct output {
  dtype type;
  std::int64_t count;
  std::vector<std::uint64_t> memory;

  output(dtype of, const std::vector<double>& values)
      : type(of), count(static_cast<std::int64_t>(values.size())), memory(values.size() + 1) {
    for (std::int64_t i = 0; i < count; ++i) set(i, values[static_cast<std::size_t>(i)]);
  }
  void set(std::int64_t index, double value) { assay::store_element(type, memory.data(), index, value); }
  void poison(std::int64_t index) {
    std::memset(reinterpret_cast<std::uint8_t*>(memory.data()) + index * assay::bytes_for(type, 1),
                assay::poison_byte(type), static_cast<std::size_t>(assay::bytes_for(type, 1)));
  }
  [[nodiscard]] comparison against(const expectation& right, const tolerance& bound = {}) const {
    return assay::compare("y", type, memory.data(), count, right, bound, assay::poison_byte(type));
  }
};

/// Values that every type holds exactly, and of which none is the poison.
std::vector<double> plain_values(dtype type, std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(type == dtype::boolean ? static_cast<double>(i % 2) : static_cast<double>(1 + i % 100));
  return values;
}

expectation whole(std::vector<double> values) { return {std::move(values), {}, 1.0}; }

double symmetric(std::uint64_t seed, std::uint64_t index, int half = 0) {
  return 2.0 * assay::unit_interval(assay::random_bits(assay::random_at(seed, 0, index), half)) - 1.0;
}

}  // namespace

TEST_CASE("an output that is right matches in every type") {
  for (const dtype type : every_type)
    for (const std::size_t count : {1u, 2u, 1000u}) {
      CAPTURE(assay::to_string(type), count);
      const std::vector<double> values = plain_values(type, count);
      const comparison c = output(type, values).against(whole(values));
      CHECK(c.matches());
      CHECK(c.output == "y");
      CHECK(c.elements == static_cast<std::int64_t>(count));
      CHECK(c.checked == c.elements);
      CHECK(c.mismatched == 0);
      CHECK(c.not_a_number == 0);
      CHECK(c.untouched == 0);
      CHECK(c.largest_error == 0.0);
      CHECK(output(type, values).against(whole(values), tolerance::exact()).matches());
      CHECK(output(type, values).against(whole(values), tolerance::allclose(0, 0)).matches());
    }
}

TEST_CASE("one wrong element is found wherever it stands") {
  for (const dtype type : every_type)
    for (const std::int64_t at : {0, 500, 999})
      for (const tolerance& bound : {tolerance(), tolerance::exact(), tolerance::allclose(1e-3, 1e-3)}) {
        CAPTURE(assay::to_string(type), at);
        const std::vector<double> values = plain_values(type, 1000);
        const double right = values[static_cast<std::size_t>(at)];
        const double wrong = type == dtype::boolean ? 1.0 - right : right + 1.0;
        output got(type, values);
        got.set(at, wrong);
        const comparison c = got.against(whole(values), bound);
        CHECK_FALSE(c.matches());
        CHECK(c.mismatched == 1);
        CHECK(c.largest_error == 1.0);
        REQUIRE(c.worst);
        CHECK(c.worst->index == at);
        CHECK(c.worst->got == wrong);
        CHECK(c.worst->expected == right);
      }
}

TEST_CASE("NaN where a number is expected fails") {
  for (const dtype type : floating_types)
    for (const tolerance& bound : {tolerance(), tolerance::exact(), tolerance::allclose(1e9, 1e9),
                                   tolerance::allclose(infinity, infinity)}) {
      CAPTURE(assay::to_string(type));
      const std::vector<double> values = plain_values(type, 100);
      output got(type, values);
      got.set(7, nan_value);
      got.set(8, -nan_value);
      got.set(9, 1e6 * 0.0 + 3.0);
      const comparison c = got.against(whole(values), bound);
      CHECK_FALSE(c.matches());
      CHECK(c.not_a_number == 2);
      CHECK(c.untouched == 0);
      REQUIRE(c.worst);
      CHECK(c.worst->index == 7);
    }
}

TEST_CASE("an infinity where a number is expected fails") {
  for (const dtype type : floating_types)
    for (const double wrong : {infinity, -infinity})
      for (const tolerance& bound : {tolerance(), tolerance::exact(), tolerance::allclose(1e9, 1e9)}) {
        CAPTURE(assay::to_string(type), wrong);
        const std::vector<double> values = plain_values(type, 100);
        output got(type, values);
        got.set(42, wrong);
        const comparison c = got.against(whole(values), bound);
        CHECK_FALSE(c.matches());
        CHECK(c.mismatched == 1);
        CHECK(c.not_a_number == 0);
        REQUIRE(c.worst);
        CHECK(c.worst->index == 42);
      }
}

TEST_CASE("NaN passes only where NaN is expected and nothing else passes there") {
  for (const dtype type : floating_types) {
    CAPTURE(assay::to_string(type));
    const std::vector<double> right = {1.0, nan_value, 3.0};
    const comparison all_right = output(type, {1.0, nan_value, 3.0}).against(whole(right));
    CHECK(all_right.matches());
    CHECK(all_right.not_a_number == 0);
    CHECK(all_right.untouched == 0);
    CHECK(output(type, {1.0, -nan_value, 3.0}).against(whole(right), tolerance::exact()).matches());
    for (const double wrong : {0.0, 2.0, infinity, -infinity})
      for (const tolerance& bound : {tolerance(), tolerance::exact(), tolerance::allclose(1e9, 1e9)}) {
        const comparison c = output(type, {1.0, wrong, 3.0}).against(whole(right), bound);
        CHECK(c.mismatched == 1);
        CHECK(c.not_a_number == 0);
        REQUIRE(c.worst);
        CHECK(c.worst->index == 1);
      }
  }
}

TEST_CASE("an overflow to infinity is right where the reference rounds to it") {
  for (const dtype type : {dtype::fp32, dtype::fp16, dtype::bf16}) {
    CAPTURE(assay::to_string(type));
    const double largest = assay::largest_finite(type);
    const double above = 1.5 * largest;
    CHECK(output(type, {infinity, 1.0}).against(whole({above, 1.0})).matches());
    CHECK(output(type, {-infinity, 1.0}).against(whole({-above, 1.0})).matches());
    CHECK(output(type, {infinity}).against(whole({infinity})).matches());
    CHECK(output(type, {infinity}).against(whole({infinity}), tolerance::exact()).matches());
    CHECK(output(type, {largest}).against(whole({largest})).matches());
    for (const tolerance& bound : {tolerance(), tolerance::exact(), tolerance::allclose(0, 10)}) {
      CHECK_FALSE(output(type, {-infinity}).against(whole({above}), bound).matches());
      CHECK_FALSE(output(type, {largest}).against(whole({above}), bound).matches());
      CHECK_FALSE(output(type, {largest}).against(whole({infinity}), bound).matches());
      CHECK_FALSE(output(type, {infinity}).against(whole({0.5 * largest}), bound).matches());
      CHECK_FALSE(output(type, {nan_value}).against(whole({infinity}), bound).matches());
    }
  }
}

TEST_CASE("at the end of the range a right kernel's errors may lead to either side") {
  struct end {
    dtype type;
    double largest, threshold;  // from which on the type has an infinity or a NaN
    double beyond;
  };
  const tolerance bound = tolerance::gemm(1024);
  for (const end& e :
       {end{dtype::fp16, 65504.0, 65520.0, infinity}, end{dtype::bf16, 0x1.FEp127, 0x1.FFp127, infinity},
        end{dtype::fp32, 0x1.FFFFFEp127, 0x1.FFFFFFp127, infinity},
        end{dtype::fp8_e5m2, 57344.0, 61440.0, infinity}, end{dtype::fp8_e4m3fn, 448.0, 464.0, nan_value}}) {
    CAPTURE(assay::to_string(e.type));
    for (const double sign : {1.0, -1.0}) {
      const double above = e.threshold * (1 + 1e-6), below = e.threshold * (1 - 1e-6);
      // A sum of 1024 products in fp32 is off by more than a millionth of its size; an exact rule allows
      // none.
      CHECK(output(e.type, {sign * e.largest}).against(whole({sign * above}), bound).matches());
      CHECK(output(e.type, {sign * e.beyond}).against(whole({sign * below}), bound).matches());
      CHECK_FALSE(output(e.type, {-sign * e.largest}).against(whole({sign * above}), bound).matches());
      CHECK_FALSE(
          output(e.type, {sign * e.beyond}).against(whole({sign * below}), tolerance::exact()).matches());
      if (e.beyond == infinity)
        CHECK_FALSE(output(e.type, {-sign * infinity}).against(whole({sign * below}), bound).matches());
      if (e.type == dtype::fp32) continue;  // whose own roundoff is as small as that of the sum
      for (const tolerance& strict : {bound, tolerance::elementwise(), tolerance::exact()})
        CHECK_FALSE(output(e.type, {sign * e.beyond}).against(whole({sign * e.largest}), strict).matches());
    }
  }
  CHECK_FALSE(output(dtype::fp16, {65504.0}).against(whole({65530.0}), bound).matches());
  CHECK_FALSE(output(dtype::fp16, {nan_value}).against(whole({65519.99}), bound).matches());
}

TEST_CASE("where a type has no NaN its largest number stands for one") {
  for (const dtype type : {dtype::fp4_e2m1, dtype::fp6_e2m3, dtype::fp6_e3m2}) {
    CAPTURE(assay::to_string(type));
    for (const tolerance& bound : {tolerance(), tolerance::exact()}) {
      CHECK(output(type, {nan_value}).against(whole({nan_value}), bound).matches());
      CHECK(output(type, {assay::largest_finite(type)}).against(whole({nan_value}), bound).matches());
      CHECK_FALSE(output(type, {0.0}).against(whole({nan_value}), bound).matches());
      CHECK_FALSE(output(type, {-assay::largest_finite(type)}).against(whole({nan_value}), bound).matches());
    }
  }
  CHECK_FALSE(output(dtype::int32, {0.0}).against(whole({nan_value})).matches());
}

TEST_CASE("the single NaN of a type is right where one is expected, and is counted as perhaps unwritten") {
  for (const dtype type : {dtype::fp8_e4m3fnuz, dtype::fp8_e5m2fnuz, dtype::e8m0}) {
    CAPTURE(assay::to_string(type));
    const comparison right = output(type, {1.0, nan_value}).against(whole({1.0, nan_value}));
    CHECK(right.matches());
    CHECK(right.untouched == 1);
    CHECK_FALSE(output(type, {nan_value}).against(whole({1.0})).matches());
    CHECK_FALSE(output(type, {1.0}).against(whole({nan_value})).matches());
  }
}

TEST_CASE("beyond the range of whole numbers their end is right") {
  for (const tolerance& bound : {tolerance(), tolerance::exact()}) {
    CHECK(output(dtype::int8, {127.0}).against(whole({300.0}), bound).matches());
    CHECK(output(dtype::int8, {-128.0}).against(whole({-300.0}), bound).matches());
    CHECK(output(dtype::uint8, {0.0}).against(whole({-7.0}), bound).matches());
    CHECK_FALSE(output(dtype::int8, {300 - 256}).against(whole({300.0}), bound).matches());
    CHECK_FALSE(output(dtype::int8, {126.0}).against(whole({300.0}), bound).matches());
  }
}

TEST_CASE("a double cannot tell whole numbers beyond 2^53 apart, and that is said; their bits can") {
  const std::int64_t big = (std::int64_t{1} << 60) + 256;  // a double as it is
  for (const tolerance& bound : {tolerance(), tolerance::exact()})
    for (const std::int64_t sign : {1, -1}) {
      const auto against = [&](std::int64_t value, const expectation& right) {
        return assay::compare("y", dtype::int64, &value, 1, right, bound);
      };
      const expectation number = whole({static_cast<double>(sign * big)});
      CHECK(against(sign * big, number).matches());
      CHECK(against(sign * big, number).blurred == 0);
      CHECK(against(sign * big + 1, number).blurred == 1);
      CHECK_FALSE(against(sign * big + 1000, number).matches());

      expectation bits = whole({std::bit_cast<double>(sign * big + 1)});
      bits.bits = true;
      CHECK(against(sign * big + 1, bits).matches());
      CHECK(against(sign * big + 1, bits).blurred == 0);
      CHECK_FALSE(against(sign * big, bits).matches());
      CHECK(against(sign * big, bits).worst->expected == static_cast<double>(sign * big));
    }
  // The ends, as which kernels keep "none".
  const std::int64_t last = INT64_MAX;
  const std::uint64_t top = UINT64_MAX, next = UINT64_MAX - 1;
  const auto of_top = [&](const std::uint64_t& value) {
    return assay::compare("y", dtype::uint64, &value, 1, whole({0x1p64}), tolerance::exact());
  };
  const comparison end = assay::compare("y", dtype::int64, &last, 1, whole({0x1p63}), tolerance::exact());
  CHECK((end.matches() && end.blurred == 0));
  CHECK((of_top(top).matches() && of_top(top).blurred == 0));
  CHECK(of_top(next).blurred == 1);
  // An allclose allows what it says.
  const std::uint64_t near_it = (std::uint64_t{1} << 60) + 1;
  const comparison loose =
      assay::compare("y", dtype::uint64, &near_it, 1, whole({0x1p60}), tolerance::allclose(0, 1e-3));
  CHECK((loose.matches() && loose.blurred == 0));
}

TEST_CASE("elements that were never written are found in every type") {
  for (const dtype type : every_type)
    for (const tolerance& bound : {tolerance(), tolerance::exact(), tolerance::allclose(1e-3, 1e-3)}) {
      CAPTURE(assay::to_string(type));
      const std::vector<double> values = plain_values(type, 101);
      output got(type, values);
      got.poison(0);
      got.poison(51);
      got.poison(100);
      const comparison c = got.against(whole(values), bound);
      CHECK_FALSE(c.matches());
      CHECK(c.untouched == 3);
      CHECK(c.mismatched == 3);
      CHECK(c.not_a_number == (assay::is_floating(type) ? 3 : 0));

      for (std::int64_t i = 0; i < 101; ++i) got.poison(i);
      const comparison none = got.against(whole(values), bound);
      CHECK(none.untouched == 101);
      CHECK(none.mismatched == 101);
    }
}

TEST_CASE("an element that was never written does not pass for an expected NaN") {
  for (const dtype type : floating_types) {
    CAPTURE(assay::to_string(type));
    output got(type, {1.0, nan_value});
    const expectation right = whole({1.0, nan_value});
    REQUIRE(got.against(right).matches());
    got.poison(1);
    const comparison c = got.against(right);
    CHECK_FALSE(c.matches());
    CHECK(c.untouched == 1);
    REQUIRE(c.worst);
    CHECK(c.worst->index == 1);
  }
}

TEST_CASE("an integer that happens to be the poison is right where it is expected") {
  output got(dtype::uint8, {1.0, 165.0});  // 0xA5
  const comparison c = got.against(whole({1.0, 165.0}));
  CHECK(c.matches());
  CHECK(c.untouched == 1);
}

TEST_CASE("without a poison none is looked for") {
  output got(dtype::fp32, {1.0, 2.0});
  got.poison(1);
  const comparison c =
      assay::compare("y", dtype::fp32, got.memory.data(), 2, whole({1.0, 2.0}), {}, std::nullopt);
  CHECK_FALSE(c.matches());
  CHECK(c.untouched == 0);
  CHECK(c.not_a_number == 1);
}

TEST_CASE("a result that is scaled by 1.01 fails in every floating type") {
  const std::uint64_t seed = 5;
  CAPTURE(seed);
  for (const dtype type : floating_types) {
    CAPTURE(assay::to_string(type));
    std::vector<double> right, scaled;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      right.push_back(symmetric(seed, i));
      scaled.push_back(right.back() * 1.01);
    }
    CHECK(output(type, right).against(whole(right), tolerance::accumulating(64)).matches());
    const comparison c = output(type, scaled).against(whole(right), tolerance::accumulating(64));
    CHECK_FALSE(c.matches());
    CHECK(c.mismatched > 500);
  }
}

TEST_CASE("a double that was computed in floats fails") {
  const std::uint64_t seed = 6;
  CAPTURE(seed);
  std::vector<double> right, rounded;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    right.push_back(symmetric(seed, i));
    rounded.push_back(assay::round_to(dtype::fp32, right.back()));
  }
  CHECK_FALSE(output(dtype::fp64, rounded).against(whole(right)).matches());
  CHECK_FALSE(output(dtype::fp64, rounded).against(whole(right), tolerance::accumulating(64)).matches());
}

TEST_CASE("noise of the size that accumulation makes passes and twenty times as much fails") {
  const std::uint64_t seed = 7;
  CAPTURE(seed);
  const std::int64_t chain = 256;
  for (const dtype type : floating_types)
    for (const double scale : {1.0, 0x1p-20, 0x1p10}) {
      if (type == dtype::fp16 && scale != 1.0) continue;  // its range is small
      const dtype accumulator = type == dtype::fp64 ? dtype::fp64 : dtype::fp32;
      CAPTURE(assay::to_string(type), scale);
      std::vector<double> right, quietly, noisy, loud;
      for (std::uint64_t i = 0; i < 2000; ++i) right.push_back(scale * symmetric(seed, i));
      const double rms = assay::root_mean_square(right);
      // c(256) = 48; 0.95 of it leaves room for the rounding of what the noise was added to.
      const double noise = 0.95 * 48 * assay::unit_roundoff(accumulator);
      for (std::uint64_t i = 0; i < 2000; ++i) {
        const double value = right[i];
        const double size = noise * std::hypot(value, rms);
        quietly.push_back(value + 0.4 * size * symmetric(seed, i, 1));
        noisy.push_back(value + size * symmetric(seed, i, 1));
        const double direction = symmetric(seed, i, 1) < 0 ? -1.0 : 1.0;
        loud.push_back(value + direction * (20 * size + 2 * assay::unit_in_last_place(type, value)));
      }
      const tolerance bound = tolerance::accumulating(chain, accumulator);
      const comparison quiet = output(type, quietly).against(whole(right), bound);
      CHECK(quiet.mismatched == 0);
      CHECK(quiet.matches());
      // Each element may be as far off, but not all of them: in narrow types rounding covers it.
      const comparison full = output(type, noisy).against(whole(right), bound);
      CHECK(full.mismatched == 0);
      const bool wide = type == dtype::fp64 || type == dtype::fp32;
      CHECK(full.failed == (wide ? comparison::aggregate::rms : comparison::aggregate::met));
      const comparison rejected = output(type, loud).against(whole(right), bound);
      CHECK(rejected.mismatched == 2000);
    }
}

TEST_CASE("a result one place of the output too far fails in fp16 and bf16") {
  const std::uint64_t seed = 8;
  CAPTURE(seed);
  for (const dtype type : {dtype::fp16, dtype::bf16}) {
    CAPTURE(assay::to_string(type));
    std::vector<double> right, nearest, too_far;
    for (std::uint64_t i = 0; i < 2000; ++i) {
      // Up to 1.9 of a binade: at its top the bound, which is relative, comes near a whole place.
      const int exponent = static_cast<int>(i % 3);
      const double size = std::ldexp(1.45 + 0.45 * symmetric(seed, i), exponent);
      const double value = symmetric(seed, i, 1) < 0 ? -size : size;
      const double rounded = assay::round_to(type, value);
      const double place = assay::unit_in_last_place(type, value);
      right.push_back(value);
      nearest.push_back(rounded);
      too_far.push_back(rounded + (rounded < value ? -place : place));
    }
    CHECK(output(type, nearest).against(whole(right)).mismatched == 0);
    CHECK(output(type, too_far).against(whole(right)).mismatched == 2000);
  }
}

TEST_CASE("exact asks for the very bits") {
  for (const dtype type : floating_types) {
    CAPTURE(assay::to_string(type));
    const double third = 1.0 / 3.0;  // the reference is rounded as the best kernel would
    output got(type, {third, 1.0});
    CHECK(got.against(whole({third, 1.0}), tolerance::exact()).matches());
    const double rounded = assay::round_to(type, third);
    for (const double wrong : {rounded + assay::unit_in_last_place(type, rounded),
                               rounded - assay::unit_in_last_place(type, rounded)}) {
      got.set(0, wrong);
      CHECK(got.against(whole({third, 1.0}), tolerance::exact()).mismatched == 1);
    }
    CHECK(output(type, {0.0, -0.0}).against(whole({0.0, -0.0}), tolerance::exact()).matches());
    CHECK(output(type, {-0.0}).against(whole({0.0}), tolerance::exact()).mismatched == 1);
    CHECK(output(type, {0.0}).against(whole({-0.0}), tolerance::exact()).mismatched == 1);
    CHECK(output(type, {-0.0}).against(whole({0.0})).matches());  // only exact sees a sign of zero
  }
  CHECK_FALSE(output(dtype::int8, {2.0}).against(whole({3.0}), tolerance::exact()).matches());
  CHECK_FALSE(output(dtype::int64, {0x1p53 - 2}).against(whole({0x1p53 - 1}), tolerance::exact()).matches());
  output flag(dtype::boolean, {1.0});
  std::memset(flag.memory.data(), 2, 1);
  CHECK_FALSE(flag.against(whole({1.0}), tolerance::exact()).matches());
}

TEST_CASE("whole numbers must be the nearest") {
  for (const dtype type : {dtype::int8, dtype::int32, dtype::uint64}) {
    CHECK(output(type, {3.0}).against(whole({3.4})).matches());
    CHECK(output(type, {2.0}).against(whole({2.5})).matches());
    CHECK(output(type, {3.0}).against(whole({2.5})).matches());
    CHECK_FALSE(output(type, {3.0}).against(whole({3.6})).matches());
    CHECK_FALSE(output(type, {4.0}).against(whole({3.0})).matches());
  }
}

TEST_CASE("allclose is absolute plus relative") {
  const tolerance bound = tolerance::allclose(0.5, 0.25);
  CHECK(output(dtype::fp32, {10.5}).against(whole({8.0}), bound).matches());
  CHECK_FALSE(output(dtype::fp32, {10.625}).against(whole({8.0}), bound).matches());
  CHECK(output(dtype::fp32, {-0.5}).against(whole({0.0}), bound).matches());
  CHECK_FALSE(output(dtype::fp32, {-0.625}).against(whole({0.0}), bound).matches());
}

TEST_CASE("slack widens the bound by its factor") {
  const tolerance bound = tolerance::allclose(0.5, 0.0);
  const expectation strict{{8.0}, {}, 1.0}, wide{{8.0}, {}, 2.0};
  CHECK(output(dtype::fp32, {8.5}).against(strict, bound).matches());
  CHECK_FALSE(output(dtype::fp32, {9.0}).against(strict, bound).matches());
  const comparison c = output(dtype::fp32, {9.0}).against(wide, bound);
  CHECK(c.matches());
  REQUIRE(c.worst);
  CHECK(c.worst->allowed == 1.0);
  CHECK_FALSE(output(dtype::fp32, {9.125}).against(wide, bound).matches());
  CHECK_FALSE(output(dtype::fp32, {8.5}).against(wide, tolerance::exact()).matches());
}

TEST_CASE("a sample checks its elements and no others") {
  std::vector<double> values = plain_values(dtype::fp32, 1000);
  const expectation sample{{values[0], values[333], values[999]}, {0, 333, 999}, 1.0};
  output got(dtype::fp32, values);
  got.set(5, -1.0);  // not in the sample
  const comparison c = got.against(sample);
  CHECK(c.matches());
  CHECK(c.elements == 1000);
  CHECK(c.checked == 3);
  for (const std::int64_t at : {0, 333, 999}) {
    CAPTURE(at);
    output wrong(dtype::fp32, values);
    wrong.set(at, -1.0);
    const comparison bad = wrong.against(sample);
    CHECK(bad.mismatched == 1);
    REQUIRE(bad.worst);
    CHECK(bad.worst->index == at);
  }
}

TEST_CASE("an empty output matches and one of which nothing was checked does not") {
  const comparison empty = output(dtype::fp32, {}).against(whole({}));
  CHECK(empty.matches());
  CHECK(empty.elements == 0);
  CHECK_FALSE(empty.worst);

  const comparison unchecked = output(dtype::fp32, {1.0, 2.0}).against(whole({}));
  CHECK_FALSE(unchecked.matches());
  CHECK(unchecked.checked == 0);
}

TEST_CASE("the worst element is the one furthest outside its own bound") {
  // Relative bounds: off by 1 of 100 is worse than off by 2 of 1000.
  const tolerance bound = tolerance::allclose(0.0, 1e-3);
  const comparison c =
      output(dtype::fp64, {1002.0, 101.0, 10.0}).against(whole({1000.0, 100.0, 10.0}), bound);
  CHECK(c.mismatched == 2);
  CHECK(c.largest_error == 2.0);
  REQUIRE(c.worst);
  CHECK(c.worst->index == 1);
  CHECK(c.worst->allowed == Approx(0.1));
  // NaN before all.
  const comparison n =
      output(dtype::fp64, {1002.0, 101.0, nan_value}).against(whole({1000.0, 100.0, 10.0}), bound);
  REQUIRE(n.worst);
  CHECK(n.worst->index == 2);
  CHECK(n.largest_error == 2.0);
  // Where all is right it is the one nearest to its bound.
  const comparison right =
      output(dtype::fp64, {1000.5, 100.09, 10.0}).against(whole({1000.0, 100.0, 10.0}), bound);
  CHECK(right.matches());
  REQUIRE(right.worst);
  CHECK(right.worst->index == 1);
}

TEST_CASE("counts and worst element do not depend on how threads share the work") {
  const std::int64_t count = 300001;  // enough for several threads
  const std::vector<double> values(static_cast<std::size_t>(count), 1.0);
  for (const double wrong : {2.0, nan_value, infinity}) {
    CAPTURE(wrong);
    output got(dtype::fp32, values);
    for (const std::int64_t at : {77777, 150001, 299999, 300000}) got.set(at, wrong);
    for (int repetition = 0; repetition < 5; ++repetition) {
      const comparison c = got.against(whole(values));
      CHECK(c.mismatched == 4);
      CHECK(c.not_a_number == (std::isnan(wrong) ? 4 : 0));
      REQUIRE(c.worst);
      CHECK(c.worst->index == 77777);  // of equals the first
    }
    got.set(299999, 5.0);  // in the last part, worse than a 2 but not than NaN or Inf
    const comparison c = got.against(whole(values));
    REQUIRE(c.worst);
    CHECK(c.worst->index == (wrong == 2.0 ? 299999 : 77777));
  }
  output unwritten(dtype::fp32, values);
  for (const std::int64_t at : {std::int64_t{3}, count / 2, count - 1}) unwritten.poison(at);
  const comparison c = unwritten.against(whole(values));
  CHECK(c.untouched == 3);
  CHECK(c.mismatched == 3);
  const comparison right = output(dtype::fp32, values).against(whole(values));
  CHECK(right.matches());
  REQUIRE(right.worst);
  CHECK(right.worst->index == 0);
}

TEST_CASE("with a device reference a whole number is right or wrong all the same") {
  const std::vector<std::int32_t> got = {3, 4};
  CHECK_FALSE(assay::compare("i", assay::dtype::int32, got.data(), 2, {{3.0, 3.0}, {}, 2.0}, {}).matches());
  CHECK(assay::compare("i", assay::dtype::int32, got.data(), 2, {{3.0, 4.0}, {}, 2.0}, {}).matches());
}

TEST_CASE("an expectation of elements that the output does not have is refused") {
  const std::vector<float> got = {1.0f, 2.0f};
  const auto held_against = [&](const assay::expectation& right) {
    return assay::compare("y", assay::dtype::fp32, got.data(), 2, right, {});
  };
  CHECK_THROWS_AS(held_against({{1.0, 2.0, 3.0}, {}}), assay::error);
  CHECK_THROWS_AS(held_against({{1.0}, {}}), assay::error);  // the second one would go unchecked
  CHECK_THROWS_AS(held_against({{1.0}, {2}}), assay::error);
  CHECK_THROWS_AS(held_against({{1.0}, {-1}}), assay::error);
  CHECK_THROWS_AS(held_against({{1.0}, {0, 1}}), assay::error);
  CHECK(held_against({{2.0}, {1}}).matches());
}
