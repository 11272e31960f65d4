// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs the zoo: every entry of the program it is linked into, under assay and under the emulated peers, and
// prints who caught what. Exit code 0 when assay's thorough settings caught every bad entry and passed every
// honest one, and its default settings all but what is marked as beyond them; 1 otherwise; 2 for a bad
// option; 6 without a device.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "assay/backend/devices.hpp"
#include "assay/core/format.hpp"
#include "assay/report/text_table.hpp"
#include "assay/suite/runner.hpp"
#include "exhibit.hpp"
#include "peers.hpp"

// Registered problems refer to the host device through this symbol.
template assay::device& assay::device_of<assay::host>();

namespace {

/// What the command line says of assay's runs.
struct asked {
  std::uint64_t seed = 0;
  std::optional<double> fuzz_seconds = {};
};

/// assay as users run it, but with little time for each entry.
assay::run_options default_options(const asked& how) {
  assay::run_options options;
  options.seed = how.seed;
  options.measure.time_budget = 0.05;
  options.measure.precision = 0.05;
  options.fuzz.trials = 16;  // as the command line has it
  options.fuzz.seconds = how.fuzz_seconds.value_or(1.0);
  return options;
}

/// assay with many trials. Not with --strict: special values are for problems that promise to get them right.
assay::run_options thorough_options(const asked& how) {
  assay::run_options options = default_options(how);
  options.fuzz.trials = 200;
  options.fuzz.seconds = how.fuzz_seconds.value_or(3.0);
  return options;
}

/// One entry of this program and what became of it.
struct entry {
  const zoo::exhibit* what;
  const assay::problem_definition* definition;
  std::vector<assay::plan_item> cases = {};  ///< each with this candidate alone

  struct verdict {
    unsigned ruling = zoo::passes;
    std::string text = "correct";
    std::string reason = "";
    bool unlabelled = false;  ///< it passes without the label that it is to get
  };
  verdict by_default = {}, by_thorough = {};
  std::vector<bool> peer_accepts = {};
  std::string claimed = "", actual = "";

  [[nodiscard]] std::string name() const { return std::string(definition->name) + ", " + what->candidate; }
};

unsigned ruling_of(const assay::record& r, const zoo::exhibit& what) {
  switch (r.verdict.outcome) {
    case assay::outcome::wrong: return zoo::wrong;
    case assay::outcome::invalid: return zoo::invalid;
    case assay::outcome::failed: return zoo::failed;
    case assay::outcome::unverifiable: return zoo::unverifiable;
    default: break;
  }
  if (r.time)
    for (const assay::finding& f : r.time->findings)
      if (!what.finding.empty() && f.code == what.finding) return zoo::noted;
  return zoo::passes;
}

/// All entries that `wanted` admits by problem, name or kind, in the order of declaration.
std::vector<entry> collect(const assay::name_filter& wanted) {
  std::vector<entry> entries;
  const auto problems = assay::discover();
  const std::vector<assay::plan_item> plan = assay::make_plan(problems, {});
  for (const auto& problem : problems)
    for (const assay::declared_candidate& c : problem->candidates()) {
      if (c.role != assay::candidate_role::candidate) continue;
      const auto& all = zoo::exhibits();
      const auto what = std::find_if(all.begin(), all.end(), [&](const zoo::exhibit& e) {
        return e.candidate == c.name && e.where.line == c.where.line &&
               std::string(e.where.file) == c.where.file;
      });
      if (what == all.end())
        throw assay::usage_error(std::string(c.where.file) + ":" + std::to_string(c.where.line) +
                                 ": a candidate of the zoo that does not say what must become of it");
      entry added{&*what, &problem->definition()};
      if (!wanted.admits(added.name()) && !wanted.admits(what->kind)) continue;
      for (const assay::plan_item& item : plan)
        if (item.definition == &problem->definition()) {
          added.cases.push_back(item);
          added.cases.back().candidates = {c.name};
        }
      entries.push_back(std::move(added));
    }
  return entries;
}

/// A line that the next one overwrites; nothing where nobody watches.
void progress(const std::string& text) {
  if (isatty(2)) std::fprintf(stderr, "\r\x1b[K%s", text.c_str());
}

class progress_line final : public assay::run_observer {
 public:
  progress_line(std::string stage, std::size_t items) : stage_(std::move(stage)), items_(items) {}
  void on_progress(std::size_t i, const assay::plan_item& item, const std::string& what) override {
    progress(stage_ + " " + std::to_string(i + 1) + "/" + std::to_string(items_) + " " +
             item.definition->name + ": " + what);
  }

