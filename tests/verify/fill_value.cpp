// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/verify/fill_value.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

#include "support/catch.hpp"

namespace {

using assay::dtype;
using assay::fill;
using assay::fill_draw;
using assay::fill_element;
using assay::fill_value;
using assay::filled_tensor;

constexpr dtype every_type[] = {dtype::fp64,   dtype::fp32,   dtype::fp16,   dtype::bf16,  dtype::int8,
                                dtype::int16,  dtype::int32,  dtype::int64,  dtype::uint8, dtype::uint16,
                                dtype::uint32, dtype::uint64, dtype::boolean};

std::vector<double> values_of(const fill& rule, std::uint64_t seed, std::uint32_t tensor,
                              std::int64_t count) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < count; ++i) values.push_back(fill_value(rule, seed, tensor, i, count));
  return values;
}

bool is_permutation(const std::vector<double>& values) {
  std::vector<bool> seen(values.size());
  for (const double value : values) {
    if (!(value >= 0.0 && value < static_cast<double>(values.size())) || value != std::floor(value))
      return false;
    if (seen[static_cast<std::size_t>(value)]) return false;
    seen[static_cast<std::size_t>(value)] = true;
  }
  return true;
}

bool is_ascending(const std::vector<double>& values) {
  for (std::size_t i = 1; i < values.size(); ++i)
    if (!(values[i - 1] <= values[i])) return false;
  return true;
}

struct moments {
  double mean = 0.0, variance = 0.0, skewness = 0.0, excess_kurtosis = 0.0;
};

moments moments_of(const std::vector<double>& values) {
  moments m;
  const double n = static_cast<double>(values.size());
  for (const double x : values) m.mean += x / n;
  double third = 0.0, fourth = 0.0;
  for (const double x : values) {
    const double d = x - m.mean;
    m.variance += d * d / n;
    third += d * d * d / n;
    fourth += d * d * d * d / n;
  }
  m.skewness = third / std::pow(m.variance, 1.5);
  m.excess_kurtosis = fourth / (m.variance * m.variance) - 3.0;
  return m;
}

}  // namespace

TEST_CASE("the checks of the fill tests reject what they should") {
  CHECK(is_permutation({2, 0, 1}));
  CHECK_FALSE(is_permutation({2, 0, 2}));
  CHECK_FALSE(is_permutation({3, 0, 1}));
  CHECK_FALSE(is_permutation({0.5, 0, 1}));
  CHECK_FALSE(is_permutation({-1, 0, 1}));
  CHECK(is_ascending({1, 1, 2}));
  CHECK_FALSE(is_ascending({1, 2, 1.5}));
  CHECK_FALSE(is_ascending({1, std::nan(""), 2}));
}

TEST_CASE("fills are what they were: a replay line must give the same values in every version") {
  // From an implementation of its own in Python, with exact fractions.
  const std::uint64_t seed = 0x0123456789abcdef;
  const std::int64_t index = (std::int64_t{1} << 32) + 5, count = (std::int64_t{1} << 33) + 1;
  CHECK(fill_value(assay::uniform(-1, 1), seed, 3, index, count) == 0x1.c85723fc70070p-3);
  CHECK(fill_value(assay::normal(10, 2), seed, 3, index, count) == 0x1.1edb4612444cap+3);
  CHECK(fill_value(assay::integers(-1000, 1000), seed, 3, index, count) == 223.0);
  CHECK(fill_value(assay::sorted(0, 1), seed, 3, index, count) == 0x1.000000051c857p-1);
  CHECK(fill_value(assay::permutation(), seed, 3, index, count) == 5138250200.0);
  CHECK(fill_value(assay::constant(0.1), seed, 3, index, count) == 0.1);
}

TEST_CASE("what is drawn in single precision is what it was, in every type") {
  // From an implementation of its own in Python, with exact fractions.
  const std::uint64_t seed = 0x0123456789abcdef;
  const std::int64_t index = (std::int64_t{1} << 32) + 5, count = (std::int64_t{1} << 33) + 1;
  const auto value = [&](const fill& rule, dtype type) {
    return fill_element(rule, type, seed, 3, index, count);
  };
  CHECK(value(assay::uniform(-1, 1), dtype::fp32) == -0x1.000058p-1);
  CHECK(value(assay::uniform(-1, 1), dtype::fp16) == 0x1.74p-2);
  CHECK(value(assay::uniform(-1, 1), dtype::bf16) == 0x1.74p-2);
  CHECK(value(assay::uniform(-1, 1), dtype::fp8_e4m3fn) == 0x1.8p-2);
  CHECK(value(assay::uniform(0.1, 0.3), dtype::bf16) == 0x1.e4p-3);
  CHECK(value(assay::normal(10, 2), dtype::fp32) == 0x1.269e92p+3);
  CHECK(value(assay::normal(10, 2), dtype::fp16) == 0x1.8dp+3);
  CHECK(value(assay::normal(10, 2), dtype::bf16) == 0x1.8ep+3);
  CHECK(value(assay::normal(10, 2), dtype::fp8_e4m3fn) == 0x1.8p+3);
  CHECK(value(assay::integers(-100, 100), dtype::int8) == 37);
  CHECK(value(assay::integers(-100, 100), dtype::fp32) == -50);
  CHECK(value(assay::integers(-1000, 1000), dtype::int64) == -500);
}

