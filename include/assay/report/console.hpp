// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/report/detail_lines.hpp"
#include "assay/report/record_words.hpp"
#include "assay/report/terminal.hpp"
#include "assay/report/text_table.hpp"
#include "assay/stats/format_estimate.hpp"
#include "assay/suite/replay.hpp"
#include "assay/suite/run_observer.hpp"
#include "assay/verify/explain.hpp"

namespace assay {

namespace style {
inline constexpr const char* good = "\x1b[32m";
inline constexpr const char* bad = "\x1b[31m";
inline constexpr const char* doubtful = "\x1b[33m";
inline constexpr const char* quiet = "\x1b[2m";
}  // namespace style

/// The table: a row for each candidate, printed when a problem's cases are done, and below it why whatever is
/// not correct is not. With a terminal on stderr, a line there says what is being done.
class console final : public run_observer {
 public:
  /// `program` is the command to replay with. `brief` leaves out everything but what went wrong. `explain`
  /// has each time explained, as far as its record goes.
  console(const std::string& program, std::size_t items, bool colored, bool brief, bool explain = false)
      : program_(shell_word(program)),
        items_(items),
        colored_(colored),
        brief_(brief),
        explain_(explain),
        progress_(!brief && isatty(fileno(stderr))) {}
  ~console() override { finish(); }

  void on_device(const device_info& info, const ceilings& limits) override {
    if (brief_) return;
    clear_progress();
    if (!devices_.insert(info.name).second)
      return say("device: another " + visible(info.name + ", " + info.id()) + "\n");
    std::string text = info.name + " (" + info.architecture;
    if (info.multiprocessors)
      text += ", " + std::to_string(*info.multiprocessors) +
              (info.vendor == vendor::cpu ? " cores" : " multiprocessors");
    if (info.max_clock) text += ", " + format_number(*info.max_clock / 1e6) + " MHz";
    if (info.memory_bytes) text += ", " + format_bytes(static_cast<double>(*info.memory_bytes));
    text += ")";
    if (const ceiling* dram = limits.find(resource::dram))
      text += std::string("; limits are ") + to_string(limits.which) + ", DRAM " +
              format_rate(dram->rate, "B/s") + (limits.device == info.name ? "" : " (" + limits.device + ")");
    if (!info.driver_version.empty())
      text += "; driver " + info.driver_version + ", runtime " + info.runtime_version;
    say("device: " + visible(text) + "\n");
  }
  /// Said even when brief: it is why figures are missing. CTest looks for this line to call a test skipped.
  void on_no_device(const std::string& why) override {
    clear_progress();
    say("assay: " + visible(why, true) + "\n");
  }
  void on_progress(std::size_t item, const plan_item& what, const std::string& stage) override {
    on_stage("[" + std::to_string(item + 1) + "/" + std::to_string(items_) + "] " + what.definition->name +
             (what.values.empty() ? "" : " ") + to_string(what.values) + ": " + stage);
  }
  void on_parallel_timing(const parallel_judgement& answer) override {
    if (brief_) return;
    clear_progress();
    say(std::string("parallel timing: ") +
        (answer.trusted ? "trusted" : "not trusted: cases are verified in parallel and timed alone") + " (" +
        visible(answer.reason) + ")\n");
  }
  /// As it came, but never into the table.
  void on_output(const std::string& text) override {
    clear_progress();
    std::fwrite(text.data(), 1, text.size(), stderr);
  }
  /// Says on the progress line what is being done.
  void on_stage(const std::string& text) const {
    if (!progress_) return;
    // A line that wraps could not be wiped.
    print(stderr, "\r\x1b[K" + clipped(visible(text), terminal_width(stderr).value_or(100) - 1));
    std::fflush(stderr);
  }
  void on_record(const record& r) override {
    const std::string group = r.backend + " " + r.problem;
    if (group != group_) finish();
    group_ = group;
    problem_ = r.problem;
    rows_.push_back(r);
  }
  /// Prints what has been gathered of the current problem.
  void finish() {
    clear_progress();
    if (rows_.empty()) return;
    if (!brief_) say("\n" + visible(problem_) + "\n" + table());
    print_notes();
    if (!brief_) print_details();
    if (!brief_) print_machine_notes();
    std::fflush(stdout);
    rows_.clear();
  }

 private:
  void clear_progress() const {
    if (progress_) std::fprintf(stderr, "\r\x1b[K");
  }

  static void say(const std::string& text) { print(stdout, text); }

  /// As many characters from the beginning as fit.
  static std::string clipped(const std::string& text, std::size_t width) {
    std::size_t at = 0, used = 0;
    while (at < text.size()) {
      const utf8_character c = character_at(text, at);
      used += display_width(c.code);
      if (used > width) break;
      at += c.bytes;
    }
    return text.substr(0, at);
  }

