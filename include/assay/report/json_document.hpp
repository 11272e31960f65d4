// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "assay/report/json.hpp"
#include "assay/report/report_input.hpp"
#include "assay/report/score_json.hpp"
#include "assay/score/scorecard.hpp"

namespace assay {

/// Everything in one document. docs/schema/assay.json describes it.
[[nodiscard]] inline json to_json(const report_input& input) {
  json document = {{"schema", json_schema}, {"type", "document"}};
  document["environments"] = json::array();
  for (const environment& e : input.environments) document["environments"].push_back(to_json(e));
  document["planned"] = input.planned;
  document["executed"] = input.executed;
  document["exit_code"] = static_cast<int>(input.code);
  document["records"] = json::array();
  for (const record& r : input.records) document["records"].push_back(to_json(r));
  document["scores"] = to_json(score(input.records, input.scoring));
  for (const gate_result& g : input.gates)
    document["gates"].push_back(
        {{"condition", g.condition.text}, {"answer", to_string(g.answer)}, {"reason", g.reason}});
  for (const stored_comparison& c : input.comparisons) {
    json one = {{"record", c.record}};
    if (c.ratio) {
      one["ratio"] = {{"value", to_json(c.ratio->value)}};
      put(one["ratio"], "lower", c.ratio->lower);
      put(one["ratio"], "upper", c.ratio->upper);
    }
    if (c.foreign) one["foreign"] = true;
    one["answer"] = c.answer ? to_string(c.answer->kind) : "not comparable";
    one["reason"] = c.answer ? c.answer->reason : c.reason;
    document["comparisons"].push_back(std::move(one));
  }
  for (const std::string& what : input.missing) document["missing"].push_back(what);
  for (const std::string& why : input.no_device) document["no_device"].push_back(why);
  if (!input.lost.empty()) document["lost"] = input.lost;
  if (input.interrupted) document["interrupted"] = true;
  if (const auto& parallel = input.parallel_timing)
    document["parallel_timing"] = {{"trusted", parallel->trusted}, {"reason", parallel->reason}};
  return document;
}

}  // namespace assay
