// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/ctest_gpu.hpp"

#include <cstdlib>
#include <string>

#include "support/catch.hpp"
#include "support/kept_environment.hpp"
#include "support/messages.hpp"

using namespace assay;

namespace {

support::kept_environment clean() {
  return support::kept_environment({"CTEST_RESOURCE_GROUP_0_GPUS", "CTEST_RESOURCE_GROUP_1_GPUS",
                                    "CUDA_DEVICE_ORDER", "CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"});
}

}  // namespace

TEST_CASE("the GPU that CTest allots is the only one to be seen", "[suite]") {
  const support::kept_environment environment = clean();
  CHECK_FALSE(use_ctest_gpus());
  CHECK(std::getenv("CUDA_VISIBLE_DEVICES") == nullptr);
  setenv("CUDA_VISIBLE_DEVICES", "0,1,2,3", 1);
  setenv("CTEST_RESOURCE_GROUP_0_GPUS", "id:2,slots:1", 1);
  CHECK(use_ctest_gpus() == "2");
  CHECK(std::getenv("CUDA_VISIBLE_DEVICES") == std::string("2"));
  CHECK(std::getenv("HIP_VISIBLE_DEVICES") == std::string("2"));
  CHECK(std::getenv("CUDA_DEVICE_ORDER") == std::string("PCI_BUS_ID"));
  // Once: who starts this program again with fewer devices means it.
  setenv("CUDA_VISIBLE_DEVICES", "GPU-1", 1);
  CHECK_FALSE(use_ctest_gpus());
  CHECK(std::getenv("CUDA_VISIBLE_DEVICES") == std::string("GPU-1"));
}

TEST_CASE("all GPUs of all groups of a test are seen", "[suite]") {
  const support::kept_environment environment = clean();
  setenv("CTEST_RESOURCE_GROUP_0_GPUS", "id:gpu_0a_1b,slots:1;id:gpu_2c_3d,slots:1", 1);
  setenv("CTEST_RESOURCE_GROUP_1_GPUS", "id:mig_4e_5f,slots:2", 1);
  CHECK(use_ctest_gpus() == "GPU-0a-1b,GPU-2c-3d,MIG-4e-5f");
}

TEST_CASE("what CTest would not say is an error", "[suite]") {
  const std::string variable = "CTEST_RESOURCE_GROUP_0_GPUS";
  CHECK(parse_ctest_gpus("id:10,slots:1;id:11,slots:1", variable) == "10,11");
  for (const char* wrong :
       {"", "2", "id:", "id:,slots:1", "id:2", "id:2,slot:1", "gpus:2,slots:1", "id:2,slots:1;"})
    CHECK(support::has(support::message_of([&] { (void)parse_ctest_gpus(wrong, variable); }),
                       variable + " is '" + wrong + "'; expected"));
}

TEST_CASE("a UUID survives as an id of CTest's", "[suite]") {
  const std::string uuid = "GPU-5f3a1b2c-0d4e-4f60-8a7b-9c0d1e2f3a4b";
  const std::string id = to_ctest_id(uuid);
  CHECK(id == "gpu_5f3a1b2c_0d4e_4f60_8a7b_9c0d1e2f3a4b");
  // cmake-ctest(1): "Each id is a sequence of lowercase ASCII letters, digits, and underscores".
  CHECK(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos);
  CHECK(from_ctest_id(id) == uuid);
  CHECK(from_ctest_id("7") == "7");
}
