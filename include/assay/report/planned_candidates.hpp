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

namespace assay {

/// What the runs whose records are put together were to measure, and which run has measured it. Runs are
/// known by numbers.
class planned_candidates {
 public:
  using name = std::pair<std::string, std::string>;  ///< case, candidate

  /// `note` is told behind the name where it is missing. `whole`: the run was to measure all of its plan, and
  /// is no shard of it. `place`: file and line of the plan.
  void plan(std::size_t run, const name& what, const std::string& note, bool whole,
            const std::string& place) {
    std::vector<entry>& wanted = wanted_[what];
    if (whole) plans_[run].insert(what);
    if (whole || wanted.empty()) wanted.push_back({run, note, whole, place});  // shards all have the same
  }
  void found(std::size_t run, const name& what) { found_[what].insert(run); }
  void lost(std::size_t run, const name& what) {
    if (const auto at = found_.find(what); at != found_.end() && at->second.erase(run) && at->second.empty())
      found_.erase(at);
  }

  /// The cases that were to be measured.
  [[nodiscard]] std::set<std::string> cases() const {
    std::set<std::string> names;
    for (const auto& [what, wanted] : wanted_) names.insert(what.first);
    return names;
  }

  /// "saxpy n=64, float4" for each that has no record. `alike(a, b)` tells whether two runs were on devices
  /// of one kind: then one may have what the other lacks. Of two machines each has to have its own, unless
  /// one had only a part of the other's plan: what was left to do of a run may be done elsewhere.
  template <class Alike>
  [[nodiscard]] std::vector<std::string> missing(const Alike& alike) const {
    std::vector<std::string> names;
    for (const auto& [what, wanted] : wanted_) {
      const std::string shown = what.first + ", " + what.second;
      const auto by = found_.find(what);
      if (by == found_.end()) {
        names.push_back(shown + wanted.front().note);
        continue;
      }
      for (const entry& one : wanted)
        if (one.whole && !by->second.contains(one.run) &&
            std::none_of(by->second.begin(), by->second.end(),
                         [&](std::size_t run) { return alike(one.run, run) || !has_plan_of(run, one.run); }))
          names.push_back(shown + " (planned in " + one.place + ")");
    }
    return names;
  }

 private:
  struct entry {
    std::size_t run;
    std::string note;
    bool whole;
    std::string place;
  };

  /// Whether `run` was to measure everything that `other` was, both being whole.
  [[nodiscard]] bool has_plan_of(std::size_t run, std::size_t other) const {
    const auto own = plans_.find(run), theirs = plans_.find(other);
    return own != plans_.end() && theirs != plans_.end() &&
           std::includes(own->second.begin(), own->second.end(), theirs->second.begin(),
                         theirs->second.end());
  }

  std::map<name, std::vector<entry>> wanted_;
  std::map<name, std::set<std::size_t>> found_;
  std::map<std::size_t, std::set<name>> plans_;
};

}  // namespace assay
