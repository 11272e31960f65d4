// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// No runtime header: the same on the host, where it is tested.
#include "assay/core/host_device.hpp"

namespace assay {

/// A value and what rounding took from it: together exact.
struct float_pair {
  float value;
  float error;
};

namespace detail {

/// One rounding each, that the compiler may neither reorder nor contract, whatever it was told about fast
/// arithmetic.
[[nodiscard]] ASSAY_HOST_DEVICE inline float rounded_sum(float a, float b) {
#if defined(__CUDA_ARCH__)
  return __fadd_rn(a, b);
#elif defined(__HIP_DEVICE_COMPILE__)
#pragma clang fp contract(off) reassociate(off)
  return a + b;
#else
  const volatile float sum = a + b;
  return sum;
#endif
}
[[nodiscard]] ASSAY_HOST_DEVICE inline float rounded_product(float a, float b) {
#if defined(__CUDA_ARCH__)
  return __fmul_rn(a, b);
#elif defined(__HIP_DEVICE_COMPILE__)
#pragma clang fp contract(off) reassociate(off)
  return a * b;
#else
  const volatile float product = a * b;
  return product;
#endif
}

}  // namespace detail

/// a + b = value + error, exactly, unless it overflows. Knuth, The Art of Computer Programming 2, 4.2.2,
/// theorem B (Møller's TwoSum).
[[nodiscard]] ASSAY_HOST_DEVICE inline float_pair two_sum(float a, float b) {
  const float sum = detail::rounded_sum(a, b);
  const float of_b = detail::rounded_sum(sum, -a);
  const float of_a = detail::rounded_sum(sum, -of_b);
  return {sum, detail::rounded_sum(detail::rounded_sum(a, -of_a), detail::rounded_sum(b, -of_b))};
}

/// a·b = value + error, exactly, unless the product overflows or its error is below 2^-149.
[[nodiscard]] ASSAY_HOST_DEVICE inline float_pair two_product(float a, float b) {
  const float product = detail::rounded_product(a, b);
  return {product, __builtin_fmaf(a, b, -product)};
}

/// Sums and dot products in fp32 with about twice its precision, for device oracles where fp64 is slow (1/64
/// of fp32 on GeForce): the result is as if computed with 48 bits and then rounded, |error| ≲ 2^-48·Σ|terms|
/// times the number of terms. Ogita, Rump, Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26
/// (2005), algorithms 4.4 and 5.3.
///
///   assay::compensated_sum sum;
///   for (std::int64_t j = 0; j < k; ++j) sum.add_product(a[j], b[j]);
///   expected[i] = sum.value();
///
/// Compile oracles without --use_fast_math: it flushes subnormals, and with them the low parts of small sums.
class compensated_sum {
 public:
  ASSAY_HOST_DEVICE void add(float term) {
    const float_pair sum = two_sum(high_, term);
    high_ = sum.value;
    low_ = detail::rounded_sum(low_, sum.error);
  }
  ASSAY_HOST_DEVICE void add_product(float a, float b) {
    const float_pair product = two_product(a, b);
    add(product.value);
    low_ = detail::rounded_sum(low_, product.error);
  }
  /// Another part of the same sum, as threads have of one.
  ASSAY_HOST_DEVICE void add(const compensated_sum& part) {
    add(part.high_);
    low_ = detail::rounded_sum(low_, part.low_);
  }
  [[nodiscard]] ASSAY_HOST_DEVICE double value() const {
    return static_cast<double>(high_) + static_cast<double>(low_);
  }

 private:
  float high_ = 0.0f, low_ = 0.0f;
};

}  // namespace assay
