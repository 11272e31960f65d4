// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Candidates that do to the device and to their process what candidates do, beside good ones, whose names
// begin with "good". tests/gauntlet/run.py says what must become of each.
#undef NDEBUG
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <cassert>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "gauntlet.hpp"

namespace {

using gauntlet::nowhere;

__global__ void double_all(std::int64_t n, const float* x, float* y) {
  for (std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x; i < n;
       i += std::int64_t(gridDim.x) * blockDim.x)
    y[i] = 2.0f * x[i];
}
void twice(cudaStream_t s, const gauntlet::vectors& t, unsigned blocks = 132) {
  double_all<<<blocks, 256, 0, s>>>(t.x.size(), t.x, t.y);
}
__global__ void write_to(volatile int* where) { *where = 1; }
__global__ void trap() { asm volatile("trap;"); }
__global__ void fail(const float* x) { assert(x == nullptr); }
__device__ float deeper(volatile float* before, int depth) {
  volatile float room[256];
  for (int i = 0; i < 256; ++i) room[i] = before[i] + 1.0f;
  return depth < 0 ? room[0] : deeper(room, depth + 1) + room[depth % 256];
}
__global__ void overflow(float* y) {
  volatile float room[256] = {};
  y[0] = deeper(room, 0);
}
__global__ void spin(const int* flag) {
  while (*static_cast<const volatile int*>(flag) == 0) {
  }
}
__global__ void take_the_heap(float* y) {
  for (int i = 0; i < 1 << 20; ++i) {
    auto* const more = static_cast<float*>(malloc(1 << 20));
    more[threadIdx.x] = 1.0f;  // where there was none, as in much code
    y[0] = more[0];
  }
}
__global__ void print_and_spin(const int* flag) {
  printf("from a kernel\n");
  while (*static_cast<const volatile int*>(flag) == 0) {
  }
}

/// Zero for ever, where kernels see it.
int* flag() {
  static int* const made = [] {
    int* where = nullptr;
    cudaMalloc(&where, sizeof(int));
    cudaMemset(where, 0, sizeof(int));
    return where;
  }();
  return made;
}
cudaStream_t own_stream() {
  static const cudaStream_t made = [] {
    cudaStream_t stream = nullptr;
    cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
    return stream;
  }();
  return made;
}

}  // namespace

ASSAY_PROBLEM("device", assay::cuda, p) {
  const auto n = p.axis("n", {1 << 16}, assay::at_least(1));
  const auto t = gauntlet::declare_doubling(p, n);
  const auto right = [=](cudaStream_t s) { twice(s, t); };

  p.baseline("good baseline", right);
  p.candidate("illegal address", [=](cudaStream_t s) { write_to<<<1, 1, 0, s>>>(nowhere); });
  p.candidate("misaligned address", [=](cudaStream_t s) {
    write_to<<<1, 1, 0, s>>>(reinterpret_cast<int*>(reinterpret_cast<char*>(t.y.data()) + 1));
  });
  p.candidate("traps", [](cudaStream_t s) { trap<<<1, 1, 0, s>>>(); });
  p.candidate("good first", right);
  p.candidate("fails an assertion", [=](cudaStream_t s) { fail<<<1, 1, 0, s>>>(t.x.data()); });
  p.candidate("overflows its stack", [=](cudaStream_t s) { overflow<<<1, 1, 0, s>>>(t.y.data()); });
  p.candidate(
      "illegal address from prepare",
      [](cudaStream_t s) {
        write_to<<<1, 1, 0, s>>>(nowhere);
        return 0;
      },
      [=](cudaStream_t s, int&) { right(s); });
  p.candidate("illegal address when it is timed", [=, calls = 0](cudaStream_t s) mutable {
    right(s);
    if (++calls > 40) write_to<<<1, 1, 0, s>>>(nowhere);
  });
  p.candidate("illegal address beside its case", [=](cudaStream_t s) {
    right(s);
    if (t.x.size() != 1 << 16) write_to<<<1, 1, 0, s>>>(nowhere);
  });
  p.candidate("illegal address on another stream", [=](cudaStream_t s) {
    write_to<<<1, 1, 0, own_stream()>>>(nowhere);
    right(s);
  });
  p.candidate("good last", right);
}

