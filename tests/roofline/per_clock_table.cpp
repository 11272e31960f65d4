// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/per_clock_table.hpp"

#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "assay/roofline/device_facts.hpp"
#include "assay/roofline/device_table.hpp"
#include "support/catch.hpp"

using namespace assay;

namespace {

device_info reported(std::string name, std::string architecture) {
  device_info info;
  info.name = std::move(name);
  info.architecture = std::move(architecture);
  return info;
}

bool is_tensor(resource which) { return which >= resource::tensor_fp64 && which <= resource::tensor_fp4; }
/// The matrix types that NVIDIA quotes at a boost clock of their own; fp64 is quoted at the highest clock.
bool is_narrow_tensor(resource which) { return is_tensor(which) && which != resource::tensor_fp64; }
bool is_fp32(resource which) { return which == resource::fp32; }
bool is_fp64(resource which) { return which == resource::fp64; }
bool is_vector_float(resource which) { return which == resource::fp32 || which == resource::fp16; }
bool is_int8(resource which) { return which == resource::tensor_int8; }
bool is_narrow_float_tensor(resource which) { return is_narrow_tensor(which) && !is_int8(which); }

/// A datasheet figure that units x rate x boost clock does not give, and what does: the clock that it was
/// quoted at, or a factor. Each is checked to hold, and to be needed.
struct exception {
  std::string_view device;
  bool (*covers)(resource);
  double clock;   ///< Hz; 0: the boost clock
  double factor;  ///< of the datasheet to the table's rate
  std::string_view reason;
};

constexpr std::string_view lower_boost = "tensor peaks are quoted at a lower boost than the highest clock";
constexpr std::string_view rounded = "rounded, or divided from a rounded figure of a whole rack";
constexpr std::string_view unpacked =
    "the sheet's first figure counts unpacked fp32, one multiply-add a lane";

constexpr exception exceptions[] = {
    {"H100 SXM5", is_narrow_tensor, 1830e6, 1, lower_boost},  // H100 whitepaper v1.04
    {"H200 SXM", is_narrow_tensor, 1830e6, 1, lower_boost},
    {"GH200 96GB HBM3", is_narrow_tensor, 1830e6, 1, lower_boost},
    {"GH200 144GB HBM3e", is_narrow_tensor, 1830e6, 1, lower_boost},
    {"H100 PCIe", is_narrow_tensor, 1620e6, 1, lower_boost},  // H100 whitepaper v1.04
    // Not published; one clock explains all five figures of each.
    {"H100 NVL", is_narrow_tensor, 1545e6, 1, lower_boost},
    {"H200 NVL", is_narrow_tensor, 1545e6, 1, lower_boost},
    {"B200", is_narrow_tensor, 1856e6, 1, lower_boost},
    {"GB200", is_narrow_tensor, 2008e6, 1, lower_boost},
    {"B300", is_narrow_float_tensor, 1856e6, 1, lower_boost},
    {"GB300", is_narrow_float_tensor, 2008e6, 1, lower_boost},
    {"B300", is_vector_float, 1980e6, 1, "the figure is the B200's, of a lower clock"},
    {"B300", is_int8, 1980e6, 1, rounded},
    {"B300", is_fp64, 0, 1.25 / 1.203, rounded},
    {"GB300", is_fp64, 0, 1.39 / 1.2586, rounded},  // 100 Tflop/s of 72
    {"GB300", is_int8, 0, 165.0 / 161.1, rounded},
    {"GB10 (DGX Spark)", is_fp32, 2523e6, 1, "the sheet's clock is above the 2418 MHz that one reported"},
    {"GB10 (DGX Spark)", is_tensor, 2543e6, 1, "half of a rounded sparse 1 Pflop/s"},
    {"MI210", is_fp32, 0, 0.5, unpacked},
    {"MI250X (per GCD)", is_fp32, 0, 0.5, unpacked},
    {"MI250X (total, 2 GCD)", is_fp32, 0, 0.5, unpacked},
};

const exception* find_exception(const device_row& row, resource which) {
  for (const exception& one : exceptions)
    if (one.device == row.name && one.covers(which)) return &one;
  return nullptr;
}

struct mismatch {
  std::string what;
  double datasheet, derived;
};

/// Compares each figure of a datasheet with units x rate x clock; a figure may be off by 2 %, an explained
/// one by 0.5 %, and an explanation that is not needed is a mismatch too. Counts what it compared.
std::vector<mismatch> disagreements(const device_row& row, std::size_t& compared) {
  std::vector<mismatch> result;
  if (!row.boost_clock) return result;
  const per_clock_row* rates =
      find_per_clock(reported(std::string(row.match), std::string(row.architecture)));
  if (!rates) return {{std::string(row.name) + ": no per-clock rates", 0, 0}};
  for (std::size_t i = 1; i < resource_count; ++i) {
    const auto which = static_cast<resource>(i);
    const auto printed = row.peak[which];
    if (!printed) continue;
    ++compared;
    const std::string what = std::string(row.name) + ", " + to_string(which);
    const auto rate = rates->operations[which];
    if (!rate) {
      result.push_back({what + ": no per-clock rate", *printed, 0});
      continue;
    }
    const double derived = row.units * *rate * *row.boost_clock;
    const bool agrees = std::abs(derived / *printed - 1) <= 0.02;
    if (const exception* known = find_exception(row, which)) {
      const double explained =
          row.units * *rate * (known->clock > 0 ? known->clock : *row.boost_clock) * known->factor;
      if (agrees) result.push_back({what + ": needs no exception", *printed, derived});
      if (std::abs(explained / *printed - 1) > 0.005)
        result.push_back({what + ": not explained", *printed, explained});
    } else if (!agrees) {
      result.push_back({what, *printed, derived});
    }
  }
  return result;
}

const device_row& row_named(std::string_view name) {
  for (const device_row& row : device_table)
    if (row.name == name) return row;
  throw std::runtime_error("no such row: " + std::string(name));
}

}  // namespace

