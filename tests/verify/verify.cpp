// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include <assay/verify.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.hpp"

TEST_CASE("a result within the tolerance is correct") {
  const std::vector<float> got = {0.1f, 0.2f, 0.3f};
  const std::vector<double> right = {0.1, 0.2, 0.3};
  const assay::verdict v = assay::verify(got, right);
  CHECK(v);
  CHECK(v.outcome == assay::outcome::correct);
  CHECK(v.reason.empty());
}

TEST_CASE("a wrong element, a NaN and an infinity are wrong, and the sentence says where") {
  const std::vector<double> right = {0.1, 0.2, 0.3};
  for (const float bad :
       {0.2001f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    CAPTURE(bad);
    const assay::verdict v = assay::verify(std::vector<float>{0.1f, bad, 0.3f}, right, {}, "y");
    CHECK_FALSE(v);
    CHECK(v.outcome == assay::outcome::wrong);
    CHECK(v.reason.find("y: 1 of 3 elements") == 0);
    CHECK(v.reason.find("worst at [1]") != std::string::npos);
  }
}

TEST_CASE("narrow element types are held against their own rounding") {
  const std::vector<double> right = {0.1};
  CHECK(assay::verify(std::vector<assay::bf16>{assay::bf16(0.1)}, right));
  CHECK(assay::verify(std::vector<assay::fp16>{assay::fp16(0.1)}, right));
  CHECK_FALSE(assay::verify(std::vector<assay::fp16>{assay::fp16(0.101)}, right));
  CHECK_FALSE(assay::verify(std::vector<float>{static_cast<float>(assay::bf16(0.1))}, right));
}

TEST_CASE("verify with exact asks for the very bits") {
  const std::vector<double> right = {1.0};
  CHECK(assay::verify(std::vector<float>{1.0f}, right, assay::tolerance::exact()));
  CHECK_FALSE(
      assay::verify(std::vector<float>{std::nextafter(1.0f, 2.0f)}, right, assay::tolerance::exact()));
}

TEST_CASE("different lengths and empty results are refused: nothing would be verified") {
  CHECK_THROWS_AS(assay::verify(std::vector<float>{1.0f}, std::vector<double>{1.0, 2.0}), assay::usage_error);
  CHECK_THROWS_AS(assay::verify(std::vector<float>{}, std::vector<double>{}), assay::usage_error);
}

TEST_CASE("a whole number that nobody can tell from the right one is unverifiable") {
  const std::vector<std::int64_t> got = {7, (std::int64_t{1} << 60) + 1};
  const assay::verdict v = assay::verify(got, std::vector<double>{7.0, 0x1p60}, assay::tolerance::exact());
  CHECK(v.outcome == assay::outcome::unverifiable);
  CHECK(v.reason.find("result: 1 of 2 whole numbers are beyond 2^53") != std::string::npos);
  CHECK(assay::verify(std::vector<std::int64_t>{std::int64_t{1} << 60}, std::vector<double>{0x1p60}));
}

TEST_CASE("a calibrated tolerance is refused where there is no reference to take the measure from") {
  const std::vector<float> got = {1.0f};
  const std::vector<double> right = {1.0};
  CHECK_THROWS_AS(assay::verify(got, right, assay::tolerance::calibrated()), assay::usage_error);
}

TEST_CASE(
    "an allclose that lets wrong results pass is told, and another tolerance that does is unverifiable") {
  const std::vector<float> zeros(4096);
  std::vector<double> small;
  for (int i = 0; i < 4096; ++i) small.push_back(1e-3 * std::sin(i));
  const assay::verdict loose = assay::verify(zeros, small, assay::tolerance::allclose(1e-2, 1e-2), "y");
  CHECK(loose);
  REQUIRE(loose.findings.size() == 1);
  CHECK(loose.findings[0].code == "loose-tolerance");
  CHECK(loose.findings[0].message.find("lets pass as y: all zeros") != std::string::npos);

  std::vector<float> rounded(small.begin(), small.end());
  const assay::verdict tight = assay::verify(rounded, small, assay::tolerance::allclose(1e-6, 1e-6));
  CHECK(tight);
  CHECK(tight.findings.empty());
  const assay::verdict vague =
      assay::verify(rounded, small, assay::tolerance::accumulating(std::int64_t{1} << 60));
  CHECK(vague.outcome == assay::outcome::unverifiable);
  CHECK(vague.reason.find("the tolerance of result would let pass: ") == 0);

  const assay::verdict constant = assay::verify(std::vector<float>(8, 1.0f), std::vector<double>(8, 1.0));
  CHECK(constant);
  REQUIRE(constant.findings.size() == 1);
  CHECK(constant.findings[0].code == "constant-output");
}

TEST_CASE("with its extents, a matrix has places and tiles") {
  std::vector<double> right;
  for (int i = 0; i < 64 * 48; ++i) right.push_back(std::cos(i));
  std::vector<float> got(right.begin(), right.end());
  CHECK(assay::verify(got, right, {}, "y", {64, 48}));
  got[2 * 48 + 5] = 9.0f;
  CHECK(assay::verify(got, right, {}, "y", {64, 48}).reason.find("worst at [2, 5]") != std::string::npos);
  CHECK_THROWS_AS(assay::verify(got, right, {}, "y", {64, 47}), assay::usage_error);
}
