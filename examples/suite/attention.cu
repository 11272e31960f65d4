// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Causal attention, softmax(Q·Kᵀ/√128)·V for each head, in bf16: the 32 heads of Llama 3 8B over prompts of
// 2048 and 4096 tokens. cuBLAS with a softmax in between is the baseline.
#include "../cublas_handle.hpp"
#include "product.cuh"

namespace {

constexpr int width = 128;                     // of a head
constexpr float scale = 0.08838834764831845f;  // 1/√128

/// A block a query: scores to memory, their softmax, and a thread for each element of the sum of values.
__global__ void __launch_bounds__(width) attention_naive(std::int64_t length, const bf16* q, const bf16* k,
                                                         const bf16* v, float* scores, bf16* o) {
  const std::int64_t query = blockIdx.x, head = blockIdx.y;
  q += (head * length + query) * width, o += (head * length + query) * width;
  k += head * length * width, v += head * length * width;
  scores += (head * length + query) * length;
  float top = -INFINITY, sum = 0;
  for (std::int64_t key = threadIdx.x; key <= query; key += width) {
    float score = 0;
    for (int i = 0; i < width; ++i)
      score += static_cast<float>(q[i]) * static_cast<float>(k[key * width + i]);
    scores[key] = score * scale;
    top = fmaxf(top, scores[key]);
  }
  top = reduce_block(top, largest_of());
  for (std::int64_t key = threadIdx.x; key <= query; key += width) {
    scores[key] = expf(scores[key] - top);
    sum += scores[key];
  }
  sum = reduce_block(sum, sum_of());
  __syncthreads();  // all scores are written
  float result = 0;
  for (std::int64_t key = 0; key <= query; ++key)
    result += scores[key] * static_cast<float>(v[key * width + threadIdx.x]);
  o[threadIdx.x] = bf16(result / sum);
}

/// Between the two products of cuBLAS: causal softmax of a row of scores, a block each.
__global__ void causal_softmax(std::int64_t length, const float* scores, bf16* weights) {
  const std::int64_t row = blockIdx.x, query = row % length;
  scores += row * length, weights += row * length;
  float top = -INFINITY, sum = 0;
  for (std::int64_t key = threadIdx.x; key <= query; key += blockDim.x) top = fmaxf(top, scores[key]);
  top = reduce_block(top, largest_of());
  for (std::int64_t key = threadIdx.x; key <= query; key += blockDim.x) sum += expf(scores[key] - top);
  const float share = 1.0f / reduce_block(sum, sum_of());
  for (std::int64_t key = threadIdx.x; key < length; key += blockDim.x)
    weights[key] = bf16(key <= query ? expf(scores[key] - top) * share : 0.0f);
}

constexpr int tile = 64;          // queries of a block, and keys of a step
constexpr int pitch = width + 8;  // elements from row to row in shared memory: 8 rows in different banks
constexpr int attention_bytes = 5 * tile * pitch * 2;

/// A block has 64 queries, 16 a warp, and walks through the keys that they see by 64; scores never leave
/// registers (Dao et al., arXiv 2205.14135 and 2307.08691). While it works on one step, the next is loaded.
__global__ void __launch_bounds__(128)
    attention_tensor_cores(std::int64_t length, const bf16* q, const bf16* k, const bf16* v, bf16* o) {
  extern __shared__ __align__(16) unsigned char memory[];
  bf16* const shared = reinterpret_cast<bf16*>(memory);
  const auto tile_of = [&](int index) { return shared + index * tile * pitch; };  // q, then k and v, twice
  const std::int64_t head = blockIdx.y;
  // The last queries, which take longest, first.
  const std::int64_t first = (gridDim.x - 1 - blockIdx.x) * std::int64_t{tile};
  const dense of_q{q + head * length * width, length, width}, of_k{k + head * length * width, length, width},
      of_v{v + head * length * width, length, width};
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const auto steps = static_cast<int>(first / tile + 1);  // up to the keys of the last query

  const auto load = [&](int step) {
    if (step < steps) {
      load_tile<true, 128, tile, width, pitch>(tile_of(1 + step % 2 * 2), of_k, step * std::int64_t{tile}, 0);
      load_tile<true, 128, tile, width, pitch>(tile_of(2 + step % 2 * 2), of_v, step * std::int64_t{tile}, 0);
    }
    end_of_copies();
  };
  load_tile<true, 128, tile, width, pitch>(tile_of(0), of_q, first, 0);
  load(0);

  std::uint32_t part_q[width / 16][4];
  float sum[width / 8][4] = {};  // of weighted values: rows lane / 4 and that + 8
  float top[2] = {-INFINITY, -INFINITY}, total[2] = {};
  const float to_exponent = scale * 1.4426950408889634f;  // log2 e: exp2 is what the hardware has
  for (int step = 0; step < steps; ++step) {
    load(step + 1);
    wait_for_copies<1>();
    __syncthreads();
    if (step == 0) {
#pragma unroll
      for (int i = 0; i < width / 16; ++i)
        load_matrices<false>(part_q[i],
                             tile_of(0) + (warp * 16 + lane % 16) * pitch + i * 16 + lane / 16 * 8);
    }

    const bf16* const keys = tile_of(1 + step % 2 * 2);
    float score[tile / 8][4] = {};
#pragma unroll
    for (int i = 0; i < width / 16; ++i)
#pragma unroll
      for (int j = 0; j < tile / 16; ++j) {
        std::uint32_t part[4];
        load_matrices<false>(part,
                             keys + (j * 16 + lane / 16 * 8 + lane % 8) * pitch + i * 16 + lane / 8 % 2 * 8);
        multiply_add(score[j * 2], part_q[i], part[0], part[1]);
        multiply_add(score[j * 2 + 1], part_q[i], part[2], part[3]);
      }

      // Row by row: the new largest, what that makes of the sums so far, the weights.
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const std::int64_t query = first + warp * 16 + half * 8 + lane / 4;
      float larger = top[half];
#pragma unroll
      for (int j = 0; j < tile / 8; ++j)
#pragma unroll
        for (int e = half * 2; e < half * 2 + 2; ++e) {
          const std::int64_t key = step * std::int64_t{tile} + j * 8 + lane % 4 * 2 + e % 2;
          score[j][e] = key <= query && key < length ? score[j][e] * to_exponent : -INFINITY;
          larger = fmaxf(larger, score[j][e]);
        }
      larger = fmaxf(larger, shuffle_xor(larger, 1));  // the four threads of a row
      larger = fmaxf(larger, shuffle_xor(larger, 2));
      const float rescale = exp2f(top[half] - larger);
      top[half] = larger;
      total[half] *= rescale;
#pragma unroll
      for (int j = 0; j < tile / 8; ++j)
#pragma unroll
        for (int e = half * 2; e < half * 2 + 2; ++e) {
          score[j][e] = exp2f(score[j][e] - larger);
          total[half] += score[j][e];
        }
#pragma unroll
      for (int j = 0; j < width / 8; ++j) sum[j][half * 2] *= rescale, sum[j][half * 2 + 1] *= rescale;
    }

    const bf16* const values = tile_of(2 + step % 2 * 2);
#pragma unroll
    for (int i = 0; i < tile / 16; ++i) {
      const std::uint32_t weights[4] = {
          packed(score[i * 2][0], score[i * 2][1]), packed(score[i * 2][2], score[i * 2][3]),
          packed(score[i * 2 + 1][0], score[i * 2 + 1][1]), packed(score[i * 2 + 1][2], score[i * 2 + 1][3])};
#pragma unroll
      for (int j = 0; j < width / 16; ++j) {
        std::uint32_t part[4];
        load_matrices<true>(part, values + (i * 16 + lane % 16) * pitch + j * 16 + lane / 16 * 8);
        multiply_add(sum[j * 2], weights, part[0], part[1]);
        multiply_add(sum[j * 2 + 1], weights, part[2], part[3]);
      }
    }
    __syncthreads();  // nobody reads these tiles any more
  }

#pragma unroll
  for (int half = 0; half < 2; ++half) {
    float all = total[half] + shuffle_xor(total[half], 1);
    all += shuffle_xor(all, 2);
    const std::int64_t query = first + warp * 16 + half * 8 + lane / 4;
    if (query >= length) continue;
    bf16* const row = o + (head * length + query) * width;
#pragma unroll
    for (int j = 0; j < width / 8; ++j)
      *reinterpret_cast<std::uint32_t*>(row + j * 8 + lane % 4 * 2) =
          packed(sum[j][half * 2] / all, sum[j][half * 2 + 1] / all);
  }
}

}  // namespace

