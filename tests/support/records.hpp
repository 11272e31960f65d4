// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Records for tests of what comes after a run.
#include <cstdint>
#include <optional>
#include <string>

#include "assay/suite/record.hpp"

namespace support {

/// A record with that verdict, and nothing that would have been measured.
[[nodiscard]] inline assay::record record_with(assay::outcome what,
                                               assay::candidate_role role = assay::candidate_role::candidate,
                                               const std::string& candidate = "fast") {
  assay::record r;
  r.problem = "saxpy";
  r.backend = "host";
  r.device = "some CPU";
  r.axes = {{"n", std::int64_t{65536}}};
  r.candidate = candidate;
  r.role = role;
  r.file = "saxpy.cpp";
  r.line = 42;
  r.replay = "--replay 'saxpy|fast|n=65536|seed=0'";
  r.verdict.outcome = what;
  if (what != assay::outcome::correct && what != assay::outcome::unchecked) r.verdict.reason = "a reason";
  return r;
}

/// A correct record with every figure that there is.
[[nodiscard]] inline assay::record full_record() {
  assay::record r = record_with(assay::outcome::correct);
  r.axes.emplace_back("T", "fp32");
  r.seed = 7;
  assay::comparison c;
  c.output = "y";
  c.elements = c.checked = 65536;
  c.largest_error = 0.25;
  c.worst = assay::comparison::element{17, 1.5, 1.25, 0.5};
  r.verdict.comparisons.push_back(c);
  r.fuzz.emplace();
  r.fuzz->trials = 16;
  r.fuzz->skipped = 1;
  r.fuzz->skip_reason = "no memory";
  r.fuzz->seconds = 0.25;
  r.prepare_seconds = 0.5;
  r.time.emplace();
  r.time->raw = {2e-6, 1.5e-6, 2.5e-6, 0.95, 6};
  r.time->net = {1e-6, 0.5e-6, 1.5e-6, 0.95, 6};
  r.time->status = assay::measurement_status::converged;
  r.time->gated = true;
  r.time->calibration.emplace().overhead = 1e-6;
  r.time->timer_uncertainty = 1e-7;
  r.time->tick = 32e-9;
  r.time->kernels = 1;
  r.time->host_time = 3e-6;
  r.time->clock = 1.5e9;
  r.time->cupti = assay::estimate{1.1e-6, 1e-6, 1.2e-6, 0.95, 32};
  r.time->energy = assay::energy_per_launch{0.25, 0.125};
  r.time->samples = {1.5e-6, 2e-6, 2.5e-6};
  r.time->sample_times = {0.0, 0.5, 1.0};
  r.time->outliers = {2};
  r.time->rounds = {0, 1, 2};
  r.time->warmup_launches = 3;
  r.time->wall_seconds = 0.125;
  r.time->findings.push_back({"throttled", assay::severity::warning, "the clock fell", {{"clock", 1e9}}});
  r.work.add_read(8.0).add_written(4.0).add(assay::resource::fp32, 2.0);
  r.limit.emplace();
  r.limit->seconds = 0.5e-6;
  r.limit->binding = assay::resource::dram;
  r.limit->which = assay::layer::measured;
  r.limit->terms.push_back({assay::resource::dram, 12.0, 2.4e7, 0.5e-6, false, 0.01});
  assay::limit& adjusted = r.other_limits.emplace_back(*r.limit);
  adjusted.which = assay::layer::clock_adjusted;
  adjusted.seconds = adjusted.terms[0].seconds = 0.75e-6;
  r.bound = assay::judged_bound{assay::bound_quality::loose, "it is far away", 0.5};
  r.speedup = assay::paired_ratio{2.0, 1.5, 2.5};
  r.findings.push_back({"odd", assay::severity::note, "something odd", {}});
  return r;
}

/// The same of the case n of saxpy_plan(); the line tells one record of it from another.
[[nodiscard]] inline assay::record numbered(std::int64_t n, const std::string& candidate = "fast",
                                            std::int32_t line = 42) {
  assay::record r = full_record();
  r.axes = {{"n", n}};
  r.candidate = candidate;
  r.line = line;
  return r;
}

/// A correct candidate "kernel" of the problem "saxpy" at one size, without figures.
[[nodiscard]] inline assay::record correct(std::int64_t n, const std::string& candidate = "kernel") {
  assay::record r;
  r.problem = "saxpy";
  r.backend = "cuda";
  r.axes = {{"n", n}};
  r.candidate = candidate;
  r.verdict.outcome = assay::outcome::correct;
  return r;
}

[[nodiscard]] inline assay::record with_speedup(assay::record r, double value,
                                                std::optional<double> lower = {},
                                                std::optional<double> upper = {}) {
  r.speedup = assay::paired_ratio{value, lower, upper};
  return r;
}

[[nodiscard]] inline assay::record with_outcome(assay::record r, assay::outcome what) {
  r.verdict.outcome = what;
  return r;
}

[[nodiscard]] inline assay::record with_role(assay::record r, assay::candidate_role role) {
  r.role = role;
  return r;
}

[[nodiscard]] inline assay::record with_time(assay::record r, double median, std::optional<double> lower = {},
                                             std::optional<double> upper = {}) {
  r.time.emplace();
  r.time->raw.median = median;
  r.time->raw.lower = lower;
  r.time->raw.upper = upper;
  return r;
}

[[nodiscard]] inline assay::record with_limit(assay::record r, double seconds) {
  r.limit.emplace();
  r.limit->seconds = seconds;
  return r;
}

}  // namespace support
