// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/version.hpp"
#include "assay/isolation/fault_note.hpp"
#include "assay/isolation/item_json.hpp"
#include "assay/isolation/worker_link.hpp"
#include "assay/report/json.hpp"
#include "assay/report/json_place.hpp"
#include "assay/suite/case_watch.hpp"
#include "assay/suite/item_cost.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/run_observer.hpp"
#include "assay/suite/run_result.hpp"
#include "assay/suite/runner.hpp"
#include "assay/suite/trial.hpp"

namespace assay {

/// What another process of the same program does for the one that watches it: makes the plan and executes
/// items of it, as it is asked, one after another. Ends with the questions, or with the process.
class item_server final : private run_observer, private case_watch {
 public:
  /// Changed whenever a message is.
  static constexpr int protocol = 3;

  /// `wanted`, `replay` and `options` are those of the command line, which both processes have.
  item_server(const worker_handles& handles, const selection& wanted,
              const std::optional<replay_target>& replay, const run_options& options)
      : link_(handles),
        wanted_(wanted),
        replay_(replay),
        asked_(options),
        options_(without_tools(options)),
        engine_(options_, {this}, this) {}

  void serve() {
    note_faults(link_.note());
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // or a crash would take along what was printed
    link_.send({{"type", "greeting"},
                {"assay", version},
                {"protocol", protocol},
                {"problems", fingerprint(problems_)}});
    while (const std::optional<json> question = link_.receive()) {
      nonce_ = question->value("nonce", json());
      const std::string where = "a question to a worker";
      const auto complain = [this](const std::exception& e, bool usage) {
        finish({{"type", "error"}, {"usage", usage}, {"message", e.what()}});
      };
      try {
        answer(json_place(*question, where));
      } catch (const usage_error& e) {
        complain(e, true);
      } catch (const std::exception& e) {
        complain(e, false);
      }
    }
  }

  /// What a worker takes from `options` in place of its own: the rest is as its command line says.
  [[nodiscard]] static json changes(const run_options& options) {
    return {{"verify", options.verify},
            {"baseline", options.baseline},
            {"twins", options.twins},
            {"fuzz", options.fuzz.wanted()},
            {"fence", options.fence.has_value()}};
  }

 private:
  /// They look at finished records, which is for the process that gets them.
  static run_options without_tools(run_options options) {
    options.sanitizer_tools.clear();
    options.ncu = false;
    return options;
  }

  void answer(const json_place& question) {
    const std::string what = question.at("type").text();
    if (what == "plan")
      make(question);
    else if (what == "item")
      execute(question);
    else if (what == "devices")
      list_devices();
    else
      question.at("type").fail("no question is called so");
  }

  /// The last of an answer.
  void finish(json message) {
    message["nonce"] = nonce_;
    link_.send(std::move(message));
  }

  static json case_place(const problem_definition& definition, const std::vector<std::size_t>& positions) {
    return {{"problem", definition.name}, {"positions", positions}};
  }

  /// The plan, and which of the problems that are to be left out would be in it.
  void make(const json_place& question) {
    std::vector<std::string> left_out;
    const json_place without = question.at("without");
    without.each([&](const json_place& name) { left_out.push_back(name.text()); });
    const auto problems = discover([&](const problem_definition& definition) {
      if (std::find(left_out.begin(), left_out.end(), definition.name) != left_out.end()) return false;
      if (replay_ && replay_->problem != definition.name) return false;
      link_.stage(std::string("declare ") + definition.name);
      return true;
    });
    json reply = {{"type", "plan"}, {"items", json::array()}, {"left_out", json::array()}};
    for (const std::string& name : left_out)
      if (replay_ ? replay_->problem == name : wanted_.problems.admits(name.c_str()))
        reply["left_out"].push_back(name);
    const bool weigh = question.at("weigh").boolean();
    const json& deadly = question.at("deadly").value();
    const auto is_deadly = [&](const problem_definition& definition,
                               const std::vector<std::size_t>& positions) {
      return std::find(deadly.begin(), deadly.end(), case_place(definition, positions)) != deadly.end();
    };
    const auto may_run = [&](const problem_definition& definition,
                             const std::vector<std::size_t>& positions) {
      if (is_deadly(definition, positions)) return false;
      link_.agree({{"type", "stage"}, {"what", "plan"}, {"case", case_place(definition, positions)}});
      return true;
    };
    std::vector<plan_item> plan;
    if (!replay_)
      plan = make_plan(problems, wanted_, may_run);
    else if (reply["left_out"].empty())
      plan = {replay_item(problems, *replay_)};
    if (weigh) link_.stage("weigh");  // bodies run again
    for (const plan_item& item : plan)
      add(reply["items"], item, weigh && !is_deadly(*item.definition, item.positions));
    finish(std::move(reply));
  }

