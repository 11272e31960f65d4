// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// What does a kernel pay for what the caches hold when it begins? Copies and a reduction, each timed in one
// run whose rounds hold every state in turn: swept by reads; full of dirty lines, as a memset between samples
// leaves them; both; swept or dirty and then discarded; hot; rotating. An empty kernel goes first: what it
// takes more in a state is the timer's share of that state.
#include <algorithm>
#include <assay/backend/cuda.hpp>
#include <assay/backend/cuda_api.hpp>
#include <assay/measure.hpp>
#include <assay/measure/cache.hpp>
#include <assay/measure/gated_sample.hpp>
#include <assay/measure/sampler.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace {

assay::device& gpu() { return assay::device_of<assay::cuda>(); }
cudaStream_t stream() { return assay::cuda::stream(gpu().stream()); }

constexpr int threads = 256;
constexpr std::int64_t mebibyte = 1 << 20;

/// As many blocks as the device holds at a time, or fewer.
unsigned blocks_for(std::int64_t items) {
  const std::int64_t resident = std::int64_t{gpu().info().multiprocessors.value_or(64)} * 8;
  return static_cast<unsigned>(std::clamp<std::int64_t>((items + threads - 1) / threads, 1, resident));
}

__global__ void copy(const uint4* from, uint4* to, std::int64_t words) {
  for (std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x; i < words;
       i += std::int64_t{gridDim.x} * blockDim.x)
    to[i] = from[i];
}

/// Writes one word a block.
__global__ void reduce(const uint4* from, std::int64_t words, unsigned* sums) {
  unsigned sum = 0;
  for (std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x; i < words;
       i += std::int64_t{gridDim.x} * blockDim.x) {
    const uint4 word = from[i];
    sum += word.x + word.y + word.z + word.w;
  }
  __shared__ unsigned all;
  if (threadIdx.x == 0) all = 0;
  __syncthreads();
  atomicAdd(&all, sum);
  __syncthreads();
  if (threadIdx.x == 0) sums[blockIdx.x] = all;
}

/// Drops lines of 128 bytes from L2 without writing them back; their contents are undefined afterwards.
/// PTX ISA, "discard": from sm_80.
__global__ void discard(char* data, std::int64_t lines) {
#if __CUDA_ARCH__ >= 800
  for (std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x; i < lines;
       i += std::int64_t{gridDim.x} * blockDim.x)
    asm volatile("discard.global.L2 [%0], 128;" ::"l"(__cvta_generic_to_global(data + i * 128)) : "memory");
#endif
}

bool can_discard() {
  int major = 0;
  ASSAY_CUDA_CALL(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, gpu().info().index));
  return major >= 8;
}

/// A kernel of which there are several copies of the data.
struct workload {
  std::string name;
  std::function<void(std::size_t copy)> launch;  ///< with that copy of the data
};

/// A state, and what brings the caches into it.
struct state {
  std::string name;
  std::function<void()> prepare;
  bool rotates = false;
};

/// Memory through which the caches are swept, apart from the engine's: the lines that are discarded.
class scratch {
 public:
  explicit scratch(std::int64_t cache) : cache_(cache), data_(gpu(), std::max(gpu().sweep.bytes, cache)) {
    write();
  }
  void read() const { gpu().read_bytes(data_.data(), gpu().sweep.bytes); }
  void write() const { gpu().set_bytes(data_.data(), 0x5A, cache_); }
  void drop() const {
    const std::int64_t lines = data_.bytes() / 128;
    discard<<<blocks_for(lines), threads, 0, stream()>>>(static_cast<char*>(data_.data()), lines);
  }

 private:
  std::int64_t cache_;
  assay::device_buffer data_;
};