TEST_CASE("units x rate x boost clock gives each datasheet figure, or the reason is known", "[roofline]") {
  std::size_t compared = 0;
  for (const device_row& row : device_table)
    for (const mismatch& one : disagreements(row, compared)) {
      UNSCOPED_INFO(one.what << ": datasheet " << one.datasheet << ", derived " << one.derived);
      CHECK(one.what.empty());
    }
  CHECK(compared > 230);  // of 39 devices; were nothing compared, nothing would disagree
}

TEST_CASE("the comparison with the datasheet notices wrong rows", "[roofline]") {
  std::size_t compared = 0;
  SECTION("a sparse figure printed as a dense one") {
    device_row row = row_named("A100 SXM4 80GB");
    REQUIRE(disagreements(row, compared).empty());
    row.peak.tensor_bf16 = 624e12;
    CHECK(disagreements(row, compared).size() == 1);
  }
  SECTION("a figure 3 % off") {
    device_row row = row_named("MI300X");
    row.peak.fp64 = *row.peak.fp64 * 1.03;
    CHECK(disagreements(row, compared).size() == 1);
  }
  SECTION("workgroup processors for CUs") {
    device_row row = row_named("RX 7900 XTX");
    row.units = 48;
    CHECK(disagreements(row, compared).size() == 6);
  }
  SECTION("an explanation that does not hold: A100's TF32 for the H100") {
    device_row row = row_named("H100 SXM5");
    row.peak.tensor_tf32 = 156e12;
    CHECK(disagreements(row, compared).size() == 1);
  }
  SECTION("an explanation that is not needed") {
    device_row row = row_named("H100 SXM5");
    row.peak.tensor_bf16 = 1070.5e12;
    const auto found = disagreements(row, compared);
    CHECK(found.size() == 2);  // it agrees with the highest clock, so no longer with 1830 MHz
  }
  SECTION("a type that the architecture's rates do not have") {
    device_row row = row_named("V100 SXM2 32GB");
    row.peak.tensor_bf16 = 125e12;
    CHECK(disagreements(row, compared).size() == 1);
  }
}

TEST_CASE("every exception says why and is about a figure of the table", "[roofline]") {
  for (const exception& one : exceptions) {
    CAPTURE(std::string(one.device));
    CHECK(!one.reason.empty());
    const device_row& row = row_named(one.device);
    bool about_something = false;
    for (std::size_t i = 1; i < resource_count; ++i)
      about_something |= one.covers(static_cast<resource>(i)) && row.peak[static_cast<resource>(i)];
    CHECK(about_something);
  }
}