TEST_CASE("a draw is of single precision where that is enough, and wide elsewhere") {
  using kind = fill_draw::kind;
  const auto how = [](const fill& rule, dtype type) { return fill_draw::of(rule, type).how; };
  CHECK(how(assay::uniform(-1, 1), dtype::fp32) == kind::uniform24);
  CHECK(how(assay::uniform(-1, 1), dtype::tf32) == kind::uniform24);
  CHECK(how(assay::uniform(0, 1), dtype::fp8_e5m2) == kind::uniform16);
  CHECK(how(assay::normal(), dtype::fp32) == kind::normal64);
  CHECK(how(assay::normal(), dtype::fp16) == kind::normal32);
  CHECK(how(assay::integers(0, 255), dtype::int8) == kind::integer16);
  CHECK(how(assay::integers(0, 256), dtype::int16) == kind::integer32);
  CHECK(how(assay::integers(0, 255), dtype::fp32) == kind::integer32);
  CHECK(how(assay::integers(0, 65535), dtype::fp64) == kind::integer32);

  CHECK(how(assay::integers(0, 65536), dtype::int32) == kind::wide);
  CHECK(how(assay::integers(1 << 23, (1 << 23) + 1), dtype::int32) == kind::wide);
  CHECK(how({fill::kind::integer, 0.5, 4.5}, dtype::fp32) == kind::wide);
  CHECK(how(assay::uniform(-1, 1), dtype::fp64) == kind::wide);
  CHECK(how(assay::uniform(-100, 100), dtype::int32) == kind::wide);
  CHECK(how(assay::uniform(1, 1), dtype::fp32) == kind::wide);
  CHECK(how(assay::uniform(0, 0x1p-120), dtype::fp32) == kind::wide);  // steps would be subnormal
  CHECK(how(assay::uniform(0, 1e300), dtype::fp32) == kind::wide);
  CHECK(how(assay::normal(0, 0x1p-90), dtype::bf16) == kind::wide);
  CHECK(how(assay::normal(0, std::numeric_limits<double>::infinity()), dtype::fp32) == kind::wide);
  CHECK(how(assay::normal(0, std::nan("")), dtype::fp32) == kind::wide);
  CHECK(how(assay::padded_scales(assay::positive(), 3, 5), dtype::fp8_e4m3fn) == kind::wide);
  CHECK(how(assay::sorted(0, 1), dtype::fp32) == kind::wide);
}

TEST_CASE("drawn values have the moments they should, and neighbours do not hang together") {
  const std::uint64_t seed = 4321;
  CAPTURE(seed);
  const std::int64_t n = 1 << 18;
  const double root = std::sqrt(static_cast<double>(n));
  for (const dtype type : {dtype::fp32, dtype::fp16}) {
    CAPTURE(assay::to_string(type));
    const auto drawn = [&](const fill& rule) {
      const filled_tensor filled(rule, type, seed, 0, n);
      std::vector<double> values;
      for (std::int64_t i = 0; i < n; ++i) values.push_back(filled[i]);
      return values;
    };
    const moments u = moments_of(drawn(assay::uniform(-1, 3)));
    CHECK(std::fabs(u.mean - 1.0) < 4.0 * std::sqrt(16.0 / 12.0) / root);
    CHECK(std::fabs(u.variance - 16.0 / 12.0) < 4.0 * std::sqrt(0.8) * 16.0 / 12.0 / root);
    CHECK(std::fabs(u.excess_kurtosis + 1.2) < 0.02);
    const std::vector<double> values = drawn(assay::normal(5, 2));
    const moments z = moments_of(values);
    CHECK(std::fabs(z.mean - 5.0) < 4.0 * 2.0 / root);
    CHECK(std::fabs(z.variance / 4.0 - 1.0) < 4.0 * std::sqrt(2.0) / root);
    CHECK(std::fabs(z.skewness) < 4.0 * std::sqrt(6.0) / root);
    CHECK(std::fabs(z.excess_kurtosis) < 4.0 * std::sqrt(24.0) / root);
    int beyond = 0, out_of_bounds = 0;
    for (const double x : values) {
      beyond += std::fabs(x - 5.0) > 2.0 * 1.959963984540054;
      out_of_bounds += std::fabs(x - 5.0) > 2.0 * (type == dtype::fp32 ? 4.916 : 4.05);
    }
    CHECK(std::fabs(beyond / static_cast<double>(n) - 0.0515) < 0.003);
    CHECK(out_of_bounds == 0);
    // Of one block, and of the next one.
    for (const std::size_t lag : {1u, 2u, 3u, 4u, 8u}) {
      double together = 0.0;
      for (std::size_t i = lag; i < values.size(); ++i)
        together += (values[i] - 5.0) * (values[i - lag] - 5.0) / 4.0;
      CAPTURE(lag);
      CHECK(std::fabs(together / static_cast<double>(n)) < 4.5 / root);
    }
  }
}

