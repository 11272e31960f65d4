// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/stats/format_estimate.hpp"

#include <string>

#include "support/catch.hpp"

namespace {

assay::estimate between(double lower, double median, double upper) {
  assay::estimate e;
  e.median = median;
  e.lower = lower;
  e.upper = upper;
  return e;
}

}  // namespace

TEST_CASE("an estimate is shown with half the width of its interval") {
  CHECK(assay::format_time(between(12.25e-6, 12.3e-6, 12.35e-6)) == "12.3 µs ±0.4%");
  CHECK(assay::format_time(between(1.0, 1.5, 2.0)) == "1.50 s ±33.3%");
  CHECK(assay::format_time(between(1e-3, 1e-3, 1e-3)) == "1.00 ms ±0.0%");
}

TEST_CASE("without an interval only the median is shown") {
  assay::estimate e;
  e.median = 12.3e-6;
  CHECK(assay::format_time(e) == "12.3 µs");
  e.lower = 12e-6;
  CHECK(assay::format_time(e) == "12.3 µs");
}

TEST_CASE("no share is shown of a median of zero") {
  const std::string text = assay::format_time(between(-32e-9, 0.0, 32e-9));
  CAPTURE(text);
  CHECK(text.find("nan") == std::string::npos);
  CHECK(text.find("inf") == std::string::npos);
  CHECK(text.find("ns") != std::string::npos);
}
