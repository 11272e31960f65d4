// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/examine_speed.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/fake_device.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::fake_device;
using support::has;
using support::host_problem;

namespace {

constexpr std::int64_t n = 4096;  // 16 KiB of each tensor

/// A GPU of 32 MiB/s, so that a case of 32 KiB needs 2^-10 s. No CUPTI: it is not NVIDIA's.
constexpr double dram_rate = 0x1p25, least = 0x1p-10, too_fast = 0x1p-12;
void set_up(fake_device& gpu) {
  gpu.reset();
  gpu.script.info.vendor = vendor::amd;
  gpu.script.info.last_level_bytes = 256;
}
ceilings hard_limits() {
  ceilings limits(layer::hard, "test");
  limits.set({resource::dram, dram_rate, "test"});
  limits.set({resource::tensor_bf16, 1e9, "test"});
  return limits;
}

run_options trusting() {
  run_options options;
  options.trust = true;
  options.measure.time_budget = 1e-3;
  return options;
}
run_options time_only() {
  run_options options = trusting();
  options.verify = false;
  return options;
}

/// The record of "it", a candidate of a problem that `body` declares.
template <class Body>
record examined(fake_device& gpu, Body body, const ceilings& limits = hard_limits(),
                const run_options& options = trusting()) {
  const auto definition = support::problem_named("examined", body);
  return support::record_of(support::run(definition, options, {}, limits, gpu), "it");
}

/// y = 2x by a candidate that also calls `launch(gpu)`, which says how long it takes.
template <class Launch>
record doubling(fake_device& gpu, Launch launch, const ceilings& limits = hard_limits(),
                const run_options& options = trusting()) {
  return examined(
      gpu,
      [&gpu, launch](host_problem& p) {
        const auto x = p.input<float>("x", {n});
        const auto y = p.output<float>("y", {n});
        p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
        p.candidate("it", [=, &gpu, timed = launch]() mutable {
          for (std::int64_t i = 0; i < n; ++i) y[i] = 2.0f * x[i];
          timed(gpu);
        });
      },
      limits, options);
}

const diagnosis_rung& rung_of(const record& r, const std::string& name) {
  REQUIRE(r.diagnosis);
  for (const diagnosis_rung& one : r.diagnosis->rungs)
    if (one.rung == name) return one;
  throw std::logic_error("no rung " + name);
}
std::string cause_of(const record& r) {
  return r.diagnosis && r.diagnosis->cause() ? r.diagnosis->cause()->rung : "";
}

}  // namespace

TEST_CASE("a possible time is not looked into", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  gpu.script.stream_rate = dram_rate;
  const record r = doubling(gpu, [](fake_device& g) { g.run(2 * least); });
  CHECK(r.verdict.outcome == outcome::correct);
  CHECK_FALSE(r.diagnosis);
  CHECK(gpu.calls("stream_bytes") == 0);
}

TEST_CASE("a kernel that nothing explains is invalid, and every question is on record", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  gpu.script.has_graphs = gpu.script.counts_kernels = true;
  gpu.script.clock = 1e9;
  gpu.script.info.max_clock = 1e9;
  gpu.script.stream_rate = dram_rate / 2;
  const record r = doubling(gpu, [](fake_device& g) { g.run(too_fast); });
  CHECK(r.verdict.outcome == outcome::invalid);
  CHECK(has(r.verdict.reason, "faster than light: 244 µs"));
  CHECK(has(r.verdict.reason, "unexplained, but a stream of the declared bytes takes"));
  CHECK_FALSE(has(r.replay, "--verify-only"));
  REQUIRE(r.diagnosis);
  CHECK_FALSE(r.diagnosis->cause());
  std::vector<std::string> asked;
  for (const diagnosis_rung& rung : r.diagnosis->rungs) asked.push_back(rung.rung);
  CHECK(asked == std::vector<std::string>{"warm-cache", "byte-stream", "bytes", "arithmetic", "clock",
                                          "escaped-work"});
  CHECK(rung_of(r, "warm-cache").outcome == rung_outcome::cleared);
  CHECK(rung_of(r, "byte-stream").outcome == rung_outcome::evidence);
  CHECK(rung_of(r, "bytes").outcome == rung_outcome::cleared);
  CHECK(rung_of(r, "arithmetic").outcome == rung_outcome::cleared);
  CHECK(rung_of(r, "clock").outcome == rung_outcome::cleared);
  CHECK(rung_of(r, "escaped-work").outcome == rung_outcome::cleared);
  CHECK(gpu.sweep.bytes == 0);  // as it was
  CHECK(gpu.clean());
}

