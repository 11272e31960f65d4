// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "assay/backend/ceiling_job.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/numeric/element.hpp"

// What the kernels of ceilings compute, on the host: a ceiling from a kernel that does not compute would be a
// lie. For small launches only.

namespace assay {

/// What the threads of a launch must leave behind.
struct ceiling_expectation {
  enum class kind : std::uint8_t {
    bits,     ///< the xor of all results is `bits`
    integer,  ///< results add up to `sums`, modulo 2^32
    real,     ///< results are doubles that add up to `sums`, within `allowed`
    data,     ///< the data afterwards is `after`
  };
  kind what = kind::bits;
  std::uint64_t bits = 0;
  int group = 0;  ///< so many threads have one sum together
  std::vector<double> sums = {}, allowed = {};
  std::vector<std::uint8_t> after = {};
};

namespace detail {

[[nodiscard]] inline std::uint32_t word_at(const void* data, std::int64_t index) {
  std::uint32_t word;
  std::memcpy(&word, static_cast<const std::uint8_t*>(data) + index * 4, 4);
  return word;
}
[[nodiscard]] inline std::uint32_t xor_of_16(const void* data, std::int64_t index) {
  std::uint32_t sum = 0;
  for (int i = 0; i < 4; ++i) sum ^= word_at(data, index * 4 + i);
  return sum;
}

/// Σ_k (Σ rows a) × (Σ columns b) and what may be off, from the sums and the squares at each k.
struct product_sum {
  std::vector<double> a, b, a_squares, b_squares;
  explicit product_sum(std::size_t depth) : a(depth), b(depth), a_squares(depth), b_squares(depth) {}

