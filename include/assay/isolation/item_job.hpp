// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/core/format.hpp"
#include "assay/isolation/item_attempts.hpp"
#include "assay/isolation/item_json.hpp"
#include "assay/isolation/item_server.hpp"
#include "assay/isolation/watching_clock.hpp"
#include "assay/isolation/worker_message.hpp"
#include "assay/isolation/worker_seat.hpp"
#include "assay/report/json.hpp"
#include "assay/suite/case_watch.hpp"
#include "assay/suite/fuzz_summary.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/replay.hpp"
#include "assay/suite/run_options.hpp"
#include "assay/suite/trial.hpp"

namespace assay {

/// The record of a candidate of which nothing more is known than what the plan says.
[[nodiscard]] inline record blank_record(const plan_item& item, const std::string& candidate,
                                         const std::string& device, std::uint64_t seed) {
  record r;
  r.problem = item.definition->name;
  r.backend = item.definition->backend;
  r.device = device;
  r.axes = item.values;
  r.candidate = candidate;
  r.file = item.definition->where.file;
  r.line = item.definition->where.line;
  r.build = item.definition->build;
  r.seed = item.trial ? item.trial->seed : seed;
  r.replay =
      replay_arguments({r.problem, candidate, item.trial.value_or(trial{item.values, seed}), 0, false});
  return r;
}

/// One item in the making: what workers say of it becomes its records.
class item_job {
 public:
  /// `device`: its name, where it is known.
  item_job(const plan_item& item, const run_options& options, const std::string& device)
      : item_(item), options_(options), attempts_(item, options.baseline, [&](const std::string& candidate) {
          return blank_record(item, candidate, device, options.seed);
        }) {}

  /// Asks for the next attempt. False when there is nothing left to ask for. `limits`: of the devices that
  /// are known, for a worker that has none.
  [[nodiscard]] bool ask(worker_seat& seat, const json& limits) {
    const std::optional<item_attempt> attempt = attempts_.next();
    if (!attempt) return false;
    now_ = {};
    all_there_ = false;
    stage_.clear();
    trial_.reset();
    trials_ = 0;
    said_.clear();
    asked_ = attempt->candidates;
    plan_item part = item_;
    part.candidates = asked_;
    json question = item_to_json(part);
    question["type"] = "item";
    question.update(item_server::changes(options_));
    question["baseline"] = attempt->baseline;
    question["limits"] = limits;
    seat.ask(std::move(question));
    return true;
  }

  /// Takes what came from the worker. True when that ends the attempt. `progress` is told what is done.
  template <class Progress>
  [[nodiscard]] bool take(const worker_event& event, worker_seat& seat, const Progress& progress) {
    switch (event.what) {
      case worker_event::kind::message: return take(event.said, seat, progress);
      case worker_event::kind::output: note_output(event.text, seat); return false;
      case worker_event::kind::error: return false;
      case worker_event::kind::ended:
      case worker_event::kind::hung:
        now_.hung = event.what == worker_event::kind::hung;
        return die(event, "its process " + event.text, outcome::failed, seat);
      case worker_event::kind::tampered:
      case worker_event::kind::untimely: return die(event, event.text, outcome::invalid, seat);
    }
    return false;
  }

  [[nodiscard]] const plan_item& item() const { return item_; }
  /// When nothing is left to ask for.
  [[nodiscard]] std::vector<record> records() {
    std::vector<record> all = std::move(attempts_).records();
    for (record& r : all)
      if (const auto said = printed_.find(r.candidate); said != printed_.end())
        r.findings.push_back({"printed", severity::note,
                              "printed " + std::to_string(said->second.bytes) +
                                  " bytes to the standard output: '" + said->second.beginning + "'"});
    return all;
  }

 private:
  struct printed {
    std::size_t bytes = 0;
    std::string beginning;
  };

