// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/measure/device_ceilings.hpp"
#include "assay/measure/measure_ceilings.hpp"
#include "assay/monitor/monitor.hpp"
#include "assay/report/ceilings_file.hpp"
#include "assay/report/terminal.hpp"
#include "assay/suite/case_limits.hpp"

namespace assay {

/// Whether and where measured ceilings are kept.
struct ceilings_storage {
  bool keep = true;
  std::string path;  ///< empty: the usual place
};

/// The ceilings that the file holds for a device; measures nothing.
[[nodiscard]] inline kept_ceilings ceilings_kept(device& target, const device_info& info,
                                                 const ceilings_storage& storage) {
  if (!storage.keep) return {};
  const ceiling_features build = target.ceiling_features();
  if (!build.kernels) return {};
  const ceilings_file file(info, build, storage.path);
  if (file.path().empty()) return {{}, {}, "there is no folder for them"};
  kept_ceilings found{{}, file.path(), {}};
  found.seen = file.read(found.absent);
  if (!found.seen && found.absent.empty())
    found.absent = "none in " + file.path() + "; --ceilings measures them";
  return found;
}

/// The measured ceilings of a device for a run: those in the file; where there are none, the mixes of DRAM
/// and the launch are measured and kept, one run of the sampler once for a device. The others take seconds
/// and are measured when somebody asks (--ceilings). Absent where there is no place for a file, for a device
/// without kernels, and when it fails; what is worth a word goes to standard error. Throws device_error when
/// the device is lost.
[[nodiscard]] inline std::optional<device_ceilings> ceilings_for_run(device& target, const device_info& info,
                                                                     monitor* clocks,
                                                                     const ceilings_storage& storage) {
  if (!storage.keep) return std::nullopt;
  const auto tell = [](const std::string& what) { complain("ceilings: " + what); };
  try {
    const ceiling_features build = target.ceiling_features();
    if (!build.kernels) return std::nullopt;
    const ceilings_file file(info, build, storage.path);
    if (file.path().empty()) return std::nullopt;
    std::string why;
    if (std::optional<device_ceilings> known = file.read(why)) return known;
    if (!why.empty()) tell(why + "; measured anew");
    ceiling_options few;
    few.all = false;
    device_ceilings seen = ceiling_measurer(target, few, clocks).run();
    // Where no gate holds, a tool makes every launch wait, and there is no net time: not for later runs.
    const measured_ceiling* const launch = seen.find(to_string(resource::launch));
    if (!launch || !launch->rate) {
      std::string why_not = launch ? launch->source : "";
      for (const measured_ceiling& one : seen.all)
        for (const std::string& failure : one.failures) why_not += "; " + one.name + ": " + failure;
      tell("not kept: there are no net times, as under a profiler or sanitizer: " + why_not);
      return std::nullopt;
    }
    try {
      file.write(seen);
    } catch (const io_error& e) {
      tell(std::string("not kept: ") + e.what());
    }
    return seen;
  } catch (const device_error& e) {
    if (e.lost()) throw;
    tell(e.what());
    return std::nullopt;
  } catch (const std::exception& e) {
    tell(e.what());
    return std::nullopt;
  }
}

}  // namespace assay
