// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The narrow element types against CUDA's own, on the device and on the host.
#include <cuda_runtime.h>

#include <assay/backend/cuda.hpp>  // before CUDA's headers: it declares their types, and has to agree with them

#if __has_include(<cuda_fp4.h>)  // from CUDA 12.8 on
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp4.h>
#include <cuda_fp6.h>
#include <cuda_fp8.h>
#pragma GCC diagnostic pop

#include <assay/backend/device.hpp>
#include <assay/numeric/binary_format.hpp>
#include <assay/numeric/element.hpp>
#include <assay/numeric/float8.hpp>
#include <assay/numeric/random.hpp>
#include <assay/suite/tensor.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace {

using assay::dtype;
using assay::overflow;

static_assert(assay::dtype_of<__half>::value == dtype::fp16 && sizeof(__half) == 2);
static_assert(assay::dtype_of<__nv_bfloat16>::value == dtype::bf16 && sizeof(__nv_bfloat16) == 2);
static_assert(assay::dtype_of<__nv_fp8_e4m3>::value == dtype::fp8_e4m3fn && sizeof(__nv_fp8_e4m3) == 1);
static_assert(assay::dtype_of<__nv_fp8_e5m2>::value == dtype::fp8_e5m2 && sizeof(__nv_fp8_e5m2) == 1);
static_assert(assay::dtype_of<__nv_fp8_e8m0>::value == dtype::e8m0 && sizeof(__nv_fp8_e8m0) == 1);
static_assert(assay::dtype_of<__nv_fp6_e2m3>::value == dtype::fp6_e2m3);
static_assert(assay::dtype_of<__nv_fp6_e3m2>::value == dtype::fp6_e3m2);
static_assert(assay::dtype_of<__nv_fp4_e2m1>::value == dtype::fp4_e2m1);
// A packed tensor's handle gives pairs of fp4, and bytes of fp6: CUDA has no type for four in three bytes.
static_assert(std::is_same_v<decltype(std::declval<assay::tensor<const __nv_fp4_e2m1>>().data()),
                             const __nv_fp4x2_e2m1*>);
static_assert(std::is_same_v<decltype(std::declval<assay::tensor<__nv_fp6_e2m3>>().data()), std::uint8_t*>);
static_assert(sizeof(__nv_fp4x2_e2m1) == 1 && sizeof(__nv_fp6x4_e2m3) == 4);

constexpr dtype types[] = {dtype::fp16,     dtype::bf16,     dtype::fp8_e4m3fn, dtype::fp8_e5m2,
                           dtype::fp6_e2m3, dtype::fp6_e3m2, dtype::fp4_e2m1,   dtype::e8m0};

__host__ __device__ double half_to_double(__half_raw raw) {
  return static_cast<double>(__half2float(static_cast<__half>(raw)));
}
__host__ __device__ double bf16_to_double(__nv_bfloat16_raw raw) {
  return static_cast<double>(__bfloat162float(static_cast<__nv_bfloat16>(raw)));
}

/// What CUDA reads in an encoding.
__host__ __device__ double cuda_decode(dtype type, unsigned bits) {
  const auto byte = static_cast<unsigned char>(bits);
  switch (type) {
    case dtype::fp16: {
      __half_raw raw;
      raw.x = static_cast<unsigned short>(bits);
      return half_to_double(raw);
    }
    case dtype::bf16: {
      __nv_bfloat16_raw raw;
      raw.x = static_cast<unsigned short>(bits);
      return bf16_to_double(raw);
    }
    case dtype::fp8_e4m3fn: return half_to_double(__nv_cvt_fp8_to_halfraw(byte, __NV_E4M3));
    case dtype::fp8_e5m2: return half_to_double(__nv_cvt_fp8_to_halfraw(byte, __NV_E5M2));
    case dtype::fp6_e2m3: return half_to_double(__nv_cvt_fp6_to_halfraw(byte, __NV_E2M3));
    case dtype::fp6_e3m2: return half_to_double(__nv_cvt_fp6_to_halfraw(byte, __NV_E3M2));
    case dtype::fp4_e2m1: return half_to_double(__nv_cvt_fp4_to_halfraw(byte, __NV_E2M1));
    default: return bf16_to_double(__nv_cvt_e8m0_to_bf16raw(byte));
  }
}

