// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace assay {

/// What a kernel can run out of. `dram` is counted in bytes, everything else in operations (a multiply-add is
/// two). `fp64 … fp16` are the vector units, `tensor_*` the matrix units by input type with wide
/// accumulation, `sfu` the transcendental unit (one ex2, rcp, … is one operation).
enum class resource : std::uint8_t {
  dram,
  fp64,
  fp32,
  fp16,
  int32,
  sfu,
  tensor_fp64,
  tensor_tf32,
  tensor_fp16,
  tensor_bf16,
  tensor_fp8,
  tensor_int8,
  tensor_fp6,
  tensor_fp4,
};

inline constexpr std::size_t resource_count = 14;

[[nodiscard]] constexpr const char* to_string(resource r) {
  constexpr const char* names[resource_count] = {
      "DRAM",        "fp64",        "fp32",        "fp16",       "int32",       "SFU",        "tensor fp64",
      "tensor tf32", "tensor fp16", "tensor bf16", "tensor fp8", "tensor int8", "tensor fp6", "tensor fp4"};
  return names[static_cast<std::size_t>(r)];
}

}  // namespace assay
