// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// What the process that watches a worker reads from it: a candidate shares the worker's memory, and may come
// by the key that seals messages. Each line is a message.
#include "assay/isolation/worker_message.hpp"

#include <sstream>

#include "assay/backend/devices.hpp"
#include "assay/backend/host.hpp"
#include "assay/isolation/message_seal.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/json_mutator.hpp"
#include "support/problems.hpp"
#include "support/random_records.hpp"
#include "support/records.hpp"

using namespace assay;

namespace {

const std::vector<const problem_definition*>& known_problems() {
  static const problem_definition saxpy = support::problem_named("saxpy", [](support::host_problem&) {});
  static const std::vector<const problem_definition*> known = {&saxpy};
  return known;
}

void expect_same_records(const std::vector<record>& records) {
  for (const record& r : records) {
    const std::string text = to_text(to_json(r));
    const json again = json::parse(text);
    const std::string where = "a record";
    fuzz::expect_same(text, to_text(to_json(read_record(json_place(again, where)))),
                      "what was read is written and read again to the same");
  }
}

/// Whether it is a message, and whatever it brings can be read.
bool take_line(const std::string& line) {
  // Nobody gets so far who does not know the key.
  static message_seal seal({1, 2}, message_seal::end::parent);
  fuzz::expect(!seal.open(line), "what nobody has sealed is refused", line);
  const auto message = fuzz::read("a message of a worker", [&] { return read_worker_message(line); });
  if (!message) return false;
  if (const auto* const known = std::get_if<entries_known>(&message->said))
    expect_same_records(known->entries);
  if (const auto* const made = std::get_if<record_made>(&message->said)) expect_same_records({made->record});
  if (const auto* const begun = std::get_if<trial_begun>(&message->said); begun && begun->next) {
    const json again = to_json(*begun->next);
    fuzz::expect_same(to_text(again), to_text(to_json(read_trial(json_place(again, "a trial")))),
                      "a trial is written and read again to the same");
  }
  if (const auto* const opened = std::get_if<device_opened>(&message->said)) {
    // What a worker says of its device is handed to the next one, which has to be able to read it.
    const json_place layers(opened->layers, line);
    layers.each([](const json_place& one) { static_cast<void>(read_ceilings(one)); });
  }
  if (message->type == "plan")
    return fuzz::read("the plan of a worker",
                      [&] { return read_plan_reply(message->body, known_problems()); })
        .has_value();
  if (message->type == "devices")
    return fuzz::read("the devices of a worker", [&] { return read_devices_reply(message->body); })
        .has_value();
  return true;
}

}  // namespace

std::string fuzz::example() {
  const json device = to_json(support::random_records(1).device());
  const json ceilings_known = to_json(support::some_ceilings());
  std::string text;
  for (json message :
       {json{{"type", "alive"}}, json{{"type", "stage"}, {"what", "plan"}, {"case", {{"problem", "saxpy"}}}},
        json{{"type", "device"},
             {"backend", "cuda"},
             {"info", device},
             {"held_against", ceilings_known},
             {"layers", json::array({ceilings_known})}},
        json{{"type", "entries"},
             {"records", json::array({to_json(support::full_record())})},
             {"limit", 1e-6}},
        json{{"type", "trial"},
             {"trial", to_json(trial{{{"n", std::int64_t{17}}}, 3, attack::one_hot, {.offset = 1}})}},
        json{{"type", "record"}, {"record", to_json(support::random_records(2).next())}},
        json{{"type", "records"}, {"culprit", ""}},
        json{{"type", "done"}, {"seconds", 1.5}, {"starved", false}, {"lost", "a"}, {"no_device", "b"}},
        json{{"type", "error"}, {"usage", true}, {"message", "no"}},
        json{{"type", "plan"},
             {"items", json::array({{{"problem", "saxpy"},
                                     {"positions", {0, 1}},
                                     {"axes", {{"n", 64}, {"kind", "small"}}},
                                     {"candidates", {"a", "b"}},
                                     {"bytes", 256},
                                     {"seconds", 0.25}}})},
             {"left_out", {"other"}}},
        json{{"type", "devices"}, {"backends", {{"cuda", json::array({device})}}}}}) {
    message["at"] = 12.5;
    message["nonce"] = 0xffff'ffff'ffff'ffffu;
    text += (text.empty() ? "" : "\n") + to_text(message);
  }
  return text;
}

bool fuzz::take(const std::string& text) {
  bool all = true;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) all = take_line(line) && all;
  return all;
}
