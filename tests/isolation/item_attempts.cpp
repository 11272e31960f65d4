// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/isolation/item_attempts.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/messages.hpp"

using namespace assay;
using support::has;
using names = std::vector<std::string>;

namespace {

record named(const std::string& candidate, outcome what = outcome::unchecked) {
  record r;
  r.candidate = candidate;
  if (candidate == "base") r.role = candidate_role::baseline;
  r.verdict.outcome = what;
  return r;
}
item_attempts attempts_of(const names& candidates) {
  plan_item item;
  item.candidates = candidates;
  return item_attempts(item, true, [](const std::string& name) { return named(name); });
}

/// A case whose candidates kill their worker; "base" is its baseline, which comes along.
struct hostile_case {
  names declared = {"base", "a", "b", "c"};
  std::map<std::string, std::string> kills = {};    ///< candidate: cause
  std::map<std::string, std::string> smashes = {};  ///< candidate: whom is blamed, where it runs with others
  int asked = 0;
  std::vector<names> log = {};

  attempt_end run(const item_attempt& wanted) {
    ++asked;
    names all;
    for (const std::string& one : declared) {
      const bool selected =
          std::find(wanted.candidates.begin(), wanted.candidates.end(), one) != wanted.candidates.end();
      if (selected || (one == "base" && wanted.baseline)) all.push_back(one);
    }
    log.push_back(all);
    attempt_end end;
    for (const std::string& one : all) end.entries.push_back(named(one));
    for (const std::string& one : all) {
      if (smashes.contains(one) && all.size() > 1 &&
          std::find(all.begin(), all.end(), smashes[one]) != all.end()) {
        end.culprit = smashes[one];
        end.cause = "the heap was smashed";
        return end;
      }
      if (!kills.contains(one)) continue;
      end.culprit = one;
      end.cause = kills[one];
      end.hung = end.cause == "hung";
      return end;
    }
    end.complete = true;
    for (const std::string& one : all) end.records.push_back(named(one, outcome::correct));
    return end;
  }
};

std::vector<record> run(item_attempts attempts, hostile_case& what) {
  while (const auto next = attempts.next()) {
    REQUIRE(what.asked < 20);
    attempts.take(what.run(*next));
  }
  return std::move(attempts).records();
}
names names_of(const std::vector<record>& records) {
  names found;
  for (const record& r : records) found.push_back(r.candidate);
  return found;
}
const record& of(const std::vector<record>& records, const std::string& name) {
  for (const record& r : records)
    if (r.candidate == name) return r;
  FAIL("no record of " + name);
  return records.front();
}

}  // namespace

TEST_CASE("what nobody disturbs is asked for once", "[isolation]") {
  hostile_case what;
  const auto records = run(attempts_of({"a", "b", "c"}), what);
  CHECK(what.log == std::vector<names>{{"base", "a", "b", "c"}});
  CHECK(names_of(records) == names{"base", "a", "b", "c"});
}

TEST_CASE("who kills a worker is left out, and tried once more alone", "[isolation]") {
  hostile_case what;
  what.kills = {{"b", "killed at 0x12ab after 3.5 s"}};
  const auto records = run(attempts_of({"a", "b", "c"}), what);
  CHECK(what.log == std::vector<names>{{"base", "a", "b", "c"}, {"base", "a", "c"}, {"base", "b"}});
  CHECK(names_of(records) == names{"base", "a", "b", "c"});
  CHECK(of(records, "b").verdict.outcome == outcome::failed);
  CHECK(of(records, "b").verdict.reason == "killed at 0x12ab after 3.5 s; so twice");
  for (const char* const good : {"base", "a", "c"})
    CHECK(of(records, good).verdict.outcome == outcome::correct);
}

TEST_CASE("several that kill are left out one after another", "[isolation]") {
  hostile_case what;
  what.kills = {{"a", "crash"}, {"c", "exit"}};
  const auto records = run(attempts_of({"a", "b", "c"}), what);
  CHECK(names_of(records) == names{"base", "a", "b", "c"});
  CHECK(of(records, "a").verdict.reason == "crash; so twice");
  CHECK(of(records, "c").verdict.reason == "exit; so twice");
  CHECK(of(records, "b").verdict.outcome == outcome::correct);
}

