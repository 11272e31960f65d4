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
#include <vector>

#include "assay/core/device_info.hpp"
#include "assay/core/error.hpp"
#include "assay/isolation/item_json.hpp"
#include "assay/isolation/worker_seat.hpp"
#include "assay/report/json_place.hpp"
#include "assay/report/record_from_json.hpp"
#include "assay/suite/plan.hpp"

namespace assay {

/// Throws what a worker says that went wrong: usage_error where that is the user's.
[[noreturn]] inline void throw_error_of_worker(const json& message) {
  const std::string what = message.value("message", "a worker failed and did not say why");
  if (message.value("usage", false)) throw usage_error(what);
  throw error(what);
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
          [&](const json& message) {
            const std::string stage = message.value("what", ""), declare = "declare ";
            weighing = stage == "weigh";
            planned_case = message.value("case", json());
            declared = stage.starts_with(declare) ? stage.substr(declare.size()) : "";
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
        seat, {{"type", "devices"}}, "devices", [](const json&) {}, why);
    if (!reply) throw error("the devices cannot be listed: the process that was asked " + why);
    const std::string where = "the devices of a worker";
    const json_place place(*reply, where);
    std::map<std::string, std::vector<device_info>> found;
    const json_place backends = place.at("backends");
    backends.each_key([&](const std::string& backend, const json_place& devices) {
      devices.each([&](const json_place& d) { found[backend].push_back(read_device(d)); });
    });
    return found;
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
        } else if (const std::string type = e.message.value("type", ""); type == "stage") {
          stage(e.message);
        } else if (type == "error") {
          throw_error_of_worker(e.message);
        } else if (type == awaited && seat.answers(e.message)) {
          return std::move(e.message);
        }
      }
    }
  }

  std::vector<plan_item> planned(const json& reply) {
    const std::string where = "the plan of a worker";
    const json_place place(reply, where);
    const std::vector<const problem_definition*> known = all_problems();
    std::vector<plan_item> plan = detail::list_of<plan_item>(place.at("items"), [&](const json_place& p) {
      plan_item item = read_item(p, known);
      if (const auto bytes = detail::number_if(p, "bytes")) bytes_[case_of(item)] = *bytes;
      if (const auto seconds = detail::number_if(p, "seconds")) seconds_[case_of(item)] = *seconds;
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
