// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/isolation/worker.hpp"

#include <poll.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "assay/isolation/worker_seat.hpp"
#include "support/catch.hpp"
#include "support/messages.hpp"

using namespace assay;
using support::has;
using support::message_of;

namespace {

using kind = worker_event::kind;

/// The fake worker (fake/worker.cpp), which does that.
worker_launch fake(const std::string& what) {
  return {.program = ASSAY_FAKE_WORKER, .arguments = {"fake"}, .environment = {{"ASSAY_FAKE", what}}};
}

/// All that comes until something of that kind does, or for ten seconds.
template <class Source>
std::vector<worker_event> until(Source& source, kind last) {
  std::vector<worker_event> all;
  const double start = watching_clock();
  while (watching_clock() - start < 10.0) {
    std::vector<pollfd> waiting = source.waits_for();
    ::poll(waiting.data(), waiting.size(), 20);
    for (worker_event& e : source.read()) all.push_back(std::move(e));
    for (const worker_event& e : all)
      if (e.what == last) return all;
  }
  return all;
}
std::string text_of(const std::vector<worker_event>& all, kind what) {
  std::string text;
  for (const worker_event& e : all)
    if (e.what == what) text += e.text;
  return text;
}
bool any(const std::vector<worker_event>& all, kind what) {
  for (const worker_event& e : all)
    if (e.what == what) return true;
  return false;
}

}  // namespace

TEST_CASE("a worker greets, is asked and answers", "[isolation]") {
  worker one(fake("echo"));
  const auto greeting = until(one, kind::message);
  REQUIRE(greeting.size() == 1);
  CHECK(greeting[0].message["type"] == "greeting");
  one.ask({{"type", "question"}});
  std::vector<worker_event> all = until(one, kind::error);
  for (worker_event& e : until(one, kind::message)) all.push_back(std::move(e));
  std::vector<std::string> order;
  bool answered = false;
  for (const worker_event& e : all) {
    if (e.what == kind::message) order.push_back(e.message["type"].get<std::string>());
    if (e.what == kind::output) order.push_back(e.text);
    answered = answered || (e.what == kind::message && one.answers(e.message));
  }
  REQUIRE(order.size() >= 3);
  CHECK(order[0] == "said before\n");  // what came before a stage is read before it
  CHECK(order[1] == "stage");
  CHECK(answered);
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

TEST_CASE("half a line is no message", "[isolation]") {
  worker one(fake("half a line"));
  REQUIRE_FALSE(until(one, kind::message).empty());
  one.ask({{"type", "question"}});
  ::usleep(300000);
  CHECK(one.read().empty());
  CHECK(one.silence() > 0.2);
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
  worker_seat seat(fake("echo"), std::nullopt);
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
  worker_seat seat(fake("dies at once"), std::nullopt);
  seat.ask({{"type", "question"}});
  const std::string words = message_of<error>([&] { static_cast<void>(until(seat, kind::message)); });
  CHECK(has(words, "twice one ended (exit code 127) before it was ready: no libcudart.so.13"));
  CHECK(has(words, "--no-isolate"));
  CHECK(seat.cost().workers == 2);
}

TEST_CASE("workers that are silent as they start are an error after the second", "[isolation]") {
  worker_seat seat(fake("is silent"), 0.2);
  seat.ask({{"type", "question"}});
  CHECK(has(message_of<error>([&] { static_cast<void>(until(seat, kind::message)); }),
            "gave no sign of life for 0.2"));
}

TEST_CASE("a worker of another build or version is refused", "[isolation]") {
  for (const char* const what : {"another build", "another version"}) {
    worker_seat seat(fake(what), std::nullopt);
    seat.ask({{"type", "question"}});
    CHECK(has(message_of<error>([&] { static_cast<void>(until(seat, kind::message)); }),
              "a worker process is of another build"));
  }
}

TEST_CASE("a worker that is silent when it is asked has hung, sooner in a candidate's code", "[isolation]") {
  worker_seat seat(fake("answers nothing"), 0.2);
  const double start = watching_clock();
  seat.ask({{"type", "question"}});
  const auto all = until(seat, kind::hung);
  CHECK(has(text_of(all, kind::hung), "gave no sign of life for 2"));
  CHECK(watching_clock() - start > 0.2 * worker_seat::own_patience);
}
