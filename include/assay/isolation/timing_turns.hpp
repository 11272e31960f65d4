// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace assay {

/// Who may do what, where several workers verify at once and each is timed while all others idle. A worker
/// that comes to its times waits until no other verifies; then those that wait are timed one after another,
/// and as long as one waits or is timed nobody begins anything.
class timing_turns {
 public:
  explicit timing_turns(std::size_t workers) : doing_(workers, activity::nothing) {}

  /// Whether a worker without an item may begin one.
  [[nodiscard]] bool may_begin() const { return count(activity::waits) + count(activity::times) == 0; }
  void begins(std::size_t worker) { doing_[worker] = activity::works; }
  /// It has come to its times, and waits for its turn.
  void waits(std::size_t worker) { doing_[worker] = activity::waits; }
  /// Its item is done, or it has to begin it anew.
  void ends(std::size_t worker) { doing_[worker] = activity::nothing; }

  /// Whose turn it is from now on; absent where somebody's is, nobody waits, or somebody still works.
  [[nodiscard]] std::optional<std::size_t> next() {
    if (count(activity::times) + count(activity::works) > 0) return std::nullopt;
    const auto first = std::find(doing_.begin(), doing_.end(), activity::waits);
    if (first == doing_.end()) return std::nullopt;
    *first = activity::times;
    return static_cast<std::size_t>(first - doing_.begin());
  }

 private:
  enum class activity { nothing, works, waits, times };

  [[nodiscard]] std::ptrdiff_t count(activity what) const {
    return std::count(doing_.begin(), doing_.end(), what);
  }

  std::vector<activity> doing_;
};

}  // namespace assay
