// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "assay/numeric/dtype.hpp"
#include "assay/roofline/resource.hpp"

namespace assay {

/// What is wrong with a work. It is a value and not an exception, since kernel files put works together and
/// usage_error costs them <string>: p.work() tells it with the line, validate() throws it.
struct work_mistake {
  const char* operation = nullptr;  ///< of the catalogue, or "work" itself; null: there is no mistake
  const char* name = "";            ///< of the number that cannot be
  double value = 0;
  const char* expected = "";
  const char* other_name = nullptr;  ///< of the number that `expected` speaks of, if it speaks of one
  double other_value = 0;

  [[nodiscard]] explicit constexpr operator bool() const { return operation != nullptr; }
};

/// One number for each resource. Not std::array, which costs a kernel file 0.04 s with g++ -O0.
struct resource_amounts {
  double values[resource_count] = {};

  [[nodiscard]] constexpr double& operator[](std::size_t i) { return values[i]; }
  [[nodiscard]] constexpr double operator[](std::size_t i) const { return values[i]; }
  [[nodiscard]] constexpr double* begin() { return values; }
  [[nodiscard]] constexpr double* end() { return values + resource_count; }
  [[nodiscard]] constexpr const double* begin() const { return values; }
  [[nodiscard]] constexpr const double* end() const { return values + resource_count; }
  friend constexpr bool operator==(const resource_amounts&, const resource_amounts&) = default;
};

/// What a problem cannot do without: operations of each resource (a multiply-add is two), bytes that it must
/// send to other devices, and the bytes that must cross the DRAM pins at least once. Zero means that none
/// were declared. Nothing throws while a work is put together: what cannot be is kept as its `mistake`, the
/// first one counts, and validate() throws it.
///
/// The catalogue computes the work of common operations from their shapes: `assay::work::gemm{m, n, k}
/// .inputs<__nv_bfloat16>()` converts to a work. Each family has a header in roofline/work/, and docs/work.md
/// lists them with formulas and sources.
struct work {
  // Parts of shapes.
  class lengths;
  struct extents;
  struct paddings;

  // The catalogue.
  struct elementwise;
  struct reduction;
  struct scan;
  struct sort;
  struct histogram;
  struct transpose;
  struct gather;
  struct scatter;
  struct softmax;
  struct layer_norm;
  struct rms_norm;
  struct cross_entropy;
  struct rotary;
  struct gemm;
  struct grouped_gemm;
  struct gemv;
  struct convolution;
  struct transposed_convolution;
  struct attention;
  struct varlen_attention;
  struct paged_attention;
  struct latent_attention;
  struct moe;
  struct fft;
  struct spmm;
  struct spmv;
  struct stencil;
  struct quantise;
  struct dequantise;
  struct linear_attention;
  struct selective_scan;
  struct triangular_update;
  struct collective;

  resource_amounts operations = {};  ///< by resource (bytes for some, see there); that of DRAM stays 0
  double dram_bytes_read = 0;
  double dram_bytes_written = 0;
  /// Operations and link bytes are those of the usual algorithm, and another one may need fewer (Winograd for
  /// convolutions). To be faster than they allow is then no proof of a mistake. DRAM bytes are least anyway.
  bool nominal = false;
  work_mistake mistake = {};

  [[nodiscard]] constexpr double dram_bytes() const { return dram_bytes_read + dram_bytes_written; }

  /// Bytes for DRAM, what `operations` holds for the rest.
  [[nodiscard]] constexpr double amount(resource which) const {
    return which == resource::dram ? dram_bytes() : operations[static_cast<std::size_t>(which)];
  }

  /// Adds operations, or link bytes. A negative, infinite or undefined amount is a mistake and adds nothing;
  /// so is DRAM, whose bytes are either read or written.
  constexpr work& add(resource which, double amount) {
    if (which == resource::dram)
      refuse({"work", "DRAM", amount, "add_read or add_written for its bytes, not add"});
    else if (is_possible(to_string(which), amount))
      operations[static_cast<std::size_t>(which)] += amount;
    return *this;
  }
  constexpr work& add_read(double bytes) {
    if (is_possible("DRAM bytes read", bytes)) dram_bytes_read += bytes;
    return *this;
  }
  constexpr work& add_written(double bytes) {
    if (is_possible("DRAM bytes written", bytes)) dram_bytes_written += bytes;
    return *this;
  }

