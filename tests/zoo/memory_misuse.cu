// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Kernels that read or write what they must not, or rely on what nobody promised. None of them faults: what
// takes the device down is in tests/gpu/hostile.cu.
#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <cstdint>
#include <memory>
#include <stdexcept>

#include "exhibit.hpp"
#include "kernels.cuh"
#include "problems.hpp"

namespace {

using std::int64_t;
using namespace zoo;

__global__ void put(float* at, float value) { *at = value; }
__global__ void add_into(int64_t n, const float* x, float* y) {
  for (each_index i; i < n; i.next()) y[i] += 2.0f * x[i];
}

/// Leaves numbers behind in the shared memory of every multiprocessor, as any kernel before may.
__global__ void use_shared_memory(const float* x, float* sink) {
  __shared__ float tile[8192];
  for (unsigned i = threadIdx.x; i < 8192; i += blockDim.x) tile[i] = 1.0f + x[0];
  __syncthreads();
  if (tile[(threadIdx.x * 37) % 8192] == -12345.0f) *sink = 0.0f;
}
/// Adds into shared memory that nobody has zeroed.
__global__ void sum_rows_unset(int64_t rows, int64_t columns, const float* x, float* y) {
  __shared__ float partial[threads];
  for (int64_t r = blockIdx.x; r < rows; r += gridDim.x) {
    for (int64_t i = threadIdx.x; i < columns; i += blockDim.x) partial[threadIdx.x] += x[r * columns + i];
    const float sum = zoo::block_sum(partial[threadIdx.x]);
    if (threadIdx.x == 0) y[r] = sum;
    __syncthreads();
    partial[threadIdx.x] = 0.0f;
  }
}
/// Sums of 8 pieces of each row in `partial`, added up by whichever block is the last of its row to come.
__global__ void sum_rows_last_block(int64_t columns, const float* x, float* y, float* partial,
                                    unsigned* done) {
  const int64_t r = blockIdx.x / 8, piece = blockIdx.x % 8;
  float own = 0;
  for (int64_t i = piece * blockDim.x + threadIdx.x; i < columns; i += 8 * blockDim.x)
    own += x[r * columns + i];
  const float sum = zoo::block_sum(own);
  if (threadIdx.x != 0) return;
  partial[r * 8 + piece] = sum;
  __threadfence();
  if (atomicAdd(done + r, 1u) != 7) return;
  __threadfence();
  float total = 0;
  for (int64_t i = 0; i < 8; ++i) total += static_cast<volatile float*>(partial)[r * 8 + i];
  y[r] = total;
}

}  // namespace

