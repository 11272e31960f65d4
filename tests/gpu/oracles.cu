// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Oracles on the device: products in fp64 against the host's and cuBLAS's, Freivalds' check of results with
// and without faults, compensated sums.
#include <cublas_v2.h>
#include <cuda_bf16.h>

#include <algorithm>
#include <array>
#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <assay/device/compensated.hpp>
#include <assay/suite/case_memory.hpp>
#include <assay/suite/gemm_expectation.hpp>
#include <assay/verify/gemm_on_host.hpp>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

using assay::dtype;

assay::device& gpu() { return assay::device_of<assay::cuda>(); }
cudaStream_t stream() { return static_cast<cudaStream_t>(gpu().stream()); }

template <class T>
std::vector<T> download(const assay::device_buffer& buffer) {
  std::vector<T> values(static_cast<std::size_t>(buffer.bytes()) / sizeof(T));
  gpu().copy_to_host(values.data(), buffer.data(), buffer.bytes());
  return values;
}
assay::device_buffer filled(dtype type, std::int64_t count, std::uint32_t tensor) {
  assay::device_buffer buffer(gpu(), assay::bytes_for(type, count));
  gpu().fill({buffer.data(), type, count, assay::normal(), 42, tensor});
  return buffer;
}

struct cublas {
  cublasHandle_t handle = nullptr;
  cublas() {
    REQUIRE(cublasCreate(&handle) == CUBLAS_STATUS_SUCCESS);
    REQUIRE(cublasSetStream(handle, stream()) == CUBLAS_STATUS_SUCCESS);
  }
  cublas(const cublas&) = delete;
  cublas& operator=(const cublas&) = delete;
  ~cublas() { cublasDestroy(handle); }

  /// Row-major C = A·B of bf16 with fp32 accumulation; `apart`: elements from row to row of A, B and C.
  void bf16(std::int64_t m, std::int64_t n, std::int64_t k, const void* a, const void* b, void* c,
            const std::array<std::int64_t, 3>& apart) const {
    const float one = 1, zero = 0;
    REQUIRE(cublasGemmEx_64(handle, CUBLAS_OP_N, CUBLAS_OP_N, n, m, k, &one, b, CUDA_R_16BF, apart[1], a,
                            CUDA_R_16BF, apart[0], &zero, c, CUDA_R_16BF, apart[2], CUBLAS_COMPUTE_32F,
                            CUBLAS_GEMM_DEFAULT) == CUBLAS_STATUS_SUCCESS);
  }
};

/// The bf16 product of two extents `size`, its oracle by sample, and cuBLAS's result in C. `padding`:
/// elements between the rows of A, twice as many between those of B, three times as many between those of C.
struct product_case {
  std::int64_t size, padding;
  assay::problem_definition definition;
  std::unique_ptr<assay::declared_problem> problem;
  std::unique_ptr<assay::case_memory> memory;
  std::unique_ptr<assay::gemm_expectation> expectation;

  static product_case*& declared() {
    static product_case* value = nullptr;
    return value;
  }

  explicit product_case(std::int64_t extent, double affordable = -1.0, std::int64_t between = 0)
      : size(extent), padding(between) {
    declared() = this;
    definition = {"product", "cuda", {}, &assay::device_of<assay::cuda>, [](assay::declaration& target) {
                    assay::problem<assay::cuda> p(target);
                    const std::int64_t n = declared()->size;
                    const auto a = p.input<__nv_bfloat16>("a", {n, n}, assay::normal());
                    const auto b = p.input<__nv_bfloat16>("b", {n, n}, assay::normal());
                    const auto c = p.output<__nv_bfloat16>("c", {n, n});
                    p.gemm_oracle(c, assay::gemm{n, n, n}, a, b);
                    p.leading_dimension(a, declared()->apart()[0]);
                    p.leading_dimension(b, declared()->apart()[1]);
                    p.leading_dimension(c, declared()->apart()[2]);
                    p.tolerance(assay::tolerance::accumulating(n, dtype::fp32, true));
                    p.candidate("none", [] {});
                  }};
    problem = std::make_unique<assay::declared_problem>(definition);
    memory = std::make_unique<assay::case_memory>(gpu(), *problem, 7);
    memory->reset();
    expectation = std::make_unique<assay::gemm_expectation>(gpu(), *problem, problem->device_oracles()[0], 7,
                                                            affordable);
  }

