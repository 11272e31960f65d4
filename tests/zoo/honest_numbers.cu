// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Right kernels whose results are not the oracle's to the bit: other orders, other roundings, fast functions.
#include <mma.h>

#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <cstdint>

#include "exhibit.hpp"
#include "kernels.cuh"
#include "problems.hpp"

namespace {

using std::int64_t;
using namespace zoo;

struct relu_or_nan {
  __device__ float operator()(int64_t i, const float* x) const {
    return x[i] > 0.0f || isnan(x[i]) ? x[i] : 0.0f;
  }
};
struct softsign_or_one {
  __device__ float operator()(int64_t i, const float* x) const {
    return isinf(x[i]) ? copysignf(1.0f, x[i]) : x[i] / (1.0f + fabsf(x[i]));
  }
};

__global__ void sum_rows_serial(int64_t rows, int64_t columns, const float* x, float* y) {
  for (each_index r; r < rows; r.next()) {
    float sum = 0;
    for (int64_t i = 0; i < columns; ++i) sum += x[r * columns + i];
    y[r] = sum;
  }
}
__global__ void sum_rows_compensated(int64_t rows, int64_t columns, const float* x, float* y) {  // Kahan
  for (each_index r; r < rows; r.next()) {
    float sum = 0, lost = 0;
    for (int64_t i = 0; i < columns; ++i) {
      const float term = __fsub_rn(x[r * columns + i], lost), next = __fadd_rn(sum, term);
      lost = __fsub_rn(__fsub_rn(next, sum), term);
      sum = next;
    }
    y[r] = sum;
  }
}
__global__ void sum_rows_double(int64_t rows, int64_t columns, const float* x, float* y) {
  for (each_index r; r < rows; r.next()) {
    double sum = 0;
    for (int64_t i = 0; i < columns; ++i) sum += x[r * columns + i];
    y[r] = float(sum);
  }
}
/// A block for every 256 columns of a row; in the order in which they are done. y must be zero.
__global__ void sum_rows_atomic(int64_t pieces, int64_t columns, const float* x, float* y) {
  const int64_t r = blockIdx.x / pieces, i = blockIdx.x % pieces * blockDim.x + threadIdx.x;
  const float sum = zoo::block_sum(i < columns ? x[r * columns + i] : 0.0f);
  if (threadIdx.x == 0) atomicAdd(y + r, sum);
}
/// partial[r, piece], for a second kernel.
__global__ void sum_pieces(int64_t pieces, int64_t columns, const float* x, float* partial) {
  const int64_t r = blockIdx.x / pieces, piece = blockIdx.x % pieces;
  float own = 0;
  for (int64_t i = columns * piece / pieces + threadIdx.x; i < columns * (piece + 1) / pieces;
       i += blockDim.x)
    own += x[r * columns + i];
  const float sum = zoo::block_sum(own);
  if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}
/// Reads x once for the largest and the sum (Milakov and Gimelshein, arXiv 1805.02867).
template <class T>
__global__ void softmax_online(int64_t rows, int64_t columns, const T* x, T* y) {
  for (int64_t r = blockIdx.x; r < rows; r += gridDim.x) {
    const T* const in = x + r * columns;
    float top = -INFINITY, sum = 0;
    for (int64_t i = threadIdx.x; i < columns; i += blockDim.x) {
      const float value = float(in[i]), larger = fmaxf(top, value);
      if (larger > -INFINITY) sum = sum * expf(top - larger) + expf(value - larger);
      top = larger;
    }
    const float block_top = zoo::block_max(top);
    sum = zoo::block_sum(top > -INFINITY ? sum * expf(top - block_top) : 0.0f);
    for (int64_t i = threadIdx.x; i < columns; i += blockDim.x)
      y[r * columns + i] = T(expf(float(in[i]) - block_top) / sum);
  }
}
/// exp(x) = 2^(x·log2 e), with the scaling done once for all.
struct exp_by_exp2 {
  __device__ float operator()(float x) const { return exp2f(x * 1.4426950408889634f); }
};

/// C = A·B by the matrix units, one warp a tile of 16×16; m, n and k are multiples of 16.
/// `gemm_rest`.
template <class T>
__global__ void gemm_wmma(int64_t n, int64_t k, const T* a, const T* b, float* c) {
  using namespace nvcuda;
  wmma::fragment<wmma::matrix_a, 16, 16, 16, T, wmma::row_major> tile_a;
  wmma::fragment<wmma::matrix_b, 16, 16, 16, T, wmma::row_major> tile_b;
  wmma::fragment<wmma::accumulator, 16, 16, 16, float> sum;
  wmma::fill_fragment(sum, 0.0f);
  for (int64_t l = 0; l < k; l += 16) {
    wmma::load_matrix_sync(tile_a, a + blockIdx.y * 16 * k + l, unsigned(k));
    wmma::load_matrix_sync(tile_b, b + l * n + blockIdx.x * 16, unsigned(n));
    wmma::mma_sync(sum, tile_a, tile_b, sum);
  }
  wmma::store_matrix_sync(c + blockIdx.y * int64_t{16} * n + blockIdx.x * 16, sum, unsigned(n),
                          wmma::mem_row_major);
}
/// C += the products `first` ≤ l < `last`, in whatever order. C must be zero.
__global__ void gemm_split_atomic(int64_t m, int64_t n, int64_t k, int64_t splits, const float* a,
                                  const float* b, float* c) {
  const int64_t split = blockIdx.y, first = k * split / splits, last = k * (split + 1) / splits;
  for (each_index i; i < m * n; i.next()) {
    float sum = 0;
    for (int64_t l = first; l < last; ++l) sum += a[i / n * k + l] * b[l * n + i % n];
    atomicAdd(c + i, sum);
  }
}
__global__ void add_splits(int64_t elements, int64_t splits, const float* partial, float* c) {
  for (each_index i; i < elements; i.next()) {
    float sum = 0;
    for (int64_t split = 0; split < splits; ++split) sum += partial[split * elements + i];
    c[i] = sum;
  }
}
/// From the last product to the first.
__global__ void gemm_reversed(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c) {
  for (each_index i; i < m * n; i.next()) {
    float sum = 0;
    for (int64_t l = k - 1; l >= 0; --l) sum += a[i / n * k + l] * b[l * n + i % n];
    c[i] = sum;
  }
}

__global__ void transpose_tiles(int64_t rows, int64_t columns, const float* x, float* y) {
  __shared__ float tile[32][33];
  const int64_t row = blockIdx.y * int64_t{32}, column = blockIdx.x * int64_t{32};
  if (row + threadIdx.y < rows && column + threadIdx.x < columns)
    tile[threadIdx.y][threadIdx.x] = x[(row + threadIdx.y) * columns + column + threadIdx.x];
  __syncthreads();
  if (column + threadIdx.y < columns && row + threadIdx.x < rows)
    y[(column + threadIdx.y) * rows + row + threadIdx.x] = tile[threadIdx.x][threadIdx.y];
}
__global__ void gather(int64_t n, const float* table, const std::int32_t* index, float* y) {
  for (each_index i; i < n; i.next()) y[i] = table[index[i]];
}
/// Sums of pieces of 1024, one thread each.
__global__ void scan_totals(int64_t n, const std::int32_t* x, std::int32_t* totals) {
  for (each_index piece; piece * 1024 < n; piece.next()) {
    std::int32_t sum = 0;
    for (int64_t i = piece * 1024; i < min(n, piece * 1024 + 1024); ++i) sum += x[i];
    totals[piece] = sum;
  }
}
__global__ void scan_pieces(int64_t n, const std::int32_t* x, const std::int32_t* totals, std::int32_t* y) {
  for (each_index piece; piece * 1024 < n; piece.next()) {
    std::int32_t sum = 0;
    for (int64_t before = 0; before < piece; ++before) sum += totals[before];
    for (int64_t i = piece * 1024; i < min(n, piece * 1024 + 1024); ++i) y[i] = sum += x[i];
  }
}
__global__ void count(int64_t n, const std::int32_t* x, std::int32_t* y) {
  for (each_index i; i < n; i.next()) atomicAdd(y + x[i], 1);
}
__global__ void count_in_shared(int64_t n, const std::int32_t* x, std::int32_t* y) {
  __shared__ std::int32_t bins[64];
  if (threadIdx.x < 64) bins[threadIdx.x] = 0;
  __syncthreads();
  for (each_index i; i < n; i.next()) atomicAdd(bins + x[i], 1);
  __syncthreads();
  if (threadIdx.x < 64) atomicAdd(y + threadIdx.x, bins[threadIdx.x]);
}
__global__ void order_serial(int64_t n, const std::int32_t* x,
                             std::int32_t* y) {  // a warp's lane for each key
  const int key = threadIdx.x;
  __shared__ std::int32_t totals[16];
  std::int32_t total = 0;
  for (int64_t i = 0; i < n; ++i) total += x[i] == key;
  totals[key] = total;
  __syncthreads();
  std::int32_t next = 0;
  for (int smaller = 0; smaller < key; ++smaller) next += totals[smaller];
  for (int64_t i = 0; i < n; ++i)
    if (x[i] == key) y[next++] = static_cast<std::int32_t>(i);
}
__global__ void argmax_first(int64_t rows, int64_t columns, const std::int32_t* x, std::int32_t* y) {
  for (each_index r; r < rows; r.next()) {
    std::int32_t best = 0;
    for (int64_t i = 1; i < columns; ++i)
      if (x[r * columns + i] > x[r * columns + best]) best = static_cast<std::int32_t>(i);
    y[r] = best;
  }
}
/// A thread for each query, scores rescaled as the largest grows.
__global__ void attend_online(int64_t queries, int64_t keys, int width, const float* q, const float* k,
                              const float* v, float* y) {
  for (each_index i; i < queries; i.next()) {
    float top = -INFINITY, sum = 0, result[64] = {};
    for (int64_t j = 0; j < keys; ++j) {
      float score = 0;
      for (int d = 0; d < width; ++d) score += q[i * width + d] * k[j * width + d];
      score *= rsqrtf(float(width));
      const float larger = fmaxf(top, score), keep = expf(top - larger), weight = expf(score - larger);
      sum = sum * keep + weight;
      for (int d = 0; d < width; ++d) result[d] = result[d] * keep + weight * v[j * width + d];
      top = larger;
    }
    for (int d = 0; d < width; ++d) y[i * width + d] = result[d] / sum;
  }
}
/// The same in two passes over the keys.
__global__ void attend_two_passes(int64_t queries, int64_t keys, int width, const float* q, const float* k,
                                  const float* v, float* y) {
  for (each_index i; i < queries; i.next()) {
    const auto score = [&](int64_t j) {
      float dot = 0;
      for (int d = 0; d < width; ++d) dot += q[i * width + d] * k[j * width + d];
      return dot / sqrtf(float(width));
    };
    float top = -INFINITY, sum = 0, result[64] = {};
    for (int64_t j = 0; j < keys; ++j) top = fmaxf(top, score(j));
    for (int64_t j = 0; j < keys; ++j) {
      const float weight = expf(score(j) - top);
      sum += weight;
      for (int d = 0; d < width; ++d) result[d] += weight * v[j * width + d];
    }
    for (int d = 0; d < width; ++d) y[i * width + d] = result[d] / sum;
  }
}

}  // namespace

