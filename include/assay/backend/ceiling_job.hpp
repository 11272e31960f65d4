// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "assay/core/host_device.hpp"
#include "assay/numeric/dtype.hpp"

namespace assay {

/// What does nothing but use up one resource (device/ceilings_*.hpp). What each kernel computes is held
/// against measure/ceiling_check.hpp: a kernel that does not compute measures nothing.
enum class ceiling_kernel : std::uint8_t {
  stream,            ///< device::stream_bytes() through what no cache holds
  runtime_copy,      ///< the runtime's own memcpy
  runtime_set,       ///< the runtime's own memset
  l2,                ///< reads what lies in L2
  shared_memory,     ///< reads what lies in shared memory
  vector,            ///< multiply-adds of a type on the vector units
  exponential,       ///< ex2 of fp32
  warp_matrix,       ///< matrix products of one warp: mma.sync, MFMA
  warpgroup_matrix,  ///< matrix products of four warps: wgmma
  library_matrix,    ///< a large matrix product of the vendor's library
  atomic_spread,     ///< additions to fp32 in L2, one address for each thread
  atomic_same,       ///< additions to one fp32
};

/// How the lanes of a warp hold the operands of one matrix instruction, as far as it takes to know which
/// elements are multiplied with each other. A unit is 32 bits, or one element where that is wider.
struct matrix_shape {
  int rows = 0, columns = 0, depth = 0;  ///< of the product of one instruction: M, N, K
  int lanes = 32;
  int depth_lanes = 4;   ///< so many lanes together hold one row of A, or one column of B
  bool adjacent = true;  ///< those lanes lie side by side
  int a_units = 0, b_units = 0;  ///< that a lane holds of A and of B
  int row_units = 1;             ///< so many units of A in turn belong to different rows

  [[nodiscard]] double operations() const { return 2.0 * rows * columns * depth; }
};

/// One way to use up a resource.
struct ceiling_probe {
  ceiling_kernel kernel = ceiling_kernel::stream;
  dtype type = dtype::fp32;   ///< of the operands
  int reads = 0, writes = 0;  ///< of a stream: of each so many bytes, so many are reads and writes
  int configuration = 0;      ///< stream_job::shape; the choice of an algorithm by a library
  int blocks = 1, threads = 256;
  double amount = 0.0;             ///< bytes or operations of one block in one repeat; of streams: unused
  std::int64_t operand_bytes = 0;  ///< of `data` that it needs, at least
  matrix_shape shape = {};         ///< of a warp_matrix
  std::string how;                 ///< for people
};

/// One launch of a probe.
struct ceiling_job {
  ceiling_probe probe;
  void* data = nullptr;     ///< operands; sums of atomics
  std::int64_t bytes = 0;   ///< of data; of a stream: all that is moved
  void* results = nullptr;  ///< 8 bytes for each thread: a double, or an integer modulo 2^32
  std::int64_t repeats = 1;