TEST_CASE("data that a sweep leaves in a cache are found by a larger one", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  // Negative control: a copy out of L2 that is declared cold.
  const record r = doubling(gpu, [](fake_device& g) { g.run(g.sweep.bytes < 2048 ? too_fast : 2 * least); });
  CHECK(r.verdict.outcome == outcome::invalid);
  CHECK(cause_of(r) == "warm-cache");
  CHECK(has(r.verdict.reason, "its data were still in a cache: with a sweep of 2.00 KiB it takes 1.95 ms"));
}

TEST_CASE("data that survive any sweep are found by launches that never meet theirs again", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  const auto swept = [](const fake_device& g) { return g.calls("sweep_cache"); };
  const record r = doubling(gpu, [swept, before = 0](fake_device& g) mutable {
    const int now = swept(g);
    g.run(now > before ? too_fast : 2 * least);
    before = now;
  });
  CHECK(cause_of(r) == "warm-cache");
  CHECK(has(r.verdict.reason, "with other copies of the tensors each time it takes"));
}

TEST_CASE("where copies do not fit, a larger sweep has to do", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  gpu.script.info.last_level_bytes = 1 << 20;
  gpu.script.memory = 1 << 20;
  const record r = doubling(gpu, [](fake_device& g) { g.run(too_fast); });
  CHECK(r.verdict.outcome == outcome::invalid);
  CHECK(rung_of(r, "warm-cache").outcome == rung_outcome::cleared);
  CHECK(has(rung_of(r, "warm-cache").message, "other copies of the tensors each time could not be tried"));
}

TEST_CASE("a little slower after a larger sweep is not yet possible, and explains nothing", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  const record r =
      doubling(gpu, [](fake_device& g) { g.run(g.sweep.bytes < 2048 ? too_fast : 1.25 * too_fast); });
  CHECK(rung_of(r, "warm-cache").outcome == rung_outcome::cleared);
  CHECK(cause_of(r).empty());
}

TEST_CASE("where no limit is known a candidate is held against its own byte stream", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  gpu.script.stream_rate = dram_rate;
  const auto taking = [&](double seconds) {
    return doubling(
        gpu, [seconds](fake_device& g) { g.run(seconds); }, ceilings(layer::hard, "unknown"));
  };
  const record fine = taking(least);
  CHECK(fine.verdict.outcome == outcome::correct);
  CHECK(rung_of(fine, "byte-stream").outcome == rung_outcome::cleared);
  CHECK(fine.diagnosis->rungs.size() == 1);
  CHECK(taking(0.91 * least).verdict.outcome == outcome::correct);

  const record doubtful = taking(0.85 * least);
  CHECK(doubtful.verdict.outcome == outcome::suspect);
  CHECK(has(doubtful.verdict.reason, "faster than its own byte stream"));
  CHECK(taking(0.7 * least).verdict.outcome == outcome::invalid);
  CHECK(rung_of(taking(0.7 * least), "warm-cache").outcome == rung_outcome::cleared);
}

TEST_CASE("a byte stream says nothing with hot caches, of too few bytes, or where there is none", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  const auto taking = [&](double seconds, const run_options& options) {
    return doubling(
        gpu, [seconds](fake_device& g) { g.run(seconds); }, ceilings(layer::hard, "unknown"), options);
  };
  const record none = taking(too_fast, trusting());
  CHECK(none.verdict.outcome == outcome::correct);
  CHECK(rung_of(none, "byte-stream").outcome == rung_outcome::not_tried);
  gpu.script.stream_rate = dram_rate;
  run_options hot = trusting();
  hot.measure.cache = cache_state::hot;
  CHECK(taking(too_fast, hot).verdict.outcome == outcome::correct);
  CHECK_FALSE(taking(too_fast, hot).diagnosis);
  gpu.script.stream_rate = 0x1p32;  // 7.6 µs
  const record short_one = taking(0x1p-20, trusting());
  CHECK(short_one.verdict.outcome == outcome::correct);
  CHECK(has(rung_of(short_one, "byte-stream").message, "too little to tell anything"));
}

TEST_CASE("a limit that a plain stream beats as well is wrong, and nobody is called a cheat", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  gpu.script.stream_rate = 8 * dram_rate;
  const record r = doubling(gpu, [](fake_device& g) { g.run(too_fast); });
  CHECK(r.verdict.outcome == outcome::suspect);
  CHECK(cause_of(r) == "byte-stream");
  CHECK(has(r.verdict.reason, "beats the limit as well: the limit is wrong"));
}

