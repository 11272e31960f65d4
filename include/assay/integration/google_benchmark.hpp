// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Problems as benchmarks of Google Benchmark, 1.7 or newer, with its filters, repetitions and reports:
//
//   assay::register_benchmarks();  // before benchmark::RunSpecifiedBenchmarks()
//
// The time is assay's: the median of verified, gated launches in rounds that the candidates of a case share.
// Each repetition measures anew.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/run_options.hpp"
#include "assay/suite/run_problem.hpp"
#include "assay/suite/runner.hpp"

namespace assay {

namespace detail {

/// Runs a case when one of its candidates is asked for, and keeps the records of the others until they are.
/// Asked twice for a candidate, it runs the case again.
class benchmark_cases {
 public:
  benchmark_cases(std::vector<plan_item> plan, const run_options& options)
      : plan_(std::move(plan)), options_(options), runner_(options_, {}) {}

  [[nodiscard]] const std::vector<plan_item>& plan() const { return plan_; }

  /// The record of that candidate, and why the whole case proves nothing, if so.
  struct answer {
    std::optional<record> of_candidate;
    std::string spoiled;
  };
  [[nodiscard]] answer take(const plan_item& item, const std::string& candidate) {
    kept& of_case = kept_[&item];
    const auto find = [&] {
      return std::find_if(of_case.records.begin(), of_case.records.end(), [&](const record& r) {
        return r.candidate == candidate && r.role != candidate_role::counterexample;
      });
    };
    if (find() == of_case.records.end()) of_case = run(item);
    answer result{std::nullopt, of_case.spoiled};
    if (const auto at = find(); at != of_case.records.end()) {
      result.of_candidate = std::move(*at);
      of_case.records.erase(at);
    }
    return result;
  }

 private:
  struct kept {
    std::vector<record> records;
    std::string spoiled;
  };

  kept run(const plan_item& item) {
    if (!lost_.empty()) return {{}, lost_};
    run_result result = runner_.run({item});
    lost_ = result.lost;
    kept fresh{std::move(result.records), result.no_device.empty() ? "" : result.no_device.front()};
    for (const record& r : fresh.records)
      if (r.role == candidate_role::counterexample) {
        if (r.verdict.outcome == outcome::correct)
          fresh.spoiled =
              "the counterexample '" + r.candidate +
              "' was accepted: the oracle or the tolerance would accept a wrong candidate as well";
        if (r.verdict.outcome == outcome::failed)
          fresh.spoiled = "the counterexample '" + r.candidate + "' failed: " + r.verdict.reason;
      }
    return fresh;
  }

  const std::vector<plan_item> plan_;
  const run_options options_;
  runner runner_;
  std::map<const plan_item*, kept> kept_;
  std::string lost_;  ///< why nothing can be run any more
};

/// "saxpy/n:65536/float4": parts and axes as Google Benchmark writes them.
[[nodiscard]] inline std::string benchmark_name(const plan_item& item, const std::string& candidate) {
  std::string name = item.definition->name;
  for (const auto& [axis, value] : item.values) name += "/" + axis + ":" + to_string(value);
  return name + "/" + candidate;
}

/// Hands a record to Google Benchmark. What could not be had is absent among the counters.
inline void report(const record& r, benchmark::State& state) {
  if (!r.verdict.acceptable())
    return state.SkipWithError((std::string(to_string(r.verdict.outcome)) + ": " + r.verdict.reason).c_str());
  if (!r.time) return state.SkipWithError("it was not timed");
  const double seconds = r.time->time().median;
  if (!(seconds > 0)) return state.SkipWithError("no more time than its timer adds was seen");
  for ([[maybe_unused]] auto _ : state) state.SetIterationTime(seconds);

  const auto count = [&](const char* name, std::optional<double> value) {
    if (value) state.counters[name] = benchmark::Counter(*value);
  };
  const auto rate = [&](double amount) {
    return amount > 0 ? std::optional(amount / seconds * 1e-9) : std::nullopt;
  };
  double operations = 0;
  for (std::size_t i = 0; i < resource_count; ++i)
    if (!is_bytes(static_cast<resource>(i))) operations += r.work.amount(static_cast<resource>(i));
  count("SoL", r.sol_ratio());
  count("GB/s", rate(r.work.amount(resource::dram)));
  count("GFLOP/s", rate(operations));
  if (r.speedup) count("speedup", r.speedup->value);
  if (r.verdict.outcome == outcome::correct) count("correct", 1.0);
}

}  // namespace detail

/// Registers the problems of this program, or those that `wanted` selects, as benchmarks: one for each case
/// and candidate, baselines among them, named as in "saxpy/n:65536/float4". Nothing runs before Google
/// Benchmark asks for it. A candidate that is wrong, invalid or failed is an error of its benchmark
/// (SkipWithError), and so are all of a case whose counterexample was accepted. Returns how many there are.
/// Throws usage_error for problems with mistakes, and where nothing is selected.
inline std::size_t register_benchmarks(const run_options& options = {}, const selection& wanted = {}) {
  const auto problems = discover();
  // Google Benchmark keeps what is registered until the program ends, when the devices may already be gone:
  // this is never destroyed.
  static auto& registered_runs = *new std::vector<std::unique_ptr<detail::benchmark_cases>>;
  registered_runs.push_back(std::make_unique<detail::benchmark_cases>(make_plan(problems, wanted), options));
  detail::benchmark_cases& cases = *registered_runs.back();
  std::size_t registered = 0;
  for (const plan_item& item : cases.plan()) {
    const auto& problem = **std::find_if(problems.begin(), problems.end(), [&](const auto& one) {
      return &one->definition() == item.definition;
    });
    for (const declared_candidate& c : problem.candidates()) {
      const bool selected =
          std::find(item.candidates.begin(), item.candidates.end(), c.name) != item.candidates.end();
      if (!selected || (c.role != candidate_role::candidate && c.role != candidate_role::baseline)) continue;
      ++registered;
      benchmark::RegisterBenchmark(detail::benchmark_name(item, c.name).c_str(),
                                   [&cases, &item, name = c.name](benchmark::State& state) {
                                     const auto [record, spoiled] = cases.take(item, name);
                                     if (!spoiled.empty())
                                       state.SkipWithError(spoiled.c_str());
                                     else if (record)
                                       detail::report(*record, state);
                                     else
                                       state.SkipWithError("the case has no record of it");
                                   })
          ->UseManualTime()
          ->Iterations(1)
          ->Unit(benchmark::kMicrosecond);
    }
  }
  if (!registered) throw usage_error("no problem of this program is selected");
  return registered;
}

}  // namespace assay
