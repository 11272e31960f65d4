// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// How good is the verifier? What share of faulty matrix products each rule rejects, by element type and inner
// extent; at what share of the memory's speed outputs are compared and inputs filled, beside Thrust (and
// torch.allclose: verifier_torch.py); how many fuzz trials a second; whether checks in the timing loop move
// the time. Who catches which kernel is the zoo's matter (tests/zoo).
#include <thrust/device_ptr.h>
#include <thrust/inner_product.h>

#include <algorithm>
#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <assay/backend/cuda_api.hpp>
#include <assay/measure.hpp>
#include <assay/numeric/element.hpp>
#include <assay/suite/run_case.hpp>
#include <assay/verify/compare.hpp>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace {

using assay::dtype;
using assay::tolerance;

assay::device& gpu() { return assay::device_of<assay::cuda>(); }
cudaStream_t stream() { return assay::cuda::stream(gpu().stream()); }

// ---------------------------------------------------------------------------------------- faulty matrix
// products

enum class fault {
  none,
  missing_tile,    // the last 16 of k are not added
  wrong_element,   // one element holds its neighbour's value
  fp16_sums,       // the accumulator is an fp16
  scaled,          // by 1.003
  tf32_factors,    // fp32 factors are rounded to tf32
  missing_product  // one product of one element is not added
};
constexpr fault faults[] = {fault::none,   fault::missing_tile, fault::wrong_element,  fault::fp16_sums,
                            fault::scaled, fault::tf32_factors, fault::missing_product};
constexpr const char* fault_names[] = {
    "none (correct kernels)", "last k-tile missing", "one wrong element", "16-bit accumulation", "x 1.003",
    "tf32 for fp32",          "one product dropped"};

/// C = A·B, m = n = 128, one thread an element, in order of k.
__global__ void product(const void* a, const void* b, dtype in, void* c, dtype out, int n,
                        std::int64_t k_extent, fault what, int victim) {
  const int column = blockIdx.x * blockDim.x + threadIdx.x, row = blockIdx.y;
  if (column >= n) return;
  const int self = row * n + column;
  const int source = what == fault::wrong_element && self == victim ? (victim + n + 1) % (n * n) : self;
  const std::int64_t last = what == fault::missing_tile ? k_extent - 16 : k_extent;
  float sum = 0.0f;
  for (std::int64_t k = 0; k < last; ++k) {
    double x = assay::load_element(in, a, (source / n) * k_extent + k);
    double y = assay::load_element(in, b, k * n + source % n);
    if (what == fault::tf32_factors) {
      x = assay::round_to(dtype::tf32, x);
      y = assay::round_to(dtype::tf32, y);
    }
    if (what == fault::missing_product && self == victim && k == k_extent / 2) continue;
    sum = __fmaf_rn(static_cast<float>(x), static_cast<float>(y), sum);
    if (what == fault::fp16_sums)
      sum = static_cast<float>(assay::round_to(dtype::fp16, static_cast<double>(sum)));
  }
  if (what == fault::scaled) sum *= 1.003f;
  // Two fp8 or fp16 never share bytes; nothing here is packed.
  assay::store_element(out, c, self, static_cast<double>(sum));
}

/// How often each rule rejects, of `trials`.
struct rejected {
  int trials = 0, allclose = 0, torch = 0, elements = 0, assay = 0, integers = 0;
};

tolerance torch_defaults(dtype type) {
  return type == dtype::fp16   ? tolerance::allclose(1e-5, 1e-3)
         : type == dtype::bf16 ? tolerance::allclose(1e-5, 1.6e-2)
                               : tolerance::allclose(1e-5, 1.3e-6);
}

class gemm_faults {
 public:
  gemm_faults(dtype in, dtype out, std::int64_t k)
      : in_(in),
        out_(out),
        k_(k),
        a_(gpu(), assay::bytes_for(in, extent * k)),
        b_(gpu(), assay::bytes_for(in, extent * k)),
        c_(gpu(), assay::bytes_for(out, extent * extent)),
        expected_(gpu(), extent * extent * 8) {}

