// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "assay/core/device_info.hpp"
#include "assay/core/error.hpp"
#include "assay/isolation/worker_message.hpp"
#include "assay/isolation/worker_seat.hpp"
#include "assay/report/json.hpp"
#include "assay/suite/plan.hpp"

namespace assay {

/// Throws what a worker says that went wrong: usage_error where that is the user's.
[[noreturn]] inline void throw_error_of_worker(const worker_error& said) {
  if (said.usage) throw usage_error(said.what);
  throw error(said.what);
}

/// What a worker is asked before anything is measured, since bodies of problems run for it and devices are
/// opened: the plan, and which devices there are.
class plan_inquiry {
 public:
  /// `printed` gets what the worker prints.
  explicit plan_inquiry(std::function<void(const std::string&)> printed) : printed_(std::move(printed)) {}

  /// The plan. A problem whose body a worker dies of has an item with one candidate that stands for it, "(its
  /// declaration)"; a case that it dies of has the candidates of the problem's first, which its item then
  /// fails. `weigh`: also about how long each item takes, for those who share them out. Throws
  /// usage_error for mistakes in declarations, as discover() does, and what make_plan() and replay_item()
  /// throw.
  [[nodiscard]] std::vector<plan_item> plan(worker_seat& seat, bool weigh) {
    json deadly = json::array();
    for (int unexplained = 0;;) {
      json without = json::array();
      for (const auto& [name, cause] : broken_) without.push_back(name);
      std::string declared, why;
      json planned_case;
      bool weighing = false;
      const auto reply = ask(
          seat, {{"type", "plan"}, {"without", without}, {"deadly", deadly}, {"weigh", weigh}}, "plan",
          [&](const stage_begun& stage) {
            const std::string declare = "declare ";
            weighing = stage.name == "weigh";
            planned_case = stage.planned_case;
            declared = stage.name.starts_with(declare) ? stage.name.substr(declare.size()) : "";
          },
          why);
      if (reply) return planned(*reply);
      if (!planned_case.is_null()) {
        deadly.push_back(planned_case);
        continue;
      }
      if (weighing) {
        weigh = false;
        continue;
      }
      if (declared.empty() && ++unexplained > 1) throw error("no plan can be made: its process " + why);
      if (!declared.empty()) broken_[declared] = "when it was declared, its process " + why;
    }
  }

  /// All devices that a worker sees, by backend; none of a backend that has none. Throws error where it dies.
  [[nodiscard]] std::map<std::string, std::vector<device_info>> devices(worker_seat& seat) {
    std::string why;
    const auto reply = ask(
        seat, {{"type", "devices"}}, "devices", [](const stage_begun&) {}, why);
    if (!reply) throw error("the devices cannot be listed: the process that was asked " + why);
    return read_devices_reply(*reply);
  }

  /// How a worker died of the declaration of an item's problem; null where it did not.
  [[nodiscard]] const std::string* broken(const plan_item& item) const {
    const auto at = broken_.find(item.definition->name);
    return at == broken_.end() ? nullptr : &at->second;
  }
  /// Bytes of an item's tensors; absent where the options have no need to know, or they cannot be told.
  [[nodiscard]] std::optional<double> bytes_of(const plan_item& item) const { return known(bytes_, item); }
  /// About how many seconds an item takes; absent where that was not asked for, or cannot be told.
  [[nodiscard]] std::optional<double> seconds_of(const plan_item& item) const {
    return known(seconds_, item);
  }

  /// "saxpy n=65536"
  [[nodiscard]] static std::string case_of(const plan_item& item) {
    return std::string(item.definition->name) + " " + to_string(item.values);
  }

 private:
  /// The answer of the type that is awaited; absent where the worker has died before, and `why` says how.
  template <class Stage>
  std::optional<json> ask(worker_seat& seat, json question, const char* awaited, const Stage& stage,
                          std::string& why) {
    seat.ask(std::move(question));
    for (;;) {
      std::vector<pollfd> all = seat.waits_for();
      ::poll(all.data(), all.size(), 50);  // ms: a worker whose descendants keep its socket open dies unheard
      for (worker_event& e : seat.read()) {
        if (e.what == worker_event::kind::output || e.what == worker_event::kind::error) {
          printed_(e.text);
        } else if (e.what != worker_event::kind::message) {
          why = e.text;
          if (const std::string words = seat.last_words(); !words.empty()) why += ": " + words;
          seat.dismiss();
          return std::nullopt;
        } else if (e.message.at("type") == awaited && seat.answers(e.message)) {
          return std::move(e.message);
        } else if (const auto* const failed = std::get_if<worker_error>(&e.said)) {
          throw_error_of_worker(*failed);
        } else if (const auto* const begun = std::get_if<stage_begun>(&e.said)) {
          stage(*begun);
        }
      }
    }
  }

  std::vector<plan_item> planned(const json& message) {
    const std::vector<const problem_definition*> known_problems = all_problems();
    plan_reply reply = read_plan_reply(message, known_problems);
    std::vector<plan_item> plan;
    for (plan_reply::entry& one : reply.items) {
      const std::string name = case_of(one.item);
      if (one.bytes) bytes_[name] = *one.bytes;
      if (one.seconds) seconds_[name] = *one.seconds;
      plan.push_back(std::move(one.item));
    }
    for (const std::string& name : reply.left_out)
      for (const problem_definition* one : known_problems)
        if (one->name == name) plan.push_back({one, {}, {}, {"(its declaration)"}});
    for (const auto& [name, cause] : broken_)
      if (std::none_of(plan.begin(), plan.end(),
                       [&, title = name](const plan_item& item) { return item.definition->name == title; }))
        std::fprintf(stderr, "assay: the problem '%s', which was not selected: %s\n", name.c_str(),
                     cause.c_str());
    return plan;
  }

  [[nodiscard]] static std::optional<double> known(const std::map<std::string, double>& figures,
                                                   const plan_item& item) {
    const auto at = figures.find(case_of(item));
    return at == figures.end() ? std::nullopt : std::optional(at->second);
  }

  std::function<void(const std::string&)> printed_;
  std::map<std::string, std::string> broken_;  ///< problems whose declaration workers die of, and how
  std::map<std::string, double> bytes_, seconds_;
};

}  // namespace assay
