// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Right kernels that are launched, synchronised and fed in unusual ways.
#include <cooperative_groups.h>

#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>

#include "exhibit.hpp"
#include "kernels.cuh"
#include "problems.hpp"

namespace {

using std::int64_t;
using namespace zoo;

__global__ void twice_backwards(int64_t n, const float* x, float* y) {
  for (each_index i; i < n; i.next()) y[n - 1 - i] = 2.0f * x[n - 1 - i];
}
/// Vectors of four where both pointers allow it, the rest one by one.
__global__ void twice_by_vectors(int64_t n, const float* x, float* y) {
  const bool aligned = (reinterpret_cast<std::uintptr_t>(x) | reinterpret_cast<std::uintptr_t>(y)) % 16 == 0;
  const int64_t vectors = aligned ? n / 4 : 0;
  for (each_index i; i < vectors; i.next()) {
    float4 v = reinterpret_cast<const float4*>(x)[i];
    v.x *= 2, v.y *= 2, v.z *= 2, v.w *= 2;
    reinterpret_cast<float4*>(y)[i] = v;
  }
  for (each_index i; i < n - 4 * vectors; i.next()) y[4 * vectors + i] = 2.0f * x[4 * vectors + i];
}
/// Blocks take pieces of 1024 elements from a queue until it is empty.
__global__ void twice_from_queue(int64_t n, const float* x, float* y, unsigned* queue) {
  __shared__ unsigned piece;
  for (;;) {
    __syncthreads();
    if (threadIdx.x == 0) piece = atomicAdd(queue, 1u);
    __syncthreads();
    const int64_t first = piece * int64_t{1024};
    if (first >= n) return;
    for (int64_t i = first + threadIdx.x; i < min(n, first + 1024); i += blockDim.x) y[i] = 2.0f * x[i];
  }
}
/// The whole grid waits for itself between the two halves of the work.
__global__ void twice_cooperative(int64_t n, const float* x, float* y) {
  for (each_index i; i < n; i.next()) y[i] = x[i];
  cooperative_groups::this_grid().sync();
  for (each_index i; i < n; i.next()) y[n - 1 - i] += x[n - 1 - i];
}
/// By way of all the shared memory that a block can have.
__global__ void twice_through_shared(int64_t n, const float* x, float* y) {
  extern __shared__ float tile[];
  const int64_t width = 100 * 1024 / 4;
  for (int64_t first = blockIdx.x * width; first < n; first += gridDim.x * width) {
    for (int64_t i = threadIdx.x; i < width && first + i < n; i += blockDim.x) tile[i] = 2.0f * x[first + i];
    __syncthreads();
    for (int64_t i = threadIdx.x; i < width && first + i < n; i += blockDim.x) y[first + i] = tile[i];
    __syncthreads();
  }
}
struct plus_twice_x {
  const float* x;
  __device__ float operator()(int64_t i, float y) const { return fmaf(2.0f, x[i], y); }
};
struct plus_x {
  const float* x;
  __device__ float operator()(int64_t i, float y) const { return y + x[i]; }
};
__constant__ float factor_in_constant_memory;
__global__ void times_constant(int64_t n, const float* x, float* y) {
  for (each_index i; i < n; i.next()) y[i] = factor_in_constant_memory * x[i];
}
__global__ void times_factor(int64_t n, const float* factor, const float* x, float* y) {
  for (each_index i; i < n; i.next()) y[i] = *factor * x[i];
}
__global__ void prefetch(int64_t n, const float* x) {
  for (each_index i; i < n; i.next()) asm volatile("prefetch.global.L2 [%0];" ::"l"(x + i));
}
__global__ void __cluster_dims__(2, 1, 1) twice_in_clusters(int64_t n, const float* x, float* y) {
  for (each_index i; i < n; i.next()) y[i] = 2.0f * x[i];
}

/// Streams and events to fork into and to join from.
struct fork_and_join {
  zoo::own_stream streams[2];
  zoo::own_event begun, done[2];

  /// Calls `work(stream, 0)` and `work(stream, 1)` on streams that `s` waits for.
  template <class Work>
  void run(cudaStream_t s, const Work& work) {
    zoo::check_cuda(cudaEventRecord(begun, s));
    for (int i = 0; i < 2; ++i) {
      zoo::check_cuda(cudaStreamWaitEvent(streams[i], begun));
      work(static_cast<cudaStream_t>(streams[i]), i);
      zoo::check_cuda(cudaEventRecord(done[i], streams[i]));
      zoo::check_cuda(cudaStreamWaitEvent(s, done[i]));
    }
  }
};

std::size_t bytes_of(int64_t floats) { return static_cast<std::size_t>(floats) * sizeof(float); }

}  // namespace