TEST_CASE("who only suffered is measured alone, and says what happened", "[isolation]") {
  hostile_case what;
  what.kills = {{"a", "crash"}};
  what.smashes = {{"a", "b"}};  // a leaves a broken heap behind, of which b dies
  const auto records = run(attempts_of({"a", "b", "c"}), what);
  CHECK(of(records, "a").verdict.outcome == outcome::failed);
  CHECK(of(records, "b").verdict.outcome == outcome::correct);
  REQUIRE(of(records, "b").findings.size() == 1);
  CHECK(of(records, "b").findings[0].code == "worker-lost");
  CHECK(has(of(records, "b").findings[0].message, "the heap was smashed"));
  CHECK(of(records, "c").verdict.outcome == outcome::correct);
}

TEST_CASE("a hang is not tried twice", "[isolation]") {
  hostile_case what;
  what.kills = {{"b", "hung"}};
  const auto records = run(attempts_of({"a", "b"}), what);
  CHECK(what.log == std::vector<names>{{"base", "a", "b"}, {"base", "a"}});
  CHECK(of(records, "b").verdict.reason == "hung");
}

TEST_CASE("a baseline that kills leaves the others without it", "[isolation]") {
  hostile_case what;
  what.kills = {{"base", "crash"}};
  for (const names& selected : {names{"a", "b"}, names{"base", "a", "b"}}) {
    what.asked = 0;
    what.log.clear();
    const auto records = run(attempts_of(selected), what);
    CHECK(what.log == std::vector<names>{{"base", "a", "b"}, {"a", "b"}, {"base"}});
    CHECK(names_of(records) == names{"base", "a", "b"});
    CHECK(of(records, "base").verdict.outcome == outcome::failed);
    CHECK(of(records, "a").verdict.outcome == outcome::correct);
  }
}

TEST_CASE("where nobody ran, all are tried again, and then each alone", "[isolation]") {
  item_attempts attempts = attempts_of({"a", "b"});
  const auto nobody = [] {
    attempt_end end;
    end.entries = {named("base"), named("a"), named("b")};
    end.cause = "the oracle crashed";
    return end;
  };
  attempts.take(nobody());
  REQUIRE(attempts.next());
  CHECK(attempts.next()->candidates == names{"a", "b"});
  attempts.take(nobody());
  REQUIRE(attempts.next());
  CHECK(attempts.next()->candidates == names{"a"});
  CHECK(attempts.next()->alone);
  hostile_case fine;
  attempts.take(fine.run(*attempts.next()));
  attempts.take(nobody());
  CHECK_FALSE(attempts.next());
  const auto records = std::move(attempts).records();
  CHECK(names_of(records) == names{"base", "a", "b"});
  CHECK(of(records, "base").verdict.outcome == outcome::correct);  // it came along, and has no other record
  CHECK(of(records, "a").verdict.outcome == outcome::correct);
  CHECK(of(records, "b").verdict.reason == "the oracle crashed; so twice");
}

TEST_CASE("a body that dies before it comes to its candidates fails them all after two tries",
          "[isolation]") {
  item_attempts attempts = attempts_of({"a", "b"});
  for (int i = 0; i < 2; ++i) {
    REQUIRE(attempts.next());
    attempt_end end;
    end.cause = "the body crashed";
    attempts.take(std::move(end));
  }
  CHECK_FALSE(attempts.next());
  const auto records = std::move(attempts).records();
  CHECK(names_of(records) == names{"a", "b"});
  for (const record& r : records) CHECK(r.verdict.reason == "the body crashed");
}

TEST_CASE("a clock that somebody has tampered with makes all be tried alone, and is invalid", "[isolation]") {
  item_attempts attempts = attempts_of({"a", "b"});
  const auto untimely = [] {
    attempt_end end;
    end.entries = {named("a"), named("b")};
    end.cause = "its clock is 0.5 s behind";
    end.what = outcome::invalid;
    return end;
  };
  attempts.take(untimely());
  REQUIRE(attempts.next());
  CHECK(attempts.next()->candidates == names{"a"});
  attempts.take(untimely());
  hostile_case fine;
  attempts.take(fine.run(*attempts.next()));
  const auto records = std::move(attempts).records();
  CHECK(of(records, "a").verdict.outcome == outcome::invalid);
  CHECK(of(records, "a").verdict.reason == "its clock is 0.5 s behind; so twice");
  CHECK(of(records, "b").verdict.outcome == outcome::correct);
}

