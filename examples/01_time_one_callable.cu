// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// One kernel, timed from a plain main(): no problem is declared, nothing is verified.
#include <assay/backend/cuda.hpp>
#include <assay/measure.hpp>
#include <cstdio>
#include <exception>

__global__ void scale(int n, float a, float* x) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) x[i] *= a;
}

int main() try {
  const int n = 1 << 26;
  assay::device_buffer x(assay::device_of<assay::cuda>(), n * sizeof(float));

  for (const assay::cache_state cache : {assay::cache_state::cold, assay::cache_state::hot}) {
    assay::measure_options options;
    options.cache = cache;
    const assay::measurement time = assay::measure<assay::cuda>(
        [&](cudaStream_t s) { scale<<<1056, 256, 0, s>>>(n, 1.0f, static_cast<float*>(x.data())); }, options);

    // Net, where it could be had: without what the timer itself adds.
    std::printf("scale %d floats, %s caches: %s, %s; %zu samples\n", n, assay::to_string(cache),
                assay::format_time(time.time()).c_str(), time.net ? "net" : "raw", time.samples.size());
    for (const assay::finding& f : time.findings)
      if (f.level != assay::severity::note) std::printf("  %s: %s\n", f.code.c_str(), f.message.c_str());
  }
} catch (const std::exception& e) {
  std::fprintf(stderr, "assay: %s\n", e.what());
  return 6;
}
