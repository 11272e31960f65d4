// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/isolation/item_job.hpp"
#include "assay/isolation/output_limit.hpp"
#include "assay/isolation/plan_inquiry.hpp"
#include "assay/isolation/timing_turns.hpp"
#include "assay/isolation/worker_message.hpp"
#include "assay/isolation/worker_seat.hpp"
#include "assay/report/json.hpp"
#include "assay/score/parallel_check.hpp"
#include "assay/suite/device_choice.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/plan_engine.hpp"
#include "assay/suite/record_tools.hpp"
#include "assay/suite/run_observer.hpp"
#include "assay/suite/run_result.hpp"

namespace assay {

/// Executes a plan in worker processes, which are replaced when they die: nothing that candidates do to their
/// process ends the run, and who does something has a record that says what. This process opens no device and
/// runs no code of a problem. There is one worker, or with spread() one for each of several devices, and it
/// has one item at a time.
class isolated_runner final : public plan_engine {
 public:
  /// `options` are those that the command line in `how` says. `patience`: s for which a candidate may be
  /// silent; absent: by its limit. Throws usage_error where a sanitizer or ncu is wanted and there is none.
  isolated_runner(worker_launch how, const run_options& options, std::optional<double> patience)
      : how_(std::move(how)), patience_(patience), options_(options), tools_(options) {
    seats_.push_back(std::make_unique<place_at_work>(worker_seat(how_, patience)));
  }

  /// Who is told what happens from now on.
  void observe(std::vector<run_observer*> observers) { observers_ = std::move(observers); }

  /// The plan, which a worker makes. `weigh`: also about how long each item takes (plan_inquiry).
  [[nodiscard]] std::vector<plan_item> plan(bool weigh = false) {
    return asked_.plan(seats_.front()->seat, weigh);
  }
  [[nodiscard]] std::optional<double> seconds_of(const plan_item& item) const {
    return asked_.seconds_of(item);
  }
  /// All devices that a worker sees, by backend; none of a backend that has none.
  [[nodiscard]] std::map<std::string, std::vector<device_info>> devices() {
    return asked_.devices(seats_.front()->seat);
  }

  /// Runs what is for this backend on these devices, with a worker for each that sees no other; what is for
  /// other backends, before that, with one worker. They are all of one kind, as `choice` is asked once more
  /// when they are open and more is known. `margin`: the least difference between times that matters.
  void spread(const std::string& backend, const std::vector<device_info>& devices,
              const device_choice& choice, parallel_timing timing, double margin) {
    spread_ = {backend, choice, timing, margin};
    seats_.clear();
    for (const device_info& d : devices) {
      worker_launch how = how_;
      how.environment.push_back(seen_alone(d));
      seats_.push_back(std::make_unique<place_at_work>(worker_seat(std::move(how), patience_)));
      seats_.back()->expected = d;
    }
  }

  [[nodiscard]] run_result run(const std::vector<plan_item>& plan) override {
    run_result result;
    result.planned = plan.size();
    told_absent_.clear();
    const std::set<std::size_t> smallest =
        tools_.sanitizes()
            ? smallest_cases(plan, [&](const plan_item& item) { return asked_.bytes_of(item); })
            : std::set<std::size_t>();
    std::vector<std::size_t> together, apart;
    for (std::size_t i = 0; i < plan.size(); ++i)
      (seats_.size() > 1 && plan[i].definition->backend == spread_.backend ? together : apart).push_back(i);
    work_on(plan, apart, 1, smallest, result);
    if (!together.empty() && result.lost.empty()) {
      decide_timing(plan, together, result);
      // The longest first, so that none is left over when all others are done.
      std::stable_sort(together.begin(), together.end(), [&](std::size_t a, std::size_t b) {
        return seconds_of(plan[a]).value_or(0.0) > seconds_of(plan[b]).value_or(0.0);
      });
      work_on(plan, together, seats_.size(), smallest, result);
    }
    for (auto& [index, records] : finished_)
      for (record& r : records) result.records.push_back(std::move(r));
    finished_.clear();
    result.isolation = cost();
    return result;
  }