  /// Work that is done in one launch with this. What is written by one part and read by another never needs
  /// to reach DRAM: take the bytes of such parts away with without_dram(), and add those that remain.
  constexpr work& operator+=(const work& other) {
    for (std::size_t i = 0; i < resource_count; ++i) operations[i] += other.operations[i];
    dram_bytes_read += other.dram_bytes_read;
    dram_bytes_written += other.dram_bytes_written;
    nominal = nominal || other.nominal;
    if (other.mistake) refuse(other.mistake);
    return *this;
  }
  [[nodiscard]] friend constexpr work operator+(work left, const work& right) { return left += right; }
  [[nodiscard]] constexpr work without_dram() const {
    work result = *this;
    result.dram_bytes_read = result.dram_bytes_written = 0;
    return result;
  }

  /// The first mistake in here, whether it was made by a call or by setting a member.
  [[nodiscard]] constexpr work_mistake find_mistake() const {
    work copy = *this;
    (void)copy.is_possible("DRAM bytes read", dram_bytes_read);
    (void)copy.is_possible("DRAM bytes written", dram_bytes_written);
    for (std::size_t i = 0; i < resource_count; ++i)
      (void)copy.is_possible(to_string(static_cast<resource>(i)), operations[i]);
    if (const double dram = operations[static_cast<std::size_t>(resource::dram)]; dram != 0)
      copy.refuse({"work", "DRAM", dram, "dram_bytes_read and dram_bytes_written for its bytes"});
    return copy.mistake;
  }

  /// A work that is nothing but a mistake: no amount of it is a number.
  [[nodiscard]] static constexpr work refused(const work_mistake& why) {
    work result;
    for (double& amount : result.operations) amount = std::numeric_limits<double>::quiet_NaN();
    result.dram_bytes_read = result.dram_bytes_written = std::numeric_limits<double>::quiet_NaN();
    result.mistake = why;
    return result;
  }

 private:
  constexpr void refuse(const work_mistake& why) {
    if (!mistake) mistake = why;
  }
  constexpr bool is_possible(const char* what, double amount) {
    const bool possible = amount >= 0 && amount <= std::numeric_limits<double>::max();
    if (!possible) refuse({"work", what, amount, "a finite number, 0 or more"});
    return possible;
  }
};

/// Where the arithmetic of a type is done when nothing else is declared: fp64 on the fp64 units, every other
/// floating type on the fp32 units, integers and bool on the integer units.
[[nodiscard]] constexpr resource default_resource(dtype type) {
  if (type == dtype::fp64) return resource::fp64;
  return is_floating(type) ? resource::fp32 : resource::int32;
}

/// Where products of matrices with elements of a type are computed when nothing else is declared: on the
/// matrix units of that type. fp32 has none and is on the vector units; a kernel that may round to tf32 says
/// so. Integers of more than 8 bits have none either. Devices without matrix units for fp64 have the rate of
/// their vector units for it.
[[nodiscard]] constexpr resource matrix_resource(dtype type) {
  switch (type) {
    case dtype::fp64: return resource::tensor_fp64;
    case dtype::tf32: return resource::tensor_tf32;
    case dtype::fp16: return resource::tensor_fp16;
    case dtype::bf16: return resource::tensor_bf16;
    case dtype::fp8_e4m3fn:
    case dtype::fp8_e5m2:
    case dtype::fp8_e4m3fnuz:
    case dtype::fp8_e5m2fnuz: return resource::tensor_fp8;
    case dtype::fp6_e2m3:
    case dtype::fp6_e3m2: return resource::tensor_fp6;
    case dtype::fp4_e2m1: return resource::tensor_fp4;
    case dtype::int8:
    case dtype::uint8: return resource::tensor_int8;
    default: return default_resource(type);
  }
}

}  // namespace assay
