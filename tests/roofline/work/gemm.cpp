// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/gemm.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "assay/numeric/block_scaled.hpp"
#include "assay/verify/gemm.hpp"

#include "support/catch.hpp"
#include "support/counting.hpp"

using namespace assay;
using support::counted_array;
using support::counter;
using support::differences;
using support::number;
using support::random_shapes;

namespace {

/// A matrix in memory: elements, and where there are blocks their scales, along the columns.
struct stored_matrix {
  stored_matrix(counter& seen, const block_format& of, std::int64_t rows, std::int64_t row_length)
      : format(of),
        columns(row_length),
        elements(seen.array(of.element, rows * row_length)),
        scales(of.block > 0 ? &seen.array(of.scale, rows * blocks_of(of, row_length)) : nullptr),
        global(of.has_global ? &seen.array(dtype::fp32, 1) : nullptr) {}

  number read(std::int64_t row, std::int64_t column) {
    double value = elements.read(row * columns + column).value();
    if (scales) value *= scales->read(row * blocks_of(format, columns) + column / format.block).value();
    if (global) value *= global->read(0).value();
    return value;
  }

  block_format format;
  std::int64_t columns;
  counted_array& elements;
  counted_array* scales;
  counted_array* global;
};

/// Adds what a product of one matrix each does to `seen`.
void multiply(stored_matrix& a, stored_matrix& b, counted_array& c, std::int64_t first_of_c, std::int64_t m,
              std::int64_t n, std::int64_t k, bool reads_c) {
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; ++j) {
      number sum = reads_c ? c.read(first_of_c + i * n + j) : number(0);
      for (std::int64_t l = 0; l < k; ++l) sum = multiply_add_matrix(a.read(i, l), b.read(j, l), sum);
      c.write(first_of_c + i * n + j, sum);
    }
}

const std::initializer_list<block_format> formats = {
    unscaled(dtype::fp64), unscaled(dtype::bf16), unscaled(dtype::fp4_e2m1),
    mxfp8_e4m3::format,    mxfp6_e2m3::format,    mxfp4::format,
    nvfp4::format};

}  // namespace

TEST_CASE("gemm: by hand", "[roofline]") {
  const work square = work::gemm{8192, 8192, 8192}.inputs(dtype::bf16);
  CHECK(square.amount(resource::tensor_bf16) == 2 * 0x1p39);
  CHECK(square.dram_bytes_read == 2 * 2 * 0x1p26);
  CHECK(square.dram_bytes_written == 2 * 0x1p26);
  CHECK_FALSE(square.nominal);
  CHECK(work(work::gemm{2, 2, 2}.nominal_flops()).nominal);

  const work narrow = work::gemm{128, 4096, 7168}.inputs<nvfp4>().output<float>();
  CHECK(narrow.amount(resource::tensor_fp4) == 2.0 * 128 * 4096 * 7168);
  CHECK(narrow.dram_bytes_read == 128 * (3584.0 + 448) + 4 + 4096 * (3584.0 + 448) + 4);
  CHECK(narrow.dram_bytes_written == 4 * 128 * 4096);

  CHECK(work(work::gemm{4, 4, 4}.inputs(dtype::bf16, dtype::fp8_e4m3fn)).amount(resource::tensor_bf16) ==
        128);
  CHECK(work(work::gemm{4, 4, 4}.on(resource::tensor_tf32)).amount(resource::tensor_tf32) == 128);
  CHECK(work(work::gemm{4, 4, 4}.inputs<std::int8_t>()).dram_bytes_written == 64);    // int32
  CHECK(work(work::gemm{4, 4, 4}.inputs(dtype::fp8_e5m2)).dram_bytes_written == 32);  // bf16
  CHECK(work(work::gemm{4, 4, 4}.output(dtype::fp16).inputs<double>()).dram_bytes_written == 32);

  // What p.gemm_oracle takes says the same.
  const work batch = work::gemm::of(assay::gemm{4, 5, 6}.batched(10, gemm::packed, 0).scaled(2.0, 1.0));
  CHECK(batch.amount(resource::fp32) == 2 * 4 * 5 * 6 * 10);
  CHECK(batch.dram_bytes_read == 4 * (4 * 6 * 10 + 5 * 6 + 4 * 5 * 10));
}

