// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/report/text_table.hpp"
#include "assay/stats/format_estimate.hpp"
#include "assay/suite/replay.hpp"
#include "assay/suite/runner.hpp"
#include "assay/verify/explain.hpp"

namespace assay {

enum class color_choice { automatic, always, never };

/// https://no-color.org: set and not empty means no.
[[nodiscard]] inline bool wants_color(color_choice choice, std::FILE* stream) {
  if (choice != color_choice::automatic) return choice == color_choice::always;
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(fileno(stream)) && !(no_color && *no_color);
}

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
  /// `program` is the command to replay with. `brief` leaves out everything but what went wrong.
  console(std::string program, std::size_t items, bool colored, bool brief)
      : program_(is_shell_word(program) ? std::move(program) : shell_quoted(program)),
        items_(items),
        colored_(colored),
        brief_(brief),
        progress_(!brief && isatty(fileno(stderr))) {}
  ~console() override { finish(); }

  void on_device(const device_info& info, const ceilings& limits) override {
    if (brief_) return;
    clear_progress();
    std::string text = info.name + " (" + info.architecture;
    if (info.multiprocessors)
      text += ", " + std::to_string(*info.multiprocessors) +
              (info.vendor == vendor::cpu ? " cores" : " multiprocessors");
    if (info.max_clock) text += ", " + format_number(*info.max_clock / 1e6) + " MHz";
    if (info.memory_bytes) text += ", " + format_bytes(static_cast<double>(*info.memory_bytes));
    text += ")";
    if (const ceiling* dram = limits.find(resource::dram))
      text +=
          std::string("; limits are ") + to_string(limits.which) + ", DRAM " + format_rate(dram->rate, "B/s");
    if (!info.driver_version.empty())
      text += "; driver " + info.driver_version + ", runtime " + info.runtime_version;
    std::printf("device: %s\n", text.c_str());
  }
  /// Said even when brief: it is why figures are missing. CTest looks for this line to call a test skipped.
  void on_no_device(const std::string& why) override {
    clear_progress();
    std::printf("assay: %s\n", why.c_str());
  }
  void on_progress(std::size_t item, const plan_item& what, const std::string& stage) override {
    on_stage("[" + std::to_string(item + 1) + "/" + std::to_string(items_) + "] " + what.definition->name +
             (what.values.empty() ? "" : " ") + to_string(what.values) + ": " + stage);
  }
  /// Says on the progress line what is being done.
  void on_stage(const std::string& text) const {
    if (!progress_) return;
    std::fprintf(stderr, "\r\x1b[K%.*s", 100, text.c_str());
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
    if (!brief_) std::printf("\n%s\n%s", problem_.c_str(), table().c_str());
    print_notes();
    if (!brief_) print_machine_notes();
    std::fflush(stdout);
    rows_.clear();
  }

 private:
  void clear_progress() const {
    if (progress_) std::fprintf(stderr, "\r\x1b[K");
  }

  /// 1.23e12 B/s as "1.23 TB/s".
  static std::string format_rate(double rate, const std::string& unit) {
    const char* const prefixes[] = {"", "k", "M", "G", "T", "P"};
    int prefix = 0;
    for (; rate >= 1000 && prefix < 5; ++prefix) rate /= 1000;
    return format_number(rate) + " " + prefixes[prefix] + unit;
  }

  /// Whether a shell takes the text as it is.
  static bool is_shell_word(const std::string& text) {
    const char* const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
    return !text.empty() && text.find_first_not_of(plain) == std::string::npos;
  }

  /// Whether a counterexample was rejected.
  static bool is_caught(const record& r) {
    return r.role == candidate_role::counterexample &&
           (r.verdict.outcome == outcome::wrong || r.verdict.outcome == outcome::invalid);
  }

