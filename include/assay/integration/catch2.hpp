// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Matchers for Catch2 v3 and v2.13, whichever the file has included before this, or else v3 where it is
// there:
//
//   using namespace assay::catch2;
//   CHECK_THAT(assay::run_problem("saxpy"), is_correct());
//   CHECK_THAT(assay::measure<assay::cuda>(launch), takes_at_most(120e-6));
//
// Ends of intervals decide. Where the interval holds the bound nothing is decided: the assertion fails, and
// says so. With v3 the matchers compose (!, &&, ||) with each other and with Catch2's own.
#if !defined(CATCH_VERSION_MAJOR)
#if __has_include(<catch2/matchers/catch_matchers_templated.hpp>)
#include <catch2/catch_version_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif
#endif
#if CATCH_VERSION_MAJOR >= 3
#include <catch2/catch_tostring.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_templated.hpp>
#endif

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/measure/measurement.hpp"
#include "assay/roofline/speed_of_light.hpp"
#include "assay/score/speedup.hpp"
#include "assay/stats/format_estimate.hpp"
#include "assay/stats/paired_ratio.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/run_problem.hpp"
#include "assay/verify/explain.hpp"
#include "assay/verify/verdict.hpp"

namespace assay::catch2 {

/// What the functions below return. `Judge` is called with the value and says why it does not hold; with
/// nothing where it holds.
template <class Judge>
class matcher
#if CATCH_VERSION_MAJOR >= 3
    : public Catch::Matchers::MatcherGenericBase
#endif
{
 public:
  matcher(std::string words, Judge judge) : words_(std::move(words)), judge_(std::move(judge)) {}

  template <class Value>
  requires std::is_invocable_r_v<std::string, const Judge&, const Value&>
  [[nodiscard]] bool match(const Value& value) const {
    *why_not_ = judge_(value);
    return why_not_->empty();
  }
  /// Catch2 puts it behind the value.
  [[nodiscard]] std::string toString() const {
    return words_ + (why_not_->empty() ? "" : "\nbut " + *why_not_);
  }
#if CATCH_VERSION_MAJOR >= 3
  [[nodiscard]] std::string describe() const override { return toString(); }
#endif

 private:
  std::string words_;
  Judge judge_;
  // Shared by copies: v2 asks one object whether it matches and another one for the words.
  std::shared_ptr<std::string> why_not_ = std::make_shared<std::string>();
};

namespace detail {

/// A ratio or a time and the ends of its interval.
struct bounded {
  double value = 0.0;
  std::optional<double> lower, upper;
};

/// "0.79 [0.77, 0.82]"
template <class Format>
[[nodiscard]] std::string format_bounded(const bounded& seen, const Format& format) {
  return format(seen.value) + (seen.lower || seen.upper
                                   ? " [" + (seen.lower ? format(*seen.lower) : "…") + ", " +
                                         (seen.upper ? format(*seen.upper) : "…") + "]"
                                   : "");
}

/// Says why `seen` does not show that it is on the right side of `bound`; nothing where it does.
/// `above`: the right side is above, or at, the bound.
template <class Format>
[[nodiscard]] std::string against(const bounded& seen, double bound, bool above, const Format& format) {
  const std::optional<double> worst = above ? seen.lower : seen.upper, best = above ? seen.upper : seen.lower;
  const auto right = [&](double value) { return above ? value >= bound : value <= bound; };
  if (worst && right(*worst)) return "";
  const std::string text = "it is " + format_bounded(seen, format);
  if (best && !right(*best)) return text;
  if (!worst && !best)
    return text + ", which is inconclusive: too few rounds for an interval, so nothing was decided";
  return text + ", which is inconclusive: the interval holds " + format(bound) +
         ", so nothing was decided (a larger time_budget makes it narrower)";
}

[[nodiscard]] inline std::string times(double ratio) { return format_number(ratio) + "x"; }

/// The reason with the elements around the first mismatch below it.
[[nodiscard]] inline std::string describe(const verdict& seen) {
  std::string text = std::string("it is ") + to_string(seen.outcome);
  if (!seen.reason.empty()) text += ": " + seen.reason;
  for (const comparison& c : seen.comparisons) {
    const bool flat = c.extents.empty();  // as verify() leaves them
    for (const std::string& line : format_excerpt(c, flat ? std::vector{c.elements} : c.extents))
      text += "\n    " + line;
  }
  return text;
}

[[nodiscard]] inline std::string declared_at(const record& r) {
  return r.file.empty() ? "" : "\n    declared at " + r.file + ":" + std::to_string(r.line);
}

/// Judges a record by its time, which counts only where the result was found right: gates let nothing through
/// that was not verified, either.
template <class Judge>
[[nodiscard]] std::string judge_timed(const record& r, const Judge& judge) {
  if (r.role == candidate_role::counterexample) return "it is a counterexample, which is never timed";
  if (r.verdict.outcome == outcome::unchecked) return "it was timed without being verified" + declared_at(r);
  if (!r.verdict) return describe(r.verdict) + declared_at(r);
  if (!r.time) return "it was not timed";
  return judge(r);
}

/// Judges each candidate of a list by `judge(record)`.
template <class Judge>
[[nodiscard]] std::string judge_all(const std::vector<record>& records, bool candidates_only,
                                    const Judge& judge) {
  std::string text;
  bool any = false;
  for (const record& r : records) {
    if (candidates_only && r.role != candidate_role::candidate) continue;
    any = any || r.role == candidate_role::candidate;
    if (const std::string why = judge(r); !why.empty())
      text += (text.empty() ? "" : "\n") + r.case_name() + ", " + r.candidate + ": " + why;
  }
  return any ? text : "there is no candidate among them, so nothing was shown";
}

struct correct_judge {
  std::string operator()(const verdict& v) const { return v ? "" : describe(v); }
  std::string operator()(const record& r) const {
    const outcome seen = r.verdict.outcome;
    if (r.role != candidate_role::counterexample)
      return r.verdict ? "" : describe(r.verdict) + declared_at(r);
    if (seen == outcome::wrong || seen == outcome::invalid) return "";
    return (seen == outcome::correct
                ? "it is a counterexample, known to be wrong, and was accepted: the oracle or the tolerance "
                  "would accept a wrong candidate as well"
                : "it is a counterexample that was to be found wrong; " + describe(r.verdict)) +
           declared_at(r);
  }
  std::string operator()(const std::vector<record>& records) const {
    return judge_all(records, false, *this);
  }
};

struct sol_judge {
  double share;
  std::optional<limit> least = {};