  template <class Progress>
  bool take(const item_message& said, worker_seat& seat, const Progress& progress) {
    if (const auto* const stage = std::get_if<stage_begun>(&said)) {
      stage_ = stage->name;
      trial_.reset();
      progress(stage_);
    } else if (const auto* const known = std::get_if<entries_known>(&said)) {
      if (const record* const other = foreign(known->entries)) return refuse(*other, seat);
      now_.entries = known->entries;
      seat.expect(known->limit);
    } else if (const auto* const begun = std::get_if<trial_begun>(&said)) {
      if (begun->next && !is_of_this_problem(*begun->next))
        return refuse("a fuzz trial came that is of another case (" + describe(*begun->next) + ")", seat);
      trial_ = begun->next;
      if (trial_ && trials_++ == 0) fuzzing_since_ = begun->at;
    } else if (const auto* const made = std::get_if<record_made>(&said)) {
      now_.records.push_back(made->record);
    } else if (const auto* const all = std::get_if<records_complete>(&said)) {
      if (const record* const other = foreign(now_.records)) return refuse(*other, seat);
      if (const std::string* const name = missing())
        return refuse("no record of '" + *name + "' came, though all were said to be there", seat);
      now_.culprit = all->culprit;
      all_there_ = true;
      return !times_fit(seat);
    } else if (const auto* const done = std::get_if<item_done>(&said)) {
      return finish(*done, seat);
    }
    return false;
  }

  bool refuse(const record& other, worker_seat& seat) {
    return refuse(
        "a record came that is of another case (" + other.case_name() + ", " + other.candidate + ")", seat);
  }
  bool refuse(const std::string& why, worker_seat& seat) {
    return die({worker_event::kind::tampered, {}, why, {}}, why, outcome::invalid, seat);
  }
  /// A record or an entry of another case than this; null for none.
  [[nodiscard]] const record* foreign(const std::vector<record>& records) const {
    const auto found = std::find_if(records.begin(), records.end(), [&](const record& r) {
      return r.problem != item_.definition->name || r.axes != item_.values;
    });
    return found == records.end() ? nullptr : &*found;
  }
  /// Whether it has the axes that the item has: their values differ.
  [[nodiscard]] bool is_of_this_problem(const trial& t) const {
    return std::equal(t.values.begin(), t.values.end(), item_.values.begin(), item_.values.end(),
                      [](const auto& one, const auto& other) { return one.first == other.first; });
  }
  /// A candidate that was asked for and has no record; null for none.
  [[nodiscard]] const std::string* missing() const {
    const auto found = std::find_if(asked_.begin(), asked_.end(), [&](const std::string& name) {
      return std::none_of(now_.records.begin(), now_.records.end(),
                          [&](const record& r) { return r.candidate == name; });
    });
    return found == asked_.end() ? nullptr : &*found;
  }

  /// The worker says that it is done.
  bool finish(const item_done& done, worker_seat& seat) {
    const bool used = !seat.is_new();
    seat.answered();
    seat.charge(seat.elapsed() + seat.waited() - done.seconds);
    if (done.lost) {
      now_.cause = *done.lost;
      for (const record& r : now_.records)
        if (r.candidate == now_.culprit) {
          now_.verdict = r;
          now_.cause = r.verdict.reason;
        }
      seat.dismiss();  // its device cannot be used again
    } else {
      now_.complete = true;
      now_.culprit.clear();
      now_.starved = done.starved;
      now_.used_process = used;
      if (doubt(used) || done.starved || by_cupti()) seat.dismiss();
    }
    attempts_.take(std::move(now_));
    return true;
  }

  /// Whether CUPTI has left its mark on the process: events are up to 0.2 us longer from then on.
  [[nodiscard]] bool by_cupti() const {
    return std::any_of(now_.records.begin(), now_.records.end(),
                       [](const record& r) { return r.time && r.time->cupti; });
  }
  /// What the runtime or the system says of a process that somebody has used up or broken without its dying:
  /// memory that was never freed, a device that was reset.
  static bool is_of_the_process(const record& r) {
    if (r.verdict.outcome != outcome::failed) return false;
    for (const char* const words : {"cudaError", "hipError", "bad_alloc", "are needed"})
      if (r.verdict.reason.find(words) != std::string::npos) return true;
    return false;
  }
  /// Marks records that may be so because of another candidate, of this item or of one before it (`used`):
  /// they are tried alone in a new process. One that fails among others that do not is its own fault, unless
  /// it is memory that it lacks; where all fail in a new process it is the case's, with the same exception.
  bool doubt(bool used) {
    std::vector<std::string> failed;
    bool memory = false;
    for (const record& r : now_.records) {
      if (!is_of_the_process(r)) continue;
      failed.push_back(r.candidate);
      memory = memory || r.verdict.reason.find("emory") != std::string::npos ||
               r.verdict.reason.find("bad_alloc") != std::string::npos;
    }
    const bool all = failed.size() == now_.records.size();
    const bool by_another = memory && now_.records.size() > 1;
    if (failed.empty() || (!by_another && (all ? !used : failed.size() == 1))) return false;
    now_.doubtful = std::move(failed);
    return true;
  }