  /// On the device that has executed the item, where one has.
  [[nodiscard]] std::vector<record> repeat(const plan_item& item, const run_options& options,
                                           const std::string& why) override {
    run_result result;
    const auto home = homes_.find(plan_inquiry::case_of(item));
    place_at_work& at = *seats_[home == homes_.end() ? 0 : home->second];
    at.seat.hold_at(
        "");  // a run that timed its cases alone has left it so that it waits, and nobody else works
    begin(at, item, 0, options, why + ": ", result);
    while (at.job) {
      wait();
      if (advance(at, result)) continue;
      if (!result.lost.empty()) throw error(result.lost);
      std::vector<record> records = at.job->records();
      at.job.reset();
      return records;
    }
    throw no_device(result.no_device.empty() ? result.lost : result.no_device.front());
  }

  /// Ends the workers, and frees what they hold. What is asked for next starts others.
  void dismiss() {
    for (const auto& at : seats_) at->seat.dismiss();
  }

  [[nodiscard]] isolation_cost cost() const {
    isolation_cost sum;
    for (const auto& at : seats_) {
      sum.workers += at->seat.cost().workers;
      sum.replaced += at->seat.cost().replaced;
      sum.seconds += at->seat.cost().seconds;
    }
    return sum;
  }

 private:
  /// A worker's place, what is known of its devices, and the item it has.
  struct place_at_work {
    explicit place_at_work(worker_seat&& of) : seat(std::move(of)) {}

    worker_seat seat;
    json limits = json::object();                  ///< of its devices, by backend
    std::map<std::string, std::string> devices;    ///< their names, by backend
    std::map<std::string, std::string> no_device;  ///< why there is none, by backend
    std::optional<item_job> job;
    std::size_t index = 0;                ///< of the item in the plan
    std::string prefix;                   ///< of its progress
    output_limit printed;                 ///< by its candidates
    bool started = false;                 ///< it has come to a stage of its item
    bool asked_again = false;             ///< for its item, after a worker died of it
    std::optional<device_info> expected;  ///< the one that it is to see, as it was listed
    std::optional<device_info> opened;    ///< and the one that it has opened, with its settings
  };
  /// Which items are for several devices, and how they are timed.
  struct spreading {
    std::string backend;
    device_choice choice;
    parallel_timing timing = parallel_timing::check;
    double margin = 0.0;
  };

  /// Items of the plan, by the first so many places.
  void work_on(const std::vector<plan_item>& plan, const std::vector<std::size_t>& items, std::size_t places,
               const std::set<std::size_t>& smallest, run_result& result) {
    const bool alone =
        places > 1 && options_.time && !(result.parallel_timing && result.parallel_timing->trusted);
    timing_turns turns(places);
    for (std::size_t s = 0; s < places; ++s) seats_[s]->seat.hold_at(alone ? timing_stage : "");
    for (std::size_t next = 0;;) {
      bool busy = false;
      for (std::size_t s = 0; s < places; ++s) {
        place_at_work& at = *seats_[s];
        while (!at.job && next < items.size() && result.lost.empty() && turns.may_begin() && may_open(at)) {
          const std::size_t item = items[next++];
          homes_[plan_inquiry::case_of(plan[item])] = s;
          begin(at, plan[item], item, options_, "", result);
          if (at.job) turns.begins(s);
        }
        busy = busy || at.job;
      }
      if (!busy) return;
      wait();
      for (std::size_t s = 0; s < places; ++s) {
        place_at_work& at = *seats_[s];
        if (!at.job) continue;
        if (!advance(at, result)) conclude(at, smallest, result);
        if (!at.job)
          turns.ends(s);
        else if (std::exchange(at.asked_again, false))
          turns.begins(s);
        else if (at.seat.held())
          turns.waits(s);
      }
      if (const auto next_timed = turns.next()) seats_[*next_timed]->seat.go();
    }
  }

  /// Whether a place may have an item. The first one opens its device alone: what is measured then holds for
  /// all.
  [[nodiscard]] bool may_open(const place_at_work& at) const {
    const place_at_work& first = *seats_.front();
    return &at == &first || !first.job || first.opened;
  }

  void decide_timing(const std::vector<plan_item>& plan, const std::vector<std::size_t>& together,
                     run_result& result) {
    if (!options_.time || together.size() < 2) return;
    parallel_judgement answer;
    switch (spread_.timing) {
      case parallel_timing::yes: answer = {true, "as --parallel-timing says"}; break;
      case parallel_timing::no: answer = {false, "as --parallel-timing says"}; break;
      case parallel_timing::check: answer = check_timing(plan, together, result); break;
    }
    tell([&](run_observer& o) { o.on_parallel_timing(answer); });
    result.parallel_timing = std::move(answer);
  }

