// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// writer SCENARIO FOLDER: writes every report of made-up records into the folder, which must exist, for
// readers that were not written here (../formats.py). `typical` looks like a run on an H200, `example` is
// what docs/reports.md shows, `hostile` has names and figures that no format likes, the others are what they
// are called: empty, broken, failures256, large2000, large5000. With them what --limits --json and --ceilings
// --json would write, and a baseline.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "assay/report/baseline_file.hpp"
#include "assay/report/ceilings_file.hpp"
#include "assay/report/journal.hpp"
#include "assay/report/limit_table.hpp"
#include "assay/report/report_files.hpp"
#include "assay/report/stored_baseline.hpp"
#include "assay/roofline/ceilings.hpp"
#include "assay/score/speedup.hpp"

using namespace assay;

namespace {

std::mt19937_64 random_bits(20260101);
double normal() { return std::normal_distribution<double>()(random_bits); }
double uniform() { return std::uniform_real_distribution<double>()(random_bits); }

device_info h200() {
  device_info d;
  d.vendor = vendor::nvidia;
  d.name = "NVIDIA H200";
  d.architecture = "sm_90";
  d.uuid = "GPU-00000000-0000-0000-0000-000000000000";
  d.multiprocessors = 132;
  d.max_clock = 1.98e9;
  d.memory_clock = 3.2e9;
  d.memory_bus_bits = 6016;
  d.memory_bytes = std::int64_t{150'000'000'000};
  d.l2_bytes = std::int64_t{60} << 20;
  d.driver_version = "13.0";
  d.runtime_version = "13.0";
  return d;
}

environment some_environment() {
  environment e;
  e.date = "2026-01-31T12:00:00Z";
  e.system = "Linux 6.1.0 x86_64";
  e.processor = "AMD EPYC 9654 96-Core Processor";
  e.compiler = "gcc 12.2.0";
  e.command_line = {"./kernels_bench", "--gate", "sol>=0.8"};
  e.devices = {h200()};
  return e;
}

enum class shape { steady, drifting, bimodal };

/// Rounds of samples about `seconds`, with the tail and the few outliers that kernels have.
measurement measured(double seconds, shape how, int rounds = 16, int each = 24) {
  measurement m;
  m.tick = 32e-9;
  m.gated = true;
  for (int round = 0; round < rounds; ++round)
    for (int i = 0; i < each; ++i) {
      double time = seconds * (1 + 0.004 * std::fabs(normal()));
      if (how == shape::drifting) time *= 1 + 0.002 * round;
      if (how == shape::bimodal && (round / 3) % 2) time *= 1.06;
      const bool outlier = uniform() < 0.006;
      if (outlier) {
        m.outliers.push_back(m.samples.size());
        time *= 1.1 + 3 * uniform();
      }
      m.samples.push_back(std::round(time / m.tick) * m.tick);
      m.sample_times.push_back(0.012 * round + 0.0003 * i);
      m.rounds.push_back(round);
    }
  m.raw = median_of_rounds(m.samples, m.rounds, 0.95, m.tick);
  m.status = how == shape::drifting  ? measurement_status::drifting
             : how == shape::bimodal ? measurement_status::multimodal
                                     : measurement_status::converged;
  m.wall_seconds = 0.25;
  return m;
}

limit in_layer(limit hard, layer which, double factor) {
  hard.which = which;
  hard.seconds = *hard.seconds / factor;
  for (term& t : hard.terms) {
    t.rate *= factor;
    t.seconds /= factor;
    t.hard = false;
  }
  return hard;
}

record timed(const std::string& problem, axis_values axes, const std::string& candidate, candidate_role role,
             const work& declared, double efficiency, shape how = shape::steady, int rounds = 16) {
  record r;
  r.problem = problem;
  r.backend = "cuda";
  r.device = "NVIDIA H200";
  r.axes = std::move(axes);
  r.candidate = candidate;
  r.role = role;
  r.file = "kernels/" + problem + ".cu";
  r.line = 26;
  r.replay = "--replay '" + problem + "|" + candidate + "|seed=0'";
  r.verdict.outcome = outcome::correct;
  r.work = declared;
  r.limit = speed_of_light(hard_ceilings(h200()), declared);
  r.other_limits = {in_layer(*r.limit, layer::clock_adjusted, 0.93),
                    in_layer(*r.limit, layer::measured, 0.87)};
  r.time = measured(*r.limit->seconds / efficiency + 1e-6, how, rounds);
  if (how == shape::drifting)
    r.time->findings.push_back(
        {"drifting", severity::warning, "the time rose by 3 % from the first round to the last", {}});
  if (how == shape::bimodal)
    r.time->findings.push_back({"multimodal", severity::warning, "two levels, 6 % apart", {}});
  return r;
}

/// A baseline and two candidates at each size, with the speedups that their samples give.
void add_case(std::vector<record>& records, const std::string& problem, const axis_values& axes,
              const work& declared, double slow, double fast, shape how) {
  const std::size_t first = records.size();
  records.push_back(timed(problem, axes, "vendor", candidate_role::baseline, declared, slow));
  records.push_back(timed(problem, axes, "tiled", candidate_role::candidate, declared, fast, how));
  records.push_back(timed(problem, axes, "naive", candidate_role::candidate, declared, slow * 0.55));
  for (std::size_t i = first + 1; i < records.size(); ++i)
    records[i].speedup = paired_speedup(*records[first].time, *records[i].time);
}

void make_wrong(record& r, const std::string& reason) {
  r.verdict.outcome = outcome::wrong;
  r.verdict.reason = reason;
  comparison c;
  c.output = "y";
  c.elements = c.checked = 4096;
  c.mismatched = 3;
  c.extents = {64, 64};
  c.worst = comparison::element{130, -0.795, 0.6158, 1.5e-6};
  for (std::int64_t i = 128; i < 133; ++i)
    c.excerpt.push_back({{i, i < 130 ? 0.61 : -0.795, 0.6158, 1.5e-6}, i < 130});
  r.verdict.comparisons = {c};
  r.time.reset();
  r.speedup.reset();
}

gate_result answered(const std::string& text, gate_answer answer, const std::string& reason) {
  gate_result g;
  g.condition.text = text;
  g.answer = answer;
  g.reason = reason;
  return g;
}

report_input with_environment() {
  report_input input;
  input.environments = {some_environment()};
  return input;
}

report_input typical() {
  report_input input = with_environment();
  for (const std::int64_t n : {std::int64_t{1} << 20, std::int64_t{1} << 23, std::int64_t{1} << 26}) {
    work w;
    w.add_read(8.0 * static_cast<double>(n)).add_written(4.0 * static_cast<double>(n));
    w.add(resource::fp32, 2.0 * static_cast<double>(n));
    add_case(input.records, "saxpy", {{"n", n}}, w, 0.74, 0.92,
             n == 1 << 20 ? shape::drifting : shape::steady);
    work s;
    s.add_read(4.0 * static_cast<double>(n)).add_written(4.0 * static_cast<double>(n));
    s.add(resource::fp32, 5.0 * static_cast<double>(n)).add(resource::sfu, static_cast<double>(n));
    add_case(input.records, "softmax", {{"rows", n / 1024}, {"T", "fp32"}}, s, 0.61, 0.83, shape::steady);
  }
  for (const std::int64_t n : {1024, 2048, 4096, 8192}) {
    const double d = static_cast<double>(n);
    work w;
    w.add_read(4 * d * d).add_written(2 * d * d).add(resource::tensor_bf16, 2 * d * d * d);
    add_case(input.records, "gemm", {{"m", n}, {"n", n}, {"k", n}, {"T", "bf16"}}, w, 0.71,
             n == 4096 ? 0.735 : 0.6, n == 8192 ? shape::bimodal : shape::steady);
  }
  make_wrong(input.records[5],
             "y: 3 of 4096 checked elements outside the tolerance, worst at [2, 2]: got -0.795, "
             "expected 0.6158 ± 1.5e-06");
  input.records[8].verdict.outcome = outcome::unverifiable;
  input.records[8].verdict.reason = "the tolerance would accept zeros as well";
  input.records[8].time.reset();
  input.records[8].speedup.reset();
  record caught = timed("saxpy", {{"n", std::int64_t{1} << 20}}, "forgets the last",
                        candidate_role::counterexample, input.records[0].work, 0.5);
  make_wrong(caught, "y: 1 of 1048576 elements outside the tolerance");
  input.records.push_back(caught);
  input.planned = input.executed = 10;
  input.gates = {answered("sol>=0.8", gate_answer::not_met,
                          "gemm m=1024 n=1024 k=1024 T=bf16, naive: 0.312 [0.308, 0.315]"),
                 answered("fast_1>=0.5", gate_answer::inconclusive, "6 of 10 cases"),
                 answered("time<=1s", gate_answer::met, "18 candidates and cases")};
  input.compared_with = "stored baseline";
  input.comparisons.push_back(
      {1, paired_ratio{1.002, 0.998, 1.006, 0.95, 16}, judged_change{change::tied, "within 2 %"}, ""});
  input.comparisons.push_back(
      {4, paired_ratio{0.93, 0.925, 0.935, 0.95, 16},
       judged_change{change::slower, "7 % slower than before, more than the margin of 2 %"}, ""});
  input.comparisons.push_back({7, {}, {}, "the stored baseline has no such case"});
  input.no_device = {"no HIP device: the runtime is not installed"};
  input.code = exit_code::verification_failed;
  return input;
}

/// What docs/reports.md shows.
report_input example() {
  report_input input = with_environment();
  work w;
  w.add_read(8.0 * 67108864).add_written(4.0 * 67108864).add(resource::fp32, 2.0 * 67108864);
  const auto with_time = [](record r, double seconds) {
    measurement m;
    m.raw = {seconds, seconds * 0.998, seconds * 1.002, 0.95, 12};
    m.samples = {seconds * 0.999, seconds, seconds * 1.001};
    m.rounds = {0, 1, 2};
    m.sample_times = {0, 0.01, 0.02};
    m.status = measurement_status::converged;
    m.wall_seconds = 0.25;
    r.time = m;
    return r;
  };
  const axis_values axes = {{"n", std::int64_t{67108864}}};
  input.records.push_back(with_time(timed("saxpy", axes, "float", candidate_role::baseline, w, 0.7), 227e-6));
  input.records.push_back(
      with_time(timed("saxpy", axes, "float4", candidate_role::candidate, w, 0.9), 182e-6));
  input.records.back().speedup = paired_ratio{1.247, 1.243, 1.251, 0.95, 12};
  record wrong = timed("saxpy", {{"n", std::int64_t{67108867}}}, "float4", candidate_role::candidate, w, 0.9);
  wrong.verdict = {outcome::wrong, "y: 3 of 4094 checked elements outside the tolerance", {}};
  wrong.time.reset();
  input.records.push_back(wrong);
  input.planned = input.executed = 2;
  input.gates = {answered("fast_1>=0.9", gate_answer::not_met, "1 of 2 cases")};
  input.code = exit_code::verification_failed;
  return input;
}

report_input hostile() {
  report_input input = with_environment();
  const std::vector<std::string> names = {
      "</script><script>document.title='broken out'</script>",
      "\"quoted\" 'twice' `three` & <b>bold</b>",
      "lines\nand\r\nreturns\tand tabs",
      std::string("control \x01\x08\x0b\x1b[31m\x7f and a zero ") + '\0' + " byte",
      "line separator \u2028 and paragraph separator \u2029",
      "emoji \U0001F680\U0001F468\u200D\U0001F469\u200D\U0001F467, 漢字, e\u0301",
      "right to left: \u202Eevil\u202C \u05E9\u05DC\u05D5\u05DD",
      "not UTF-8: \xff\xfe\xc3\x28 \xed\xa0\x80 \xf5",
      "noncharacters \uFFFE \uFFFF",
      "| pipes | and [links](http://example.com) and ![images](x) and @somebody and ``` fences ```",
      "=1+1,;\"cells\"",
      "%0A::error::escaped ]]> --> ${{ github }}",
      "  spaces at both ends  ",
      "",
      std::string(3000, 'x'),
      "same",
      "same",
      "same"};
  constexpr double nan = std::numeric_limits<double>::quiet_NaN(),
                   infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> times = {1e-6, nan, infinity, 0.0, -1e-6, 5e-324, 1e300};
  work w;
  w.add_read(1e6).add_written(1e6).add(resource::fp32, 1e6);
  for (std::size_t i = 0; i < names.size(); ++i) {
    record r = timed(names[i], {{names[(i + 1) % names.size()], names[i]}}, names[i],
                     candidate_role::candidate, w, 0.5);
    r.file = names[i];
    r.replay = "--replay " + shell_quoted(names[i]);
    r.device = names[i % 4];
    r.time->findings.push_back({names[i], severity::warning, names[i], {{"number", nan}}});
    const double time = times[i % times.size()];
    if (i % times.size() != 0) {
      r.time->raw = {time, time - 1e-7, time + 1e-7, 0.95, 16};
      r.time->samples[3] = time;
      r.time->wall_seconds = time;
    }
    r.speedup = paired_ratio{time, nan, infinity, 0.95, 16};
    if (i % 3 == 1) make_wrong(r, names[i]);
    if (i % 5 == 2) r.verdict = {outcome::failed, names[i], {}};
    input.records.push_back(std::move(r));
  }
  for (const std::string& name : names) {
    input.gates.push_back(answered(name, gate_answer::not_met, name));
    input.no_device.push_back(name);
  }
  input.compared_with = "stored baseline";
  for (std::size_t i = 0; i < names.size(); ++i)
    input.comparisons.push_back(
        {i, paired_ratio{nan, {}, infinity, 0.95, 1},
         i % 2 ? std::optional(judged_change{change::slower, names[i]}) : std::nullopt, names[i]});
  input.environments[0].command_line = names;
  input.environments[0].system = names[3];
  input.environments[0].devices[0].name = names[1];
  input.lost = names[2];
  input.parallel_timing = parallel_judgement{false, names[7]};
  input.planned = names.size();
  input.code = exit_code::verification_failed;
  return input;
}

report_input many(int count, bool wrong) {
  report_input input = with_environment();
  work w;
  w.add_read(8e6).add_written(4e6).add(resource::fp32, 2e6);
  for (std::int64_t i = 0; static_cast<int>(input.records.size()) < count; ++i) {
    const double size = static_cast<double>(1 + i % 40);
    work scaled;
    scaled.add_read(8e6 * size)
        .add_written(4e6 * size)
        .add(resource::fp32, 2e6 * size * static_cast<double>(1 + i % 200));
    record r = timed("problem " + std::to_string(i % 20), {{"n", i}}, "candidate", candidate_role::candidate,
                     scaled, 0.3 + 0.6 * uniform(), shape::steady, 3);
    const double factor = 0.6 + 2.4 * uniform();
    r.speedup = paired_ratio{factor, factor * 0.98, factor * 1.02, 0.95, 16};
    if (wrong) make_wrong(r, "y: 3 of 4096 elements outside the tolerance");
    input.records.push_back(std::move(r));
  }
  input.planned = input.executed = input.records.size();
  input.code = wrong ? exit_code::verification_failed : exit_code::pass;
  return input;
}

report_input broken() {
  report_input input = with_environment();
  record r = timed("softmax", {}, "overruns", candidate_role::candidate, work().add_read(1e6), 0.5);
  r.verdict = {outcome::failed, "an illegal memory access was encountered", {}};
  r.time.reset();
  input.records = {r};
  input.planned = 7;
  input.executed = 1;
  input.lost = "the device was lost in softmax, overruns";
  input.code = exit_code::verification_failed;
  return input;
}

report_input empty() {
  report_input input = with_environment();
  input.environments[0].devices.clear();
  input.no_device = {"no CUDA device"};
  input.code = exit_code::nothing_measured;
  return input;
}

/// What --limits --json writes: the limits of the records' cases, and a case without any.
json limits_of(const report_input& input) {
  std::vector<case_limits> cases;
  for (const record& r : input.records) {
    case_limits one;
    one.problem = r.problem;
    one.backend = r.backend;
    one.axes = r.axes;
    one.device = r.device;
    one.work = r.work;
    if (r.limit) one.limits.push_back(*r.limit);
    one.limits.insert(one.limits.end(), r.other_limits.begin(), r.other_limits.end());
    one.bound = judged_bound{bound_quality::loose, "it is far away", 0.5};
    one.ceilings_file = "/home/somebody/.cache/assay/ceilings.json";
    cases.push_back(std::move(one));
  }
  case_limits none;
  none.problem = "softmax";
  none.absent = "no HIP device";
  none.unmeasured = "there is no folder for them";
  cases.insert(cases.begin(), none);
  return limits_to_json(input.environments.front(), cases);
}

/// What --ceilings --json writes of the devices of a run.
json ceilings_of(const report_input& input) {
  std::vector<std::pair<device_info, device_ceilings>> devices;
  for (const device_info& device : input.environments.front().devices) {
    device_ceilings seen;
    seen.seconds = 3.5;
    measured_ceiling copy;
    copy.name = "DRAM copy";
    copy.which = resource::dram;
    copy.read_share = 0.5;
    copy.basis = ceiling_basis::measured;
    copy.rate = 4.3e12;
    copy.lower = 4.2e12;
    copy.upper = 4.4e12;
    copy.clock = 1.9e9;
    copy.source = "shape 2";
    copy.failures = {"shape 1: no"};
    measured_ceiling atomics;
    atomics.name = "atomics";
    atomics.source = "no kernel";
    seen.all = {copy, atomics};
    devices.emplace_back(device, seen);
  }
  return ceilings_to_json(input.environments.front(), devices);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "writer SCENARIO FOLDER\n"), 2;
  const std::string scenario = argv[1], folder = argv[2];
  const report_input input = scenario == "typical"       ? typical()
                             : scenario == "example"     ? example()
                             : scenario == "hostile"     ? hostile()
                             : scenario == "failures256" ? many(256, true)
                             : scenario == "large2000"   ? many(2000, false)
                             : scenario == "large5000"   ? many(5000, false)
                             : scenario == "broken"      ? broken()
                                                         : empty();
  for (const report_format& format : report_formats)
    output_file(folder + "/" + format.name, output_file::mode::replace).write(format.write(input));
  output_file(folder + "/github-annotations", output_file::mode::replace)
      .write(github_annotations(input, "/checkout"));
  output_file(folder + "/github-summary", output_file::mode::replace)
      .write(to_markdown(input, github_summary_limit));
  const auto write = [&](const std::string& name, const json& document) {
    output_file(folder + "/" + name, output_file::mode::replace).write(to_text(document, 2) + "\n");
  };
  write("limits", limits_of(input));
  write("ceilings", ceilings_of(input));
  write("baseline", to_json(make_baseline(input, {}, noise_floor{0.001, 0.004, 12})));
  journal_head head{"bench", "0123456789abcdef", options_to_json({}), {0, 2}, {}};
  for (const record& r : input.records) head.plan.push_back({r.problem, r.axes, {r.candidate}, 1});
  journal lines(folder + "/journal", head, input.environments.front());
  for (const device_info& device : input.environments.front().devices) lines.on_device(device, {});
  for (const record& r : input.records) lines.on_record(r);
}
