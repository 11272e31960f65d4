// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/measure/calibrate.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "assay/measure/sampler.hpp"
#include "support/catch.hpp"
#include "support/fake_device.hpp"

namespace {

using assay::measure_job;
using assay::measure_options;
using assay::measurement;
using support::fake_device;

constexpr double tick = 0x1p-30;

/// A device with kernels and graphs whose events are 2^-19 s late and whose empty kernel takes 2^-21 s.
void script_gpu(fake_device& gpu) {
  gpu.script.empty_seconds = 0x1p-21;
  gpu.script.overhead = 0x1p-19;
  gpu.script.has_graphs = true;
  gpu.script.host_seconds = 0x1p-18;
}

std::optional<assay::timer_calibration> calibration_of(fake_device& gpu, std::string& why,
                                                       const measure_options& options = {}) {
  assay::sample_timer timer(gpu);
  return assay::calibrate(gpu, timer, options, why);
}

measurement measured(fake_device& gpu, const std::function<void()>& launch,
                     const measure_options& options = {}) {
  measure_job job;
  job.launch = launch;
  auto results = assay::sampler(gpu, {&job, 1}, options).run();
  REQUIRE(results.front().value);
  return *results.front().value;
}
measurement measured(fake_device& gpu, double seconds, const measure_options& options = {}) {
  return measured(
      gpu, [&gpu, seconds] { gpu.run(seconds, "launch"); }, options);
}

bool has(const measurement& m, const std::string& code) {
  for (const assay::finding& f : m.findings)
    if (f.code == code) return true;
  return false;
}

}  // namespace

TEST_CASE("the step of a clock is the least distance of what it gave, seen often enough") {
  std::vector<double> seen;
  for (const int multiple : {80, 81, 81, 82, 85, 86, 90, 95, 99, 120}) seen.push_back(multiple * 32e-9);
  CHECK(assay::step_of(seen).value() == Approx(32e-9).margin(1e-11));
  seen.push_back(81 * 32e-9 + 1e-12);  // the rounding of floats
  CHECK(assay::step_of(seen).value() == Approx(32e-9).margin(1e-11));
  CHECK_FALSE(assay::step_of({1e-6, 2e-6, 3e-6, 4e-6}));                                       // too few
  CHECK_FALSE(assay::step_of({1e-6, 2e-6, 4e-6, 8e-6, 16e-6, 32e-6, 64e-6, 128e-6, 256e-6}));  // none twice
  CHECK_FALSE(assay::step_of({1e-6, 1e-6}));
  CHECK_FALSE(assay::step_of({}));
}

TEST_CASE("a line through points and the point farthest from it") {
  const assay::straight_line exact = assay::fit_line({1, 2, 3}, {5, 7, 9});
  CHECK(exact.slope == Approx(2));
  CHECK(exact.intercept == Approx(3));
  CHECK(exact.residual == Approx(0).margin(1e-12));
  CHECK(assay::fit_line({1, 2, 3, 4}, {0, 0, 0, 1}).residual == Approx(0.4));
}

TEST_CASE("the overhead of the timer is found from empty kernels and their graphs") {
  for (const assay::launch_mode mode : {assay::launch_mode::plain, assay::launch_mode::graph}) {
    fake_device gpu;
    script_gpu(gpu);
    std::string why;
    measure_options options;
    options.mode = mode;
    const auto c = calibration_of(gpu, why, options);
    REQUIRE(c);
    CHECK(why.empty());
    CHECK(c->empty_device_time == Approx(0x1p-21));
    CHECK(c->event_pair == Approx(0x1p-19));
    CHECK(c->overhead == Approx(0x1p-19).margin(2 * tick));
    CHECK(c->uncertainty < 0.1e-6 + 10 * tick);
    CHECK(c->launch_time == Approx(0x1p-18));
    CHECK(c->slope == Approx(1.0).margin(1e-3));
    CHECK(gpu.hangs() == 0);
    CHECK(gpu.clean());
  }
}

TEST_CASE("graphs that were disturbed do not make an empty kernel shorter, now or later") {
  for (const bool all : {false, true}) {
    CAPTURE(all);
    fake_device gpu;
    script_gpu(gpu);
    // The short graph comes first: once outside of the gate, five times behind one.
    gpu.script.slow_graphs = all ? 6 : 5;
    std::string why;
    const auto c = calibration_of(gpu, why);
    CHECK(c.has_value() == !all);
    if (c) CHECK(c->empty_device_time == Approx(0x1p-21));
    if (all) CHECK(why.find("a graph of 600 empty kernels took") != std::string::npos);
    const auto later = calibration_of(gpu, why);
    REQUIRE(later);
    CHECK(later->empty_device_time == Approx(0x1p-21));
  }
}