  /// `declared`: the tolerance says that factors are rounded to tf32.
  rejected try_all(fault what, bool declared = false) {
    rejected counts;
    const assay::fill fills[] = {assay::uniform(-1, 1), assay::normal(), assay::uniform(0, 1)};
    for (const assay::fill& how : fills)
      for (std::uint64_t seed = 0; seed < 8; ++seed) {
        ++counts.trials;
        fill(how, how, seed);
        run(what, seed);
        tolerance bound = tolerance::accumulating(k_);
        if (declared) bound = bound.multiplying(dtype::tf32);
        counts.allclose += rejects(tolerance::allclose(1e-2, 1e-2), true);
        counts.torch += rejects(torch_defaults(out_), true);
        counts.elements += rejects(bound, false);
        counts.assay += rejects(bound, true);
        // Sums that are exact in every order: wide A, sparse B, together below 2^24.
        const double terms = static_cast<double>(k_) / 4;
        const double range =
            out_ == dtype::fp16 ? 20'000.0 / std::sqrt(terms) : 32'767.0;  // Inf tells nothing
        const double wide = std::min({std::floor(0x1p24 / static_cast<double>(k_)) * 4, std::floor(range),
                                      std::pow(2.0, assay::significand_bits(in_)) - 1});
        fill(assay::integers(-static_cast<std::int64_t>(wide), static_cast<std::int64_t>(wide)),
             {assay::fill::kind::sparse, -1.0, 1.0, 4.0}, seed);
        run(what, seed);
        // What the output cannot hold is right where it is rightly rounded.
        bool found = rejects(tolerance::exact(), true);
        // And both factors dense, as large as the accumulator's 24 bits allow.
        const auto dense = static_cast<std::int64_t>(
            std::min(std::sqrt(0x1p24 / static_cast<double>(k_)),
                     out_ == dtype::fp16 ? 100.0 / std::pow(static_cast<double>(k_), 0.25) : 448.0));
        fill(assay::integers(-dense, dense), assay::integers(-dense, dense), seed);
        run(what, seed);
        found = rejects(tolerance::exact(), true) || found;
        counts.integers += found;
      }
    return counts;
  }

 private:
  static constexpr std::int64_t extent = 128;

  void fill(const assay::fill& a, const assay::fill& b, std::uint64_t seed) {
    gpu().fill({a_.data(), in_, extent * k_, a, seed, 0});
    gpu().fill({b_.data(), in_, extent * k_, b, seed, 1});
    assay::gemm_job job;
    job.a = {a_.data(), in_, 0, extent, k_, k_, false};
    job.b = {b_.data(), in_, 0, k_, extent, extent, false};
    job.result = static_cast<double*>(expected_.data());
    job.row_count = extent;
    gpu().gemm_fp64(job);
  }
  void run(fault what, std::uint64_t seed) {
    const int victim = static_cast<int>((seed * 2654435761u) % (extent * extent));
    product<<<dim3(1, extent), extent, 0, stream()>>>(a_.data(), b_.data(), in_, c_.data(), out_, extent, k_,
                                                      what, victim);
    gpu().check_launch();
  }
  bool rejects(tolerance bound, bool whole) {
    bound.zeros_alike = true;
    std::vector<double> right(extent * extent);
    gpu().copy_to_host(right.data(), expected_.data(), expected_.bytes());
    std::vector<std::uint8_t> got(static_cast<std::size_t>(c_.bytes()));
    gpu().copy_to_host(got.data(), c_.data(), c_.bytes());
    const assay::comparison c = assay::compare("C", out_, got.data(), extent * extent, {right, {}, 1.0, {}},
                                               bound, std::nullopt, extent);
    return whole ? !c.matches() : c.mismatched > 0;
  }

  dtype in_, out_;
  std::int64_t k_;
  assay::device_buffer a_, b_, c_, expected_;
};