  [[nodiscard]] __nv_bfloat16* tensor(std::size_t id) const {
    return static_cast<__nv_bfloat16*>(problem->tensors()[id].slot.data);
  }
  [[nodiscard]] std::array<std::int64_t, 3> apart() const {
    return {size + padding, size + 2 * padding, size + 3 * padding};
  }
  void multiply() const { cublas().bf16(size, size, size, tensor(0), tensor(1), tensor(2), apart()); }
  [[nodiscard]] assay::compare_rule rule() const {
    return assay::make_rule(problem->bound(), dtype::bf16, 0.0);
  }
  [[nodiscard]] assay::freivalds_result check() const { return expectation->check(rule()); }
  [[nodiscard]] assay::comparison compare() const {
    const std::vector<std::uint8_t> got = memory->download(problem->tensors()[2]);
    return assay::compare("c", dtype::bf16, got.data(), size * size, expectation->for_result(rule()),
                          problem->bound(), assay::poison_byte(dtype::bf16));
  }
};

__global__ void add_to(__nv_bfloat16* value, float what) {
  *value = __float2bfloat16(__bfloat162float(*value) + what);
}

/// Takes the products of `skipped` values of the inner index away from a tile of C.
__global__ void leave_out(std::int64_t size, const __nv_bfloat16* a, const __nv_bfloat16* b, __nv_bfloat16* c,
                          std::int64_t first_row, std::int64_t first_column, std::int64_t skipped) {
  const std::int64_t i = first_row + blockIdx.x, j = first_column + threadIdx.x;
  float sum = 0;
  for (std::int64_t l = size - skipped; l < size; ++l)
    sum += __bfloat162float(a[i * size + l]) * __bfloat162float(b[l * size + j]);
  c[i * size + j] = __float2bfloat16(__bfloat162float(c[i * size + j]) - sum);
}

/// C·factor for a band of rows, from unrounded sums, so that it is rounded once.
__global__ void scaled_rows(std::int64_t size, const double* exact, __nv_bfloat16* c, std::int64_t first_row,
                            double factor) {
  for (std::int64_t j = threadIdx.x; j < size; j += blockDim.x)
    c[(first_row + blockIdx.x) * size + j] =
        __double2bfloat16(factor * exact[static_cast<std::int64_t>(blockIdx.x) * size + j]);
}

__global__ void dot(std::int64_t n, const float* a, const float* b, double* result) {
  assay::compensated_sum sum;
  for (std::int64_t j = 0; j < n; ++j) sum.add_product(a[j], b[j]);
  *result = sum.value();
}

}  // namespace

TEST_CASE("a product in fp64 is the host's, in every layout and element type") {
  for (const dtype type : {dtype::fp64, dtype::fp32, dtype::fp16, dtype::bf16, dtype::int8})
    for (const int layout : {0, 1, 2, 3})
      for (const bool chosen_rows : {false, true}) {
        const bool transposed_a = layout & 1, transposed_b = layout & 2;
        const std::int64_t m = 131, n = 197, k = layout == 3 && chosen_rows ? 0 : 75;  // no whole tiles
        CAPTURE(assay::to_string(type), transposed_a, transposed_b, chosen_rows);
        const auto a = filled(type, 150 * 150, 0), b = filled(type, 210 * 210, 1),
                   c = filled(type, m * 200, 2);
        const std::vector<std::int64_t> rows = {130, 0, 64, 63};
        assay::gemm_job job;
        job.row_count = chosen_rows ? 4 : m;
        const assay::device_buffer places(gpu(), 32), result(gpu(), job.row_count * n * 8);
        gpu().copy_to_device(places.data(), rows.data(), 32);
        job.a = {a.data(), type, 3, m, k, transposed_a ? m + 2 : k + 1, transposed_a};
        job.b = {b.data(), type, 0, k, n, transposed_b ? k : n + 5, transposed_b};
        job.c = {c.data(), type, 0, m, n, 200, false};
        job.alpha = 0.5;
        job.beta = 2.0;
        job.rows = chosen_rows ? static_cast<const std::int64_t*>(places.data()) : nullptr;
        job.result = static_cast<double*>(result.data());
        gpu().gemm_fp64(job);
        gpu().synchronize();
        const std::vector<double> got = download<double>(result);

        const auto of_a = download<std::uint8_t>(a), of_b = download<std::uint8_t>(b),
                   of_c = download<std::uint8_t>(c);
        std::vector<double> expected(got.size());
        job.a.data = of_a.data();
        job.b.data = of_b.data();
        job.c.data = of_c.data();
        job.rows = chosen_rows ? rows.data() : nullptr;
        job.result = expected.data();
        assay::gemm_on_host(job);
        double worst = 0;
        for (std::int64_t i = 0; i < job.row_count * n; ++i)
          worst = std::max(
              worst, std::fabs(got[static_cast<std::size_t>(i)] - expected[static_cast<std::size_t>(i)]));
        CHECK(worst < 1e-11 * (type == dtype::int8 ? 1e4 : 1.0));
      }
}