TEST_CASE("who took the device down has its own record of that", "[isolation]") {
  item_attempts attempts = attempts_of({"a"});
  for (int i = 0; i < 2; ++i) {
    attempt_end end;
    end.entries = {named("a")};
    end.culprit = "a";
    end.cause = "cudaErrorIllegalAddress";
    record own = named("a", outcome::failed);
    own.verdict.reason = "while it was timed: cudaErrorIllegalAddress";
    own.replay = "--replay a";
    end.verdict = own;
    REQUIRE(attempts.next());
    attempts.take(std::move(end));
  }
  CHECK_FALSE(attempts.next());
  const auto records = std::move(attempts).records();
  REQUIRE(records.size() == 1);
  CHECK(records[0].verdict.reason == "while it was timed: cudaErrorIllegalAddress");
  CHECK(records[0].replay == "--replay a");
}

TEST_CASE("who ended in a fuzz trial is told with it, and replayed by it", "[isolation]") {
  const auto ended_in = [](attack how, const std::string& cause) {
    attempt_end end;
    end.entries = {named("a")};
    end.entries.front().problem = "case";
    end.entries.front().replay = "--replay 'case|a|n=64|seed=0'";
    end.culprit = "a";
    end.cause = cause;
    const trial which{{{"n", std::int64_t{17}}}, 5, how};
    fuzz_summary fuzz;
    fuzz.trials = 3;
    fuzz.first = fuzz.smallest = which;
    end.trial = fatal_trial{which, fuzz};
    end.replay = replay_target{"", "", which};
    return end;
  };
  const auto record_of = [](std::vector<attempt_end> ends) {
    item_attempts attempts = attempts_of({"a"});
    for (attempt_end& end : ends) attempts.take(std::move(end));
    CHECK_FALSE(attempts.next());
    const auto records = std::move(attempts).records();
    REQUIRE(records.size() == 1);
    return records.front();
  };
  const record twice =
      record_of({ended_in(attack::as_declared, "crash"), ended_in(attack::as_declared, "crash")});
  CHECK(twice.verdict.reason == "fuzz: n=17 seed=5: crash; so twice");
  CHECK(twice.replay == "--replay 'case|a|n=17|seed=5'");
  REQUIRE(twice.fuzz);
  CHECK(twice.fuzz->trials == 3);
  REQUIRE(twice.fuzz->failure);
  CHECK(twice.fuzz->failure->reason == "crash; so twice");

  const record other =
      record_of({ended_in(attack::one_hot, "crash"), ended_in(attack::as_declared, "crash")});
  CHECK(other.verdict.reason ==
        "fuzz: n=17 seed=5: crash; before that, fuzz: n=17 seed=5 attack=one-hot: crash");
  attempt_end elsewhere = ended_in(attack::as_declared, "crash");
  elsewhere.trial.reset();
  elsewhere.replay.reset();
  const record timed = record_of({ended_in(attack::one_hot, "crash"), std::move(elsewhere)});
  CHECK(timed.verdict.reason == "crash; before that, fuzz: n=17 seed=5 attack=one-hot: crash");
  CHECK(timed.replay == "--replay 'case|a|n=64|seed=0'");
  CHECK_FALSE(timed.fuzz);

  // The oracle hung there: nobody is to blame, and all have the trial.
  attempt_end nobody = ended_in(attack::as_declared, "hung");
  nobody.culprit.clear();
  nobody.hung = true;
  CHECK(record_of({std::move(nobody)}).replay == "--replay 'case|a|n=17|seed=5'");
}

TEST_CASE("a worker that dies when all is done leaves its records, and they say so", "[isolation]") {
  item_attempts attempts = attempts_of({"a", "b"});
  hostile_case fine;
  attempt_end end = fine.run(*attempts.next());
  end.cause = "its process was killed";
  attempts.take(std::move(end));
  CHECK_FALSE(attempts.next());
  for (const record& r : std::move(attempts).records()) {
    CHECK(r.verdict.outcome == outcome::correct);
    REQUIRE(r.findings.size() == 1);
    CHECK(r.findings[0].message == "when all was done, its process was killed");
  }
}

TEST_CASE("who may have failed of what another one left behind is tried alone", "[isolation]") {
  item_attempts attempts = attempts_of({"a", "b"});
  attempt_end end;
  end.complete = true;
  end.entries = {named("base"), named("a"), named("b")};
  end.records = end.entries;
  end.records[0].verdict.outcome = outcome::correct;
  for (const std::size_t i : {std::size_t{1}, std::size_t{2}})
    end.records[i].verdict = {outcome::failed, "cudaErrorMemoryAllocation", {}};
  end.doubtful = {"a", "b"};
  attempts.take(std::move(end));
  REQUIRE(attempts.next());
  CHECK(attempts.next()->candidates == names{"a"});
  attempt_end again;
  again.complete = true;
  again.records = {named("base", outcome::correct), named("a", outcome::failed)};
  again.records[1].verdict.reason = "cudaErrorMemoryAllocation";
  attempts.take(std::move(again));
  hostile_case fine;
  attempts.take(fine.run(*attempts.next()));
  CHECK_FALSE(attempts.next());
  const auto records = std::move(attempts).records();
  CHECK(names_of(records) == names{"base", "a", "b"});
  CHECK(of(records, "a").verdict.outcome == outcome::failed);
  CHECK(of(records, "a").findings.empty());
  CHECK(of(records, "b").verdict.outcome == outcome::correct);
  REQUIRE(of(records, "b").findings.size() == 1);
  CHECK(has(of(records, "b").findings[0].message, "cudaErrorMemoryAllocation"));
}