TEST_CASE("a device without kernels or graphs is not calibrated and says which") {
  fake_device plain;
  std::string why;
  CHECK_FALSE(calibration_of(plain, why));
  CHECK(why.find("kernels") != std::string::npos);
  for (const assay::vendor made_by : {assay::vendor::cpu, assay::vendor::nvidia}) {
    plain.script.info.vendor = made_by;
    const measurement m = measured(plain, 0x1p-12);
    CHECK_FALSE(m.net);
    CHECK_FALSE(m.calibration);
    REQUIRE(has(m, "not-calibrated"));
    const auto found = std::find_if(m.findings.begin(), m.findings.end(),
                                    [](const assay::finding& f) { return f.code == "not-calibrated"; });
    CHECK(found->level == (made_by == assay::vendor::cpu ? assay::severity::note : assay::severity::warning));
  }

  fake_device no_graphs;
  no_graphs.script.empty_seconds = 0x1p-21;
  CHECK_FALSE(calibration_of(no_graphs, why));
  CHECK(why.find("graphs") != std::string::npos);
}

TEST_CASE("net time is what the kernel took and its interval holds the uncertainty of the timer") {
  for (const assay::launch_mode mode :
       {assay::launch_mode::plain, assay::launch_mode::graph, assay::launch_mode::throughput}) {
    CAPTURE(to_string(mode));
    fake_device gpu;
    script_gpu(gpu);
    measure_options options;
    options.mode = mode;
    if (mode == assay::launch_mode::throughput) options.cache = assay::cache_state::hot;
    const double kernel = 0x1p-17;
    const measurement m = measured(gpu, kernel, options);
    REQUIRE((m.net && m.net->lower && m.net->upper && m.calibration));
    CHECK(m.net->median == Approx(kernel).margin(3 * tick));
    CHECK(m.raw.median == Approx(kernel + 0x1p-19 / m.launches).margin(2 * tick));
    CHECK(*m.net->lower <= kernel);
    CHECK(*m.net->upper >= kernel);
    CHECK(*m.net->upper - m.net->median >= m.timer_uncertainty);
    CHECK((m.launches > 1) == (mode == assay::launch_mode::throughput));
    CHECK(m.status == assay::measurement_status::converged);
    CHECK(gpu.clean());
  }
}

TEST_CASE("a launcher of several kernels, or that keeps the host longer than one does, is less certain") {
  fake_device gpu;
  script_gpu(gpu);
  const double one = measured(gpu, 0x1p-17).timer_uncertainty;
  measure_job job;
  job.launch = [&gpu] {
    for (int i = 0; i < 3; ++i) gpu.run(0x1p-19, "launch");
  };
  const auto uncertainty = [&] {
    return assay::sampler(gpu, {&job, 1}, {}).run().front().value->timer_uncertainty;
  };
  CHECK(uncertainty() == Approx(one + 0.5e-6).margin(5 * tick));
  gpu.script.counts_kernels = true;
  CHECK(uncertainty() == Approx(one + 2e-6).margin(5 * tick));
  CHECK(assay::sampler(gpu, {&job, 1}, {}).run().front().value->kernels == 3);
}

TEST_CASE("a launch that enqueues nothing is found") {
  fake_device gpu;
  script_gpu(gpu);
  measure_job job;
  job.launch = [] {};
  const auto nothing = assay::sampler(gpu, {&job, 1}, {}).run();
  CHECK(has(nothing.front().value.value(), "nothing-timed"));
  CHECK(nothing.front().value->findings.front().level == assay::severity::warning);

  gpu.script.counts_kernels = true;
  job.launch = [&] { gpu.run(0.0); };  // as it looks when the kernel is on another stream
  const auto elsewhere = assay::sampler(gpu, {&job, 1}, {}).run();
  REQUIRE(has(elsewhere.front().value.value(), "nothing-timed"));
  CHECK(elsewhere.front().value->findings.front().level == assay::severity::error);
  CHECK_FALSE(has(measured(gpu, 0x1p-21), "nothing-timed"));
  CHECK(has(measured(gpu, 0x1p-23), "nothing-timed"));  // events scatter, by less than an empty kernel takes

  measure_options many;
  many.mode = assay::launch_mode::throughput;
  many.cache = assay::cache_state::hot;
  job.launch = [] {};
  CHECK(has(assay::sampler(gpu, {&job, 1}, many).run().front().value.value(), "nothing-timed"));
  CHECK_FALSE(has(measured(gpu, 0x1p-21, many), "nothing-timed"));
}

