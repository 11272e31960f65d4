// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/explain_speed.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/records.hpp"

using namespace assay;
using support::has;

namespace {

/// 1 GB read in `seconds`, on a device of 1 TB/s and 10 TFLOP/s whose empty kernel takes 1 µs; with an H200's
/// kernel of `blocks` blocks.
record reading(double seconds, std::int64_t blocks = 132 * 8) {
  record r = support::record_with(outcome::correct);
  r.time.emplace();
  r.time->raw = {seconds, seconds, seconds, 0.95, 12};
  r.time->gated = true;
  r.time->kernels = 1;
  r.time->calibration.emplace().empty_device_time = 1e-6;
  r.work.add_read(1e9).add(resource::fp32, 1e9);
  ceilings limits(layer::hard, "test");
  limits.set({resource::dram, 1e12, "test"});
  limits.set({resource::fp32, 1e13, "test"});
  r.limit = speed_of_light(limits, r.work);
  r.launch.emplace();
  r.launch->multiprocessor.count = 132;
  r.launch->multiprocessor.threads = 2048;
  r.launch->multiprocessor.registers = 65536;
  kernel_facts k;
  k.name = "void saxpy<float>(long, float const*)";
  k.grid = {blocks, 1, 1};
  k.block = {256, 1, 1};
  k.registers = 32;
  k.static_shared_bytes = 1024;
  k.dynamic_shared_bytes = 1024;
  k.local_bytes = 0;
  k.blocks_per_multiprocessor = 8;
  r.launch->kernels.push_back(k);
  return r;
}

bool says(const record& r, const std::string& what) {
  const std::vector<std::string> lines = explain_speed(r);
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& l) { return has(l, what); });
}

}  // namespace

TEST_CASE("terms, ridge, launching and kernels are told with their figures", "[report]") {
  const record r = reading(1.25e-3);
  CHECK(explain_speed(r).front() == "memory-bound: 1.00 ms of 1.25 ms are the hard limit of DRAM, 80.0%");
  CHECK(says(r, "term DRAM: 1.00 GB at 1.00 TB/s = 1.00 ms, hard, binds"));
  CHECK(says(r, "term fp32: 1.00 GFLOP at 10.0 TFLOP/s = 100 µs, soft"));
  CHECK(says(r, "ridge of fp32: 10.0 operations/B; the work has 1.00, so DRAM binds first"));
  CHECK(says(r, "launching: 1.00 µs for 1 empty kernels, 0.08% of the time"));
  CHECK(says(r,
             "kernel void saxpy<float>: grid 1056, block 256, 32 registers, 2.00 KiB shared (1.00 KiB of it "
             "dynamic), no local memory; 8 blocks fit a multiprocessor (100.0% of its threads, limited by "
             "threads), 1.00 waves, 0.00% of the places empty"));
  CHECK(says(r, "to go faster: at best 20.0% of the time can still go"));
}

TEST_CASE("uncertainty, the limits of other layers and what the bound is worth are told", "[report]") {
  record r = reading(1.25e-3);
  CHECK_FALSE(says(r, "±"));
  CHECK_FALSE(says(r, "the bound is"));
  ceilings hard(layer::hard, "test"), sheet(layer::datasheet, "test"), seen(layer::measured, "test");
  hard.set({resource::dram, 1e12, "test", 0.02});
  sheet.set({resource::dram, 0.9e12, "test"});
  seen.set({resource::dram, 0.85e12, "test"});
  r.limit = speed_of_light(hard, r.work);
  r.other_limits = {speed_of_light(sheet, r.work), speed_of_light(seen, r.work),
                    speed_of_light(ceilings(layer::assumed, "test"), r.work)};  // the last without a limit
  r.bound = judge_bound(*r.limit, r.other_limits, std::nullopt);
  CHECK(says(r, "term DRAM: 1.00 GB at 1.00 TB/s = 1.00 ms ±2.00%, hard, binds"));
  CHECK(says(r, "datasheet limit: 1.11 ms of DRAM, 88.9%"));
  CHECK(says(r, "measured limit: 1.18 ms of DRAM, 94.1%"));
  CHECK_FALSE(says(r, "assumed limit"));
  CHECK(says(r, "the bound is loose: no hard ceiling of fp32 is known"));  // of the flops it says nothing
}

