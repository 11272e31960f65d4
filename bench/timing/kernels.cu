// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The launchers that assay and its peers are given to time: a shared library with a C interface, so that a
// C++ program and Python's ctypes time the same machine code on the same memory.
#include <cuda_runtime.h>
#ifdef TIMING_WITH_CUBLAS
#include <cublas_v2.h>
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace {

// ------------------------------------------------------------------------------------------------------
// kernels

__global__ void empty() {}

__global__ void spin(std::int64_t cycles) {
  const std::int64_t start = clock64();
  while (clock64() - start < cycles) {
  }
}

__global__ void copy(std::int64_t count, const uint4* from, uint4* to) {
  const std::int64_t stride = std::int64_t{gridDim.x} * blockDim.x;
  for (std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x; i < count; i += stride)
    to[i] = from[i];
}

/// The sum of `count` words in one launch: the block that comes last adds up what the others left.
__global__ void reduce(std::int64_t count, const uint4* words, unsigned* partial, unsigned* arrived,
                       unsigned* sum) {
  __shared__ unsigned shared[256];
  __shared__ bool last;
  const auto add_up = [&](unsigned mine) {
    shared[threadIdx.x] = mine;
    __syncthreads();
    for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
      if (threadIdx.x < half) shared[threadIdx.x] += shared[threadIdx.x + half];
      __syncthreads();
    }
    return shared[0];
  };
  unsigned mine = 0;
  const std::int64_t stride = std::int64_t{gridDim.x} * blockDim.x;
  for (std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x; i < count; i += stride) {
    const uint4 word = words[i];
    mine += word.x + word.y + word.z + word.w;
  }
  const unsigned of_block = add_up(mine);
  if (threadIdx.x == 0) {
    partial[blockIdx.x] = of_block;
    __threadfence();
    last = atomicAdd(arrived, 1) == gridDim.x - 1;
  }
  __syncthreads();
  if (!last) return;
  mine = 0;
  for (unsigned b = threadIdx.x; b < gridDim.x; b += blockDim.x)
    mine += static_cast<volatile unsigned*>(partial)[b];
  __syncthreads();
  const unsigned total = add_up(mine);
  if (threadIdx.x == 0) *sum = total, *arrived = 0;
}

// -------------------------------------------------------------------------------------------------------
// memory

/// Device memory that all launchers share, as large as the largest that was set up.
struct {
  std::uint8_t* from = nullptr;
  std::uint8_t* to = nullptr;
  std::int64_t bytes = 0;
  unsigned* partial = nullptr;  // of reduce: one a block, the counter, the sum
  cudaStream_t side[2] = {};
  cudaEvent_t forked = nullptr, joined[2] = {};
#ifdef TIMING_WITH_CUBLAS
  cublasHandle_t cublas = nullptr;
#endif
} memory;

constexpr unsigned multiprocessors =
    132;  // of an H200; grids are the same everywhere, so that rows are comparable
constexpr unsigned most_blocks = multiprocessors * 16;

unsigned blocks_for(std::int64_t words) {
  return static_cast<unsigned>(std::clamp<std::int64_t>((words + 255) / 256, 1, most_blocks));
}

int need(std::int64_t bytes) {
  if (bytes <= memory.bytes) return 0;
  cudaFree(memory.from);
  cudaFree(memory.to);
  memory.from = memory.to = nullptr;
  memory.bytes = 0;
  for (std::uint8_t** data : {&memory.from, &memory.to}) {
    if (const cudaError_t status = cudaMalloc(data, static_cast<std::size_t>(bytes))) return status;
    // As floats about 1e-2: of no special kind, and products of them stay finite.
    if (const cudaError_t status = cudaMemset(*data, 0x3C, static_cast<std::size_t>(bytes))) return status;
  }
  memory.bytes = bytes;
  return cudaDeviceSynchronize();
}

// ----------------------------------------------------------------------------------------------------
// launchers

struct launcher {
  std::string name;
  const char* group;
  std::int64_t bytes = 0;  // of each of the two blocks of memory
  std::function<void(cudaStream_t)> launch;
};

