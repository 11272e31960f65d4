// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Kernels whose operations and bytes are known, for roofline_ncu.py: what the catalogue declares of them is
// held against what the hardware counts.
#include <cuda_bf16.h>

#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <assay/backend/cuda_cublaslt.hpp>
#include <cmath>
#include <memory>
#include <vector>

namespace {

constexpr int threads = 256;
unsigned blocks_for(std::int64_t items) { return static_cast<unsigned>((items + threads - 1) / threads); }

__global__ void copy(const float4* x, float4* y, std::int64_t words) {
  const std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x;
  if (i < words) y[i] = x[i];
}
__global__ void triad(const float4* x, const float4* y, float4* z, std::int64_t words) {
  const std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x;
  if (i >= words) return;
  const float4 u = x[i], v = y[i];
  z[i] = {fmaf(3.0f, v.x, u.x), fmaf(3.0f, v.y, u.y), fmaf(3.0f, v.z, u.z), fmaf(3.0f, v.w, u.w)};
}

/// A block a row of 4096: the row stays in registers, four words of 16 bytes a thread.
__global__ void rmsnorm(const float4* x, const float4* w, float4* y) {
  const std::int64_t begin = blockIdx.x * std::int64_t{1024};
  float4 row[4];
  float sum = 0.0f;
  for (int i = 0; i < 4; ++i) {
    row[i] = x[begin + i * 256 + threadIdx.x];
    sum = fmaf(row[i].x, row[i].x,
               fmaf(row[i].y, row[i].y, fmaf(row[i].z, row[i].z, fmaf(row[i].w, row[i].w, sum))));
  }
  __shared__ float partial[8];
  for (int offset = 16; offset > 0; offset /= 2) sum += __shfl_xor_sync(~0u, sum, offset);
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = sum;
  __syncthreads();
  sum = 0.0f;
  for (int i = 0; i < 8; ++i) sum += partial[i];
  const float scale = rsqrtf(sum / 4096.0f + 1e-5f);
  for (int i = 0; i < 4; ++i) {
    const float4 v = w[i * 256 + threadIdx.x];
    y[begin + i * 256 + threadIdx.x] = {row[i].x * scale * v.x, row[i].y * scale * v.y,
                                        row[i].z * scale * v.z, row[i].w * scale * v.w};
  }
}

constexpr int head = 64, key_block = 32;

/// Causal attention, a thread a query, in the order of the keys. Softmax over blocks of keys.
__global__ void __launch_bounds__(128)
    attention(const float* q, const float* k, const float* v, float* o, int length) {
  const int query = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  const std::int64_t base = std::int64_t{blockIdx.y} * length * head;
  if (query >= length) return;
  float own[head], sum[head] = {}, largest = -1e30f, total = 0.0f;
  for (int d = 0; d < head; ++d) own[d] = q[base + std::int64_t{query} * head + d] * (1.4426950f / 8.0f);
  for (int begin = 0; begin <= query; begin += key_block) {
    float scores[key_block], before = largest;
    for (int j = 0; j < key_block; ++j) {
      scores[j] = -1e30f;
      if (begin + j > query) continue;
      const float* const key = k + base + std::int64_t{begin + j} * head;
      float score = 0.0f;
      for (int d = 0; d < head; ++d) score = fmaf(own[d], key[d], score);
      scores[j] = score;
      largest = fmaxf(largest, score);
    }
    const float shrink = exp2f(before - largest);
    total *= shrink;
    for (int d = 0; d < head; ++d) sum[d] *= shrink;
    for (int j = 0; j < key_block; ++j) {
      if (begin + j > query) continue;
      const float weight = exp2f(scores[j] - largest);
      const float* const value = v + base + std::int64_t{begin + j} * head;
      total += weight;
      for (int d = 0; d < head; ++d) sum[d] = fmaf(weight, value[d], sum[d]);
    }
  }
  for (int d = 0; d < head; ++d) o[base + std::int64_t{query} * head + d] = sum[d] / total;
}

/// A row of `words` of 16 bytes for each index.
__global__ void gather(const float4* table, const int* index, float4* y, std::int64_t rows, int words) {
  const std::int64_t i = blockIdx.x * std::int64_t{blockDim.x} + threadIdx.x;
  if (i >= rows * words) return;
  y[i] = table[std::int64_t{index[i / words]} * words + i % words];
}

const float4* words(const float* data) { return reinterpret_cast<const float4*>(data); }
float4* words(float* data) { return reinterpret_cast<float4*>(data); }

}  // namespace

ASSAY_PROBLEM("copy", assay::cuda, p) {
  const std::int64_t n = 1 << 28;
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i]; });
  p.candidate("float4", [=](cudaStream_t s) {
    copy<<<blocks_for(n / 4), threads, 0, s>>>(words(x.data()), words(y.data()), n / 4);
  });
}

ASSAY_PROBLEM("triad", assay::cuda, p) {
  const std::int64_t n = 1 << 27;
  const auto x = p.input<float>("x", {n});
  const auto y = p.input<float>("y", {n});
  const auto z = p.output<float>("z", {n});
  p.work(assay::work::elementwise{.count = n, .flops = 2, .inputs = 2});
  p.oracle(z, [=](auto at, std::int64_t i) { return at(x)[i] + 3.0 * at(y)[i]; });
  p.candidate("float4", [=](cudaStream_t s) {
    triad<<<blocks_for(n / 4), threads, 0, s>>>(words(x.data()), words(y.data()), words(z.data()), n / 4);
  });
}