/// What CUDA makes of a double. Of e8m0 there is no conversion to nearest: it is compared apart.
__host__ __device__ unsigned cuda_encode(dtype type, double value, overflow beyond) {
  const __nv_saturation_t saturation = beyond == overflow::saturate ? __NV_SATFINITE : __NV_NOSAT;
  switch (type) {
    case dtype::fp16: return static_cast<__half_raw>(__double2half(value)).x;
    case dtype::bf16: return static_cast<__nv_bfloat16_raw>(__double2bfloat16(value)).x;
    case dtype::fp8_e4m3fn: return __nv_cvt_double_to_fp8(value, saturation, __NV_E4M3);
    case dtype::fp8_e5m2: return __nv_cvt_double_to_fp8(value, saturation, __NV_E5M2);
    case dtype::fp6_e2m3: return __nv_cvt_double_to_fp6(value, __NV_E2M3, cudaRoundNearest);
    case dtype::fp6_e3m2: return __nv_cvt_double_to_fp6(value, __NV_E3M2, cudaRoundNearest);
    case dtype::fp4_e2m1: return __nv_cvt_double_to_fp4(value, __NV_E2M1, cudaRoundNearest);
    default: return 0;
  }
}
/// The same from float, which on devices from sm_89 on is one instruction.
__host__ __device__ unsigned cuda_encode_float(dtype type, float value, overflow beyond) {
  const __nv_saturation_t saturation = beyond == overflow::saturate ? __NV_SATFINITE : __NV_NOSAT;
  switch (type) {
    case dtype::fp16: return static_cast<__half_raw>(__float2half_rn(value)).x;
    case dtype::bf16: return static_cast<__nv_bfloat16_raw>(__float2bfloat16_rn(value)).x;
    case dtype::fp8_e4m3fn: return __nv_cvt_float_to_fp8(value, saturation, __NV_E4M3);
    case dtype::fp8_e5m2: return __nv_cvt_float_to_fp8(value, saturation, __NV_E5M2);
    case dtype::fp6_e2m3: return __nv_cvt_float_to_fp6(value, __NV_E2M3, cudaRoundNearest);
    case dtype::fp6_e3m2: return __nv_cvt_float_to_fp6(value, __NV_E3M2, cudaRoundNearest);
    case dtype::fp4_e2m1: return __nv_cvt_float_to_fp4(value, __NV_E2M1, cudaRoundNearest);
    default: return 0;
  }
}

__host__ __device__ unsigned assay_encode(dtype type, double value, overflow beyond) {
  std::uint64_t memory = 0;
  assay::store_element(type, &memory, 0, value, beyond);
  return static_cast<unsigned>(assay::element_bits(type, &memory, 0));
}
__host__ __device__ double assay_decode(dtype type, unsigned bits) {
  const std::uint64_t memory = bits;
  return assay::load_element(type, &memory, 0);
}
/// NaNs with different payloads are the same: CUDA has one for all.
__host__ __device__ bool same_number(dtype type, unsigned a, unsigned b) {
  const double x = assay_decode(type, a), y = assay_decode(type, b);
  return a == b || (x != x && y != y);
}

enum class check : int { decode, encode, encode_float, scale_up, scale_down, pair };

/// Whether assay and CUDA agree on number `index` of a check.
__host__ __device__ bool agree(check what, dtype type, overflow beyond, const double* values,
                               std::int64_t index) {
  if (what == check::decode) {
    const double ours = assay_decode(type, static_cast<unsigned>(index));
    const double theirs = cuda_decode(type, static_cast<unsigned>(index));
    return ours != ours
               ? theirs != theirs
               : __builtin_bit_cast(std::uint64_t, ours) == __builtin_bit_cast(std::uint64_t, theirs);
  }
  if (what == check::pair) {  // a byte of two fp4, the first in the low nibble
    const auto byte = static_cast<std::uint8_t>(index);
    const __half2_raw theirs = __nv_cvt_fp4x2_to_halfraw2(byte, __NV_E2M1);
    __half_raw first, second;
    first.x = theirs.x;
    second.x = theirs.y;
    return assay::load_element(dtype::fp4_e2m1, &byte, 0) == half_to_double(first) &&
           assay::load_element(dtype::fp4_e2m1, &byte, 1) == half_to_double(second);
  }
  const double value = values[index];
  const __nv_saturation_t saturation = beyond == overflow::saturate ? __NV_SATFINITE : __NV_NOSAT;
  switch (what) {
    case check::encode:
      return same_number(type, assay_encode(type, value, beyond), cuda_encode(type, value, beyond));
    case check::encode_float: {
      const float narrow = static_cast<float>(value);
      return same_number(type, assay_encode(type, static_cast<double>(narrow), beyond),
                         cuda_encode_float(type, narrow, beyond));
    }
    case check::scale_up:
      return assay::e8m0_from_double(value, beyond, assay::scale_rounding::up) ==
             __nv_cvt_double_to_e8m0(value, saturation, cudaRoundPosInf);
    default:
      return assay::e8m0_from_double(value, beyond, assay::scale_rounding::down) ==
             __nv_cvt_double_to_e8m0(value, saturation, cudaRoundZero);
  }
}

struct disagreements {
  unsigned long long count;
  unsigned long long first;
};

__global__ void find_disagreements(check what, dtype type, overflow beyond, const double* values,
                                   std::int64_t count, disagreements* found) {
  for (std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x; i < count;
       i += std::int64_t{gridDim.x} * blockDim.x)
    if (!agree(what, type, beyond, values, i)) {
      atomicAdd(&found->count, 1ull);
      atomicMin(&found->first, static_cast<unsigned long long>(i));
    }
}

assay::device& gpu() { return assay::device_of<assay::cuda>(); }

