// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Kernels whose numbers are wrong: always, at some shapes, or for some values.
#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <cstdint>

#include "exhibit.hpp"
#include "kernels.cuh"
#include "problems.hpp"

namespace {

using std::int64_t;
using namespace zoo;

// Elements of maps from x to y.

struct constant {
  float value;
  __device__ float operator()(int64_t, const float*) const { return value; }
};
struct multiple {
  float factor;
  __device__ float operator()(int64_t i, const float* x) const { return factor * x[i]; }
};
struct garbage_every_128th {
  __device__ float operator()(int64_t i, const float* x) const { return i % 128 == 127 ? 5.0f : 2.0f * x[i]; }
};
struct neighbour {
  int64_t n;
  __device__ float operator()(int64_t i, const float* x) const { return 2.0f * x[i + 1 < n ? i + 1 : i]; }
};
struct pair_partner {
  int64_t n;
  __device__ float operator()(int64_t i, const float* x) const { return 2.0f * x[(i ^ 1) < n ? i ^ 1 : i]; }
};
struct without_sign {
  __device__ float operator()(int64_t i, const float* x) const { return 2.0f * fabsf(x[i]); }
};
struct flushed {
  __device__ float operator()(int64_t i, const float* x) const {
    return fabsf(x[i]) < 0x1p-126f ? 0.0f : 2.0f * x[i];
  }
};
struct saturated {
  __device__ float operator()(int64_t i, const float* x) const {
    return 2.0f * fminf(fmaxf(x[i], -1.0f), 1.0f);
  }
};
struct relu_without_nan {
  __device__ float operator()(int64_t i, const float* x) const { return fmaxf(x[i], 0.0f); }
};
struct relu_with_minus_zero {
  __device__ float operator()(int64_t i, const float* x) const { return x[i] < 0.0f ? 0.0f : x[i]; }
};
struct softsign_plain {
  __device__ float operator()(int64_t i, const float* x) const { return x[i] / (1.0f + fabsf(x[i])); }
};

// Changes to a result that was right.

struct one_off {
  int64_t at;
  float factor;
  __device__ float operator()(int64_t i, float y) const { return i == at ? factor * y : y; }
};
struct one_nan {
  int64_t at;
  __device__ float operator()(int64_t i, float y) const { return i == at ? nanf("") : y; }
};

__global__ void twice_by_vectors(int64_t n, const float* x, float* y) {  // floor(n / 4) vectors
  for (each_index i; i < n / 4; i.next())
    for (int lane = 0; lane < 4; ++lane) y[4 * i + lane] = 2.0f * x[4 * i + lane];
}
__global__ void twice_16_bit(int64_t n, const float* x, float* y) {
  for (each_index i; i < n; i.next()) {
    const auto index = static_cast<std::uint16_t>(i);
    y[index] = 2.0f * x[index];
  }
}

/// Tree reduction whose threads do not wait for each other. The upper half is late, as it is when it has
/// missed its cache.
__global__ void sum_rows_racing(int64_t rows, int64_t columns, const float* x, float* y) {
  __shared__ volatile float partial[1024];
  for (int64_t r = blockIdx.x; r < rows; r += gridDim.x) {
    float own = 0;
    for (int64_t i = threadIdx.x; i < columns; i += blockDim.x) own += x[r * columns + i];
    if (threadIdx.x >= 512) __nanosleep(2000);
    partial[threadIdx.x] = own;
    for (unsigned half = 512; half > 0; half /= 2)  // no __syncthreads()
      if (threadIdx.x < half) partial[threadIdx.x] = partial[threadIdx.x] + partial[threadIdx.x + half];
    if (threadIdx.x == 0) y[r] = partial[0];
    __syncthreads();
    partial[threadIdx.x] = 0;
    __syncthreads();
  }
}
/// Four blocks a row that add to it without atomics.
__global__ void sum_rows_unlocked(int64_t columns, const float* x, float* y) {
  const int64_t r = blockIdx.x / 4;
  float own = 0;
  for (int64_t i = blockIdx.x % 4 * blockDim.x + threadIdx.x; i < columns; i += 4 * blockDim.x)
    own += x[r * columns + i];
  const float sum = zoo::block_sum(own);
  if (threadIdx.x == 0) {
    const float before = *static_cast<volatile float*>(y + r);
    __nanosleep(2000);
    *static_cast<volatile float*>(y + r) = before + sum;
  }
}
/// Half of each row, doubled: right on average.
__global__ void sum_rows_sampled(int64_t rows, int64_t columns, const float* x, float* y) {
  for (int64_t r = blockIdx.x; r < rows; r += gridDim.x) {
    float own = 0;
    for (int64_t i = 2 * threadIdx.x; i < columns; i += 2 * blockDim.x) own += 2.0f * x[r * columns + i];
    const float sum = zoo::block_sum(own);
    if (threadIdx.x == 0) y[r] = sum;
  }
}
__global__ void sum_rows_half(int64_t rows, int64_t columns, const float* x, float* y) {
  for (int64_t r = blockIdx.x; r < rows; r += gridDim.x) {
    __half own = __half(0.0f);
    for (int64_t i = threadIdx.x; i < columns; i += blockDim.x) own = __half(float(own) + x[r * columns + i]);
    const float sum = zoo::block_sum(float(own));
    if (threadIdx.x == 0) y[r] = sum;
  }
}

/// The upper left tile of 16×16 of a matrix with n columns, transposed in place. One block of 16×16.
__global__ void transpose_a_tile(int64_t m, int64_t n, float* c) {
  const int64_t row = threadIdx.y, column = threadIdx.x;
  const bool swaps = row < column && row < m && column < m && row < n && column < n;
  if (swaps) {
    const float kept = c[row * n + column];
    c[row * n + column] = c[column * n + row];
    c[column * n + row] = kept;
  }
}
/// Takes product `l` out of C's middle element.
__global__ void drop_product(int64_t m, int64_t n, int64_t k, int64_t l, const float* a, const float* b,
                             float* c) {
  const int64_t row = m / 2, column = n / 2;
  c[row * n + column] -= a[row * k + l] * b[l * n + column];
}
/// C = A·B, with rows of A taken `leading` elements apart and kept within A.
__global__ void gemm_leading(int64_t m, int64_t n, int64_t k, int64_t leading, const float* a, const float* b,
                             float* c) {
  for (each_index i; i < m * n; i.next()) {
    float sum = 0;
    for (int64_t l = 0; l < k; ++l) {
      const int64_t at = i / n * leading + l;
      sum += a[at < m * k ? at : m * k - 1] * b[l * n + i % n];
    }
    c[i] = sum;
  }
}
/// C = Aᵀ·Bᵀ read as they lie: right for squares that are symmetric.
__global__ void gemm_transposed_b(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c) {
  for (each_index i; i < m * n; i.next()) {
    float sum = 0;
    for (int64_t l = 0; l < k; ++l) sum += a[i / n * k + l] * b[(i % n * k + l) % (k * n)];
    c[i] = sum;
  }
}
__global__ void reverse_rows(int64_t rows, int64_t columns, float* y) {
  for (each_index i; i < rows / 2 * columns; i.next()) {
    const int64_t other = (rows - 1 - i / columns) * columns + i % columns;
    const float kept = y[i];
    y[i] = y[other];
    y[other] = kept;
  }
}
/// C = A·B + β·C, β multiplied out even when it is 0.
__global__ void gemm_beta(int64_t m, int64_t n, int64_t k, float beta, const float* a, const float* b,
                          float* c) {
  for (each_index i; i < m * n; i.next()) {
    float sum = beta * c[i];
    for (int64_t l = 0; l < k; ++l) sum += a[i / n * k + l] * b[l * n + i % n];
    c[i] = sum;
  }
}

/// Whole tiles of 32×32 only.
__global__ void transpose_whole_tiles(int64_t rows, int64_t columns, const float* x, float* y) {
  const int64_t row = blockIdx.y * int64_t{32} + threadIdx.y, column = blockIdx.x * int64_t{32} + threadIdx.x;
  if (row < rows / 32 * 32 && column < columns / 32 * 32) y[column * rows + row] = x[row * columns + column];
}
/// The pitch of y taken to be that of x.
__global__ void transpose_square(int64_t rows, int64_t columns, const float* x, float* y) {
  for (each_index i; i < rows * columns; i.next()) {
    const int64_t at = i % columns * columns + i / columns;
    if (at < rows * columns) y[at] = x[i];
  }
}

__global__ void gather_clamped(int64_t n, int64_t table_size, const float* table, const std::int32_t* index,
                               float* y) {
  for (each_index i; i < n; i.next()) y[i] = table[min(int64_t{index[i]}, max(table_size - 2, int64_t{0}))];
}
/// Every block sums up its 1024 elements alone: nothing is carried from one to the next.
__global__ void scan_blocks(int64_t n, const std::int32_t* x, std::int32_t* y) {
  for (int64_t block = blockIdx.x; block * 1024 < n; block += gridDim.x)
    if (threadIdx.x == 0) {
      std::int32_t sum = 0;
      for (int64_t i = block * 1024; i < min(n, (block + 1) * 1024); ++i) y[i] = sum += x[i];
    }
}
__global__ void scan_serial(int64_t n, int shift, const std::int32_t* x, std::int32_t* y) {  // one thread
  std::int32_t sum = 0;
  for (int64_t i = 0; i < n; ++i) {
    const std::int32_t before = sum;
    sum += x[i];
    y[i] = shift ? before : sum;
  }
}
__global__ void count_unlocked(int64_t n, const std::int32_t* x, std::int32_t* y) {
  for (each_index i; i < n; i.next()) {
    volatile std::int32_t* const bin = y + x[i];
    *bin = *bin + 1;
  }
}
__global__ void count_but(int64_t n, std::int32_t left_out, const std::int32_t* x, std::int32_t* y) {
  for (each_index i; i < n; i.next())
    if (x[i] != left_out) atomicAdd(y + x[i], 1);
}
/// Places of equal keys are taken as threads come.
__global__ void order_by_atomics(int64_t n, const std::int32_t* x, std::int32_t* y) {  // one block
  __shared__ std::int32_t next[16];
  if (threadIdx.x < 16) next[threadIdx.x] = 0;
  __syncthreads();
  for (int64_t i = n - 1 - threadIdx.x; i >= 0; i -= blockDim.x) atomicAdd(next + x[i], 1);
  __syncthreads();
  if (threadIdx.x == 0)
    for (int key = 0, sum = 0; key < 16; ++key) {
      const int count = next[key];
      next[key] = sum;
      sum += count;
    }
  __syncthreads();
  for (int64_t i = n - 1 - threadIdx.x; i >= 0; i -= blockDim.x)
    y[atomicAdd(next + x[i], 1)] = static_cast<std::int32_t>(i);
}
__global__ void argmax_last(int64_t rows, int64_t columns, const std::int32_t* x, std::int32_t* y) {
  for (each_index r; r < rows; r.next()) {
    std::int32_t best = 0;
    for (int64_t i = 1; i < columns; ++i)
      if (x[r * columns + i] >= x[r * columns + best]) best = static_cast<std::int32_t>(i);
    y[r] = best;
  }
}
/// One thread a query, online softmax; `scaled`: by 1/√width, as it should be; `keys` of them are looked at.
__global__ void attend(int64_t queries, int64_t keys, int width, bool scaled, const float* q, const float* k,
                       const float* v, float* y) {
  for (each_index i; i < queries; i.next()) {
    float top = -INFINITY, sum = 0, result[64] = {};
    for (int64_t j = 0; j < keys; ++j) {
      float score = 0;
      for (int d = 0; d < width; ++d) score += q[i * width + d] * k[j * width + d];
      if (scaled) score *= rsqrtf(float(width));
      const float larger = fmaxf(top, score), keep = expf(top - larger), weight = expf(score - larger);
      sum = sum * keep + weight;
      for (int d = 0; d < width; ++d) result[d] = result[d] * keep + weight * v[j * width + d];
      top = larger;
    }
    for (int d = 0; d < width; ++d) y[i * width + d] = result[d] / sum;
  }
}

}  // namespace