  std::string operator()(const measurement& m) const {
    return least ? judge(m.time(), *least) : "a time alone has no limit: reaches_sol(share, limit)";
  }
  std::string operator()(const record& r) const {
    return judge_timed(r, [&](const record& timed) {
      if (least) return judge(timed.time->time(), *least);
      return timed.limit ? judge(timed.time->time(), *timed.limit) : std::string("it has no limit");
    });
  }
  std::string operator()(const std::vector<record>& records) const { return judge_all(records, true, *this); }

 private:
  [[nodiscard]] std::string judge(const estimate& time, const limit& bound) const {
    const auto ratio = [&](std::optional<double> t) { return t ? bound.ratio(*t) : std::nullopt; };
    const std::optional<double> value = bound.ratio(time.median);
    if (!value)
      return "it has no share of the speed of light: " +
             (bound.findings.empty() ? "its time is not positive" : bound.findings.back().message);
    const std::string why =
        against({*value, ratio(time.upper), ratio(time.lower)}, share, true, format_share);
    return why.empty() ? ""
                       : why + "; " + format_time(time) + ", the least is " + format_time(*bound.seconds) +
                             ", bound by " + to_string(bound.binding);
  }
};

struct time_judge {
  double seconds;

  std::string operator()(const measurement& m) const {
    const estimate& time = m.time();
    return against({time.median, time.lower, time.upper}, seconds, false,
                   [](double t) { return format_time(t); });
  }
  std::string operator()(const record& r) const {
    return judge_timed(r, [&](const record& timed) { return (*this)(*timed.time); });
  }
  std::string operator()(const std::vector<record>& records) const { return judge_all(records, true, *this); }
};

[[nodiscard]] inline std::string judge_speedup(const paired_ratio& speedup, double factor) {
  return against({speedup.value, speedup.lower, speedup.upper}, factor, true, times);
}

struct baseline_judge {
  double factor;

