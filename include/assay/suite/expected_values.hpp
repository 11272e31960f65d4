// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/core/parallel.hpp"
#include "assay/numeric/element.hpp"
#include "assay/numeric/random.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/verify/compare.hpp"
#include "assay/verify/fill_value.hpp"

namespace assay {

/// What the oracle says is right for one case: the inputs as the device gets them, in double, and the
/// expectation of each output. Computed once, on the host, without the device.
class expected_values {
 public:
  /// `samples`: how many elements of an output an element oracle is asked for, when all would take too long.
  /// Throws error when the oracle reads out of bounds or leaves an output element unwritten.
  expected_values(declared_problem& problem, std::uint64_t seed, std::int64_t samples) : problem_(problem) {
    for (const declared_tensor& t : problem.tensors()) inputs_.push_back({initial_values(t, seed), {}});
    outputs_.resize(inputs_.size());
    try {
      if (problem.whole_oracle()) run_whole_oracle();
      for (const declared_oracle& o : problem.element_oracles()) run_element_oracle(o, seed, samples);
    } catch (const stray_index& stray) {
      const declared_tensor& t = problem.tensors()[static_cast<std::size_t>(stray.tensor)];
      throw error("the oracle used index " + std::to_string(stray.index) + " of '" + t.name +
                  "', which has " + std::to_string(t.slot.count) + " elements");
    }
  }

  /// False when the problem has a device reference only; then set_expectation() says what is right.
  [[nodiscard]] bool from_oracle() const {
    return problem_.whole_oracle() || !problem_.element_oracles().empty();
  }
  /// The exact contents of an input or inout tensor before a launch.
  [[nodiscard]] const expectation& input(int tensor) const {
    return inputs_[static_cast<std::size_t>(tensor)];
  }
  [[nodiscard]] const expectation& output(int tensor) const {
    return outputs_[static_cast<std::size_t>(tensor)];
  }
  void set_expectation(int tensor, expectation right) {
    outputs_[static_cast<std::size_t>(tensor)] = std::move(right);
  }

 private:
  /// Marks what an oracle has not written: a NaN that no arithmetic gives.
  static constexpr std::uint64_t unwritten = 0x7FF8'A55A'0BAD'0BADu;

  /// Seconds that an element oracle may take for a whole output before a sample has to do.
  static constexpr double affordable = 0.5;

  static std::vector<double> initial_values(const declared_tensor& t, std::uint64_t seed) {
    std::vector<double> values(static_cast<std::size_t>(t.slot.count), std::bit_cast<double>(unwritten));
    if (t.role != tensor_role::output)
      parallel_for(t.slot.count, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i)
          values[static_cast<std::size_t>(i)] =
              fill_element(t.how, t.type, seed, static_cast<std::uint32_t>(t.slot.id), i, t.slot.count);
      });
    return values;
  }

  /// Thrown through the oracle, which knows of no names.
  struct stray_index {
    int tensor;
    std::int64_t index;
  };
  static void out_of_range(int tensor, std::int64_t index, std::int64_t) { throw stray_index{tensor, index}; }

  void run_whole_oracle() {
    // Inouts are written in place by the oracle, so it works on copies of them; inputs are lent.
    std::vector<std::vector<double>> written(inputs_.size());
    std::vector<double*> arrays;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const bool is_input = problem_.tensors()[i].role == tensor_role::input;
      if (!is_input) written[i] = inputs_[i].values;
      arrays.push_back(is_input ? inputs_[i].values.data() : written[i].data());
    }
    problem_.whole_oracle()(oracle_access(arrays.data(), &out_of_range));
    for (std::size_t i = 0; i < written.size(); ++i) {
      const declared_tensor& t = problem_.tensors()[i];
      if (t.role == tensor_role::input) continue;
      for (std::size_t k = 0; k < written[i].size(); ++k)
        if (std::bit_cast<std::uint64_t>(written[i][k]) == unwritten)
          throw error("the oracle did not write " + t.name + "[" + std::to_string(k) + "]");
      outputs_[i].values = std::move(written[i]);
    }
  }

  void run_element_oracle(const declared_oracle& oracle, std::uint64_t seed, std::int64_t samples) {
    std::vector<double*> arrays;
    for (expectation& input : inputs_) arrays.push_back(input.values.data());
    const oracle_access access(arrays.data(), &out_of_range);
    const declared_tensor& t = problem_.tensors()[static_cast<std::size_t>(oracle.tensor)];
    expectation& right = outputs_[static_cast<std::size_t>(oracle.tensor)];
    const auto ask = [&] {
      // One after another: the user's function need not be safe to call from several threads at once.
      const std::size_t count =
          right.indices.empty() ? static_cast<std::size_t>(t.slot.count) : right.indices.size();
      right.values.resize(count);
      for (std::size_t k = 0; k < count; ++k) {
        right.values[k] = oracle.function(access, right.index(k));
        if (std::bit_cast<std::uint64_t>(right.values[k]) == unwritten)
          throw error("the oracle read " + t.name + "[" + std::to_string(right.index(k)) +
                      "], an output that has no value yet");
      }
    };
    if (t.slot.count > samples) {
      right.indices = sample_indices(t, seed, samples);
      const auto start = std::chrono::steady_clock::now();
      ask();
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
      const double whole =
          spent.count() * static_cast<double>(t.slot.count) / static_cast<double>(right.indices.size());
      if (whole > affordable) return;
      right.indices.clear();
    }
    ask();
  }

  /// All corners of the tensor (where tails go wrong), the ends of the flat array, the rest at random.
  static std::vector<std::int64_t> sample_indices(const declared_tensor& t, std::uint64_t seed,
                                                  std::int64_t samples) {
    std::vector<std::int64_t> indices;
    for (std::uint64_t corner = 0; corner < (std::uint64_t{1} << std::min<std::size_t>(t.extents.size(), 8));
         ++corner) {
      std::int64_t index = 0;
      for (std::size_t d = 0; d < t.extents.size(); ++d)
        index = index * t.extents[d] + (corner >> d & 1 ? t.extents[d] - 1 : 0);
      indices.push_back(index);
    }
    const std::int64_t edge = std::min<std::int64_t>(samples / 8, t.slot.count / 2);
    for (std::int64_t i = 0; i < edge; ++i) {
      indices.push_back(i);
      indices.push_back(t.slot.count - 1 - i);
    }
    const fill anywhere = index_below(t.slot.count);
    for (std::int64_t i = static_cast<std::int64_t>(indices.size()); i < samples; ++i)
      indices.push_back(static_cast<std::int64_t>(fill_value(anywhere, seed, 0xFFFF'FFFFu, i, samples)));
    std::sort(indices.begin(), indices.end());
    indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
    return indices;
  }

  declared_problem& problem_;
  std::vector<expectation> inputs_;
  std::vector<expectation> outputs_;
};

}  // namespace assay