TEST_CASE("a stream that takes no time proves no limit wrong", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  gpu.script.stream_rate = INFINITY;
  const record r = doubling(gpu, [](fake_device& g) { g.run(too_fast); });
  CHECK(r.verdict.outcome == outcome::invalid);
  CHECK(cause_of(r).empty());
  CHECK(rung_of(r, "byte-stream").outcome == rung_outcome::not_tried);
  CHECK(has(rung_of(r, "byte-stream").message, "which is no time"));
  // Nor does it prove anything against a candidate whose limit nobody knows.
  const record unknown = doubling(
      gpu, [](fake_device& g) { g.run(too_fast); }, ceilings(layer::hard, "unknown"));
  CHECK(unknown.verdict.outcome == outcome::correct);
  CHECK(rung_of(unknown, "byte-stream").outcome == rung_outcome::not_tried);
}

TEST_CASE("bytes that are declared twice are named", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  const auto declared = [&](double times) {
    return examined(gpu, [&gpu, times](host_problem& p) {
      const auto x = p.input<float>("x", {n});
      const auto y = p.output<float>("y", {n});
      p.dram_bytes(times * 4 * n, times * 4 * n);
      p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
      p.candidate("it", [=, &gpu] {
        for (std::int64_t i = 0; i < n; ++i) y[i] = 2.0f * x[i];
        gpu.run(1.5 * least);
      });
    });
  };
  const record twice = declared(2);
  CHECK(twice.verdict.outcome == outcome::invalid);
  CHECK(cause_of(twice) == "bytes");
  CHECK(has(twice.verdict.reason, "64.0 KiB are declared, its tensors need no more than 32.0 KiB"));
  CHECK(declared(1).verdict.outcome == outcome::correct);
}

TEST_CASE("input that makes no difference need not have been read", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  const auto reading = [&](std::int64_t used, double seconds, const run_options& options) {
    return examined(
        gpu,
        [&gpu, used, seconds](host_problem& p) {
          const auto x = p.input<float>("x", {n});
          const auto y = p.output<float>("y", {n / 4});
          p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i % used]; });
          p.candidate("it", [=, &gpu] {
            for (std::int64_t i = 0; i < n / 4; ++i) y[i] = 2.0f * x[i % used];
            gpu.run(seconds);
          });
        },
        hard_limits(), options);
  };
  // 20 KiB are declared: 0.61 ms; without three quarters of the input 8 KiB are left, 0.24 ms.
  const record r = reading(n / 4, 0.5e-3, trusting());
  CHECK(r.verdict.outcome == outcome::invalid);
  CHECK(cause_of(r) == "bytes");
  CHECK(has(r.verdict.reason, "% of 'x' makes no difference to it: not all declared bytes are needed"));
  CHECK(has(reading(n / 4, 0.5e-3, time_only()).verdict.reason,
            "or the result is wrong, which nobody has checked"));
  // Unread bytes that are too few to explain the time are evidence.
  const record faster = reading(n / 4, 0.1e-3, trusting());
  CHECK(cause_of(faster).empty());
  CHECK(rung_of(faster, "bytes").outcome == rung_outcome::evidence);
}

TEST_CASE("what a prepare step took with it is not read by the launch", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  int prepared = 0;
  const record r = examined(gpu, [&](host_problem& p) {
    const auto x = p.input<float>("x", {n});
    const auto y = p.output<float>("y", {n});
    p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
    p.candidate(
        "it",
        [=, &prepared] {
          ++prepared;
          std::vector<float> solved(n);
          for (std::size_t i = 0; i < solved.size(); ++i) solved[i] = 2.0f * x[static_cast<std::int64_t>(i)];
          return solved;
        },
        [=, &gpu](std::vector<float>& solved) {
          std::copy(solved.begin(), solved.end(), y.data());
          gpu.run(0.75 * least);
        });
  });
  CHECK(r.verdict.outcome == outcome::invalid);
  CHECK(cause_of(r) == "bytes");
  CHECK(
      has(r.verdict.reason, "about 100.0% of 'x' makes no difference to it (its prepare step may have kept"));
  CHECK(prepared > 1);  // launches that were timed again had states of their own
}

