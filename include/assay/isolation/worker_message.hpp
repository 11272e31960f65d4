// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "assay/core/device_info.hpp"
#include "assay/core/error.hpp"
#include "assay/isolation/item_json.hpp"
#include "assay/report/json.hpp"
#include "assay/report/json_place.hpp"
#include "assay/report/parse_json.hpp"
#include "assay/report/record_from_json.hpp"
#include "assay/roofline/ceilings.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/trial.hpp"

namespace assay {

// What workers say (item_server), as the process that watches them reads it. They share their memory with
// candidates, so nothing here may be trusted for having a good seal: whatever does not read as what it should
// be is an io_error.

/// A stage begins. `planned_case`: while the plan is made, whose body runs next; null for none.
struct stage_begun {
  std::string name;
  json planned_case = {};
};
/// A device has been opened, and what it is held against is known. `layers`: for workers that come after.
struct device_opened {
  std::string backend;
  device_info info;
  ceilings held_against;
  json layers;
};
/// The fuzz trial that runs next; absent: there are no more.
struct trial_begun {
  std::optional<trial> next;
  double at = 0.0;  ///< when it was sent, s
};
/// Who is going to run, as it will be in the records, and the least time of a launch, s.
struct entries_known {
  std::vector<record> entries;
  std::optional<double> limit;
};
struct record_made {
  assay::record record;
};
/// All records of the item are there. `culprit`: who took the device down; empty for nobody.
struct records_complete {
  std::string culprit;
};
struct item_done {
  double seconds = 0.0;                  ///< by the worker's clock
  std::optional<std::string> lost;       ///< why the device cannot be used again
  std::optional<std::string> no_device;  ///< why there is none
  bool starved = false;                  ///< run_result::starved
};
/// What was asked for cannot be done. `usage`: by a mistake of the user's.
struct worker_error {
  bool usage = false;
  std::string what;
};
/// One of those, or nothing that tells of an item.
using item_message = std::variant<std::monostate, stage_begun, device_opened, entries_known, trial_begun,
                                  record_made, records_complete, item_done, worker_error>;

namespace detail {

[[nodiscard]] inline item_message read_item_message(const json_place& place, const std::string& type) {
  const auto text_if = [&](const char* key) {
    const auto found = place.find(key);
    return found ? std::optional(found->text()) : std::nullopt;
  };
  if (type == "stage") {
    const auto planned = place.find("case");
    return stage_begun{place.at("what").text(), planned ? planned->value() : json()};
  }
  if (type == "device") {
    const json_place layers = place.at("layers");
    layers.each([](const json_place& one) { static_cast<void>(read_ceilings(one)); });
    return device_opened{place.at("backend").text(), read_device(place.at("info")),
                         read_ceilings(place.at("held_against")), layers.value()};
  }
  if (type == "entries")
    return entries_known{list_of<record>(place.at("records"), read_record), number_if(place, "limit")};
  if (type == "trial") return trial_begun{read_if(place, "trial", read_trial), place.at("at").number()};
  if (type == "record") return record_made{read_record(place.at("record"))};
  if (type == "records") return records_complete{place.at("culprit").text()};
  if (type == "done")
    return item_done{place.at("seconds").number(), text_if("lost"), text_if("no_device"),
                     place.at("starved").boolean()};
  if (type == "error") return worker_error{place.at("usage").boolean(), place.at("message").text()};
  return std::monostate();
}

}  // namespace detail

/// A line of a worker, without its seal.
struct worker_message {
  json body;
  std::string type;
  double at = 0.0;  ///< when it was sent, by the worker's clock, s
  item_message said;
};
[[nodiscard]] inline worker_message read_worker_message(const std::string& text) {
  static const std::string where = "a message of a worker";
  std::string why;
  worker_message message{.body = parse_json(text, why), .type = {}, .said = {}};
  if (!why.empty()) throw io_error(where + ": not JSON: " + why);
  const json_place place(message.body, where);
  message.type = place.at("type").text();
  message.at = place.at("at").number();
  message.said = detail::read_item_message(place, message.type);
  return message;
}

/// The answer to a question for the plan.
struct plan_reply {
  struct entry {
    plan_item item;
    std::optional<double> bytes;    ///< of its tensors
    std::optional<double> seconds;  ///< that it takes, about
  };
  std::vector<entry> items;
  std::vector<std::string> left_out;  ///< problems that were to be left out, and would be in it
};
/// `known`: the problems of this program.
[[nodiscard]] inline plan_reply read_plan_reply(const json& reply,
                                                const std::vector<const problem_definition*>& known) {
  static const std::string where = "the plan of a worker";
  const json_place place(reply, where);
  return {detail::list_of<plan_reply::entry>(place.at("items"),
                                             [&](const json_place& p) {
                                               return plan_reply::entry{read_item(p, known),
                                                                        detail::number_if(p, "bytes"),
                                                                        detail::number_if(p, "seconds")};
                                             }),
          detail::list_of<std::string>(place.at("left_out"), [](const json_place& p) { return p.text(); })};
}

/// The answer to a question for the devices that the worker sees: those of each backend that has some.
[[nodiscard]] inline std::map<std::string, std::vector<device_info>> read_devices_reply(const json& reply) {
  static const std::string where = "the devices of a worker";
  const json_place place(reply, where);
  std::map<std::string, std::vector<device_info>> found;
  const json_place backends = place.at("backends");
  backends.each_key([&](const std::string& backend, const json_place& devices) {
    found[backend] = detail::list_of<device_info>(devices, read_device);
  });
  return found;
}

}  // namespace assay
