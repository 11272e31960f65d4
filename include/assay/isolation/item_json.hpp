// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/isolation/siphash.hpp"
#include "assay/report/json.hpp"
#include "assay/report/json_place.hpp"
#include "assay/report/record_from_json.hpp"
#include "assay/roofline/ceiling_layers.hpp"
#include "assay/roofline/ceilings.hpp"
#include "assay/suite/plan.hpp"

namespace assay {

// What goes between a worker and the process that watches it, beside records: plan items, ceilings.

/// All that another process of this program needs to execute it.
[[nodiscard]] inline json item_to_json(const plan_item& item) {
  json object = {{"problem", item.definition->name},
                 {"positions", item.positions},
                 {"axes", to_json(item.values)},
                 {"candidates", item.candidates}};
  if (item.trial) object["trial"] = to_json(*item.trial);
  return object;
}

/// `known`: the problems of this program. Throws io_error for one that is not among them.
[[nodiscard]] inline plan_item read_item(const json_place& p,
                                         const std::vector<const problem_definition*>& known) {
  plan_item item;
  const json_place problem = p.at("problem");
  const std::string name = problem.text();
  for (const problem_definition* one : known)
    if (one->name == name) item.definition = one;
  if (!item.definition) problem.fail("this program has no problem '" + name + "'");
  item.positions = detail::wholes<std::size_t>(p.at("positions"));
  item.values = read_axes(p.at("axes"));
  item.candidates =
      detail::list_of<std::string>(p.at("candidates"), [](const json_place& c) { return c.text(); });
  item.trial = detail::read_if(p, "trial", read_trial);
  return item;
}

[[nodiscard]] inline json to_json(const ceilings& known) {
  json object = {{"layer", to_string(known.which)}, {"device", known.device}};
  object["ceilings"] = json::array();
  for (std::size_t i = 0; i < resource_count; ++i) {
    const ceiling* const one = known.find(static_cast<resource>(i));
    if (!one) continue;
    json entry = {{"resource", to_string(one->resource)},
                  {"rate", to_json(one->rate)},
                  {"source", one->source},
                  {"uncertainty", to_json(one->uncertainty)}};
    put(entry, "clock", one->clock);
    for (const mix_rate& mix : one->by_mix)
      entry["by_mix"].push_back({{"read_share", to_json(mix.read_share)}, {"rate", to_json(mix.rate)}});
    object["ceilings"].push_back(std::move(entry));
  }
  return object;
}

[[nodiscard]] inline ceilings read_ceilings(const json_place& p) {
  ceilings known(p.at("layer").named<layer>(layer_count), p.at("device").text());
  const json_place list = p.at("ceilings");
  list.each([&](const json_place& entry) {
    ceiling one{.resource = read_resource(entry.at("resource")),
                .rate = entry.at("rate").number(),
                .source = entry.at("source").text(),
                .uncertainty = entry.at("uncertainty").number(),
                .clock = detail::number_if(entry, "clock")};
    if (const auto mixes = entry.find("by_mix"))
      one.by_mix = detail::list_of<mix_rate>(*mixes, [](const json_place& mix) {
        return mix_rate{mix.at("read_share").number(), mix.at("rate").number()};
      });
    known.set(std::move(one));
  });
  return known;
}

/// One number for the problems of a program: which they are and where they are declared.
[[nodiscard]] inline std::uint64_t fingerprint(const std::vector<const problem_definition*>& problems) {
  std::string text;
  for (const problem_definition* one : problems)
    text += std::string(one->name) + '\0' + one->backend + '\0' + one->where.file + '\0' +
            std::to_string(one->where.line) + '\0' + one->build + '\0';
  return siphash({}, text);
}

}  // namespace assay