 private:
  std::string stage_;
  std::size_t items_;
};

/// What a record that passed says of its time, for who expected another verdict.
std::string describe_time(const assay::record& r) {
  if (!r.time) return "it has no time";
  const assay::estimate& time = r.time->time();
  std::string text = assay::format_time(time.median);
  if (time.lower && time.upper)
    text += " (" + assay::format_time(*time.lower) + " to " + assay::format_time(*time.upper) + ")";
  if (r.limit && r.limit->seconds) text += ", limit " + assay::format_time(*r.limit->seconds);
  return text;
}

/// Runs entries under assay, each alone so that none can spoil another's memory. The first case that does not
/// pass tells. Throws when there is no device, or when one is lost.
std::vector<entry::verdict> judge(const std::string& stage, const std::vector<entry*>& entries,
                                  const assay::run_options& options) {
  std::vector<assay::plan_item> plan;
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    places[{entries[i]->definition->name, entries[i]->what->candidate}] = i;
    plan.insert(plan.end(), entries[i]->cases.begin(), entries[i]->cases.end());
  }
  progress_line line(stage, plan.size());
  const assay::run_result result = assay::runner(options, {&line}).run(plan);
  progress("");
  if (!result.no_device.empty()) throw assay::no_device(result.no_device.front());
  if (!result.lost.empty()) throw assay::error(result.lost);
  std::vector<entry::verdict> verdicts(entries.size());
  for (const assay::record& r : result.records) {
    const auto at = places.find({r.problem, r.candidate});
    if (at == places.end()) continue;  // a baseline
    entry::verdict& v = verdicts[at->second];
    if (v.ruling != zoo::passes) continue;
    v.ruling = ruling_of(r, *entries[at->second]->what);
    v.text = v.ruling == zoo::noted ? "noted" : to_string(r.verdict.outcome);
    const std::string& label = entries[at->second]->what->label;
    if (v.ruling == zoo::passes && !label.empty() &&
        std::none_of(r.findings.begin(), r.findings.end(),
                     [&](const assay::finding& f) { return f.code == label; })) {
      v.unlabelled = true;
      v.reason = r.case_name() + ": without the label " + label;
    }
    if (v.ruling != zoo::passes)
      v.reason =
          r.case_name() + ": " +
          (v.ruling == zoo::noted ? "finding " + entries[at->second]->what->finding : r.verdict.reason);
    else if (v.reason.empty())
      v.reason = r.case_name() + ": " + describe_time(r);
  }
  return verdicts;
}

/// Whether a verdict is what the entry asks for.
bool as_expected(const entry& e, const entry::verdict& v) {
  return e.what->honest() ? v.ruling == zoo::passes && !v.unlabelled : (v.ruling & e.what->expected) != 0;
}

const char* told(const entry& e, bool caught) {
  return e.what->honest() ? (caught ? "ALARM" : "passed") : (caught ? "caught" : "missed");
}

/// assay's own cells name the outcome, and shout where it is not the expected one.
std::string cell(const entry& e, const entry::verdict& v, bool may_miss) {
  if (as_expected(e, v)) return v.text;
  if (v.ruling == zoo::passes) return may_miss ? "missed" : "MISSED";
  return e.what->honest() ? "ALARM: " + v.text : v.text + " (!)";
}

void print_matrix(const std::vector<entry>& entries) {
  std::vector<assay::text_table::column> columns = {
      {"kind"}, {"entry"}, {"seen by"}, {"assay default"}, {"assay thorough"}};
  for (const zoo::peer& p : zoo::peers) columns.push_back({p.name});
  columns.push_back({"claimed", assay::text_table::align::right});
  columns.push_back({"true", assay::text_table::align::right});
  std::vector<const entry*> ordered;
  for (const entry& e : entries) ordered.push_back(&e);
  std::stable_sort(ordered.begin(), ordered.end(), [](const entry* a, const entry* b) {
    if (a->what->honest() != b->what->honest()) return b->what->honest();
    return !a->what->honest() && a->what->kind < b->what->kind;
  });
  for (const bool honest : {false, true}) {
    assay::text_table table(columns);
    std::string last;
    for (const entry* e : ordered) {
      if (e->what->honest() != honest) continue;
      std::vector<assay::text_table::cell> row = {
          {e->what->kind == last ? "" : e->what->kind},
          {e->name()},
          {honest ? "" : to_string(e->what->seen_by)},
          {cell(*e, e->by_default, !honest && is_thorough(e->what->seen_by))},
          {cell(*e, e->by_thorough, false)}};
      for (std::size_t p = 0; p < std::size(zoo::peers); ++p)
        row.push_back({e->peer_accepts.empty() ? "" : told(*e, !e->peer_accepts[p])});
      row.push_back({e->claimed});
      row.push_back({e->actual});
      table.add(std::move(row));
      last = e->what->kind;
    }
    if (!table.empty())
      std::printf("%s\n%s\n", honest ? "Honest: must pass" : "Bad: must be caught", table.to_text().c_str());
  }
}