TEST_CASE("a device that is calibrated and has no gate has no net time and says so") {
  fake_device gpu;
  script_gpu(gpu);
  gpu.script.has_gate = false;
  const measurement m = measured(gpu, 0x1p-17);
  CHECK(m.calibration);
  CHECK_FALSE(m.net);
  CHECK(has(m, "not-calibrated"));
}

TEST_CASE("work beside the stream is found, and a little that any device does is not") {
  for (const bool escapes : {true, false}) {
    fake_device gpu;
    script_gpu(gpu);
    const measurement m = measured(gpu, [&] {
      gpu.run(0x1p-17);
      gpu.run_beside(escapes ? 0x1p-12 : 1e-6);
    });
    CHECK(has(m, "work-beside-stream") == escapes);
  }
}

TEST_CASE("what a launch leaves to the driver to clean up is not taken for work beside the stream") {
  for (const bool works : {false, true})
    for (const bool cleans : {false, true}) {
      CAPTURE(works, cleans);
      fake_device gpu;
      script_gpu(gpu);
      const measurement m = measured(gpu, [&] {
        gpu.run(0x1p-17);
        if (works) gpu.run_beside(0x1p-14);
        if (cleans) gpu.leave_to_clean(0x1p-15);
      });
      CHECK(has(m, "work-beside-stream") == works);
    }
}

TEST_CASE("a driver that cleans up for long excuses no more than a host was ever seen to need") {
  fake_device gpu;
  script_gpu(gpu);
  const measurement m = measured(gpu, [&] {
    gpu.run(0x1p-17);
    gpu.leave_to_clean(100e-6);
  });
  CHECK(has(m, "work-beside-stream"));
}

TEST_CASE("where the device tells, neither driver nor host hide work beside the stream or are taken for it") {
  for (const double beside : {0.0, 8e-6, 0x1p-9})
    for (const double cleans : {0.0, 40e-6})
      for (const double sleeps : {0.0, 90e-6}) {
        CAPTURE(beside, cleans, sleeps);
        fake_device gpu;
        script_gpu(gpu);
        gpu.script.has_occupancy_probe = true;
        const measurement m = measured(gpu, [&] {
          gpu.run(0x1p-18);
          if (sleeps > 0) gpu.sleep(sleeps);
          if (beside > 0) gpu.run_beside(beside);
          if (cleans > 0) gpu.leave_to_clean(cleans);
        });
        CHECK(has(m, "work-beside-stream") == (beside > 0));
      }
}

TEST_CASE(
    "a kernel beside the stream that keeps all of a probe waiting is found by how long the stream waits") {
  for (const double beside : {0.0, 0x1p-13}) {
    fake_device gpu;
    script_gpu(gpu);
    gpu.script.has_occupancy_probe = gpu.script.fills_device = true;
    const measurement m = measured(gpu, [&] {
      gpu.run(0x1p-18);
      if (beside > 0) gpu.run_beside(beside);
    });
    CHECK(has(m, "work-beside-stream") == (beside > 0));
  }
}

TEST_CASE(
    "work before the stream's own, done in a sample while the gate is closed, is found by its absence "
    "there") {
  // As on a device that another stream's kernel fills: the stream has to wait, and behind a gate it need not.
  const auto measured_ahead = [](double ahead, double seconds, bool probed, int looks) {
    fake_device gpu;
    script_gpu(gpu);
    gpu.script.has_occupancy_probe = probed;
    int looked = 0;
    return measured(gpu, [&, ahead] {
      const bool waits = !gpu.gate_closed() && gpu.gates() > 200 && looked++ < looks;
      gpu.run(seconds + (waits ? ahead : 0.0));
    });
  };
  constexpr int always = 1000;
  for (const bool probed : {true, false})
    for (const double seconds : {0x1p-20, 0x1p-17, 0x1p-10}) {
      CAPTURE(probed, seconds);
      CHECK(has(measured_ahead(0.5 * seconds + 8e-6, seconds, probed, always), "work-beside-stream"));
      CHECK_FALSE(has(measured_ahead(0.0, seconds, probed, always), "work-beside-stream"));
      // A device that is slower after a pause, and looks at which somebody else was on it.
      CHECK_FALSE(has(measured_ahead(0.2 * seconds, seconds, probed, always), "work-beside-stream"));
      CHECK_FALSE(has(measured_ahead(0x1p-12, seconds, probed, 8), "work-beside-stream"));
    }
}