TEST_CASE("drawn values reach both ends of what a normal distribution gives") {
  const assay::random_block least = {{0, 0, 0, 0}};
  const assay::random_block most = {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}};
  for (const dtype type : {dtype::fp32, dtype::fp16}) {
    const fill_draw draw = fill_draw::of(assay::normal(), type);
    CHECK(static_cast<double>(draw.value(most, 0)) == Approx(type == dtype::fp32 ? 4.91564 : 4.04065));
    CHECK(draw.value(least, 0) == -draw.value(most, 0));
  }
  const fill_draw coin = fill_draw::of(assay::uniform(-1, 1), dtype::bf16);
  CHECK(coin.value(least, 0) == -1.0f);
  CHECK(coin.value(most, 0) == 1.0f - 0x1p-8f);  // not 1, which it would round to
}

TEST_CASE("drawn whole numbers are equally likely") {
  const std::uint64_t seed = 12;
  CAPTURE(seed);
  for (const dtype type : {dtype::int8, dtype::int32}) {
    int times[201] = {};
    const int draws = 201000;
    const filled_tensor filled(assay::integers(-100, 100), type, seed, 0, draws);
    for (std::int64_t i = 0; i < draws; ++i) {
      const double value = filled[i];
      REQUIRE((value >= -100.0 && value <= 100.0 && value == std::floor(value)));
      ++times[static_cast<int>(value) + 100];
    }
    double chi_squared = 0.0;
    for (const int t : times) chi_squared += (t - 1000.0) * (t - 1000.0) / 1000.0;
    CHECK(chi_squared < 278.0);  // 200 degrees of freedom: 2e-4
  }
}

TEST_CASE("drawn values depend on seed, tensor and index, not on the count; the first ones not on the set") {
  const std::uint64_t seed = 99;
  for (const dtype type : {dtype::fp32, dtype::bf16, dtype::fp8_e4m3fn, dtype::int32})
    for (const fill& rule : {assay::uniform(0, 100), assay::normal(0, 30), assay::integers(-100, 100)}) {
      CAPTURE(assay::to_string(type), static_cast<int>(rule.how));
      const filled_tensor filled(rule, type, seed, 0, 1000), longer(rule, type, seed, 0, 5000);
      const filled_tensor other_seed(rule, type, seed + 1, 0, 1000), other_tensor(rule, type, seed, 1, 1000);
      const filled_tensor other_set(rule, type, assay::data_set_seed(seed, 2), 0, 1000);
      int by_seed = 0, by_tensor = 0, by_set = 0, by_index = 0;
      for (std::int64_t i = 0; i < 1000; ++i) {
        REQUIRE(filled[i] == longer[i]);
        if (i < assay::shared_by_data_sets) REQUIRE(filled[i] == other_set[i]);
        by_seed += filled[i] == other_seed[i];
        by_tensor += filled[i] == other_tensor[i];
        by_set += filled[i] == other_set[i];
        by_index += filled[i] == longer[i + (std::int64_t{1} << 35)];
      }
      const int chance = type == dtype::fp8_e4m3fn ? 120 : 60;  // of meeting the same number again
      CHECK(by_seed < chance);
      CHECK(by_tensor < chance);
      CHECK(by_set < chance + assay::shared_by_data_sets);
      CHECK(by_index < chance);
    }
}

