// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// How good are the measured ceilings? All of them beside the limits that are known beforehand; then, in the
// same run and timed in the same way, the best matrix products that cuBLASLt has over sizes and algorithms. A
// ceiling that a library beats is none: the ratios are to be 1 or more. `roofline copy` prints the rate of a
// copy alone, for roofline_torch.py.
#include <algorithm>
#include <assay/backend/cuda.hpp>
#include <assay/backend/cuda_api.hpp>
#include <assay/backend/cuda_cublaslt.hpp>
#include <assay/measure.hpp>
#include <assay/measure/measure_ceilings.hpp>
#include <assay/monitor/open_monitor.hpp>
#include <assay/report/ceilings_table.hpp>
#include <assay/roofline.hpp>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using assay::dtype;
using assay::resource;

assay::device& gpu() { return assay::device_of<assay::cuda>(); }

struct best_product {
  double rate = 0.0;  ///< operations/s
  std::optional<double> clock;
  std::string what;
};

/// The fastest product of cuBLASLt of a type: every algorithm that it proposes for each size is tried, and
/// the best of each size is timed as ceilings are.
best_product best_of(dtype type) {
  best_product best;
  for (const std::int64_t side : {4096, 6144, 8192, 12288, 16384}) {
    const dtype result_type = assay::library_product_size::result_type(type);
    const std::int64_t operand = side * side * assay::bits_of(type) / 8;
    assay::device_buffer a(gpu(), operand), b(gpu(), operand);
    assay::device_buffer c(gpu(), side * side * assay::bits_of(result_type) / 8);
    assay::device_buffer workspace(gpu(), assay::library_product_size::workspace);
    for (const assay::device_buffer* one : {&a, &b}) {
      assay::fill_job job;
      job.data = one->data();
      job.type = type;
      job.count = side * side;
      job.how = assay::default_fill(type);
      job.seed = one == &a ? 1 : 2;
      gpu().fill(job);
    }
    const assay::cublaslt_product product(type, side, side, side);
    const auto launch = [&](int algorithm) {
      product.launch(algorithm, a.data(), b.data(), c.data(), workspace.data(),
                     assay::cuda::stream(gpu().stream()));
    };
    assay::sample_timer timer(gpu());
    int fastest = -1;
    double least = 1e9;
    for (int algorithm = 0; algorithm < product.algorithms(); ++algorithm) try {
        launch(algorithm);
        gpu().synchronize();
        assay::sample_plan plan;
        plan.launch = [&] { launch(algorithm); };
        for (int i = 0; i < 3; ++i)
          if (const double seconds = timer.take(plan).seconds; seconds < least) {
            least = seconds;
            fastest = algorithm;
          }
      } catch (const assay::device_error& e) {
        if (e.lost()) throw;
      }
    if (fastest < 0) continue;
    std::vector<assay::measure_job> jobs(1);
    jobs[0].launch = [&] { launch(fastest); };
    assay::measure_options how;
    how.cache = assay::cache_state::hot;
    how.time_budget = 0.2;
    const auto results = assay::sampler(gpu(), jobs, how).run();
    if (!results[0].value) continue;
    const double flops =
        2.0 * static_cast<double>(side) * static_cast<double>(side) * static_cast<double>(side);
    const double rate = flops / results[0].value->time().median;
    if (rate > best.rate)
      best = {rate, results[0].value->clock,
              std::to_string(side) + "^3, algorithm " + std::to_string(fastest)};
  }
  return best;
}

int compare() {
  const auto clocks = assay::open_monitor(gpu().info());
  const assay::device_info& info = gpu().info();
  const assay::ceiling_layers known = assay::known_layers(info, {});
  const assay::device_ceilings seen = assay::ceiling_measurer(gpu(), {}, clocks.get()).run();
  std::printf("%s, ceilings measured in %.1f s\n%s\n", info.name.c_str(), seen.seconds,
              assay::ceilings_table(seen, known, {}).c_str());

  std::printf("%-12s %12s %12s %8s %14s %14s  %s\n", "type", "ceiling", "cuBLASLt", "ratio", "of hard at the",
              "cuBLASLt there", "best product");
  std::printf("%-12s %12s %12s %8s %14s %14s\n", "", "Top/s", "Top/s", ">= 1", "clock, >= 90%", "");
  bool good = true;
  const assay::ceilings* hard = known.find(assay::layer::hard);
  for (const auto& [type, which] : {std::pair{dtype::bf16, resource::tensor_bf16},
                                    {dtype::fp16, resource::tensor_fp16},
                                    {dtype::tf32, resource::tensor_tf32},
                                    {dtype::fp8_e4m3fn, resource::tensor_fp8},
                                    {dtype::int8, resource::tensor_int8}}) {
    const assay::measured_ceiling* own = seen.find(assay::to_string(which));
    const best_product library = best_of(type);
    if (!own || !own->rate) {
      std::printf("%-12s %12s %12.1f  unmeasured: %s\n", assay::to_string(which), "", library.rate / 1e12,
                  own ? own->source.c_str() : "");
      good = false;
      continue;
    }
    const assay::ceiling* roof = hard ? hard->find(which) : nullptr;
    const auto share = [&](double rate, const std::optional<double>& clock) {
      return roof && roof->clock && clock ? 100 * rate / (roof->rate * *clock / *roof->clock) : 0.0;
    };
    const double ratio = library.rate > 0 ? *own->rate / library.rate : 0.0,
                 at_clock = share(*own->rate, own->clock);
    std::printf("%-12s %12.1f %12.1f %8.3f %13.1f%% %13.1f%%  %s\n", assay::to_string(which),
                *own->rate / 1e12, library.rate / 1e12, ratio, at_clock, share(library.rate, library.clock),
                library.what.c_str());
    good = good && ratio >= 1.0 && at_clock >= 90.0;
  }
  return good ? 0 : 1;
}

/// Bytes read and written per second by a copy, of as many bytes as torch is given.
int copy() {
  assay::ceiling_options few;
  few.all = false;
  const assay::device_ceilings seen = assay::ceiling_measurer(gpu(), few).run();
  const assay::measured_ceiling* one = seen.find("DRAM copy");
  if (!one || !one->rate) throw assay::error("no copy was measured: " + (one ? one->source : ""));
  std::printf("%.17g %s\n", *one->rate, one->source.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  return argc > 1 && std::strcmp(argv[1], "copy") == 0 ? copy() : compare();
} catch (const std::exception& e) {
  std::fprintf(stderr, "roofline: %s\n", e.what());
  return 1;
}