  static const char* style_of(tone how) {
    switch (how) {
      case tone::good: return style::good;
      case tone::bad: return style::bad;
      case tone::doubtful: return style::doubtful;
      case tone::quiet: return style::quiet;
      case tone::plain: break;
    }
    return "";
  }

  std::string table() const {
    using side = text_table::align;
    text_table table({{"case"},
                      {"candidate"},
                      {"verdict"},
                      {"time", side::right},
                      {"prepare", side::right},
                      {"bandwidth", side::right},
                      {"compute", side::right},
                      {"bound by"},
                      {"SoL", side::right},
                      {"at clock", side::right},
                      {"speedup", side::right},
                      {"notes"}});
    std::string last_case;
    for (const record& r : rows_) {
      const std::string name = to_string(r.axes);
      const char* dim = r.role == candidate_role::baseline ? style::quiet : "";
      std::vector<text_table::cell> row;
      row.push_back({name == last_case ? "" : name});
      last_case = name;
      row.push_back({candidate_words(r), dim});
      const toned_text verdict = verdict_words(r);
      row.push_back({verdict.text, style_of(verdict.how)});
      row.push_back({r.time ? format_time(r.time->time()) : ""});
      row.push_back({r.prepare_seconds ? format_time(*r.prepare_seconds) : ""});
      const std::optional<double> bytes = bandwidth(r), operations = compute_rate(r), sol = r.sol_ratio();
      row.push_back({bytes ? format_rate(*bytes, "B/s") : ""});
      row.push_back({operations ? format_rate(*operations, "FLOP/s") : ""});
      row.push_back({r.time && r.limit && r.limit->seconds ? to_string(r.limit->binding) : ""});
      row.push_back({sol ? format_share(*sol) : ""});
      const std::optional<double> at_clock = r.sol_ratio_at_clock();
      row.push_back({at_clock ? format_share(*at_clock) : ""});
      row.push_back({r.speedup ? format_speedup(*r.speedup) : ""});
      row.push_back({note_codes(r), style::doubtful});
      table.add(std::move(row));
    }
    return table.to_text({colored_, terminal_width(stdout)});
  }

  /// Whether the finding is of the machine rather than of a candidate. That the processor's times are raw is
  /// none.
  static bool is_of_machine(const finding& f) {
    static constexpr const char* kinds[] = {
        "clocks-not-locked", "throttled", "clock-ramping", "shared-device", "mig", "mps", "hot"};
    return std::find(std::begin(kinds), std::end(kinds), f.code) != std::end(kinds) ||
           (f.code == "not-calibrated" && f.level != severity::note);
  }
  /// What is to be said of the machine, once a run: the first sentence of each kind.
  void print_machine_notes() {
    for (const record& r : rows_)
      if (r.time)
        for (const finding& f : r.time->findings)
          if (is_of_machine(f) && told_.insert(f.code).second)
            say("  " + visible(f.code) + ": " + visible(f.message, true) + "\n");
  }

  /// What lies around the first mismatch of the first output that has one.
  static void print_excerpt(const record& r) {
    for (const comparison& c : r.verdict.comparisons) {
      if (c.excerpt.empty()) continue;
      for (const std::string& line : format_excerpt(c, c.extents)) say("    " + line + "\n");
      return;
    }
  }

  /// How the answer about a time that is too good was found.
  static void print_diagnosis(const record& r) {
    if (!r.diagnosis) return;
    for (const diagnosis_rung& rung : r.diagnosis->rungs)
      say("    " + visible(rung.rung) + ": " + to_string(rung.outcome) + ": " + visible(rung.message) + "\n");
  }

  void print_details() const {
    for (const record& r : rows_) {
      const std::vector<std::string> lines = detail_lines(r, explain_);
      if (!lines.empty()) say("  " + visible(r.case_name()) + ", " + visible(r.candidate) + ":\n");
      for (const std::string& line : lines) say("    " + visible(line) + "\n");
    }
  }

  void print_notes() const {
    for (const record& r : rows_) {
      const std::string reason = verdict_reason(r);
      if (reason.empty() || (brief_ && is_caught(r))) continue;
      say("  " + visible(r.case_name()) + ", " + visible(r.candidate) + ": " + visible(reason, true) + "\n");
      print_diagnosis(r);
      if (is_caught(r)) continue;
      say("    declared at " + visible(r.file) + ":" + std::to_string(r.line) +
          "; replay: " + visible(program_ + " " + r.replay, true) + "\n");
      print_excerpt(r);
    }
  }

  std::string program_;
  std::size_t items_;
  bool colored_, brief_, explain_, progress_;
  std::string group_, problem_;
  std::vector<record> rows_;
  std::set<std::string> devices_;  ///< names that were told
  std::set<std::string> told_;     ///< kinds of findings of the machine
};

}  // namespace assay
