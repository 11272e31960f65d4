// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// NVIDIA's own libraries, which choose their kernels, streams and orders themselves.
#include <cublas_v2.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <cstdint>
#include <cub/device/device_histogram.cuh>
#include <cub/device/device_radix_sort.cuh>
#include <cub/device/device_scan.cuh>
#include <cub/device/device_segmented_reduce.cuh>
#include <memory>
#include <stdexcept>

#include "exhibit.hpp"
#include "kernels.cuh"
#include "problems.hpp"

namespace {

using std::int64_t;

void check_blas(cublasStatus_t status) {
  if (status != CUBLAS_STATUS_SUCCESS) throw std::runtime_error(cublasGetStatusString(status));
}

/// A handle, with a workspace of its own for the stream of every call.
class blas {
 public:
  blas() {
    check_blas(cublasCreate(&handle_));
    // Or partial sums of a 16-bit product are rounded to 16 bits where k is cut, which is not what is
    // declared.
    check_blas(cublasSetMathMode(handle_, CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION));
  }
  blas(blas&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  blas& operator=(blas&&) = delete;
  ~blas() {
    if (handle_) cublasDestroy(handle_);
  }
  /// C = A·B, row-major, which for column-major cuBLAS is Cᵀ = Bᵀ·Aᵀ.
  void gemm(cudaStream_t s, int64_t m, int64_t n, int64_t k, cudaDataType in, const void* a, const void* b,
            cudaDataType out, void* c) {
    const float one = 1.0f, zero = 0.0f;
    check_blas(cublasSetStream(handle_, s));
    check_blas(cublasGemmEx_64(handle_, CUBLAS_OP_N, CUBLAS_OP_N, n, m, k, &one, b, in, n, a, in, k, &zero, c,
                               out, n, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
  }
  void row_sums(cudaStream_t s, int64_t rows, int64_t columns, const float* x, const float* ones, float* y) {
    const float one = 1.0f, zero = 0.0f;
    check_blas(cublasSetStream(handle_, s));
    check_blas(cublasSgemv_64(handle_, CUBLAS_OP_T, columns, rows, &one, x, columns, ones, 1, &zero, y, 1));
  }

 private:
  cublasHandle_t handle_ = nullptr;
};

/// Calls `algorithm(scratch, bytes)` for the size first and then, with memory in stream order, for the
/// result.
template <class Algorithm>
void run_cub(cudaStream_t s, const Algorithm& algorithm) {
  std::size_t bytes = 0;
  zoo::check_cuda(algorithm(nullptr, bytes));
  void* scratch = nullptr;
  zoo::check_cuda(cudaMallocAsync(&scratch, bytes > 0 ? bytes : 1, s));
  const cudaError_t status = algorithm(scratch, bytes);
  zoo::check_cuda(cudaFreeAsync(scratch, s));
  zoo::check_cuda(status);
}

/// Where each row begins, and the last ends.
__global__ void row_offsets(int64_t rows, int64_t columns, int64_t* offsets) {
  for (zoo::each_index r; r <= rows; r.next()) offsets[r] = r * columns;
}
__global__ void fill_ones(int64_t n, float* y) {
  for (zoo::each_index i; i < n; i.next()) y[i] = 1.0f;
}
__global__ void count_up(int64_t n, std::int32_t* y) {
  for (zoo::each_index i; i < n; i.next()) y[i] = static_cast<std::int32_t>(i);
}

template <class T>
constexpr cudaDataType data_type = sizeof(T) == 4 ? CUDA_R_32F : CUDA_R_16BF;
template <>
constexpr cudaDataType data_type<__half> = CUDA_R_16F;

}  // namespace

ASSAY_PROBLEM("libraries: gemm", assay::cuda, p) {
  p.type_axis<float, __half, __nv_bfloat16>("T", [&](auto type) {
    using T = typename decltype(type)::type;
    const bool matrix_units = sizeof(T) == 2;  // which truncate
    const auto t =
        zoo::gemm<T, T>(p, 512, assay::tolerance::accumulating(1, assay::dtype::fp32, matrix_units));
    zoo::honest(
        p, "cuBLAS", "vendor library", [] { return blas(); },
        [=](cudaStream_t s, blas& library) {
          library.gemm(s, t.m, t.n, t.k, data_type<T>, t.a, t.b, data_type<T>, t.c);
        });
  });
}

ASSAY_PROBLEM("libraries: gemm of halves into fp32", assay::cuda, p) {
  const auto t =
      zoo::gemm<__half, float>(p, 512, assay::tolerance::accumulating(1, assay::dtype::fp32, true));
  zoo::honest(
      p, "cuBLAS", "vendor library", [] { return blas(); },
      [=](cudaStream_t s, blas& library) {
        library.gemm(s, t.m, t.n, t.k, CUDA_R_16F, t.a, t.b, CUDA_R_32F, t.c);
      });
}

ASSAY_PROBLEM("libraries: row sums", assay::cuda, p) {
  const auto t = zoo::row_sums(p, 512, 4000);
  const auto ones = p.workspace(t.columns * 4), offsets = p.workspace((t.rows + 1) * 8);
  zoo::honest(p, "CUB", "vendor library", [=](cudaStream_t s) {
    auto* const begin = static_cast<int64_t*>(offsets.data());
    row_offsets<<<zoo::blocks, zoo::threads, 0, s>>>(t.rows, t.columns, begin);
    run_cub(s, [=](void* scratch, std::size_t& bytes) {
      return cub::DeviceSegmentedReduce::Sum(scratch, bytes, t.x.data(), t.y.data(), t.rows, begin, begin + 1,
                                             s);
    });
  });
  zoo::honest(
      p, "cuBLAS, times a vector of ones", "vendor library", [] { return blas(); },
      [=](cudaStream_t s, blas& library) {
        auto* const vector = static_cast<float*>(ones.data());
        fill_ones<<<zoo::blocks, zoo::threads, 0, s>>>(t.columns, vector);
        library.row_sums(s, t.rows, t.columns, t.x, vector, t.y);
      });
}

ASSAY_PROBLEM("libraries: scan", assay::cuda, p) {
  const auto t = zoo::inclusive_scan(p, 100'003);
  zoo::honest(p, "CUB", "decoupled look-back", [=](cudaStream_t s) {
    run_cub(s, [=](void* scratch, std::size_t& bytes) {
      return cub::DeviceScan::InclusiveSum(scratch, bytes, t.x.data(), t.y.data(), t.n, s);
    });
  });
}

ASSAY_PROBLEM("libraries: histogram", assay::cuda, p) {
  const auto t = zoo::histogram(p, 100'003, 64);
  zoo::honest(p, "CUB", "integer atomics", [=](cudaStream_t s) {
    run_cub(s, [=](void* scratch, std::size_t& bytes) {
      return cub::DeviceHistogram::HistogramEven(scratch, bytes, t.x.data(), t.y.data(), 65, 0, 64, t.n, s);
    });
  });
}

ASSAY_PROBLEM("libraries: stable order", assay::cuda, p) {
  const auto t = zoo::stable_order(p, 100'003);
  const auto positions = p.workspace(t.n * 4), keys = p.workspace(t.n * 4);
  zoo::honest(p, "CUB radix sort", "ties", [=](cudaStream_t s) {
    auto* const from = static_cast<std::int32_t*>(positions.data());
    auto* const sorted = static_cast<std::int32_t*>(keys.data());
    count_up<<<zoo::blocks, zoo::threads, 0, s>>>(t.n, from);
    run_cub(s, [=](void* scratch, std::size_t& bytes) {
      return cub::DeviceRadixSort::SortPairs(scratch, bytes, t.x.data(), sorted,
                                             static_cast<const std::int32_t*>(from), t.y.data(), t.n, 0, 32,
                                             s);
    });
  });
}