TEST_CASE("vector rates count a multiply-add as two", "[roofline]") {
  const per_clock_row* hopper = find_per_clock(reported("NVIDIA H200", "sm_90"));
  REQUIRE(hopper);
  CHECK(hopper->operations.fp32 == 256.0);  // 128 FFMA
  CHECK(hopper->operations.fp64 == 128.0);
  CHECK(hopper->operations.tensor_bf16 == 4096.0);
  CHECK(hopper->operations.sfu == 16.0);
  CHECK(hopper->operations.int32 == 256.0);  // 122.6 lanes of IADD3 and IMAD mixed were measured, two each
  CHECK(!hopper->operations.dram);
}

TEST_CASE("RDNA reports pairs of CUs as one multiprocessor", "[roofline]") {
  CHECK(find_per_clock(reported("AMD Radeon RX 7900 XTX", "gfx1100"))->units_per_multiprocessor == 2);
  CHECK(find_per_clock(reported("AMD Radeon RX 9070 XT", "gfx1201"))->units_per_multiprocessor == 2);
  CHECK(find_per_clock(reported("AMD Instinct MI250X", "gfx90a"))->units_per_multiprocessor == 1);
}

TEST_CASE("FP32 matrix rates are not given out as TF32", "[roofline]") {
  for (const char* architecture : {"gfx908", "gfx90a", "gfx950"})
    CHECK(!find_per_clock(reported("", architecture))->operations.tensor_tf32);
  CHECK(find_per_clock(reported("", "gfx942"))->operations.tensor_tf32 == 1024.0);
}

TEST_CASE("every row of rates has a source, and no rate is zero", "[roofline]") {
  for (const per_clock_row& row : per_clock_table) {
    CAPTURE(std::string(row.family));
    CHECK(!row.source.empty());
    for (std::size_t i = 0; i < resource_count; ++i)
      if (const auto rate = row.operations[static_cast<resource>(i)]) CHECK(*rate > 0);
  }
}

TEST_CASE("every figure is compared with something, or it is known that it cannot be", "[roofline]") {
  // No datasheet prints these; the rows name where they come from.
  const auto unprinted = [](resource which) {
    return which == resource::int32 || which == resource::sfu || which == resource::shared_memory ||
           which == resource::tensor_fp16_fp16;
  };
  for (const per_clock_row& rates : per_clock_table) {
    CAPTURE(std::string(rates.family));
    std::string unchecked;
    for (std::size_t i = 0; i < resource_count; ++i) {
      const auto which = static_cast<resource>(i);
      if (!rates.operations[which] || unprinted(which)) continue;
      bool printed = false;
      for (const device_row& row : device_table)
        printed |= find_per_clock(as_reported(row)) == &rates && row.boost_clock && row.peak[which];
      if (!printed) unchecked += (unchecked.empty() ? "" : ", ") + std::string(to_string(which));
    }
    if (rates.architecture == "sm_75")
      CHECK(unchecked == "fp64, fp16");  // NVIDIA prints neither for the T4
    else if (rates.architecture == "sm_86" && rates.covers == product_line::professional)
      CHECK(unchecked == "fp64, fp16");  // nor for the A10
    else if (rates.architecture == "sm_89" && rates.covers == product_line::professional)
      CHECK(unchecked == "fp64, fp16");  // nor for L4 and L40S
    else if (rates.architecture == "sm_121")
      CHECK(unchecked == "fp64, fp16");
    else if (rates.architecture == "gfx90a")
      CHECK(unchecked == "fp16");
    else
      CHECK(unchecked == "");
  }
  for (const device_row& row : device_table)
    if (!row.boost_clock) CHECK(row.name == "MI308X");  // nothing to multiply with
}

TEST_CASE("bytes a clock: what is verified, and nothing for the rest", "[roofline]") {
  const auto rates = [](const char* architecture) { return find_per_clock(reported("", architecture)); };
  CHECK(rates("sm_90")->operations.shared_memory == 128.0);
  CHECK(rates("sm_80")->l2_bytes == 5120.0);
  CHECK(!rates("sm_90")->l2_bytes);
  CHECK(!rates("sm_80")->l2_by_die);
  CHECK(rates("gfx942")->l2_bytes == 2048.0);
  CHECK(rates("gfx942")->l2_by_die);
  CHECK(!rates("gfx950")->operations.shared_memory);  // twice the 128 of before, according to AMD
  CHECK(!rates("sm_100")->l2_bytes);
  CHECK(!rates("sm_75")->operations.shared_memory);
}