  void add_a(std::size_t k, double value) { a[k] += value, a_squares[k] += value * value; }
  void add_b(std::size_t k, double value) { b[k] += value, b_squares[k] += value * value; }
  void append_to(ceiling_expectation& expected, double repeats) const {
    double sum = 0.0, squares = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k], squares += a_squares[k] * b_squares[k];
    expected.sums.push_back(sum * repeats);
    // Operands that belong elsewhere change the sum by about the root of the squares; roundings of
    // accumulators with 14 bits (fp8 on Hopper) by less than a thousandth of that.
    expected.allowed.push_back(0.01 * std::sqrt(squares) * repeats);
  }
};

[[nodiscard]] inline std::int64_t power_of_two_below(std::int64_t bytes, std::int64_t size) {
  std::int64_t count = 1;
  while (count * 2 * size <= bytes && count < 1 << 30) count *= 2;
  return count;
}

[[nodiscard]] inline ceiling_expectation expect_loads(const ceiling_job& job, const void* data) {
  ceiling_expectation expected;
  const ceiling_probe& probe = job.probe;
  const bool shared = probe.kernel == ceiling_kernel::shared_memory;
  const std::int64_t words = shared ? ceiling_shared_words : power_of_two_below(job.bytes, 16);
  const std::int64_t grid = std::int64_t{probe.blocks} * probe.threads;
  for (std::int64_t thread = 0; thread < grid; ++thread)
    for (std::int64_t repeat = 0; repeat < job.repeats; ++repeat)
      for (int j = 0; j < ceiling_loads; ++j)
        expected.bits ^= xor_of_16(
            data, (shared ? thread % probe.threads + repeat + std::int64_t{j} * probe.threads
                          : thread + (repeat * ceiling_loads + j) * grid) %
                      words);
  return expected;
}

/// A step of a chain in the arithmetic of a type.
[[nodiscard]] inline double multiply_add(dtype type, double a, double x, double y) {
  if (type == dtype::fp64) return std::fma(a, x, y);
  if (type == dtype::fp32)
    return std::fma(static_cast<float>(a), static_cast<float>(x), static_cast<float>(y));
  return round_to(type, a * x + y);  // of halves, the product and the sum are exact in a double
}

[[nodiscard]] inline ceiling_expectation expect_chains(const ceiling_job& job, const void* data) {
  ceiling_expectation expected;
  expected.what = ceiling_expectation::kind::real;
  const ceiling_probe& probe = job.probe;
  expected.group = 32;
  const bool exponential = probe.kernel == ceiling_kernel::exponential;
  const auto lanes =
      exponential ? 1u : static_cast<unsigned>(probe.amount / (2.0 * probe.threads * ceiling_chains * ceiling_steps));
  // Packed fp32 may be rounded after the product as well, and ex2 is good to 2 units in the last place.
  const double relative = probe.type == dtype::fp64 ? 1e-12 : probe.type == dtype::fp16 ? 1e-2 : 1e-5;
  const auto threads = static_cast<unsigned>(probe.blocks * probe.threads);
  for (unsigned thread = 0; thread < threads; ++thread) {
    const auto word = [&](unsigned i) { return word_at(data, (thread * 16 + i) & (ceiling_words - 1)); };
    const auto rounded = [&](double value) { return round_to(probe.type, value); };
    double sum = 0.0;
    for (unsigned i = 0; i < ceiling_chains; ++i)
      for (unsigned lane = 0; lane < lanes; ++lane) {
        double value = rounded(ceiling_start(word(i + lane)));
        for (std::int64_t step = 0; step < job.repeats * ceiling_steps; ++step) {
          const auto turn = static_cast<unsigned>(step & 1);
          value = exponential ? std::exp2(-value)
                              : multiply_add(probe.type, value,
                                             rounded(ceiling_factor(word(8 + turn + lane), turn == 1)),
                                             rounded(ceiling_addend(word(12 + turn + lane))));
        }
        sum += value;
      }
    if (thread % 32 == 0) expected.sums.push_back(0.0), expected.allowed.push_back(0.0);
    expected.sums.back() += sum;
    expected.allowed.back() += relative * std::fabs(sum);
  }
  return expected;
}

[[nodiscard]] inline ceiling_expectation expect_warp_products(const ceiling_job& job, const void* data) {
  const ceiling_probe& probe = job.probe;
  const matrix_shape& shape = probe.shape;
  ceiling_expectation expected;
  expected.what =
      probe.type == dtype::int8 ? ceiling_expectation::kind::integer : ceiling_expectation::kind::real;
  expected.group = shape.lanes;
  const int elements = std::max(1, 32 / bits_of(probe.type));  // of a unit
  const int lane_units = ceiling_a_operands * shape.a_units + ceiling_b_operands * shape.b_units;
  for (int warp = 0; warp < probe.blocks * probe.threads / shape.lanes; ++warp) {
    product_sum product(static_cast<std::size_t>(shape.depth_lanes * shape.b_units * elements));
    for (int lane = 0; lane < shape.lanes; ++lane) {
      const int part = shape.adjacent ? lane % shape.depth_lanes : lane / (shape.lanes / shape.depth_lanes);
      const std::int64_t own = std::int64_t{(warp % ceiling_warps) * shape.lanes + lane} * lane_units;
      const auto each = [&](std::int64_t unit, int depth_unit, const auto& add) {
        for (int j = 0; j < elements; ++j)
          add(static_cast<std::size_t>((part * shape.b_units + depth_unit) * elements + j),
              load_element(probe.type, data, (own + unit) * elements + j));
      };
      for (int unit = 0; unit < ceiling_a_operands * shape.a_units; ++unit)
        each(unit, unit % shape.a_units / shape.row_units,
             [&](std::size_t k, double value) { product.add_a(k, value); });
      for (int unit = 0; unit < ceiling_b_operands * shape.b_units; ++unit)
        each(ceiling_a_operands * shape.a_units + unit, unit % shape.b_units,
             [&](std::size_t k, double value) { product.add_b(k, value); });
    }
    product.append_to(expected, static_cast<double>(job.repeats));
  }
  return expected;
}

[[nodiscard]] inline ceiling_expectation expect_warpgroup_products(const ceiling_job& job, const void* data) {
  using layout = warpgroup_operands;
  const ceiling_probe& probe = job.probe;
  ceiling_expectation expected;
  expected.what =
      probe.type == dtype::int8 ? ceiling_expectation::kind::integer : ceiling_expectation::kind::real;
  expected.group = 128;
  const int size = bits_of(probe.type) / 8, row_elements = layout::row_bytes / size;
  for (int block = 0; block < probe.blocks; ++block) {
    const auto* const own =
        static_cast<const std::uint8_t*>(data) + std::int64_t{block % layout::variants} * layout::block_bytes;
    for (int warpgroup = 0; warpgroup < layout::warpgroups; ++warpgroup) {
      product_sum product(static_cast<std::size_t>(layout::stages * row_elements));
      for (int stage = 0; stage < layout::stages; ++stage) {
        const std::uint8_t* const a = own + (warpgroup * layout::stages + stage) * layout::a_bytes;
        const std::uint8_t* const b =
            own + layout::warpgroups * layout::stages * layout::a_bytes + stage * layout::b_bytes;
        for (int column = 0; column < row_elements; ++column) {
          const auto k = static_cast<std::size_t>(stage * row_elements + column);
          const auto value = [&](const std::uint8_t* tile, int row) {
            return load_element(probe.type, tile + layout::place(row, column * size), 0);
          };
          for (int row = 0; row < layout::rows; ++row) product.add_a(k, value(a, row));
          for (int row = 0; row < layout::columns; ++row) product.add_b(k, value(b, row));
        }
      }
      product.append_to(expected, static_cast<double>(job.repeats));
    }
  }
  return expected;
}

[[nodiscard]] inline ceiling_expectation expect_atomics(const ceiling_job& job, const void* data) {
  ceiling_expectation expected;
  expected.what = ceiling_expectation::kind::data;
  const ceiling_probe& probe = job.probe;
  const auto* const bytes = static_cast<const std::uint8_t*>(data);
  expected.after.assign(bytes, bytes + job.bytes);
  const std::int64_t count =
      probe.kernel == ceiling_kernel::atomic_same ? 1 : power_of_two_below(job.bytes, 4);
  const std::int64_t grid = std::int64_t{probe.blocks} * probe.threads;
  for (std::int64_t i = 0; i < grid * job.repeats * ceiling_loads; ++i) {
    float sum;
    std::memcpy(&sum, expected.after.data() + i % count * 4, 4);
    sum += 1.0f;  // exact below 2^24
    std::memcpy(expected.after.data() + i % count * 4, &sum, 4);
  }
  return expected;
}

}  // namespace detail

