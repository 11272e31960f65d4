// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Activations: ReLU, GELU and SwiGLU in bf16. Shapes: the feed-forward layer of GPT-2 XL (6400), Llama 3 8B
// (14336) and 70B (28672) for 2048 and 4096 tokens.
#include "gpu.cuh"

namespace {

struct relu {
  __device__ float operator()(float x) const { return fmaxf(x, 0.0f); }
};
/// With the error function, as in BERT; not its approximation by tanh.
struct gelu {
  __device__ float operator()(float x) const {
    return 0.5f * x * erfcf(x * -0.70710678f);
  }  // 1 + erf would cancel
};
struct swiglu {
  __device__ float operator()(float gate, float up) const { return gate / (1.0f + expf(-gate)) * up; }
};

/// y = f(x…), one element a thread.
template <class Function, class T, class... Inputs>
__global__ void map_naive(std::int64_t n, T* y, const Inputs*... x) {
  const std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (i < n) y[i] = static_cast<T>(Function()(static_cast<float>(x[i])...));
}

/// Sixteen bytes a thread; what is left at the end, one by one.
template <class Function, class T, class... Inputs>
__global__ void map_packs(std::int64_t n, T* y, const Inputs*... x) {
  constexpr int width = pack<T>::width;
  const std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x;
  if (i < n / width) {
    pack<T> out;
    const auto make = [&](const auto&... in) {
      for (int k = 0; k < width; ++k)
        out.value[k] = static_cast<T>(Function()(static_cast<float>(in.value[k])...));
    };
    make(reinterpret_cast<const pack<Inputs>*>(x)[i]...);
    reinterpret_cast<pack<T>*>(y)[i] = out;
  }
  if (i < n % width) {
    const std::int64_t at = n / width * width + i;
    y[at] = static_cast<T>(Function()(static_cast<float>(x[at])...));
  }
}

/// The two kernels as candidates.
template <class Function, class... Inputs>
void add_kernels(assay::problem<gpu>& p, std::int64_t n, assay::tensor<bf16> y, Inputs... x) {
  p.baseline("naive", [=](gpu_stream s) {
    map_naive<Function><<<blocks(n, 256), 256, 0, s>>>(n, y.data(), x.data()...);
  });
  p.candidate("packs", [=](gpu_stream s) {
    map_packs<Function><<<blocks(n / pack<bf16>::width + 1, 256), 256, 0, s>>>(n, y.data(), x.data()...);
  });
}

}  // namespace

ASSAY_PROBLEM("relu", gpu, p) {
  const auto n = p.axis("n", {4096 * 6400, 2048 * 28672}, assay::at_least(1));
  const auto x = p.input<bf16>("x", {n}, assay::normal());
  const auto y = p.output<bf16>("y", {n});
  p.work(assay::work::elementwise{.count = n, .type = assay::dtype::bf16});
  auto bits = assay::tolerance::bitwise();
  bits.zeros_alike = true;  // the larger of 0 and −0 is either
  p.tolerance(bits);
  p.oracle(y, [=](auto at, std::int64_t i) { return std::fmax(at(x)[i], 0.0); });
  add_kernels<relu>(p, n, y, x);
}

ASSAY_PROBLEM("gelu", gpu, p) {
  const auto n = p.axis("n", {4096 * 6400, 2048 * 28672}, assay::at_least(1));
  const auto x = p.input<bf16>("x", {n}, assay::normal(0, 2));
  const auto y = p.output<bf16>("y", {n});
  p.work(assay::work::elementwise{.count = n, .flops = 4, .type = assay::dtype::bf16});  // erf is a function
  p.tolerance(assay::tolerance::elementwise());
  p.oracle(y, [=](auto at, std::int64_t i) {
    const double value = at(x)[i];
    return 0.5 * value * std::erfc(-value * 0.70710678118654752);
  });
  add_kernels<gelu>(p, n, y, x);
}

ASSAY_PROBLEM("swiglu", gpu, p) {
  const auto n = p.axis("n", {4096 * 14336, 2048 * 11008}, assay::at_least(1));
  const auto gate = p.input<bf16>("gate", {n}, assay::normal(0, 2));
  const auto up = p.input<bf16>("up", {n}, assay::normal());
  const auto y = p.output<bf16>("y", {n});
  p.work(assay::work::elementwise{
      .count = n, .flops = 4, .transcendentals = 2, .inputs = 2, .type = assay::dtype::bf16});
  p.tolerance(assay::tolerance::elementwise());
  p.oracle(y, [=](auto at, std::int64_t i) {
    const double g = at(gate)[i];
    return g / (1.0 + std::exp(-g)) * at(up)[i];
  });
  add_kernels<swiglu>(p, n, y, gate, up);
}
