// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdio>
#include <optional>
#include <string>

#include "assay/core/format.hpp"
#include "assay/measure/device_ceilings.hpp"
#include "assay/report/text_table.hpp"
#include "assay/roofline/ceiling_layers.hpp"
#include "assay/roofline/ceilings.hpp"
#include "assay/roofline/resource.hpp"

namespace assay {

/// What --ceilings prints: each ceiling as it was measured, beside the hard one, the hard one at the clock
/// that was seen meanwhile, and the datasheet's, with its share of each. `beforehand`: what is known without
/// measuring.
[[nodiscard]] inline std::string ceilings_table(const device_ceilings& seen, const ceiling_layers& beforehand,
                                                const table_style& style) {
  using side = text_table::align;
  text_table table({{"ceiling"},
                    {"measured", side::right},
                    {"clock", side::right},
                    {"hard", side::right},
                    {"share", side::right},
                    {"at that clock", side::right},
                    {"datasheet", side::right},
                    {"share", side::right},
                    {"basis"},
                    {"by"}});
  const auto rate_text = [](const measured_ceiling& one, double rate) {
    if (one.which == resource::launch) return format_time(1 / rate);
    const char* const prefixes[] = {"", "k", "M", "G", "T", "P"};
    int prefix = 0;
    for (; rate >= 1000 && prefix < 5; ++prefix) rate /= 1000;
    return format_number(rate) + " " + prefixes[prefix] +
           (one.which && is_bytes(*one.which) ? "B/s" : "op/s");
  };
  for (const measured_ceiling& one : seen.all) {
    const auto known = [&](layer which) -> const ceiling* {
      const ceilings* all = beforehand.find(which);
      return all && one.which ? all->find(*one.which) : nullptr;
    };
    const auto value = [&](const ceiling* other) { return other ? rate_text(one, other->rate) : ""; };
    const auto share = [&](const ceiling* other) {
      return other && one.rate ? format_share(*one.rate / other->rate) : "";
    };
    const ceiling *hard = known(layer::hard), *sheet = known(layer::datasheet);
    std::string measured, clock, adjusted;
    if (one.rate) {
      measured = rate_text(one, *one.rate);
      if (one.lower && one.upper) measured += " ±" + format_share((*one.upper - *one.lower) / 2 / *one.rate);
    }
    if (one.clock) {
      char text[32];
      std::snprintf(text, sizeof text, "%.0f MHz", *one.clock / 1e6);
      clock = text;
      if (hard && hard->clock && one.rate)
        adjusted = format_share(*one.rate / (hard->rate * *one.clock / *hard->clock));
    }
    table.add({{one.name},
               {measured},
               {clock},
               {value(hard)},
               {share(hard)},
               {adjusted},
               {value(sheet)},
               {share(sheet)},
               {to_string(one.basis)},
               {one.source}});
  }
  std::string text = table.to_text(style);
  for (const measured_ceiling& one : seen.all)
    if (one.rate)
      for (const std::string& why : one.failures)
        text += "  " + visible(one.name) + ": left out: " + visible(why, true) + "\n";
  return text;
}

}  // namespace assay
