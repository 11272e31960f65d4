// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/core/format.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>

#include "assay/numeric/random.hpp"
#include "support/catch.hpp"

namespace {

using assay::format_number;
using assay::format_time;

const double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("numbers have three significant digits") {
  CHECK(format_number(0.00123) == "0.00123");
  CHECK(format_number(0.0123) == "0.0123");
  CHECK(format_number(0.123) == "0.123");
  CHECK(format_number(1.0) == "1.00");
  CHECK(format_number(1.23) == "1.23");
  CHECK(format_number(12.34) == "12.3");
  CHECK(format_number(123.4) == "123");
  CHECK(format_number(1234.4) == "1234");
  CHECK(format_number(-12.34) == "-12.3");
}

TEST_CASE("a number that rounds up to the next power of ten has as many digits as that") {
  CHECK(format_number(0.009996) == "0.0100");
  CHECK(format_number(0.09996) == "0.100");
  CHECK(format_number(0.9996) == "1.00");
  CHECK(format_number(9.996) == "10.0");
  CHECK(format_number(99.96) == "100");
  CHECK(format_number(999.6) == "1000");
}

TEST_CASE("very small and very large numbers have an exponent") {
  CHECK(format_number(1.234e-7) == "1.23e-07");
  CHECK(format_number(1.234e9) == "1.23e+09");
  CHECK(format_number(-1e100) == "-1e+100");
}

TEST_CASE("a formatted number is the number to half a unit of its third digit") {
  const std::uint64_t seed = 31;
  CAPTURE(seed);
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const assay::random_block block = assay::random_at(seed, 0, i);
    const double value = std::pow(10.0, 24.0 * assay::unit_interval(assay::random_bits(block)) - 12.0);
    const std::string text = format_number(value);
    CAPTURE(value, text);
    REQUIRE(std::fabs(std::strtod(text.c_str(), nullptr) - value) <= 0.00501 * value);
    REQUIRE(text.size() <= 9);
  }
}

TEST_CASE("zero and what is no number can be told apart from small numbers") {
  CHECK(std::strtod(format_number(0.0).c_str(), nullptr) == 0.0);
  CHECK(format_number(infinity) == "inf");
  CHECK(format_number(-infinity) == "-inf");
  CHECK(format_number(std::nan("")).find("nan") != std::string::npos);
}

TEST_CASE("times choose their unit") {
  CHECK(format_time(1.5e-9) == "1.50 ns");
  CHECK(format_time(999e-9) == "999 ns");
  CHECK(format_time(1e-6) == "1.00 µs");
  CHECK(format_time(12.34e-6) == "12.3 µs");
  CHECK(format_time(1e-3) == "1.00 ms");
  CHECK(format_time(0.5) == "500 ms");
  CHECK(format_time(1.0) == "1.00 s");
  CHECK(format_time(123.0) == "123 s");
  CHECK(format_time(-2e-3) == "-2.00 ms");
  CHECK(assay::format_energy(1.5e-3) == "1.50 mJ");
  CHECK(assay::format_energy(12.0) == "12.0 J");
}

TEST_CASE("bytes choose their unit") {
  CHECK(assay::format_bytes(512) == "512 B");
  CHECK(assay::format_bytes(1024) == "1.00 KiB");
  CHECK(assay::format_bytes(1536) == "1.50 KiB");
  CHECK(assay::format_bytes(0x1p20) == "1.00 MiB");
  CHECK(assay::format_bytes(80.0 * 0x1p30) == "80.0 GiB");
  CHECK(assay::format_bytes(0x1p40) == "1.00 TiB");
  CHECK(assay::format_bytes(0x1p50) == "1024 TiB");
}

TEST_CASE("shares are percentages with more digits where they are small") {
  CHECK(assay::format_share(0.987) == "98.7%");
  CHECK(assay::format_share(1.0) == "100.0%");
  CHECK(assay::format_share(1.234) == "123.4%");
  CHECK(assay::format_share(0.0123) == "1.23%");
  CHECK(assay::format_share(0.0) == "0.00%");
}
