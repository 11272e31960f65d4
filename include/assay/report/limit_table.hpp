// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/environment.hpp"
#include "assay/core/format.hpp"
#include "assay/report/format_work.hpp"
#include "assay/report/json.hpp"
#include "assay/report/text_table.hpp"
#include "assay/suite/case_limits.hpp"

namespace assay {

/// What --limits prints: for each problem a table with a row for each term of each layer, and below it what
/// is not known.
[[nodiscard]] inline std::string limit_tables(const std::vector<case_limits>& cases,
                                              const table_style& style = {}) {
  using side = text_table::align;
  std::string text;
  for (std::size_t begin = 0, end = 0; begin < cases.size(); begin = end) {
    const auto same = [&](const case_limits& one) {
      return one.problem == cases[begin].problem && one.backend == cases[begin].backend &&
             one.device == cases[begin].device;
    };
    while (end < cases.size() && same(cases[end])) ++end;
    text_table table({{"case"},
                      {"layer"},
                      {"resource"},
                      {"amount", side::right},
                      {"rate", side::right},
                      {"time", side::right},
                      {"uncertainty", side::right},
                      {"kind"},
                      {"binds"},
                      {"bound"}});
    std::vector<std::string> notes;
    const auto note = [&](const std::string& words) {
      if (std::find(notes.begin(), notes.end(), words) == notes.end()) notes.push_back(words);
    };
    for (std::size_t i = begin; i < end; ++i) {
      const case_limits& one = cases[i];
      std::string name = to_string(one.axes);
      if (!one.ceilings_file.empty()) note("measured ceilings are kept in " + one.ceilings_file);
      if (!one.unmeasured.empty()) note("no measured ceilings: " + one.unmeasured);
      if (!one.absent.empty()) note((name.empty() ? "" : name + ": ") + one.absent);
      for (const limit& l : one.limits) {
        std::string layer_name = to_string(l.which);
        for (const finding& f : l.findings)
          if (&l == &one.limits.front() || f.code != "limit-absent") note(f.code + ": " + f.message);
        for (const term& t : l.terms) {
          const bool binds = l.seconds && t.which == l.binding;
          const bool first = &l == &one.limits.front() && one.bound && binds;
          table.add({{std::exchange(name, "")},
                     {std::exchange(layer_name, "")},
                     {to_string(t.which)},
                     {format_work(t.amount, t.which)},
                     {format_work_rate(t.rate, t.which)},
                     {format_time(t.seconds)},
                     {t.uncertainty > 0 ? "±" + format_share(t.uncertainty) : ""},
                     {t.hard ? "hard" : "soft"},
                     {binds ? "binds" : ""},
                     {first ? to_string(one.bound->quality) : ""}});
        }
      }
    }
    text += (text.empty() ? "" : "\n") + visible(cases[begin].problem) +
            visible(cases[begin].device.empty() ? "" : ", " + cases[begin].device) + "\n";
    if (!table.empty()) text += table.to_text(style);
    for (const std::string& one : notes) text += "  " + visible(one, true) + "\n";
  }
  return text;
}

/// What --limits --json writes.
[[nodiscard]] inline json limits_to_json(const environment& where, const std::vector<case_limits>& cases) {
  json document = {
      {"schema", json_schema}, {"type", "limits"}, {"environment", to_json(where)}, {"cases", json::array()}};
  for (const case_limits& one : cases) {
    json object = {{"problem", one.problem}, {"backend", one.backend}, {"axes", to_json(one.axes)}};
    if (!one.device.empty()) object["device"] = one.device;
    if (!one.absent.empty()) object["absent"] = one.absent;
    if (!one.ceilings_file.empty()) object["ceilings_file"] = one.ceilings_file;
    if (!one.unmeasured.empty()) object["unmeasured"] = one.unmeasured;
    object["work"] = to_json(one.work);
    for (const limit& l : one.limits) object["limits"].push_back(to_json(l));
    if (one.bound) object["bound"] = to_json(*one.bound);
    document["cases"].push_back(std::move(object));
  }
  return document;
}

}  // namespace assay
