// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Kernels that do to the harness what kernels do. tests/gpu/run.py says what must become of each.
#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <thread>

namespace {

__global__ void twice(std::int64_t n, const float* x, float* y, std::int64_t first = 0) {
  for (std::int64_t i = first + blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x; i < n;
       i += std::int64_t(gridDim.x) * blockDim.x)
    y[i] = 2.0f * x[i];
}
// Launched by one candidate alone, so that nothing has loaded it before.
__global__ void twice_loaded_late(std::int64_t n, const float* x, float* y) {
  for (std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x; i < n;
       i += std::int64_t(gridDim.x) * blockDim.x)
    y[i] = 2.0f * x[i];
}
/// The same again and again: from the second pass on all of it comes out of L2.
__global__ void twice_again(std::int64_t n, std::int64_t times, const float* x, float* y) {
  const auto* const from = reinterpret_cast<const float4*>(x);
  auto* const to = reinterpret_cast<float4*>(y);
  for (std::int64_t pass = 0; pass < times; ++pass)
    for (std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x; i < n / 4;
         i += std::int64_t(gridDim.x) * blockDim.x) {
      const float4 v = __ldcg(from + i);
      __stcg(to + i, float4{2.0f * v.x, 2.0f * v.y, 2.0f * v.z, 2.0f * v.w});
    }
}
/// c = a × b of four columns, a warp for four rows, over the first `terms` of the k terms.
__global__ void skinny_product(std::int64_t k, std::int64_t terms, const float* a, const float* b, float* c) {
  constexpr int rows = 4;
  const std::int64_t row = (blockIdx.x * std::int64_t(blockDim.x / 32) + threadIdx.x / 32) * rows;
  const auto* const mine = reinterpret_cast<const float4*>(a + row * k);
  const auto* const columns = reinterpret_cast<const float4*>(b);
  float4 sums[rows] = {};
  for (std::int64_t j = threadIdx.x % 32; j < terms / 4; j += 32) {
    float4 factors[rows];
#pragma unroll
    for (int r = 0; r < rows; ++r) factors[r] = mine[r * (k / 4) + j];
#pragma unroll
    for (int part = 0; part < 4; ++part) {
      const float4 w = columns[4 * j + part];
#pragma unroll
      for (int r = 0; r < rows; ++r) {
        const float value = part == 0   ? factors[r].x
                            : part == 1 ? factors[r].y
                            : part == 2 ? factors[r].z
                                        : factors[r].w;
        sums[r].x += value * w.x;
        sums[r].y += value * w.y;
        sums[r].z += value * w.z;
        sums[r].w += value * w.w;
      }
    }
  }
#pragma unroll
  for (int r = 0; r < rows; ++r) {
    for (int lane = 16; lane > 0; lane /= 2) {
      sums[r].x += __shfl_down_sync(0xffffffffu, sums[r].x, lane);
      sums[r].y += __shfl_down_sync(0xffffffffu, sums[r].y, lane);
      sums[r].z += __shfl_down_sync(0xffffffffu, sums[r].z, lane);
      sums[r].w += __shfl_down_sync(0xffffffffu, sums[r].w, lane);
    }
    if (threadIdx.x % 32 == 0) *reinterpret_cast<float4*>(c + (row + r) * 4) = sums[r];
  }
}
__global__ void one_wrong(std::int64_t at, float* y) { y[at] *= 1.001f; }
__global__ void not_a_number(std::int64_t at, float* y) { y[at] = nanf(""); }
__global__ void add_into(std::int64_t n, const float* x, float* y) {
  for (std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x; i < n;
       i += std::int64_t(gridDim.x) * blockDim.x)
    y[i] += 2.0f * x[i];
}
__global__ void overwrite(float* x) { x[0] = 0.0f; }
template <class Element>
__global__ void write_one(Element* at) {
  *at = Element(0);
}
__global__ void read_one(const volatile float* at) { static_cast<void>(*at); }
__global__ void twice_integers(std::int64_t n, const std::int8_t* x, std::int8_t* y) {
  for (std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x; i < n;
       i += std::int64_t(gridDim.x) * blockDim.x)
    y[i] = static_cast<std::int8_t>(2 * x[i]);
}
#if !defined(__HIPCC__)
/// A kernel that the driver compiles from PTX when it is first asked for.
void launch_compiled_late(cudaStream_t s) {
  static const cudaKernel_t late = [] {
    static constexpr char ptx[] =
        ".version 7.0\n.target sm_75\n.address_size 64\n.visible .entry late() { ret; }\n";
    cudaLibrary_t library = nullptr;
    cudaKernel_t found = nullptr;
    if (cudaLibraryLoadData(&library, ptx, nullptr, nullptr, 0, nullptr, nullptr, 0) == cudaSuccess)
      static_cast<void>(cudaLibraryGetKernel(&found, library, "late"));
    return found;
  }();
  if (!late || cudaLaunchKernel(reinterpret_cast<const void*>(late), 1, 1, nullptr, 0, s) != cudaSuccess)
    throw std::runtime_error("the kernel in PTX was not launched");
}
#endif
__global__ void illegal() { *reinterpret_cast<volatile int*>(8) = 1; }

}  // namespace

