// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The kernels that honest entries run and bad ones change. All of them take every size, 0 excepted.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace zoo {

using std::int64_t;

inline void check_cuda(cudaError_t status) {
  if (status != cudaSuccess) throw std::runtime_error(cudaGetErrorString(status));
}

constexpr int blocks = 264;  ///< two for each multiprocessor of an H100 or H200
constexpr int threads = 256;

inline unsigned tiles(int64_t count, int64_t each) {
  return static_cast<unsigned>(std::max<int64_t>((count + each - 1) / each, 1));
}

/// The 16 bytes that hold the first element, as a vector load would take them.
template <class T>
__host__ __device__ T* aligned_down(T* pointer) {
  return reinterpret_cast<T*>(reinterpret_cast<std::uintptr_t>(pointer) & ~std::uintptr_t{15});
}

/// For all i of this thread: `for (each_index i(n); i < n; i.next())`.
struct each_index {
  int64_t at = blockIdx.x * int64_t{blockDim.x} + threadIdx.x;
  __device__ operator int64_t() const { return at; }
  __device__ void next() { at += int64_t{gridDim.x} * blockDim.x; }
};

/// y[i] = f(i, x).
template <class Element>
__global__ void map(int64_t n, const float* x, float* y, Element element) {
  for (each_index i; i < n; i.next()) y[i] = element(i, x);
}
struct twice_of {
  __device__ float operator()(int64_t i, const float* x) const { return 2.0f * x[i]; }
};
inline void launch_twice(cudaStream_t s, int64_t n, const float* x, float* y) {
  map<<<blocks, threads, 0, s>>>(n, x, y, twice_of());
}
/// Changes what is there.
template <class Change>
__global__ void change(int64_t n, float* y, Change element) {
  for (each_index i; i < n; i.next()) y[i] = element(i, y[i]);
}
struct doubled {
  __device__ float operator()(int64_t, float y) const { return 2.0f * y; }
};
inline void double_in_place(cudaStream_t s, int64_t n, float* y) {
  change<<<blocks, threads, 0, s>>>(n, y, doubled());
}

/// The sum over all threads of the block, for each of them.
__device__ inline float block_sum(float value) {
  __shared__ float partial[32];
  __syncthreads();  // partial may still be read from the sum before
  for (int step = 16; step > 0; step /= 2) value += __shfl_xor_sync(0xffffffffu, value, step);
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = value;
  __syncthreads();
  float sum = 0;
  for (unsigned warp = 0; warp < blockDim.x / 32; ++warp) sum += partial[warp];
  return sum;
}
__device__ inline float block_max(float value) {
  __shared__ float partial[32];
  __syncthreads();
  for (int step = 16; step > 0; step /= 2) value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, step));
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = value;
  __syncthreads();
  float top = partial[0];
  for (unsigned warp = 1; warp < blockDim.x / 32; ++warp) top = fmaxf(top, partial[warp]);
  return top;
}

/// y[r] = Σ of the first `used` columns.
template <class T>
__global__ void sum_rows(int64_t rows, int64_t columns, int64_t used, const T* x, T* y) {
  for (int64_t r = blockIdx.x; r < rows; r += gridDim.x) {
    float own = 0;
    for (int64_t i = threadIdx.x; i < used; i += blockDim.x) own += x[r * columns + i];
    const float sum = block_sum(own);
    if (threadIdx.x == 0) y[r] = sum;
  }
}

struct precise_exp {
  __device__ float operator()(float x) const { return expf(x); }
};
struct fast_exp {
  __device__ float operator()(float x) const { return __expf(x); }
};
/// Softmax of rows. `subtract`: the largest element, as it should be; `used`: columns in the sum.
template <class T, class Exp>
__global__ void softmax_rows(int64_t rows, int64_t columns, int64_t used, bool subtract, const T* x, T* y,
                             Exp exp) {
  for (int64_t r = blockIdx.x; r < rows; r += gridDim.x) {
    const T* const in = x + r * columns;
    float top = -INFINITY, sum = 0;
    for (int64_t i = threadIdx.x; i < columns; i += blockDim.x) top = fmaxf(top, float(in[i]));
    top = subtract ? block_max(top) : 0.0f;
    for (int64_t i = threadIdx.x; i < used; i += blockDim.x) sum += exp(float(in[i]) - top);
    sum = block_sum(sum);
    for (int64_t i = threadIdx.x; i < columns; i += blockDim.x)
      y[r * columns + i] = T(exp(float(in[i]) - top) / sum);
  }
}

/// RMSNorm of rows, the squares added up in `Sum`.
template <class T, class Sum>
__global__ void rmsnorm_rows(int64_t rows, int64_t columns, const T* x, const T* w, T* y) {
  for (int64_t r = blockIdx.x; r < rows; r += gridDim.x) {
    Sum own = Sum(0.0f);
    for (int64_t i = threadIdx.x; i < columns; i += blockDim.x) {
      const float value = float(x[r * columns + i]);
      own = Sum(float(own) + value * value);
    }
    const float scale = rsqrtf(block_sum(float(own)) / float(columns) + 1e-5f);
    for (int64_t i = threadIdx.x; i < columns; i += blockDim.x)
      y[r * columns + i] = T(float(x[r * columns + i]) * scale * float(w[i]));
  }
}