TEST_CASE("gemm: accumulating reads C once more", "[roofline]") {
  const work::gemm product = work::gemm{3, 5, 7}.inputs(dtype::bf16).output(dtype::fp32).batched(2);
  const work plain = product, added = product.accumulating();
  CHECK(plain.dram_bytes_read == 2 * 2 * (3 * 7 + 5 * 7));
  CHECK(added.dram_bytes_read == 2 * 2 * (3 * 7 + 5 * 7) + 4 * 3 * 5 * 2);
  CHECK(added.dram_bytes_written == 4 * 3 * 5 * 2);
  CHECK(added.dram_bytes_written == plain.dram_bytes_written);
  CHECK(added.amount(resource::tensor_bf16) == 2 * 3 * 5 * 7 * 2);
}

TEST_CASE("gemm: GPU MODE's limits of NVFP4 on a B200 at 1.5 GHz", "[roofline]") {
  // The larger of FP4 arithmetic (148 SMs × 32768 flops a clock at 1.5 GHz) and 7.68 TB/s, in µs, as the
  // problem statements print them. fp16 results; the scales of a vector are padded to 128 rows.
  const auto limit = [](const work& w) {
    return std::max(w.amount(resource::tensor_fp4) / (148 * 32768 * 1.5e9),
                    (w.dram_bytes_read + w.dram_bytes_written) / 7.68e12) *
           1e6;
  };
  const auto product = [&](std::int64_t m, std::int64_t n, std::int64_t k) {
    return limit(work::gemm{m, n, k}.inputs<nvfp4>().output(dtype::fp16));
  };
  CHECK(product(128, 7168, 16384) == Approx(8.994).margin(0.0005));
  CHECK(product(128, 4096, 7168) == Approx(2.354).margin(0.0005));
  CHECK(product(128, 7168, 2048) == Approx(1.333).margin(0.0005));
  const auto vector = [&](std::int64_t m, std::int64_t k, std::int64_t batch) {
    work::gemv product_with_vector{m, k, batch, nvfp4::format, nvfp4::format, scale_layout::swizzled};
    return limit(product_with_vector.as_gemm().output(dtype::fp16));
  };
  CHECK(vector(7168, 16384, 1) == Approx(8.622).margin(0.0005));
  CHECK(vector(4096, 7168, 8) == Approx(17.275).margin(0.0005));
  CHECK(vector(7168, 2048, 4) == Approx(4.317).margin(0.0005));
}

TEST_CASE("gemm: what plain loops do", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t m = pick(0, 5), n = pick(0, 5), k = pick(0, 70), batch = pick(0, 3);
    const block_format of_a = pick.one_of(formats), of_b = pick.one_of(formats);
    work::gemm claimed = work::gemm{m, n, k}.batched(batch).inputs(of_a, of_b).output(dtype::fp16);
    claimed.shared_a = pick.flip();
    claimed.shared_b = pick.flip();
    claimed.reads_c = pick.flip();
    counter seen;
    std::vector<stored_matrix> a, b;
    counted_array& c = seen.array(dtype::fp16, batch * m * n);
    for (std::int64_t l = 0; l < batch; ++l) {
      if (l == 0 || !claimed.shared_a) a.emplace_back(seen, of_a, m, k);
      if (l == 0 || !claimed.shared_b) b.emplace_back(seen, of_b, n, k);
      multiply(a.back(), b.back(), c, l * m * n, m, n, k, claimed.reads_c);
    }
    CHECK(differences(claimed, seen.total(resource::fp32, claimed.unit())) == "");
  }
}

