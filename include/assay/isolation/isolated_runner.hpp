// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <cstddef>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/isolation/item_job.hpp"
#include "assay/isolation/item_json.hpp"
#include "assay/isolation/worker_seat.hpp"
#include "assay/report/json_place.hpp"
#include "assay/report/record_from_json.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/record_tools.hpp"
#include "assay/suite/runner.hpp"

namespace assay {

/// Executes a plan in worker processes, which are replaced when they die: nothing that candidates do to their
/// process ends the run, and who does something has a record that says what. This process opens no device and
/// runs no code of a problem. There is a worker for each place, and it has one item at a time.
class isolated_runner final : public plan_engine {
 public:
  /// `options` are those that the command line in `places` says. `patience`: s for which a candidate may be
  /// silent; absent: by its limit. Throws usage_error where a sanitizer or ncu is wanted and there is none.
  isolated_runner(std::vector<worker_launch> places, const run_options& options,
                  std::optional<double> patience)
      : options_(options), tools_(options) {
    for (worker_launch& place : places) {
      seats_.push_back(std::make_unique<place_at_work>(worker_seat(std::move(place), patience)));
    }
  }

  /// Who is told what happens from now on.
  void observe(std::vector<run_observer*> observers) { observers_ = std::move(observers); }

  /// The plan, which a worker makes, since bodies of problems run for it. A problem whose body a worker dies
  /// of has an item with one candidate that stands for it, "(its declaration)". Throws usage_error for
  /// mistakes in declarations, as discover() does, and what make_plan() and replay_item() throw.
  [[nodiscard]] std::vector<plan_item> plan() {
    worker_seat& seat = seats_.front()->seat;
    for (int unexplained = 0;;) {
      json without = json::array();
      for (const auto& [name, cause] : broken_) without.push_back(name);
      seat.ask({{"type", "plan"}, {"without", without}});
      std::string declared, cause;
      for (json reply; cause.empty();) {
        wait();
        for (worker_event& e : seat.read()) {
          if (e.what == worker_event::kind::output || e.what == worker_event::kind::error) {
            pass_on(e.text);
          } else if (e.what != worker_event::kind::message) {
            cause = "when it was declared, its process " + e.text;
            if (const std::string words = seat.last_words(); !words.empty()) cause += ": " + words;
          } else if (e.message.value("type", "") == "stage") {
            declared = e.message.value("what", "").substr(std::string("declare ").size());
          } else if (e.message.value("type", "") == "error") {
            throw_error(e.message);
          } else if (e.message.value("type", "") == "plan" && seat.answers(e.message)) {
            return planned(e.message);
          }
        }
      }
      seat.dismiss();
      if (declared.empty() && ++unexplained > 1) throw error("no plan can be made: " + cause);
      if (!declared.empty()) broken_[declared] = cause;
    }
  }

  [[nodiscard]] run_result run(const std::vector<plan_item>& plan) override {
    run_result result;
    result.planned = plan.size();
    told_absent_.clear();
    const std::set<std::size_t> smallest =
        tools_.sanitizes() ? smallest_cases(plan, [&](const plan_item& item) { return bytes_of(item); })
                           : std::set<std::size_t>();
    std::size_t next = 0;
    for (;;) {
      bool busy = false;
      for (const auto& at : seats_) {
        while (!at->job && next < plan.size() && result.lost.empty())
          begin(*at, plan[next], next, options_, "", result), ++next;
        busy = busy || at->job;
      }
      if (!busy) break;
      wait();
      for (const auto& at : seats_)
        if (at->job && !advance(*at, result)) conclude(*at, smallest, result);
    }
    result.isolation = cost();
    return result;
  }

  [[nodiscard]] std::vector<record> repeat(const plan_item& item, const run_options& options,
                                           const std::string& why) override {
    run_result result;
    place_at_work& at = *seats_.front();
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
    std::size_t index = 0;  ///< of the item in the plan
    std::string prefix;     ///< of its progress
  };

  std::vector<plan_item> planned(const json& reply) {
    const std::string where = "the plan of a worker";
    const json_place place(reply, where);
    const std::vector<const problem_definition*> known = all_problems();
    std::vector<plan_item> plan = detail::list_of<plan_item>(place.at("items"), [&](const json_place& p) {
      plan_item item = read_item(p, known);
      if (const auto bytes = detail::number_if(p, "bytes")) bytes_[case_of(item)] = *bytes;
      return item;
    });
    const json_place left_out = place.at("left_out");
    left_out.each([&](const json_place& p) {
      const std::string name = p.text();
      for (const problem_definition* one : known)
        if (one->name == name) plan.push_back({one, {}, {}, {"(its declaration)"}});
    });
    for (const auto& [name, cause] : broken_)
      if (std::none_of(plan.begin(), plan.end(),
                       [&, title = name](const plan_item& item) { return item.definition->name == title; }))
        std::fprintf(stderr, "assay: the problem '%s', which was not selected: %s\n", name.c_str(),
                     cause.c_str());
    return plan;
  }