  void add(json& items, const plan_item& item, bool weigh) const {
    json object = item_to_json(item);
    if (!asked_.sanitizer_tools.empty()) put(object, "bytes", tensor_bytes(item));
    if (weigh) object["seconds"] = to_json(estimated_seconds(item, asked_));
    items.push_back(std::move(object));
  }

  /// All devices that this process sees, of each backend that has some and that a problem is for.
  void list_devices() {
    json reply = {{"type", "devices"}, {"backends", json::object()}};
    for (const problem_definition* one : problems_) {
      if (!wanted_.problems.admits(one->name) || reply["backends"].contains(one->backend)) continue;
      try {
        json devices = json::array();
        for (const device_info& d : one->open_device().visible()) devices.push_back(to_json(d));
        reply["backends"][one->backend] = std::move(devices);
      } catch (const no_device&) {  // which is said when it is to run something
      }
    }
    finish(std::move(reply));
  }

  void execute(const json_place& question) {
    const plan_item item = read_item(question, problems_);
    options_.verify = question.at("verify").boolean();
    options_.baseline = question.at("baseline").boolean();
    options_.twins = question.at("twins").boolean();
    options_.fuzz = question.at("fuzz").boolean() ? asked_.fuzz : fuzz_options();
    options_.fence = question.at("fence").boolean() ? asked_.fence : std::nullopt;
    const json_place known = question.at("limits");
    known.each_key([&](const std::string& backend, const json_place& layers) {
      ceiling_layers all;
      layers.each([&](const json_place& one) { all.set(read_ceilings(one)); });
      engine_.take_limits(backend, std::move(all));
    });
    backend_ = item.definition->backend;
    entries_.clear();
    culprit_.clear();
    const auto start = std::chrono::steady_clock::now();
    const run_result result = engine_.run({item});
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    json end = {{"type", "done"}, {"seconds", seconds}, {"starved", result.starved}};
    if (!result.lost.empty()) end["lost"] = result.lost;
    if (!result.no_device.empty()) end["no_device"] = result.no_device.front();
    finish(std::move(end));
  }

  void on_device(const device_info& info, const ceilings& held_against) override {
    json message = {{"type", "device"},
                    {"backend", backend_},
                    {"info", to_json(info)},
                    {"held_against", to_json(held_against)},
                    {"layers", json::array()}};
    for (const ceilings& one : engine_.limits(backend_)->all()) message["layers"].push_back(to_json(one));
    link_.send(std::move(message));
  }
  void on_progress(std::size_t, const plan_item&, const std::string& what) override { link_.stage(what); }
  void on_entries(const std::vector<record>& entries, std::optional<double> limit) override {
    json message = {{"type", "entries"}, {"records", json::array()}};
    entries_.clear();
    for (const record& r : entries) {
      entries_.push_back(r.candidate);
      message["records"].push_back(to_json(r));
    }
    put(message, "limit", limit);
    link_.send(std::move(message));
  }
  void on_activity(const std::string& candidate, activity what) override {
    const auto at = std::find(entries_.begin(), entries_.end(), candidate);
    link_.note().what.store(at == entries_.end() ? activity::own : what, std::memory_order_relaxed);
    link_.note().entry.store(at == entries_.end() ? -1 : static_cast<std::int32_t>(at - entries_.begin()),
                             std::memory_order_relaxed);
    link_.sign();
  }
  void on_trial(const std::optional<trial>& next) override {
    json message = {{"type", "trial"}};
    if (next) message["trial"] = to_json(*next);
    link_.send(std::move(message));
  }
  void on_culprit(const std::string& candidate) override { culprit_ = candidate; }
  void on_record(const record& r) override { link_.send({{"type", "record"}, {"record", to_json(r)}}); }
  /// The records are there; what the candidates keep is still to be released.
  void on_item_done(std::size_t) override {
    on_activity("", activity::own);
    link_.agree({{"type", "records"}, {"culprit", culprit_}});
  }

  worker_link link_;
  const std::vector<const problem_definition*> problems_ = all_problems();
  const selection& wanted_;
  const std::optional<replay_target>& replay_;
  const run_options& asked_;  ///< as the command line says
  run_options options_;       ///< of the item that is executed
  runner engine_;
  json nonce_;
  std::string backend_;
  std::vector<std::string> entries_;  ///< names of the item's candidates, as they were told
  std::string culprit_;               ///< who took the device down
};

}  // namespace assay