bool print_faults() {
  std::printf(
      "%% of faulty 128 x 128 products rejected, K = 64 / 1024 / 16384 (8 seeds x 3 distributions each)\n");
  bool good = true;
  const struct {
    dtype in, out;
  } kinds[] = {{dtype::fp16, dtype::fp16},
               {dtype::bf16, dtype::bf16},
               {dtype::fp8_e4m3fn, dtype::bf16},
               {dtype::tf32, dtype::fp32}};
  for (const auto& kind : kinds) {
    std::printf("\n%s factors, %s results\n  %-24s %14s %14s %14s %14s %14s\n", assay::to_string(kind.in),
                assay::to_string(kind.out), "fault", "allclose 1e-2", "torch defaults", "T", "T + aggregates",
                "integer fills");
    for (const fault what : faults) {
      if (what == fault::tf32_factors) continue;
      std::string cells[5];
      for (const std::int64_t k : {64, 1024, 16384}) {
        const rejected r = gemm_faults(kind.in, kind.out, k).try_all(what);
        const int seen[] = {r.allclose, r.torch, r.elements, r.assay, r.integers};
        for (int i = 0; i < 5; ++i)
          cells[i] += (cells[i].empty() ? "" : "/") + std::to_string(100 * seen[i] / r.trials);
        if (what == fault::none) good = good && r.assay == 0 && r.integers == 0;
      }
      std::printf("  %-24s %14s %14s %14s %14s %14s\n", fault_names[static_cast<int>(what)], cells[0].c_str(),
                  cells[1].c_str(), cells[2].c_str(), cells[3].c_str(), cells[4].c_str());
    }
  }
  std::printf("\nfp32 factors and results\n");
  for (const int row : {0, 1, 2}) {
    const fault what = row == 0 ? fault::none : fault::tf32_factors;
    const bool declared = row == 2;
    std::string cells[5];
    for (const std::int64_t k : {64, 1024, 16384}) {
      const rejected r = gemm_faults(dtype::fp32, dtype::fp32, k).try_all(what, declared);
      const int seen[] = {r.allclose, r.torch, r.elements, r.assay, r.integers};
      for (int i = 0; i < 5; ++i)
        cells[i] += (cells[i].empty() ? "" : "/") + std::to_string(100 * seen[i] / r.trials);
      if (what == fault::none || declared) good = good && r.assay == 0;
    }
    std::printf("  %-24s %14s %14s %14s %14s %14s\n",
                declared ? "tf32, declared" : fault_names[static_cast<int>(what)], cells[0].c_str(),
                cells[1].c_str(), cells[2].c_str(), cells[3].c_str(), cells[4].c_str());
  }
  return good;
}

// ------------------------------------------------------------------------------------------------------
// speeds

/// Seconds of one launch of each, in the same rounds.
std::vector<double> seconds_of(const std::vector<std::function<void()>>& launches) {
  std::vector<assay::measure_job> jobs;
  for (const auto& launch : launches) {
    assay::measure_job job;
    job.launch = launch;
    jobs.push_back(job);
  }
  assay::measure_options options;
  options.time_budget = 0.3;
  std::vector<double> seconds;
  for (const assay::measure_result& r : assay::sampler(gpu(), jobs, options).run())
    seconds.push_back(r.value ? r.value->time().median : std::nan(""));
  return seconds;
}

struct outside {
  double relative, absolute;
  template <class Got>
  __host__ __device__ int operator()(Got got, double expected) const {
    return !(fabs(static_cast<double>(got) - expected) <= absolute + relative * fabs(expected));
  }
};

/// The elements as doubles.
__global__ void widen(dtype type, const void* elements, double* wide, std::int64_t count) {
  for (std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x; i < count;
       i += std::int64_t{gridDim.x} * blockDim.x)
    wide[i] = assay::load_element(type, elements, i);
}

