// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/ctest_gpu.hpp"

#include <array>
#include <cstdlib>
#include <optional>
#include <string>

#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace assay;

namespace {

/// Environment variables as they were, at the end of its life.
class kept_environment {
 public:
  kept_environment() {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (const char* value = std::getenv(names[i])) values_[i] = value;
      unsetenv(names[i]);
    }
  }
  kept_environment(const kept_environment&) = delete;
  kept_environment& operator=(const kept_environment&) = delete;
  ~kept_environment() {
    for (std::size_t i = 0; i < names.size(); ++i)
      if (values_[i])
        setenv(names[i], values_[i]->c_str(), 1);
      else
        unsetenv(names[i]);
  }

 private:
  static constexpr std::array names = {"CTEST_RESOURCE_GROUP_0_GPUS", "CUDA_DEVICE_ORDER",
                                       "CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"};
  std::array<std::optional<std::string>, 4> values_;
};

}  // namespace

TEST_CASE("the GPU that CTest allots is the only one to be seen", "[suite]") {
  const kept_environment environment;
  CHECK_FALSE(use_ctest_gpu());
  CHECK(std::getenv("CUDA_VISIBLE_DEVICES") == nullptr);
  setenv("CUDA_VISIBLE_DEVICES", "0,1,2,3", 1);
  setenv("CTEST_RESOURCE_GROUP_0_GPUS", "id:2,slots:1", 1);
  CHECK(use_ctest_gpu() == "2");
  CHECK(std::getenv("CUDA_VISIBLE_DEVICES") == std::string("2"));
  CHECK(std::getenv("HIP_VISIBLE_DEVICES") == std::string("2"));
  CHECK(std::getenv("CUDA_DEVICE_ORDER") == std::string("PCI_BUS_ID"));
}

TEST_CASE("what CTest would not say is an error", "[suite]") {
  CHECK(parse_ctest_gpu("id:10,slots:1;id:11,slots:1") == "10");
  for (const char* wrong : {"", "2", "id:", "id:,slots:1", "id:2", "id:2,slot:1", "gpus:2,slots:1"})
    CHECK(support::has(support::message_of([&] { (void)parse_ctest_gpu(wrong); }),
                       std::string("CTEST_RESOURCE_GROUP_0_GPUS is '") + wrong + "'; expected"));
}
