// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/environment.hpp"
#include "assay/report/journal.hpp"
#include "assay/report/journal_head.hpp"
#include "assay/report/report_input.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/run_observer.hpp"

namespace assay {

/// Keeps what a run has come to so far, so that it can be reported however the run ends; and beside it what
/// an earlier run left in the journal that is gone on with.
class run_collector final : public run_observer {
 public:
  /// `plan`: what this process is to have in the end, whoever measured it.
  run_collector(environment where, const std::vector<plan_item>& plan) : where_(std::move(where)) {
    for (std::size_t i = 0; i < plan.size(); ++i)
      order_.emplace(case_key(plan[i].definition->name, plan[i].values), i);
  }

  /// Takes over what a journal holds. Returns what is left to do of `plan`.
  [[nodiscard]] std::vector<plan_item> take_over(const journal& from, const std::vector<plan_item>& plan) {
    before_ = from.before();
    done_ = 0;
    std::vector<plan_item> left;
    for (const plan_item& item : plan) {
      if (from.has(item.definition->name, item.values))
        ++done_;
      else
        left.push_back(item);
    }
    return left;
  }
  [[nodiscard]] const std::vector<record>& records_before() const { return before_.records; }
  /// Cases that are complete.
  [[nodiscard]] std::size_t done() const { return done_; }

  void on_device(const device_info& info, const ceilings&) override { where_.devices.push_back(info); }
  void on_no_device(const std::string& why) override { no_device_.push_back(why); }
  void on_record(const record& r) override { records_.push_back(r); }
  void on_item_done(std::size_t) override { ++done_; }

  /// All there is, in the order of the plan. A case that was cut short and has been measured again is there
  /// once, as it was measured last.
  [[nodiscard]] report_input finish() {
    report_input input;
    input.environments = std::move(before_.environments);
    // A process that has opened no device has made no records.
    if (!where_.devices.empty() || input.environments.empty()) input.environments.push_back(where_);
    std::set<std::string> again;
    for (const record& r : records_) again.insert(case_key(r.problem, r.axes));
    for (record& r : before_.records)
      if (!again.contains(case_key(r.problem, r.axes))) input.records.push_back(std::move(r));
    std::move(records_.begin(), records_.end(), std::back_inserter(input.records));
    std::stable_sort(input.records.begin(), input.records.end(),
                     [&](const record& a, const record& b) { return order_of(a) < order_of(b); });
    input.planned = order_.size();
    input.executed = done_;
    input.no_device = std::move(no_device_);
    return input;
  }

 private:
  [[nodiscard]] std::size_t order_of(const record& r) const {
    const auto found = order_.find(case_key(r.problem, r.axes));
    return found == order_.end() ? order_.size() : found->second;
  }

  environment where_;
  stored_records before_;
  std::map<std::string, std::size_t> order_;  ///< of a case in the plan
  std::vector<record> records_;
  std::vector<std::string> no_device_;
  std::size_t done_ = 0;
};

}  // namespace assay