ASSAY_PROBLEM("hostile", assay::cuda, p) {
  const auto n = p.axis("n", {100'003});
  const auto x = p.input<float>("x", {n}, assay::uniform(0.5, 1.5));
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  const auto right = [=](cudaStream_t s) { twice<<<132, 256, 0, s>>>(n, x, y); };

  p.baseline("right", right);
  p.candidate("also right", right);
  p.candidate("synchronises", [=](cudaStream_t s) {
    right(s);
    cudaStreamSynchronize(s);
  });
  p.candidate("default stream", [=](cudaStream_t) { right(nullptr); });
  p.candidate("one wrong element", [=](cudaStream_t s) {
    right(s);
    one_wrong<<<1, 1, 0, s>>>(n - 1, y);
  });
  p.candidate("not a number", [=](cudaStream_t s) {
    right(s);
    not_a_number<<<1, 1, 0, s>>>(n / 2, y);
  });
  p.candidate("does not launch", [=](cudaStream_t s) { twice<<<132, 4096, 0, s>>>(n, x, y); });
  p.candidate("too much shared memory", [=](cudaStream_t s) { twice<<<132, 256, 1 << 24, s>>>(n, x, y); });
  p.candidate("throws", [](cudaStream_t) { throw std::runtime_error("no kernel for this shape"); });
  p.candidate("throws an int", [](cudaStream_t) { throw 42; });
  p.candidate(
      "prepare throws", []() -> int { throw std::runtime_error("no plan for this shape"); },
      [](cudaStream_t, int&) {});
  p.candidate("touches nothing", [](cudaStream_t) {});
  p.candidate("leaves out the tail", [=](cudaStream_t s) { twice<<<132, 256, 0, s>>>(n / 32 * 32, x, y); });
  p.candidate("leaves out the head", [=](cudaStream_t s) { twice<<<132, 256, 0, s>>>(n, x, y, 1); });
  p.candidate("adds to the output", [=](cudaStream_t s) { add_into<<<132, 256, 0, s>>>(n, x, y); });
  p.candidate("changes its input", [=](cudaStream_t s) {
    right(s);
    overwrite<<<1, 1, 0, s>>>(const_cast<float*>(x.data()));
  });
  p.candidate("right the first time", [=, calls = 0](cudaStream_t s) mutable {
    if (calls++ == 0) right(s);
  });
}

// What is done elsewhere, later, or for the first time while the gate is closed.
ASSAY_PROBLEM("launches oddly", assay::cuda, p) {
  const std::int64_t n = 100'003;
  const auto x = p.input<float>("x", {n}, assay::uniform(0.5, 1.5));
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  const auto right = [=](cudaStream_t s) { twice<<<132, 256, 0, s>>>(n, x, y); };

  p.candidate("sleeps", [=](cudaStream_t s) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    right(s);
  });
  p.candidate("loads a kernel late", [=, calls = 0](cudaStream_t s) mutable {
    if (++calls < 10)  // the tenth is behind a gate
      right(s);
    else
      twice_loaded_late<<<132, 256, 0, s>>>(n, x, y);
  });
#if !defined(__HIPCC__)
  p.candidate("compiles a kernel late", [=, calls = 0](cudaStream_t s) mutable {
    right(s);
    if (++calls >= 10) launch_compiled_late(s);
  });
#endif
  p.candidate("works on another stream", [=](cudaStream_t) {
    static const cudaStream_t own = [] {
      cudaStream_t made = nullptr;
      cudaStreamCreateWithFlags(&made, cudaStreamNonBlocking);
      return made;
    }();
    twice<<<1, 256, 0, own>>>(n, x, y);  // one block takes long enough to be seen
  });
  p.candidate("launches from a thread later", [=, later = std::jthread()](cudaStream_t s) mutable {
    // Joins the one before. Pointers, since the handles are bound anew while it sleeps.
    later = std::jthread([=, from = x.data(), to = y.data()] {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      twice<<<132, 256, 0, s>>>(n, from, to);
    });
  });
  // Last, so that the memory outlives that thread.
  p.baseline("right", right);
}

ASSAY_PROBLEM("modes", assay::cuda, p) {
  const std::int64_t n = 1 << 20;
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("right", [=](cudaStream_t s) { twice<<<1056, 256, 0, s>>>(n, x, y); });
}

ASSAY_PROBLEM("too large", assay::cuda, p) {
  const auto n = p.axis("n", {std::int64_t{1} << 20, std::int64_t{1} << 48});
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("right", [=](cudaStream_t s) { twice<<<132, 256, 0, s>>>(n, x, y); });
}

ASSAY_PROBLEM("unmeasured bytes", assay::cuda, p) {
  const std::int64_t n = 1 << 26;
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.dram_bytes(8e9, 8e9);  // ten times what there is: no kernel could be that fast
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("right", [=](cudaStream_t s) { twice<<<1056, 256, 0, s>>>(n, x, y); });
}

// What the limit has to catch, and the program to explain: bytes declared twice, a copy that never leaves L2,
// a product with half of its terms left out, work beside the stream.
ASSAY_PROBLEM("declared twice", assay::cuda, p) {
  const std::int64_t n = 1 << 26;
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.dram_bytes(8.0 * n, 8.0 * n);
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("right", [=](cudaStream_t s) { twice<<<1056, 256, 0, s>>>(n, x, y); });
}

ASSAY_PROBLEM("stays in L2", assay::cuda, p) {
  const std::int64_t n = 1 << 21, times = 64;
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.dram_bytes(4.0 * n * times, 4.0 * n * times);  // as if each pass came from DRAM
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("right", [=](cudaStream_t s) { twice_again<<<1056, 512, 0, s>>>(n, times, x, y); });
}

ASSAY_PROBLEM("skips half of its terms", assay::cuda, p) {
  const std::int64_t m = 8192, k = 8192;
  const auto a = p.input<float>("a", {m, k});
  const auto b = p.input<float>("b", {k, 4});
  const auto c = p.output<float>("c", {m, 4});
  p.flops(2.0 * m * 4 * k);
  p.tolerance(assay::tolerance::accumulating(k));
  p.oracle(c, [=](auto at, std::int64_t i) {
    double sum = 0;
    for (std::int64_t j = 0; j < k; ++j) sum += at(a)[i / 4 * k + j] * at(b)[j * 4 + i % 4];
    return sum;
  });
  p.candidate("half", [=](cudaStream_t s) { skinny_product<<<m / 32, 256, 0, s>>>(k, k / 2, a, b, c); });
  p.candidate("whole", [=](cudaStream_t s) { skinny_product<<<m / 32, 256, 0, s>>>(k, k, a, b, c); });
}

ASSAY_PROBLEM("half beside the stream", assay::cuda, p) {
  const std::int64_t n = 1 << 26;
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("it", [=](cudaStream_t s) {
    static const cudaStream_t own = [] {
      cudaStream_t made = nullptr;
      cudaStreamCreateWithFlags(&made, cudaStreamNonBlocking);
      return made;
    }();
    twice<<<16, 256, 0, own>>>(n, x, y, n / 4);  // few blocks: it takes much longer
    twice<<<1056, 256, 0, s>>>(n / 4, x, y);
  });
}

ASSAY_PROBLEM("writes out of bounds", assay::cuda, p) {
  const std::int64_t n = 1001;
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  const auto w = p.workspace(1000);
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  const auto right = [=](cudaStream_t s) { twice<<<4, 256, 0, s>>>(n, x, y); };
  const auto and_at = [=](auto place) {
    return [=](cudaStream_t s) {
      right(s);
      write_one<<<1, 1, 0, s>>>(place());
    };
  };
  p.candidate("right", right);
  p.candidate("uses its workspace", and_at([=] { return static_cast<char*>(w.data()) + 999; }));
  p.candidate("behind the output", and_at([=] { return y.data() + n; }));
  p.candidate("before the output", and_at([=] { return y.data() - 1; }));
  p.candidate("one byte behind the workspace", and_at([=] { return static_cast<char*>(w.data()) + 1000; }));
  p.candidate("before the input", and_at([=] { return const_cast<float*>(x.data()) - 1; }));
  p.candidate("right again", right);
}

ASSAY_PROBLEM("integers", assay::cuda, p) {
  const std::int64_t n = 100'003;
  const auto x = p.input<std::int8_t>("x", {n}, assay::integers(-60, 60));
  const auto y = p.output<std::int8_t>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("right", [=](cudaStream_t s) { twice_integers<<<132, 256, 0, s>>>(n, x, y); });
  p.candidate("leaves out the tail",
              [=](cudaStream_t s) { twice_integers<<<132, 256, 0, s>>>(n - 1, x, y); });
}

// Right, unless there is a fence.
ASSAY_PROBLEM("reads out of bounds", assay::cuda, p) {
  const std::int64_t n = 1000;
  p.alignment(16);
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  const auto right = [=](cudaStream_t s) { twice<<<4, 256, 0, s>>>(n, x, y); };
  p.candidate("right", right);
  p.candidate("reads the last", [=](cudaStream_t s) {
    right(s);
    read_one<<<1, 1, 0, s>>>(x.data() + n - 1);
  });
  p.candidate("reads behind", [=](cudaStream_t s) {
    right(s);
    read_one<<<1, 1, 0, s>>>(x.data() + n);
  });
  p.candidate("reads before", [=](cudaStream_t s) {
    right(s);
    read_one<<<1, 1, 0, s>>>(x.data() - 1);
  });
  p.candidate("right again", right);
}

ASSAY_PROBLEM("takes the device down", assay::cuda, p) {
  const std::int64_t n = 1 << 20;
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("before", [=](cudaStream_t s) { twice<<<132, 256, 0, s>>>(n, x, y); });
  p.candidate("illegal address", [](cudaStream_t s) { illegal<<<1, 1, 0, s>>>(); });
  p.candidate("after", [=](cudaStream_t s) { twice<<<132, 256, 0, s>>>(n, x, y); });
}

ASSAY_PROBLEM("never reached", assay::cuda, p) {
  const std::int64_t n = 1 << 20;
  const auto x = p.input<float>("x", {n});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto at, std::int64_t i) { return 2.0 * at(x)[i]; });
  p.candidate("right", [=](cudaStream_t s) { twice<<<132, 256, 0, s>>>(n, x, y); });
}
