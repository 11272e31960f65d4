// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay {

/// Rows of levels, one for each factor, such that every level of every factor meets every level of every
/// other factor in some row: most faults need two things to coincide (Kuhn, Wallace, Gallo, "Software fault
/// interactions and implications for software testing", 2004). Greedy, one row at a time, after AETG (Cohen
/// et al., 1997), without its chance: the same factors give the same rows. The first rows differ in every
/// factor, so that a few of them are worth the most.
class pairwise_cover {
 public:
  /// `levels[f]`: how many levels factor f has. A factor without levels leaves no rows.
  explicit pairwise_cover(std::vector<std::size_t> levels) : levels_(std::move(levels)) {
    for (const std::size_t count : levels_) uses_.emplace_back(count, 0);
    if (std::find(levels_.begin(), levels_.end(), std::size_t{0}) != levels_.end()) return;
    std::size_t begin = 0;
    for (std::size_t f = 0; f < levels_.size(); ++f)
      for (std::size_t g = 0; g < f; ++g) {
        begins_.push_back(begin);
        begin += levels_[f] * levels_[g];
      }
    covered_.assign(begin, false);
    // Without a pair there are still levels to be seen, and without a factor one row of nothing.
    remaining_ = levels_.size() > 1 ? begin : levels_.empty() ? 1 : levels_.front();
  }

  /// Whether every pair has been in a row.
  [[nodiscard]] bool done() const { return remaining_ == 0; }

  /// The next row. After done() none is needed, and the rows say nothing new.
  [[nodiscard]] std::vector<std::size_t> next() {
    std::vector<std::size_t> row(levels_.size(), 0);
    std::vector<bool> chosen(levels_.size(), false);
    std::size_t begin = 0;
    if (levels_.size() > 1 && !done()) {
      // Begin with an uncovered pair, or rows might never reach the last ones.
      const auto [f, g, a, b] = most_wanted();
      row[f] = a;
      row[g] = b;
      chosen[f] = chosen[g] = true;
      begin = 2;
    }
    for (std::size_t n = begin; n < levels_.size(); ++n) {
      const std::size_t f =
          static_cast<std::size_t>(std::find(chosen.begin(), chosen.end(), false) - chosen.begin());
      std::size_t best = 0, most = 0;
      for (std::size_t level = 0; level < levels_[f]; ++level) {
        std::size_t gain = 0;
        for (std::size_t g = 0; g < levels_.size(); ++g)
          if (chosen[g]) gain += !covered_[pair(f, level, g, row[g])];
        if (level == 0 || gain > most || (gain == most && uses_[f][level] < uses_[f][best])) {
          best = level;
          most = gain;
        }
      }
      row[f] = best;
      chosen[f] = true;
    }
    note(row);
    return row;
  }

 private:
  struct wanted_pair {
    std::size_t f, g, a, b;
  };

  /// The uncovered pair whose levels have been used least.
  wanted_pair most_wanted() const {
    wanted_pair best{0, 0, 0, 0};
    std::size_t least = SIZE_MAX;
    for (std::size_t f = 0; f < levels_.size(); ++f)
      for (std::size_t g = 0; g < f; ++g)
        for (std::size_t a = 0; a < levels_[f]; ++a)
          for (std::size_t b = 0; b < levels_[g]; ++b)
            if (const std::size_t used = uses_[f][a] + uses_[g][b];
                used < least && !covered_[pair(f, a, g, b)]) {
              least = used;
              best = {f, g, a, b};
            }
    return best;
  }

  [[nodiscard]] std::size_t pair(std::size_t f, std::size_t a, std::size_t g, std::size_t b) const {
    if (f < g) return pair(g, b, f, a);
    return begins_[f * (f - 1) / 2 + g] + a * levels_[g] + b;
  }

  void note(const std::vector<std::size_t>& row) {
    for (std::size_t f = 0; f < row.size(); ++f) {
      if (row.size() == 1 && uses_[f][row[f]] == 0 && remaining_ > 0) --remaining_;
      ++uses_[f][row[f]];
      for (std::size_t g = 0; g < f; ++g) {
        const std::size_t place = pair(f, row[f], g, row[g]);
        remaining_ -= !covered_[place];
        covered_[place] = true;
      }
    }
    if (row.empty()) remaining_ = 0;
  }

  std::vector<std::size_t> levels_;
  std::vector<std::vector<std::size_t>> uses_;  ///< of each level of each factor
  std::vector<std::size_t> begins_;             ///< of the pairs of each two factors in covered_
  std::vector<bool> covered_;
  std::size_t remaining_ = 0;  ///< pairs that are in no row yet
};

}  // namespace assay
