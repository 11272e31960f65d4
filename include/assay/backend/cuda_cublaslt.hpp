// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cublasLt.h>
#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "assay/backend/ceiling_job.hpp"
#include "assay/core/error.hpp"
#include "assay/core/version.hpp"
#include "assay/numeric/dtype.hpp"

/// Runs a call of cuBLASLt and throws device_error with its text and status when it fails.
#define ASSAY_CUBLASLT_CALL(call) \
  ::assay::cublaslt_product::check((call), #call, __FILE__ ":" ASSAY_DETAIL_STRING(__LINE__))

namespace assay {

/// A matrix product C = A × Bᵀ of cuBLASLt: A is m × k and B is n × k, both row by row, C is m × n, column by
/// column (the layout that all types have). Accumulates in fp32, int8 in int32.
class cublaslt_product {
 public:
  static void check(cublasStatus_t status, const char* call, const char* where) {
    if (status != CUBLAS_STATUS_SUCCESS)
      throw device_error(call, cublasLtGetStatusName(status), cublasLtGetStatusString(status), where);
  }
  [[nodiscard]] static std::string version() {
    const std::size_t number = cublasLtGetVersion();
    return "cuBLASLt " + std::to_string(number / 10000) + "." + std::to_string(number / 100 % 100) + "." +
           std::to_string(number % 100);
  }

  /// Asks the library for algorithms. Throws device_error where it knows none.
  cublaslt_product(dtype type, std::int64_t m, std::int64_t n, std::int64_t k) {
    const bool integers = type == dtype::int8;
    const cublasComputeType_t compute = integers              ? CUBLAS_COMPUTE_32I
                                        : type == dtype::tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32
                                                              : CUBLAS_COMPUTE_32F;
    integers_ = integers;
    ASSAY_CUBLASLT_CALL(cublasLtCreate(&handle_));
    ASSAY_CUBLASLT_CALL(cublasLtMatmulDescCreate(&product_, compute, integers ? CUDA_R_32I : CUDA_R_32F));
    const cublasOperation_t transpose = CUBLAS_OP_T;
    ASSAY_CUBLASLT_CALL(
        cublasLtMatmulDescSetAttribute(product_, CUBLASLT_MATMUL_DESC_TRANSA, &transpose, sizeof transpose));
    const cudaDataType_t operand = data_type(type);
    ASSAY_CUBLASLT_CALL(cublasLtMatrixLayoutCreate(&a_, operand, static_cast<std::uint64_t>(k),
                                                   static_cast<std::uint64_t>(m), k));
    ASSAY_CUBLASLT_CALL(cublasLtMatrixLayoutCreate(&b_, operand, static_cast<std::uint64_t>(k),
                                                   static_cast<std::uint64_t>(n), k));
    ASSAY_CUBLASLT_CALL(cublasLtMatrixLayoutCreate(&c_, data_type(library_product_size::result_type(type)),
                                                   static_cast<std::uint64_t>(m),
                                                   static_cast<std::uint64_t>(n), m));
    cublasLtMatmulPreference_t preference = nullptr;
    ASSAY_CUBLASLT_CALL(cublasLtMatmulPreferenceCreate(&preference));
    const auto workspace = static_cast<std::size_t>(library_product_size::workspace);
    cublasLtMatmulPreferenceSetAttribute(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &workspace,
                                         sizeof workspace);
    const cublasStatus_t status = cublasLtMatmulAlgoGetHeuristic(
        handle_, product_, a_, b_, c_, c_, preference, most_algorithms, algorithms_, &found_);
    static_cast<void>(cublasLtMatmulPreferenceDestroy(preference));
    if (found_ == 0) check(status, "cublasLtMatmulAlgoGetHeuristic", "");
  }
  cublaslt_product(const cublaslt_product&) = delete;
  cublaslt_product& operator=(const cublaslt_product&) = delete;
  ~cublaslt_product() {
    cublasLtMatrixLayoutDestroy(a_);
    cublasLtMatrixLayoutDestroy(b_);
    cublasLtMatrixLayoutDestroy(c_);
    cublasLtMatmulDescDestroy(product_);
    cublasLtDestroy(handle_);
  }

  /// That the library proposes, best first.
  [[nodiscard]] int algorithms() const { return found_; }

  /// `workspace` holds library_product_size::workspace bytes.
  void launch(int algorithm, const void* a, const void* b, void* c, void* workspace,
              cudaStream_t stream) const {
    const float one = 1.0f, zero = 0.0f;
    const std::int32_t whole_one = 1, whole_zero = 0;
    if (algorithm < 0 || algorithm >= found_)
      throw error("the library proposes " + std::to_string(found_) + " algorithms, and none of number " +
                  std::to_string(algorithm));
    ASSAY_CUBLASLT_CALL(cublasLtMatmul(
        handle_, product_, integers_ ? static_cast<const void*>(&whole_one) : &one, a, a_, b, b_,
        integers_ ? static_cast<const void*>(&whole_zero) : &zero, c, c_, c, c_, &algorithms_[algorithm].algo,
        workspace, static_cast<std::size_t>(library_product_size::workspace), stream));
  }

  /// The product of a ceiling. Its plan is made at the first launch, and kept.
  static void launch(const ceiling_job& job, cudaStream_t stream) {
    using extents = library_product_size;
    static std::unique_ptr<cublaslt_product> plans[dtype_count];
    const dtype type = job.probe.type;
    std::unique_ptr<cublaslt_product>& plan = plans[static_cast<std::size_t>(type)];
    if (!plan) plan = std::make_unique<cublaslt_product>(type, extents::side, extents::side, extents::side);
    auto* const a = static_cast<std::uint8_t*>(job.data);
    std::uint8_t* const b = a + extents::operand_bytes(type);
    std::uint8_t* const c = b + extents::operand_bytes(type);
    plan->launch(job.probe.configuration, a, b, c, a + extents::bytes(type) - extents::workspace, stream);
  }

 private:
  static cudaDataType_t data_type(dtype type) {
    switch (type) {
      case dtype::bf16: return CUDA_R_16BF;
      case dtype::fp16: return CUDA_R_16F;
      case dtype::fp8_e4m3fn: return CUDA_R_8F_E4M3;
      case dtype::int8: return CUDA_R_8I;
      case dtype::int32: return CUDA_R_32I;
      default: return CUDA_R_32F;
    }
  }

  cublasLtHandle_t handle_ = nullptr;
  cublasLtMatmulDesc_t product_ = nullptr;
  cublasLtMatrixLayout_t a_ = nullptr, b_ = nullptr, c_ = nullptr;
  // No vector: cudafe++ of CUDA 13.0 fails on vectors of this type in C++20.
  static constexpr int most_algorithms = 8;
  cublasLtMatmulHeuristicResult_t algorithms_[most_algorithms] = {};
  int found_ = 0;
  bool integers_ = false;
};

}  // namespace assay
