// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "assay/suite/run_observer.hpp"

namespace assay {

/// Sums up where the wall time of a run's cases goes: each stage lasts from when it is told until the next
/// one of its case or the end of that. Stages of several devices add up to more than the run took.
class stage_clock : public run_observer {
 public:
  void on_progress(std::size_t item, const plan_item&, const std::string& what) override {
    leave(item);
    at_[item] = {kind_of(what), seconds_now()};
  }
  void on_item_done(std::size_t item) override {
    leave(item);
    at_.erase(item);
  }

  /// s of each kind of stage that was seen, the longest first: oracle, verify, fuzz, time, other (a time that
  /// is questioned, a tool that is run, what is measured again).
  [[nodiscard]] std::vector<std::pair<std::string, double>> seconds() const {
    std::vector<std::pair<std::string, double>> found(seconds_.begin(), seconds_.end());
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    return found;
  }

 protected:
  /// A steady clock, s.
  [[nodiscard]] virtual double seconds_now() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }

 private:
  static std::string kind_of(const std::string& what) {
    const std::string word = what.substr(0, what.find(' '));
    for (const char* known : {"oracle", "verify", "fuzz", "time"})
      if (word == known) return word;
    return "other";
  }
  void leave(std::size_t item) {
    if (const auto here = at_.find(item); here != at_.end())
      seconds_[here->second.first] += seconds_now() - here->second.second;
  }

  std::map<std::size_t, std::pair<std::string, double>> at_;  ///< of each case: its stage, and since when
  std::map<std::string, double> seconds_;
};

}  // namespace assay
