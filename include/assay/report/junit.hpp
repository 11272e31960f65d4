// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "assay/report/markup.hpp"
#include "assay/report/record_words.hpp"
#include "assay/report/report_input.hpp"
#include "assay/report/summary_line.hpp"

namespace assay {

/// JUnit XML for CI, in the part of it that all readers share: a suite for each problem with a test for each
/// record, one of gates, one of comparisons with a stored baseline and one of backends. There is no red test
/// where the exit code is 0, and at least one where it is not.
class junit_report {
 public:
  explicit junit_report(const report_input& input) : input_(input) {
    add_records();
    for (const gate_result& g : input.gates) {
      test& t = add("gates", "assay.gate", g.condition.text);
      if (g.answer == gate_answer::not_met) fail(t, "gate not met", g.reason);
      if (g.answer == gate_answer::inconclusive) break_off(t, "inconclusive", g.reason);
      t.out = g.reason;
    }
    add_comparisons();
    for (const std::string& what : input.missing)
      break_off(add("missing", "assay.missing", what), "missing", "planned, and in no record");
    for (const std::string& why : input.no_device) {
      test& t = add("devices", "assay.device", why);
      t.kind = result::skipped;
      t.message = why;
    }
    if (!input.lost.empty()) break_off(add("run", "assay.run", "the run ended early"), "lost", input.lost);
    if (input.code != exit_code::pass && !red_)
      break_off(add("run", "assay.run", "exit code"), to_string(input.code), to_string(input.code));
  }

