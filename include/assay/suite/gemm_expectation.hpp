// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/suite/product_layout.hpp"
#include "assay/suite/sample_places.hpp"
#include "assay/verify/compare.hpp"
#include "assay/verify/fill_value.hpp"
#include "assay/verify/freivalds.hpp"

namespace assay {

/// What is right for a product of two inputs, in one case: all of it in fp64 on the device where that is
/// affordable, else some rows of it and Freivalds' check of the others.
///
/// Rows are counted through the batch. The inputs must be in the device's memory, filled, whenever a function
/// is called, and an inout C as it is before a launch when the object is made.
class gemm_expectation {
 public:
  static constexpr std::int64_t sampled_rows = 64;

  /// `affordable`: seconds that the whole product may take, by the time of the sampled rows.
  gemm_expectation(device& target, declared_problem& problem, const declared_device_oracle& oracle,
                   std::uint64_t seed, double affordable)
      : device_(target), problem_(problem), oracle_(oracle), product_(oracle.product), seed_(seed) {
    const std::vector<std::int64_t> places =
        sample_places({product_.batch, product_.m}, seed, sampled_rows, 2);
    if (total_rows() > std::ssize(places)) {
      sample_ = rows(places);
      const auto whole = [&] {
        return seconds_ * static_cast<double>(total_rows()) / static_cast<double>(places.size());
      };
      // The first launch of a kernel may have had to load it.
      if (whole() > affordable && seconds_ < 0.05) sample_ = rows(places);
      const bool fits = total_rows() * product_.n <= device_.free_memory() / 2 / std::int64_t{sizeof(double)};
      if (whole() > affordable || !fits) {
        sample_.method = "freivalds × " + std::to_string(freivalds_vectors) + " + " +
                         std::to_string(places.size()) + " rows";
        prepare_check();
        return;
      }
      sample_ = {};
    }
    compute_whole();
  }

  /// All of the product was computed, and the sample is empty.
  [[nodiscard]] bool whole() const { return sample_.method.empty(); }
  /// The whole product on the device, without the gaps that C may have. Can be had once.
  [[nodiscard]] device_buffer take_values() { return std::exchange(values_, {}); }
  /// The elements of C that the values belong to, in order; empty where C has no gaps.
  [[nodiscard]] std::vector<std::int64_t> indices() const {
    const gemm::layout c = product_.layout_c();
    if (c.leading == product_.n && (product_.batch == 1 || c.stride == product_.m * product_.n)) return {};
    std::vector<std::int64_t> result;
    result.reserve(static_cast<std::size_t>(total_rows() * product_.n));
    for (std::int64_t row = 0; row < total_rows(); ++row)
      for (std::int64_t j = 0; j < product_.n; ++j) result.push_back(element(row, j));
    return result;
  }
  /// The sampled rows.
  [[nodiscard]] const expectation& sample() const { return sample_; }

  /// The row that holds an element of C, or −1 for one that lies in a gap.
  [[nodiscard]] std::int64_t row_of(std::int64_t index) const {
    const gemm::layout c = product_.layout_c();
    const std::int64_t matrix = product_.batch > 1 ? index / c.stride : 0;
    const std::int64_t place = index - matrix * c.stride;
    const bool inside = c.leading > 0 && matrix < product_.batch && place / c.leading < product_.m &&
                        place % c.leading < product_.n;
    return inside ? matrix * product_.m + place / c.leading : -1;
  }