ASSAY_PROBLEM("memory: twice", assay::cuda, p) {
  const auto t = zoo::twice(p, 100'003);
  const auto n = t.n;
  const auto x = t.x;
  const auto y = t.y;
  const auto scratch = p.workspace(4096);
  const auto right = [=](cudaStream_t s) { zoo::launch_twice(s, n, x, y); };

  zoo::bad(p, "writes behind the output", {"writes out of bounds", zoo::invalid, check::red_zones},
           [=](cudaStream_t s) {
             right(s);
             put<<<1, 1, 0, s>>>(y + n, 1.0f);
           });
  zoo::bad(p, "writes before the output", {"writes out of bounds", zoo::invalid, check::red_zones},
           [=](cudaStream_t s) {
             right(s);
             put<<<1, 1, 0, s>>>(y - 1, 1.0f);
           });
  zoo::bad(p, "writes behind an input", {"writes out of bounds", zoo::invalid, check::red_zones},
           [=](cudaStream_t s) {
             right(s);
             put<<<1, 1, 0, s>>>(const_cast<float*>(x + n), 1.0f);
           });
  zoo::bad(p, "one vector too many", {"writes out of bounds", zoo::invalid, check::red_zones},
           [=](cudaStream_t s) { zoo::launch_twice(s, (n + 3) / 4 * 4, x, y); });
  zoo::bad(p, "writes behind the workspace", {"workspace too small", zoo::invalid, check::red_zones},
           [=](cudaStream_t s) {
             right(s);
             put<<<1, 1, 0, s>>>(static_cast<float*>(scratch.data()) + scratch.bytes() / 4, 1.0f);
           });
  zoo::bad(p, "adds into the output", {"relies on a zeroed output"},
           [=](cudaStream_t s) { add_into<<<blocks, threads, 0, s>>>(n, x, y); });
  zoo::bad(p, "aligns its pointers down",
           {"relies on alignment", zoo::wrong | zoo::invalid, check::misalignment}, [=](cudaStream_t s) {
             zoo::launch_twice(s, n, zoo::aligned_down(x.data()), zoo::aligned_down(y.data()));
           });
  zoo::bad(p, "doubles its input and copies it", {"changes an input", zoo::wrong | zoo::invalid},
           [=](cudaStream_t s) {
             zoo::double_in_place(s, n, const_cast<float*>(x.data()));
             zoo::copy(s, y.data(), x.data(), n);
           });
  zoo::bad(p, "clears one input element", {"changes an input", zoo::wrong | zoo::invalid},
           [=](cudaStream_t s) {
             right(s);
             put<<<1, 1, 0, s>>>(const_cast<float*>(x + n / 2), 0.0f);
           });
  zoo::bad(p, "takes what freed memory holds", {"reads freed memory"}, [=](cudaStream_t s) {
    void* found = nullptr;
    zoo::check_cuda(cudaMalloc(&found, static_cast<std::size_t>(n) * 4));
    zoo::copy(s, y.data(), static_cast<const float*>(found), n);
    zoo::check_cuda(cudaFree(found));
  });
}

ASSAY_PROBLEM("memory: row sums", assay::cuda, p) {
  const auto t = zoo::row_sums(p, 512, 4000);
  const auto partial = p.workspace(t.rows * 8 * 4), done = p.workspace(t.rows * 4);
  const auto sink = p.workspace(4);
  zoo::bad(p, "shared memory not zeroed", {"relies on zeroed shared memory"}, [=](cudaStream_t s) {
    use_shared_memory<<<blocks, threads, 0, s>>>(t.x, static_cast<float*>(sink.data()));
    sum_rows_unset<<<blocks, threads, 0, s>>>(t.rows, t.columns, t.x, t.y);
  });
  zoo::bad(p, "counters not zeroed", {"relies on a zeroed workspace"}, [=](cudaStream_t s) {
    sum_rows_last_block<<<zoo::tiles(8 * t.rows, 1), threads, 0, s>>>(
        t.columns, t.x, t.y, static_cast<float*>(partial.data()), static_cast<unsigned*>(done.data()));
  });
  // Right once: the memory of its own is zeroed when it is new, and never again.
  zoo::bad(p, "counters zeroed once", {"state between calls", zoo::wrong, check::timed_outputs},
           [=, own = std::make_shared<zoo::own_memory>(), first = true](cudaStream_t s) mutable {
             auto* const counters = own->of<unsigned>(t.rows);
             if (first)
               zoo::check_cuda(cudaMemsetAsync(counters, 0, static_cast<std::size_t>(t.rows) * 4, s));
             first = false;
             sum_rows_last_block<<<zoo::tiles(8 * t.rows, 1), threads, 0, s>>>(
                 t.columns, t.x, t.y, static_cast<float*>(partial.data()), counters);
           });
}

ASSAY_PROBLEM("memory: add twice, in place", assay::cuda, p) {
  const auto t = zoo::add_twice(p, 100'003);
  zoo::bad(p, "overwrites", {"ignores what was there"},
           [=](cudaStream_t s) { zoo::launch_twice(s, t.n, t.x, t.y); });
  zoo::bad(p, "adds again every eighth time", {"state between calls", zoo::wrong, check::timed_outputs},
           [=, calls = 0](cudaStream_t s) mutable {
             add_into<<<blocks, threads, 0, s>>>(t.n, t.x, t.y);
             if (++calls % 8 == 0) add_into<<<blocks, threads, 0, s>>>(t.n, t.x, t.y);
           });
}