/// What a launch must leave behind, from a copy of its data on the host as it was before. Nothing for streams
/// and for products of a library, which are looked at in other ways (device_ceilings.hpp).
[[nodiscard]] inline ceiling_expectation expect_ceiling(const ceiling_job& job, const void* data) {
  switch (job.probe.kernel) {
    case ceiling_kernel::stream:
    case ceiling_kernel::runtime_copy:
    case ceiling_kernel::runtime_set:
    case ceiling_kernel::library_matrix: break;
    case ceiling_kernel::l2:
    case ceiling_kernel::shared_memory: return detail::expect_loads(job, data);
    case ceiling_kernel::vector:
    case ceiling_kernel::exponential: return detail::expect_chains(job, data);
    case ceiling_kernel::warp_matrix: return detail::expect_warp_products(job, data);
    case ceiling_kernel::warpgroup_matrix: return detail::expect_warpgroup_products(job, data);
    case ceiling_kernel::atomic_spread:
    case ceiling_kernel::atomic_same: return detail::expect_atomics(job, data);
  }
  return {};
}

/// What is wrong with what a launch left; empty when nothing is. `data`: afterwards; `results`: one for each
/// thread.
[[nodiscard]] inline std::string ceiling_error(const ceiling_expectation& expected, const void* data,
                                               const std::vector<std::uint64_t>& results) {
  char text[160] = "";
  switch (expected.what) {
    case ceiling_expectation::kind::bits: {
      std::uint64_t seen = 0;
      for (const std::uint64_t result : results) seen ^= result;
      if (seen != expected.bits)
        std::snprintf(text, sizeof text, "what was read has the checksum %08llx and not %08llx",
                      static_cast<unsigned long long>(seen), static_cast<unsigned long long>(expected.bits));
      break;
    }
    case ceiling_expectation::kind::data: {
      const auto* const bytes = static_cast<const std::uint8_t*>(data);
      const auto [want, have] = std::mismatch(expected.after.begin(), expected.after.end(), bytes);
      if (want != expected.after.end())
        std::snprintf(text, sizeof text, "byte %lld of its data is %02x and not %02x",
                      static_cast<long long>(want - expected.after.begin()), *have, *want);
      break;
    }
    case ceiling_expectation::kind::integer:
    case ceiling_expectation::kind::real:
      for (std::size_t i = 0; i < expected.sums.size() && !text[0]; ++i) {
        double sum = 0.0;
        for (int t = 0; t < expected.group; ++t) {
          const std::uint64_t result = results.at(i * static_cast<std::size_t>(expected.group) +
                                                  static_cast<std::size_t>(t));
          double value;
          std::memcpy(&value, &result, sizeof value);
          sum += expected.what == ceiling_expectation::kind::integer ? static_cast<double>(result) : value;
        }
        const double off = expected.what == ceiling_expectation::kind::integer
                               ? std::remainder(sum - expected.sums[i], 0x1p32)
                               : sum - expected.sums[i];
        const double allowed =
            expected.what == ceiling_expectation::kind::integer ? 0.0 : expected.allowed[i];
        if (!(std::fabs(off) <= allowed))
          std::snprintf(text, sizeof text, "the sum of threads %zu to %zu is %g and not %g ± %g",
                        i * static_cast<std::size_t>(expected.group),
                        (i + 1) * static_cast<std::size_t>(expected.group) - 1, sum, expected.sums[i],
                        allowed);
      }
      break;
  }
  return text;
}

}  // namespace assay
