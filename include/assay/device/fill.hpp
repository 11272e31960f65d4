// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

#include "assay/device/runtime.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/verify/fill_value.hpp"

namespace assay {

namespace detail {

/// Two floats, no NaN, as neighbouring elements of a type, rounded to nearest even, the first in the low
/// bits: what filled_tensor stores, in one instruction where there is one.
template <dtype Type>
[[nodiscard]] __device__ inline std::uint32_t packed_pair(float first, float second) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 890
  if constexpr (Type == dtype::fp8_e4m3fn) {
    std::uint16_t packed;
    asm("cvt.rn.satfinite.e4m3x2.f32 %0, %1, %2;" : "=h"(packed) : "f"(second), "f"(first));
    return packed;
  }
#endif
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  if constexpr (Type == dtype::bf16 || Type == dtype::fp16) {
    std::uint32_t packed;
    if constexpr (Type == dtype::bf16)
      asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(packed) : "f"(second), "f"(first));
    else
      asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(packed) : "f"(second), "f"(first));
    return packed;
  }
#endif
  constexpr overflow beyond = fill_overflow(Type);
  const std::uint32_t low = encode(format_of(Type), static_cast<double>(first), beyond);
  return encode(format_of(Type), static_cast<double>(second), beyond) << bits_of(Type) | low;
}

/// 16 bytes of elements.
template <dtype Type>
struct element_vector {
  static constexpr int bits = bits_of(Type), length = 128 / bits;
  std::uint32_t word[4];

  __device__ explicit element_vector(const float (&values)[length]) {
#pragma unroll
    for (int w = 0; w < 4; ++w) {
      const float* const v = values + w * length / 4;
      if constexpr (Type == dtype::fp32)
        word[w] = __builtin_bit_cast(std::uint32_t, v[0]);
      else if constexpr (bits == 16)
        word[w] = packed_pair<Type>(v[0], v[1]);
      else
        word[w] = packed_pair<Type>(v[2], v[3]) << 16 | packed_pair<Type>(v[0], v[1]);
    }
  }
  __device__ void store(void* to) const {
    *static_cast<uint4*>(to) = make_uint4(word[0], word[1], word[2], word[3]);
  }
  /// The first `elements` of them, wherever they lie.
  __device__ void store_apart(void* to, std::int64_t elements) const {
    using element = std::conditional_t<bits == 32, std::uint32_t,
                                       std::conditional_t<bits == 16, std::uint16_t, std::uint8_t>>;
#pragma unroll
    for (int i = 0; i < length; ++i)
      if (i < elements) store_bits(to, i, static_cast<element>(word[i * bits / 32] >> (i * bits % 32)));
  }
};

/// Elements number v·length on.
template <dtype Type, fill_draw::kind How>
[[nodiscard]] __device__ inline element_vector<Type> drawn_vector(const filled_tensor& filled,
                                                                  const filled_tensor::keys& keys,
                                                                  std::int64_t v) {
  constexpr int length = element_vector<Type>::length, in_block = fill_draw::per_block(How);
  static_assert(length % in_block == 0);
  float values[length];
#pragma unroll
  for (int b = 0; b < length / in_block; ++b) {
    const random_block block = filled.block(keys, v * (length / in_block) + b);
#pragma unroll
    for (int i = 0; i < in_block; ++i) values[b * in_block + i] = filled.draw().template value<How>(block, i);
  }
  return element_vector<Type>(values);
}

template <dtype Type, fill_draw::kind How>
__device__ inline void fill_drawn(const filled_tensor& filled, const filled_tensor::keys& keys, void* data) {
  constexpr std::int64_t length = element_vector<Type>::length;
  static_assert(shared_by_data_sets % length == 0);
  const std::int64_t thread = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x;
  const std::int64_t threads = std::int64_t{gridDim.x} * blockDim.x;
  const std::int64_t count = filled.count(), vectors = (count + length - 1) / length;
  auto* const bytes = static_cast<std::uint8_t*>(data);
  // The whole vectors with the usual keys, which are kernel arguments and cost no instructions.
  const bool aligned = reinterpret_cast<std::uintptr_t>(data) % sizeof(uint4) == 0;
  const std::int64_t first = shared_by_data_sets / length, last = aligned ? count / length : first;
  for (std::int64_t v = first + thread; v < last; v += threads)
    drawn_vector<Type, How>(filled, keys, v).store(bytes + v * 16);
  // The others: the first ones, and what is left behind the last.
  const std::int64_t done = last > first ? last - first : 0;
  for (std::int64_t other = thread; other < vectors - done; other += threads) {
    const std::int64_t v = other < first ? other : other + done;
    drawn_vector<Type, How>(filled, filled.keys_at(v * length), v)
        .store_apart(bytes + v * 16, count - v * length);
  }
}

}  // namespace detail

/// Fills with a draw of single precision, 16 bytes a thread and turn; the same values as on the host, bit for
/// bit. `keys`: those behind the elements that all data sets share.
template <dtype Type>
__global__ void __launch_bounds__(256)
    fill_drawn_kernel(filled_tensor filled, filled_tensor::keys keys, void* data) {
  using kind = fill_draw::kind;
  if constexpr (bits_of(Type) == 32) {
    switch (filled.draw().how) {
      case kind::uniform24: return detail::fill_drawn<Type, kind::uniform24>(filled, keys, data);
      case kind::normal64: return detail::fill_drawn<Type, kind::normal64>(filled, keys, data);
      default: return detail::fill_drawn<Type, kind::integer32>(filled, keys, data);
    }
  } else {
    switch (filled.draw().how) {
      case kind::uniform16: return detail::fill_drawn<Type, kind::uniform16>(filled, keys, data);
      case kind::normal32: return detail::fill_drawn<Type, kind::normal32>(filled, keys, data);
      case kind::integer16: return detail::fill_drawn<Type, kind::integer16>(filled, keys, data);
      default: return detail::fill_drawn<Type, kind::integer32>(filled, keys, data);
    }
  }
}

/// Any fill of any type, one thread an element, or a group of packed ones.
template <int = 0>
__global__ void fill_kernel(filled_tensor filled, void* data) {
  const std::int64_t groups = filled.groups();
  for (std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x; i < groups;
       i += std::int64_t{gridDim.x} * blockDim.x)
    filled.store_group(i, data);
}

/// The kernel for a drawn tensor of this type; null where there is none. What most tensors are filled with
/// has one.
[[nodiscard]] inline auto fill_drawn_kernel_for(dtype type)
    -> void (*)(filled_tensor, filled_tensor::keys, void*) {
  switch (type) {
    case dtype::fp32: return &fill_drawn_kernel<dtype::fp32>;
    case dtype::fp16: return &fill_drawn_kernel<dtype::fp16>;
    case dtype::bf16: return &fill_drawn_kernel<dtype::bf16>;
    case dtype::fp8_e4m3fn: return &fill_drawn_kernel<dtype::fp8_e4m3fn>;
    default: return nullptr;
  }
}

}  // namespace assay