  /// Times what takes least and what takes most on the first device, alone, twice while all others work on
  /// the same, and alone again.
  parallel_judgement check_timing(const std::vector<plan_item>& plan,
                                  const std::vector<std::size_t>& together, run_result& result) {
    const auto [least, most] =
        std::minmax_element(together.begin(), together.end(), [&](std::size_t a, std::size_t b) {
          return seconds_of(plan[a]).value_or(0.0) < seconds_of(plan[b]).value_or(0.0);
        });
    std::vector<parallel_comparison> comparisons;
    for (const std::size_t index : std::set<std::size_t>{*least, *most}) {
      std::map<std::string, parallel_comparison> found;
      for (const bool busy : {false, true, true, false}) {
        for (const record& r : time_on_first(plan[index], index, busy, result)) {
          if (!r.time || !r.verdict.acceptable()) continue;
          parallel_comparison& one = found[r.candidate];
          one.name = r.case_name() + ", " + r.candidate;
          (busy ? one.busy : one.alone).push_back(r.time->time());
        }
        if (!result.lost.empty()) return {false, result.lost};
      }
      for (auto& [candidate, one] : found)
        if (one.alone.size() == 2 && one.busy.size() == 2) comparisons.push_back(std::move(one));
    }
    return judge_parallel(comparisons, spread_.margin);
  }

  /// The item's times on the first device; `busy`: while the others work on it, from before the first of them
  /// to after the last.
  std::vector<record> time_on_first(const plan_item& item, std::size_t index, bool busy, run_result& result) {
    run_options times = options_;
    times.verify = false;
    times.fuzz = {};
    times.fence.reset();
    place_at_work& first = *seats_.front();
    const auto others = [&](const auto& condition) {
      return std::any_of(seats_.begin() + 1, seats_.end(), [&](const auto& at) { return condition(*at); });
    };
    const auto working = [](const place_at_work& at) { return at.job.has_value(); };
    const auto starting = [](const place_at_work& at) { return at.job && !at.started; };
    std::vector<record> records;
    const auto go_on = [&] {
      wait();
      for (const auto& at : seats_) {
        if (!at->job || advance(*at, result)) continue;
        std::vector<record> done = at->job->records();
        at->job.reset();
        if (at.get() == &first)
          records = std::move(done);
        else if (first.job && result.lost.empty())
          begin(*at, item, index, options_, "meanwhile: ", result);
      }
    };
    for (const auto& at : seats_) at->seat.hold_at("");
    if (busy)
      for (std::size_t s = 1; s < seats_.size(); ++s)
        begin(*seats_[s], item, index, options_, "meanwhile: ", result);
    while (others(starting)) go_on();
    if (result.lost.empty())
      begin(first, item, index, times, busy ? "timed while others work: " : "timed alone: ", result);
    while (first.job || others(working)) go_on();
    return records;
  }

  /// Gives a place its item, unless it is known what becomes of that.
  void begin(place_at_work& at, const plan_item& item, std::size_t index, const run_options& options,
             const std::string& prefix, run_result& result) {
    const std::string backend = item.definition->backend;
    if (const std::string* const why = asked_.broken(item)) {
      record r = blank_record(item, item.candidates.front(), "", options.seed);
      r.verdict = {outcome::failed, *why, {}};
      tell([&](run_observer& o) { o.on_record(r); });
      finished_[index].push_back(std::move(r));
      ++result.executed;
      return tell([&](run_observer& o) { o.on_item_done(index); });
    }
    if (const auto absent = at.no_device.find(backend); absent != at.no_device.end())
      return note_absent(backend, absent->second, result);
    at.index = index;
    at.prefix = prefix;
    at.printed = {};
    at.started = at.asked_again = false;
    if (const json& first = seats_.front()->limits;
        at.expected && !at.limits.contains(backend) && first.contains(backend))
      at.limits[backend] = first[backend];  // they are of one kind
    at.job.emplace(item, options, at.devices.contains(backend) ? at.devices[backend] : "");
    static_cast<void>(at.job->ask(at.seat, at.limits));
  }

