// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace assay {

/// The element types that tensors can have, named as the field names them.
enum class dtype : std::uint8_t {
  fp64,
  fp32,
  fp16,
  bf16,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  boolean,
};

[[nodiscard]] constexpr const char* to_string(dtype type) {
  constexpr const char* names[] = {"fp64",  "fp32",  "fp16",   "bf16",   "int8",   "int16", "int32",
                                   "int64", "uint8", "uint16", "uint32", "uint64", "bool"};
  return names[static_cast<std::size_t>(type)];
}

/// Bytes of one element.
[[nodiscard]] constexpr std::int64_t size_of(dtype type) {
  constexpr std::int64_t sizes[] = {8, 4, 2, 2, 1, 2, 4, 8, 1, 2, 4, 8, 1};
  return sizes[static_cast<std::size_t>(type)];
}

[[nodiscard]] constexpr bool is_floating(dtype type) { return type <= dtype::bf16; }

/// The dtype of a C++ type: `dtype_of<float>::value`. A backend's header adds its own types (`__half`, …).
template <class T, class = void>
struct dtype_of;

template <>
struct dtype_of<double> : std::integral_constant<dtype, dtype::fp64> {};
template <>
struct dtype_of<float> : std::integral_constant<dtype, dtype::fp32> {};
template <>
struct dtype_of<bool> : std::integral_constant<dtype, dtype::boolean> {};

/// By size and sign, because `long` and `long long` are two types of one size.
template <class T>
struct dtype_of<T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<std::remove_cv_t<T>, bool>>>
    : std::integral_constant<dtype, static_cast<dtype>(
                                        static_cast<int>(std::is_signed_v<T> ? dtype::int8 : dtype::uint8) +
                                        (sizeof(T) == 1   ? 0
                                         : sizeof(T) == 2 ? 1
                                         : sizeof(T) == 4 ? 2
                                                          : 3))> {};

}  // namespace assay
