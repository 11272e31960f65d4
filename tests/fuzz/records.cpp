// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Journals and documents of records (--from), and every report that is made of them.
#include "assay/report/read_records.hpp"

#include <vector>

#include "assay/report/json_document.hpp"
#include "assay/report/judge_run.hpp"
#include "assay/report/report_files.hpp"
#include "assay/score/gate_result.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/json_mutator.hpp"
#include "support/random_records.hpp"
#include "support/records.hpp"

using namespace assay;

namespace {

/// The records and environments alone, one a line.
std::string lines_of(const stored_records& all) {
  std::string text;
  for (const environment& e : all.environments) text += to_text(to_json(e)) + "\n";
  for (const record& r : all.records) text += to_text(to_json(r)) + "\n";
  return text;
}

std::optional<stored_records> stored(const std::string& text) {
  const fuzz::memory_file file(text);
  return fuzz::read(file.path(), [&] { return read_records({file.path()}, true); });
}

}  // namespace

std::string fuzz::example() {
  support::random_records some(1);
  return to_text(to_json(some.environment())) + "\n" + to_text(to_json(support::full_record())) + "\n" +
         to_text(to_json(some.next())) + "\n";
}

bool fuzz::take(const std::string& text) {
  const std::optional<stored_records> all = stored(text);
  if (!all) return false;
  if (all->environments.empty()) return true;  // nothing but notices

  const std::string lines = lines_of(*all);
  const std::optional<stored_records> again = stored(lines);
  fuzz::expect(again.has_value(), "what was read is written so that it can be read", lines);
  fuzz::expect_same(lines, lines_of(*again), "what was read is written and read again to the same");

  report_input input;
  input.environments = all->environments;
  input.records = all->records;
  for (const char* condition : {"sol>=0.8", "speedup>=1", "fast_1>=0.5", "geomean>=1", "pass@2>=0.5"})
    input.gates.push_back(evaluate(parse_gate(condition), input.records));
  input.code = judge_run(input);
  for (const report_format& format : report_formats) static_cast<void>(format.write(input));
  return true;
}
