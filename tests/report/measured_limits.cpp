// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/measured_limits.hpp"

#include <fstream>
#include <optional>
#include <string>

#include "assay/report/ceilings_table.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/messages.hpp"
#include "support/small_gpu.hpp"

namespace {

using assay::ceilings_storage;
using assay::device_ceilings;
using support::become_small_gpu;
using support::fake_device;
using support::has;

std::optional<device_ceilings> for_run(fake_device& gpu, const ceilings_storage& storage) {
  return assay::ceilings_for_run(gpu, gpu.info(), nullptr, storage);
}

}  // namespace

TEST_CASE("a run measures DRAM and the launch once, and finds them the next time", "[report]") {
  const support::temporary_folder folder;
  fake_device gpu;
  become_small_gpu(gpu);
  const ceilings_storage storage{true, folder / "c.json"};
  const auto first = for_run(gpu, storage);
  REQUIRE(first);
  CHECK(first->find("DRAM copy")->rate);
  CHECK_FALSE(first->find("fp32"));
  gpu.clear_log();
  const auto second = for_run(gpu, storage);
  REQUIRE(second);
  CHECK(second->find("DRAM copy")->rate == first->find("DRAM copy")->rate);
  CHECK(gpu.calls("stream_bytes") == 0);
}

TEST_CASE("what a file holds is found without measuring, and what it does not hold has a reason",
          "[report]") {
  const support::temporary_folder folder;
  fake_device gpu;
  become_small_gpu(gpu);
  const ceilings_storage storage{true, folder / "c.json"};
  const auto kept = [&](const ceilings_storage& where) {
    return assay::ceilings_kept(gpu, gpu.info(), where);
  };
  CHECK(kept(storage).absent == "none in " + storage.path + "; --ceilings measures them");
  REQUIRE(for_run(gpu, storage));
  gpu.clear_log();
  REQUIRE(kept(storage).seen);
  CHECK(kept(storage).seen->find("DRAM copy")->rate);
  CHECK(kept(storage).file == storage.path);
  CHECK(kept(storage).absent.empty());
  CHECK(gpu.calls("stream_bytes") == 0);

  gpu.script.info.driver_version = "another";
  CHECK_FALSE(kept(storage).seen);
  CHECK(has(kept(storage).absent, "and here it is \"another\""));
  CHECK_FALSE(kept({false, storage.path}).seen);
  CHECK(kept({false, storage.path}).absent.empty());
  gpu.script.ceilings = {};
  CHECK(kept(storage).absent.empty());
}

TEST_CASE("a broken file is told and measured anew", "[report]") {
  const support::temporary_folder folder;
  fake_device gpu;
  become_small_gpu(gpu);
  const std::string path = folder / "c.json";
  std::ofstream(path) << "{\"schema\": 1, \"key\"";
  std::optional<device_ceilings> seen;
  const support::written said = support::captured([&] { seen = for_run(gpu, {true, path}); });
  REQUIRE(seen);
  CHECK(has(said.err, "not JSON: "));
  CHECK(has(said.err, "; measured anew"));
  CHECK(has(support::contents(path), "DRAM copy"));
}

TEST_CASE("ceilings that cannot be kept are used and told", "[report]") {
  fake_device gpu;
  become_small_gpu(gpu);
  std::optional<device_ceilings> seen;
  const support::written said = support::captured([&] { seen = for_run(gpu, {true, "/proc/none/c.json"}); });
  CHECK(seen);
  CHECK(has(said.err, "not kept: cannot write /proc/none/c.json"));
}

TEST_CASE("without a file, and without kernels, a run measures nothing", "[report]") {
  fake_device gpu;
  become_small_gpu(gpu);
  CHECK_FALSE(for_run(gpu, {false, ""}));
  gpu.script.ceilings = {};
  CHECK_FALSE(for_run(gpu, {true, "/proc/none/c.json"}));
  CHECK(gpu.calls("stream_bytes") == 0);
  become_small_gpu(gpu);
  gpu.fail("ceiling_features");
  std::optional<device_ceilings> seen;
  const support::written said = support::captured([&] { seen = for_run(gpu, {true, "/proc/none/c.json"}); });
  CHECK_FALSE(seen);
  CHECK(has(said.err, "ceiling_features"));
  gpu.fail("ceiling_features", 1, support::fault::lost);
  CHECK_THROWS_AS(for_run(gpu, {true, "/proc/none/c.json"}), assay::device_error);
}

TEST_CASE("the table shows shares of the hard ceiling, of it at the clock seen, and of the datasheet",
          "[report]") {
  using assay::measured_ceiling;
  using assay::resource;
  assay::ceilings hard(assay::layer::hard, "H"), sheet(assay::layer::datasheet, "H");
  assay::ceiling tensor{resource::tensor_bf16, 1000e12, "test"};
  tensor.clock = 2e9;
  hard.set(tensor);
  hard.set({resource::dram, 5e12, "test"});
  sheet.set({resource::tensor_bf16, 900e12, "test"});
  assay::ceiling_layers known;
  known.set(hard);
  known.set(sheet);
  measured_ceiling one{.name = "tensor bf16", .which = resource::tensor_bf16};
  one.basis = assay::ceiling_basis::measured;
  one.rate = 720e12;
  one.lower = 712.8e12;
  one.upper = 727.2e12;
  one.clock = 1.5e9;
  one.source = "wgmma";
  one.failures = {"waves: 4: no"};
  measured_ceiling launch{.name = "launch", .which = resource::launch};
  launch.basis = assay::ceiling_basis::measured;
  launch.rate = 2e6;
  const measured_ceiling none{
      .name = "link", .which = resource::link, .source = "assay has no kernel for it"};
  const std::string text = assay::ceilings_table({{one, launch, none}, 1.0}, known, {});
  CAPTURE(text);
  CHECK(
      has(text, "720 Top/s ±1.00%  1500 MHz  1.00 Pop/s  72.0%          96.0%  900 Top/s  80.0%  measured"));
  CHECK(has(text, "500 ns"));
  CHECK(has(text, "unmeasured  assay has no kernel for it"));
  CHECK(has(text, "tensor bf16: left out: waves: 4: no"));

  one.name = "\x1b[31mred";
  one.failures = {"\x07"};
  const std::string hostile = assay::ceilings_table({{one}, 1.0}, known, {});
  CHECK(has(hostile, "  \\x1b[31mred: left out: \\x07\n"));
  CHECK_FALSE(has(hostile, "\x1b"));
}
