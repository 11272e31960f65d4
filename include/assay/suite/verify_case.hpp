// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/suite/case_entry.hpp"
#include "assay/suite/case_judge.hpp"
#include "assay/suite/case_labels.hpp"
#include "assay/suite/case_memory.hpp"
#include "assay/suite/case_stage.hpp"
#include "assay/verify/explain.hpp"
#include "assay/verify/poison.hpp"
#include "assay/verify/verdict.hpp"

namespace assay {

/// Verifies candidates of a case, each by a few launches. What goes wrong with one ends in its verdict; only
/// a lost device is thrown.
class case_verifier {
 public:
  /// `repeats`: also looks whether launches repeat themselves, bit for bit, and are right again. `labels`:
  /// and what case_labels tells, of those that do.
  case_verifier(case_stage& stage, case_judge& judge, bool repeats, bool labels)
      : stage_(stage), judge_(judge), repeats_(repeats), labels_(labels) {}

  void check(case_entry& e) {
    verdict& result = e.result.verdict;
    try {
      stage_.launch_once(e);
      if (!stage_.options.verify) return;
      result = judge_.judge(*stage_.memory);
      if (result.outcome == outcome::correct) check_unwritten(e);
      if (result.outcome == outcome::correct && repeats_ && repeat(e) && labels_) case_labels(stage_).look(e);
    } catch (const device_error& error) {
      result = {outcome::failed, error.what(), {}};
      if (error.lost()) throw;
    } catch (const std::exception& error) {
      result = {outcome::failed, error.what(), {}};
    } catch (...) {
      result = {outcome::failed, "threw something that is not a std::exception", {}};
    }
    if (result.outcome == outcome::failed) discard_errors(stage_.target);
  }

 private:
  /// What a launch may have left out and yet be right: elements that no oracle was asked for, and those of a
  /// type that has no NaN which could tell. For the latter launches again over another poison, where there is
  /// any of the first.
  void check_unwritten(case_entry& e) {
    verdict& result = e.result.verdict;
    std::vector<const declared_tensor*> doubtful;
    std::size_t next = 0;
    for (const declared_tensor& t : stage_.problem.tensors()) {
      if (t.role == tensor_role::input) continue;
      const comparison& c = result.comparisons[next++];
      const bool sampled = judge_.asked_for_a_sample(*stage_.memory, t);
      if (may_hold_poison(t) && (c.untouched > 0 || (sampled && holds_any_poison(t)))) doubtful.push_back(&t);
      if (!may_hold_poison(t) && t.role == tensor_role::output && sampled)
        blame_unwritten(result, t, stage_.memory->find_poison(t));
    }
    if (doubtful.empty() || result.outcome != outcome::correct) return;
    std::vector<std::vector<std::uint8_t>> before;
    for (const declared_tensor* t : doubtful) before.push_back(stage_.memory->download(*t));
    stage_.launch_once(e, poison_variant::second);
    result = judge_.judge(*stage_.memory, poison_variant::second);
    for (std::size_t i = 0; i < doubtful.size(); ++i) {
      const declared_tensor& t = *doubtful[i];
      // A product's rows may lie apart: what lies between them is nobody's, and all else was compared.
      if (judge_.is_product(*stage_.memory, t)) continue;
      blame_unwritten(
          result, t,
          find_unwritten(t.type, before[i].data(), stage_.memory->download(t).data(), t.slot.count));
    }
  }
  /// Of elements that share a byte nobody can tell without a closer look.
  [[nodiscard]] bool holds_any_poison(const declared_tensor& t) {
    return packing_group(t.type) > 1 || stage_.memory->find_poison(t).count > 0;
  }
  static void blame_unwritten(verdict& result, const declared_tensor& t, const unwritten& left) {
    if (left.count == 0 || result.outcome != outcome::correct) return;
    result.outcome = outcome::wrong;
    result.reason = t.name + ": " + std::to_string(left.count) + " of " + std::to_string(t.slot.count) +
                    " elements never written, the first at " + format_index(left.first, t.extents);
  }

  /// Two more launches with the same inputs, and whether they gave the same bits. Different ones are a label,
  /// since atomics are honest; another verdict is none.
  bool repeat(case_entry& e) {
    const std::vector<inspection> first = stage_.memory->digest_outputs();
    bool alike = true;
    for (const char* const which : {"second", "third"}) {
      stage_.launch_once(e);
      if (stage_.memory->digest_outputs() == first) continue;
      if (std::exchange(alike, false))
        e.result.findings.push_back({"nondeterministic", severity::note,
                                     "three launches with the same inputs did not give the same bits"});
      verdict now = judge_.judge(*stage_.memory);
      if (now.outcome == outcome::correct) continue;
      now.reason = std::string("right at the first launch, but not at the ") + which + ": " + now.reason;
      e.result.verdict = std::move(now);
      return false;
    }
    return alike;
  }

  case_stage& stage_;
  case_judge& judge_;
  bool repeats_, labels_;
};

}  // namespace assay