struct as_it_is {
  __device__ float operator()(float x) const { return x; }
};
struct to_tf32 {  // nearest, ties away from zero, as cvt.rna.tf32.f32
  __device__ float operator()(float x) const {
    return __uint_as_float((__float_as_uint(x) + 0x1000u) & ~0x1FFFu);
  }
};
struct to_bf16 {
  __device__ float operator()(float x) const { return __bfloat162float(__float2bfloat16(x)); }
};

/// C = A·B by tiles of 16×16, one thread an element; `first` ≤ l < `last` of the products, inputs converted
/// by `convert`, added up in `Sum`. `leading`: elements from a row of A to the next.
template <class Sum, class In, class Out, class Convert>
__global__ void gemm_tiles(int64_t m, int64_t n, int64_t leading, int64_t first, int64_t last, const In* a,
                           const In* b, Out* c, Convert convert) {
  __shared__ float tile_a[16][17], tile_b[16][17];
  const int x = threadIdx.x, y = threadIdx.y;
  const int64_t row = blockIdx.y * int64_t{16} + y, column = blockIdx.x * int64_t{16} + x;
  Sum sum = Sum(0.0f);
  for (int64_t step = first; step < last; step += 16) {
    tile_a[y][x] = row < m && step + x < last ? convert(float(a[row * leading + step + x])) : 0.0f;
    tile_b[y][x] = column < n && step + y < last ? convert(float(b[(step + y) * n + column])) : 0.0f;
    __syncthreads();
    for (int j = 0; j < 16; ++j) sum = Sum(float(sum) + tile_a[y][j] * tile_b[j][x]);
    __syncthreads();
  }
  if (row < m && column < n) c[row * n + column] = Out(sum);
}
template <class Sum = float, class In, class Out, class Convert = as_it_is>
void launch_gemm(cudaStream_t s, int64_t m, int64_t n, int64_t k, int64_t first, int64_t last, const In* a,
                 const In* b, Out* c, Convert convert = {}) {
  gemm_tiles<Sum>
      <<<dim3(tiles(n, 16), tiles(m, 16)), dim3(16, 16), 0, s>>>(m, n, k, first, last, a, b, c, convert);
}

/// y[i] = Σ c[j]·x[i]^j by Horner's rule.
template <class T>
__global__ void horner(int64_t n, int64_t degree, const T* c, const T* x, T* y) {
  for (each_index i; i < n; i.next()) {
    const float at = x[i];
    float sum = 0;
    for (int64_t j = degree; j >= 0; --j) sum = sum * at + c[j];
    y[i] = sum;
  }
}

/// A stream that waits for nobody.
class own_stream {
 public:
  own_stream() { check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking)); }
  own_stream(own_stream&& other) noexcept : stream_(std::exchange(other.stream_, nullptr)) {}
  own_stream& operator=(own_stream&&) = delete;
  ~own_stream() {
    if (stream_) cudaStreamDestroy(stream_);
  }
  operator cudaStream_t() const { return stream_; }

 private:
  cudaStream_t stream_ = nullptr;
};

class own_event {
 public:
  own_event() { check_cuda(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming)); }
  own_event(own_event&& other) noexcept : event_(std::exchange(other.event_, nullptr)) {}
  own_event& operator=(own_event&&) = delete;
  ~own_event() {
    if (event_) cudaEventDestroy(event_);
  }
  operator cudaEvent_t() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};

/// A graph of what was captured last.
class own_graph {
 public:
  own_graph() = default;
  own_graph(own_graph&& other) noexcept : graph_(std::exchange(other.graph_, nullptr)) {}
  own_graph& operator=(own_graph&&) = delete;
  ~own_graph() { clear(); }
  explicit operator bool() const { return graph_ != nullptr; }
  /// What `enqueue` puts into the stream that it is given.
  template <class Enqueue>
  void capture(const Enqueue& enqueue) {
    own_stream stream;
    cudaGraph_t captured = nullptr;
    check_cuda(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed));
    enqueue(static_cast<cudaStream_t>(stream));
    check_cuda(cudaStreamEndCapture(stream, &captured));
    clear();
    const cudaError_t status = cudaGraphInstantiate(&graph_, captured, 0);
    cudaGraphDestroy(captured);
    check_cuda(status);
  }
  void launch(cudaStream_t s) const { check_cuda(cudaGraphLaunch(graph_, s)); }

 private:
  void clear() {
    if (graph_) cudaGraphExecDestroy(std::exchange(graph_, nullptr));
  }

  cudaGraphExec_t graph_ = nullptr;
};

/// Device memory that is there from its first use on. A body runs on machines without a device, too.
class own_memory {
 public:
  own_memory() = default;
  own_memory(own_memory&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  own_memory& operator=(own_memory&&) = delete;
  ~own_memory() {
    if (data_) cudaFree(data_);
  }
  template <class T>
  T* of(int64_t count) {
    if (!data_)
      check_cuda(cudaMalloc(&data_, static_cast<std::size_t>(std::max<int64_t>(count, 1)) * sizeof(T)));
    return static_cast<T*>(data_);
  }

 private:
  void* data_ = nullptr;
};

inline void zero(cudaStream_t s, void* data, int64_t bytes) {
  check_cuda(cudaMemsetAsync(data, 0, static_cast<std::size_t>(bytes), s));
}
/// Enqueues a copy on the device.
template <class T>
void copy(cudaStream_t s, T* to, const T* from, int64_t count) {
  check_cuda(
      cudaMemcpyAsync(to, from, static_cast<std::size_t>(count) * sizeof(T), cudaMemcpyDeviceToDevice, s));
}

}  // namespace zoo
