// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/device_info.hpp"
#include "assay/measure/device_ceilings.hpp"
#include "assay/measure/host_ceilings.hpp"
#include "assay/monitor/device_settings.hpp"
#include "assay/monitor/open_monitor.hpp"
#include "assay/roofline/bound_quality.hpp"
#include "assay/roofline/ceiling_layers.hpp"
#include "assay/roofline/speed_of_light.hpp"
#include "assay/roofline/work.hpp"
#include "assay/suite/axis.hpp"
#include "assay/suite/ctest_gpu.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/run_options.hpp"

namespace assay {

/// What is known of earlier measurements of a device.
struct kept_ceilings {
  std::optional<device_ceilings> seen;
  std::string file;    ///< that holds them
  std::string absent;  ///< why there are none
};
using kept_ceilings_finder = std::function<kept_ceilings(device&, const device_info&)>;

/// What a device needs at least for one case, by layer, without any candidate having run.
struct case_limits {
  std::string problem;
  std::string backend;
  axis_values axes;
  std::string device;  ///< whose limits these are
  assay::work work;
  std::vector<limit> limits;          ///< one for each layer that is known, that of SoL first
  std::optional<judged_bound> bound;  ///< what the first of them is worth
  std::string absent;                 ///< why there are none; empty where there are
  std::string ceilings_file;          ///< that the measured layer comes from; empty where from none
  std::string unmeasured;             ///< why there is no measured layer, where somebody looked for it
};

/// Finds the limits of planned cases, and measures none but a processor's. Opens no device where `options`
/// name one.
class limit_finder {
 public:
  /// `kept` is asked for what was measured of a device before; it may be empty.
  explicit limit_finder(const run_options& options, kept_ceilings_finder kept = {})
      : wanted_(options.limits), locked_clock_(options.locked_clock), kept_(std::move(kept)) {}

  [[nodiscard]] case_limits find(const plan_item& item) {
    case_limits result;
    result.problem = item.definition->name;
    result.backend = item.definition->backend;
    result.axes = item.values;
    try {
      const declared_problem problem(*item.definition, item.positions,
                                     item.trial ? item.values : axis_values());
      result.work = problem.declared_work();
      const known_device& known = device_of(*item.definition);
      result.device = known.name;
      result.ceilings_file = known.ceilings_file;
      result.unmeasured = known.unmeasured;
      result.limits = known.layers.limits(result.work);
      const std::vector<limit> others(result.limits.begin() + 1, result.limits.end());
      result.bound = judge_bound(result.limits.front(), others, time_of_launch(result.limits));
    } catch (const std::exception& e) {  // a case that there is not, or no device
      result.absent = e.what();
    }
    return result;
  }

 private:
  struct known_device {
    std::string backend;  ///< empty: of all backends
    std::string name;
    ceiling_layers layers;
    std::string ceilings_file = {}, unmeasured = {};
  };

  /// Of one, where it was measured: how many each candidate needs is not known before it ran.
  static std::optional<double> time_of_launch(const std::vector<limit>& limits) {
    for (const limit& one : limits)
      for (const term& part : one.terms)
        if (one.which == layer::measured && part.which == resource::launch) return 1 / part.rate;
    return std::nullopt;
  }

  const known_device& device_of(const problem_definition& definition) {
    for (const auto& one : known_)
      if (one->backend.empty() || one->backend == definition.backend) return *one;
    known_.push_back(std::make_unique<known_device>(look_up(definition)));
    return *known_.back();
  }

  [[nodiscard]] known_device look_up(const problem_definition& definition) const {
    limit_options wanted = wanted_;
    if (wanted.as_device) {
      // The device itself, so that all of its layers are shown and not only what is assumed.
      const device_row row = *std::exchange(wanted.as_device, std::nullopt);
      return {"", std::string(row.name), known_layers(as_reported(row), wanted)};
    }
    use_ctest_gpus();
    try {
      device& target = definition.open_device();
      const device_info info =
          with_settings(target.info(), open_monitor(target.info())->read(), locked_clock_);
      known_device found{definition.backend, info.name, known_layers(info, wanted)};
      if (info.vendor == vendor::cpu) {
        found.layers.set(host_ceilings(info));
      } else if (kept_) {
        const kept_ceilings before = kept_(target, info);
        if (before.seen) {
          found.layers.set(measured_layer(*before.seen, info.name));
          found.ceilings_file = before.file;
        }
        found.unmeasured = before.absent;
      }
      return found;
    } catch (const no_device& e) {
      throw no_device(std::string(e.what()) + "; --as-device says whose limits are wanted");
    }
  }

  limit_options wanted_;
  std::optional<double> locked_clock_;
  kept_ceilings_finder kept_;
  std::vector<std::unique_ptr<known_device>> known_;  ///< each opened once
};

}  // namespace assay