TEST_CASE("time stamps that come late without a gate are not taken for work before the stream's own") {
  fake_device gpu;
  script_gpu(gpu);
  gpu.script.late_stamps = 40e-6;
  CHECK_FALSE(has(measured(gpu, 0x1p-17), "work-beside-stream"));
}

TEST_CASE("where it is not known how late time stamps come, nothing follows from it") {
  fake_device gpu;
  script_gpu(gpu);
  gpu.script.has_graphs = false;
  gpu.script.late_stamps = 40e-6;
  const measurement m = measured(gpu, 0x1p-17);
  CHECK_FALSE(m.calibration);
  CHECK_FALSE(has(m, "work-beside-stream"));
}

TEST_CASE("a launch that becomes slower, or is slow now and then, does not work before its stream") {
  for (const bool becomes : {true, false}) {
    CAPTURE(becomes);
    fake_device gpu;
    script_gpu(gpu);
    gpu.script.has_occupancy_probe = true;
    int launches = 0;
    bool rounds_over = false;
    const measurement m = measured(gpu, [&] {
      rounds_over |= !gpu.gate_closed() && gpu.gates() > 200;
      // From the first look after the rounds on, behind gates as well; or two of five.
      const bool slow = becomes ? rounds_over : ++launches % 5 < 2;
      gpu.run(slow ? 0x1p-14 : 0x1p-17);
    });
    CHECK(rounds_over);
    CHECK_FALSE(has(m, "work-beside-stream"));
  }
}

TEST_CASE("launches that overlap when back to back are not taken for work before the stream's own") {
  fake_device gpu;
  script_gpu(gpu);
  measure_options options;
  options.cache = assay::cache_state::hot;
  options.mode = assay::launch_mode::throughput;
  const measurement m = measured(
      gpu, [&] { gpu.run(gpu.gate_closed() ? 0x1p-15 : 0x1p-13); }, options);
  CHECK_FALSE(has(m, "work-beside-stream"));
}

TEST_CASE("an odd look does not make an honest launch one that works beside the stream") {
  fake_device gpu;
  script_gpu(gpu);
  gpu.script.has_occupancy_probe = true;
  measure_options short_budget;
  short_budget.time_budget = 0.02;
  int launches = 0;
  const measurement m = measured(
      gpu,
      [&] {
        gpu.run(0x1p-7);  // so that the budget is spent by the first looks
        if (++launches == 3) gpu.run_beside(0x1p-12);
      },
      short_budget);
  CHECK_FALSE(has(m, "work-beside-stream"));
}

TEST_CASE("a host that launches a probe too late now and then does not hide work beside the stream") {
  fake_device gpu;
  script_gpu(gpu);
  gpu.script.has_occupancy_probe = true;
  int launches = 0;
  const measurement m = measured(gpu, [&] {
    gpu.run(0x1p-18);
    // Late for one of the first looks, and for the one after the rounds.
    if (++launches != 4 && launches < 40) gpu.run_beside(8e-6);
  });
  CHECK(has(m, "work-beside-stream"));
  CHECK(gpu.clean());
}

TEST_CASE("work that no probe sees is found by the host, where it is long") {
  fake_device gpu;
  script_gpu(gpu);
  gpu.script.has_occupancy_probe = true;
  const measurement m = measured(gpu, [&] {
    gpu.run(0x1p-18);
    gpu.leave_to_clean(0x1p-12);  // as a copy looks that is still under way
  });
  CHECK(has(m, "work-beside-stream"));
}

TEST_CASE(
    "a host that sees an idle device late after a long kernel is not taken for work beside the stream") {
  for (const bool works : {false, true})
    for (const double seconds : {0x1p-17, 0x1p-12, 0x1p-10}) {
      CAPTURE(works, seconds);
      fake_device gpu;
      script_gpu(gpu);
      gpu.script.notice_share = 0.02;  // 20 us after 1 ms
      const measurement m = measured(gpu, [&] {
        gpu.run(seconds);
        if (works) gpu.run_beside(0x1p-14);
      });
      CHECK(has(m, "work-beside-stream") == works);
    }
}

