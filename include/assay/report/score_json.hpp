// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "assay/report/json.hpp"
#include "assay/score/scorecard.hpp"

namespace assay {

namespace detail {

[[nodiscard]] inline json to_json(const std::optional<geometric_mean_estimate>& mean) {
  json object = {{"value", assay::to_json(mean->value)}};
  put(object, "lower", mean->lower);
  put(object, "upper", mean->upper);
  object["values"] = mean->values;
  return object;
}

[[nodiscard]] inline json to_json(const std::vector<fast_p>& list, double confidence) {
  json entries = json::array();
  for (const fast_p& score : list) {
    const share_estimate share = *score.interval(confidence);
    entries.push_back({{"p", score.p},
                       {"share", share.share},
                       {"lower", share.lower},
                       {"upper", share.upper},
                       {"fast", score.fast},
                       {"perhaps", score.perhaps},
                       {"cases", score.cases}});
  }
  return entries;
}

}  // namespace detail

[[nodiscard]] inline json to_json(const group_score& g, double confidence) {
  json object = json::object();
  if (!g.name.empty()) object["name"] = g.name;
  object.update({{"candidates", g.candidates},
                 {"correct", g.correct},
                 {"cases", g.cases},
                 {"solved", g.solved},
                 {"faster", g.faster},
                 {"tied", g.tied},
                 {"slower", g.slower},
                 {"undecided", g.undecided}});
  if (!g.fast.empty()) object["fast_p"] = detail::to_json(g.fast, confidence);
  if (!g.sol_fast.empty()) object["sol_fast_p"] = detail::to_json(g.sol_fast, confidence);
  if (g.speedup) object["geomean_speedup"] = detail::to_json(g.speedup);
  put(object, "mean_speedup", g.mean_speedup);
  if (g.sol_ratio) object["geomean_sol_ratio"] = detail::to_json(g.sol_ratio);
  put(object, "mean_sol_score", g.mean_sol_score);
  if (g.mean_sol_score) object["sol_scores"] = g.sol_scores;
  if (g.seconds) object["geomean_seconds"] = detail::to_json(g.seconds);
  put(object, "mean_seconds", g.mean_seconds);
  for (const pass_score& p : g.pass) {
    json one = {{"k", p.k}, {"problems", p.problems}, {"too_few", p.too_few}};
    put(one, "share", p.share);
    object["pass_at_k"].push_back(std::move(one));
  }
  return object;
}

/// All scores, for documents.
[[nodiscard]] inline json to_json(const scorecard& card) {
  const double confidence = card.options.confidence;
  json object = {{"confidence", confidence}, {"margin", card.options.margin}};
  object["all"] = to_json(card.all, confidence);
  const auto put_groups = [&](const char* key, const std::vector<group_score>& groups) {
    object[key] = json::array();
    for (const group_score& g : groups) object[key].push_back(to_json(g, confidence));
  };
  put_groups("backends", card.backends);
  put_groups("devices", card.devices);
  put_groups("problems", card.problems);
  put_groups("cases", card.cases);
  put_groups("candidates", card.names);
  object["records"] = json::array();
  for (const candidate_score& c : card.candidates) {
    json one = {{"record", c.record}};
    const auto put_value = [&](const char* key, const std::optional<score_value>& value) {
      if (!value) return;
      one[key] = {{"value", to_json(value->value)}};
      put(one[key], "lower", value->lower);
      put(one[key], "upper", value->upper);
    };
    put_value("sol_ratio", c.sol_ratio);
    put_value("sol_score", c.sol_score);
    if (!c.no_sol_score.empty()) one["no_sol_score"] = c.no_sol_score;
    if (c.change) one["change"] = {{"kind", to_string(c.change->kind)}, {"reason", c.change->reason}};
    object["records"].push_back(std::move(one));
  }
  return object;
}

}  // namespace assay