void launch_copy(std::int64_t bytes, std::uint8_t* from, std::uint8_t* to, cudaStream_t stream) {
  const std::int64_t words = bytes / std::int64_t{sizeof(uint4)};
  copy<<<blocks_for(words), 256, 0, stream>>>(words, reinterpret_cast<const uint4*>(from),
                                              reinterpret_cast<uint4*>(to));
}

launcher spin_for(const std::string& name, const char* group, std::int64_t cycles) {
  return {name, group, 0, [=](cudaStream_t s) { spin<<<multiprocessors, 128, 0, s>>>(cycles); }};
}
launcher copy_of(const std::string& name, const char* group, std::int64_t bytes) {
  return {name, group, bytes, [=](cudaStream_t s) { launch_copy(bytes, memory.from, memory.to, s); }};
}

/// Two streams beside the caller's, each with its own kernel.
void fork(cudaStream_t stream, std::int64_t cycles) {
  cudaEventRecord(memory.forked, stream);
  for (int i = 0; i < 2; ++i) {
    cudaStreamWaitEvent(memory.side[i], memory.forked, 0);
    spin<<<multiprocessors / 4, 128, 0, memory.side[i]>>>(cycles * (i + 1));
    cudaEventRecord(memory.joined[i], memory.side[i]);
  }
  for (const cudaEvent_t joined : memory.joined) cudaStreamWaitEvent(stream, joined, 0);
}

#ifdef TIMING_WITH_CUBLAS
launcher gemm(const std::string& name, int m, int n, int k, bool half) {
  const std::int64_t largest = std::int64_t{std::max({m, n, k})} * std::max({m, n, k}) * 4;
  return {name, "several", 2 * largest, [=](cudaStream_t s) {
            const float one = 1.0f, zero = 0.0f;
            const cudaDataType type = half ? CUDA_R_16BF : CUDA_R_32F;
            const void* b = memory.from + memory.bytes / 2;
            cublasSetStream(memory.cublas, s);
            cublasGemmEx(memory.cublas, CUBLAS_OP_N, CUBLAS_OP_N, m, n, k, &one, memory.from, type, m, b,
                         type, k, &zero, memory.to, type, m, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
          }};
}
#endif

std::vector<launcher> make_launchers() {
  constexpr std::int64_t KiB = 1024, MiB = 1024 * KiB, GiB = 1024 * MiB;
  std::vector<launcher> all;

  // One kernel a launch.
  all.push_back({"empty <<<1, 32>>>", "one", 0, [](cudaStream_t s) { empty<<<1, 32, 0, s>>>(); }});
  all.push_back({"empty <<<132, 256>>>", "one", 0, [](cudaStream_t s) { empty<<<132, 256, 0, s>>>(); }});
  all.push_back({"empty <<<4096, 256>>>", "one", 0, [](cudaStream_t s) { empty<<<4096, 256, 0, s>>>(); }});
  for (const std::int64_t thousand : {1, 3, 10, 30, 100})
    all.push_back(spin_for("spin " + std::to_string(thousand) + "k cycles", "one", thousand * 1000));
  all.push_back(copy_of("copy 64 KiB", "one", 64 * KiB));
  all.push_back(copy_of("copy 1 MiB", "one", MiB));
  all.push_back(copy_of("copy 16 MiB", "one", 16 * MiB));
  all.push_back(copy_of("copy 256 MiB", "one", 256 * MiB));
  all.push_back(copy_of("copy 1 GiB", "one", GiB));
  all.push_back({"reduce 16 MiB", "one", 16 * MiB, [](cudaStream_t s) {
                   const std::int64_t words = 16 * MiB / std::int64_t{sizeof(uint4)};
                   unsigned* const p = memory.partial;
                   reduce<<<multiprocessors * 4, 256, 0, s>>>(words,
                                                              reinterpret_cast<const uint4*>(memory.from), p,
                                                              p + most_blocks, p + most_blocks + 1);
                 }});

  // Several kernels, several streams, or what a library chooses.
  all.push_back({"3 copies 1 MiB", "several", MiB, [](cudaStream_t s) {
                   launch_copy(MiB, memory.from, memory.to, s);
                   launch_copy(MiB, memory.to, memory.from, s);
                   launch_copy(MiB, memory.from, memory.to, s);
                 }});
  all.push_back({"8 spins 5k cycles", "several", 0, [](cudaStream_t s) {
                   for (int i = 0; i < 8; ++i) spin<<<multiprocessors, 128, 0, s>>>(5000);
                 }});
  all.push_back({"set and copy 1 MiB", "several", MiB, [](cudaStream_t s) {
                   cudaMemsetAsync(memory.to, 0x3C, MiB, s);
                   launch_copy(MiB, memory.from, memory.to, s);
                 }});
  all.push_back({"fork of 2, 10k and 20k", "several", 0, [](cudaStream_t s) { fork(s, 10000); }});
#ifdef TIMING_WITH_CUBLAS
  all.push_back(gemm("cuBLAS fp32 256", 256, 256, 256, false));
  all.push_back(gemm("cuBLAS bf16 1024", 1024, 1024, 1024, true));
  all.push_back(gemm("cuBLAS bf16 64x64x8192", 64, 64, 8192, true));
  all.push_back(gemm("cuBLAS bf16 4096", 4096, 4096, 4096, true));
#endif

  // Of about 1, 3, 20, 200 µs and 2 ms on an H200 at 1980 MHz.
  const char* const names[] = {"1 us", "3 us", "20 us", "200 us", "2 ms"};
  const std::int64_t cycles[] = {700, 4700, 38000, 394000, 3958000};
  const std::int64_t bytes[] = {64 * KiB, 2 * MiB, 34 * MiB, 376 * MiB, 3800 * MiB};
  for (int i = 0; i < 5; ++i)
    all.push_back(spin_for(std::string("spin ") + names[i], "confidence", cycles[i]));
  for (int i = 0; i < 5; ++i) all.push_back(copy_of(std::string("copy ") + names[i], "confidence", bytes[i]));
  return all;
}

const std::vector<launcher>& launchers() {
  static const std::vector<launcher> all = make_launchers();
  return all;
}

}  // namespace