TEST_CASE("seeds, tensors and indices differ; the same ones agree; the count changes nothing") {
  const std::uint64_t seed = 99;
  CAPTURE(seed);
  for (const fill& rule : {assay::uniform(0, 1), assay::normal(), assay::integers(0, 1000000)}) {
    CAPTURE(static_cast<int>(rule.how));
    const std::vector<double> values = values_of(rule, seed, 0, 1000);
    CHECK(values == values_of(rule, seed, 0, 1000));
    const std::vector<double> shorter = values_of(rule, seed, 0, 17);
    CHECK(shorter == std::vector<double>(values.begin(), values.begin() + 17));
    for (const auto& other :
         {values_of(rule, seed + 1, 0, 1000), values_of(rule, seed + (std::uint64_t{1} << 32), 0, 1000),
          values_of(rule, seed, 1, 1000)}) {
      int same = 0;
      for (std::size_t i = 0; i < values.size(); ++i) same += values[i] == other[i];
      CHECK(same <= 2);
    }
    CHECK(fill_value(rule, seed, 0, 5, 1000) != fill_value(rule, seed, 0, 5 + (std::int64_t{1} << 32), 1000));
  }
  for (const fill& rule : {assay::sorted(0, 1), assay::permutation()}) {
    CHECK(values_of(rule, seed, 0, 1000) == values_of(rule, seed, 0, 1000));
    CHECK(values_of(rule, seed, 0, 1000) != values_of(rule, seed + 1, 0, 1000));
    CHECK(values_of(rule, seed, 0, 1000) != values_of(rule, seed, 1, 1000));
  }
}

TEST_CASE("uniform and normal have the moments they should") {
  const std::uint64_t seed = 1234;
  CAPTURE(seed);
  const std::int64_t n = 1 << 18;
  const double root = std::sqrt(static_cast<double>(n));
  const moments u =
      moments_of(values_of(assay::uniform(-1, 3), seed, 0, n));  // variance 16/12, kurtosis −6/5
  CHECK(std::fabs(u.mean - 1.0) < 4.0 * std::sqrt(16.0 / 12.0) / root);
  CHECK(std::fabs(u.variance - 16.0 / 12.0) < 4.0 * std::sqrt(0.8) * 16.0 / 12.0 / root);
  CHECK(std::fabs(u.excess_kurtosis + 1.2) < 0.02);
  const std::vector<double> values = values_of(assay::normal(5, 2), seed, 0, n);
  const moments z = moments_of(values);
  CHECK(std::fabs(z.mean - 5.0) < 4.0 * 2.0 / root);
  CHECK(std::fabs(z.variance / 4.0 - 1.0) < 4.0 * std::sqrt(1.85) / root);
  CHECK(std::fabs(z.skewness) < 4.0 * std::sqrt(6.0) / root);
  CHECK(std::fabs(z.excess_kurtosis + 0.15) < 4.0 * std::sqrt(24.0) / root);
  int beyond = 0;
  for (const double x : values) beyond += std::fabs(x - 5.0) > 2.0 * 1.959963984540054;
  CHECK(std::fabs(beyond / static_cast<double>(n) - 0.05) < 0.003);  // 0.0502 of Irwin–Hall 8
  double lag = 0.0;                                                  // neighbours do not hang together
  for (std::size_t i = 1; i < values.size(); ++i) lag += (values[i] - 5.0) * (values[i - 1] - 5.0) / 4.0;
  CHECK(std::fabs(lag / static_cast<double>(n)) < 4.0 / root);
}

TEST_CASE("normal is bounded by 4.899 deviations and symmetric") {
  const assay::random_block least = {{0, 0, 0, 0}};
  const assay::random_block most = {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}};
  CHECK(assay::detail::standard_normal(most) > 4.8989);
  CHECK(assay::detail::standard_normal(most) < 4.899);
  CHECK(assay::detail::standard_normal(least) == -assay::detail::standard_normal(most));
}

TEST_CASE("uniform and sorted stay in their range after rounding wherever the type has numbers there") {
  const std::uint64_t seed = 5;
  CAPTURE(seed);
  const struct {
    double low, high;
    bool in_every_float;  // each floating type has numbers there
  } ranges[] = {{-1, 1, true},    {0, 1, true},        {0x1p-10, 1, true},    {-1, 0, true},
                {0.1, 0.3, true}, {-8, -4, true},      {-100, 100, true},     {0, 6e-8, true},
                {0, 65536, true}, {-1e5, -6e4, true},  {-3, 1e30, true},      {0.5, 40.5, true},
                {1.3, 4.3, true}, {1000, 1001, false}, {1.001, 1.002, false}, {1, 1 + 0x1p-52, true}};
  for (const auto& range : ranges) {
    for (const dtype type : every_type) {
      if (type == dtype::boolean) continue;
      for (const fill& rule : {assay::uniform(range.low, range.high), assay::sorted(range.low, range.high)}) {
        CAPTURE(assay::to_string(type), range.low, range.high, static_cast<int>(rule.how));
        const std::int64_t count = 2000;
        std::vector<std::uint64_t> memory(static_cast<std::size_t>(count));
        int wrong = 0, inside = 0;
        const filled_tensor filled(rule, type, seed, 0, count);
        for (std::int64_t i = 0; i < count; ++i) {
          const double value = filled[i];
          wrong += assay::round_to(type, value) != value;
          if (filled.draw().how == fill_draw::kind::wide) {
            const double exact = fill_value(rule, seed, 0, i, count);
            wrong += !(exact >= range.low && exact < range.high);
            // Where the type neither saturates nor overflows, less than a unit away.
            const double plain = assay::round_to(type, exact);
            const double unit = assay::unit_in_last_place(type, exact);
            if (std::fabs(plain - exact) <= 0.5 * unit) wrong += !(std::fabs(value - exact) < unit);
          }
          inside += value >= range.low && value < range.high;
          filled.store(i, memory.data());
          wrong += assay::load_element(type, memory.data(), i) != value;
        }
        CHECK(wrong == 0);
        CHECK((inside == 0 || inside == count));
        if (range.in_every_float && assay::is_floating(type)) CHECK(inside == count);
      }
    }
  }
}

