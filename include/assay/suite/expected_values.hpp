// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/core/parallel.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/suite/gemm_expectation.hpp"
#include "assay/suite/run_options.hpp"
#include "assay/suite/sample_places.hpp"
#include "assay/verify/compare.hpp"
#include "assay/verify/device_expectation.hpp"
#include "assay/verify/explain.hpp"
#include "assay/verify/fill_value.hpp"

namespace assay {

/// What the oracles say is right for one case: the inputs as the device gets them, in double, and the
/// expectation of each output. Oracles on the host run in the constructor, without the device; those on the
/// device in run_on_device().
///
/// Memory on the host: 8 bytes for each element of an input that an oracle reads, and of an output that is
/// checked whole; 16 for each element of a sample. On the device: 8 for each element of an output with an
/// oracle there, for as long as this object lives.
class expected_values {
 public:
  /// `samples`: how many elements of an output an oracle of elements is asked for, when all would take more
  /// than `affordable` seconds; one of rows is asked for at least 64 rows. `share`: of such a sample, below 1
  /// where a smaller one has to do; 64 elements and 4 rows are the least. Throws error when an oracle reads
  /// out of bounds or leaves an element unwritten.
  expected_values(declared_problem& problem, std::uint64_t seed, std::int64_t samples,
                  double affordable = run_options::default_oracle_seconds, double share = 1.0)
      : problem_(problem), seed_(seed), samples_(samples), affordable_(affordable), share_(share) {
    inputs_.resize(problem.tensors().size());
    outputs_.resize(problem.tensors().size());
    try {
      if (problem.whole_oracle()) run_whole_oracle();
      for (const declared_oracle& o : problem.oracles()) run_oracle(o);
    } catch (const stray_index& stray) {
      throw error("the oracle used index " + std::to_string(stray.index) + " of " +
                  (stray.in_row ? "a row of '" : "'") + tensor(stray.tensor).name + "', which has " +
                  std::to_string(stray.count) + " elements");
    } catch (const missing_value& missing) {
      throw error("the oracle read " + tensor(missing.tensor).name + "[" + std::to_string(missing.index) +
                  "], an output that has no value yet");
    }
  }

  /// Runs the oracles that run on the device. The handles must be bound, and all tensors as a candidate finds
  /// them. Throws error when an element is left unwritten, and where the oracle on the host disagrees;
  /// device_error for what a launch died of.
  void run_on_device(device& target) {
    for (const declared_device_oracle& o : problem_.device_oracles()) {
      expected_output& out = outputs_[static_cast<std::size_t>(o.tensor)];
      try {
        if (o.function)
          run_device_oracle(target, o, out);
        else
          run_gemm_oracle(target, o, out);
      } catch (const out_of_memory& e) {
        if (out.right.values.empty())
          throw error("the oracle of '" + tensor(o.tensor).name + "': " + e.what());
        out.values = {};  // what the oracle on the host says has to do
        out.product.reset();
      }
    }
  }