TEST_CASE(
    "work that goes beside the stream only later is found, and a host that was late at the end is not") {
  for (const int count : {1, 1000}) {
    CAPTURE(count);
    fake_device gpu;
    script_gpu(gpu);
    int after_rounds = 0;
    const measurement m = measured(gpu, [&] {
      const bool later = gpu.gates() > 200;
      gpu.run(later ? 0x1p-20 : 0x1p-17);
      // Behind a gate other streams run on, and their work is done when it opens.
      if (later && !gpu.gate_closed() && after_rounds++ < count) gpu.run_beside(0x1p-12);
    });
    CHECK(after_rounds > 0);
    CHECK(has(m, "work-beside-stream") == (count == 1000));
  }
}

TEST_CASE("a host that was late for longer than the budget is not taken for work beside the stream") {
  for (const int late : {0, 2, 1000}) {
    CAPTURE(late);
    fake_device gpu;
    script_gpu(gpu);
    measure_options short_budget;
    short_budget.time_budget = 1e-3;
    int ungated = 0;
    const measurement m = measured(
        gpu,
        [&] {
          gpu.run(0x1p-17);
          if (gpu.gates() > 0 && !gpu.gate_closed() && ungated++ < late) gpu.run_beside(0x1p-8);
        },
        short_budget);
    CHECK(ungated > 0);
    CHECK(has(m, "work-beside-stream") == (late == 1000));
  }
}

TEST_CASE("a host that was late for some launches is not taken for work beside the stream") {
  for (const int late : {3, 6, 1000}) {
    fake_device gpu;
    script_gpu(gpu);
    int launches = 0;
    const measurement m = measured(gpu, [&] {
      gpu.run(0x1p-17);
      if (launches++ < late) gpu.run_beside(0x1p-12);
    });
    CHECK(has(m, "work-beside-stream") == (late == 1000));
  }
}

TEST_CASE("a calibration that fails leaves raw times and its reason") {
  for (const std::string call : {"begin_capture", "end_capture", "launch_graph", "launch_empty"})
    for (const int k : {1, 2, 5, 40}) {
      CAPTURE(call, k);
      fake_device gpu;
      script_gpu(gpu);
      gpu.fail(call, k);
      const measurement m = measured(gpu, 0x1p-17);
      CHECK(m.raw.median == Approx(0x1p-17 + 0x1p-19));
      CHECK(m.net.has_value() == gpu.fault_pending());
      CHECK(has(m, "not-calibrated") == !gpu.fault_pending());
      CHECK(gpu.clean());
    }
}

TEST_CASE("a device lost during the calibration ends the measurement") {
  fake_device gpu;
  script_gpu(gpu);
  gpu.fail("launch_graph", 2, support::fault::lost);
  measure_job job;
  job.launch = [&gpu] { gpu.run(0x1p-17); };
  CHECK_THROWS_AS(assay::sampler(gpu, {&job, 1}, {}).run(), assay::device_error);
}

TEST_CASE("a captured launch is called once and its graph is timed") {
  fake_device gpu;
  script_gpu(gpu);
  int called = 0;
  measure_job job;
  job.launch = [&] {
    ++called;
    gpu.run(0x1p-17, "launch");
  };
  measure_options options;
  options.mode = assay::launch_mode::graph;
  const measurement m = assay::sampler(gpu, {&job, 1}, options).run().front().value.value();
  CHECK(called == 7);  // five to warm up, one to capture, one to look beside it once more
  CHECK(m.mode == assay::launch_mode::graph);
  CHECK(gpu.calls("graph_node") > 12);
}

TEST_CASE("graph launches where there are no graphs fail with the reason") {
  fake_device gpu;
  measure_job job;
  job.launch = [&] { gpu.run(0x1p-17); };
  measure_options options;
  options.mode = assay::launch_mode::graph;
  const auto results = assay::sampler(gpu, {&job, 1}, options).run();
  CHECK_FALSE(results.front().value);
  CHECK(results.front().failure.find("no graphs") != std::string::npos);
}

TEST_CASE("modes and cache states that exclude each other are refused") {
  fake_device gpu;
  measure_options options;
  options.mode = assay::launch_mode::throughput;
  CHECK_THROWS_AS(assay::sampler(gpu, {}, options), assay::usage_error);
  options.mode = assay::launch_mode::graph;
  options.cache = assay::cache_state::rotate;
  CHECK_THROWS_AS(assay::sampler(gpu, {}, options), assay::usage_error);
}
