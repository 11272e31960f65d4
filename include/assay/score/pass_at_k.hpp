// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/score/fast_p.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// The probability that at least one of k candidates is correct, drawn without replacement from n of which c
/// are: 1 − C(n−c, k)/C(n, k), the unbiased estimate of pass@k (Chen et al., "Evaluating large language
/// models trained on code", 2021, arXiv 2107.03374), as a product that does not overflow. Throws usage_error
/// unless 0 ≤ c ≤ n and 1 ≤ k ≤ n.
[[nodiscard]] inline double pass_at_k(int n, int c, int k) {
  if (c < 0 || c > n || k < 1 || k > n)
    throw usage_error("pass@" + std::to_string(k) + " of " + std::to_string(c) + " correct among " +
                      std::to_string(n) + ": needs 0 <= correct <= candidates and 1 <= k <= candidates");
  if (n - c < k) return 1.0;
  double none = 1.0;
  for (int i = n - c + 1; i <= n; ++i) none *= 1.0 - static_cast<double>(k) / i;
  return 1.0 - none;
}

/// pass@k over problems.
struct pass_score {
  int k = 1;
  std::optional<double> share;  ///< mean over the problems; absent unless each has k candidates
  int problems = 0;
  int too_few = 0;  ///< problems with fewer than k candidates
};

/// A candidate passes a problem when it is correct in each of its cases.
template <class Records>
[[nodiscard]] pass_score score_pass_at_k(const Records& records, int k) {
  std::map<std::string, std::map<std::string, bool>> by_problem;
  for (const auto& entry : records) {
    const record& r = detail::record_in(entry);
    if (!is_candidate(r)) continue;
    bool& passes = by_problem[r.backend + "\n" + r.device + "\n" + r.problem]
                       .try_emplace(r.candidate, true)
                       .first->second;
    passes = passes && r.verdict.outcome == outcome::correct;
  }
  pass_score score{k, std::nullopt, static_cast<int>(by_problem.size()), 0};
  double sum = 0.0;
  for (const auto& [problem, candidates] : by_problem) {
    const int n = static_cast<int>(candidates.size());
    int correct = 0;
    for (const auto& [name, passes] : candidates) correct += passes;
    if (n < k)
      ++score.too_few;
    else
      sum += pass_at_k(n, correct, k);
  }
  if (score.problems > 0 && score.too_few == 0) score.share = sum / score.problems;
  return score;
}

}  // namespace assay