  std::string operator()(const record& r) const {
    return judge_timed(r, [&](const record& timed) {
      return timed.speedup ? judge_speedup(*timed.speedup, factor)
                           : std::string("there is no baseline that was timed with it");
    });
  }
  std::string operator()(const std::vector<record>& records) const { return judge_all(records, true, *this); }
};

struct speed_judge {
  measurement baseline;
  double factor;

  std::string operator()(const measurement& m) const {
    return judge_speedup(paired_speedup(baseline, m), factor);
  }
  std::string operator()(const record& r) const {
    return judge_timed(r, [&](const record& timed) { return (*this)(*timed.time); });
  }
};

struct binding_judge {
  resource expected;

  std::string operator()(const limit& l) const {
    if (!l.seconds) return "it has no limit";
    return l.binding == expected ? "" : std::string("it is bound by ") + to_string(l.binding);
  }
  std::string operator()(const record& r) const { return r.limit ? (*this)(*r.limit) : "it has no limit"; }
};

}  // namespace detail

/// Of a verdict: the result lies within the tolerance. Of a record: the same; a counterexample has to be
/// found wrong. Of records: all of them, and there is a candidate.
[[nodiscard]] inline auto is_correct() { return matcher("is correct", detail::correct_judge{}); }

/// Of a record or records (then of each candidate): the time is right and reaches `share` of the speed of
/// light, e.g. 0.8.
[[nodiscard]] inline auto reaches_sol(double share) {
  return matcher("reaches " + format_share(share) + " of the speed of light", detail::sol_judge{share});
}
/// Of a measurement, or of a record whose own limit is not meant.
[[nodiscard]] inline auto reaches_sol(double share, const limit& least) {
  return matcher("reaches " + format_share(share) + " of the speed of light",
                 detail::sol_judge{share, least});
}

/// Of a measurement, a record or records (then of each candidate): takes `seconds` at most.
[[nodiscard]] inline auto takes_at_most(double seconds) {
  return matcher("takes at most " + format_time(seconds), detail::time_judge{seconds});
}

/// Of a record or records (then of each candidate): at least `factor` times as fast as the baseline of its
/// case.
[[nodiscard]] inline auto faster_than_baseline(double factor = 1.0) {
  return matcher("is " + detail::times(factor) + " as fast as its baseline, or more",
                 detail::baseline_judge{factor});
}

/// Of a measurement or a record: at least `factor` times as fast as `baseline`, which was measured in the
/// same rounds (measure_together, or another candidate of the case).
[[nodiscard]] inline auto faster_than(const measurement& baseline, double factor = 1.0) {
  return matcher("is " + detail::times(factor) + " as fast as the baseline, or more",
                 detail::speed_judge{baseline, factor});
}
/// Throws usage_error where the baseline was not timed.
[[nodiscard]] inline auto faster_than(const record& baseline, double factor = 1.0) {
  if (!baseline.time)
    throw usage_error("faster_than: " + baseline.case_name() + ", " + baseline.candidate + " was not timed");
  return matcher("is " + detail::times(factor) + " as fast as " + baseline.candidate + ", or more",
                 detail::speed_judge{*baseline.time, factor});
}

/// Of a limit or a record: what takes longest at the speed of light.
[[nodiscard]] inline auto is_bound_by(resource which) {
  return matcher(std::string("is bound by ") + to_string(which), detail::binding_judge{which});
}

}  // namespace assay::catch2

namespace Catch {

template <>
struct StringMaker<assay::verdict> {
  static std::string convert(const assay::verdict&) { return "the verdict"; }
};
template <>
struct StringMaker<assay::record> {
  static std::string convert(const assay::record& r) { return r.case_name() + ", " + r.candidate; }
};
template <>
struct StringMaker<std::vector<assay::record>> {
  static std::string convert(const std::vector<assay::record>& records) {
    return records.size() == 1 ? "1 record" : std::to_string(records.size()) + " records";
  }
};
template <>
struct StringMaker<assay::measurement> {
  static std::string convert(const assay::measurement& m) { return assay::format_time(m.time()); }
};
template <>
struct StringMaker<assay::limit> {
  static std::string convert(const assay::limit& l) {
    return l.seconds ? assay::format_time(*l.seconds) + " at least" : "no limit";
  }
};

}  // namespace Catch