namespace {

/// All of these are right, in a process that lacked memory.
attempt_end starved(const names& candidates, bool used_process) {
  attempt_end end;
  end.complete = end.starved = true;
  end.used_process = used_process;
  for (const std::string& name : candidates) end.entries.push_back(named(name));
  end.records = end.entries;
  for (record& r : end.records) {
    r.verdict.outcome = outcome::correct;
    r.findings.push_back({"not-calibrated", severity::note, "no net time"});
  }
  return end;
}

}  // namespace

TEST_CASE("an item that found the memory of its process eaten is measured again in a new one",
          "[isolation]") {
  item_attempts attempts = attempts_of({"a", "b"});
  attempt_end first = starved({"base", "a", "b"}, true);
  first.records[1].verdict = {outcome::failed, "cudaErrorMemoryAllocation", {}};
  first.doubtful = {"a"};
  attempts.take(std::move(first));
  REQUIRE(attempts.next());
  CHECK(attempts.next()->candidates == names{"a", "b"});  // who failed in it is not to blame yet
  hostile_case fine;
  attempts.take(fine.run(*attempts.next()));
  CHECK_FALSE(attempts.next());
  for (const record& r : std::move(attempts).records()) {
    CHECK(r.verdict.outcome == outcome::correct);
    CHECK(r.findings.empty());
  }
}

TEST_CASE("an item that lacks memory in a new process as well keeps its records", "[isolation]") {
  item_attempts attempts = attempts_of({"a", "b"});
  attempts.take(starved({"base", "a", "b"}, false));
  CHECK_FALSE(attempts.next());
  const auto records = std::move(attempts).records();
  CHECK(names_of(records) == names{"base", "a", "b"});
  CHECK(of(records, "b").findings.size() == 1);
}

TEST_CASE("those beside who failed for want of memory are measured again without it", "[isolation]") {
  item_attempts attempts = attempts_of({"eater", "b"});
  attempt_end first = starved({"base", "eater", "b"}, false);
  first.records[1].verdict = {outcome::failed, "cudaErrorMemoryAllocation", {}};
  first.doubtful = {"eater"};
  attempts.take(std::move(first));
  REQUIRE(attempts.next());
  CHECK(attempts.next()->candidates == names{"b"});
  hostile_case fine{.declared = {"base", "eater", "b"}};
  attempts.take(fine.run(*attempts.next()));
  REQUIRE(attempts.next());
  CHECK(attempts.next()->candidates == names{"eater"});
  CHECK(attempts.next()->alone);
  attempt_end alone = starved({"base", "eater"}, false);
  alone.records[1].verdict = {outcome::failed, "cudaErrorMemoryAllocation", {}};
  attempts.take(std::move(alone));
  CHECK_FALSE(attempts.next());
  const auto records = std::move(attempts).records();
  CHECK(names_of(records) == names{"base", "eater", "b"});
  CHECK(of(records, "base").findings.empty());
  CHECK(of(records, "b").findings.empty());
  CHECK(of(records, "eater").verdict.outcome == outcome::failed);
}

TEST_CASE("who is tried alone in a process that was eaten up is tried once more", "[isolation]") {
  item_attempts attempts = attempts_of({"a", "b"});
  for (const char* const name : {"a", "b"}) {
    attempt_end end;
    end.entries = {named("base"), named("a"), named("b")};
    end.culprit = name;
    end.cause = "crashed";
    attempts.take(std::move(end));
  }
  REQUIRE(attempts.next());
  attempts.take(starved({"base", "a"}, true));
  REQUIRE(attempts.next());
  CHECK(attempts.next()->candidates == names{"a"});
  hostile_case fine;
  attempts.take(fine.run(*attempts.next()));
  REQUIRE(attempts.next());
  CHECK(attempts.next()->candidates == names{"b"});
}
