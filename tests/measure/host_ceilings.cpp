// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/measure/host_ceilings.hpp"

#include <cmath>
#include <string>

#include "support/catch.hpp"

TEST_CASE("the ceilings of the host are measured and plausible") {
  assay::device_info info;
  info.name = "some processor";
  info.multiprocessors = 1;
  info.last_level_bytes = 1 << 20;  // small, for a short test
  const assay::ceilings found = assay::host_ceilings(info);
  CHECK(found.which == assay::layer::measured);
  CHECK(found.device == "some processor");
  CHECK_FALSE(found.empty());

  const assay::ceiling* dram = found.find(assay::resource::dram);
  REQUIRE(dram);
  CHECK(std::isfinite(dram->rate));
  CHECK(dram->rate > 0.0);
  CHECK(dram->source.find("64 MiB") != std::string::npos);  // the least block
  CHECK(dram->source.find("1 thread") != std::string::npos);

  const assay::ceiling *single = found.find(assay::resource::fp32),
                       *twice = found.find(assay::resource::fp64);
  CHECK((single == nullptr) == (twice == nullptr));
  if (single && twice) {
    CHECK(std::isfinite(single->rate));
    CHECK(twice->rate == single->rate / 2);
    CHECK(twice->rate > 0.0);
    const assay::ceiling* products = found.find(assay::resource::tensor_fp64);
    REQUIRE(products);  // matrices of doubles are multiplied by the same units
    CHECK(products->rate == twice->rate);
    CHECK(single->source.find("1 cores") != std::string::npos);
  }
  CHECK_FALSE(found.find(assay::resource::tensor_bf16));
}
