// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Tensors whose rows lie apart, that begin at any element or lie on one another, and what is told of right
// kernels without blame: that a row depends on its batch, or a sum on its order.
#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <cstdint>

#include "exhibit.hpp"
#include "kernels.cuh"
#include "problems.hpp"

namespace {

using std::int64_t;
using namespace zoo;

/// Rows turned around, `from` and `to` elements apart. A thread for each pair: right in place, too.
__global__ void turn_pairs(int64_t rows, int64_t columns, int64_t from, int64_t to, const float* x,
                           float* y) {
  for (each_index i; i < rows * (columns / 2); i.next()) {
    const int64_t r = i / (columns / 2), j = i % (columns / 2);
    const float first = x[r * from + j], last = x[r * from + columns - 1 - j];
    y[r * to + j] = last;
    y[r * to + columns - 1 - j] = first;
  }
}
/// The same through shared memory, a row for each block.
__global__ void turn_staged(int64_t rows, int64_t columns, int64_t from, int64_t to, const float* x,
                            float* y) {
  extern __shared__ float row[];
  for (int64_t r = blockIdx.x; r < rows; r += gridDim.x) {
    for (int64_t j = threadIdx.x; j < columns; j += blockDim.x) row[j] = x[r * from + j];
    __syncthreads();
    for (int64_t j = threadIdx.x; j < columns; j += blockDim.x) y[r * to + j] = row[columns - 1 - j];
    __syncthreads();
  }
}
/// A thread for each row, from its beginning: in place the second half is read after the first was written.
__global__ void turn_in_order(int64_t rows, int64_t columns, int64_t from, int64_t to, const float* x,
                              float* y) {
  for (each_index r; r < rows; r.next())
    for (int64_t j = 0; j < columns; ++j) y[r * to + j] = x[r * from + columns - 1 - j];
}
/// `value` into the elements between the rows.
__global__ void fill_gaps(int64_t rows, int64_t columns, int64_t apart, float* y, float value) {
  for (each_index i; i < (rows - 1) * (apart - columns); i.next()) {
    const int64_t gap = apart - columns;
    y[i / gap * apart + columns + i % gap] = value;
  }
}

/// A thread a row, in order; `ways` sums a row, added up at the end.
__global__ void sum_in_ways(int64_t rows, int64_t columns, int ways, const float* x, float* y) {
  for (each_index r; r < rows; r.next()) {
    float sums[4] = {};
    for (int64_t i = 0; i < columns; ++i) sums[i % ways] += x[r * columns + i];
    y[r] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
}

}  // namespace

ASSAY_PROBLEM("layouts: rows turned around", assay::cuda, p) {
  const auto t = zoo::reversed_rows(p, 1000, 64);
  const auto rows = t.rows, columns = t.columns;
  const auto x = t.x;
  const auto y = t.y;

  const auto pairs = [=](cudaStream_t s) {
    turn_pairs<<<blocks, threads, 0, s>>>(rows, columns, x.leading_dimension(), y.leading_dimension(), x, y);
  };
  zoo::honest(p, "by pairs", "in place by declaration", pairs);
  zoo::honest(p, "through shared memory", "rows that lie apart", [=](cudaStream_t s) {
    turn_staged<<<blocks, threads, static_cast<unsigned>(columns) * 4, s>>>(
        rows, columns, x.leading_dimension(), y.leading_dimension(), x, y);
  });
  zoo::bad(
      p, "takes rows to be close together",
      {"no thought of leading dimensions", zoo::wrong | zoo::invalid, check::layouts},
      [=](cudaStream_t s) { turn_pairs<<<blocks, threads, 0, s>>>(rows, columns, columns, columns, x, y); });
  zoo::bad(p, "takes the result's rows to be close together",
           {"no thought of leading dimensions", zoo::wrong | zoo::invalid, check::layouts},
           [=](cudaStream_t s) {
             turn_staged<<<blocks, threads, static_cast<unsigned>(columns) * 4, s>>>(
                 rows, columns, x.leading_dimension(), columns, x, y);
           });
  zoo::bad(p, "clears what lies between its rows", {"writes out of bounds", zoo::invalid, check::layouts},
           [=](cudaStream_t s) {
             pairs(s);
             if (y.leading_dimension() > columns)
               fill_gaps<<<blocks, threads, 0, s>>>(rows, columns, y.leading_dimension(), y, 0.0f);
           });
  zoo::bad(p, "reads what it has overwritten in place",
           {"no thought of aliasing", zoo::wrong, check::layouts}, [=](cudaStream_t s) {
             turn_in_order<<<blocks, threads, 0, s>>>(rows, columns, x.leading_dimension(),
                                                      y.leading_dimension(), x, y);
           });
  zoo::bad(p, "aligns its rows down", {"relies on alignment", zoo::wrong | zoo::invalid, check::misalignment},
           [=](cudaStream_t s) {
             turn_pairs<<<blocks, threads, 0, s>>>(rows, columns, x.leading_dimension(),
                                                   y.leading_dimension(), zoo::aligned_down(x.data()),
                                                   zoo::aligned_down(y.data()));
           });
}

ASSAY_PROBLEM("labels: sums of rows", assay::cuda, p) {
  const auto t = zoo::labelled_sums(p, 512, 1000);
  const auto rows = t.rows, columns = t.columns;
  const auto x = t.x;
  const auto y = t.y;

  zoo::honest(p, "in order", {"depends on the order of a sum", "order-sensitive"},
              [=](cudaStream_t s) { sum_in_ways<<<blocks, threads, 0, s>>>(rows, columns, 1, x, y); });
  zoo::honest(p, "more ways for few rows", {"a row comes out otherwise in another batch", "batch-variant"},
              [=](cudaStream_t s) {
                sum_in_ways<<<blocks, threads, 0, s>>>(rows, columns, rows < 16 ? 4 : 1, x, y);
              });
  zoo::honest(p, "a block for few rows", {"a row comes out otherwise in another batch", "batch-variant"},
              [=](cudaStream_t s) {
                if (rows < 16)
                  zoo::sum_rows<<<blocks, threads, 0, s>>>(rows, columns, columns, x.data(), y.data());
                else
                  sum_in_ways<<<blocks, threads, 0, s>>>(rows, columns, 1, x, y);
              });
}
