// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/numeric/element.hpp"
#include "assay/numeric/ulp.hpp"
#include "assay/suite/case_entry.hpp"
#include "assay/suite/case_memory.hpp"
#include "assay/suite/case_stage.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/verify/compare.hpp"
#include "assay/verify/explain.hpp"
#include "assay/verify/fill_value.hpp"

namespace assay {

/// What is worth knowing of a right candidate and is no failure: whether a row's result depends on the batch
/// that it is in, and how far results depend on the order of sums. Only where the problem declares what that
/// means. The candidate's outputs of the case itself must lie in the tensors.
class case_labels {
 public:
  explicit case_labels(case_stage& stage) : stage_(stage) {}

  void look(case_entry& e) {
    look_at_batch(e);
    look_at_order(e);
  }

 private:
  /// Beyond so many bytes of inputs the order of sums is not looked at: they go through the host.
  static constexpr std::int64_t most_bytes = std::int64_t{1} << 28;

  static void note(case_entry& e, const char* code, const std::string& what) {
    e.result.findings.push_back({code, severity::note, what});
  }

  /// The same rows as a case of their own, with the least batch that is declared. Values are a function of
  /// seed, tensor and index, so its inputs are the first rows of this case's.
  void look_at_batch(case_entry& e) {
    const std::optional<axis_values> alone = stage_.problem.least_batch();
    if (!alone) return;
    try {
      declared_problem least(stage_.problem.definition(), {}, *alone);
      check_rows(least);
      case_stage one{
          .target = stage_.target, .options = stage_.options, .problem = least, .watch = stage_.watch};
      one.memory = std::make_unique<case_memory>(stage_.target, least, stage_.memory->bound_seed());
      case_entry again;
      for (const declared_candidate& c : least.candidates())
        if (c.name == e.candidate->name) again.candidate = &c;
      if (!again.candidate) return;
      one.launch_once(again);
      for (const declared_tensor& t : least.tensors())
        if (t.role != tensor_role::input) compare_rows(e, t, one.memory->download(t), to_string(*alone));
    } catch (const no_such_case&) {  // p.assume() leaves it out
    } catch (const usage_error&) {
      throw;
    } catch (const device_error& error) {
      if (error.lost()) throw;
      note(e, "batch-variant", "fails as '" + to_string(*alone) + "': " + error.what());
      discard_errors(stage_.target);
    } catch (const std::exception& error) {
      note(e, "batch-variant", "fails as '" + to_string(*alone) + "': " + error.what());
      discard_errors(stage_.target);
    }
  }
  /// That all tensors have the batch as their first extent, or do not depend on it.
  void check_rows(const declared_problem& least) const {
    for (const declared_tensor& t : least.tensors()) {
      const declared_tensor& whole = stage_.problem.tensors()[static_cast<std::size_t>(t.slot.id)];
      std::vector<std::int64_t> extents = whole.extents;
      if (!extents.empty() && !t.extents.empty()) extents.front() = t.extents.front();
      const bool rows = extents == t.extents && t.slot.count <= whole.slot.count;
      if (!rows || t.how.how == fill::kind::sorted || t.how.how == fill::kind::permutation)
        throw usage_error("p.batch_axis(): the first rows of '" + t.name +
                          "' are not the same in a smaller batch; expected the batch as its first extent, or "
                          "in none, and a fill that does not depend on the number of elements");
    }
  }
  void compare_rows(case_entry& e, const declared_tensor& t, const std::vector<std::uint8_t>& alone,
                    const std::string& batch) {
    const declared_tensor& whole = stage_.problem.tensors()[static_cast<std::size_t>(t.slot.id)];
    std::vector<std::uint8_t> within(alone.size());
    if (within.empty()) return;
    stage_.target.copy_to_host(within.data(), stage_.memory->compact(whole), std::ssize(within));
    std::int64_t different = 0, first = 0;
    for (std::int64_t i = t.slot.count; i-- > 0;)
      if (element_bits(t.type, within.data(), i) != element_bits(t.type, alone.data(), i)) {
        ++different;
        first = i;
      }
    if (different == 0) return;
    note(e, "batch-variant",
         t.name + ": " + std::to_string(different) + " of " + std::to_string(t.slot.count) +
             " elements have other bits as '" + batch + "', the first at " + format_index(first, t.extents));
  }

