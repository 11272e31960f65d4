// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "assay/core/source_location.hpp"
#include "assay/suite/problem.hpp"

/// Entries of the zoo: ordinary candidates of ordinary problems, each with what must become of it.
namespace zoo {

/// What assay may say of an entry, as a set: `wrong | invalid` where either would be right.
enum ruling : unsigned {
  passes = 0,
  wrong = 1,         ///< outcome::wrong
  invalid = 2,       ///< outcome::invalid
  failed = 4,        ///< outcome::failed
  unverifiable = 8,  ///< outcome::unverifiable
  noted = 16,        ///< correct, and undone: its measurement has the finding that the entry names
};

/// The check without which an entry is taken for right.
enum class check {
  verification,   ///< one launch at the timed shape with the declared fill: comparison, poison, inputs
  timed_outputs,  ///< timed launches get fresh inputs at changing addresses, and their outputs are checked
  timing,         ///< the sampler's own: work beside the stream, nothing timed, persisting cache
  red_zones,      ///< what lies on both sides of every tensor and workspace
  self_test,      ///< mutants that the problem's tolerance must reject
  // From here on, what thorough settings add.
  fuzzed_values,  ///< other fills: integers, large, cancelling, subnormal, ±0, Inf, NaN
  fuzzed_shapes,  ///< shapes beside the timed ones
  misalignment,   ///< bases that are aligned as promised and no better
  layouts,        ///< rows moved apart, and outputs on inputs, where that is permitted
};

[[nodiscard]] constexpr const char* to_string(check what) {
  constexpr const char* names[] = {"verification",  "timed outputs", "timing",       "red zones", "self-test",
                                   "fuzzed values", "fuzzed shapes", "misalignment", "layouts"};
  return names[static_cast<int>(what)];
}
/// Whether the default settings leave it out.
[[nodiscard]] constexpr bool is_thorough(check what) { return what >= check::fuzzed_values; }

/// One entry.
struct exhibit {
  std::string candidate;
  assay::source_location where;  ///< of the declaration; tells entries of one name apart
  std::string kind;              ///< of the fault, or what about an honest entry might alarm
  unsigned expected = passes;    ///< set of rulings
  check seen_by = check::verification;
  std::string finding = "";  ///< code of the finding that `noted` asks for
  bool cheat = false;        ///< its time is a lie, too
  std::string label = "";    ///< code of the finding that an honest entry passes with

  [[nodiscard]] bool honest() const { return expected == passes; }
};

/// All entries of this program, in the order of declaration; filled when bodies run.
inline std::vector<exhibit>& exhibits() {
  static std::vector<exhibit> all;
  return all;
}

/// Bodies run once for each case; an entry is added once.
inline void add(exhibit added) {
  for (const exhibit& e : exhibits())
    if (e.candidate == added.candidate && e.where.line == added.where.line &&
        std::string(e.where.file) == added.where.file)
      return;
  exhibits().push_back(std::move(added));
}

/// What is wrong with an entry. Converts from the name of the kind; takes the place where that is written.
struct fault {
  const char* kind;
  unsigned expected;
  check seen_by;
  const char* finding;
  assay::source_location where;

  fault(const char* the_kind, unsigned as = wrong, check by = check::verification, const char* code = "",
        assay::source_location at = assay::source_location::current())
      : kind(the_kind), expected(as), seen_by(by), finding(code), where(at) {}
};

/// What might raise a false alarm about an honest entry, and the label that it is to get.
struct trait {
  const char* kind;
  const char* label;
  assay::source_location where;

  trait(const char* the_kind, const char* code = "",
        assay::source_location at = assay::source_location::current())
      : kind(the_kind), label(code), where(at) {}
};

/// `callables`: a launch, or a prepare step and a launch, as p.candidate() takes them.
template <class Problem, class... Callables>
void honest(Problem& p, const char* name, const trait& what, Callables... callables) {
  exhibit added;
  added.candidate = name;
  added.where = what.where;
  added.kind = what.kind;
  added.label = what.label;
  add(std::move(added));
  p.candidate(name, std::move(callables)..., what.where);
}
template <class Problem, class... Callables>
void bad(Problem& p, const char* name, const fault& what, Callables... callables) {
  add({name, what.where, what.kind, what.expected, what.seen_by, what.finding});
  p.candidate(name, std::move(callables)..., what.where);
}
/// A bad entry that is made to look fast: its claimed and its true time are told as well.
template <class Problem, class... Callables>
void cheat(Problem& p, const char* name, const fault& what, Callables... callables) {
  add({name, what.where, what.kind, what.expected, what.seen_by, what.finding, true});
  p.candidate(name, std::move(callables)..., what.where);
}

}  // namespace zoo