  bool die(const worker_event& event, const std::string& how, outcome what, worker_seat& seat) {
    // A wrong clock is found out later, and by then another candidate may run.
    const int running = event.what == worker_event::kind::untimely ? -1 : seat.running();
    if (all_there_ && what == outcome::failed) {
      now_.complete = true;
      now_.cause = how;
    } else {
      if (running >= 0 && static_cast<std::size_t>(running) < now_.entries.size())
        now_.culprit = now_.entries[static_cast<std::size_t>(running)].candidate;
      now_.what = what;
      now_.cause = how;
      if (event.what != worker_event::kind::untimely) {
        now_.cause += place_of(seat);
        if (trial_) now_.trial = death_in(*trial_);
        now_.replay = replay_of_death(seat);
      }
      if (const std::string words = seat.last_words(); !words.empty() && what == outcome::failed)
        now_.cause += ": " + words;
      if (now_.hung) now_.cause += " (--timeout says for how long that may be)";
    }
    seat.dismiss();
    attempts_.take(std::move(now_));
    return true;
  }

  /// Nobody knows any more which of the trials that were begun told right from wrong.
  [[nodiscard]] fatal_trial death_in(const trial& t) const {
    fuzz_summary fuzz;
    fuzz.trials = trials_;
    fuzz.seconds = watching_clock() - fuzzing_since_;
    fuzz.first = fuzz.smallest = t;
    return {t, std::move(fuzz)};
  }
  /// What comes to the same end; absent where the verification of the case does.
  [[nodiscard]] std::optional<replay_target> replay_of_death(const worker_seat& seat) const {
    if (trial_) return replay_under(options_, "", "", *trial_);
    const trial planned = planned_trial(item_, options_);
    if (stage_ == fence_stage && options_.fence)
      return replay_under(options_, "", "", at_fence(planned, *options_.fence));
    if (stage_ != timing_stage && seat.doing() != activity::timed) return std::nullopt;
    replay_target target = replay_under(options_, "", "", planned);
    target.timed = true;
    return target;
  }

  /// What is timed takes time by every clock: the timed launches of an attempt took no longer than all of it.
  bool times_fit(worker_seat& seat) {
    const double most = seat.elapsed();
    double sum = 0.0;
    for (const record& r : now_.records) {
      if (!r.time) continue;
      double own = 0.0;
      for (const double sample : r.time->samples) own += sample * r.time->launches;
      sum += own;
      if (own > most) now_.culprit = r.candidate;
    }
    if (sum <= most) return true;  // what is no number does not fit either
    now_.what = outcome::invalid;
    now_.cause = "its timed launches add up to " + format_time(sum) + ", and it all took " +
                 format_time(most) + " by the clock of the process that watches it";
    seat.dismiss();
    attempts_.take(std::move(now_));
    return false;
  }

  [[nodiscard]] std::string place_of(const worker_seat& seat) const {
    const std::string stage = stage_.empty() ? "" : " (" + stage_ + ")";
    switch (seat.doing()) {
      case activity::call: return ", in its code on the host" + stage;
      case activity::wait: return ", while its launch was waited for" + stage;
      case activity::timed: return ", while it was timed" + stage;
      case activity::own: break;
    }
    return stage_.empty() ? ", when the case was declared" : ", in no candidate's code" + stage;
  }

  void note_output(const std::string& text, const worker_seat& seat) {
    const int running = seat.running();
    if (running < 0 || static_cast<std::size_t>(running) >= now_.entries.size()) return;
    const std::string& candidate = now_.entries[static_cast<std::size_t>(running)].candidate;
    printed& said = said_[candidate];
    said.bytes += text.size();
    if (said.beginning.size() < 80) said.beginning += text.substr(0, 80 - said.beginning.size());
    printed_[candidate] = said;
  }

  const plan_item& item_;
  run_options options_;
  item_attempts attempts_;
  attempt_end now_;                 ///< the attempt that runs
  std::vector<std::string> asked_;  ///< its candidates
  bool all_there_ = false;          ///< its records
  std::string stage_;
  std::optional<trial> trial_;              ///< of the fuzzing, that runs
  std::int64_t trials_ = 0;                 ///< that were begun, those for shrinking too
  double fuzzing_since_ = 0.0;              ///< when the first of them was, s
  std::map<std::string, printed> said_;     ///< in this attempt
  std::map<std::string, printed> printed_;  ///< in the last attempt in which it did
};

}  // namespace assay