TEST_CASE("rounding up to the open end happens without the inner neighbour") {
  // The precaution is needed: plain rounding to bf16 does give 1 on [0, 1).
  const std::uint64_t seed = 5;
  CAPTURE(seed);
  int at_end = 0;
  for (std::int64_t i = 0; i < 10000; ++i)
    at_end += assay::round_to(dtype::bf16, fill_value(assay::uniform(0, 1), seed, 0, i, 10000)) == 1.0;
  CHECK(at_end > 0);
  CHECK(assay::detail::between(1.0, 1.0 + 0x1p-52, 1.0 - 0x1p-53) == 1.0);
  CHECK(assay::detail::between(-1.0, 0.0, 1.0) < 0.0);
  CHECK(assay::detail::between(-2.0, -1.0, 1.0) == std::nextafter(-1.0, -2.0));
  CHECK(assay::detail::between(0.0, 1.0, 1.0) == std::nextafter(1.0, 0.0));
  CHECK(assay::detail::between(3.0, 3.0, 0.5) == 3.0);
}

TEST_CASE("sorted ascends after rounding, in every type, and fills its range") {
  const std::uint64_t seed = 77;
  CAPTURE(seed);
  const double ranges[][2] = {{-1, 1}, {0, 1}, {-200, 300}, {1000, 1001}, {0, 1e-7}, {1, 1 + 0x1p-50}};
  for (const auto& range : ranges) {
    const fill rule = assay::sorted(range[0], range[1]);
    for (const std::int64_t count : {1, 2, 3, 1000, 4096}) {
      for (const dtype type : every_type) {
        std::vector<double> values;
        for (std::int64_t i = 0; i < count; ++i)
          values.push_back(fill_element(rule, type, seed, 2, i, count));
        if (!is_ascending(values)) FAIL(assay::to_string(type) << " from " << range[0] << " of " << count);
      }
    }
  }
  const std::vector<double> values = values_of(assay::sorted(0, 1000), seed, 0, 1000);
  for (int i = 0; i < 1000; ++i)
    if (std::floor(values[static_cast<std::size_t>(i)]) != i) FAIL("stratum " << i << " is empty");
  // At the end of a tensor of 2^40 elements.
  const std::int64_t many = std::int64_t{1} << 40;
  const double last = fill_value(assay::sorted(0, 1), seed, 0, many - 1, many);
  CHECK(last < 1.0);
  CHECK(last > fill_value(assay::sorted(0, 1), seed, 0, many - 2, many));
}

TEST_CASE("a permutation is one, for any count") {
  const std::uint64_t seed = 31;
  CAPTURE(seed);
  for (std::int64_t count = 1; count <= 130; ++count)
    for (std::uint32_t tensor = 0; tensor < 3; ++tensor)
      if (!is_permutation(values_of(assay::permutation(), seed, tensor, count))) FAIL("not for " << count);
  for (const std::int64_t count : {251, 255, 256, 257, 1009, 1023, 1024, 1025, 4095, 4097, 65521, 65537})
    if (!is_permutation(values_of(assay::permutation(), seed, 0, count))) FAIL("not for " << count);
}

TEST_CASE("a permutation of very many stays below their count and does not repeat itself nearby") {
  const std::uint64_t seed = 31;
  CAPTURE(seed);
  const std::int64_t count = (std::int64_t{1} << 40) + 1;
  std::vector<bool> seen(1 << 16);
  int collisions = 0;
  for (std::int64_t i = count - 1000; i < count; ++i) {
    const double value = fill_value(assay::permutation(), seed, 0, i, count);
    CHECK((value >= 0.0 && value < static_cast<double>(count)));
    const auto low = static_cast<std::size_t>(static_cast<std::uint64_t>(value) & 0xffff);
    collisions += seen[low];
    seen[low] = true;
  }
  CHECK(collisions < 30);  // 7.6 are expected of 1000 random 16-bit numbers
}

