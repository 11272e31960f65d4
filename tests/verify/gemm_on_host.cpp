// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/verify/gemm_on_host.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/numeric/element.hpp"
#include "support/catch.hpp"

using namespace assay;

TEST_CASE("a product of chosen rows is what three loops give, for every transposition", "[verify]") {
  const std::int64_t m = 70, n = 9, k = 5;
  for (const bool transposed_a : {false, true})
    for (const bool transposed_b : {false, true}) {
      // Whole numbers, so that the order of the sums does not matter; leading dimensions with gaps.
      const std::int64_t lda = (transposed_a ? m : k) + 3, ldb = (transposed_b ? k : n) + 2;
      std::vector<float> a(2000), b(200);
      std::vector<double> c(700);
      for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<float>(i * 7 % 23) - 11.0f;
      for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<float>(i * 5 % 19) - 9.0f;
      for (std::size_t i = 0; i < c.size(); ++i) c[i] = static_cast<double>(i % 13);
      const std::vector<std::int64_t> rows = {69, 0, 33};
      std::vector<double> result(static_cast<std::size_t>(3 * n), -1.0);
      gemm_job job;
      job.a = {a.data(), dtype::fp32, 4, m, k, lda, transposed_a};
      job.b = {b.data(), dtype::fp32, 1, k, n, ldb, transposed_b};
      job.c = {c.data(), dtype::fp64, 0, m, n, n + 1, false};
      job.alpha = 2.0;
      job.beta = -3.0;
      job.rows = rows.data();
      job.row_count = 3;
      job.result = result.data();
      gemm_on_host(job);
      for (std::size_t r = 0; r < 3; ++r)
        for (std::int64_t j = 0; j < n; ++j) {
          double sum = 0;
          for (std::int64_t l = 0; l < k; ++l) {
            const std::int64_t at_a = 4 + (transposed_a ? l * lda + rows[r] : rows[r] * lda + l);
            const std::int64_t at_b = 1 + (transposed_b ? j * ldb + l : l * ldb + j);
            sum += static_cast<double>(a[static_cast<std::size_t>(at_a)]) *
                   static_cast<double>(b[static_cast<std::size_t>(at_b)]);
          }
          const double added = c[static_cast<std::size_t>(rows[r] * (n + 1) + j)];
          CHECK(result[r * static_cast<std::size_t>(n) + static_cast<std::size_t>(j)] ==
                2.0 * sum - 3.0 * added);
        }
    }
}

TEST_CASE("without beta, C is not read, and without k the product is zero", "[verify]") {
  std::vector<double> result(6, 5.0);
  gemm_job job;
  job.a = {nullptr, dtype::fp64, 0, 2, 0, 0, false};
  job.b = {nullptr, dtype::fp64, 0, 0, 3, 3, false};
  job.row_count = 2;
  job.result = result.data();
  gemm_on_host(job);
  CHECK(result == std::vector<double>(6, 0.0));
}

TEST_CASE("a projection is the product with its vectors, and half spacings are those of the type",
          "[verify]") {
  const std::int64_t rows = 3, columns = 4;
  std::vector<std::uint8_t> stored(2 * 12);
  const double values[] = {1, 1.5, 2, -4, 0, 3, 255, 0.5, 1, 1, 1, 1};
  for (std::int64_t i = 0; i < 12; ++i) store_element(dtype::bf16, stored.data(), i, values[i]);
  std::vector<double> vectors;
  for (int i = 0; i < columns * projection_job::width; ++i) vectors.push_back(i % 3 - 1.0);
  std::vector<double> result(rows * projection_job::width), squares(rows * 2);
  project_on_host({{stored.data(), dtype::bf16, 0, rows, columns, columns, false},
                   vectors.data(),
                   result.data(),
                   squares.data()});
  for (int i = 0; i < rows; ++i)
    for (int v = 0; v < projection_job::width; ++v) {
      double sum = 0;
      for (int j = 0; j < columns; ++j)
        sum += values[i * columns + j] * vectors[static_cast<std::size_t>(j * projection_job::width + v)];
      CHECK(result[static_cast<std::size_t>(i * projection_job::width + v)] == sum);
    }
  CHECK(squares[1] == 1 + 2.25 + 4 + 16);
  CHECK(squares[0] == 0x1p-16 * (1 + 1 + 4 + 16));  // half of 2^-7 in [1, 2), twice that in [2, 4), …

  std::vector<std::int32_t> whole(12, 7);
  project_on_host({{whole.data(), dtype::int32, 0, rows, columns, columns, false},
                   vectors.data(),
                   result.data(),
                   squares.data()});
  CHECK(squares[0] == 0.0);
}

TEST_CASE("a transposed projection reads down the columns", "[verify]") {
  const std::vector<float> stored = {1, 2, 3, 4, 5, 6};  // 2 rows of 3, used as 3×2
  std::vector<double> vectors(2 * projection_job::width, 1.0), result(3 * projection_job::width);
  project_on_host({{stored.data(), dtype::fp32, 0, 3, 2, 3, true}, vectors.data(), result.data()});
  CHECK(result[0] == 5.0);
  CHECK(result[projection_job::width] == 7.0);
  CHECK(result[2 * projection_job::width] == 9.0);
}
