// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Problems among the benchmarks of Google Benchmark, with its options and reports:
//   ./google_benchmark_host --benchmark_filter=float4 --benchmark_out=out.json
// This file is linked with saxpy.cpp or saxpy.cu.
#include <assay/integration/google_benchmark.hpp>
#include <cstdio>

int main(int count, char** arguments) try {
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  assay::run_options options;
  options.measure.time_budget = 0.2;  // s for each candidate
  assay::register_benchmarks(options);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
} catch (const assay::error& e) {
  std::fprintf(stderr, "assay: %s\n", e.what());
  return 2;
}