TEST_CASE("gemv and grouped gemm: what plain loops do", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const block_format of_a = pick.one_of(formats), of_b = pick.one_of(formats);
    const std::int64_t n = pick(1, 4), k = pick(1, 40);
    {
      counter seen;
      stored_matrix a(seen, of_a, n, k), x(seen, of_b, 1, k);
      const work::gemv claimed = work::gemv{n, k}.inputs(of_a, of_b);
      counted_array& y = seen.array(claimed.as_gemm().output_type(), n);
      multiply(a, x, y, 0, n, 1, k, false);
      CHECK(differences(claimed, seen.total(resource::fp32, claimed.as_gemm().unit())) == "");
    }
    {
      std::vector<std::int64_t> rows;
      for (std::int64_t g = pick(0, 4); g > 0; --g) rows.push_back(pick(0, 3));
      const work::grouped_gemm claimed =
          work::grouped_gemm{rows, n, k}.inputs(of_a, of_b).output(dtype::fp32);
      counter seen;
      for (const std::int64_t m : rows) {
        stored_matrix a(seen, of_a, m, k), b(seen, of_b, n, k);
        multiply(a, b, seen.array(dtype::fp32, m * n), 0, m, n, k, false);
      }
      CHECK(differences(claimed, seen.total(resource::fp32, claimed.each.unit())) == "");
    }
  }
}

TEST_CASE("gemm: bytes that a cache limits", "[roofline]") {
  const work::gemm large = work::gemm{8192, 8192, 8192}.inputs(dtype::bf16);
  // 2 MiB hold S = 2^20 elements: 2·2^39/2^10 − 2^21 elements of 2 bytes.
  CHECK(cache_limited_bytes(large, 0x1p21) == Approx(2 * (0x1p30 - 0x1p21)));
  // A cache that holds everything saves all but the compulsory bytes.
  CHECK(cache_limited_bytes(large, 1e9) == work(large).dram_bytes());
  CHECK(cache_limited_bytes(large, 0) == work(large).dram_bytes());
  CHECK(cache_limited_bytes(large.batched(3), 0x1p21) == Approx(3 * 2 * (0x1p30 - 0x1p21)));
  for (double cache = 100; cache < 1e10; cache *= 7) {
    const double elements = cache / 2;
    CHECK(cache_limited_bytes(large, cache) ==
          Approx(std::max(work(large).dram_bytes(), 2 * (0x1p40 / std::sqrt(elements) - 2 * elements))));
  }
  CHECK(std::isnan(cache_limited_bytes(work::gemm{-1, 1, 1}, 1e6)));
}

TEST_CASE("gemm: a plain loop in a small cache moves no less than the bound", "[roofline]") {
  // The products of n³ with a fully associative cache of S elements that forgets the least recently used,
  // in the order i, j, k and in tiles: both move more than 2n³/√S − 2S.
  const std::int64_t n = 24, held = 64;
  for (const std::int64_t tile : {std::int64_t{1}, std::int64_t{4}, n}) {
    CAPTURE(tile);
    std::vector<std::int64_t> cached;
    double moved = 0;
    const auto use = [&](std::int64_t address) {
      const auto found = std::find(cached.begin(), cached.end(), address);
      if (found != cached.end())
        cached.erase(found);
      else if (++moved; static_cast<std::int64_t>(cached.size()) == held)
        cached.erase(cached.begin());
      cached.push_back(address);
    };
    for (std::int64_t i0 = 0; i0 < n; i0 += tile)
      for (std::int64_t j0 = 0; j0 < n; j0 += tile)
        for (std::int64_t k = 0; k < n; ++k)
          for (std::int64_t i = i0; i < i0 + tile; ++i)
            for (std::int64_t j = j0; j < j0 + tile; ++j) {
              use(i * n + k);
              use(n * n + k * n + j);
              use(2 * n * n + i * n + j);
            }
    CHECK(moved * 4 >= cache_limited_bytes(work::gemm{n, n, n}, 4.0 * held));
  }
}
