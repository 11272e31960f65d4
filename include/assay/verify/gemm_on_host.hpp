// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "assay/core/parallel.hpp"
#include "assay/verify/gemm_job.hpp"

namespace assay {

/// A gemm_job whose memory the host can read.
inline void gemm_on_host(const gemm_job& job) {
  const std::int64_t n = job.b.columns, inner = job.b.rows;
  constexpr std::int64_t block = 32;  // rows that share one reading of b
  const std::int64_t blocks = (job.row_count + block - 1) / block;
  parallel_for(
      blocks,
      [&](std::int64_t begin, std::int64_t end) {
        std::vector<double> row_of_b(static_cast<std::size_t>(n));
        for (std::int64_t first = begin * block; first < std::min(end * block, job.row_count);
             first += block) {
          const std::int64_t last = std::min(first + block, job.row_count);
          std::fill(job.result + first * n, job.result + last * n, 0.0);
          for (std::int64_t l = 0; l < inner; ++l) {
            for (std::int64_t j = 0; j < n; ++j) row_of_b[static_cast<std::size_t>(j)] = job.b.at(l, j);
            for (std::int64_t r = first; r < last; ++r) {
              const double factor = job.a.at(job.rows ? job.rows[r] : r, l);
              double* const out = job.result + r * n;
              for (std::int64_t j = 0; j < n; ++j) out[j] += factor * row_of_b[static_cast<std::size_t>(j)];
            }
          }
          for (std::int64_t r = first; r < last; ++r)
            for (std::int64_t j = 0; j < n; ++j) {
              double& value = job.result[r * n + j];
              value *= job.alpha;
              if (job.beta != 0.0) value += job.beta * job.c.at(job.rows ? job.rows[r] : r, j);
            }
        }
      },
      1);
}

/// A projection_job whose memory the host can read.
inline void project_on_host(const projection_job& job) {
  constexpr int width = projection_job::width;
  parallel_for(
      job.matrix.rows,
      [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          double sums[width] = {}, halves = 0.0, squares = 0.0;
          for (std::int64_t j = 0; j < job.matrix.columns; ++j) {
            const double value = job.matrix.at(i, j);
            for (int v = 0; v < width; ++v) sums[v] += value * job.vectors[j * width + v];
            if (!job.squares) continue;
            const double half = job.half_spacing(value);
            halves += half * half;
            squares += value * value;
          }
          std::copy(sums, sums + width, job.result + i * width);
          if (job.squares) {
            job.squares[2 * i] = halves;
            job.squares[2 * i + 1] = squares;
          }
        }
      },
      64);
}

}  // namespace assay