TEST_CASE("a product with half its terms skipped and declared whole is caught by the limit alone",
          "[suite]") {
  fake_device gpu;
  set_up(gpu);
  constexpr std::int64_t m = 32, k = 64;
  const auto summing = [&](std::int64_t terms, double seconds) {
    return examined(
        gpu,
        [&gpu, terms, seconds](host_problem& p) {
          const auto a = p.input<float>("a", {m, k});
          const auto b = p.input<float>("b", {k, m});
          const auto c = p.output<float>("c", {m, m});
          p.flops(2.0 * m * m * k, resource::tensor_bf16);  // 131 µs
          p.oracle(c, [=](auto at, std::int64_t i) {
            double sum = 0;
            for (std::int64_t j = 0; j < k; ++j) sum += at(a)[i / m * k + j] * at(b)[j * m + i % m];
            return sum;
          });
          p.candidate("it", [=, &gpu] {
            for (std::int64_t i = 0; i < m * m; ++i) {
              float sum = 0;
              for (std::int64_t j = 0; j < terms; ++j) sum += a[i / m * k + j] * b[j * m + i % m];
              c[i] = sum;
            }
            gpu.run(seconds);
          });
        },
        [] {
          ceilings limits(layer::hard, "test");
          limits.set({resource::tensor_bf16, 1e9, "test"});
          return limits;
        }(),
        time_only());
  };
  const record half = summing(k / 2, 80e-6);
  CHECK(half.verdict.outcome == outcome::invalid);
  CHECK(cause_of(half) == "bytes");
  CHECK(has(half.verdict.reason, "% of 'a' makes no difference to it, about "));
  REQUIRE(half.diagnosis->cause()->numbers.size() == 3);
  for (std::size_t i = 0; i < 2; ++i)
    CHECK(half.diagnosis->cause()->numbers[i].second == Approx(0.5).margin(0.15));
  CHECK(half.diagnosis->cause()->numbers[2].second < 0.02);  // of the output all is written
  CHECK(rung_of(half, "warm-cache").outcome == rung_outcome::not_tried);

  // All of it is read: it is not the bytes, and the result is right.
  const record whole = summing(k, 80e-6);
  CHECK(rung_of(whole, "bytes").outcome == rung_outcome::cleared);
  CHECK(rung_of(whole, "arithmetic").outcome == rung_outcome::evidence);
  CHECK(has(whole.verdict.reason, "another algorithm may do with fewer operations than declared"));
}

TEST_CASE("a wrong result that nobody had checked is the answer", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  const record r = examined(
      gpu,
      [&gpu](host_problem& p) {
        const auto x = p.input<float>("x", {n});
        const auto y = p.output<float>("y", {n});
        p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
        p.candidate("it", [=, &gpu] {
          for (std::int64_t i = 0; i < n; ++i) y[i] = 3.0f * x[i];
          gpu.run(too_fast);
        });
      },
      hard_limits(), time_only());
  CHECK(r.verdict.outcome == outcome::invalid);
  CHECK(cause_of(r) == "arithmetic");
  CHECK(has(r.verdict.reason, "its result is wrong: y:"));
}

TEST_CASE("errors like those of a narrower type explain a limit of operations", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  const auto rounding_to = [&](dtype type) {
    return examined(gpu, [&gpu, type](host_problem& p) {
      const auto x = p.input<float>("x", {n});
      const auto y = p.output<float>("y", {n});
      p.flops(2e6, resource::tensor_bf16);  // 2 ms
      p.tolerance(tolerance::allclose(0.05, 0.05));
      p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
      p.candidate("it", [=, &gpu] {
        for (std::int64_t i = 0; i < n; ++i)
          y[i] = 2.0f * static_cast<float>(round_to(type, static_cast<double>(x[i])));
        gpu.run(1.5e-3);
      });
    });
  };
  const record fp8 = rounding_to(dtype::fp8_e4m3fn);
  CHECK(cause_of(fp8) == "arithmetic");
  CHECK(has(fp8.verdict.reason, "'y' looks computed in fp8"));
  CHECK(rung_of(fp8, "byte-stream").outcome == rung_outcome::not_tried);
  CHECK(cause_of(rounding_to(dtype::fp32)).empty());
}

