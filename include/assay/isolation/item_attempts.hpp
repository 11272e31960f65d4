// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/finding.hpp"
#include "assay/suite/fuzz_summary.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/replay.hpp"
#include "assay/suite/trial.hpp"
#include "assay/verify/verdict.hpp"

namespace assay {

/// What a worker is asked for: some candidates of an item.
struct item_attempt {
  std::vector<std::string> candidates;
  bool baseline = true;  ///< also the baseline, to compare with, where it is not among them
  bool alone = false;    ///< because a worker died of the one candidate
};

/// The fuzz trial in which an attempt ended.
struct fatal_trial {
  trial which;
  fuzz_summary fuzz;  ///< up to there: the trial is what failed first
};

/// What became of an attempt.
struct attempt_end {
  bool complete = false;             ///< the records are there
  std::vector<record> records;       ///< then
  std::vector<record> entries;       ///< what was going to run, as far as it got: without verdicts
  std::string culprit;               ///< of the entries; empty where it is not known who ran
  std::optional<record> verdict;     ///< the culprit's own, where the worker could still make one
  std::string cause;                 ///< in one sentence; with `complete`, that it died when all was done
  std::optional<fatal_trial> trial;  ///< absent where it ended in none
  /// By whom it may concern; absent where the case itself is what to repeat.
  std::optional<replay_target> replay;
  outcome what = outcome::failed;
  std::vector<std::string>
      doubtful;               ///< of the records: failed, but maybe of what another one has left behind
  bool hung = false;          ///< no second try: it costs as much time as the first
  bool starved = false;       ///< with `complete`: run_result::starved; the process has been ended
  bool used_process = false;  ///< it had executed other items before
};

/// Gets a record for every candidate of an item, whatever workers die of on the way.
///
/// Candidates of a case are measured together, so that they can be compared. Whoever runs when a worker dies
/// is set aside and the others are measured together again without it; then it has one more try by itself. It
/// may have died of what another one has left behind, or of a user who ran out of patience: what runs to its
/// end alone has its record, and what dies twice has that as its verdict. Where nobody ran (the oracle, the
/// reference, the problem's body), all are tried once more together, and then each by itself. Where somebody
/// has tampered with the clock, and nobody can tell who, each is tried by itself at once.
///
/// Candidates that were measured without memory that somebody else keeps have records that are worse than
/// they could be: they are measured once more in a new process, where the one before had executed other
/// items, or where somebody of this item failed who may be the one.
class item_attempts {
 public:
  /// `blank`: the record of a candidate that never came so far as to have one.
  template <class Blank>
  item_attempts(const plan_item& item, bool baseline, const Blank& blank)
      : rest_(item.candidates), order_(item.candidates), baseline_(baseline) {
    for (const std::string& name : item.candidates) blanks_.push_back(blank(name));
  }

  /// What to ask for next; absent when there is a record of everything.
  [[nodiscard]] std::optional<item_attempt> next() const {
    if (!rest_.empty()) return item_attempt{rest_, baseline_, false};
    if (!suspects_.empty()) return item_attempt{{suspects_.front().name}, baseline_, true};
    return std::nullopt;
  }

  void take(attempt_end&& end) {
    learn(end.entries);
    if (!rest_.empty())
      take_together(std::move(end));
    else
      take_alone(std::move(end));
  }

  /// In the order of declaration, as far as it is known.
  [[nodiscard]] std::vector<record> records() && {
    std::stable_sort(done_.begin(), done_.end(), [&](const record& a, const record& b) {
      return place(a.candidate) < place(b.candidate);
    });
    return std::move(done_);
  }

 private:
  struct suspect {
    std::string name;
    std::string cause;  ///< of the death that it is suspected of
  };

  void take_together(attempt_end&& end) {
    if (end.complete) {
      if (end.starved && end.used_process) return;
      const bool again = end.starved && !end.doubtful.empty();
      for (record& r : end.records) {
        if (std::find(end.doubtful.begin(), end.doubtful.end(), r.candidate) != end.doubtful.end()) {
          if (!is_awaited(r.candidate)) suspects_.push_back({r.candidate, r.verdict.reason});
          if (is_baseline(r.candidate)) baseline_ = false;
          std::erase(rest_, r.candidate);
          continue;
        }
        if (again) continue;
        if (!end.cause.empty()) note(r, "when all was done, " + end.cause);
        done_.push_back(std::move(r));
      }
      if (!again) rest_.clear();
    } else if (!end.culprit.empty()) {
      set_aside(std::move(end));
    } else if (end.hung || end.what == outcome::invalid || nobody_++ > 0) {
      // Where the body never came to its candidates there is nothing that one of them could do alone.
      for (const std::string& name : rest_)
        if (end.hung || end.entries.empty())
          fail(name, end);
        else
          suspects_.push_back({name, words_of(end)});
      rest_.clear();
    }
  }