void print_speeds() {
  std::printf("\nspeeds; copy is cudaMemcpyAsync of as many bytes, reads and writes counted\n");
  std::printf("  %-10s %9s  %12s  %20s  %20s  %20s  %20s\n", "elements", "MiB", "copy TB/s", "fill uniform",
              "fill normal", "compare", "Thrust inner_product");
  for (const dtype type : {dtype::fp32, dtype::bf16, dtype::fp16})
    for (const std::int64_t mebibytes : {1, 16, 256, 1024}) {
      const std::int64_t bytes = mebibytes << 20, count = bytes / assay::bytes_for(type, 1);
      const assay::device_buffer data(gpu(), bytes), other(gpu(), bytes), right(gpu(), count * 8);
      // What is right, rounded: every element is compared, none is wrong.
      gpu().fill({data.data(), type, count, assay::integers(-100, 100), 1, 0});
      widen<<<1024, 256, 0, stream()>>>(type, data.data(), static_cast<double*>(right.data()), count);
      assay::compare_job job;
      job.got = data.data();
      job.expected = static_cast<const double*>(right.data());
      job.count = count;
      job.row_length = 4096;
      job.rule = assay::make_rule(tolerance::accumulating(64), type, 58.0, false, 0.0, 0xFF);
      std::vector<std::function<void()>> launches = {
          [&] {
            ASSAY_CUDA_CALL(cudaMemcpyAsync(other.data(), data.data(), static_cast<std::size_t>(bytes),
                                            cudaMemcpyDefault, stream()));
          },
          [&] {
            gpu().fill({other.data(), type, count, assay::uniform(-1, 1), 2, 0});
          },
          [&] {
            gpu().fill({other.data(), type, count, assay::normal(), 2, 0});
          },
          [&] { gpu().compare(job, 0, false); },
      };
      // thrust waits for its result: it is timed with that.
      if (type == dtype::fp32)
        launches.push_back([&] {
          const auto got = thrust::device_pointer_cast(static_cast<const float*>(data.data()));
          const auto expected = thrust::device_pointer_cast(static_cast<const double*>(right.data()));
          volatile int wrong = thrust::inner_product(thrust::cuda::par.on(stream()), got, got + count,
                                                     expected, 0, thrust::plus<int>(), outside{1e-5, 1e-6});
          (void)wrong;
        });
      const std::vector<double> s = seconds_of(launches);
      const double copied = 2.0 * static_cast<double>(bytes) / s[0];
      const auto cell = [&](double moved, double seconds) {
        char text[64];
        std::snprintf(text, sizeof text, "%7.1f us %4.2f %3.0f %%", seconds * 1e6, moved / seconds * 1e-12,
                      100 * moved / seconds / copied);
        return std::string(text);
      };
      const double written = static_cast<double>(bytes), read = written + 8.0 * static_cast<double>(count);
      std::printf("  %-10s %9lld  %12.2f  %20s  %20s  %20s  %20s\n", assay::to_string(type),
                  static_cast<long long>(mebibytes), copied * 1e-12, cell(written, s[1]).c_str(),
                  cell(written, s[2]).c_str(), cell(read, s[3]).c_str(),
                  s.size() > 4 ? cell(read, s[4]).c_str() : "");
      assay::compare_sums sums;
      gpu().read_comparisons(&sums, 1);
      if (sums.mismatched != 0)
        std::printf("  %lld elements were found wrong\n", static_cast<long long>(sums.mismatched));
    }
  const assay::device_buffer data(gpu(), 4096), right(gpu(), 8192);
  gpu().fill({right.data(), dtype::fp64, 1024, assay::integers(-100, 100), 1, 0});
  gpu().fill({data.data(), dtype::fp32, 1024, assay::integers(-100, 100), 1, 0});
  assay::compare_job job;
  job.got = data.data();
  job.expected = static_cast<const double*>(right.data());
  job.count = 1024;
  job.rule = assay::make_rule(tolerance::accumulating(64), dtype::fp32, 58.0, false, 0.0, 0xFF);
  const std::vector<double> floor =
      seconds_of({[&] { gpu().compare(job, 0, false); }, [&] { gpu().compare(job, 0, true); }});
  std::printf("  compare of 1024 elements: %.1f us, with all figures %.1f us\n", floor[0] * 1e6,
              floor[1] * 1e6);
}