TEST_CASE("all orders of four turn up, and equally often") {
  int seen[256] = {};
  const int seeds = 4800;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    int code = 0;
    for (std::int64_t i = 0; i < 4; ++i)
      code = 4 * code + static_cast<int>(fill_value(assay::permutation(), seed, 0, i, 4));
    ++seen[code];
  }
  double chi_squared = 0.0;
  int orders = 0;
  for (const int times : seen)
    if (times > 0) {
      ++orders;
      chi_squared += (times - seeds / 24.0) * (times - seeds / 24.0) / (seeds / 24.0);
    }
  CHECK(orders == 24);
  CHECK(chi_squared < 58.0);  // 23 degrees of freedom: 1e-4
}

TEST_CASE("a permutation leaves about one element where it was and shows no order") {
  const std::int64_t count = 1000;
  double fixed = 0.0, ascents = 0.0;
  const int seeds = 200;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const std::vector<double> values = values_of(assay::permutation(), seed, 0, count);
    for (std::size_t i = 0; i < values.size(); ++i) {
      fixed += values[i] == static_cast<double>(i);
      if (i > 0) ascents += values[i - 1] < values[i];
    }
  }
  CHECK(std::fabs(fixed / seeds - 1.0) < 4.0 / std::sqrt(seeds));
  CHECK(std::fabs(ascents / seeds / (count - 1) - 0.5) < 4.0 * std::sqrt(1.0 / 12.0 / count / seeds));
}

TEST_CASE("integers take every value of their range and none beside it") {
  const std::uint64_t seed = 8;
  CAPTURE(seed);
  int times[7] = {};
  const int draws = 70000;
  for (std::int64_t i = 0; i < draws; ++i) {
    const double value = fill_value(assay::integers(-3, 3), seed, 0, i, draws);
    REQUIRE((value >= -3.0 && value <= 3.0 && value == std::floor(value)));
    ++times[static_cast<int>(value) + 3];
  }
  double chi_squared = 0.0;
  for (const int t : times) chi_squared += (t - draws / 7.0) * (t - draws / 7.0) / (draws / 7.0);
  CHECK(chi_squared < 28.0);  // 6 degrees of freedom: 1e-4
  CHECK(fill_value(assay::integers(4, 4), seed, 0, 9, 10) == 4.0);
  CHECK(fill_value(assay::index_below(1), seed, 0, 9, 10) == 0.0);
  // The whole of int64 and 2^53 steps: nothing overflows, both halves turn up.
  int negative = 0;
  for (std::int64_t i = 0; i < 100; ++i) {
    const double wide = fill_value(assay::integers(INT64_MIN, INT64_MAX), seed, 0, i, 100);
    REQUIRE((wide >= -0x1p63 && wide <= 0x1p63));
    negative += wide < 0.0;
    const double exact = fill_value(assay::integers(0, std::int64_t{1} << 53), seed, 0, i, 100);
    REQUIRE((exact >= 0.0 && exact <= 0x1p53));
  }
  CHECK(negative > 20);
  CHECK(negative < 80);
}

TEST_CASE("booleans are a fair coin under real-valued fills, and whole numbers as they come") {
  const std::uint64_t seed = 17;
  CAPTURE(seed);
  const std::int64_t count = 4000;
  for (const fill& rule :
       {fill{}, assay::positive(), assay::normal(3, 1), assay::sorted(2, 3), assay::integers(0, 1)}) {
    double heads = 0.0;
    for (std::int64_t i = 0; i < count; ++i) heads += fill_element(rule, dtype::boolean, seed, 0, i, count);
    CAPTURE(static_cast<int>(rule.how));
    CHECK(std::fabs(heads / static_cast<double>(count) - 0.5) < 0.04);
  }
  CHECK(fill_element(assay::constant(0.25), dtype::boolean, seed, 0, 0, 1) == 1.0);
  CHECK(fill_element(assay::constant(0.0), dtype::boolean, seed, 0, 0, 1) == 0.0);
}

TEST_CASE("a filled tensor stores its elements and nothing else") {
  const std::uint64_t seed = 3;
  for (const dtype type : every_type) {
    alignas(8) unsigned char memory[64] = {};
    filled_tensor(assay::constant(1.0), type, seed, 0, 5).store(2, memory);
    for (std::int64_t i = 0; i < 5; ++i) CHECK(assay::load_element(type, memory, i) == (i == 2 ? 1.0 : 0.0));
    filled_tensor(assay::uniform(0, 100), type, seed, 1, 5).store(2, memory);
    CHECK(assay::load_element(type, memory, 2) == fill_element(assay::uniform(0, 100), type, seed, 1, 2, 5));
  }
}

