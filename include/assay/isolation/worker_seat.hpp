// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/core/version.hpp"
#include "assay/isolation/item_json.hpp"
#include "assay/isolation/item_server.hpp"
#include "assay/isolation/worker.hpp"
#include "assay/report/json.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/run_result.hpp"

namespace assay {

/// A place where workers sit, one after another: it has one when it is asked for something, and another when
/// that has died.
class worker_seat {
 public:
  /// Assay's own work, and a problem's oracle, may be silent for so many times as long as a candidate.
  static constexpr double own_patience = 10.0;
  /// s for which a candidate may be silent where nobody says so, and how many times its limit beside that.
  /// Loading modules, compiling PTX and tuning in a prepare step have taken tens of seconds; the slowest of
  /// honest kernels, one thread for all, is some 10⁵ times slower than the device, but not beyond seconds in
  /// cases that anybody times.
  static constexpr double least_patience = 60.0, patience_for_limit = 1000.0;

  /// `patience`: s for which a candidate may be silent; absent: from its limit.
  worker_seat(worker_launch how, std::optional<double> patience) : how_(std::move(how)), wanted_(patience) {}

  /// Sends a question to the worker, and first starts one where there is none. What it says comes through
  /// read(). Throws io_error where none can be started, and error where two in a row die as they start.
  void ask(json question) {
    question_ = std::move(question);
    asked_ = watching_clock();
    held_ = 0.0;
    expect({});
    if (!process_) start();
    process_->ask(question_);
  }
  /// Whether the worker, if there is one, has answered nothing yet.
  [[nodiscard]] bool is_new() const { return !process_ || answers_ == 0; }
  /// To be told when an answer has come whole.
  void answered() { ++answers_; }

  /// s of the least time of a launch: who is that slow may be silent for longer.
  void expect(std::optional<double> limit) {
    patience_ = wanted_.value_or(least_patience + patience_for_limit * limit.value_or(0.0));
  }
  /// s for which a candidate may be silent now.
  [[nodiscard]] double patience() const { return patience_; }

  /// Lets workers wait where they come to a stage of this name, until go(); empty: nowhere.
  void hold_at(const std::string& stage) {
    held_stage_ = stage;
    if (process_) process_->hold_at(stage);
  }
  [[nodiscard]] bool held() const { return process_ && process_->held(); }
  void go() {
    if (!held()) return;
    held_ += process_->silence();
    process_->go();
  }

  [[nodiscard]] std::vector<pollfd> waits_for() const {
    return process_ ? process_->waits_for() : std::vector<pollfd>();
  }

  /// All that has come from the worker; waits for nothing. When that says that it has gone, dismiss() is due.
  [[nodiscard]] std::vector<worker_event> read() {
    std::vector<worker_event> events;
    if (!process_) return events;
    for (worker_event& e : process_->read()) {
      if (e.what == worker_event::kind::message && !greeted_) {
        greet(e.message);
      } else if (e.what == worker_event::kind::ended && !greeted_) {
        restart(e.text);
        return events;
      } else {
        events.push_back(std::move(e));
      }
    }
    const double allowed = running() >= 0 || !greeted_ ? patience_ : own_patience * patience_;
    // What is printed is no sign of life: a loop that never ends may print.
    const bool silent = std::all_of(events.begin(), events.end(), [](const worker_event& e) {
      return e.what == worker_event::kind::output || e.what == worker_event::kind::error;
    });
    if (silent && !held() && process_->silence() > allowed) {
      char words[96];
      std::snprintf(words, sizeof words, "gave no sign of life for %.3g s", process_->silence());
      static_cast<void>(process_->end());
      if (!greeted_)
        restart(words);
      else
        events.push_back({worker_event::kind::hung, {}, words, {}});
    }
    return events;
  }

  /// Whose code runs, as the worker has noted it.
  [[nodiscard]] int running() const { return process_ ? process_->running() : -1; }
  [[nodiscard]] activity doing() const { return process_ ? process_->doing() : activity::own; }
  [[nodiscard]] std::string last_words() const { return process_ ? process_->last_words() : ""; }
  [[nodiscard]] bool answers(const json& message) const { return process_ && process_->answers(message); }
  /// s since it was asked, but for those that it was let wait.
  [[nodiscard]] double elapsed() const { return watching_clock() - asked_ - held_; }
  /// Those, s.
  [[nodiscard]] double waited() const { return held_; }

  /// Ends the worker. The next question starts another one.
  void dismiss() {
    process_.reset();
    greeted_ = false;
  }

  [[nodiscard]] const isolation_cost& cost() const { return cost_; }
  /// Adds to what it has cost, s.
  void charge(double seconds) { cost_.seconds += seconds; }

 private:
  void start() {
    process_ = std::make_unique<worker>(how_);
    process_->hold_at(held_stage_);
    greeted_ = false;
    answers_ = 0;
    if (cost_.workers++ > 0) ++cost_.replaced;
  }

  /// A worker that does not get so far as to greet: once more, then never again.
  void restart(const std::string& why) {
    const std::string words = process_->last_words();
    dismiss();
    if (++bad_starts_ >= 2)
      throw error("worker processes cannot be started: twice one " + why + " before it was ready" +
                  (words.empty() ? "" : ": " + words) + "; --no-isolate does without them");
    start();
    process_->ask(question_);
  }

  void greet(const json& greeting) {
    const json_place place(greeting, whose_);
    const std::uint64_t own = fingerprint(all_problems());
    if (place.at("type").text() != "greeting" || place.at("assay").text() != version ||
        place.at("protocol").whole<int>() != item_server::protocol ||
        place.at("problems").whole<std::uint64_t>() != own)
      throw error("a worker process is of another build than this one, which " + std::string(version) +
                  " is: " + to_text(greeting));
    greeted_ = true;
    bad_starts_ = 0;
    cost_.seconds += watching_clock() - process_->started();
  }

  worker_launch how_;
  std::optional<double> wanted_;
  double patience_ = least_patience;
  const std::string whose_ = "what a worker process greets with";
  json question_;
  double asked_ = 0.0, held_ = 0.0;
  std::string held_stage_;
  std::unique_ptr<worker> process_;
  bool greeted_ = false;
  int bad_starts_ = 0;  ///< in a row
  std::size_t answers_ = 0;
  isolation_cost cost_;
};

}  // namespace assay