ASSAY_PROBLEM("honest: relu", assay::cuda, p) {
  const auto t = zoo::relu(p, 100'003);
  zoo::honest(p, "x > 0 or NaN", "NaN and zeros of both signs",
              [=](cudaStream_t s) { zoo::map<<<blocks, threads, 0, s>>>(t.n, t.x, t.y, relu_or_nan()); });
}

ASSAY_PROBLEM("honest: softsign", assay::cuda, p) {
  const auto t = zoo::softsign(p, 100'003);
  zoo::honest(p, "infinity on its own", "infinite inputs",
              [=](cudaStream_t s) { zoo::map<<<blocks, threads, 0, s>>>(t.n, t.x, t.y, softsign_or_one()); });
}

ASSAY_PROBLEM("honest: row sums", assay::cuda, p) {
  const auto t = zoo::row_sums(p, 512, 4000);
  const auto rows = t.rows, columns = t.columns;
  const auto partial = p.workspace(rows * 16 * 4);
  zoo::honest(p, "a block a row", "reordered sum", [=](cudaStream_t s) {
    zoo::sum_rows<<<blocks, threads, 0, s>>>(rows, columns, columns, t.x.data(), t.y.data());
  });
  zoo::honest(p, "in order", "a serial chain",
              [=](cudaStream_t s) { sum_rows_serial<<<blocks, threads, 0, s>>>(rows, columns, t.x, t.y); });
  zoo::honest(p, "compensated", "more exact than asked", [=](cudaStream_t s) {
    sum_rows_compensated<<<blocks, threads, 0, s>>>(rows, columns, t.x, t.y);
  });
  zoo::honest(p, "in fp64", "more exact than asked",
              [=](cudaStream_t s) { sum_rows_double<<<blocks, threads, 0, s>>>(rows, columns, t.x, t.y); });
  zoo::honest(p, "atomics", "floating-point atomics", [=](cudaStream_t s) {
    const int64_t pieces = tiles(columns, threads);
    zoo::zero(s, t.y.data(), rows * 4);
    sum_rows_atomic<<<tiles(rows * pieces, 1), threads, 0, s>>>(pieces, columns, t.x, t.y);
  });
  zoo::honest(p, "pieces, then their sums", "workspace", [=](cudaStream_t s) {
    auto* const pieces = static_cast<float*>(partial.data());
    sum_pieces<<<tiles(rows * 16, 1), threads, 0, s>>>(16, columns, t.x, pieces);
    sum_rows_serial<<<blocks, threads, 0, s>>>(rows, 16, pieces, t.y);
  });
}

ASSAY_PROBLEM("honest: softmax", assay::cuda, p) {
  const auto t = zoo::softmax<float>(p, 256, 1000);
  const auto rows = t.rows, columns = t.columns;
  const auto softmax = [=](auto exponential) {
    return [=](cudaStream_t s) {
      zoo::softmax_rows<<<blocks, threads, 0, s>>>(rows, columns, columns, true, t.x.data(), t.y.data(),
                                                   exponential);
    };
  };
  zoo::honest(p, "three passes", "transcendental functions", softmax(zoo::precise_exp()));
  zoo::honest(p, "exp2", "transcendental functions", softmax(exp_by_exp2()));
  zoo::honest(p, "online", "rescaled sum", [=](cudaStream_t s) {
    softmax_online<<<blocks, threads, 0, s>>>(rows, columns, t.x.data(), t.y.data());
  });
}

// __expf errs by 2 + ⌊|1.173·x|⌋ ulp (CUDA C++ Programming Guide, "Intrinsic Functions"): for |x| ≤ 32, which
// the differences of normal(0, 4) hardly leave, 40 ulp of weights that are at most 1, and the same of the
// sum.
ASSAY_PROBLEM("honest: softmax with fast exponentials", assay::cuda, p) {
  const auto t = zoo::softmax<float>(p, 256, 1000);
  p.tolerance(assay::tolerance::allclose(1e-7, 1e-5));
  zoo::honest(p, "__expf", "approximate functions within the declared tolerance", [=](cudaStream_t s) {
    zoo::softmax_rows<<<blocks, threads, 0, s>>>(t.rows, t.columns, t.columns, true, t.x.data(), t.y.data(),
                                                 zoo::fast_exp());
  });
}

ASSAY_PROBLEM("honest: softmax in bf16", assay::cuda, p) {
  const auto t = zoo::softmax<__nv_bfloat16>(p, 256, 1000);
  zoo::honest(p, "three passes", "16-bit output", [=](cudaStream_t s) {
    zoo::softmax_rows<<<blocks, threads, 0, s>>>(t.rows, t.columns, t.columns, true, t.x.data(), t.y.data(),
                                                 zoo::precise_exp());
  });
}

ASSAY_PROBLEM("honest: rmsnorm", assay::cuda, p) {
  p.type_axis<float, __half, __nv_bfloat16>("T", [&](auto type) {
    using T = typename decltype(type)::type;
    const auto t = zoo::rmsnorm<T>(p, 256, 4096);
    zoo::honest(p, "a block a row", "approximate reciprocal root", [=](cudaStream_t s) {
      zoo::rmsnorm_rows<T, float><<<blocks, threads, 0, s>>>(t.rows, t.columns, t.x, t.w, t.y);
    });
  });
}

ASSAY_PROBLEM("honest: gemm", assay::cuda, p) {
  const auto t = zoo::gemm<float, float>(p, 256);
  const auto m = t.m, n = t.n, k = t.k;
  const auto a = t.a, b = t.b;
  const auto c = t.c;
  const auto partial = p.workspace(4 * m * n * 4);
  zoo::honest(p, "tiles", "a serial chain",
              [=](cudaStream_t s) { zoo::launch_gemm(s, m, n, k, 0, k, a.data(), b.data(), c.data()); });
  zoo::honest(p, "from the last product to the first", "reordered sum",
              [=](cudaStream_t s) { gemm_reversed<<<blocks, threads, 0, s>>>(m, n, k, a, b, c); });
  zoo::honest(p, "split along k, by atomics", "split-K, atomics", [=](cudaStream_t s) {
    zoo::zero(s, c.data(), m * n * 4);
    gemm_split_atomic<<<dim3(blocks, 4), threads, 0, s>>>(m, n, k, 4, a, b, c);
  });
  zoo::honest(p, "split along k, added up later", "split-K, workspace", [=](cudaStream_t s) {
    auto* const parts = static_cast<float*>(partial.data());
    for (int64_t split = 0; split < 4; ++split)
      zoo::launch_gemm(s, m, n, k, k * split / 4, k * (split + 1) / 4, a.data(), b.data(),
                       parts + split * m * n);
    add_splits<<<blocks, threads, 0, s>>>(m * n, 4, parts, c);
  });
}

ASSAY_PROBLEM("honest: gemm of halves", assay::cuda, p) {
  p.type_axis<__half, __nv_bfloat16>("T", [&](auto type) {
    using T = typename decltype(type)::type;
    const auto t = zoo::gemm<T, float>(p, 256, assay::tolerance::accumulating(1, assay::dtype::fp32, true));
    const auto m = t.m, n = t.n, k = t.k;
    zoo::honest(p, "tiles, fp32 accumulation", "16-bit input", [=](cudaStream_t s) {
      zoo::launch_gemm(s, m, n, k, 0, k, t.a.data(), t.b.data(), t.c.data());
    });
    zoo::honest(p, "matrix units", "truncating accumulator", [=](cudaStream_t s) {
      // The matrix units want whole tiles and aligned rows.
      const bool whole =
          m % 16 == 0 && n % 16 == 0 && k % 16 == 0 &&
          (reinterpret_cast<std::uintptr_t>(t.a.data()) | reinterpret_cast<std::uintptr_t>(t.b.data()) |
           reinterpret_cast<std::uintptr_t>(t.c.data())) %
                  32 ==
              0;
      if (whole)
        gemm_wmma<T><<<dim3(unsigned(n / 16), unsigned(m / 16)), 32, 0, s>>>(n, k, t.a, t.b, t.c);
      else
        zoo::launch_gemm(s, m, n, k, 0, k, t.a.data(), t.b.data(), t.c.data());
    });
  });
}

ASSAY_PROBLEM("honest: gemm, 16-bit output", assay::cuda, p) {
  const auto t = zoo::gemm<__nv_bfloat16, __nv_bfloat16>(p, 256);
  zoo::honest(p, "rounded once", "16-bit output", [=](cudaStream_t s) {
    zoo::launch_gemm(s, t.m, t.n, t.k, 0, t.k, t.a.data(), t.b.data(), t.c.data());
  });
}

ASSAY_PROBLEM("honest: gemm, beta is zero", assay::cuda, p) {
  const auto t = zoo::gemm_beta_zero(p, 128);
  zoo::honest(p, "never reads C", "NaN in what must not be read", [=](cudaStream_t s) {
    zoo::launch_gemm(s, t.m, t.n, t.k, 0, t.k, t.a.data(), t.b.data(), t.c.data());
  });
}

ASSAY_PROBLEM("honest: transpose", assay::cuda, p) {
  const auto t = zoo::transpose(p, 256, 256);
  zoo::honest(p, "tiles", "to the bit", [=](cudaStream_t s) {
    transpose_tiles<<<dim3(tiles(t.columns, 32), tiles(t.rows, 32)), dim3(32, 32), 0, s>>>(t.rows, t.columns,
                                                                                           t.x, t.y);
  });
}

ASSAY_PROBLEM("honest: gather", assay::cuda, p) {
  const auto t = zoo::gather(p, 100'003, 1000);
  zoo::honest(p, "grid stride", "to the bit",
              [=](cudaStream_t s) { gather<<<blocks, threads, 0, s>>>(t.n, t.table, t.index, t.y); });
}

ASSAY_PROBLEM("honest: scan", assay::cuda, p) {
  const auto t = zoo::inclusive_scan(p, 100'003);
  const auto totals = p.workspace((t.n + 1023) / 1024 * 4);
  zoo::honest(p, "totals first", "workspace", [=](cudaStream_t s) {
    auto* const sums = static_cast<std::int32_t*>(totals.data());
    scan_totals<<<blocks, threads, 0, s>>>(t.n, t.x, sums);
    scan_pieces<<<blocks, threads, 0, s>>>(t.n, t.x, sums, t.y);
  });
}

ASSAY_PROBLEM("honest: histogram", assay::cuda, p) {
  const auto t = zoo::histogram(p, 100'003, 64);
  zoo::honest(p, "global atomics", "integer atomics", [=](cudaStream_t s) {
    zoo::zero(s, t.y.data(), 64 * 4);
    count<<<blocks, threads, 0, s>>>(t.n, t.x, t.y);
  });
  zoo::honest(p, "shared atomics", "integer atomics", [=](cudaStream_t s) {
    zoo::zero(s, t.y.data(), 64 * 4);
    count_in_shared<<<blocks, threads, 0, s>>>(t.n, t.x, t.y);
  });
}

ASSAY_PROBLEM("honest: stable order", assay::cuda, p) {
  const auto t = zoo::stable_order(p, 4000);
  zoo::honest(p, "a thread for each key", "ties",
              [=](cudaStream_t s) { order_serial<<<1, 16, 0, s>>>(t.n, t.x, t.y); });
}

ASSAY_PROBLEM("honest: argmax", assay::cuda, p) {
  const auto t = zoo::argmax(p, 512, 1000);
  zoo::honest(p, "the first of the largest", "ties",
              [=](cudaStream_t s) { argmax_first<<<blocks, threads, 0, s>>>(t.rows, t.columns, t.x, t.y); });
}

ASSAY_PROBLEM("honest: attention", assay::cuda, p) {
  const auto t = zoo::attention<float>(p, 128, 256, 32);
  const auto width = static_cast<int>(t.width);
  zoo::honest(p, "online", "rescaled sum", [=](cudaStream_t s) {
    attend_online<<<blocks, threads, 0, s>>>(t.queries, t.keys, width, t.q, t.k, t.v, t.y);
  });
  zoo::honest(p, "two passes", "transcendental functions", [=](cudaStream_t s) {
    attend_two_passes<<<blocks, threads, 0, s>>>(t.queries, t.keys, width, t.q, t.k, t.v, t.y);
  });
}

ASSAY_PROBLEM("honest: polynomial", assay::cuda, p) {
  const auto t = zoo::polynomial(p, 1 << 14, (1 << 14) - 1);
  zoo::honest(p, "Horner", "a serial chain", [=](cudaStream_t s) {
    zoo::horner<<<tiles(t.n, threads), threads, 0, s>>>(t.n, t.degree, t.c.data(), t.x.data(), t.y.data());
  });
  zoo::honest(p, "counts its calls", "state that changes nothing", [=, calls = 0](cudaStream_t s) mutable {
    const int width = calls++ % 2 == 0 ? threads : threads / 2;
    zoo::horner<<<tiles(t.n, width), width, 0, s>>>(t.n, t.degree, t.c.data(), t.x.data(), t.y.data());
  });
}