ASSAY_PROBLEM("attention", gpu, p) {
  const auto shape =
      p.axes({"heads", "length"}, {{32, 2048}, {32, 4096}}, {assay::between(1, 4096), assay::at_least(1)});
  const auto heads = shape[0], length = shape[1];
  const auto q = p.input<bf16>("q", {heads, length, width}, assay::normal());
  const auto k = p.input<bf16>("k", {heads, length, width}, assay::normal());
  const auto v = p.input<bf16>("v", {heads, length, width}, assay::normal());
  const auto o = p.output<bf16>("o", {heads, length, width});
  const std::int64_t pairs = heads * length * length;
  const auto scratch = p.workspace(pairs * 6);  // scores in fp32, weights in bf16
  p.work(assay::work::attention{.query_heads = heads, .queries = length, .keys = length, .head = width}
             .inputs<bf16>()
             .causal());
  p.tolerance(assay::tolerance::attention(length, width).multiplying(assay::dtype::bf16));
  p.row_oracle(o, [=](auto at, std::int64_t row, auto out) {
    const auto Q = at(q), K = at(k), V = at(v);
    const std::int64_t head = row / length, query = row % length;
    double top = -INFINITY, sum = 0;
    for (std::int64_t i = 0; i < width; ++i) out[i] = 0.0;
    for (std::int64_t key = 0; key <= query; ++key) {  // rescaled as the largest grows
      double score = 0;
      for (std::int64_t i = 0; i < width; ++i)
        score += Q[row * width + i] * K[(head * length + key) * width + i];
      score *= 1.0 / std::sqrt(double(width));
      const double larger = std::fmax(top, score), before = std::exp(top - larger),
                   weight = std::exp(score - larger);
      top = larger;
      sum = sum * before + weight;
      for (std::int64_t i = 0; i < width; ++i)
        out[i] = out[i] * before + weight * V[(head * length + key) * width + i];
    }
    for (std::int64_t i = 0; i < width; ++i) out[i] /= sum;
  });
  p.baseline(
      "cublas and softmax", [] { return cublas(); },
      [=](gpu_stream s, cublas& library) {
        auto* const scores = static_cast<float*>(scratch.data());
        auto* const weights = reinterpret_cast<bf16*>(scores + pairs);
        const float one = 1.0f, zero = 0.0f;
        const std::int64_t stride = length * width, square = length * length;
        check(cublasSetStream(library.handle, s));
        check(cublasGemmStridedBatchedEx_64(library.handle, CUBLAS_OP_T, CUBLAS_OP_N, length, length, width,
                                            &scale, k, CUDA_R_16BF, width, stride, q, CUDA_R_16BF, width,
                                            stride, &zero, scores, CUDA_R_32F, length, square, heads,
                                            CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
        causal_softmax<<<static_cast<unsigned>(heads * length), 256, 0, s>>>(length, scores, weights);
        check(cublasGemmStridedBatchedEx_64(library.handle, CUBLAS_OP_N, CUBLAS_OP_N, width, length, length,
                                            &one, v, CUDA_R_16BF, width, stride, weights, CUDA_R_16BF, length,
                                            square, &zero, o, CUDA_R_16BF, width, stride, heads,
                                            CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
      });
  const auto grid = dim3(static_cast<unsigned>(length), static_cast<unsigned>(heads));
  p.candidate("naive", [=](gpu_stream s) {
    attention_naive<<<grid, width, 0, s>>>(length, q, k, v, static_cast<float*>(scratch.data()), o);
  });
  p.candidate("tensor cores", [=](gpu_stream s) {
    cudaFuncSetAttribute(attention_tensor_cores, cudaFuncAttributeMaxDynamicSharedMemorySize,
                         attention_bytes);
    attention_tensor_cores<<<dim3(blocks(length, tile), grid.y), 128, attention_bytes, s>>>(length, q, k, v,
                                                                                            o);
  });
}