  [[nodiscard]] std::string to_text() const {
    std::string body;
    tally all;
    for (const auto& [name, tests] : suites_) {
      tally sum;
      std::string cases;
      for (const test& t : tests) {
        sum.add(t);
        all.add(t);
        cases += to_text(t);
      }
      body += "  <testsuite name=\"" + escape_markup(name) + "\"" + to_text(sum) + timestamp() + ">\n" +
              cases + "  </testsuite>\n";
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"assay\"" + to_text(all) + ">\n" +
           body + "</testsuites>\n";
  }

 private:
  enum class result { passed, failure, error, skipped };
  struct test {
    std::string class_name, name;
    result kind = result::passed;
    std::string type, message, details;  ///< of what is not passed
    std::string out;                     ///< figures
    double seconds = 0;                  ///< that it took, where that is known
  };
  struct tally {
    int tests = 0, failures = 0, errors = 0, skipped = 0;
    double seconds = 0;
    void add(const test& t) {
      ++tests;
      failures += t.kind == result::failure;
      errors += t.kind == result::error;
      skipped += t.kind == result::skipped;
      seconds += t.seconds;
    }
  };

  test& add(const std::string& suite, const std::string& class_name, const std::string& name) {
    const auto [at, is_new] = places_.emplace(suite, suites_.size());
    if (is_new) suites_.emplace_back(suite, std::vector<test>());
    std::vector<test>& tests = suites_[at->second].second;
    tests.push_back({class_name, name, result::passed, "", "", "", "", 0});
    return tests.back();
  }
  void fail(test& t, const std::string& type, const std::string& message) {
    t.kind = result::failure;
    t.type = type;
    t.message = message;
    red_ = true;
  }
  void break_off(test& t, const std::string& type, const std::string& message) {
    fail(t, type, message);
    t.kind = result::error;
  }

  void add_records() {
    std::set<std::string> devices;
    for (const record& r : input_.records) devices.insert(r.device);
    for (const record& r : input_.records) {
      const std::string axes = to_string(r.axes);
      const std::string where = devices.size() > 1 ? " on " + r.device : "";
      test& t = add(r.backend + " " + r.problem + where, "assay." + r.problem,
                    axes.empty() ? r.candidate : axes + ", " + r.candidate);
      const toned_text verdict = verdict_words(r);
      if (verdict.how == tone::doubtful || (r.verdict.outcome == outcome::failed && is_judged(r)))
        break_off(t, verdict.text, verdict_reason(r));
      else if (verdict.how == tone::bad)
        fail(t, verdict.text, verdict_reason(r));
      if (t.kind != result::passed)
        t.details = verdict_reason(r) + "\ndeclared at " + r.file + ":" + std::to_string(r.line) +
                    "\nreplay: " + r.replay;
      if (r.time && std::isfinite(r.time->wall_seconds) && r.time->wall_seconds > 0)
        t.seconds = r.time->wall_seconds;
      t.out = figures(r);
    }
  }
  /// A counterexample that failed was not caught, which is no error of the machine.
  static bool is_judged(const record& r) { return r.role != candidate_role::counterexample; }

  void add_comparisons() {
    for (const stored_comparison& c : input_.comparisons) {
      const record& r = input_.records.at(c.record);
      test& t = add(input_.compared_with, "assay.stored", r.case_name() + ", " + r.candidate);
      t.out = c.answer ? c.answer->reason : c.reason;
      if (!c.answer) {
        t.kind = result::skipped;
        t.message = c.reason;
      } else if (c.answer->kind == change::slower) {
        fail(t, "regression", c.answer->reason);
      } else if (c.answer->kind == change::inconclusive) {
        break_off(t, "inconclusive", c.answer->reason);
      }
    }
  }

  static std::string figures(const record& r) {
    std::string text;
    const auto line = [&](const std::string& what, const std::string& value) {
      if (!value.empty()) text += (text.empty() ? "" : "\n") + what + ": " + value;
    };
    line("verdict", verdict_words(r).text);
    line("time", r.time ? format_time(r.time->time()) : "");
    const std::optional<double> sol = r.sol_ratio();
    line("speed of light", sol ? format_share(*sol) : "");
    line("speedup", r.speedup ? format_speedup(*r.speedup) : "");
    line("notes", note_codes(r));
    return text;
  }

  static std::string seconds_text(double seconds) {
    char text[std::numeric_limits<double>::max_exponent10 + 16];  // no exponents: any number in full
    std::snprintf(text, sizeof text, "%.6f", seconds);
    return text;
  }
  static std::string to_text(const tally& t) {
    return " tests=\"" + std::to_string(t.tests) + "\" failures=\"" + std::to_string(t.failures) +
           "\" errors=\"" + std::to_string(t.errors) + "\" skipped=\"" + std::to_string(t.skipped) +
           "\" time=\"" + seconds_text(t.seconds) + "\"";
  }
  /// ISO 8601 without a zone, as JUnit's schema has it.
  std::string timestamp() const {
    if (input_.environments.empty() || input_.environments.front().date.size() < 19) return "";
    return " timestamp=\"" + escape_markup(input_.environments.front().date.substr(0, 19)) + "\"";
  }
  static std::string to_text(const test& t) {
    std::string text = "    <testcase classname=\"" + escape_markup(t.class_name) + "\" name=\"" +
                       escape_markup(t.name) + "\" time=\"" + seconds_text(t.seconds) + "\">";
    const std::string message = " message=\"" + escape_markup(t.message) + "\"";
    const std::string reason = message + " type=\"" + escape_markup(t.type) + "\">" +
                               escape_markup(t.details.empty() ? t.message : t.details);
    switch (t.kind) {
      case result::passed: break;
      case result::failure: text += "<failure" + reason + "</failure>"; break;
      case result::error: text += "<error" + reason + "</error>"; break;
      case result::skipped: text += "<skipped" + message + "/>"; break;
    }
    if (!t.out.empty()) text += "<system-out>" + escape_markup(t.out) + "</system-out>";
    return text + "</testcase>\n";
  }

  const report_input& input_;
  std::vector<std::pair<std::string, std::vector<test>>> suites_;  ///< in the order they began
  std::map<std::string, std::size_t> places_;
  bool red_ = false;
};

[[nodiscard]] inline std::string to_junit(const report_input& input) { return junit_report(input).to_text(); }

}  // namespace assay
