// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// What CUB, which comes with the CUDA toolkit, has for the problems of reduction.cu and scan.cu.
#pragma once

#include <cub/block/block_load.cuh>
#include <cub/block/block_scan.cuh>
#include <cub/block/block_store.cuh>
#include <cub/device/device_reduce.cuh>
#include <stdexcept>

#include "gpu.cuh"

inline void check(cudaError_t status) {
  if (status != cudaSuccess) throw std::runtime_error(cudaGetErrorString(status));
}

/// A sum over all of an array, with the memory that CUB needs for it.
class cub_sum {
 public:
  explicit cub_sum(std::int64_t n) : n_(n) {
    check(cub::DeviceReduce::Sum(nullptr, bytes_, static_cast<const float*>(nullptr),
                                 static_cast<float*>(nullptr), n));
    check(cudaMalloc(&memory_, bytes_));
  }
  cub_sum(const cub_sum&) = delete;
  cub_sum& operator=(const cub_sum&) = delete;
  ~cub_sum() { cudaFree(memory_); }

  void launch(const float* x, float* y, cudaStream_t s) {
    check(cub::DeviceReduce::Sum(memory_, bytes_, x, y, n_, s));
  }

 private:
  std::int64_t n_;
  std::size_t bytes_ = 0;
  void* memory_ = nullptr;
};

/// The sum of the pieces before, which CUB asks for piece by piece.
struct sum_so_far {
  float sum = 0;
  __device__ float operator()(float of_piece) {
    const float before = sum;
    sum += of_piece;
    return before;
  }
};

/// A block of 256 threads a row, by pieces of 2048 elements.
static __global__ void __launch_bounds__(256) cumsum_cub(std::int64_t columns, const float* x, float* y) {
  constexpr int each = 8, piece = 256 * each;
  using load = cub::BlockLoad<float, 256, each, cub::BLOCK_LOAD_WARP_TRANSPOSE>;
  using store = cub::BlockStore<float, 256, each, cub::BLOCK_STORE_WARP_TRANSPOSE>;
  using scan = cub::BlockScan<float, 256>;
  __shared__ union {
    typename load::TempStorage load;
    typename store::TempStorage store;
    typename scan::TempStorage scan;
  } shared;
  x += blockIdx.x * columns, y += blockIdx.x * columns;
  sum_so_far before;
  for (std::int64_t first = 0; first < columns; first += piece) {
    const int valid = static_cast<int>(columns - first < piece ? columns - first : piece);
    float value[each];
    load(shared.load).Load(x + first, value, valid, 0.0f);
    __syncthreads();
    scan(shared.scan).InclusiveSum(value, value, before);
    __syncthreads();
    store(shared.store).Store(y + first, value, valid);
    __syncthreads();
  }
}