/// Caught of the bad and alarms among the honest, a line for each judge.
void print_summary(const std::vector<entry>& entries) {
  assay::text_table table({{"judge"},
                           {"bad caught", assay::text_table::align::right},
                           {"false alarms", assay::text_table::align::right}});
  const auto line = [&](const std::string& judge, const auto& caught) {
    int bad = 0, seen = 0, honest = 0, alarms = 0;
    for (const entry& e : entries) {
      (e.what->honest() ? honest : bad) += 1;
      (e.what->honest() ? alarms : seen) += caught(e);
    }
    table.add({{judge},
               {std::to_string(seen) + " of " + std::to_string(bad)},
               {std::to_string(alarms) + " of " + std::to_string(honest)}});
  };
  line("assay default", [](const entry& e) { return e.by_default.ruling != zoo::passes; });
  line("assay thorough", [](const entry& e) { return e.by_thorough.ruling != zoo::passes; });
  for (std::size_t p = 0; p < std::size(zoo::peers) && !entries.front().peer_accepts.empty(); ++p)
    line(zoo::peers[p].name, [=](const entry& e) { return !e.peer_accepts[p]; });
  std::set<std::string> kinds;
  for (const entry& e : entries)
    if (!e.what->honest()) kinds.insert(e.what->kind);
  std::printf("%s%zu kinds of faults\n", table.to_text().c_str(), kinds.size());
}

void print_list(const std::vector<entry>& entries) {
  assay::text_table table({{"kind"}, {"entry"}, {"expected"}, {"seen by"}, {"where"}});
  for (const entry& e : entries) {
    std::string expected = e.what->honest() ? "passes" : "";
    if (!e.what->label.empty()) expected += ", " + e.what->label;
    const std::pair<unsigned, const char*> rulings[] = {{zoo::wrong, "wrong"},
                                                        {zoo::invalid, "invalid"},
                                                        {zoo::failed, "failed"},
                                                        {zoo::unverifiable, "unverifiable"},
                                                        {zoo::noted, "noted"}};
    for (const auto& [ruling, word] : rulings)
      if (e.what->expected & ruling) expected += (expected.empty() ? "" : " or ") + std::string(word);
    const std::string file = e.what->where.file;
    table.add({{e.what->kind},
               {e.name() + (e.what->cheat ? " (cheat)" : "")},
               {expected},
               {e.what->honest() ? "" : to_string(e.what->seen_by)},
               {file.substr(file.rfind('/') + 1) + ":" + std::to_string(e.what->where.line)}});
  }
  std::printf("%s", table.to_text().c_str());
}

/// The honest entries with the seeds that follow the one that was asked for, verified and timed by the
/// default settings: every one that does not pass is a false alarm. A line a turn, so that what a time-out
/// leaves is worth reading.
int count_alarms(std::vector<entry>& entries, asked how, std::uint64_t repeats) {
  std::vector<entry*> honest;
  for (entry& e : entries)
    if (e.what->honest()) honest.push_back(&e);
  int alarms = 0;
  for (std::uint64_t i = 1; i <= repeats; ++i) {
    ++how.seed;
    const auto verdicts = judge("repeat " + std::to_string(i), honest, default_options(how));
    for (std::size_t k = 0; k < honest.size(); ++k)
      if (verdicts[k].ruling != zoo::passes) {
        ++alarms;
        std::printf("false alarm with seed %llu: %s: %s\n", static_cast<unsigned long long>(how.seed),
                    honest[k]->name().c_str(), verdicts[k].reason.c_str());
      }
    std::printf("%d false alarms in %zu runs of honest entries\n", alarms,
                honest.size() * static_cast<std::size_t>(i));
  }
  return alarms;
}

