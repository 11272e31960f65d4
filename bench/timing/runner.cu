// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Times the launchers of kernels.cu, with assay::measure or with CUPTI, and prints a line of JSON for each:
//   runner LIBRARY GROUP[,GROUP...] cold|hot[,cold|hot] [--cupti [PATH]] [--only NAME] [--graph]
// With --graph what is timed are captured graphs of them.
// A process does one or the other: one in which CUPTI was enabled has longer events. Times are seconds.
#include <dlfcn.h>

#include <algorithm>
#include <assay/backend/cuda.hpp>
#include <assay/measure.hpp>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

/// The launchers' library.
class library {
 public:
  explicit library(const char* path) : handle_(dlopen(path, RTLD_NOW | RTLD_LOCAL)) {
    if (!handle_) throw assay::error(dlerror());
  }
  [[nodiscard]] int count() const { return find<int()>("kernel_count")(); }
  [[nodiscard]] std::string name(int index) const { return find<const char*(int)>("kernel_name")(index); }
  [[nodiscard]] std::string group(int index) const { return find<const char*(int)>("kernel_group")(index); }
  void set_up(int index) const { check(find<int(int)>("kernel_setup")(index), "setup", index); }
  [[nodiscard]] std::function<void(cudaStream_t)> launcher(int index) const {
    int (*const launch)(int, void*) = find<int(int, void*)>("kernel_launch");
    return [this, launch, index](cudaStream_t stream) { check(launch(index, stream), "launch", index); };
  }

 private:
  template <class Signature>
  [[nodiscard]] Signature* find(const char* symbol) const {
    void* const found = dlsym(handle_, symbol);
    if (!found) throw assay::error(std::string("the library has no ") + symbol);
    return reinterpret_cast<Signature*>(found);
  }
  void check(int status, const char* what, int index) const {
    if (status != 0)
      throw assay::error(std::string(what) + " of " + name(index) + ": status " + std::to_string(status));
  }

  void* handle_;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void print_list(const char* name, const std::vector<double>& values) {
  std::printf(", \"%s\": [", name);
  for (std::size_t i = 0; i < values.size(); ++i) std::printf("%s%.9g", i ? ", " : "", values[i]);
  std::printf("]");
}

void print_estimate(const char* name, const assay::estimate& e) {
  std::printf(", \"%s\": {\"median\": %.9g", name, e.median);
  if (e.lower && e.upper) std::printf(", \"lower\": %.9g, \"upper\": %.9g", *e.lower, *e.upper);
  std::printf("}");
}

/// What a user gets who calls assay::measure; `wall` holds all that the call took.
void print_measured(const std::function<void(cudaStream_t)>& launch, assay::cache_state cache,
                    assay::launch_mode mode) {
  assay::measure_options options;
  options.cache = cache;
  options.mode = mode;
  const auto start = std::chrono::steady_clock::now();
  const assay::measurement m = assay::measure<assay::cuda>(launch, options);
  std::printf(", \"wall\": %.6g, \"status\": \"%s\", \"gated\": %s", seconds_since(start),
              assay::to_string(m.status), m.gated ? "true" : "false");
  print_estimate("raw", m.raw);
  if (m.net) print_estimate("net", *m.net);
  if (m.calibration)
    std::printf(", \"overhead\": %.9g, \"timer_uncertainty\": %.9g", m.calibration->overhead,
                m.timer_uncertainty);
  print_list("samples", m.samples);
  print_list("sample_times", m.sample_times);
}

/// Device time as CUPTI has it, of launches in the sequence in which assay times them: warm-up, then gate,
/// sweep, event, launch, event.
void print_truth(assay::cupti_timer& cupti, const std::function<void(cudaStream_t)>& launch,
                 assay::cache_state cache) {
  assay::device& device = assay::device_of<assay::cuda>();
  const cudaStream_t stream = assay::cuda::stream(device.stream());
  assay::sample_timer sweep_timer(device);
  // Or sweeps would be of another size than those of measure().
  assay::prove_sweep(device, sweep_timer, 0.25);
  const auto prepare = [&] { assay::prepare_cache(device, cache); };

  constexpr int rounds = 50;
  constexpr double warm = 0.05, most_time = 0.5;  // s
  const auto warm_up_start = std::chrono::steady_clock::now();
  for (int i = 0; i < 3 || (i < 1000 && seconds_since(warm_up_start) < warm); ++i) {
    prepare();
    launch(stream);
    device.synchronize();
  }

  std::vector<assay::event> events;
  for (int i = 0; i < 2; ++i) events.emplace_back(device);
  std::vector<double> samples, event_times;
  std::vector<int> round_of, event_round_of;
  int operations = 0, absent = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int round = 0; round < rounds && (round < 6 || seconds_since(start) < most_time); ++round) {
    const auto round_start = std::chrono::steady_clock::now();
    device.close_gate(0.25);
    const auto spans = cupti.spans(
        1,
        [&](int) {
          launch(stream);
          events[1].record();
        },
        [&] {
          device.open_gate();
          device.synchronize();
        },
        [&](int) {
          prepare();
          events[0].record();
        });
    event_times.push_back(events[0].seconds_until(events[1]));
    event_round_of.push_back(round);
    for (const auto& span : spans) {
      if (!span) {
        ++absent;
        continue;
      }
      samples.push_back(span->seconds);
      round_of.push_back(round);
      operations = std::max(operations, span->operations);
    }
    // As far apart as measure() has them, so that the clock is what it was there.
    device.wait(std::max(0.0, assay::measure_options{}.round_interval - seconds_since(round_start)));
  }
  std::printf(", \"operations\": %d, \"absent\": %d", operations, absent);
  // What events saw of the same launches: how much longer CUPTI makes them.
  print_estimate("raw", assay::median_of_rounds(event_times, event_round_of, 0.95, 0.0));
  if (!samples.empty()) print_estimate("cupti", assay::median_of_rounds(samples, round_of, 0.95, 0.0));
  print_list("samples", samples);
}

