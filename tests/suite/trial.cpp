// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/trial.hpp"

#include <cstdint>
#include <limits>
#include <string>

#include "assay/numeric/random.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::has;
using support::message_of;

namespace {

bool same(const replay_target& a, const replay_target& b) {
  return a.problem == b.problem && a.candidate == b.candidate && a.trial.values == b.trial.values &&
         a.trial.seed == b.trial.seed && a.trial.attack == b.trial.attack &&
         a.trial.layout.offset == b.trial.layout.offset && a.trial.layout.fence == b.trial.layout.fence &&
         a.trial.layout.padding == b.trial.layout.padding && a.trial.layout.alias == b.trial.layout.alias &&
         (!a.trial.layout.fence || a.trial.layout.side == b.trial.layout.side) &&
         a.oracle_samples == b.oracle_samples && a.oracle_seconds == b.oracle_seconds && a.timed == b.timed;
}

}  // namespace

TEST_CASE("a trial reads as what it is", "[suite]") {
  replay_target target{"saxpy", "float4", {{{"n", std::int64_t{17}}, {"T", "fp32"}}, 3, attack::one_hot}};
  target.trial.layout.offset = 16;
  CHECK(to_string(target) == "saxpy|float4|n=17,T=fp32|seed=3|attack=one-hot|offset=16");
  target.trial.layout = {.padding = 8, .alias = true};
  CHECK(to_string(target) == "saxpy|float4|n=17,T=fp32|seed=3|attack=one-hot|padding=8|alias=yes");
  CHECK(to_string(replay_target{"a b", "c", {}}) == "a b|c||seed=0");
  target.trial = {{{"n", std::int64_t{-1}}}, 18446744073709551615u};
  target.trial.layout.fence = true;
  target.trial.layout.side = fence_side::below;
  target.oracle_samples = 100;
  target.timed = true;
  CHECK(to_string(target) == "saxpy|float4|n=-1|seed=18446744073709551615|fence=below|samples=100|timed=yes");
  target = {"p", "c", {}};
  for (const double seconds : {0.0, 0.1, 1.0 / 3, 120.0, 1e300, 5e-324}) {
    target.oracle_seconds = seconds;
    CHECK(parse_replay(to_string(target)).oracle_seconds == seconds);
  }
  target.oracle_seconds = 2.5;
  CHECK(to_string(target) == "p|c||seed=0|seconds=2.5");
}

TEST_CASE("a trial that was written reads back as it was", "[suite]") {
  const std::string names[] = {"plain",
                               "it's (odd) [a|b] $HOME",
                               "50%",
                               "a=b",
                               "x,y",
                               "%7C",
                               "\\",
                               "tab\t",
                               "\xC3\xA9t\xC3\xA9",
                               "\xFF",
                               "|",
                               "=",
                               ",",
                               "17",
                               "-3",
                               "0",
                               "007",
                               "9999999999999999999999",
                               " 1",
                               "\n"};
  for (const std::string& name : names)
    for (const std::string& other : names) {
      replay_target target{name, other, {{{name, std::int64_t{5}}}, 7}};
      if (name != other) target.trial.values.emplace_back(other, name);
      const std::string text = to_string(target);
      CAPTURE(text);
      CHECK(same(parse_replay(text), target));
      CHECK(text.find('\'') == std::string::npos);
      CHECK(text.find('\n') == std::string::npos);
    }
  // Any bytes at all.
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::string name = "n";
    for (std::uint64_t i = 0; i < 12; ++i) name += static_cast<char>(random_at(seed, 0, i).word[0] % 255 + 1);
    replay_target target{name, name, {{{name, name}}, seed}};
    target.trial.attack = static_cast<attack>(seed % attack_count);
    target.trial.layout.offset = static_cast<std::int64_t>(seed % 3);
    target.trial.layout.padding = static_cast<std::int64_t>(seed % 5);
    target.trial.layout.alias = seed % 2 != 0;
    CHECK(same(parse_replay(to_string(target)), target));
  }
}

