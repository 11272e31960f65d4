// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/isolation/worker.hpp"

#include <poll.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "assay/isolation/worker_seat.hpp"
#include "support/catch.hpp"
#include "support/messages.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::has;
using support::message_of;

namespace {

using kind = worker_event::kind;

/// The fake worker (fake/worker.cpp), which does that. AddressSanitizer would take its crash for itself.
worker_launch fake(const std::string& what) {
  return {.program = ASSAY_FAKE_WORKER,
          .arguments = {"fake"},
          .environment = {{"ASSAY_FAKE", what}, {"ASAN_OPTIONS", "handle_segv=0"}}};
}

/// A seat of a program that has as many problems as the fake worker: none.
struct seat_without_problems : support::empty_registry, worker_seat {
  using worker_seat::worker_seat;
};

constexpr double long_enough = 60.0;  ///< s, for whatever a machine may be busy with

bool any(const std::vector<worker_event>& all, kind what) {
  for (const worker_event& e : all)
    if (e.what == what) return true;
  return false;
}

/// All that comes until that is `enough`, or for long enough.
template <class Source, class Enough>
std::vector<worker_event> read_until(Source& source, const Enough& enough) {
  std::vector<worker_event> all;
  const double start = watching_clock();
  while (!enough(all) && watching_clock() - start < long_enough) {
    std::vector<pollfd> waiting = source.waits_for();
    ::poll(waiting.data(), waiting.size(), 20);
    for (worker_event& e : source.read()) all.push_back(std::move(e));
  }
  return all;
}
/// Until something of that kind does.
template <class Source>
std::vector<worker_event> until(Source& source, kind last) {
  return read_until(source, [&](const std::vector<worker_event>& all) { return any(all, last); });
}
std::string text_of(const std::vector<worker_event>& all, kind what) {
  std::string text;
  for (const worker_event& e : all)
    if (e.what == what) text += e.text;
  return text;
}

}  // namespace

TEST_CASE("a worker greets, is asked and answers", "[isolation]") {
  worker one(fake("echo"));
  const auto greeting = until(one, kind::message);
  REQUIRE(greeting.size() == 1);
  CHECK(greeting[0].message["type"] == "greeting");
  one.ask({{"type", "question"}});
  const auto answered = [&](const std::vector<worker_event>& all) {
    return std::any_of(all.begin(), all.end(), [&](const worker_event& e) {
      return e.what == kind::message && one.answers(e.message);
    });
  };
  const std::vector<worker_event> all = read_until(
      one, [&](const std::vector<worker_event>& seen) { return answered(seen) && any(seen, kind::error); });
  CHECK(answered(all));
  std::vector<std::string> order;
  for (const worker_event& e : all) {
    if (e.what == kind::message) order.push_back(e.message["type"].get<std::string>());
    if (e.what == kind::output) order.push_back(e.text);
  }
  REQUIRE(order.size() >= 3);
  CHECK(order[0] == "said before\n");  // what came before a stage is read before it
  CHECK(order[1] == "stage");
  CHECK(one.last_words() == "terminate called after throwing an instance of 'x', what():  no");
}

TEST_CASE("an answer to another question is none", "[isolation]") {
  worker one(fake("answers another question"));
  REQUIRE_FALSE(until(one, kind::message).empty());
  one.ask({{"type", "question"}});
  for (const worker_event& e : until(one, kind::message))
    if (e.what == kind::message) CHECK_FALSE(one.answers(e.message));
}

TEST_CASE("how a worker ends is told", "[isolation]") {
  for (const auto& [what, words] :
       {std::pair("crashes", "was killed by signal 11 (Segmentation fault) at address 0x10"),
        std::pair("exits", "ended (exit code 0)"), std::pair("closes its socket", "closed its connection")}) {
    INFO(what);
    worker one(fake(what));
    REQUIRE_FALSE(until(one, kind::message).empty());
    one.ask({{"type", "question"}});
    const auto all = until(one, kind::ended);
    CHECK(has(text_of(all, kind::ended), words));
    if (std::string(what) == "crashes") CHECK(one.running() == 3);
    CHECK(one.read().empty());
  }
}

TEST_CASE("a forged line ends the worker, and is told as tampering", "[isolation]") {
  worker one(fake("forges"));
  REQUIRE_FALSE(until(one, kind::message).empty());
  one.ask({{"type", "question"}});
  const auto all = until(one, kind::tampered);
  CHECK(has(text_of(all, kind::tampered), "was written to its socket: '{\"type\":\"record\"}'"));
  CHECK(one.read().empty());
}

TEST_CASE("who does not know the key cannot even greet", "[isolation]") {
  worker one(fake("writes without the key"));
  const auto all = until(one, kind::tampered);
  CHECK(any(all, kind::tampered));
  CHECK_FALSE(any(all, kind::message));
}

TEST_CASE("what is sealed and cannot be read ends the worker as well", "[isolation]") {
  for (const auto& [what, words] :
       {std::pair("has no type", "type: expected a text, found 5"),
        std::pair("sends half a record", "a message of a worker: record: the key 'problem' is missing"),
        std::pair("is done with another question", "it answers another question")}) {
    INFO(what);
    worker one(fake(what));
    REQUIRE_FALSE(until(one, kind::message).empty());
    one.ask({{"type", "question"}});
    const auto all = until(one, kind::tampered);
    INFO(text_of(all, kind::tampered));
    CHECK(has(text_of(all, kind::tampered), words));
    CHECK_FALSE(any(all, kind::message));
  }
}

