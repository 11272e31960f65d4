// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Stored baselines (--compare-baseline), and comparisons with them.
#include "assay/report/baseline_file.hpp"

#include "assay/report/stored_baseline.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/json_mutator.hpp"
#include "support/random_records.hpp"
#include "support/records.hpp"

using namespace assay;

namespace {

report_input some_run() {
  report_input run;
  run.environments = {support::random_records(1).environment()};
  run.records = {support::full_record()};
  return run;
}

std::optional<baseline> stored(const std::string& text) {
  return fuzz::read("baseline.json", [&] { return parse_baseline(text, "baseline.json"); });
}

}  // namespace

std::string fuzz::example() {
  return to_text(to_json(make_baseline(some_run(), std::nullopt, noise_floor{0.01, 0.02, 3})));
}

bool fuzz::take(const std::string& text) {
  const std::optional<baseline> held = stored(text);
  if (!held) return false;
  const std::string written = to_text(to_json(*held));
  const std::optional<baseline> again = stored(written);
  fuzz::expect(again.has_value(), "what was read is written so that it can be read", written);
  fuzz::expect_same(written, to_text(to_json(*again)), "what was read is written and read again to the same");

  const report_input run = some_run();
  for (const stored_comparison& c : compare_with_stored(*held, run, 0.02))
    fuzz::expect(c.answer.has_value() != !c.reason.empty(), "a comparison has an answer or a reason",
                 c.reason);
  static_cast<void>(fuzz::read("", [&] { return make_baseline(run, held, std::nullopt); }));
  return true;
}