ASSAY_PROBLEM("wrong: twice", assay::cuda, p) {
  const auto t = zoo::twice(p, 100'003);
  const auto n = t.n;
  const auto x = t.x;
  const auto y = t.y;
  const auto mapped = [=](auto element) {
    return [=](cudaStream_t s) { map<<<blocks, threads, 0, s>>>(n, x, y, element); };
  };
  const auto changed = [=](auto element) {
    return [=](cudaStream_t s) {
      zoo::launch_twice(s, n, x, y);
      zoo::change<<<blocks, threads, 0, s>>>(n, y, element);
    };
  };
  zoo::bad(p, "zeros", {"constant output"}, mapped(constant{0.0f}));
  zoo::bad(p, "ones", {"constant output"}, mapped(constant{1.0f}));
  zoo::bad(p, "passes x through", {"passthrough"}, mapped(multiple{1.0f}));
  zoo::bad(p, "times 1.003", {"scaled"}, mapped(multiple{2.006f}));
  zoo::bad(p, "1 of 128 is garbage", {"share of wrong elements"}, mapped(garbage_every_128th()));
  zoo::bad(p, "the neighbour's value", {"off by one"}, mapped(neighbour{n}));
  zoo::bad(p, "pairs swapped", {"permuted elements"}, mapped(pair_partner{n}));
  zoo::bad(p, "loses the sign", {"negative values"}, mapped(without_sign()));
  zoo::bad(p, "one wrong element", {"one wrong element"}, changed(one_off{n / 3, 1.001f}));
  zoo::bad(p, "one NaN", {"NaN"}, changed(one_nan{n / 2}));
  zoo::bad(p, "NaN at the end", {"NaN"}, changed(one_nan{n - 1}));
  zoo::bad(p, "whole vectors only", {"tail unwritten"},
           [=](cudaStream_t s) { twice_by_vectors<<<blocks, threads, 0, s>>>(n, x, y); });
  zoo::bad(p, "all but the first", {"head unwritten"},
           [=](cudaStream_t s) { zoo::launch_twice(s, n - 1, x + 1, y + 1); });
  zoo::bad(p, "16-bit index", {"index overflow"},
           [=](cudaStream_t s) { twice_16_bit<<<blocks, threads, 0, s>>>(n, x, y); });
  zoo::bad(p, "flushes subnormals", {"subnormals", zoo::wrong, check::fuzzed_values}, mapped(flushed()));
  zoo::bad(p, "right within ±1 only", {"large values", zoo::wrong, check::fuzzed_values},
           mapped(saturated()));
}

// Timed where nothing shows.
ASSAY_PROBLEM("wrong: twice of a round number", assay::cuda, p) {
  const auto t = zoo::twice(p, 1 << 16);
  const auto n = t.n;
  zoo::bad(p, "whole vectors only", {"odd shapes", zoo::wrong, check::fuzzed_shapes},
           [=](cudaStream_t s) { twice_by_vectors<<<blocks, threads, 0, s>>>(n, t.x, t.y); });
  zoo::bad(p, "16-bit index", {"index overflow", zoo::wrong, check::fuzzed_shapes},
           [=](cudaStream_t s) { twice_16_bit<<<blocks, threads, 0, s>>>(n, t.x, t.y); });
  zoo::bad(p, "a whole number of blocks", {"odd shapes", zoo::wrong, check::fuzzed_shapes},
           [=](cudaStream_t s) { zoo::launch_twice(s, n / threads * threads, t.x, t.y); });
  zoo::bad(p, "right at the timed shape",
           {"special case for the timed shape", zoo::wrong, check::fuzzed_shapes}, [=](cudaStream_t s) {
             if (n == 1 << 16) return zoo::launch_twice(s, n, t.x, t.y);
             map<<<blocks, threads, 0, s>>>(n, t.x, t.y, multiple{1.0f});
           });
}

ASSAY_PROBLEM("wrong: relu", assay::cuda, p) {
  const auto t = zoo::relu(p, 100'003);
  zoo::bad(p, "fmaxf loses NaN", {"NaN inputs", zoo::wrong, check::fuzzed_values},
           [=](cudaStream_t s) { map<<<blocks, threads, 0, s>>>(t.n, t.x, t.y, relu_without_nan()); });
  zoo::bad(p, "keeps -0", {"negative zero", zoo::wrong, check::fuzzed_values},
           [=](cudaStream_t s) { map<<<blocks, threads, 0, s>>>(t.n, t.x, t.y, relu_with_minus_zero()); });
}

ASSAY_PROBLEM("wrong: softsign", assay::cuda, p) {
  const auto t = zoo::softsign(p, 100'003);
  zoo::bad(p, "NaN of infinity", {"infinite inputs", zoo::wrong, check::fuzzed_values},
           [=](cudaStream_t s) { map<<<blocks, threads, 0, s>>>(t.n, t.x, t.y, softsign_plain()); });
}

ASSAY_PROBLEM("wrong: row sums", assay::cuda, p) {
  const auto t = zoo::row_sums(p, 512, 4000);
  const auto rows = t.rows, columns = t.columns;
  zoo::bad(p, "99% of each row", {"too little of a reduction"}, [=](cudaStream_t s) {
    zoo::sum_rows<<<blocks, threads, 0, s>>>(rows, columns, columns - (columns + 99) / 100, t.x.data(),
                                             t.y.data());
  });
  zoo::bad(p, "all but the last column", {"dropped term"}, [=](cudaStream_t s) {
    zoo::sum_rows<<<blocks, threads, 0, s>>>(rows, columns, columns - 1, t.x.data(), t.y.data());
  });
  zoo::bad(p, "half of each row, doubled", {"statistical estimate"},
           [=](cudaStream_t s) { sum_rows_sampled<<<blocks, threads, 0, s>>>(rows, columns, t.x, t.y); });
  zoo::bad(p, "sum in fp16", {"low-precision accumulation"},
           [=](cudaStream_t s) { sum_rows_half<<<blocks, threads, 0, s>>>(rows, columns, t.x, t.y); });
  zoo::bad(p, "threads do not wait", {"race"},
           [=](cudaStream_t s) { sum_rows_racing<<<blocks, 1024, 0, s>>>(rows, columns, t.x, t.y); });
  zoo::bad(p, "blocks add without atomics", {"race"}, [=](cudaStream_t s) {
    zoo::zero(s, t.y.data(), rows * 4);
    sum_rows_unlocked<<<tiles(4 * rows, 1), threads, 0, s>>>(columns, t.x, t.y);
  });
}

ASSAY_PROBLEM("wrong: softmax", assay::cuda, p) {
  const auto t = zoo::softmax<float>(p, 256, 1000);
  const auto rows = t.rows, columns = t.columns;
  const auto softmax = [=](cudaStream_t s, int64_t used, bool subtract) {
    zoo::softmax_rows<<<blocks, threads, 0, s>>>(rows, columns, used, subtract, t.x.data(), t.y.data(),
                                                 zoo::precise_exp());
  };
  zoo::bad(p, "largest not subtracted", {"overflow", zoo::wrong, check::fuzzed_values},
           [=](cudaStream_t s) { softmax(s, columns, false); });
  zoo::bad(p, "sum lacks a column", {"dropped term"}, [=](cudaStream_t s) { softmax(s, columns - 1, true); });
  zoo::bad(p, "rows reversed", {"permuted rows"}, [=](cudaStream_t s) {
    softmax(s, columns, true);
    reverse_rows<<<blocks, threads, 0, s>>>(rows, columns, t.y);
  });
}

ASSAY_PROBLEM("wrong: softmax, loose tolerance", assay::cuda, p) {
  const auto t = zoo::softmax<float>(p, 64, 4096, assay::uniform(-1, 1));
  p.tolerance(assay::tolerance::allclose(1e-2, 1e-2));
  zoo::bad(p, "zeros", {"within a loose tolerance", zoo::wrong | zoo::unverifiable, check::self_test},
           [=](cudaStream_t s) { zero(s, t.y.data(), t.rows * t.columns * 4); });
  zoo::bad(p, "uniform", {"within a loose tolerance", zoo::wrong | zoo::unverifiable, check::self_test},
           [=](cudaStream_t s) {
             map<<<blocks, threads, 0, s>>>(t.rows * t.columns, t.x, t.y, constant{1.0f / float(t.columns)});
           });
}

ASSAY_PROBLEM("wrong: rmsnorm", assay::cuda, p) {
  const auto t = zoo::rmsnorm<__nv_bfloat16>(p, 256, 4096);
  zoo::bad(p, "squares added up in bf16", {"low-precision accumulation"}, [=](cudaStream_t s) {
    zoo::rmsnorm_rows<__nv_bfloat16, __nv_bfloat16><<<blocks, 32, 0, s>>>(t.rows, t.columns, t.x, t.w, t.y);
  });
}

ASSAY_PROBLEM("wrong: gemm", assay::cuda, p) {
  const auto t = zoo::gemm<float, float>(p, 256);
  const auto m = t.m, n = t.n, k = t.k;
  const auto a = t.a, b = t.b;
  const auto c = t.c;
  const auto gemm = [=](cudaStream_t s, int64_t last) {
    zoo::launch_gemm(s, m, n, k, 0, last, a.data(), b.data(), c.data());
  };
  zoo::bad(p, "last k tile missing", {"part of a sum missing"},
           [=](cudaStream_t s) { gemm(s, (k - 1) / 16 * 16); });
  zoo::bad(p, "one product dropped", {"dropped term"}, [=](cudaStream_t s) {
    gemm(s, k);
    drop_product<<<1, 1, 0, s>>>(m, n, k, k / 2, a, b, c);
  });
  zoo::bad(p, "tf32", {"lower precision than declared"}, [=](cudaStream_t s) {
    zoo::launch_gemm(s, m, n, k, 0, k, a.data(), b.data(), c.data(), zoo::to_tf32());
  });
  zoo::bad(p, "bf16 inputs at the timed shape", {"lower precision at the timed shape"}, [=](cudaStream_t s) {
    if (m == 256 && n == 256 && k == 256)
      zoo::launch_gemm(s, m, n, k, 0, k, a.data(), b.data(), c.data(), zoo::to_bf16());
    else
      gemm(s, k);
  });
  zoo::bad(p, "times 1.003", {"scaled"}, [=](cudaStream_t s) {
    gemm(s, k);
    map<<<blocks, threads, 0, s>>>(m * n, c, c, multiple{1.003f});
  });
  zoo::bad(p, "one element off by 2%", {"one wrong element"}, [=](cudaStream_t s) {
    gemm(s, k);
    zoo::change<<<blocks, threads, 0, s>>>(m * n, c, one_off{m * n / 2, 1.02f});
  });
  zoo::bad(p, "a tile transposed", {"tile transposed"}, [=](cudaStream_t s) {
    gemm(s, k);
    transpose_a_tile<<<1, dim3(16, 16), 0, s>>>(m, n, c);
  });
  zoo::bad(p, "B read as its transpose", {"swapped indices"},
           [=](cudaStream_t s) { gemm_transposed_b<<<blocks, threads, 0, s>>>(m, n, k, a, b, c); });
  zoo::bad(p, "m for the leading dimension", {"wrong leading dimension", zoo::wrong, check::fuzzed_shapes},
           [=](cudaStream_t s) { gemm_leading<<<blocks, threads, 0, s>>>(m, n, k, m, a, b, c); });
  zoo::bad(p, "whole k tiles only", {"odd shapes", zoo::wrong, check::fuzzed_shapes},
           [=](cudaStream_t s) { gemm(s, k / 16 * 16); });
}

ASSAY_PROBLEM("wrong: gemm of halves", assay::cuda, p) {
  const auto t = zoo::gemm<__half, __half>(p, 256);
  zoo::bad(p, "sum in fp16", {"low-precision accumulation"}, [=](cudaStream_t s) {
    zoo::launch_gemm<__half>(s, t.m, t.n, t.k, 0, t.k, t.a.data(), t.b.data(), t.c.data());
  });
}

ASSAY_PROBLEM("wrong: gemm, beta is zero", assay::cuda, p) {
  const auto t = zoo::gemm_beta_zero(p, 128);
  zoo::bad(p, "multiplies by beta", {"zero times NaN"},
           [=](cudaStream_t s) { gemm_beta<<<blocks, threads, 0, s>>>(t.m, t.n, t.k, 0.0f, t.a, t.b, t.c); });
}

ASSAY_PROBLEM("wrong: transpose", assay::cuda, p) {
  const auto t = zoo::transpose(p, 256, 256);
  zoo::bad(p, "whole tiles only", {"odd shapes", zoo::wrong, check::fuzzed_shapes}, [=](cudaStream_t s) {
    const dim3 grid(tiles(t.columns, 32), tiles(t.rows, 32));
    transpose_whole_tiles<<<grid, dim3(32, 32), 0, s>>>(t.rows, t.columns, t.x, t.y);
  });
  zoo::bad(p, "squares only", {"wrong leading dimension", zoo::wrong, check::fuzzed_shapes},
           [=](cudaStream_t s) { transpose_square<<<blocks, threads, 0, s>>>(t.rows, t.columns, t.x, t.y); });
}

ASSAY_PROBLEM("wrong: gather", assay::cuda, p) {
  const auto t = zoo::gather(p, 100'003, 1000);
  zoo::bad(p, "clamps one too early", {"off by one"}, [=](cudaStream_t s) {
    gather_clamped<<<blocks, threads, 0, s>>>(t.n, t.table_size, t.table, t.index, t.y);
  });
}

ASSAY_PROBLEM("wrong: scan", assay::cuda, p) {
  const auto t = zoo::inclusive_scan(p, 100'003);
  zoo::bad(p, "exclusive", {"off by one"},
           [=](cudaStream_t s) { scan_serial<<<1, 1, 0, s>>>(t.n, 1, t.x, t.y); });
  zoo::bad(p, "blocks do not carry", {"carry lost"},
           [=](cudaStream_t s) { scan_blocks<<<blocks, 32, 0, s>>>(t.n, t.x, t.y); });
}

ASSAY_PROBLEM("wrong: histogram", assay::cuda, p) {
  const auto t = zoo::histogram(p, 100'003, 64);
  zoo::bad(p, "counts without atomics", {"race"}, [=](cudaStream_t s) {
    zoo::zero(s, t.y.data(), 64 * 4);
    count_unlocked<<<blocks, threads, 0, s>>>(t.n, t.x, t.y);
  });
  zoo::bad(p, "last bin not counted", {"part of a sum missing"}, [=](cudaStream_t s) {
    zoo::zero(s, t.y.data(), 64 * 4);
    count_but<<<blocks, threads, 0, s>>>(t.n, 63, t.x, t.y);
  });
}

ASSAY_PROBLEM("wrong: stable order", assay::cuda, p) {
  const auto t = zoo::stable_order(p, 4000);
  zoo::bad(p, "as threads come", {"unstable order"},
           [=](cudaStream_t s) { order_by_atomics<<<1, threads, 0, s>>>(t.n, t.x, t.y); });
}

ASSAY_PROBLEM("wrong: argmax", assay::cuda, p) {
  const auto t = zoo::argmax(p, 512, 1000);
  zoo::bad(p, "the last of the largest", {"ties"},
           [=](cudaStream_t s) { argmax_last<<<blocks, threads, 0, s>>>(t.rows, t.columns, t.x, t.y); });
}

ASSAY_PROBLEM("wrong: attention", assay::cuda, p) {
  const auto t = zoo::attention<float>(p, 128, 256, 32);
  const auto attended = [=](int64_t keys, bool scaled) {
    return [=](cudaStream_t s) {
      attend<<<blocks, threads, 0, s>>>(t.queries, keys, static_cast<int>(t.width), scaled, t.q, t.k, t.v,
                                        t.y);
    };
  };
  zoo::bad(p, "scores not scaled", {"factor forgotten"}, attended(t.keys, false));
  zoo::bad(p, "last key left out", {"dropped term"}, attended(t.keys - 1, true));
}