  /// These rows, computed on the device in fp64.
  [[nodiscard]] expectation rows(const std::vector<std::int64_t>& wanted) {
    const std::int64_t n = product_.n;
    const device_buffer places(device_, std::ssize(wanted) * std::int64_t{sizeof(std::int64_t)});
    const device_buffer results(device_, std::ssize(wanted) * n * std::int64_t{sizeof(double)});
    std::vector<std::int64_t> in_matrix;
    for (const std::int64_t row : wanted) in_matrix.push_back(row % product_.m);
    device_.copy_to_device(places.data(), in_matrix.data(), places.bytes());

    const double start = device_.now();
    for (std::size_t first = 0; first < wanted.size();) {  // the rows of one matrix at a time
      const std::int64_t matrix = wanted[first] / product_.m;
      std::size_t last = first;
      while (last < wanted.size() && wanted[last] / product_.m == matrix) ++last;
      gemm_job job = job_of(matrix);
      job.rows = static_cast<const std::int64_t*>(places.data()) + first;
      job.row_count = static_cast<std::int64_t>(last - first);
      job.result = static_cast<double*>(results.data()) + static_cast<std::int64_t>(first) * n;
      device_.gemm_fp64(job);
      first = last;
    }
    device_.synchronize();
    seconds_ = device_.now() - start;

    expectation result;
    result.values.resize(wanted.size() * static_cast<std::size_t>(n));
    if (!result.values.empty()) device_.copy_to_host(result.values.data(), results.data(), results.bytes());
    result.indices.reserve(result.values.size());
    for (const std::int64_t row : wanted)
      for (std::int64_t j = 0; j < n; ++j) result.indices.push_back(element(row, j));
    if (product_.beta != 0.0) {
      const declared_tensor& c = tensor(oracle_.tensor);
      const filled_tensor before(c.how, c.type, seed_, static_cast<std::uint32_t>(c.slot.id), c.slot.count);
      for (std::size_t i = 0; i < result.values.size(); ++i)
        result.values[i] += product_.beta * before[result.indices[i]];
    }
    return result;
  }

  /// What a result that lies in C now is to be held against where there is only a sample: its rows, and those
  /// that Freivalds' check suspects.
  [[nodiscard]] expectation for_result(const compare_rule& rule) {
    const freivalds_result found = check(rule);
    std::vector<std::int64_t> more;
    for (const std::int64_t row : found.suspected)
      if (!std::binary_search(sample_.indices.begin(), sample_.indices.end(), element(row, 0)))
        more.push_back(row);
    expectation result = sample_;
    result.unsettled = found.unnamed;
    if (more.empty()) return result;
    std::sort(more.begin(), more.end());
    const expectation suspected = rows(more);
    result.values.insert(result.values.end(), suspected.values.begin(), suspected.values.end());
    result.indices.insert(result.indices.end(), suspected.indices.begin(), suspected.indices.end());
    result.method += " + " + std::to_string(more.size()) + " suspected";
    return result;
  }

  /// Freivalds' check of the result that lies in C now, by a rule for its elements; the rule's root mean
  /// square, which may be that of a sample, is not used.
  [[nodiscard]] freivalds_result check(compare_rule rule) {
    const std::int64_t vector_bytes = freivalds_vectors * std::int64_t{sizeof(double)};
    const device_buffer got(device_, total_rows() * vector_bytes);
    const device_buffer squares(device_, total_rows() * 2 * std::int64_t{sizeof(double)});
    for (std::int64_t matrix = 0; matrix < product_.batch; ++matrix)
      device_.project({matrix_c(matrix), static_cast<const double*>(signs_.data()),
                       static_cast<double*>(got.data()) + matrix * product_.m * freivalds_vectors,
                       static_cast<double*>(squares.data()) + matrix * product_.m * 2});
    const std::vector<double> sums = download(squares);
    rule.rms = rms_;
    return freivalds_check(download(got), projected_, sums,
                           freivalds_errors::of(rule, product_.n, product_.k));
  }

 private:
  [[nodiscard]] const declared_tensor& tensor(int id) const {
    return problem_.tensors()[static_cast<std::size_t>(id)];
  }
  [[nodiscard]] std::int64_t total_rows() const { return product_.n == 0 ? 0 : product_.batch * product_.m; }
  [[nodiscard]] std::int64_t element(std::int64_t row, std::int64_t column) const {
    const gemm::layout c = product_.layout_c();
    return row / product_.m * c.stride + row % product_.m * c.leading + column;
  }

