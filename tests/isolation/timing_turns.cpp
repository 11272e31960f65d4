// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/isolation/timing_turns.hpp"

#include <cstddef>
#include <optional>
#include <random>
#include <vector>

#include "support/catch.hpp"

using assay::timing_turns;

TEST_CASE("workers verify together and are timed one after another", "[isolation]") {
  timing_turns turns(3);
  CHECK(turns.may_begin());
  for (const std::size_t worker : {0u, 1u, 2u}) turns.begins(worker);
  CHECK_FALSE(turns.next());
  turns.waits(1);
  CHECK_FALSE(turns.next());  // others still verify
  CHECK_FALSE(turns.may_begin());
  turns.ends(0);  // it had nothing to be timed
  CHECK_FALSE(turns.may_begin());
  turns.waits(2);
  CHECK(turns.next() == std::size_t{1});
  CHECK_FALSE(turns.next());  // one at a time
  turns.ends(1);
  CHECK_FALSE(turns.may_begin());
  CHECK(turns.next() == std::size_t{2});
  turns.ends(2);
  CHECK(turns.may_begin());
  CHECK_FALSE(turns.next());
}

TEST_CASE("one worker is timed as soon as it comes to it", "[isolation]") {
  timing_turns turns(1);
  turns.begins(0);
  CHECK_FALSE(turns.next());
  turns.waits(0);
  CHECK(turns.next() == std::size_t{0});
}

TEST_CASE("whatever workers do, who is timed is alone, and all come to an end", "[isolation]") {
  const auto seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937 random(seed);
  enum class state { idle, verifies, waits, timed };
  for (int round = 0; round < 200; ++round) {
    const std::size_t workers = 1 + random() % 5;
    int items = static_cast<int>(random() % 40);
    timing_turns turns(workers);
    std::vector<state> at(workers, state::idle);
    for (int step = 0;; ++step) {
      REQUIRE(step < 10'000);  // nobody waits for ever
      for (std::size_t w = 0; w < workers; ++w)
        if (at[w] == state::idle && items > 0 && turns.may_begin()) {
          --items;
          turns.begins(w);
          at[w] = state::verifies;
        }
      if (const auto next = turns.next()) {
        REQUIRE(at[*next] == state::waits);
        at[*next] = state::timed;
      }
      bool busy = false;
      for (std::size_t w = 0; w < workers; ++w) {
        busy = busy || at[w] != state::idle;
        if (at[w] == state::timed)
          for (std::size_t other = 0; other < workers; ++other)
            REQUIRE((other == w || at[other] == state::idle || at[other] == state::waits));
      }
      if (!busy && items == 0) break;
      const std::size_t w = random() % workers;
      if (at[w] == state::verifies) {
        const bool to_time = random() % 4 != 0;  // else it failed, or died
        at[w] = to_time ? state::waits : state::idle;
        to_time ? turns.waits(w) : turns.ends(w);
      } else if (at[w] == state::timed) {
        at[w] = state::idle;
        turns.ends(w);
      }
    }
  }
}