  void set_aside(attempt_end&& end) {
    if (std::erase(rest_, end.culprit) == 0 || is_baseline(end.culprit)) baseline_ = false;
    if (end.hung)
      fail(end.culprit, end);
    else
      suspects_.push_back({end.culprit, words_of(end)});
  }

  void take_alone(attempt_end&& end) {
    if (end.complete && end.starved && end.used_process) return;
    const suspect tried = suspects_.front();
    const bool other = !end.complete && !end.culprit.empty() && end.culprit != tried.name;
    if (other && baseline_) {  // of the baseline; then once more without it
      baseline_ = false;
      if (!has_record(end.culprit)) set_aside(std::move(end));
      return;
    }
    suspects_.erase(suspects_.begin());
    if (!end.complete) {
      if (!end.hung)
        end.cause += without_numbers(words_of(end)) == without_numbers(tried.cause)
                         ? "; so twice"
                         : "; before that, " + tried.cause;
      return fail(tried.name, end);
    }
    // The baseline that came along has its record elsewhere, unless nothing was measured together.
    std::erase_if(end.records, [&](const record& r) {
      return r.candidate != tried.name && (has_record(r.candidate) || is_awaited(r.candidate));
    });
    for (record& r : end.records) {
      if (!end.cause.empty()) note(r, "when all was done, " + end.cause);
      if (r.candidate == tried.name && r.verdict.outcome != outcome::failed)
        note(r, "it ran to its end alone, but with others, " + tried.cause);
      done_.push_back(std::move(r));
    }
  }

  void fail(const std::string& name, const attempt_end& end) {
    record r;
    if (end.verdict && end.verdict->candidate == name) {
      r = *end.verdict;  // it names the cause itself, and says more
    } else {
      for (const record& blank : blanks_)
        if (blank.candidate == name) r = blank;
      r.verdict = {end.what, words_of(end), {}};
      if (end.trial) blame_trial(r, end);
      if (end.replay) {
        replay_target target = *end.replay;
        target.problem = r.problem;
        target.candidate = r.candidate;
        r.replay = replay_arguments(target);
      }
    }
    done_.push_back(std::move(r));
  }

  /// As of a candidate that a trial found out: the record of one that took its process along looks alike.
  static void blame_trial(record& r, const attempt_end& end) {
    r.fuzz = end.trial->fuzz;
    r.fuzz->failure = {end.what, end.cause, {}};
  }
  /// The cause, and the trial that it came up in.
  static std::string words_of(const attempt_end& end) {
    return end.trial ? in_trial(end.trial->which) + end.cause : end.cause;
  }

  /// Addresses and times differ from one process to the next.
  static std::string without_numbers(const std::string& text) {
    std::string rest;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const bool address = text.compare(at, 2, "0x") == 0;
      const std::size_t end = text.find_first_not_of(address ? "x0123456789abcdef" : "0123456789.e-", at);
      if (text[at] >= '0' && text[at] <= '9')
        at = std::min(end, text.size()) - 1;
      else
        rest += text[at];
    }
    return rest;
  }

  static void note(record& r, const std::string& what) {
    r.findings.push_back({"worker-lost", severity::warning, what});
  }

  /// The entries know more than what the item says: roles, lines, work, and what was not selected.
  void learn(const std::vector<record>& entries) {
    if (entries.empty()) return;
    std::vector<std::string> order;
    for (const record& r : entries) {
      if (std::find(order.begin(), order.end(), r.candidate) == order.end()) order.push_back(r.candidate);
      std::erase_if(blanks_, [&](const record& known) { return known.candidate == r.candidate; });
      blanks_.push_back(r);
    }
    if (std::exchange(ordered_, true)) return;  // later attempts have fewer
    for (const std::string& name : order_)
      if (std::find(order.begin(), order.end(), name) == order.end()) order.push_back(name);
    order_ = std::move(order);
  }

  [[nodiscard]] std::size_t place(const std::string& name) const {
    return static_cast<std::size_t>(std::find(order_.begin(), order_.end(), name) - order_.begin());
  }
  [[nodiscard]] bool is_baseline(const std::string& name) const {
    return std::any_of(blanks_.begin(), blanks_.end(), [&](const record& r) {
      return r.candidate == name && r.role == candidate_role::baseline;
    });
  }
  [[nodiscard]] bool has_record(const std::string& name) const {
    return std::any_of(done_.begin(), done_.end(), [&](const record& r) { return r.candidate == name; });
  }
  [[nodiscard]] bool is_awaited(const std::string& name) const {
    return std::any_of(suspects_.begin(), suspects_.end(), [&](const suspect& s) { return s.name == name; });
  }

  std::vector<std::string> rest_;  ///< still to be measured together
  std::vector<suspect> suspects_;  ///< to be tried alone
  std::vector<record> done_;
  std::vector<record> blanks_;
  std::vector<std::string> order_;  ///< of declaration
  bool ordered_ = false;            ///< as the entries told it
  bool baseline_;
  int nobody_ = 0;  ///< attempts that died of nobody that is known
};

}  // namespace assay
