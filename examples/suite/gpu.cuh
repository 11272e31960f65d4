// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// What the suite's kernels share, under nvcc and, for the files that gpu.hip includes, under hipcc: the
// backend, packs of 16 bytes, reductions of a block.
#pragma once

#include <assay/assay.hpp>
#include <cmath>
#include <cstdint>

#if defined(__HIPCC__)
#include <hip/hip_bfloat16.h>
#include <hip/hip_runtime.h>

#include <assay/backend/hip.hpp>
using gpu = assay::hip;
using bf16 = hip_bfloat16;
#else
#include <cuda_bf16.h>

#include <assay/backend/cuda.hpp>
using gpu = assay::cuda;
using bf16 = __nv_bfloat16;
#endif
using gpu_stream = gpu::stream_type;

/// Sixteen bytes, which one thread loads or stores at once.
template <class T>
struct alignas(16) pack {
  static constexpr int width = 16 / sizeof(T);
  T value[width];
};

/// How many blocks, `each` to a block, `count` things take.
inline unsigned blocks(std::int64_t count, std::int64_t each) {
  return static_cast<unsigned>((count + each - 1) / each);
}

#if defined(__AMDGCN_WAVEFRONT_SIZE)
inline constexpr int warp_size = __AMDGCN_WAVEFRONT_SIZE;
#else
inline constexpr int warp_size = 32;
#endif

template <class T>
__device__ T shuffle_xor(T value, int mask) {
#if defined(__HIPCC__)
  return __shfl_xor(value, mask);
#else
  return __shfl_xor_sync(0xffffffffu, value, mask);
#endif
}

struct sum_of {
  static constexpr float none = 0.0f;
  __device__ float operator()(float a, float b) const { return a + b; }
};
struct largest_of {
  static constexpr float none = -INFINITY;
  __device__ float operator()(float a, float b) const { return fmaxf(a, b); }
};

/// Of all threads of a warp, for each of them.
template <class Combine>
__device__ float reduce_warp(float value, Combine combine) {
  for (int step = warp_size / 2; step > 0; step /= 2) value = combine(value, shuffle_xor(value, step));
  return value;
}

/// Of all threads of a block, whose number is a multiple of 64 up to 1024, for each of them.
template <class Combine>
__device__ float reduce_block(float value, Combine combine) {
  __shared__ float partial[32];
  value = reduce_warp(value, combine);
  __syncthreads();  // partial may still be read from the reduction before
  if (threadIdx.x % warp_size == 0) partial[threadIdx.x / warp_size] = value;
  __syncthreads();
  const int lane = threadIdx.x % warp_size, warps = blockDim.x / warp_size;
  return reduce_warp(lane < warps ? partial[lane] : Combine::none, combine);
}

/// Σ f(i) for i from 0 to n − 1, by one thread: 256 at a time, since in one long chain what is small would be
/// lost.
template <class Function>
__device__ float sum_alone(std::int64_t n, Function f) {
  float sum = 0;
  for (std::int64_t first = 0; first < n; first += 256) {
    float piece = 0;
    for (std::int64_t i = first; i < n && i < first + 256; ++i) piece += f(i);
    sum += piece;
  }
  return sum;
}

/// A number of packs as a type.
template <int Packs>
struct pack_count {
  static constexpr int value = Packs;
};

/// Calls `launch(pack_count<Packs>(), threads)` so that a block of that many threads holds a row of `columns`
/// elements in its registers, that many packs a thread. False, and nothing is called, where rows do not begin
/// at multiples of 16 bytes or are too long.
template <class T, class Launch>
bool in_registers(std::int64_t columns, Launch launch) {
  if (columns % pack<T>::width != 0) return false;
  const std::int64_t packs = columns / pack<T>::width;
  if (packs <= 256)
    launch(pack_count<1>(), packs <= 64 ? 64 : packs <= 128 ? 128 : 256);
  else if (packs <= 1024)
    launch(pack_count<4>(), 256);
  else if (packs <= 4096)
    launch(pack_count<4>(), 1024);
  else if (packs <= 8192)
    launch(pack_count<8>(), 1024);
  else
    return false;
  return true;
}

/// A row in the registers of a block: thread t has the packs t, t + blockDim.x, …
template <class T, int Packs>
struct row_registers {
  pack<T> held[Packs];
  int packs;  ///< of the row

  __device__ row_registers(const T* row, std::int64_t columns)
      : packs(static_cast<int>(columns / pack<T>::width)) {
    for (int p = 0; p < Packs; ++p)
      if (const int at = threadIdx.x + p * blockDim.x; at < packs)
        held[p] = reinterpret_cast<const pack<T>*>(row)[at];
  }
  /// Calls `use(value)` for each element that this thread has.
  template <class Use>
  __device__ void each(Use use) const {
    for (int p = 0; p < Packs; ++p)
      if (static_cast<int>(threadIdx.x + p * blockDim.x) < packs)
        for (int i = 0; i < pack<T>::width; ++i) use(static_cast<float>(held[p].value[i]));
  }
  /// Writes `make(value, column)` for each of them.
  template <class Make>
  __device__ void write(T* row, Make make) const {
    for (int p = 0; p < Packs; ++p)
      if (const int at = threadIdx.x + p * blockDim.x; at < packs) {
        pack<T> out;
        for (int i = 0; i < pack<T>::width; ++i)
          out.value[i] = static_cast<T>(make(static_cast<float>(held[p].value[i]), at * pack<T>::width + i));
        reinterpret_cast<pack<T>*>(row)[at] = out;
      }
  }
};