TEST_CASE("a packed fill in groups is the same as by element, with zeros in the bits of nobody") {
  for (const dtype type : {dtype::fp4_e2m1, dtype::fp6_e2m3, dtype::fp6_e3m2, dtype::fp8_e5m2, dtype::fp32})
    for (const std::int64_t count : {0, 1, 2, 3, 4, 5, 6, 7, 1001}) {
      CAPTURE(assay::to_string(type), count);
      const auto bytes = static_cast<std::size_t>(assay::bytes_for(type, count));
      std::vector<std::uint8_t> by_element(bytes), by_group(bytes, 0xFF);
      const fill rule = assay::default_fill(type);
      for (std::int64_t i = 0; i < count; ++i)
        filled_tensor(rule, type, 9, 2, count).store(i, by_element.data());
      // In any order: each group has bytes of its own.
      for (std::int64_t group = filled_tensor(rule, type, 9, 2, count).groups(); group-- > 0;)
        filled_tensor(rule, type, 9, 2, count).store_group(group, by_group.data());
      CHECK(by_element == by_group);
      int wrong = 0;
      for (std::int64_t i = 0; i < count; ++i)
        wrong += assay::load_element(type, by_group.data(), i) != fill_element(rule, type, 9, 2, i, count);
      CHECK(wrong == 0);
    }
}

TEST_CASE("default fills give every number of the narrowest types, and finite ones of all") {
  for (std::size_t t = 0; t < assay::dtype_count; ++t) {
    const auto type = static_cast<dtype>(t);
    CAPTURE(assay::to_string(type));
    std::set<double> seen;
    int not_finite = 0;
    for (std::int64_t i = 0; i < 20000; ++i) {
      const double value = fill_element(assay::default_fill(type), type, 3, 0, i, 20000);
      not_finite += !std::isfinite(value);
      seen.insert(value);
    }
    CHECK(not_finite == 0);
    if (assay::is_packed(type))
      CHECK(seen.size() == (std::size_t{1} << assay::bits_of(type)) - 1);  // one zero
    if (type == dtype::e8m0) CHECK(seen == std::set<double>{0.0625, 0.125, 0.25, 0.5, 1, 2, 4, 8, 16});
  }
}

TEST_CASE("a fill beyond the range of a type without infinity saturates: no NaN gets into the input") {
  for (const dtype type : {dtype::fp8_e4m3fn, dtype::fp8_e4m3fnuz, dtype::fp8_e5m2fnuz, dtype::fp6_e3m2,
                           dtype::fp4_e2m1, dtype::e8m0}) {
    CAPTURE(assay::to_string(type));
    for (const fill& rule : {assay::normal(0, 1e6), assay::constant(1e300), assay::constant(0),
                             assay::integers(-1000000, 1000000), assay::uniform(-1e6, 1e6)})
      for (std::int64_t i = 0; i < 100; ++i) {
        const double value = fill_element(rule, type, 3, 0, i, 100);
        std::uint64_t memory = 0;
        filled_tensor(rule, type, 3, 0, 100).store(0, &memory);
        REQUIRE(std::fabs(value) <= assay::largest_finite(type));
        if (i == 0) REQUIRE(assay::load_element(type, &memory, 0) == value);
      }
  }
  // Where there is an infinity, it is what the value rounds to.
  CHECK(std::isinf(fill_element(assay::constant(1e300), dtype::fp8_e5m2, 3, 0, 0, 1)));
}

TEST_CASE("what pads swizzled scales is zero bytes, whatever the fill") {
  const fill rule = assay::padded_scales(assay::powers_of_two(1, 4), 3, 5);
  for (const dtype type : {dtype::e8m0, dtype::fp8_e4m3fn}) {
    std::vector<std::uint8_t> scales(1024, 0xFF);
    for (std::int64_t i = 0; i < 1024; ++i)
      filled_tensor(rule, type, 4, 1, 1024).store_group(i, scales.data());
    int zero_bytes = 0;
    for (std::int64_t i = 0; i < 1024; ++i) {
      const bool zero = scales[static_cast<std::size_t>(i)] == 0;
      zero_bytes += zero;
      REQUIRE(zero == assay::is_scale_padding(i, 3, 5));
    }
    CHECK(zero_bytes == 1024 - 15);
  }
}

TEST_CASE(
    "the fills of attacks are what they were: a replay line must give the same values in every version") {
  const std::uint64_t seed = 0x0123456789abcdef;
  const std::int64_t index = (std::int64_t{1} << 32) + 5, count = (std::int64_t{1} << 33) + 1;
  // From an implementation of its own in Python, with exact fractions.
  const auto value = [&](fill::kind how, double a, double b, double c) {
    return fill_value({how, a, b, c}, seed, 3, index, count);
  };
  CHECK(value(fill::kind::lattice, -1.0, 1.0, 0x1p-15) == 0x1.c860000000000p-3);
  CHECK(value(fill::kind::index_code, 0.0, 1020.0, 1.0) == 0x1.5e80000000000p+9);
  CHECK(value(fill::kind::sparse, -1.0, 0.5, 1.0) == 0x1.0000000000000p-1);
  CHECK(value(fill::kind::power_of_two, -20.0, 10.0, 0.0) == 0x1.0000000000000p-2);
  CHECK(value(fill::kind::opposites, 0x1p-10, 0.5, 1.0) == -0x1.1d00000000000p-2);
  CHECK(value(fill::kind::marked, -1.0, 1.0, 7.0) == 0x1.c85723fc70070p-3);
}