  static text_table::cell verdict_cell(const record& r) {
    const outcome o = r.verdict.outcome;
    if (r.role == candidate_role::counterexample) {
      if (is_caught(r)) return {"caught", style::good};
      if (o == outcome::correct || o == outcome::failed) return {"not caught", style::bad};
    }
    const char* how = o == outcome::correct                                 ? style::good
                      : o == outcome::unchecked                             ? style::quiet
                      : o == outcome::suspect || o == outcome::unverifiable ? style::doubtful
                                                                            : style::bad;
    return {to_string(o), how};
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
                      {"speedup", side::right},
                      {"notes"}});
    std::string last_case;
    for (const record& r : rows_) {
      const std::string name = to_string(r.axes);
      const char* dim = r.role == candidate_role::baseline ? style::quiet : "";
      std::vector<text_table::cell> row;
      row.push_back({name == last_case ? "" : name});
      last_case = name;
      row.push_back({r.candidate + (r.role == candidate_role::baseline ? " (baseline)" : ""), dim});
      row.push_back(verdict_cell(r));
      const double time = r.time ? r.time->time().median : 0.0;
      row.push_back({r.time ? format_time(r.time->time()) : ""});
      row.push_back({r.prepare_seconds ? format_time(*r.prepare_seconds) : ""});
      row.push_back(
          {time > 0 && r.work.dram_bytes() > 0 ? format_rate(r.work.dram_bytes() / time, "B/s") : ""});
      double operations = 0;
      for (std::size_t i = 0; i < resource_count; ++i)
        if (!is_bytes(static_cast<resource>(i))) operations += r.work.amount(static_cast<resource>(i));
      row.push_back({time > 0 && operations > 0 ? format_rate(operations / time, "FLOP/s") : ""});
      row.push_back({r.time && r.limit && r.limit->seconds ? to_string(r.limit->binding) : ""});
      const std::optional<double> sol = r.sol_ratio();
      row.push_back({sol ? format_share(*sol) : ""});
      row.push_back({r.speedup ? format_speedup(*r.speedup) : ""});
      row.push_back({notes(r), style::doubtful});
      table.add(std::move(row));
    }
    return table.to_text(colored_);
  }

  static std::string format_speedup(const paired_ratio& s) {
    std::string text = format_number(s.value) + "x";
    if (s.lower) text += " [" + format_number(*s.lower) + ", " + format_number(*s.upper) + "]";
    return text;
  }

  /// The codes of everything worth a look; the sentences are in the records.
  static std::string notes(const record& r) {
    std::vector<std::string> codes;
    const auto add = [&](const std::string& code) {
      if (std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(code);
    };
    const auto add_all = [&](const std::vector<finding>& findings) {
      for (const finding& f : findings)
        if (f.level != severity::note) add(f.code);
    };
    add_all(r.findings);
    if (r.time) {
      add_all(r.time->findings);
      // A status may be a finding as well.
      if (r.time->status != measurement_status::converged) add(to_string(r.time->status));
    }
    if (r.limit) add_all(r.limit->findings);
    // Trials that could not be judged are worth a word: they were to show something.
    if (r.fuzz && r.fuzz->skipped > 0) add(std::to_string(r.fuzz->skipped) + " trials skipped");
    for (const comparison& c : r.verdict.comparisons)
      if (c.checked < c.elements) add("sampled");
    std::string text;
    for (const std::string& code : codes) text += (text.empty() ? "" : ", ") + code;
    return text;
  }

  /// What is to be said of the machine, once a run: the first sentence of each kind.
  void print_machine_notes() {
    static constexpr const char* kinds[] = {
        "clocks-not-locked", "throttled", "clock-ramping", "shared-device", "mig", "mps", "hot"};
    for (const record& r : rows_)
      if (r.time)
        for (const finding& f : r.time->findings)
          if (std::find(std::begin(kinds), std::end(kinds), f.code) != std::end(kinds) &&
              told_.insert(f.code).second)
            std::printf("  %s: %s\n", f.code.c_str(), f.message.c_str());
  }

  /// What lies around the first mismatch of the first output that has one.
  static void print_excerpt(const record& r) {
    for (const comparison& c : r.verdict.comparisons) {
      if (c.excerpt.empty()) continue;
      for (const std::string& line : format_excerpt(c, c.extents)) std::printf("    %s\n", line.c_str());
      return;
    }
  }

  void print_notes() const {
    for (const record& r : rows_) {
      const bool counterexample = r.role == candidate_role::counterexample;
      if (r.verdict.reason.empty() && !(counterexample && r.verdict.outcome == outcome::correct)) continue;
      if (brief_ && is_caught(r)) continue;
      const std::string reason =
          r.verdict.reason.empty() ? "verification did not reject it" : r.verdict.reason;
      std::printf("  %s, %s: %s\n", r.case_name().c_str(), r.candidate.c_str(), reason.c_str());
      if (is_caught(r)) continue;
      std::printf("    declared at %s:%d; replay: %s %s\n", r.file.c_str(), static_cast<int>(r.line),
                  program_.c_str(), r.replay.c_str());
      print_excerpt(r);
    }
  }

  std::string program_;
  std::size_t items_;
  bool colored_, brief_, progress_;
  std::string group_, problem_;
  std::vector<record> rows_;
  std::set<std::string> told_;  ///< kinds of findings of the machine
};

}  // namespace assay