// ------------------------------------------------------------------------------------- fuzzing and the
// timing loop

__global__ void twice(std::int64_t n, const float* x, float* y) {
  const std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}
__global__ void twice_in_fp64(std::int64_t n, const float* x, double* y) {
  const std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x;
  if (i < n) y[i] = 2.0 * static_cast<double>(x[i]);
}

std::int64_t case_size = 4096;

template <bool OnDevice>
void body(assay::problem<assay::cuda>& p) {
  const auto n = p.axis("n", {case_size}, assay::at_least(1));
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  if constexpr (OnDevice)
    p.device_oracle(y, [=](cudaStream_t s, double* right) {
      twice_in_fp64<<<static_cast<unsigned>(n / 256 + 1), 256, 0, s>>>(n, x, right);
    });
  else
    p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("twice",
              [=](cudaStream_t s) { twice<<<static_cast<unsigned>(n / 256 + 1), 256, 0, s>>>(n, x, y); });
}

template <bool OnDevice>
assay::record run_one(assay::run_options options) {
  static const assay::problem_definition definition =
      assay::define_problem<assay::cuda, &body<OnDevice>>("twice", assay::source_location::current());
  const assay::ceilings limits = assay::hard_ceilings(gpu().info());
  const assay::plan_item item{&definition, {0}, {{"n", case_size}}, {"twice"}};
  return assay::case_run(gpu(), limits, item, options, [](const std::string&) {}).run().at(0);
}

void print_fuzzing() {
  assay::run_options options;
  options.time = false;
  options.fuzz.trials = 2000;
  const assay::record host = run_one<false>(options), device = run_one<true>(options);
  for (const assay::record* r : {&host, &device})
    std::printf("%s %.0f fuzz trials a second, oracle on the %s (%s)\n", r == &host ? "\n" : "",
                static_cast<double>(r->fuzz->trials) / r->fuzz->seconds, r == &host ? "host" : "device",
                assay::to_string(r->verdict.outcome));
}

void print_checked_times() {
  std::printf("\ntimes with and without checks in the timing loop, three runs each\n");
  for (const std::int64_t n : {std::int64_t{4096}, std::int64_t{1} << 20, std::int64_t{1} << 26}) {
    case_size = n;
    for (int run = 0; run < 3; ++run)
      for (const bool trust : {false, true}) {
        assay::run_options options;
        options.trust = trust;
        const assay::record r = run_one<true>(options);
        if (!r.time) {
          std::printf("  n=%lld: %s\n", static_cast<long long>(n), r.verdict.reason.c_str());
          continue;
        }
        const assay::estimate t = r.time->time();
        std::printf("  n=%-9lld %-8s %9.3f us [%9.3f, %9.3f]", static_cast<long long>(n),
                    trust ? "--trust" : "checked", t.median * 1e6, t.lower.value_or(NAN) * 1e6,
                    t.upper.value_or(NAN) * 1e6);
        if (r.timed_checks)
          std::printf("; %lld launches checked in %.3f s of %.3f s",
                      static_cast<long long>(r.timed_checks->launches), r.timed_checks->seconds,
                      r.time->wall_seconds + r.timed_checks->seconds);
        std::printf("\n");
      }
  }
}

}  // namespace

/// verifier [faults] [speeds] [fuzzing] [timed]: these parts, or all.
int main(int argc, char** argv) {
  try {
    const std::set<std::string> parts(argv + 1, argv + argc);
    const auto wanted = [&](const char* part) { return parts.empty() || parts.count(part) != 0; };
    std::printf("%s\n", gpu().info().name.c_str());
    const bool good = !wanted("faults") || print_faults();
    if (wanted("speeds")) print_speeds();
    if (wanted("fuzzing")) print_fuzzing();
    if (wanted("timed")) print_checked_times();
    return good ? 0 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "verifier: %s\n", e.what());
    return 2;
  }
}