TEST_CASE("one element in so many is hot, and which one depends on the seed") {
  std::vector<int> places(7, 0);
  for (std::uint64_t seed = 0; seed < 700; ++seed) {
    const std::vector<double> values = values_of({fill::kind::one_hot, 0.25, 2.0, 7.0}, seed, 1, 21);
    int hot = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      hot += values[i] == 2.0;
      REQUIRE((values[i] == 2.0 || values[i] == 0.25));
      if (i >= 7) REQUIRE(values[i] == values[i - 7]);
      if (i < 7) places[i] += values[i] == 2.0;
    }
    REQUIRE(hot == 3);
  }
  for (const int times : places) CHECK((times > 60 && times < 145));
}

TEST_CASE("one element is marked, anywhere") {
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const std::vector<double> values = values_of({fill::kind::marked, -1.0, 1.0, 7.0}, seed, 0, 50);
    int marked = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] == 7.0) sum += static_cast<double>(i);
      marked += values[i] == 7.0;
      REQUIRE((values[i] == 7.0 || (values[i] >= -1.0 && values[i] < 1.0)));
    }
    REQUIRE(marked == 1);
  }
  CHECK(std::fabs(sum / 500 - 24.5) < 3.0);
}

TEST_CASE("a lattice has all its points, and few of a sparse fill are not zero") {
  const std::uint64_t seed = 3;
  std::vector<int> seen(9, 0);
  for (const double v : values_of({fill::kind::lattice, -0.5, 0.5, 0.125}, seed, 0, 9000)) {
    REQUIRE((v >= -0.5 && v <= 0.5 && v * 8 == std::floor(v * 8)));
    ++seen[static_cast<std::size_t>((v + 0.5) * 8)];
  }
  for (const int times : seen) CHECK((times > 850 && times < 1150));
  int low = 0, high = 0;
  for (const double v : values_of({fill::kind::sparse, -1.0, 0.5, 8.0}, seed, 0, 8000)) {
    REQUIRE((v == 0.0 || v == -1.0 || v == 0.5));
    low += v == -1.0;
    high += v == 0.5;
  }
  CHECK((low > 400 && low < 600));
  CHECK((high > 400 && high < 600));
}

TEST_CASE("opposites are opposite at their distance, but for one pair in 16") {
  for (const std::int64_t distance : {1, 5, 32}) {
    const std::vector<double> values =
        values_of({fill::kind::opposites, 0x1p-10, 0.5, static_cast<double>(distance)}, 9, 2, 640);
    int pairs = 0, small = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (static_cast<std::int64_t>(i) % (2 * distance) >= distance) continue;
      const double x = values[i], y = values[i + static_cast<std::size_t>(distance)];
      REQUIRE((x >= 0x1p-10 && x <= 0.5 && x * 1024 == std::floor(x * 1024)));
      pairs += x == -y;
      small += x == 0x1p-10 && y == 0x1p-10;
      REQUIRE((x == -y || (x == 0x1p-10 && y == x)));
    }
    CHECK(pairs + small == 320);
    CHECK((small > 5 && small < 45));
  }
}

TEST_CASE("the fills of attacks are stored as they are given") {
  const fill rules[] = {
      {fill::kind::lattice, -1.0, 1.0, 0x1p-7},   {fill::kind::index_code, -1.0, 1.0, 0x1p-5},
      {fill::kind::one_hot, 0.0, 1.0, 4.0},       {fill::kind::sparse, -1.0, 1.0, 4.0},
      {fill::kind::power_of_two, -8.0, 0.0, 0.0}, {fill::kind::opposites, 0x1p-7, 1.0, 1.0}};
  for (const fill& rule : rules)
    for (const dtype type : {dtype::fp64, dtype::fp32, dtype::fp16, dtype::bf16}) {
      std::vector<std::uint64_t> memory(300);
      for (std::int64_t i = 0; i < 300; ++i) {
        filled_tensor(rule, type, 4, 1, 300).store(i, memory.data());
        const double value = fill_element(rule, type, 4, 1, i, 300);
        CHECK(value == fill_value(rule, 4, 1, i, 300));  // exact in the type
        CHECK(assay::load_element(type, memory.data(), i) == value);
      }
    }
}