TEST_CASE("a number and a name that reads like one stay what they are", "[suite]") {
  replay_target target{"p", "c", {{{"a", std::int64_t{17}}, {"b", "17"}}, 0}};
  CHECK(to_string(target) == "p|c|a=17,b=%317|seed=0");
  const axis_values back = parse_replay(to_string(target)).trial.values;
  CHECK(back[0].second == axis_value(std::int64_t{17}));
  CHECK(back[1].second == axis_value("17"));
  for (const std::int64_t end :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    target.trial.values = {{"a", end}};
    CHECK(parse_replay(to_string(target)).trial.values == target.trial.values);
  }
}

TEST_CASE("what is no trial is refused, and the message says why", "[suite]") {
  const struct {
    const char *text, *why;
  } cases[] = {{"", "too few"},
               {"p", "too few"},
               {"p|c|n=1", "too few"},
               {"|c||seed=0", "empty name"},
               {"p|||seed=0", "empty name"},
               {"p|c||seed=", "seed="},
               {"p|c||seed=x", "seed=x"},
               {"p|c||seed=-1", "seed=-1"},
               {"p|c||seed=1.5", "seed=1.5"},
               {"p|c||seed=18446744073709551616", "seed=18446744073709551616"},
               {"p|c||attack=one-hot", "no seed"},
               {"p|c||seed=0|seed=0", "twice"},
               {"p|c||seed=0|attack=hot", "no attack 'hot'"},
               {"p|c||seed=0|attack=", "no attack ''"},
               {"p|c||seed=0|offset=-16", "offset=-16"},
               {"p|c||seed=0|offset=9223372036854775808", "offset="},
               {"p|c||seed=0|fence=left", "'fence=left'"},
               {"p|c||seed=0|timed", "'timed'"},
               {"p|c||seed=0|timed=no", "'timed=no'"},
               {"p|c||seed=0|samples=many", "samples=many"},
               {"p|c||seed=0|seconds=-1", "seconds=-1"},
               {"p|c||seed=0|seconds=nan", "seconds=nan"},
               {"p|c||seed=0|seconds=inf", "seconds=inf"},
               {"p|c||seed=0|seconds=1s", "seconds=1s"},
               {"p|c||seed=0|", "''"},
               {"p|c||seed=0|speed=1", "'speed=1'"},
               {"p|c|n|seed=0", "'n' is no AXIS=VALUE"},
               {"p|c|n=|seed=0", "'n='"},
               {"p|c|=1|seed=0", "'=1'"},
               {"p|c|n=1,|seed=0", "''"},
               {"p|c|n=1,n=2|seed=0", "two values for the axis 'n'"},
               {"p%|c||seed=0", "'%'"},
               {"p%2|c||seed=0", "'%'"},
               {"p|c%zz||seed=0", "'%'"},
               {"p|c|n=%4|seed=0", "'%'"}};
  for (const auto& c : cases) {
    const std::string message = message_of([&] { (void)parse_replay(c.text); });
    CAPTURE(c.text, message);
    CHECK(has(message, std::string("--replay '") + c.text + "': "));
    CHECK(has(message, c.why));
    CHECK(has(message, "expected PROBLEM|CANDIDATE|"));
  }
}

TEST_CASE("any damage to a trial is refused or reads as another, and never crashes", "[suite]") {
  const std::string whole =
      "saxpy|float4|n=17,T=fp32|seed=3|attack=one-hot|offset=16|fence=above|samples=9|seconds=2.5|timed=yes";
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    std::string text = whole;
    const random_block dice = random_at(seed, 0, 0);
    for (std::uint32_t i = 0; i <= dice.word[0] % 3; ++i) {
      const random_block at = random_at(seed, 1, i);
      const std::size_t place = at.word[0] % text.size();
      if (at.word[1] % 3 == 0)
        text.erase(place, 1 + at.word[2] % 4);
      else if (at.word[1] % 3 == 1)
        text[place] = static_cast<char>(at.word[2]);
      else
        text.insert(place, 1, "|,=%'x0-"[at.word[2] % 8]);
      if (text.empty()) break;
    }
    try {
      const replay_target read = parse_replay(text);
      if (!same(parse_replay(to_string(read)), read)) FAIL(text << " is not what it reads as");
    } catch (const usage_error&) {
    }
  }
}
