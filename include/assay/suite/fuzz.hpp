// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/suite/fuzz_options.hpp"
#include "assay/suite/fuzz_summary.hpp"
#include "assay/suite/trial.hpp"
#include "assay/suite/trial_sequence.hpp"
#include "assay/verify/shrink.hpp"
#include "assay/verify/verdict.hpp"

namespace assay {

/// What one trial says of some candidates, in their order.
struct trial_verdicts {
  std::vector<verdict> verdicts;
  bool lost = false;  ///< the device cannot be used again
};

/// Runs trials of one case until one of the limits, or until each of its candidates has failed, and shrinks
/// each failure. All candidates get the same trials, so that the oracle is asked once. `run` gives one
/// verdict for each of the candidates it is asked for. Ends at once when the device is lost, with what is
/// known by then; `lost` then tells.
class fuzzer {
 public:
  using trial_function = std::function<trial_verdicts(const trial&, const std::vector<std::string>&)>;

  /// `now`: a steady clock, s.
  fuzzer(trial_sequence trials, const fuzz_options& options, trial_function run, std::function<double()> now)
      : trials_(std::move(trials)), options_(options), run_(std::move(run)), now_(std::move(now)) {}

  /// One summary for each candidate.
  [[nodiscard]] std::vector<fuzz_summary> run(const std::vector<std::string>& candidates) {
    std::vector<fuzz_summary> results(candidates.size());
    const double start = now_();
    const std::int64_t most = options_.trials.value_or(std::numeric_limits<std::int64_t>::max());
    for (std::int64_t i = 0; i < most && !lost_; ++i) {
      if (i > 0 && options_.seconds && now_() - start >= *options_.seconds) break;
      std::vector<std::string> standing;
      std::vector<fuzz_summary*> summaries;
      for (std::size_t c = 0; c < candidates.size(); ++c)
        if (results[c].passed()) {
          standing.push_back(candidates[c]);
          summaries.push_back(&results[c]);
        }
      if (standing.empty()) break;
      const trial tried = trials_.next();
      trial_verdicts seen = run_(tried, standing);
      lost_ = seen.lost;
      for (std::size_t s = 0; s < standing.size() && s < seen.verdicts.size(); ++s)
        note(*summaries[s], tried, std::move(seen.verdicts[s]));
    }
    for (std::size_t c = 0; c < candidates.size() && !lost_; ++c)
      if (!results[c].passed()) minimise(results[c], candidates[c]);
    for (fuzz_summary& r : results) r.seconds = now_() - start;
    return results;
  }

  /// The device cannot be used again.
  [[nodiscard]] bool lost() const { return lost_; }

 private:
  static constexpr int most_shrink_tries = 1000;
  static constexpr double shrink_seconds = 5.0;

  static bool fails(const verdict& v) {
    return v.outcome == outcome::wrong || v.outcome == outcome::failed || v.outcome == outcome::invalid;
  }

  static void note(fuzz_summary& summary, const trial& tried, verdict&& seen) {
    if (fails(seen)) {
      ++summary.trials;
      summary.first = summary.smallest = tried;
      summary.failure = std::move(seen);
    } else if (seen.outcome == outcome::correct) {
      ++summary.trials;
    } else if (summary.skipped++ == 0) {
      summary.skip_reason = seen.reason;
    }
  }

  void minimise(fuzz_summary& summary, const std::string& candidate) {
    const std::string signature = failure_signature(*summary.failure);
    const double start = now_();
    verdict last = *summary.failure;
    auto result = shrink(
        *summary.first, [&](const trial& t) { return trials_.simpler(t); },
        [&](const trial& t) {
          trial_verdicts seen = run_(t, {candidate});
          lost_ = lost_ || seen.lost;
          if (seen.verdicts.size() != 1 || !fails(seen.verdicts.front()) ||
              failure_signature(seen.verdicts.front()) != signature)
            return false;
          last = std::move(seen.verdicts.front());
          return true;
        },
        most_shrink_tries, [&] { return lost_ || now_() - start >= shrink_seconds; });
    summary.smallest = std::move(result.smallest);
    summary.failure = std::move(last);
    summary.shrink_tries = result.tries;
  }

  trial_sequence trials_;
  fuzz_options options_;
  trial_function run_;
  std::function<double()> now_;
  bool lost_ = false;
};

}  // namespace assay