  /// False when the problem has a device reference only; then set_expectation() says what is right.
  [[nodiscard]] bool from_oracle() const {
    return problem_.whole_oracle() || !problem_.oracles().empty() || !problem_.device_oracles().empty();
  }
  /// The exact contents of an input or inout tensor before a launch.
  [[nodiscard]] const expectation& input(int id) const {
    input_values(id);
    return inputs_[static_cast<std::size_t>(id)];
  }
  /// What is right for an output, on the host.
  [[nodiscard]] const expectation& output(int id) const {
    expected_output& out = outputs_[static_cast<std::size_t>(id)];
    if (out.values.data() && out.right.values.empty()) {
      out.right.values.resize(static_cast<std::size_t>(out.values.bytes()) / sizeof(double));
      if (!out.right.values.empty())
        out.owner->copy_to_host(out.right.values.data(), out.values.data(), out.values.bytes());
      if (out.product) out.right.indices = out.product->indices();
    }
    return out.right;
  }
  /// What the result that lies in an output's memory now is to be held against. Where the output is a product
  /// of which only a sample was computed, this depends on the result: the rows that Freivalds' check suspects
  /// are computed as well. `rule`: for its elements. Valid until the next call for this output.
  [[nodiscard]] const expectation& for_result(int id, const compare_rule& rule) {
    expected_output& out = outputs_[static_cast<std::size_t>(id)];
    if (!out.product || out.product->whole()) return output(id);
    out.values = {};
    out.indices = {};
    return out.right = out.product->for_result(rule);
  }
  /// for_result() without its value.
  void update_for_result(int id, const compare_rule& rule) {
    const expected_output& out = outputs_[static_cast<std::size_t>(id)];
    if (out.product && !out.product->whole()) (void)for_result(id, rule);
  }
  /// Whether the values were themselves rounded to the output's type.
  [[nodiscard]] bool rounded(int id) const { return outputs_[static_cast<std::size_t>(id)].right.rounded(); }
  /// How they were found, where that is to be told.
  [[nodiscard]] const std::string& method(int id) const {
    return outputs_[static_cast<std::size_t>(id)].right.method;
  }
  /// Rows that for_result() left out although they are suspected.
  [[nodiscard]] std::int64_t unsettled(int id) const {
    return outputs_[static_cast<std::size_t>(id)].right.unsettled;
  }
  /// Whether they are on the host and nowhere else.
  [[nodiscard]] bool on_host(int id) const {
    const expected_output& out = outputs_[static_cast<std::size_t>(id)];
    return !out.product && !out.values.data();
  }
  /// Whether only some elements of the output are known.
  [[nodiscard]] bool sampled(int id) const {
    const expected_output& out = outputs_[static_cast<std::size_t>(id)];
    return out.product || !out.right.indices.empty();
  }
  /// Whether the oracle that is built in for products says what is right.
  [[nodiscard]] bool is_product(int id) const {
    return outputs_[static_cast<std::size_t>(id)].product != nullptr;
  }
  /// Root mean square of the finite values.
  [[nodiscard]] double rms(int id) const {
    const expected_output& out = outputs_[static_cast<std::size_t>(id)];
    return out.values.data() ? out.rms : rms_of(out.right);
  }
  /// Whether the values are the bits of 64-bit whole numbers.
  [[nodiscard]] bool as_bits(int id) const { return outputs_[static_cast<std::size_t>(id)].right.bits; }
  /// The first `most` values, or all; as numbers, whatever as_bits() says.
  [[nodiscard]] std::vector<double> first_values(int id, std::int64_t most) const {
    const expected_output& out = outputs_[static_cast<std::size_t>(id)];
    const std::vector<double>& known = out.right.values;
    if (!known.empty() || !out.values.data()) {
      std::vector<double> first(known.begin(),
                                known.begin() + std::min<std::ptrdiff_t>(most, std::ssize(known)));
      if (out.right.bits)
        for (double& value : first) value = load_element(tensor(id).type, &value, 0);
      return first;
    }
    std::vector<double> values(
        static_cast<std::size_t>(std::min(most, out.values.bytes() / std::int64_t{sizeof(double)})));
    if (!values.empty())
      out.owner->copy_to_host(values.data(), out.values.data(),
                              std::ssize(values) * std::int64_t{sizeof(double)});
    return values;
  }
  /// The same as output(), or as for_result() where that was called last, in the memory of `target`: until
  /// for_result() is called for this output, or for as long as this object lives.
  [[nodiscard]] device_expectation on_device(device& target, int id) {
    expected_output& out = outputs_[static_cast<std::size_t>(id)];
    if (!out.values.data()) {
      out.owner = &target;
      out.rms = rms_of(out.right);
      out.values = upload(target, out.right.values);
    }
    const expectation& right = out.right;
    const bool gaps = out.product && out.product->whole();
    if (!out.indices.data() && (gaps || !right.indices.empty())) {
      const std::vector<std::int64_t> indices = gaps ? out.product->indices() : right.indices;
      if (!indices.empty()) out.indices = upload(target, indices);
    }
    return {static_cast<const double*>(out.values.data()),
            static_cast<const std::int64_t*>(out.indices.data()),
            out.values.bytes() / std::int64_t{sizeof(double)}, out.rms};
  }
  void set_expectation(int id, expectation right) {
    outputs_[static_cast<std::size_t>(id)].right = std::move(right);
  }