bool listed(const std::string& list, const std::string& item) {
  return ("," + list + ",").find("," + item + ",") != std::string::npos;
}

}  // namespace

int main(int argc, char** argv) try {
  const char* only = nullptr;
  const char* cupti_path = nullptr;
  assay::launch_mode mode = assay::launch_mode::plain;
  for (int i = 4; i < argc; ++i) {
    const bool has_value = i + 1 < argc && std::strncmp(argv[i + 1], "--", 2) != 0;
    if (std::strcmp(argv[i], "--only") == 0 && has_value)
      only = argv[++i];
    else if (std::strcmp(argv[i], "--graph") == 0)
      mode = assay::launch_mode::graph;
    else if (std::strcmp(argv[i], "--cupti") == 0)
      cupti_path = has_value ? argv[++i] : "";
    else
      argc = 0;
  }
  if (argc < 4) {
    std::fprintf(stderr,
                 "runner LIBRARY GROUP[,GROUP...] cold|hot[,cold|hot] [--cupti [PATH]] [--only NAME] "
                 "[--graph]\n");
    return 2;
  }

  std::unique_ptr<assay::cupti_timer> cupti;  // before anything of CUDA
  if (cupti_path) {
    std::string why_not;
    cupti = assay::cupti_timer::open(why_not, cupti_path);
    if (!cupti) throw assay::error("no CUPTI: " + why_not);
  }
  const library kernels(argv[1]);
  const assay::device_info& info = assay::device_of<assay::cuda>().info();
  std::printf("{\"device\": \"%s\", \"driver\": \"%s\", \"runtime\": \"%s\"}\n", info.name.c_str(),
              info.driver_version.c_str(), info.runtime_version.c_str());
  for (int index = 0; index < kernels.count(); ++index) {
    if (!listed(argv[2], kernels.group(index)) || (only && kernels.name(index) != only)) continue;
    kernels.set_up(index);
    for (const assay::cache_state cache : {assay::cache_state::cold, assay::cache_state::hot}) {
      if (!listed(argv[3], assay::to_string(cache))) continue;
      std::printf("{\"kernel\": \"%s\", \"group\": \"%s\", \"cache\": \"%s\"", kernels.name(index).c_str(),
                  kernels.group(index).c_str(), assay::to_string(cache));
      if (cupti)
        print_truth(*cupti, kernels.launcher(index), cache);
      else
        print_measured(kernels.launcher(index), cache, mode);
      std::printf("}\n");
      std::fflush(stdout);
    }
  }
} catch (const std::exception& e) {
  std::fprintf(stderr, "runner: %s\n", e.what());
  return 6;
}