  /// The summands in another order, the same for all tensors: what the sum is does not change.
  void look_at_order(case_entry& e) {
    std::vector<const declared_tensor*> summed;
    std::int64_t bytes = 0;
    for (const declared_tensor& t : stage_.problem.tensors()) {
      if (t.summed_along) summed.push_back(&t);
      bytes += t.bytes();
    }
    if (summed.empty() || bytes > most_bytes) return;
    case_memory& memory = *stage_.memory;
    const std::vector<std::vector<std::uint8_t>> before = outputs();
    memory.reset();
    for (const declared_tensor* t : summed) memory.upload(*t, reordered(*t, memory.download(*t)));
    stage_.target.synchronize();
    // A state from the prepare step may hold what the inputs were.
    case_entry again;
    again.candidate = e.candidate;
    try {
      stage_.prepare(again);
      stage_.launch(again);
      stage_.target.check_launch();
      stage_.target.synchronize();
    } catch (...) {
      stage_.running = &e;
      throw;
    }
    stage_.running = &e;
    const std::vector<std::vector<std::uint8_t>> after = outputs();
    for (std::size_t i = 0; i < after.size(); ++i)
      if (const declared_tensor& t = stage_.problem.tensors()[i]; !after[i].empty())
        tell_change(e, t, before[i], after[i]);
  }
  [[nodiscard]] std::vector<std::vector<std::uint8_t>> outputs() {
    std::vector<std::vector<std::uint8_t>> all;
    for (const declared_tensor& t : stage_.problem.tensors())
      all.push_back(t.role == tensor_role::input ? std::vector<std::uint8_t>() : stage_.memory->download(t));
    return all;
  }
  [[nodiscard]] std::vector<std::uint8_t> reordered(const declared_tensor& t,
                                                    const std::vector<std::uint8_t>& from) const {
    const std::size_t along = *t.summed_along;
    std::int64_t inner = bytes_for(t.type, 1);
    for (std::size_t i = along + 1; i < t.extents.size(); ++i) inner *= t.extents[i];
    const std::int64_t length = t.extents[along];
    const random_block keys = detail::tensor_block(stage_.memory->bound_seed(), 0xFFFF'FFFFu);
    std::vector<std::uint8_t> to(from.size());
    for (std::int64_t at = 0; at < std::ssize(from); at += inner) {
      const std::int64_t place = at / inner;
      const std::int64_t source = place / length * length + detail::permuted(keys, place % length, length);
      std::copy_n(from.begin() + source * inner, inner, to.begin() + at);
    }
    return to;
  }
  /// In units of the last place of the element, or of the output's root mean square where that is larger: a
  /// result that happens to cancel has small units and no smaller errors.
  static void tell_change(case_entry& e, const declared_tensor& t, const std::vector<std::uint8_t>& before,
                          const std::vector<std::uint8_t>& after) {
    std::vector<double> values;
    for (std::int64_t i = 0; i < t.slot.count; ++i) values.push_back(load_element(t.type, before.data(), i));
    const double rms = root_mean_square(values);
    double largest = 0.0;
    std::int64_t place = 0;
    for (std::int64_t i = 0; i < t.slot.count; ++i) {
      const double was = values[static_cast<std::size_t>(i)];
      const double unit = unit_in_last_place(t.type, std::max(std::fabs(was), rms));
      const double change = std::fabs(load_element(t.type, after.data(), i) - was) / unit;
      if (!(change > largest)) continue;
      largest = change;
      place = i;
    }
    if (largest == 0.0) return;
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", largest);
    note(e, "order-sensitive",
         t.name + ": summing in another order changes it by up to " + text + " ulp, at " +
             format_index(place, t.extents));
  }

  case_stage& stage_;
};

}  // namespace assay