/// Times one workload in every state, in the same rounds, and prints a line for each.
void report(const workload& work, const std::vector<state>& states, std::size_t copies) {
  std::vector<assay::measure_job> jobs;
  for (const state& s : states) {
    assay::measure_job job;
    job.name = work.name + ", " + s.name;
    job.before = [&] {
      if (s.prepare)
        s.prepare();
      else if (!s.rotates)
        work.launch(0);  // hot: also the first after another state
    };
    job.launch = [&, next = std::size_t{0}]() mutable { work.launch(s.rotates ? next++ % copies : 0); };
    jobs.push_back(std::move(job));
  }
  assay::measure_options options;
  options.cache = assay::cache_state::hot;  // the jobs prepare the caches themselves
  std::printf("%s\n", work.name.c_str());
  double cold = 0.0, cold_dirty = 0.0;
  const auto results = assay::sampler(gpu(), jobs, options).run();
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (!results[i].value) throw assay::error(jobs[i].name + ": " + results[i].failure);
    const assay::measurement& m = *results[i].value;
    const double time = m.time().median;
    if (i == 0) cold = time;
    if (i == 1) cold_dirty = time;
    const double half = m.raw.lower && m.raw.upper ? (*m.raw.upper - *m.raw.lower) / 2 : 0.0;
    std::printf("  %-24s %9.2f ± %.2f us   %+8.2f us  %+7.1f %%  %s%s\n", states[i].name.c_str(), time * 1e6,
                half * 1e6, (time - cold) * 1e6, 100 * (time / cold - 1), m.net ? "" : "raw ",
                m.gated ? "" : "not gated");
  }
  std::printf("  dirty lines cost %+.2f us, %+.1f %%\n\n", (cold_dirty - cold) * 1e6,
              100 * (cold_dirty / cold - 1));
  std::fflush(stdout);
}

}  // namespace

int main() try {
  const assay::device_info& info = gpu().info();
  const std::int64_t cache = info.last_level_bytes.value_or(info.l2_bytes.value_or(256 * mebibyte));
  {
    assay::sample_timer timer(gpu());
    assay::prove_sweep(gpu(), timer, assay::measure_options{}.gate_timeout);
  }
  const assay::cache_sweep& sweep = gpu().sweep;
  std::printf("%s, last level %.1f MiB\n", info.name.c_str(), static_cast<double>(cache) / mebibyte);
  std::printf(
      "sweep of %.1f MiB: a probe of half the cache takes %.2f us hot, %.2f us swept, %.2f us after four "
      "times the cache: %s\n\n",
      static_cast<double>(sweep.bytes) / mebibyte, sweep.hot_seconds.value_or(0) * 1e6,
      sweep.swept_seconds.value_or(0) * 1e6, sweep.empty_seconds.value_or(0) * 1e6,
      sweep.proven ? "proven" : "NOT proven");

  const scratch lines(cache);
  std::vector<state> states = {{"swept (cold)", [&] { lines.read(); }},
                               {"memset (cold-dirty)", [&] { lines.write(); }},
                               {"memset, then swept", [&] {
                                  lines.write();
                                  gpu().sweep_cache();
                                }}};
  if (can_discard()) {
    states.push_back({"swept, then discarded", [&] {
                        lines.read();
                        lines.drop();
                      }});
    states.push_back({"memset, then discarded", [&] {
                        lines.write();
                        lines.drop();
                      }});
  } else {
    std::printf("left out: discarded lines, which need sm_80\n\n");
  }
  states.push_back({"hot", {}});
  states.push_back({"rotating", {}, true});

  report({"empty kernel", [](std::size_t) { gpu().launch_empty(); }}, states, 1);
  const std::int64_t rotation = assay::rotation_bytes(info);
  for (const auto& [size, is_copy] : {std::pair{1, true}, {8, true}, {64, true}, {8, false}, {64, false}}) {
    const std::int64_t bytes = size * mebibyte, words = bytes / std::int64_t{sizeof(uint4)};
    const std::int64_t touched = is_copy ? 2 * bytes : bytes;
    const std::int64_t copies = (rotation + touched - 1) / touched + 1;
    const assay::device_buffer data(gpu(), copies * touched), sums(gpu(), 1 << 16);
    gpu().set_bytes(data.data(), 1, data.bytes());
    const auto place = [&](std::size_t copy) {
      return reinterpret_cast<uint4*>(static_cast<char*>(data.data()) +
                                      static_cast<std::int64_t>(copy) * touched);
    };
    const std::string text = std::to_string(size) + " MiB";
    if (is_copy)
      report({"copy of " + text,
              [&](std::size_t at) {
                copy<<<blocks_for(words), threads, 0, stream()>>>(place(at), place(at) + words, words);
              }},
             states, static_cast<std::size_t>(copies));
    else
      report({"reduction of " + text,
              [&](std::size_t at) {
                reduce<<<blocks_for(words), threads, 0, stream()>>>(place(at), words,
                                                                    static_cast<unsigned*>(sums.data()));
              }},
             states, static_cast<std::size_t>(copies));
  }
  return sweep.proven ? 0 : 1;
} catch (const std::exception& e) {
  std::fprintf(stderr, "cache_states: %s\n", e.what());
  return 1;
}