  [[nodiscard]] device_matrix matrix_of(int id, const gemm::layout& declared, bool transposed,
                                        std::int64_t number) const {
    const declared_tensor& t = tensor(id);
    const gemm::layout l =
        layout_in_memory(declared, product_.batch, t).value();  // p.gemm_oracle() checked it
    return {t.slot.data,
            t.type,
            number * l.stride,
            transposed ? l.columns : l.rows,
            transposed ? l.rows : l.columns,
            l.leading,
            transposed};
  }
  [[nodiscard]] device_matrix matrix_a(std::int64_t number) const {
    return matrix_of(oracle_.a, product_.layout_a(), product_.transposed_a, number);
  }
  [[nodiscard]] device_matrix matrix_b(std::int64_t number) const {
    return matrix_of(oracle_.b, product_.layout_b(), product_.transposed_b, number);
  }
  [[nodiscard]] device_matrix matrix_c(std::int64_t number) const {
    return matrix_of(oracle_.tensor, product_.layout_c(), false, number);
  }
  [[nodiscard]] gemm_job job_of(std::int64_t matrix) const {
    gemm_job job;
    job.a = matrix_a(matrix);
    job.b = matrix_b(matrix);
    job.alpha = product_.alpha;
    return job;
  }

  [[nodiscard]] std::vector<double> download(const device_buffer& buffer) const {
    std::vector<double> values(static_cast<std::size_t>(buffer.bytes()) / sizeof(double));
    if (!values.empty()) device_.copy_to_host(values.data(), buffer.data(), buffer.bytes());
    return values;
  }

  void compute_whole() {
    const std::int64_t matrix_size = product_.m * product_.n;
    values_ = device_buffer(device_, total_rows() * product_.n * std::int64_t{sizeof(double)});
    if (total_rows() == 0) return;
    for (std::int64_t matrix = 0; matrix < product_.batch; ++matrix) {
      gemm_job job = job_of(matrix);
      job.c = matrix_c(matrix);
      job.beta = product_.beta;
      job.row_count = product_.m;
      job.result = static_cast<double*>(values_.data()) + matrix * matrix_size;
      device_.gemm_fp64(job);
    }
    device_.synchronize();
  }

  /// alpha·A·(B·x) + beta·C·x, which does not depend on the candidate.
  void prepare_check() {
    const std::vector<double> signs = freivalds_signs(seed_, product_.n);
    const std::int64_t vector_bytes = freivalds_vectors * std::int64_t{sizeof(double)};
    signs_ = device_buffer(device_, product_.n * vector_bytes);
    device_.copy_to_device(signs_.data(), signs.data(), signs_.bytes());

    const device_buffer inner(device_, product_.k * vector_bytes);
    const device_buffer outer(device_, total_rows() * vector_bytes);
    const device_buffer added(device_, product_.beta != 0.0 ? outer.bytes() : 0);
    const auto* const x = static_cast<const double*>(signs_.data());
    for (std::int64_t matrix = 0; matrix < product_.batch; ++matrix) {
      const std::int64_t place = matrix * product_.m * freivalds_vectors;
      device_.project({matrix_b(matrix), x, static_cast<double*>(inner.data())});
      device_.project({matrix_a(matrix), static_cast<const double*>(inner.data()),
                       static_cast<double*>(outer.data()) + place});
      if (product_.beta != 0.0)
        device_.project({matrix_c(matrix), x, static_cast<double*>(added.data()) + place});
    }
    projected_ = download(outer);
    for (double& value : projected_) value *= product_.alpha;
    if (product_.beta != 0.0) {
      const std::vector<double> addends = download(added);
      for (std::size_t i = 0; i < projected_.size(); ++i) projected_[i] += product_.beta * addends[i];
    }
    // Over the signs, the mean of (R·x)_i² is Σ_j R_ij².
    rms_ = root_mean_square(projected_) / std::sqrt(static_cast<double>(product_.n));
  }

  device& device_;
  declared_problem& problem_;
  const declared_device_oracle& oracle_;
  gemm product_;
  std::uint64_t seed_;
  device_buffer values_;  ///< the whole product, or nothing
  expectation sample_;
  device_buffer signs_;
  std::vector<double> projected_;  ///< total_rows() × freivalds_vectors
  double rms_ = 0.0;
  double seconds_ = 0.0;  ///< that the last rows() took on the device
};

}  // namespace assay
