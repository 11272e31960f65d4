// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/environment.hpp"
#include "assay/core/error.hpp"
#include "assay/measure/device_ceilings.hpp"
#include "assay/measure/host_ceilings.hpp"
#include "assay/measure/measure_ceilings.hpp"
#include "assay/monitor/device_settings.hpp"
#include "assay/monitor/open_monitor.hpp"
#include "assay/report/ceilings_file.hpp"
#include "assay/report/ceilings_table.hpp"
#include "assay/report/exit_code.hpp"
#include "assay/report/json.hpp"
#include "assay/report/measured_limits.hpp"
#include "assay/report/output_file.hpp"
#include "assay/report/terminal.hpp"
#include "assay/roofline/ceiling_layers.hpp"
#include "assay/suite/ctest_gpu.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/run_options.hpp"

namespace assay {

/// What --ceilings does: measures each device of the plan afresh, prints what came of it, and keeps it.
/// Exit code 2 where they cannot be kept. Throws io_error for a document that cannot be written.
[[nodiscard]] inline exit_code tell_ceilings(const std::vector<plan_item>& plan,
                                             const ceilings_storage& storage, const run_options& run,
                                             const std::string& json_path, const table_style& style,
                                             const environment& where) {
  std::optional<output_file> document;
  if (!json_path.empty()) document.emplace(json_path, output_file::mode::keep);
  std::vector<std::pair<device_info, device_ceilings>> devices;
  std::set<std::string> told;
  bool any = false, kept = true;
  for (const plan_item& item : plan) {
    if (!told.insert(item.definition->backend).second) continue;
    device* target = nullptr;
    use_ctest_gpus();
    try {
      target = &item.definition->open_device();
    } catch (const no_device& e) {
      say(stdout, std::string("assay: ") + e.what());
      continue;
    }
    const std::unique_ptr<monitor> clocks = open_monitor(target->info());
    const device_info info = with_settings(target->info(), clocks->read(), run.locked_clock);
    const ceiling_layers beforehand = known_layers(info, run.limits);
    device_ceilings seen;
    const double start = target->now();
    if (info.vendor == vendor::cpu) {
      const ceilings known = host_ceilings(info);
      for (std::size_t i = 0; i < resource_count; ++i)
        if (const ceiling* one = known.find(static_cast<resource>(i)))
          seen.all.push_back({.name = to_string(one->resource),
                              .which = one->resource,
                              .basis = ceiling_basis::measured,
                              .rate = one->rate,
                              .source = one->source});
      seen.seconds = target->now() - start;
    } else {
      seen = ceiling_measurer(*target, {}, clocks.get()).run();
    }
    any = any || !seen.all.empty();
    say(stdout, info.name + " (" + info.architecture + "), measured in " + format_time(seen.seconds));
    print(stdout, ceilings_table(seen, beforehand, style) + "\n");
    if (seen.all.empty())
      say(stdout, std::string("  the ") + item.definition->backend + " backend has no kernels for ceilings");
    devices.emplace_back(info, seen);
    if (!storage.keep || info.vendor == vendor::cpu) continue;
    const ceilings_file file(info, target->ceiling_features(), storage.path);
    try {
      file.write(seen);
      say(stdout, "kept in " + file.path());
    } catch (const io_error& e) {
      complain(std::string("not kept: ") + e.what());
      kept = false;
    }
  }
  if (document) document->rewrite(to_text(ceilings_to_json(where, devices), 2) + "\n");
  if (!kept) return exit_code::usage;
  return any ? exit_code::pass : exit_code::nothing_measured;
}

}  // namespace assay