TEST_CASE("a product in fp64 is cuBLAS's dgemm") {
  const std::int64_t n = 1000;
  const auto a = filled(dtype::fp64, n * n, 0), b = filled(dtype::fp64, n * n, 1);
  const assay::device_buffer mine(gpu(), n * n * 8), theirs(gpu(), n * n * 8);
  assay::gemm_job job;
  job.a = {a.data(), dtype::fp64, 0, n, n, n, false};
  job.b = {b.data(), dtype::fp64, 0, n, n, n, false};
  job.row_count = n;
  job.result = static_cast<double*>(mine.data());
  gpu().gemm_fp64(job);
  const cublas library;
  const double one = 1, zero = 0;
  REQUIRE(cublasDgemm_64(library.handle, CUBLAS_OP_N, CUBLAS_OP_N, n, n, n, &one,
                         static_cast<const double*>(b.data()), n, static_cast<const double*>(a.data()), n,
                         &zero, static_cast<double*>(theirs.data()), n) == CUBLAS_STATUS_SUCCESS);
  gpu().synchronize();
  const std::vector<double> x = download<double>(mine), y = download<double>(theirs);
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::fabs(x[i] - y[i]));
  CHECK(worst < 1e-12 * 32 * 10);  // of the values' size, 32
}

TEST_CASE("a projection is the host's, in both layouts") {
  for (const dtype type : {dtype::fp64, dtype::fp32, dtype::fp16, dtype::bf16, dtype::int32})
    for (const bool transposed : {false, true}) {
      CAPTURE(assay::to_string(type), transposed);
      const std::int64_t rows = 307, columns = 1001, leading = (transposed ? rows : columns) + 3;
      constexpr int width = assay::projection_job::width;
      const auto matrix = filled(type, 1010 * 1010, 0), vectors = filled(dtype::fp64, columns * width, 1);
      const assay::device_buffer result(gpu(), rows * width * 8), squares(gpu(), rows * 2 * 8);
      assay::projection_job job{{matrix.data(), type, 2, rows, columns, leading, transposed},
                                static_cast<const double*>(vectors.data()),
                                static_cast<double*>(result.data()),
                                static_cast<double*>(squares.data())};
      gpu().project(job);
      gpu().synchronize();
      const std::vector<double> got = download<double>(result), got_squares = download<double>(squares);
      const auto host_matrix = download<std::uint8_t>(matrix);
      const auto host_vectors = download<double>(vectors);
      std::vector<double> expected(got.size()), expected_squares(got_squares.size());
      job.matrix.data = host_matrix.data();
      job.vectors = host_vectors.data();
      job.result = expected.data();
      job.squares = expected_squares.data();
      assay::project_on_host(job);
      double worst = 0, worst_squares = 0;
      for (std::size_t i = 0; i < got.size(); ++i) worst = std::max(worst, std::fabs(got[i] - expected[i]));
      for (std::size_t i = 0; i < got_squares.size(); ++i)
        worst_squares = std::max(worst_squares, std::fabs(got_squares[i] - expected_squares[i]) /
                                                    std::max(expected_squares[i], 1e-300));
      CHECK(worst < 1e-10);
      CHECK(worst_squares < 1e-12);
    }
}

TEST_CASE("Freivalds' check suspects nothing of cuBLAS's bf16 product, and everything planted in it") {
  const product_case c(2048);
  REQUIRE_FALSE(c.expectation->whole());
  c.multiply();
  const assay::freivalds_result honest = c.check();
  CAPTURE(honest.largest_row, honest.largest_band);
  CHECK(honest.suspected.empty());
  CHECK(honest.largest_band < 0.6);
  CHECK(c.compare().matches());
  CHECK(c.compare().method == c.expectation->sample().method);

  SECTION("one element off by the root mean square") {
    add_to<<<1, 1, 0, stream()>>>(c.tensor(2) + 1111 * 2048 + 77, 48.0f);
    CHECK(c.check().suspected == std::vector<std::int64_t>{1111});
    const assay::comparison result = c.compare();
    CHECK(result.mismatched == 1);
    REQUIRE(result.worst);
    CHECK(result.worst->index == 1111 * 2048 + 77);
  }
  SECTION("the last 64 products of one tile left out") {
    leave_out<<<128, 128, 0, stream()>>>(2048, c.tensor(0), c.tensor(1), c.tensor(2), 1024, 512, 64);
    const std::vector<std::int64_t> rows = c.check().suspected;
    CHECK(rows.size() == 32);
    CHECK(std::all_of(rows.begin(), rows.end(), [](std::int64_t r) { return r >= 1024 && r < 1152; }));
    CHECK_FALSE(c.compare().matches());
  }
  SECTION("a band of rows scaled by 1.003") {
    const assay::device_buffer exact(gpu(), 64 * 2048 * 8);
    assay::gemm_job job;
    job.a = {c.tensor(0), dtype::bf16, 1280 * 2048, 64, 2048, 2048, false};
    job.b = {c.tensor(1), dtype::bf16, 0, 2048, 2048, 2048, false};
    job.row_count = 64;
    job.result = static_cast<double*>(exact.data());
    gpu().gemm_fp64(job);
    scaled_rows<<<64, 256, 0, stream()>>>(2048, job.result, c.tensor(2), 1280, 1.003);
    const std::vector<std::int64_t> rows = c.check().suspected;
    CHECK(rows.size() == 4);
    CHECK(std::all_of(rows.begin(), rows.end(), [](std::int64_t r) { return r >= 1280 && r < 1344; }));
  }
  SECTION("nothing written in one row") {
    gpu().set_bytes(c.tensor(2) + 1500 * 2048, 0xFF, 2048 * 2);
    CHECK(c.check().suspected == std::vector<std::int64_t>{1500});
    CHECK(c.compare().untouched == 2048);
  }
}