  /// Lets the item of a place come on as far as it can without waiting. False when it has all its records, or
  /// cannot have them.
  bool advance(place_at_work& at, run_result& result) {
    const std::string backend = at.job->item().definition->backend;
    for (worker_event& e : at.seat.read()) {
      if (e.what == worker_event::kind::output || e.what == worker_event::kind::error)
        pass_on(at.printed.admit(e.text));
      if (const auto* const failed = std::get_if<worker_error>(&e.said)) throw_error_of_worker(*failed);
      if (const auto* const opened = std::get_if<device_opened>(&e.said)) take_device(at, *opened);
      if (const auto* const done = std::get_if<item_done>(&e.said); done && done->no_device) {
        const std::string& why = *done->no_device;
        at.no_device[backend] = why;
        if (at.devices.contains(backend))
          result.lost = "the device is gone: " + why;
        else if (at.expected)
          result.lost = "device " + device_choice::label(*at.expected) + " cannot be used: " + why;
        else
          note_absent(backend, why, result);
        at.job.reset();
        return true;
      }
      const bool over = at.job->take(e, at.seat, [&](const std::string& what) {
        at.started = true;
        tell([&](run_observer& o) { o.on_progress(at.index, at.job->item(), at.prefix + what); });
      });
      if (over && !at.job->ask(at.seat, at.seat.is_new() ? at.limits : json::object())) return false;
      at.asked_again = at.asked_again || over;
      if (over) break;  // what else came is of the worker that has gone
    }
    return true;
  }

  void conclude(place_at_work& at, const std::set<std::size_t>& smallest, run_result& result) {
    for (record& r : at.job->records()) {
      tools_.examine(r, smallest.contains(at.index), [&](const std::string& what) {
        tell([&](run_observer& o) { o.on_progress(at.index, at.job->item(), what); });
      });
      tell([&](run_observer& o) { o.on_record(r); });
      finished_[at.index].push_back(std::move(r));
    }
    at.job.reset();
    ++result.executed;
    tell([&](run_observer& o) { o.on_item_done(at.index); });
  }

  void take_device(place_at_work& at, const device_opened& opened) {
    at.limits[opened.backend] = opened.layers;
    hold_against_choice(at, opened.backend, opened.info);
    if (!at.devices.emplace(opened.backend, opened.info.name).second) return;  // of a worker before this one
    tell([&](run_observer& o) { o.on_device(opened.info, opened.held_against); });
  }

  /// Throws error where a place has opened another device than it was to see, and usage_error where its
  /// device turns out not to be of the kind of the others.
  void hold_against_choice(place_at_work& at, const std::string& backend, const device_info& info) {
    if (backend != spread_.backend) return;
    if (at.expected && at.expected->id() != info.id())
      throw error("a worker that was to see device " + device_choice::label(*at.expected) +
                  " alone has opened " + device_choice::label(info));
    at.opened = info;
    for (const auto& other : seats_)
      if (other->opened) spread_.choice.refuse_mixed({*other->opened, info});
  }

  void note_absent(const std::string& backend, const std::string& why, run_result& result) {
    if (!told_absent_.insert(backend).second) return;
    result.no_device.push_back(why);
    tell([&](run_observer& o) { o.on_no_device(why); });
  }

  /// Until something has come from a worker, or it is time to look after them.
  void wait() {
    constexpr int tick = 50;  // ms: a worker whose descendants keep its socket open dies unheard
    std::vector<pollfd> all;
    for (const auto& at : seats_)
      for (const pollfd& one : at->seat.waits_for()) all.push_back(one);
    ::poll(all.data(), all.size(), tick);
    tell([](run_observer& o) { o.on_wait(); });
  }

  template <class Event>
  void tell(const Event& event) {
    for (run_observer* o : observers_) event(*o);
  }
  void pass_on(const std::string& printed) {
    if (printed.empty()) return;
    if (observers_.empty()) std::fwrite(printed.data(), 1, printed.size(), stderr);
    tell([&](run_observer& o) { o.on_output(printed); });
  }

  worker_launch how_;
  std::optional<double> patience_;
  run_options options_;
  record_tools tools_;
  output_limit printed_;  ///< while the plan was made
  plan_inquiry asked_{[this](const std::string& printed) { pass_on(printed_.admit(printed)); }};
  spreading spread_;
  std::vector<run_observer*> observers_;
  std::vector<std::unique_ptr<place_at_work>> seats_;
  std::map<std::string, std::size_t> homes_;             ///< the place that has had a case
  std::map<std::size_t, std::vector<record>> finished_;  ///< by item, of the run that is going on
  std::set<std::string> told_absent_;                    ///< backends without a device that this run has met
};

}  // namespace assay