ASSAY_PROBLEM("rmsnorm", assay::cuda, p) {
  const std::int64_t rows = 32768, hidden = 4096;
  const auto x = p.input<float>("x", {rows, hidden}, assay::normal());
  const auto w = p.input<float>("w", {hidden}, assay::uniform(0.5, 1.5));
  const auto y = p.output<float>("y", {rows, hidden});
  p.work(assay::work::rms_norm{.rows = rows, .columns = hidden});
  p.row_oracle(y, [=](auto at, std::int64_t r, auto row) {
    double sum = 0;
    for (std::int64_t i = 0; i < hidden; ++i) sum += at(x)[r * hidden + i] * at(x)[r * hidden + i];
    const double scale = 1.0 / std::sqrt(sum / static_cast<double>(hidden) + 1e-5);
    for (std::int64_t i = 0; i < hidden; ++i) row[i] = at(x)[r * hidden + i] * scale * at(w)[i];
  });
  p.candidate("row in registers", [=](cudaStream_t s) {
    rmsnorm<<<static_cast<unsigned>(rows), 256, 0, s>>>(words(x.data()), words(w.data()), words(y.data()));
  });
}

ASSAY_PROBLEM("gemm bf16", assay::cuda, p) {
  const std::int64_t n = 8192;
  const auto a = p.input<__nv_bfloat16>("a", {n, n});
  const auto b = p.input<__nv_bfloat16>("b", {n, n});
  const auto c = p.output<__nv_bfloat16>("c", {n, n});  // column by column: c[j][i] = a[i] · b[j]
  const auto workspace = p.workspace(assay::library_product_size::workspace);
  p.work(assay::work::gemm{n, n, n}.inputs<__nv_bfloat16>());
  p.tolerance(assay::tolerance::accumulating(n, assay::dtype::fp32, true));
  p.oracle(c, [=](auto at, std::int64_t i) {
    double sum = 0;
    for (std::int64_t k = 0; k < n; ++k) sum += at(a)[i % n * n + k] * at(b)[i / n * n + k];
    return sum;
  });
  p.candidate(
      "cublasLt", [=] { return std::make_unique<assay::cublaslt_product>(assay::dtype::bf16, n, n, n); },
      [=](cudaStream_t s, std::unique_ptr<assay::cublaslt_product>& product) {
        product->launch(0, a.data(), b.data(), c.data(), workspace.data(), s);
      });
}

ASSAY_PROBLEM("attention causal", assay::cuda, p) {
  const std::int64_t heads = 32, length = 4096;
  const auto q = p.input<float>("q", {heads, length, head});
  const auto k = p.input<float>("k", {heads, length, head});
  const auto v = p.input<float>("v", {heads, length, head});
  const auto o = p.output<float>("o", {heads, length, head});
  p.work(
      assay::work::attention{.query_heads = heads, .queries = length, .keys = length, .head = head}.causal());
  p.tolerance(assay::tolerance::attention(length, head));
  p.row_oracle(o, [=](auto at, std::int64_t r, auto row) {
    const std::int64_t base = r / length * length, query = r % length;
    double total = 0;
    for (int d = 0; d < head; ++d) row[d] = 0;
    std::vector<double> sums(head, 0.0);
    for (std::int64_t j = 0; j <= query; ++j) {
      double score = 0;
      for (int d = 0; d < head; ++d) score += at(q)[r * head + d] * at(k)[(base + j) * head + d];
      const double weight = std::exp(score / 8.0);
      total += weight;
      for (int d = 0; d < head; ++d)
        sums[static_cast<std::size_t>(d)] += weight * at(v)[(base + j) * head + d];
    }
    for (int d = 0; d < head; ++d) row[d] = sums[static_cast<std::size_t>(d)] / total;
  });
  p.candidate("a thread a query", [=](cudaStream_t s) {
    attention<<<dim3(static_cast<unsigned>(length / 128), static_cast<unsigned>(heads)), 128, 0, s>>>(
        q.data(), k.data(), v.data(), o.data(), static_cast<int>(length));
  });
}

ASSAY_PROBLEM("gather", assay::cuda, p) {
  // Each row once, in random order: of a sector of 32 bytes, and of a line of 128.
  const std::int64_t width = p.axis("width", {8, 32}), rows = (1 << 27) / width;
  const auto table = p.input<float>("table", {rows, width});
  const auto index = p.input<int>("index", {rows}, assay::permutation());
  const auto y = p.output<float>("y", {rows, width});
  p.work(assay::work::gather{.table_rows = rows,
                             .width = width,
                             .indices = rows,
                             .unique_rows = rows,
                             .index_type = assay::dtype::int32});
  p.oracle(y, [=](auto at, std::int64_t i) {
    return at(table)[static_cast<std::int64_t>(at(index)[i / width]) * width + i % width];
  });
  p.candidate("16 bytes a thread", [=](cudaStream_t s) {
    const std::int64_t each = width / 4;
    gather<<<blocks_for(rows * each), threads, 0, s>>>(words(table.data()), index.data(), words(y.data()),
                                                       rows, static_cast<int>(each));
  });
}