/// What `clock` says of the first case, in words; "fails" when it throws.
std::string time_of(assay::device& device, const entry& e,
                    double (*clock)(assay::device&, const assay::plan_item&)) {
  std::string text = "fails";
  try {
    text = assay::format_time(clock(device, e.cases.front()));
  } catch (const assay::device_error& error) {
    if (error.lost()) throw;
  } catch (const std::exception&) {
  }
  assay::discard_errors(device);
  return text;
}

int run(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);
  CLI::App app("Runs the zoo: kernels that must be caught and kernels that must not.");
  std::string only;
  std::uint64_t repeats = 0;
  asked how;
  bool list = false, without_peers = false, only_honest = false;
  app.add_option("--only", only, "only entries whose problem, name or kind matches (POSIX extended)")
      ->type_name("REGEX");
  app.add_option("--repeat", repeats, "then run the honest entries this many times more, with other seeds")
      ->type_name("N");
  app.add_option("--seed", how.seed, "of assay's runs [0]")->type_name("N");
  app.add_option("--fuzz-time", how.fuzz_seconds, "for each case, at most [1; 3 with thorough settings]")
      ->type_name("SECONDS");
  app.add_flag("--honest", only_honest, "leave out the entries that must be caught");
  app.add_flag("--no-peers", without_peers, "leave out the emulated peers and the claimed times");
  app.add_flag("--list", list, "print the entries and what must become of them, and run nothing");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  std::vector<entry> entries = collect(assay::name_filter("--only", only));
  if (only_honest) std::erase_if(entries, [](const entry& e) { return !e.what->honest(); });
  if (entries.empty())
    throw assay::usage_error("--only " + only + (only_honest ? " --honest" : "") + ": no entry matches");
  if (list) {
    print_list(entries);
    return 0;
  }

  std::vector<entry*> all;
  for (entry& e : entries) all.push_back(&e);
  const auto by_default = judge("default", all, default_options(how));
  const auto by_thorough = judge("thorough", all, thorough_options(how));
  zoo::reference_values references;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entry& e = entries[i];
    e.by_default = by_default[i];
    e.by_thorough = by_thorough[i];
    if (without_peers) continue;
    progress("peers " + std::to_string(i + 1) + "/" + std::to_string(entries.size()) + " " + e.name());
    assay::device& device = e.definition->open_device();
    for (const zoo::peer& p : zoo::peers) e.peer_accepts.push_back(accepted(p, device, e.cases, references));
    if (e.what->cheat) {
      e.claimed = time_of(device, e, zoo::claimed_time);
      e.actual = time_of(device, e, zoo::true_time);
    }
  }
  progress("");
  print_matrix(entries);
  print_summary(entries);

  int unexpected = 0;
  for (const entry& e : entries) {
    const auto complain = [&](const char* settings, const entry::verdict& v) {
      ++unexpected;
      const std::string hint = v.ruling != zoo::passes || e.what->honest()
                                   ? ""
                                   : std::string(", and was to be seen by: ") + to_string(e.what->seen_by);
      std::printf("not as expected, %s: %s: %s%s%s%s\n", settings, e.name().c_str(), v.text.c_str(),
                  v.reason.empty() ? "" : ", ", v.reason.c_str(), hint.c_str());
    };
    // What the default settings need not see, they may see.
    if (!as_expected(e, e.by_default) &&
        !(is_thorough(e.what->seen_by) && e.by_default.ruling == zoo::passes))
      complain("default", e.by_default);
    if (!as_expected(e, e.by_thorough)) complain("thorough", e.by_thorough);
  }
  if (repeats > 0) unexpected += count_alarms(entries, how, repeats);
  std::printf("%s\n", unexpected == 0 ? "the zoo is as expected" : "the zoo is NOT as expected");
  return unexpected == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) try { return run(argc, argv); } catch (const assay::no_device& e) {
  std::fprintf(stderr, "assay: %s\n", e.what());
  return 6;
} catch (const assay::usage_error& e) {
  std::fprintf(stderr, "zoo: %s\n", e.what());
  return 2;
} catch (const std::exception& e) {
  std::fprintf(stderr, "zoo: %s\n", e.what());
  return 1;
}