  static std::string case_of(const plan_item& item) {
    return std::string(item.definition->name) + " " + to_string(item.values);
  }
  [[nodiscard]] std::optional<double> bytes_of(const plan_item& item) const {
    const auto at = bytes_.find(case_of(item));
    return at == bytes_.end() ? std::nullopt : std::optional(at->second);
  }

  /// Gives a place its item, unless it is known what becomes of that.
  void begin(place_at_work& at, const plan_item& item, std::size_t index, const run_options& options,
             const std::string& prefix, run_result& result) {
    const std::string backend = item.definition->backend;
    if (const auto broken = broken_.find(item.definition->name); broken != broken_.end()) {
      record r = blank_record(item, item.candidates.front(), "", options.seed);
      r.verdict = {outcome::failed, broken->second, {}};
      tell([&](run_observer& o) { o.on_record(r); });
      result.records.push_back(std::move(r));
      ++result.executed;
      return tell([&](run_observer& o) { o.on_item_done(index); });
    }
    if (const auto absent = at.no_device.find(backend); absent != at.no_device.end())
      return note_absent(backend, absent->second, result);
    at.index = index;
    at.prefix = prefix;
    at.job.emplace(item, options, at.devices.contains(backend) ? at.devices[backend] : "");
    static_cast<void>(at.job->ask(at.seat, at.limits));
  }

  /// Lets the item of a place come on as far as it can without waiting. False when it has all its records, or
  /// cannot have them.
  bool advance(place_at_work& at, run_result& result) {
    const std::string backend = at.job->item().definition->backend;
    for (worker_event& e : at.seat.read()) {
      if (e.what == worker_event::kind::output || e.what == worker_event::kind::error) pass_on(e.text);
      if (e.what == worker_event::kind::message) {
        const std::string type = e.message.value("type", "");
        if (type == "error") throw_error(e.message);
        if (type == "device") take_device(at, e.message);
        if (type == "done" && e.message.contains("no_device")) {
          const std::string why = e.message["no_device"].get<std::string>();
          at.no_device[backend] = why;
          if (at.devices.contains(backend))
            result.lost = "the device is gone: " + why;
          else
            note_absent(backend, why, result);
          at.job.reset();
          return true;
        }
      }
      const bool over = at.job->take(e, at.seat, [&](const std::string& what) {
        tell([&](run_observer& o) { o.on_progress(at.index, at.job->item(), at.prefix + what); });
      });
      if (over && !at.job->ask(at.seat, at.seat.is_new() ? at.limits : json::object())) return false;
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
      result.records.push_back(std::move(r));
    }
    at.job.reset();
    ++result.executed;
    tell([&](run_observer& o) { o.on_item_done(at.index); });
  }

  void take_device(place_at_work& at, const json& message) {
    const std::string where = "a message of a worker";
    const json_place place(message, where);
    const std::string backend = place.at("backend").text();
    at.limits[backend] = place.at("layers").value();
    const device_info info = read_device(place.at("info"));
    if (!at.devices.emplace(backend, info.name).second) return;  // of a worker before this one
    const ceilings held_against = read_ceilings(place.at("held_against"));
    tell([&](run_observer& o) { o.on_device(info, held_against); });
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
  }

  [[noreturn]] static void throw_error(const json& message) {
    const std::string what = message.value("message", "a worker failed and did not say why");
    if (message.value("usage", false)) throw usage_error(what);
    throw error(what);
  }

  template <class Event>
  void tell(const Event& event) {
    for (run_observer* o : observers_) event(*o);
  }
  void pass_on(const std::string& printed) {
    if (observers_.empty()) std::fwrite(printed.data(), 1, printed.size(), stderr);
    tell([&](run_observer& o) { o.on_output(printed); });
  }

  run_options options_;
  record_tools tools_;
  std::vector<run_observer*> observers_;
  std::vector<std::unique_ptr<place_at_work>> seats_;
  std::map<std::string, std::string> broken_;  ///< problems whose declaration workers die of, and how
  std::map<std::string, double> bytes_;        ///< of the tensors of a case, where that was asked for
  std::set<std::string> told_absent_;          ///< backends without a device that this run has met
};

}  // namespace assay