TEST_CASE("a line without end is told as tampering before it takes all memory", "[isolation]") {
  worker one(fake("writes without end"));
  REQUIRE_FALSE(until(one, kind::message).empty());
  one.ask({{"type", "question"}});
  CHECK(has(text_of(until(one, kind::tampered), kind::tampered), "a line of more than 67108864 bytes"));
}

TEST_CASE("printing is no sign of life", "[isolation]") {
  seat_without_problems seat(fake("prints without end"), 0.1);
  seat.ask({{"type", "question"}});
  std::size_t printed = 0;
  bool hung = false;
  for (const double start = watching_clock(); !hung && watching_clock() - start < 10.0;)
    for (const worker_event& e : seat.read()) {
      if (e.what == kind::output) printed += e.text.size();
      hung = hung || e.what == kind::hung;
    }
  CHECK(hung);
  CHECK(printed > 0);
}

TEST_CASE("a worker cannot take the note away that is looked at here", "[isolation]") {
  worker one(fake("shortens its note"));
  REQUIRE_FALSE(until(one, kind::message).empty());
  one.ask({{"type", "question"}});
  CHECK(any(until(one, kind::message), kind::message));
  CHECK(one.running() == -1);
}

TEST_CASE("half a line is no message", "[isolation]") {
  worker one(fake("half a line"));
  REQUIRE_FALSE(until(one, kind::message).empty());
  one.ask({{"type", "question"}});
  std::vector<pollfd> waiting = one.waits_for();
  REQUIRE(::poll(waiting.data(), waiting.size(), static_cast<int>(long_enough * 1e3)) > 0);
  const double before = one.silence();
  CHECK(one.read().empty());
  CHECK(one.silence() >= before);  // nor a sign of life
}

TEST_CASE("a clock that is ahead or behind is found", "[isolation]") {
  for (const auto& [what, words] :
       {std::pair("has an early clock", "ahead of"), std::pair("has a late clock", "behind")}) {
    INFO(what);
    worker one(fake(what));
    REQUIRE_FALSE(until(one, kind::message).empty());
    one.ask({{"type", "question"}});
    const auto all = until(one, kind::untimely);
    CHECK(has(text_of(all, kind::untimely), words));
    CHECK_FALSE(any(all, kind::message));
  }
}

TEST_CASE("a program that cannot be started is told with its reason", "[isolation]") {
  CHECK(has(message_of<io_error>([] { worker one({.program = "/nonexistent/program", .arguments = {}}); }),
            "cannot be started: No such file or directory"));
}

TEST_CASE("a seat has its worker started when it is asked", "[isolation]") {
  seat_without_problems seat(fake("echo"), std::nullopt);
  CHECK(seat.cost().workers == 0);
  CHECK(seat.waits_for().empty());
  seat.ask({{"type", "question"}});
  CHECK(any(until(seat, kind::message), kind::message));
  CHECK(seat.cost().workers == 1);
  CHECK(seat.cost().seconds > 0.0);
  seat.dismiss();
  seat.ask({{"type", "question"}});
  CHECK(any(until(seat, kind::message), kind::message));
  CHECK(seat.cost().workers == 2);
  CHECK(seat.cost().replaced == 1);
}

TEST_CASE("workers that die as they start are an error after the second", "[isolation]") {
  seat_without_problems seat(fake("dies at once"), std::nullopt);
  seat.ask({{"type", "question"}});
  const std::string words = message_of<error>([&] { static_cast<void>(until(seat, kind::message)); });
  CHECK(has(words, "twice one ended (exit code 127) before it was ready: no libcudart.so.13"));
  CHECK(has(words, "--no-isolate"));
  CHECK(seat.cost().workers == 2);
}

TEST_CASE("workers that are silent as they start are an error after the second", "[isolation]") {
  seat_without_problems seat(fake("is silent"), 0.2);
  seat.ask({{"type", "question"}});
  CHECK(has(message_of<error>([&] { static_cast<void>(until(seat, kind::message)); }),
            "gave no sign of life for 0.2"));
}

TEST_CASE("a worker of another build or version is refused", "[isolation]") {
  for (const char* const what : {"another build", "another version"}) {
    seat_without_problems seat(fake(what), std::nullopt);
    seat.ask({{"type", "question"}});
    CHECK(has(message_of<error>([&] { static_cast<void>(until(seat, kind::message)); }),
              "a worker process is of another build"));
  }
}

TEST_CASE("a worker that is silent when it is asked has hung, sooner in a candidate's code", "[isolation]") {
  const double patience = 0.5;  // s, within which a worker has to start as well
  const auto silent_for = [&](const char* what) {
    seat_without_problems seat(fake(what), patience);
    seat.ask({{"type", "question"}});
    const std::string words = text_of(until(seat, kind::hung), kind::hung);
    const std::string beginning = "gave no sign of life for ";
    CAPTURE(words);
    REQUIRE(words.starts_with(beginning));
    return std::stod(words.substr(beginning.size()));
  };
  CHECK(silent_for("answers nothing") >= patience * worker_seat::own_patience);
  const double in_a_candidate = silent_for("hangs in a candidate");
  CHECK(in_a_candidate >= patience);
  CHECK(in_a_candidate < patience * worker_seat::own_patience);
}
