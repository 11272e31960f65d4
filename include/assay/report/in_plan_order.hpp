// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "assay/suite/run_observer.hpp"

namespace assay {

/// Passes on what happens, but records in the order of the plan, whatever the order in which items were done:
/// for those who print them by problem. Items that are not done leave a gap, behind which all waits for
/// finish().
class in_plan_order final : public run_observer {
 public:
  explicit in_plan_order(run_observer& to) : to_(to) {}

  void on_device(const device_info& info, const ceilings& limits) override { to_.on_device(info, limits); }
  void on_no_device(const std::string& why) override { to_.on_no_device(why); }
  void on_progress(std::size_t item, const plan_item& what, const std::string& stage) override {
    to_.on_progress(item, what, stage);
  }
  void on_output(const std::string& text) override { to_.on_output(text); }
  void on_parallel_timing(const parallel_judgement& answer) override { to_.on_parallel_timing(answer); }
  void on_record(const record& r) override { current_.push_back(r); }
  void on_item_done(std::size_t item) override {
    waiting_[item] = std::exchange(current_, {});
    while (!waiting_.empty() && waiting_.begin()->first == next_) pass_on();
  }

  /// The rest, when nothing more will come.
  void finish() {
    while (!waiting_.empty()) pass_on();
  }

 private:
  void pass_on() {
    auto first = waiting_.extract(waiting_.begin());
    for (const record& r : first.mapped()) to_.on_record(r);
    to_.on_item_done(first.key());
    next_ = first.key() + 1;
  }

  run_observer& to_;
  std::vector<record> current_;                         ///< of the item that is being told
  std::map<std::size_t, std::vector<record>> waiting_;  ///< by item
  std::size_t next_ = 0;
};

}  // namespace assay
