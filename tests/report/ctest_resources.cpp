// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/ctest_resources.hpp"

#include "support/catch.hpp"

using namespace assay;

TEST_CASE("each GPU is a resource of one slot, and a processor is none", "[report]") {
  device_info first, second, processor;
  first.vendor = second.vendor = vendor::nvidia;
  first.uuid = "GPU-0a-1b";
  second.uuid = "GPU-2c-3d";
  CHECK(ctest_resources({first, processor, second}) ==
        json::parse(R"({"version": {"major": 1, "minor": 0}, "local": [{"gpus": [
          {"id": "gpu_0a_1b", "slots": 1}, {"id": "gpu_2c_3d", "slots": 1}]}]})"));
  CHECK(ctest_resources({processor})["local"][0]["gpus"].empty());
}