TEST_CASE("a clock above the one that the limit assumes makes the limit wrong", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  gpu.script.info.max_clock = 1e9;
  const auto at_clock = [&](double clock, double seconds) {
    gpu.script.clock = clock;
    return examined(gpu, [&gpu, seconds](host_problem& p) {
      const auto x = p.input<float>("x", {n});
      const auto y = p.output<float>("y", {n});
      p.flops(2e6, resource::tensor_bf16);  // 2 ms
      p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
      p.candidate("it", [=, &gpu] {
        for (std::int64_t i = 0; i < n; ++i) y[i] = 2.0f * x[i];
        gpu.run(seconds);
      });
    });
  };
  const record faster = at_clock(1.5e9, 1.5e-3);
  CHECK(cause_of(faster) == "clock");
  CHECK(faster.verdict.outcome == outcome::suspect);
  CHECK(has(faster.verdict.reason, "the limit assumes too low a clock"));
  CHECK(rung_of(at_clock(1.004e9, 1.5e-3), "clock").outcome == rung_outcome::cleared);
  const record not_enough = at_clock(1.1e9, 1.5e-3);
  CHECK(rung_of(not_enough, "clock").outcome == rung_outcome::evidence);
  CHECK(not_enough.verdict.outcome == outcome::invalid);
  gpu.script.info.max_clock.reset();
  CHECK(rung_of(at_clock(1.5e9, 1.5e-3), "clock").outcome == rung_outcome::not_tried);
}

TEST_CASE("work beside the stream is the answer where it was seen", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  const record r = doubling(gpu, [](fake_device& g) {
    g.run(too_fast);
    g.run_beside(8 * too_fast);
  });
  CHECK(r.verdict.outcome == outcome::invalid);
  CHECK(has(r.verdict.reason, "faster than light"));
  CHECK(has(r.verdict.reason, "work on another stream escapes the time"));
  CHECK(r.diagnosis->rungs.size() == 1);
}

TEST_CASE("work that is done when the launch ends, and yet not in its stream, is found by the kernels' count",
          "[suite]") {
  fake_device gpu;
  set_up(gpu);
  gpu.script.has_graphs = gpu.script.counts_kernels = true;
  run_options longer = trusting();
  longer.measure.time_budget = 1.0;  // or there is none left to count kernels
  const record r = doubling(
      gpu,
      [](fake_device& g) {
        g.run(too_fast);
        g.run_beside(0x1p-20);
      },
      hard_limits(), longer);
  CHECK(cause_of(r) == "escaped-work");
  CHECK(has(r.verdict.reason, "a launch runs 2 kernels, and its stream knows of 1"));
}

TEST_CASE("a kernel that is quick behind a gate only is found by a clock on the wall", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  const record r = doubling(gpu, [](fake_device& g) { g.run(g.gate_closed() ? too_fast : 4 * least); });
  CHECK(cause_of(r) == "escaped-work");
  CHECK(has(r.verdict.reason, "launches back to back keep the device busy for 3.91 ms each"));
}

TEST_CASE("a question that cannot be asked leaves the others", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  gpu.script.stream_rate = dram_rate;
  gpu.fail("stream_bytes", 2);
  const record r = doubling(gpu, [](fake_device& g) { g.run(too_fast); });
  CHECK(rung_of(r, "byte-stream").outcome == rung_outcome::not_tried);
  CHECK(has(rung_of(r, "byte-stream").message, "injected"));
  CHECK(rung_of(r, "bytes").outcome == rung_outcome::cleared);
  CHECK(r.verdict.outcome == outcome::invalid);
}

TEST_CASE("a device that is lost while a time is looked into is the candidate's doing", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  gpu.script.stream_rate = dram_rate;
  const record r = doubling(gpu, [](fake_device& g) {
    if (g.sweep.bytes > 0 && g.calls("run") > 0) g.fail("synchronize", 1, support::fault::lost);
    g.run(too_fast);
  });
  CHECK(r.verdict.outcome == outcome::failed);
  CHECK(has(r.verdict.reason, "fake_lost"));
}

TEST_CASE("what launches consist of is found out only where it is asked for", "[suite]") {
  fake_device gpu;
  set_up(gpu);
  gpu.script.has_graphs = true;
  gpu.script.kernel.registers = 40;
  gpu.script.multiprocessor.count = 132;
  const auto two = [](fake_device& g) {
    g.run(least, "first");
    g.run(least, "second");
  };
  CHECK_FALSE(doubling(gpu, two).launch);
  run_options explained = trusting();
  explained.explain = true;
  const record r = doubling(gpu, two, hard_limits(), explained);
  REQUIRE(r.launch);
  CHECK(r.launch->absent.empty());
  REQUIRE(r.launch->kernels.size() == 2);
  CHECK(r.launch->kernels[1].name == "second");
  CHECK(r.launch->kernels[1].registers == 40);
  CHECK(r.launch->multiprocessor.count == 132);
  gpu.script.has_graphs = false;
  CHECK(doubling(gpu, two, hard_limits(), explained).launch->absent == "the backend has no graphs");
}
