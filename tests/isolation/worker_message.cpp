// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/isolation/worker_message.hpp"

#include <cstdint>
#include <string>
#include <variant>

#include "support/catch.hpp"
#include "support/messages.hpp"
#include "support/records.hpp"

using namespace assay;
using support::has;
using support::message_of;

namespace {

worker_message read(const json& object) { return read_worker_message(to_text(object)); }
template <class Part>
Part part_of(const json& object) {
  const worker_message message = read(object);
  REQUIRE(std::holds_alternative<Part>(message.said));
  return std::get<Part>(message.said);
}

}  // namespace

TEST_CASE("messages of a worker are read", "[isolation]") {
  CHECK(read({{"type", "alive"}, {"at", 2.5}}).at == 2.5);
  CHECK(std::holds_alternative<std::monostate>(read({{"type", "alive"}, {"at", 2.5}}).said));
  const auto stage = part_of<stage_begun>({{"type", "stage"}, {"at", 1}, {"what", "verify a"}});
  CHECK(stage.name == "verify a");
  CHECK(stage.planned_case.is_null());
  const record full = support::full_record();
  const auto entries =
      part_of<entries_known>({{"type", "entries"}, {"at", 1}, {"records", {to_json(full)}}, {"limit", 0.5}});
  REQUIRE(entries.entries.size() == 1);
  CHECK(to_text(to_json(entries.entries[0])) == to_text(to_json(full)));
  CHECK(entries.limit == 0.5);
  const trial tried{
      {{"n", std::int64_t{17}}, {"kind", "x"}}, 3, attack::one_hot, {.offset = 1, .alias = true}};
  const auto begun = part_of<trial_begun>({{"type", "trial"}, {"at", 2.5}, {"trial", to_json(tried)}});
  REQUIRE(begun.next);
  CHECK(to_text(to_json(*begun.next)) == to_text(to_json(tried)));
  CHECK(begun.at == 2.5);
  CHECK_FALSE(part_of<trial_begun>({{"type", "trial"}, {"at", 1}}).next);
  const auto made = part_of<record_made>({{"type", "record"}, {"at", 1}, {"record", to_json(full)}});
  CHECK(to_text(to_json(made.record)) == to_text(to_json(full)));
  CHECK(part_of<records_complete>({{"type", "records"}, {"at", 1}, {"culprit", "a"}}).culprit == "a");
  const auto done = part_of<item_done>(
      {{"type", "done"}, {"at", 1}, {"seconds", 2.0}, {"lost", "a reason"}, {"starved", true}});
  CHECK(done.seconds == 2.0);
  CHECK(done.lost == "a reason");
  CHECK_FALSE(done.no_device);
  CHECK(done.starved);
  const auto failed =
      part_of<worker_error>({{"type", "error"}, {"at", 1}, {"usage", true}, {"message", "no"}});
  CHECK(failed.usage);
  CHECK(failed.what == "no");
}

TEST_CASE("what is no message of a worker is refused with its place", "[isolation]") {
  const auto why = [](const std::string& text) {
    return message_of<io_error>([&] { static_cast<void>(read_worker_message(text)); });
  };
  CHECK(has(why("{"), "a message of a worker: not JSON: "));
  CHECK(has(why("[]"), "expected an object, found []"));
  CHECK(has(why(R"({"at":1})"), "the key 'type' is missing"));
  CHECK(has(why(R"({"type":"stage","at":"soon","what":"x"})"), "at: expected a number, found \"soon\""));
  CHECK(has(why(R"({"type":"stage","at":1,"what":{}})"), "what: expected a text, found {}"));
  CHECK(has(why(R"({"type":"done","at":1,"seconds":1,"starved":1})"), "starved: expected true or false"));
  CHECK(
      has(why(R"({"type":"trial","at":1,"trial":{"axes":{},"seed":-1,"attack":"one-hot"}})"), "trial.seed"));
  CHECK(has(why(R"({"type":"trial","at":1,"trial":{"axes":{},"seed":1,"attack":"none"}})"), "trial.attack"));
  CHECK(has(why(R"({"type":"device","at":1,"layers":[{"layer":"soft"}]})"), "layers[0].layer"));
  CHECK(has(why(std::string(100, '[')), "nested deeper"));
}