extern "C" {

int kernel_count() { return static_cast<int>(launchers().size()); }
const char* kernel_name(int index) { return launchers()[static_cast<std::size_t>(index)].name.c_str(); }
/// "one": one kernel a launch. "several": more, or unknown. "confidence": those of time_to_confidence.
const char* kernel_group(int index) { return launchers()[static_cast<std::size_t>(index)].group; }

/// Allocates what a launcher needs; what was set up before stays usable. Returns a cudaError_t or
/// cublasStatus_t.
int kernel_setup(int index) {
  if (!memory.partial) {
    constexpr std::size_t bytes = (most_blocks + 2) * sizeof(unsigned);
    if (const cudaError_t status = cudaMalloc(&memory.partial, bytes)) return status;
    if (const cudaError_t status = cudaMemset(memory.partial, 0, bytes)) return status;
    cudaEventCreateWithFlags(&memory.forked, cudaEventDisableTiming);
    for (int i = 0; i < 2; ++i) {
      // Not ordered with the default stream, on which some of the peers launch.
      cudaStreamCreateWithFlags(&memory.side[i], cudaStreamNonBlocking);
      cudaEventCreateWithFlags(&memory.joined[i], cudaEventDisableTiming);
    }
#ifdef TIMING_WITH_CUBLAS
    if (const cublasStatus_t status = cublasCreate(&memory.cublas)) return status;
#endif
    if (const cudaError_t status = cudaDeviceSynchronize()) return status;
  }
  return need(launchers()[static_cast<std::size_t>(index)].bytes);
}

/// Enqueues one launch on a cudaStream_t. Returns a cudaError_t.
int kernel_launch(int index, void* stream) {
  launchers()[static_cast<std::size_t>(index)].launch(static_cast<cudaStream_t>(stream));
  return cudaGetLastError();
}

/// A call like kernel_launch that does nothing: what it costs to call from Python.
int kernel_nothing(int, void*) { return 0; }
}