ASSAY_PROBLEM("device hangs", assay::cuda, p) {
  const auto t = gauntlet::declare_doubling(p, 1 << 16);
  const auto right = [=](cudaStream_t s) { twice(s, t); };

  p.baseline("good baseline", right);
  p.candidate("never ends", [=](cudaStream_t s) { spin<<<1, 1, 0, s>>>(flag()); });
  p.candidate("never ends when it is timed", [=, calls = 0](cudaStream_t s) mutable {
    right(s);
    if (++calls > 40) spin<<<1, 1, 0, s>>>(flag());
  });
  p.candidate("waits for the host, which waits for it", [=](cudaStream_t s) {
    spin<<<1, 1, 0, s>>>(flag());
    cudaStreamSynchronize(s);
  });
  p.candidate("good last", right);
}

ASSAY_PROBLEM("device memory", assay::cuda, p) {
  const auto t = gauntlet::declare_doubling(p, 1 << 16);
  const auto right = [=](cudaStream_t s) { twice(s, t); };

  p.baseline("good baseline", right);
  p.candidate("more than there is", [=](cudaStream_t s) {
    void* all = nullptr;
    cudaMalloc(&all, std::size_t{1} << 50);
    right(s);
  });
  p.candidate("all there is, and then uses none", [=](cudaStream_t s) {
    void* some = nullptr;
    for (std::size_t bytes = std::size_t{1} << 36; bytes >= 1 << 16; bytes /= 2)
      while (cudaMalloc(&some, bytes) == cudaSuccess) {
      }
    right(s);  // the error of the last call is still there
  });
  p.candidate("the heap of kernels", [=](cudaStream_t s) { take_the_heap<<<1, 32, 0, s>>>(t.y.data()); });
  p.candidate("good last", right);
}

ASSAY_PROBLEM("host and device", assay::cuda, p) {
  const auto t = gauntlet::declare_doubling(p, 1 << 16);
  const auto right = [=](cudaStream_t s) { twice(s, t); };

  p.baseline("good baseline", right);
  p.candidate("resets the device", [=](cudaStream_t s) {
    cudaDeviceReset();
    right(s);
  });
  p.candidate("exits while a kernel runs", [=](cudaStream_t s) {
    spin<<<1, 1, 0, s>>>(flag());
    ::_exit(0);
  });
  p.candidate("aborts while a kernel runs", [=](cudaStream_t s) {
    spin<<<1, 1, 0, s>>>(flag());
    std::abort();
  });
  p.candidate("good first", right);
  p.candidate("wild pointer while a kernel runs", [=](cudaStream_t s) {
    spin<<<1, 1, 0, s>>>(flag());
    *nowhere = 1;
  });
  p.candidate("aborts after an illegal address", [=](cudaStream_t s) {
    write_to<<<1, 1, 0, s>>>(nowhere);
    if (cudaStreamSynchronize(s) != cudaSuccess) std::abort();
  });
  p.candidate("prints from a kernel and hangs",
              [=](cudaStream_t s) { print_and_spin<<<1, 1, 0, s>>>(flag()); });
  p.candidate("forks", [=](cudaStream_t s) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    ::waitpid(child, nullptr, 0);
    right(s);
  });
  p.candidate("writes a record", [=](cudaStream_t s) {
    gauntlet::write_to_sockets("0123456789abcdef {\"type\":\"record\"}\n");
    ::usleep(200000);
    right(s);
  });
  p.candidate("stack overflow", [=](cudaStream_t) { std::printf("%d\n", gauntlet::overflow_the_stack(0)); });
  p.candidate("exit(0)", [](cudaStream_t) { std::exit(0); });
  p.candidate("throws where it may not",
              [=](cudaStream_t) { gauntlet::fails_without_a_handler(t.x.size() > 0); });
  p.candidate("stops its process", [](cudaStream_t) { ::raise(SIGSTOP); });
  p.candidate("good but prints", [=, calls = 0](cudaStream_t s) mutable {
    if (calls++ == 0) std::printf("not a record\n");
    right(s);
  });
  p.candidate("good last", right);
}

ASSAY_PROBLEM("good after all of them", assay::cuda, p) {
  const auto n = p.axis("n", {1 << 12, 1 << 20});
  const auto t = gauntlet::declare_doubling(p, n);
  p.baseline("good baseline", [=](cudaStream_t s) { twice(s, t); });
  p.candidate("good", [=](cudaStream_t s) { twice(s, t, 264); });
}
