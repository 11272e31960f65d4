// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "assay/verify/verdict.hpp"

namespace assay {

/// How a verdict is bad, without its numbers: the same fault gives the same text at every size.
[[nodiscard]] inline std::string failure_signature(const verdict& v) {
  std::string text = to_string(v.outcome);
  if (v.outcome == outcome::wrong)
    for (const comparison& c : v.comparisons) {
      if (c.matches()) continue;
      return text + " " + c.output + (c.untouched > 0 ? " unwritten" : c.not_a_number > 0 ? " NaN" : "");
    }
  // Sentences begin with what happened; where and how much come after.
  return text + " " + v.reason.substr(0, v.reason.find_first_of("0123456789[("));
}

/// The whole numbers that are simpler than `value` and may fail as well, the simplest first: the least, tiles
/// and their neighbours, the half, and what is 2^k or 3·2^k less, by which the least that fails is reached in
/// few steps, and a value of the same remainder where that is what fails.
[[nodiscard]] inline std::vector<std::int64_t> simpler_numbers(std::int64_t value) {
  std::vector<std::int64_t> simpler;
  for (std::int64_t least = 0; least <= 9; ++least) simpler.push_back(least);
  for (std::int64_t tile = 16; tile <= 1024; tile *= 2) {
    simpler.push_back(tile - 1);
    simpler.push_back(tile);
    simpler.push_back(tile + 1);
  }
  simpler.push_back(value / 2);
  for (std::int64_t less = 1; less <= value; less *= 2) {
    simpler.push_back(value - less);
    if (less <= value / 3) simpler.push_back(value - 3 * less);
    if (less > value / 2) break;  // or the next might overflow
  }
  std::sort(simpler.begin(), simpler.end());
  simpler.erase(std::unique(simpler.begin(), simpler.end()), simpler.end());
  std::erase_if(simpler, [&](std::int64_t v) { return v >= value; });
  return simpler;
}

/// What shrinking came to.
template <class Trial>
struct shrunk {
  Trial smallest;  ///< fails like the first; the first itself where nothing smaller does
  int tries = 0;   ///< calls of `fails`
};

/// The smallest trial found that still fails in the same way. `simpler(trial)` gives what to try in place of
/// a trial, the simplest first; each must be simpler than it in an order without infinite descent. `fails`
/// tells whether one fails like the first. The first that does is taken, and its own simpler ones tried,
/// until none fails, `most_tries` are spent or `enough()` is true. Deterministic as far as those are.
template <class Trial, class Simpler, class Fails, class Enough>
[[nodiscard]] shrunk<Trial> shrink(Trial failing, const Simpler& simpler, const Fails& fails, int most_tries,
                                   const Enough& enough) {
  shrunk<Trial> result{std::move(failing), 0};
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (Trial& next : simpler(result.smallest)) {
      if (result.tries >= most_tries || enough()) return result;
      ++result.tries;
      if (!fails(next)) continue;
      result.smallest = std::move(next);
      smaller = true;
      break;
    }
  }
  return result;
}

}  // namespace assay
