// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Chains after a matrix product, in bf16: bias and GELU (the approximation by tanh, as in GPT-2), bias and
// ReLU (cuBLASLt has that one), and what ends a Transformer's layer: scale, residual and RMSNorm. Shapes:
// GPT-2 XL, Llama 3 8B.
#include <cublasLt.h>

#include "../cublas_handle.hpp"
#include "product.cuh"

namespace {

using large = tiling<128, 128, 64, 32>;

/// x · σ(2u), which is x/2 · (1 + tanh u) without its cancellation.
struct bias_gelu {
  const bf16* bias;
  __device__ float operator()(std::int64_t, std::int64_t column, float sum) const {
    const float x = sum + static_cast<float>(bias[column]);
    return x / (1.0f + expf(-1.5957691216f * (x + 0.044715f * x * x * x)));
  }
};
struct bias_relu {
  const bf16* bias;
  __device__ float operator()(std::int64_t, std::int64_t column, float sum) const {
    return fmaxf(sum + static_cast<float>(bias[column]), 0.0f);
  }
};
struct add_residual {
  const bf16* residual;
  std::int64_t columns;
  float scale;
  __device__ float operator()(std::int64_t row, std::int64_t column, float sum) const {
    return static_cast<float>(residual[row * columns + column]) + scale * sum;
  }
};

/// A kernel of its own for what the others do within the product.
template <class Finish>
__global__ void finish_kernel(std::int64_t rows, std::int64_t columns, const float* sums, bf16* y,
                              Finish finish) {
  const std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (i < rows * columns) y[i] = bf16(finish(i / columns, i % columns, sums[i]));
}

/// C = A·B in fp32 from bf16, row-major.
void multiply_cublas(cublas& library, cudaStream_t s, std::int64_t m, std::int64_t n, std::int64_t k,
                     const bf16* a, const bf16* b, float* c) {
  const float one = 1.0f, zero = 0.0f;
  check(cublasSetStream(library.handle, s));
  check(cublasGemmEx_64(library.handle, CUBLAS_OP_N, CUBLAS_OP_N, n, m, k, &one, b, CUDA_R_16BF, n, a,
                        CUDA_R_16BF, k, &zero, c, CUDA_R_32F, n, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
}

/// cuBLASLt's product with bias and ReLU, row-major. Everything but the pointers is found once.
class product_lt {
 public:
  product_lt(std::int64_t m, std::int64_t n, std::int64_t k) {
    const cublasLtEpilogue_t epilogue = CUBLASLT_EPILOGUE_RELU_BIAS;
    check(cublasLtCreate(&handle_));
    check(cublasLtMatmulDescCreate(&product_, CUBLAS_COMPUTE_32F, CUDA_R_32F));
    check(
        cublasLtMatmulDescSetAttribute(product_, CUBLASLT_MATMUL_DESC_EPILOGUE, &epilogue, sizeof epilogue));
    const auto rows = [](std::int64_t count) { return static_cast<std::uint64_t>(count); };
    check(cublasLtMatrixLayoutCreate(&a_, CUDA_R_16BF, rows(k), rows(m), k));  // column-major: Aᵀ, Bᵀ, Cᵀ
    check(cublasLtMatrixLayoutCreate(&b_, CUDA_R_16BF, rows(n), rows(k), n));
    check(cublasLtMatrixLayoutCreate(&c_, CUDA_R_16BF, rows(n), rows(m), n));
  }
  product_lt(const product_lt&) = delete;
  product_lt& operator=(const product_lt&) = delete;
  ~product_lt() {
    for (const cublasLtMatrixLayout_t one : {a_, b_, c_}) cublasLtMatrixLayoutDestroy(one);
    cublasLtMatmulDescDestroy(product_);
    cublasLtDestroy(handle_);
  }

  void launch(cudaStream_t s, const bf16* a, const bf16* b, const bf16* bias, bf16* c) {
    const float one = 1.0f, zero = 0.0f;
    check(cublasLtMatmulDescSetAttribute(product_, CUBLASLT_MATMUL_DESC_BIAS_POINTER, &bias, sizeof bias));
    check(cublasLtMatmul(handle_, product_, &one, b, b_, a, a_, &zero, c, c_, c, c_, nullptr, nullptr, 0, s));
  }

 private:
  cublasLtHandle_t handle_ = nullptr;
  cublasLtMatmulDesc_t product_ = nullptr;
  cublasLtMatrixLayout_t a_ = nullptr, b_ = nullptr, c_ = nullptr;
};

/// A block a row, which the block holds in registers: y = x/√(mean x² + ε) · weight.
template <int Packs>
__global__ void __launch_bounds__(1024)
    rmsnorm_registers(std::int64_t columns, const float* x, const bf16* weight, bf16* y) {
  const row_registers<float, Packs> row(x + blockIdx.x * columns, columns);
  float squares = 0;
  row.each([&](float value) { squares += value * value; });
  const float factor = rsqrtf(reduce_block(squares, sum_of()) / static_cast<float>(columns) + 1e-5f);
  y += blockIdx.x * columns;
  for (int p = 0; p < Packs; ++p)
    if (const int at = threadIdx.x + p * blockDim.x; at < row.packs)
      for (int i = 0; i < 4; i += 2) {
        const int column = at * 4 + i;
        *reinterpret_cast<std::uint32_t*>(y + column) =
            packed(row.held[p].value[i] * factor * static_cast<float>(weight[column]),
                   row.held[p].value[i + 1] * factor * static_cast<float>(weight[column + 1]));
      }
}

/// The same for rows of any length; and with scale and residual, x += residual, where that is not done yet.
__global__ void rmsnorm_block(std::int64_t columns, float scale, const bf16* residual, float* x,
                              const bf16* weight, bf16* y) {
  x += blockIdx.x * columns, y += blockIdx.x * columns;
  if (residual) residual += blockIdx.x * columns;
  float squares = 0;
  for (std::int64_t i = threadIdx.x; i < columns; i += blockDim.x) {
    if (residual) x[i] = static_cast<float>(residual[i]) + scale * x[i];
    squares += x[i] * x[i];
  }
  const float factor = rsqrtf(reduce_block(squares, sum_of()) / static_cast<float>(columns) + 1e-5f);
  for (std::int64_t i = threadIdx.x; i < columns; i += blockDim.x)
    y[i] = bf16(x[i] * factor * static_cast<float>(weight[i]));
}

/// The oracle on the device, in fp64: the row before its norm, an element a thread, and then the norm, a
/// block a row.
__global__ void residual_in_fp64(std::int64_t n, std::int64_t k, const bf16* a, const bf16* b,
                                 const bf16* residual, double scale, double* x) {
  const std::int64_t column = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x, row = blockIdx.y;
  if (column >= n) return;
  double sum = 0;
  for (std::int64_t i = 0; i < k; ++i)
    sum += static_cast<double>(static_cast<float>(a[row * k + i])) *
           static_cast<double>(static_cast<float>(b[i * n + column]));
  x[row * n + column] = static_cast<double>(static_cast<float>(residual[row * n + column])) + scale * sum;
}
__global__ void __launch_bounds__(256) rmsnorm_in_fp64(std::int64_t columns, const bf16* weight, double* x) {
  __shared__ double partial[256];
  x += blockIdx.x * columns;
  double squares = 0;
  for (std::int64_t i = threadIdx.x; i < columns; i += 256) squares += x[i] * x[i];
  partial[threadIdx.x] = squares;
  for (int step = 128; step > 0; step /= 2) {
    __syncthreads();
    if (threadIdx.x < step) partial[threadIdx.x] += partial[threadIdx.x + step];
  }
  __syncthreads();
  const double factor = 1.0 / sqrt(partial[0] / static_cast<double>(columns) + 1e-5);
  for (std::int64_t i = threadIdx.x; i < columns; i += 256)
    x[i] *= factor * static_cast<double>(static_cast<float>(weight[i]));
}

}  // namespace

ASSAY_PROBLEM("matmul bias gelu", gpu, p) {
  const auto shape = p.axes({"m", "n", "k"}, {{4096, 6400, 1600}, {8192, 6400, 1600}},
                            {assay::at_least(1), assay::at_least(1), assay::at_least(1)});
  const auto m = shape[0], n = shape[1], k = shape[2];
  const auto a = p.input<bf16>("a", {m, k}, assay::normal());
  const auto b = p.input<bf16>("b", {k, n}, assay::normal(0, 0.05));
  const auto bias = p.input<bf16>("bias", {n}, assay::normal());
  const auto y = p.output<bf16>("y", {m, n});
  const auto sums = p.workspace(m * n * 4);
  p.work(assay::work::gemm{m, n, k}.inputs<bf16>());
  p.tolerance(assay::tolerance::gemm(k));
  p.oracle(y, [=](auto at, std::int64_t i) {
    double x = at(bias)[i % n];
    for (std::int64_t j = 0; j < k; ++j) x += at(a)[i / n * k + j] * at(b)[j * n + i % n];
    return x / (1.0 + std::exp(-1.5957691216057308 * (x + 0.044715 * x * x * x)));
  });
  p.baseline(
      "cublas, then the rest", [] { return cublas(); },
      [=](gpu_stream s, cublas& library) {
        auto* const c = static_cast<float*>(sums.data());
        multiply_cublas(library, s, m, n, k, a, b, c);
        finish_kernel<<<blocks(m * n, 256), 256, 0, s>>>(m, n, c, y.data(), bias_gelu{bias});
      });
  p.candidate("naive", [=](gpu_stream s) {
    product_naive<false>(m, n, k, dense{a, m, k}, dense{b, k, n}, y.data(), s, bias_gelu{bias});
  });
  p.candidate("tensor cores", [=](gpu_stream s) {
    product<large>(m, n, k, dense{a, m, k}, dense{b, k, n}, y.data(), s, bias_gelu{bias});
  });
}

ASSAY_PROBLEM("matmul bias relu", gpu, p) {
  const auto shape =
      p.axes({"m", "n", "k"}, {{8192, 4096, 4096}},
             {assay::at_least(1), assay::multiples_of(8), assay::multiples_of(8)});  // cuBLASLt's
  const auto m = shape[0], n = shape[1], k = shape[2];
  const auto a = p.input<bf16>("a", {m, k}, assay::normal());
  const auto b = p.input<bf16>("b", {k, n}, assay::normal());
  const auto bias = p.input<bf16>("bias", {n}, assay::normal(0, 16));
  const auto y = p.output<bf16>("y", {m, n});
  p.work(assay::work::gemm{m, n, k}.inputs<bf16>());
  p.tolerance(assay::tolerance::gemm(k));
  p.oracle(y, [=](auto at, std::int64_t i) {
    double x = at(bias)[i % n];
    for (std::int64_t j = 0; j < k; ++j) x += at(a)[i / n * k + j] * at(b)[j * n + i % n];
    return std::fmax(x, 0.0);
  });
  p.baseline(
      "cublasLt", [=] { return product_lt(m, n, k); },
      [=](gpu_stream s, product_lt& library) { library.launch(s, a, b, bias, y); });
  p.candidate("naive", [=](gpu_stream s) {
    product_naive<false>(m, n, k, dense{a, m, k}, dense{b, k, n}, y.data(), s, bias_relu{bias});
  });
  p.candidate("tensor cores", [=](gpu_stream s) {
    product<large>(m, n, k, dense{a, m, k}, dense{b, k, n}, y.data(), s, bias_relu{bias});
  });
}

ASSAY_PROBLEM("matmul scale residual rmsnorm", gpu, p) {
  const auto shape = p.axes({"m", "n", "k"}, {{4096, 4096, 4096}},
                            {assay::between(1, 65535), assay::at_least(1), assay::at_least(1)});
  const auto m = shape[0], n = shape[1], k = shape[2];
  const float scale = 0.5f;
  const auto a = p.input<bf16>("a", {m, k}, assay::normal());
  const auto b = p.input<bf16>("b", {k, n}, assay::normal(0, 0.02));
  const auto residual = p.input<bf16>("residual", {m, n}, assay::normal());
  const auto weight = p.input<bf16>("weight", {n}, assay::uniform(0.5, 1.5));
  const auto y = p.output<bf16>("y", {m, n});
  const auto sums = p.workspace(m * n * 4);
  p.work(assay::work::gemm{m, n, k}.inputs<bf16>());
  p.tolerance(assay::tolerance::gemm(k + n));  // both sums
  p.device_oracle(y, [=](gpu_stream s, double* expected) {
    residual_in_fp64<<<dim3(blocks(n, 256), static_cast<unsigned>(m)), 256, 0, s>>>(n, k, a, b, residual,
                                                                                    double(scale), expected);
    rmsnorm_in_fp64<<<static_cast<unsigned>(m), 256, 0, s>>>(n, weight, expected);
  });
  const auto grid = static_cast<unsigned>(m);
  p.baseline(
      "cublas, then the rest", [] { return cublas(); },
      [=](gpu_stream s, cublas& library) {
        auto* const c = static_cast<float*>(sums.data());
        multiply_cublas(library, s, m, n, k, a, b, c);
        rmsnorm_block<<<grid, 256, 0, s>>>(n, scale, residual, c, weight, y);
      });
  p.candidate("naive", [=](gpu_stream s) {
    auto* const c = static_cast<float*>(sums.data());
    product_naive<false>(m, n, k, dense{a, m, k}, dense{b, k, n}, c, s);
    rmsnorm_block<<<grid, 256, 0, s>>>(n, scale, residual, c, weight, y);
  });
  p.candidate("tensor cores", [=](gpu_stream s) {
    auto* const c = static_cast<float*>(sums.data());
    product<large>(m, n, k, dense{a, m, k}, dense{b, k, n}, c, s, add_residual{residual, n, scale});
    const bool launched = in_registers<float>(n, [&](auto packs, int threads) {
      rmsnorm_registers<packs.value><<<grid, threads, 0, s>>>(n, c, weight, y);
    });
    if (!launched) rmsnorm_block<<<grid, 256, 0, s>>>(n, scale, nullptr, c, weight, y);
  });
}