  [[nodiscard]] bool moves_data() const {
    return probe.kernel == ceiling_kernel::stream || probe.kernel == ceiling_kernel::runtime_copy ||
           probe.kernel == ceiling_kernel::runtime_set;
  }
  /// Of a stream: bytes of `data` that are read; the others, behind them, are written. Whole pages.
  [[nodiscard]] std::int64_t read_bytes() const {
    return bytes / (probe.reads + probe.writes) / 4096 * 4096 * probe.reads;
  }
  [[nodiscard]] std::int64_t written_bytes() const {
    return bytes / (probe.reads + probe.writes) / 4096 * 4096 * probe.writes;
  }
  /// Bytes or operations of the whole launch.
  [[nodiscard]] double amount() const {
    if (moves_data()) return static_cast<double>(read_bytes() + written_bytes());
    return probe.amount * probe.blocks * static_cast<double>(repeats);
  }
};

/// What the device code of this build was compiled for, as it says itself on the device.
struct ceiling_features {
  bool kernels = false;           ///< there are any
  int compiled_for = 0;           ///< __CUDA_ARCH__ of the code that runs, e.g. 900; 0 on AMD
  bool warpgroup_matrix = false;  ///< wgmma was compiled
  std::string library;            ///< "cuBLASLt 13.0.2"; empty where none is linked
};

// What kernels and model must agree on.

/// The steps of a repeat in the kernels of chains, and the chains of a thread.
inline constexpr int ceiling_steps = 8, ceiling_chains = 8;
/// Random words that chains begin with; a power of two.
inline constexpr int ceiling_words = 4096;
/// 16-byte loads of a thread in one repeat.
inline constexpr int ceiling_loads = 8;
/// 16-byte words of shared memory that a block reads; a power of two.
inline constexpr int ceiling_shared_words = 2048;
/// Warps whose operands differ; the others have them again.
inline constexpr int ceiling_warps = 16;
/// A thread's products of an A and a B: this many of each.
inline constexpr int ceiling_a_operands = 2, ceiling_b_operands = 4;

/// Operands of wgmma in shared memory, K-major, as rows of 128 bytes with the 128-byte swizzle: the 16-byte
/// parts of a row change places by the row's number (PTX ISA, "Asynchronous Warpgroup Level Matrix Shared
/// Memory Layout"). An instruction takes 32 bytes of each row.
struct warpgroup_operands {
  static constexpr int row_bytes = 128, step_bytes = 32;
  static constexpr int rows = 64, columns = 256, stages = 4, warpgroups = 2;
  static constexpr int a_bytes = rows * row_bytes, b_bytes = columns * row_bytes;  ///< of one stage
  static constexpr int block_bytes = stages * (warpgroups * a_bytes + b_bytes);
  static constexpr int variants = 4;  ///< blocks whose operands differ

  /// Where byte `column` of a row lies.
  [[nodiscard]] ASSAY_HOST_DEVICE static constexpr int place(int row, int column) {
    return row * row_bytes + (column ^ ((row & 7) << 4));
  }
};

/// The product that stands for a library: C = A × Bᵀ of square matrices, A and B row by row, C column by
/// column. In `data` lie A, B, C and a workspace.
struct library_product_size {
  static constexpr std::int64_t side = 8192, workspace = 32 << 20;
  [[nodiscard]] static constexpr double operations() { return 2.0 * side * side * side; }
  /// Of an element of C: fp32 for tf32, int32 for int8, fp16 for fp16, bf16 for the others.
  [[nodiscard]] static constexpr dtype result_type(dtype type) {
    return type == dtype::tf32   ? dtype::fp32
           : type == dtype::int8 ? dtype::int32
           : type == dtype::fp16 ? dtype::fp16
                                 : dtype::bf16;
  }
  [[nodiscard]] static constexpr std::int64_t operand_bytes(dtype type) {
    return side * side * bits_of(type) / 8;
  }
  [[nodiscard]] static constexpr std::int64_t bytes(dtype type) {
    return 2 * operand_bytes(type) + operand_bytes(result_type(type)) + workspace;
  }
};

/// What a chain begins with: in [0, 1).
[[nodiscard]] ASSAY_HOST_DEVICE inline double ceiling_start(std::uint32_t word) {
  return static_cast<double>(word >> 16) * 0x1p-16;
}
/// Factors of the two kinds of steps that take turns, and what they add. Their product is below 1, so that
/// values stay bounded, and neither is a power of two, so that the bits keep changing.
[[nodiscard]] ASSAY_HOST_DEVICE inline double ceiling_factor(std::uint32_t word, bool second) {
  return (second ? 0.75 : 1.125) + static_cast<double>(word >> 16) * (second ? 0x1p-21 : 0x1p-19);
}
[[nodiscard]] ASSAY_HOST_DEVICE inline double ceiling_addend(std::uint32_t word) {
  return 0.25 + static_cast<double>(word >> 16) * 0x1p-18;
}
}  // namespace assay
