// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace assay {

/// What a kernel can run out of. `dram`, `l2`, `shared_memory` and `link` are counted in bytes, `launch` in
/// launches, everything else in operations (a multiply-add is two). `fp64 … fp16` are the vector units,
/// `tensor_*` the matrix units by input type with wide accumulation (`tensor_fp16_fp16`: fp16 accumulated in
/// fp16, which GeForce does twice as fast), `sfu` the transcendental unit (one ex2, rcp, … is one operation),
/// `link` what one device sends to others, in one direction (NVLink, Infinity Fabric), `launch` the device
/// time that a launch takes which does nothing: a latency, of which every case has at least one.
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
  tensor_fp16_fp16,
  tensor_bf16,
  tensor_fp8,
  tensor_int8,
  tensor_fp6,
  tensor_fp4,
  l2,
  shared_memory,
  link,
  launch,
};

inline constexpr std::size_t resource_count = 19;

[[nodiscard]] constexpr const char* to_string(resource r) {
  constexpr const char* names[resource_count] = {
      "DRAM",        "fp64",          "fp32",        "fp16",        "int32",
      "SFU",         "tensor fp64",   "tensor tf32", "tensor fp16", "tensor fp16/fp16",
      "tensor bf16", "tensor fp8",    "tensor int8", "tensor fp6",  "tensor fp4",
      "L2",          "shared memory", "link",        "launch"};
  return names[static_cast<std::size_t>(r)];
}

/// Whether amounts of it are bytes.
[[nodiscard]] constexpr bool is_bytes(resource r) {
  return r == resource::dram || r == resource::l2 || r == resource::shared_memory || r == resource::link;
}

/// Whether amounts of it are operations of arithmetic.
[[nodiscard]] constexpr bool is_operations(resource r) { return !is_bytes(r) && r != resource::launch; }

}  // namespace assay