TEST_CASE("what would have to change follows from what binds", "[report]") {
  record compute = reading(1.25e-3);
  compute.work = {};
  compute.work.add(resource::tensor_bf16, 1e9);
  ceilings limits(layer::hard, "test");
  limits.set({resource::tensor_bf16, 1e12, "test"});
  compute.limit = speed_of_light(limits, compute.work);
  CHECK(has(explain_speed(compute).front(), "compute-bound"));
  CHECK(says(compute, "only fewer operations help"));
  compute.work = {};
  compute.work.add(resource::sfu, 1e9);
  limits.set({resource::sfu, 1e12, "test"});
  compute.limit = speed_of_light(limits, compute.work);
  CHECK(has(explain_speed(compute).front(), "special functions-bound"));
  CHECK(says(compute, "polynomials"));

  record short_one = reading(1.5e-6);
  short_one.limit->seconds = 0.1e-6;
  CHECK(has(explain_speed(short_one).front(), "launch-bound"));
  CHECK(says(short_one, "launching is 66.7% of the time"));

  CHECK(has(explain_speed(reading(0.9e-3)).front(), "faster than its limit"));
  CHECK(says(reading(0.9e-3), "that first has to be explained"));
  record measured = reading(0.9e-3);
  measured.limit->which = layer::measured;
  CHECK(says(measured, "it is not a hard one"));

  record unknown = reading(1e-3);
  unknown.limit.reset();
  CHECK(has(explain_speed(unknown).front(), "bound by what, nobody can say"));
  CHECK(says(unknown, "declare the work"));
}

TEST_CASE("a kernel that waits is told what its launch says of it, and nothing else", "[report]") {
  CHECK(has(explain_speed(reading(4e-3)).front(), "latency-bound"));
  CHECK(says(reading(4e-3), "neither memory nor arithmetic is busy"));
  CHECK(says(reading(4e-3, 40), "has 40 blocks for 132 multiprocessors"));
  CHECK_FALSE(says(reading(4e-3, 40), "neither memory nor arithmetic"));
  CHECK(says(reading(4e-3, 528), "fills 50.0% of the places for blocks"));
  CHECK(says(reading(4e-3, 1188), "leaves 43.8% of the places empty in its last wave"));
  CHECK_FALSE(says(reading(4e-3, 1056), "last wave"));

  record heavy = reading(4e-3);
  heavy.launch->kernels[0].blocks_per_multiprocessor = 1;
  heavy.launch->kernels[0].registers = 200;
  CHECK(says(heavy, "holds 12.5% of the threads that fit, limited by registers"));
  record spilling = reading(1.25e-3);
  spilling.launch->kernels[0].local_bytes = 96;
  CHECK(says(spilling, "keeps 96 B a thread in local memory"));
  record many = reading(4e-3);
  many.time->kernels = 5;
  CHECK(says(many, "it runs 5 kernels one after another"));
}

TEST_CASE("a kernel that is busy at a low clock does not wait", "[report]") {
  record r = reading(2e-3);  // half of what the highest clock allows
  r.work = {};
  r.work.add(resource::tensor_bf16, 1e9);
  ceilings limits(layer::hard, "test");
  limits.set({resource::tensor_bf16, 1e12, "test"});
  r.limit = speed_of_light(limits, r.work);
  CHECK(bottleneck_of(r) == bottleneck::latency);
  limits.which = layer::clock_adjusted;
  limits.set({resource::tensor_bf16, 0.55e12, "test"});
  r.other_limits.push_back(speed_of_light(limits, r.work));
  r.time->clock = 1e9;
  CHECK(bottleneck_of(r) == bottleneck::compute);
  CHECK(says(r, "at the clock that it ran at, 1000 MHz, it takes 2000000 cycles and is 90.9% of the limit"));
  limits.set({resource::tensor_bf16, 0.49e12, "test"});  // the clock was read a little too low
  r.other_limits = {speed_of_light(limits, r.work)};
  CHECK(bottleneck_of(r) == bottleneck::compute);
  r.other_limits.clear();
  CHECK(says(r, "at the clock that it ran at, 1000 MHz, it takes 2000000 cycles"));
  limits.set({resource::tensor_bf16, 0.9e12, "test"});
  r.other_limits = {speed_of_light(limits, r.work)};
  CHECK(bottleneck_of(r) == bottleneck::latency);
}

TEST_CASE("facts that are absent are told as absent, and a time is needed for all of it", "[report]") {
  record r = reading(4e-3);
  r.launch.emplace().absent = "the launch cannot be captured: it synchronises";
  CHECK(says(r, "kernels: unknown, the launch cannot be captured: it synchronises"));
  r = reading(4e-3);
  r.launch->kernels[0] = {};
  CHECK(says(r, "kernel (name unknown): grid 1, block 1"));
  r.launch->kernels.clear();
  r.launch->copies = 2;
  r.launch->others = 1;
  CHECK(says(r, "2 copies or sets of memory"));
  CHECK(says(r, "1 other operations"));
  r.time->gated = false;
  r.time->host_time = 3e-3;
  CHECK(says(r, "the launching thread takes 3.00 ms for each launch"));
  r.time.reset();
  CHECK(explain_speed(r).empty());
  CHECK_FALSE(bottleneck_of(r));
}

TEST_CASE("long names are cut, and arguments left out", "[report]") {
  record r = reading(1e-3);
  r.launch->kernels[0].name = "(anonymous namespace)::saxpy(long, float)";
  CHECK(says(r, "kernel (anonymous namespace)::saxpy: grid"));
  r.launch->kernels[0].name = "void " + std::string(100, 'x') + "(int)";
  CHECK(says(r, "kernel void " + std::string(52, 'x') + "...: grid"));
}