 private:
  struct expected_output {
    expectation right;
    std::unique_ptr<gemm_expectation> product;
    device* owner = nullptr;  ///< of what follows
    device_buffer values, indices;
    double rms = 0.0;  ///< of the values on the device
  };

  /// Marks what an oracle on the host has not written: a NaN that no arithmetic gives. On the device it is
  /// all ones.
  static constexpr std::uint64_t unwritten = 0x7FF8'A55A'0BAD'0BADu;
  static constexpr std::uint64_t unwritten_on_device = ~std::uint64_t{0};

  [[nodiscard]] static double rms_of(const expectation& right) {
    return right.bits ? 0.0 : root_mean_square(right.values);
  }
  [[nodiscard]] const declared_tensor& tensor(int id) const {
    return problem_.tensors()[static_cast<std::size_t>(id)];
  }

  std::vector<double>& input_values(int id) const {
    const declared_tensor& t = tensor(id);
    std::vector<double>& values = inputs_[static_cast<std::size_t>(id)].values;
    if (!values.empty()) return values;
    values.resize(static_cast<std::size_t>(t.slot.count));
    const filled_tensor filled(t.how, t.type, seed_, static_cast<std::uint32_t>(t.slot.id), t.slot.count);
    parallel_for(t.slot.count, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) values[static_cast<std::size_t>(i)] = filled[i];
    });
    return values;
  }

  // Thrown through the oracle, which knows of no names.
  struct stray_index {
    int tensor;
    std::int64_t index, count;
    bool in_row;
  };
  struct missing_value {
    int tensor;
    std::int64_t index;
  };
  static constexpr oracle_faults faults = {[](int tensor, std::int64_t index, std::int64_t count) {
                                             throw stray_index{tensor, index, count, false};
                                           },
                                           [](int tensor, std::int64_t index, std::int64_t count) {
                                             throw stray_index{tensor, index, count, true};
                                           },
                                           [](int tensor, std::int64_t index) {
                                             throw missing_value{tensor, index};
                                           }};

  void run_whole_oracle() {
    // Outputs and inouts are written in place by the oracle, the latter in copies; inputs are lent.
    std::vector<std::vector<double>> written(inputs_.size());
    std::vector<double*> arrays;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const declared_tensor& t = problem_.tensors()[i];
      if (t.role == tensor_role::output)
        written[i].assign(static_cast<std::size_t>(t.slot.count), std::bit_cast<double>(unwritten));
      if (t.role == tensor_role::inout) written[i] = input_values(t.slot.id);
      arrays.push_back(t.role == tensor_role::input ? input_values(t.slot.id).data() : written[i].data());
    }
    problem_.whole_oracle()(oracle_access(arrays.data(), faults));
    for (std::size_t i = 0; i < written.size(); ++i) {
      const declared_tensor& t = problem_.tensors()[i];
      if (t.role == tensor_role::input) continue;
      for (std::size_t k = 0; k < written[i].size(); ++k) check_written(t, written[i][k], k);
      outputs_[i].right.values = std::move(written[i]);
    }
  }

  static void check_written(const declared_tensor& t, double value, std::size_t index) {
    if (std::bit_cast<std::uint64_t>(value) == unwritten)
      throw error("the oracle did not write " + t.name +
                  format_index(static_cast<std::int64_t>(index), t.extents));
  }

  /// An oracle of elements or rows: all of them when that is affordable, else a sample.
  void run_oracle(const declared_oracle& oracle) {
    const declared_tensor& t = tensor(oracle.tensor);
    if (t.slot.count == 0) return;
    expectation& right = outputs_[static_cast<std::size_t>(oracle.tensor)].right;
    std::vector<double*> arrays;
    for (const declared_tensor& other : problem_.tensors())
      arrays.push_back(other.role == tensor_role::output ? nullptr : input_values(other.slot.id).data());
    const oracle_access access(arrays.data(), faults);

    std::vector<std::int64_t> parts = t.extents;  // an element, or a row
    constexpr std::int64_t least_elements = 64;
    std::int64_t length = 1, wanted = std::max(shared(samples_), std::min(samples_, least_elements));
    std::int64_t ends = wanted / 8;
    if (oracle.row) {
      if (!parts.empty()) {
        length = parts.back();
        parts.pop_back();
      }
      wanted = rows_wanted(length);
      ends = 2;
    }
    const std::int64_t count = t.slot.count / length;
    const auto ask = [&](std::int64_t part, double* values) {
      if (oracle.element) {
        *values = oracle.element(access, part);
        return;
      }
      std::fill(values, values + length, std::bit_cast<double>(unwritten));
      oracle.row(access, part, oracle_row(values, length, t.slot.id, faults));
      for (std::int64_t j = 0; j < length; ++j)
        check_written(t, values[j], static_cast<std::size_t>(part * length + j));
    };

    // One after another: the user's function need not be safe to call from several threads at once.
    if (count > wanted) {
      const std::vector<std::int64_t> places = sample_places(parts, seed_, wanted, ends);
      right.values.resize(places.size() * static_cast<std::size_t>(length));
      const auto start = std::chrono::steady_clock::now();
      for (std::size_t k = 0; k < places.size(); ++k)
        ask(places[k], right.values.data() + k * static_cast<std::size_t>(length));
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
      if (spent.count() * static_cast<double>(count) / static_cast<double>(places.size()) > affordable_) {
        for (const std::int64_t place : places)
          for (std::int64_t j = 0; j < length; ++j) right.indices.push_back(place * length + j);
        if (oracle.row) right.method = std::to_string(places.size()) + " rows";
        return;
      }
    }
    right.values.resize(static_cast<std::size_t>(t.slot.count));
    for (std::int64_t part = 0; part < count; ++part) ask(part, right.values.data() + part * length);
  }

  /// As many rows as make the wanted number of elements, but at least 64, so that first and last rows, those
  /// at tile edges and some at random are among them; fewer where they would take more than 1 GiB.
  [[nodiscard]] std::int64_t rows_wanted(std::int64_t length) const {
    constexpr std::int64_t least = 64, most_elements = std::int64_t{1} << 26;
    return std::max<std::int64_t>(
        shared(std::min(std::max(least, samples_ / length), most_elements / length)), 4);
  }
  [[nodiscard]] std::int64_t shared(std::int64_t count) const {
    return share_ >= 1.0 ? count : static_cast<std::int64_t>(share_ * static_cast<double>(count));
  }

  void run_device_oracle(device& target, const declared_device_oracle& oracle, expected_output& out) {
    const declared_tensor& t = tensor(oracle.tensor);
    device_buffer values(target, t.slot.count * std::int64_t{sizeof(double)});
    target.set_bytes(values.data(), 0xFF, values.bytes());
    oracle.function(target.stream(), static_cast<double*>(values.data()));
    target.check_launch();
    target.synchronize();
    take_values(target, t, std::move(values), out);
  }

  void run_gemm_oracle(device& target, const declared_device_oracle& oracle, expected_output& out) {
    const declared_tensor& t = tensor(oracle.tensor);
    out.product = std::make_unique<gemm_expectation>(target, problem_, oracle, seed_, affordable_);
    if (out.product->whole()) return take_values(target, t, out.product->take_values(), out);

    // Of the rows that the oracle on the host knows elements of, some are computed to be held against those.
    const expectation by_host = std::move(out.right);
    std::vector<std::int64_t> wanted;
    for (std::size_t k = 0; k < by_host.values.size() && wanted.size() < 16; ++k) {
      const std::int64_t row = out.product->row_of(by_host.index(k));
      if (row >= 0 && (wanted.empty() || wanted.back() < row)) wanted.push_back(row);
    }
    if (!wanted.empty()) {
      const expectation rows = out.product->rows(wanted);
      check_against_host(t, by_host, root_mean_square(rows.values), [&](std::int64_t index, double& value) {
        const auto found = std::lower_bound(rows.indices.begin(), rows.indices.end(), index);
        if (found == rows.indices.end() || *found != index) return false;
        value = rows.values[static_cast<std::size_t>(found - rows.indices.begin())];
        return true;
      });
    }
    out.right = out.product->sample();
  }

  /// Checks what an oracle has left on the device, piece by piece, and keeps it there. What the oracle on the
  /// host said is held against it and then dropped.
  void take_values(device& target, const declared_tensor& t, device_buffer values, expected_output& out) {
    const std::vector<std::int64_t> indices =
        out.product ? out.product->indices() : std::vector<std::int64_t>();
    const std::int64_t count = values.bytes() / std::int64_t{sizeof(double)};
    const expectation by_host = std::move(out.right);
    out.right = {};
    std::vector<double> picked(by_host.values.size());  // the device's values where the host has some, too
    std::vector<bool> has(by_host.values.size());
    std::size_t next = 0;  // of by_host, whose indices ascend as those of the device do

    constexpr std::int64_t piece = std::int64_t{1} << 22;
    std::vector<double> part(static_cast<std::size_t>(std::min(piece, count)));
    double largest = 0.0, scaled = 0.0;  // Σ v² = largest²·scaled: squares may overflow
    std::int64_t finite = 0;
    for (std::int64_t first = 0; first < count; first += piece) {
      const std::int64_t size = std::min(piece, count - first);
      target.copy_to_host(part.data(), static_cast<const double*>(values.data()) + first,
                          size * std::int64_t{sizeof(double)});
      for (std::int64_t i = 0; i < size; ++i) {
        const double value = part[static_cast<std::size_t>(i)];
        const std::int64_t index = indices.empty() ? first + i : indices[static_cast<std::size_t>(first + i)];
        if (std::bit_cast<std::uint64_t>(value) == unwritten_on_device)
          throw error("the device oracle did not write " + t.name + format_index(index, t.extents));
        while (next < picked.size() && by_host.index(next) < index) ++next;
        if (next < picked.size() && by_host.index(next) == index) {
          picked[next] = value;
          has[next] = true;
        }
        if (!std::isfinite(value) || value == 0.0) {
          finite += value == 0.0;
          continue;
        }
        const double size_of_value = std::fabs(value);
        if (size_of_value > largest) {
          scaled *= (largest / size_of_value) * (largest / size_of_value);
          largest = size_of_value;
        }
        scaled += (size_of_value / largest) * (size_of_value / largest);
        ++finite;
      }
    }
    out.rms = finite > 0 ? largest * std::sqrt(scaled / static_cast<double>(finite)) : 0.0;
    std::size_t place = 0;
    check_against_host(t, by_host, out.rms, [&](std::int64_t, double& value) {
      value = picked[place];
      return static_cast<bool>(has[place++]);
    });
    out.owner = &target;
    out.values = std::move(values);
  }

  /// Throws where a value of the device is further from the host's than a hundredth of the tolerance, and
  /// than sums in fp64 may differ. `find(index, value)` gives the device's, or false.
  template <class Find>
  void check_against_host(const declared_tensor& t, const expectation& by_host, double rms,
                          const Find& find) {
    const tolerance& bound = problem_.bound();
    tolerance in_fp64 = tolerance::accumulating(bound.chain, dtype::fp64);
    for (std::size_t k = 0; k < by_host.values.size(); ++k) {
      const double expected = by_host.values[k];
      double value = 0.0;
      if (!find(by_host.index(k), value)) continue;
      const double allowed = std::max(allowed_error(bound, t.type, expected, rms) / 100,
                                      allowed_error(in_fp64, dtype::fp64, expected, rms));
      const bool both_nan = std::isnan(value) && std::isnan(expected);
      if (both_nan || value == expected || std::fabs(value - expected) <= allowed) continue;
      char text[96];
      std::snprintf(text, sizeof text, "%.17g where the oracle on the host gives %.17g", value, expected);
      throw error("the oracles disagree: the one on the device gives " + t.name +
                  format_index(by_host.index(k), t.extents) + " = " + text);
    }
  }

  template <class Value>
  static device_buffer upload(device& target, const std::vector<Value>& values) {
    device_buffer buffer(target, static_cast<std::int64_t>(values.size() * sizeof(Value)));
    if (!values.empty()) target.copy_to_device(buffer.data(), values.data(), buffer.bytes());
    return buffer;
  }

  declared_problem& problem_;
  std::uint64_t seed_;
  std::int64_t samples_;
  double affordable_, share_;
  // Both are filled when first asked for.
  mutable std::vector<expectation> inputs_;
  mutable std::vector<expected_output> outputs_;
};

}  // namespace assay