TEST_CASE("rows of a product that lie apart are checked where they lie") {
  const product_case c(1024, -1.0, 8);
  REQUIRE_FALSE(c.expectation->whole());
  c.multiply();
  CHECK(c.check().suspected.empty());
  CHECK(c.compare().matches());
  CHECK(c.memory->check().clean());
  add_to<<<1, 1, 0, stream()>>>(c.tensor(2) + 700 * c.apart()[2] + 77, 40.0f);
  CHECK(c.check().suspected == std::vector<std::int64_t>{700});
  const assay::comparison result = c.compare();
  CHECK(result.mismatched == 1);
  REQUIRE(result.worst);
  CHECK(result.worst->index == 700 * 1024 + 77);
}

TEST_CASE("a product that is small enough is computed whole") {
  for (const std::int64_t padding : {0, 8}) {
    product_case c(512, 1e9, padding);
    REQUIRE(c.expectation->whole());
    c.multiply();
    const std::vector<double> right = download<double>(c.expectation->take_values());
    REQUIRE(right.size() == 512 * 512);
    const std::vector<std::uint8_t> got = c.memory->download(c.problem->tensors()[2]);
    const assay::comparison result = assay::compare("c", dtype::bf16, got.data(), 512 * 512, {right, {}},
                                                    c.problem->bound(), assay::poison_byte(dtype::bf16));
    CHECK(result.matches());
    CHECK(result.checked == 512 * 512);
  }
}

TEST_CASE("what a product's oracle costs is printed", "[timing]") {
  for (const std::int64_t n : {4096, 8192}) {
    const product_case c(n);
    c.multiply();
    const auto seconds = [](auto&& what) {
      what();  // loaded
      gpu().synchronize();
      const double start = gpu().now();
      what();
      gpu().synchronize();
      return gpu().now() - start;
    };
    const assay::device_buffer whole(gpu(), n * n * 8);
    assay::gemm_job job;
    job.a = {c.tensor(0), dtype::bf16, 0, n, n, n, false};
    job.b = {c.tensor(1), dtype::bf16, 0, n, n, n, false};
    job.row_count = n;
    job.result = static_cast<double*>(whole.data());
    const double all = seconds([&] { gpu().gemm_fp64(job); });
    const double rows = seconds([&] { (void)c.expectation->rows({0, 1, n / 2, n - 1}); });
    const double screen = seconds([&] { (void)c.check(); });
    WARN(n << "³ bf16: whole in fp64 " << all * 1e3 << " ms ("
           << 2e-12 * double(n) * double(n) * double(n) / all << " TFLOP/s), 4 rows " << rows * 1e3
           << " ms, Freivalds' check of a result " << screen * 1e3 << " ms");
    CHECK(all > 0);
  }
}

TEST_CASE("a compensated sum in fp32 is that of fp64") {
  const std::int64_t n = 16384;
  const auto a = filled(dtype::fp32, n, 0), b = filled(dtype::fp32, n, 1);
  const assay::device_buffer result(gpu(), 8);
  dot<<<1, 1, 0, stream()>>>(n, static_cast<const float*>(a.data()), static_cast<const float*>(b.data()),
                             static_cast<double*>(result.data()));
  const std::vector<float> x = download<float>(a), y = download<float>(b);
  double exact = 0;
  for (std::size_t i = 0; i < x.size(); ++i) exact += static_cast<double>(x[i]) * static_cast<double>(y[i]);
  CHECK(std::fabs(download<double>(result)[0] - exact) < 1e-10 * 128);
}