ASSAY_PROBLEM("honest: twice", assay::cuda, p) {
  const auto t = zoo::twice(p, 100'003);
  const auto n = t.n;
  const auto x = t.x;
  const auto y = t.y;
  const auto queue = p.workspace(4), scratch = p.workspace(n * 4);
  const auto right = [=](cudaStream_t s) { zoo::launch_twice(s, n, x, y); };

  zoo::honest(p, "grid stride", "nothing", right);
  zoo::honest(p, "vectors and a tail", "vectors and a tail",
              [=](cudaStream_t s) { twice_by_vectors<<<blocks, threads, 0, s>>>(n, x, y); });
  zoo::honest(p, "backwards", "another order of writes",
              [=](cudaStream_t s) { twice_backwards<<<blocks, threads, 0, s>>>(n, x, y); });
  zoo::honest(p, "a block a thread", "many small blocks",
              [=](cudaStream_t s) { zoo::map<<<zoo::tiles(n, 32), 32, 0, s>>>(n, x, y, zoo::twice_of()); });
  zoo::honest(p, "one block", "few threads",
              [=](cudaStream_t s) { zoo::map<<<1, 1024, 0, s>>>(n, x, y, zoo::twice_of()); });
  zoo::honest(p, "32 launches", "many kernels", [=](cudaStream_t s) {
    for (int64_t part = 0; part < 32; ++part) {
      const int64_t first = n * part / 32, last = n * (part + 1) / 32;
      zoo::launch_twice(s, last - first, x + first, y + first);
    }
  });
  zoo::honest(p, "copies, then doubles in place", "the output is read back", [=](cudaStream_t s) {
    zoo::copy(s, y.data(), x.data(), n);
    zoo::double_in_place(s, n, y);
  });
  zoo::honest(p, "by way of the workspace", "workspace", [=](cudaStream_t s) {
    auto* const between = static_cast<float*>(scratch.data());
    zoo::launch_twice(s, n, x, between);
    zoo::copy(s, y.data(), static_cast<const float*>(between), n);
  });
  zoo::honest(p, "zeroes its output first", "memset of the output", [=](cudaStream_t s) {
    zoo::check_cuda(cudaMemsetAsync(y, 0, bytes_of(n), s));
    right(s);
  });
  zoo::honest(p, "on the default stream", "default stream", [=](cudaStream_t) { right(nullptr); });
  zoo::honest(p, "synchronises", "synchronises inside", [=](cudaStream_t s) {
    right(s);
    zoo::check_cuda(cudaStreamSynchronize(s));
  });
  zoo::honest(p, "synchronises the device", "synchronises inside", [=](cudaStream_t s) {
    right(s);
    zoo::check_cuda(cudaDeviceSynchronize());
  });
  zoo::honest(
      p, "two halves side by side", "stream fork and join", [] { return fork_and_join(); },
      [=](cudaStream_t s, fork_and_join& both) {
        both.run(s, [=](cudaStream_t on, int64_t part) {
          const int64_t first = n * part / 2, last = n * (part + 1) / 2;
          zoo::launch_twice(on, last - first, x + first, y + first);
        });
      });
  zoo::honest(p, "forks with new streams each time", "stream fork and join", [=](cudaStream_t s) {
    fork_and_join both;
    both.run(s, [=](cudaStream_t on, int64_t part) {
      const int64_t first = n * part / 2, last = n * (part + 1) / 2;
      zoo::launch_twice(on, last - first, x + first, y + first);
    });
  });
  zoo::honest(p, "stream-ordered scratch memory", "stream-ordered allocation", [=](cudaStream_t s) {
    float* between = nullptr;
    zoo::check_cuda(cudaMallocAsync(reinterpret_cast<void**>(&between), bytes_of(n), s));
    zoo::launch_twice(s, n, x, between);
    zoo::copy(s, y.data(), static_cast<const float*>(between), n);
    zoo::check_cuda(cudaFreeAsync(between, s));
  });
  zoo::honest(p, "allocates and frees", "allocation inside", [=](cudaStream_t s) {
    float* between = nullptr;
    zoo::check_cuda(cudaMalloc(reinterpret_cast<void**>(&between), bytes_of(n)));
    zoo::launch_twice(s, n, x, between);
    zoo::copy(s, y.data(), static_cast<const float*>(between), n);
    zoo::check_cuda(cudaFree(between));
  });
  zoo::honest(p, "scratch memory kept from call to call", "memory of its own",
              [=, own = std::make_shared<zoo::own_memory>()](cudaStream_t s) {
                float* const between = own->of<float>(n);
                zoo::launch_twice(s, n, x, between);
                zoo::copy(s, y.data(), static_cast<const float*>(between), n);
              });
  zoo::honest(p, "the grid waits for itself", "cooperative kernel", [=](cudaStream_t s) {
    int64_t count = n;
    const float* from = x;
    float* to = y;
    void* arguments[] = {&count, &from, &to};
    zoo::check_cuda(cudaLaunchCooperativeKernel(reinterpret_cast<const void*>(&twice_cooperative), dim3(64),
                                                dim3(threads), arguments, 0, s));
  });
  zoo::honest(p, "a queue of pieces", "persistent kernel", [=](cudaStream_t s) {
    auto* const next = static_cast<unsigned*>(queue.data());
    zoo::check_cuda(cudaMemsetAsync(next, 0, sizeof(unsigned), s));
    twice_from_queue<<<blocks, threads, 0, s>>>(n, x, y, next);
  });
  zoo::honest(p, "100 KiB of shared memory", "large shared memory", [=](cudaStream_t s) {
    zoo::check_cuda(
        cudaFuncSetAttribute(twice_through_shared, cudaFuncAttributeMaxDynamicSharedMemorySize, 100 * 1024));
    twice_through_shared<<<blocks, threads, 100 * 1024, s>>>(n, x, y);
  });
  zoo::honest(p, "pairs of blocks", "thread block clusters",
              [=](cudaStream_t s) { twice_in_clusters<<<blocks, threads, 0, s>>>(n, x, y); });
  zoo::honest(p, "factor in constant memory", "copies from the host", [=](cudaStream_t s) {
    static const float two = 2.0f;
    zoo::check_cuda(
        cudaMemcpyToSymbolAsync(factor_in_constant_memory, &two, sizeof two, 0, cudaMemcpyHostToDevice, s));
    times_constant<<<blocks, threads, 0, s>>>(n, x, y);
  });
  zoo::honest(
      p, "factor prepared on the device", "a prepare step",
      [](cudaStream_t s) {
        static const float two = 2.0f;
        zoo::own_memory factor;
        zoo::check_cuda(cudaMemcpyAsync(factor.of<float>(1), &two, sizeof two, cudaMemcpyHostToDevice, s));
        return factor;
      },
      [=](cudaStream_t s, zoo::own_memory& factor) {
        times_factor<<<blocks, threads, 0, s>>>(n, factor.of<float>(1), x, y);
      });
  zoo::honest(p, "reads ahead in its own stream", "prefetch", [=](cudaStream_t s) {
    prefetch<<<blocks, threads, 0, s>>>(n, x);
    right(s);
  });
  zoo::honest(
      p, "a graph from the prepare step", "graphs",
      [=] {
        zoo::own_graph prepared;
        prepared.capture(right);
        return prepared;
      },
      [](cudaStream_t s, const zoo::own_graph& prepared) { prepared.launch(s); });
  zoo::honest(p, "a graph made anew when addresses change", "graphs",
              [=, kept = std::make_shared<zoo::own_graph>(),
               of = static_cast<const float*>(nullptr)](cudaStream_t s) mutable {
                if (of != x.data()) kept->capture(right);
                of = x;
                kept->launch(s);
              });
  zoo::honest(p, "sleeps for its first calls", "host time", [=, calls = 0](cudaStream_t s) mutable {
    if (calls++ < 5) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    right(s);
  });
  zoo::honest(p, "launched by another thread", "threads",
              [=](cudaStream_t s) { std::jthread other([=] { right(s); }); });
  zoo::honest(p, "changes the cache configuration", "device settings", [=](cudaStream_t s) {
    zoo::check_cuda(cudaDeviceSetCacheConfig(cudaFuncCachePreferShared));
    right(s);
  });
}

ASSAY_PROBLEM("honest: add twice, in place", assay::cuda, p) {
  const auto t = zoo::add_twice(p, 100'003);
  zoo::honest(p, "fused multiply-add", "in place by declaration",
              [=](cudaStream_t s) { zoo::change<<<blocks, threads, 0, s>>>(t.n, t.y, plus_twice_x{t.x}); });
  zoo::honest(p, "twice x added once each", "another rounding", [=](cudaStream_t s) {
    for (int i = 0; i < 2; ++i) zoo::change<<<blocks, threads, 0, s>>>(t.n, t.y, plus_x{t.x});
  });
}
