// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Journals and documents of records (--from), and every report that is made of them.
#include "assay/report/read_records.hpp"

#include <vector>

#include "assay/report/journal.hpp"
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

/// The records and environments alone, as a document: of a journal's lines, an environment may continue the
/// one before it.
std::string document_of(const stored_records& all) {
  json document = {{"schema", json_schema}, {"type", "document"}, {"planned", 0}, {"executed", 0}};
  for (const environment& e : all.environments) document["environments"].push_back(to_json(e));
  document["records"] = json::array();
  for (const record& r : all.records) document["records"].push_back(to_json(r));
  return to_text(document);
}

std::optional<stored_records> stored(const std::string& text) {
  const fuzz::memory_file file(text);
  return fuzz::read(file.path(), [&] { return read_records({file.path()}, true); });
}

}  // namespace

/// Of a shard: a case that is complete, and one that was cut short and is measured again.
std::string fuzz::example() {
  support::random_records some(1);
  const record whole = support::full_record(), cut_short = some.next();
  record half = support::record_with(outcome::correct);
  half.problem = cut_short.problem;
  half.axes = cut_short.axes;
  problem_definition definition{};
  definition.name = whole.problem.c_str();
  const journal_head head{"bench",
                          "0123456789abcdef",
                          options_to_json({}),
                          {0, 2},
                          {{whole.problem, whole.axes, {whole.candidate}, 0},
                           {"another", {}, {"fast", "other"}, 1},
                           {cut_short.problem, cut_short.axes, {half.candidate, cut_short.candidate}, 0}}};
  const fuzz::memory_file file("");
  {
    journal lines(file.path(), head, some.environment());
    lines.work_on({{&definition, {}, whole.axes, {whole.candidate}}});
    lines.on_device(some.device(), {});
    lines.on_record(whole);
    lines.on_item_done(0);
    lines.on_record(half);
  }
  journal lines(file.path(), head, some.environment(), journal::opening::resume_elsewhere);
  lines.on_device(some.device(), {});
  lines.on_record(cut_short);
  return read_file(file.path());
}

bool fuzz::take(const std::string& text) {
  const std::optional<stored_records> all = stored(text);
  if (!all) return false;
  if (all->environments.empty()) return true;  // nothing but notices

  const std::string document = document_of(*all);
  const std::optional<stored_records> again = stored(document);
  fuzz::expect(again.has_value(), "what was read is written so that it can be read", document);
  fuzz::expect_same(document, document_of(*again), "what was read is written and read again to the same");

  report_input input;
  input.environments = all->environments;
  input.records = all->records;
  for (const char* condition : {"sol>=0.8", "speedup>=1", "fast_1>=0.5", "geomean>=1", "pass@2>=0.5"})
    input.gates.push_back(evaluate(parse_gate(condition), input.records));
  input.code = judge_run(input);
  for (const report_format& format : report_formats) static_cast<void>(format.write(input));
  return true;
}