void check_everywhere(check what, dtype type, overflow beyond, const std::vector<double>& values,
                      std::int64_t count) {
  CAPTURE(assay::to_string(type), static_cast<int>(what), static_cast<int>(beyond));
  std::int64_t on_host = 0, first_on_host = -1;
  for (std::int64_t i = 0; i < count; ++i)
    if (!agree(what, type, beyond, values.data(), i) && on_host++ == 0) first_on_host = i;
  if (on_host > 0 && !values.empty())
    UNSCOPED_INFO("first on the host: " << values[static_cast<std::size_t>(first_on_host)]);
  CHECK(on_host == 0);

  const auto bytes = static_cast<std::int64_t>(values.size() * sizeof(double));
  assay::device_buffer input(gpu(), bytes), output(gpu(), sizeof(disagreements));
  disagreements found{0, ~0ull};
  gpu().copy_to_device(input.data(), values.data(), bytes);
  gpu().copy_to_device(output.data(), &found, sizeof found);
  find_disagreements<<<256, 256, 0, static_cast<cudaStream_t>(gpu().stream())>>>(
      what, type, beyond, static_cast<const double*>(input.data()), count,
      static_cast<disagreements*>(output.data()));
  gpu().check_launch();
  gpu().copy_to_host(&found, output.data(), sizeof found);
  if (found.count > 0 && !values.empty()) UNSCOPED_INFO("first on the device: " << values[found.first]);
  CHECK(found.count == 0);
}

/// All numbers of fp16, all of the type, the midpoints between these, what lies beside each, random doubles,
/// and the ends.
std::vector<double> rounding_inputs(dtype type) {
  std::vector<double> positive;
  std::vector<double> numbers;
  for (unsigned code = 0; code < (1u << (assay::bits_of(type) - (type == dtype::e8m0 ? 0 : 1))); ++code)
    if (const double value = assay_decode(type, code); std::isfinite(value)) numbers.push_back(value);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double step = numbers[i] - numbers[i > 0 ? i - 1 : i];
    for (const double exact : {numbers[i], numbers[i] + step / 2, numbers[i] - step / 2})
      for (const double value : {exact, std::nextafter(exact, 0.0), std::nextafter(exact, 1e308)})
        if (value >= 0) positive.push_back(value);
  }
  for (unsigned code = 0; code < 0x7c00; ++code) positive.push_back(assay_decode(dtype::fp16, code));
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    const assay::random_block block = assay::random_at(20260101, 0, i);
    positive.push_back(std::ldexp(1.0 + assay::unit_interval(assay::random_bits(block)),
                                  static_cast<int>(block.word[2] % 300) - 160));
  }
  for (const double end : {0.0, 5e-324, 1e-310, 1e-46, 1e300, 1.7e308}) positive.push_back(end);
  positive.push_back(std::numeric_limits<double>::infinity());
  std::vector<double> values = positive;
  for (const double value : positive) values.push_back(-value);
  values.push_back(std::numeric_limits<double>::quiet_NaN());
  values.push_back(-std::numeric_limits<double>::quiet_NaN());
  return values;
}

}  // namespace

TEST_CASE("every encoding is to assay what it is to CUDA") {
  for (const dtype type : types)
    check_everywhere(check::decode, type, overflow::special, {}, std::int64_t{1} << assay::bits_of(type));
  check_everywhere(check::pair, dtype::fp4_e2m1, overflow::special, {}, 256);
}

TEST_CASE("assay rounds as CUDA's conversions do, from double and from float, saturating or not") {
  for (const dtype type : types) {
    if (type == dtype::e8m0) continue;
    const std::vector<double> values = rounding_inputs(type);
    const auto count = static_cast<std::int64_t>(values.size());
    for (const overflow beyond : {overflow::special, overflow::saturate}) {
      if (beyond == overflow::saturate && assay::bits_of(type) == 16) continue;  // CUDA's do not
      check_everywhere(check::encode, type, beyond, values, count);
      check_everywhere(check::encode_float, type, beyond, values, count);
    }
  }
}

TEST_CASE("e8m0 is rounded up and down as CUDA does") {
  std::vector<double> values = rounding_inputs(dtype::e8m0);
  const auto count = [&] { return static_cast<std::int64_t>(values.size()); };
  check_everywhere(check::scale_up, dtype::e8m0, overflow::saturate, values, count());
  check_everywhere(check::scale_down, dtype::e8m0, overflow::saturate, values, count());
  // Without saturating, zero and negative numbers are NaN to ml_dtypes and assay, but not to CUDA. And what
  // is beyond float is 2^127 to CUDA when it rounds down, because it goes by way of float.
  constexpr double largest_float = std::numeric_limits<float>::max();
  std::erase_if(values,
                [](double value) { return !(value > 0 && (value <= largest_float || std::isinf(value))); });
  check_everywhere(check::scale_up, dtype::e8m0, overflow::special, values, count());
  check_everywhere(check::scale_down, dtype::e8m0, overflow::special, values, count());
}

#endif
