// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/device_info.hpp"
#include "assay/measure/host_ceilings.hpp"
#include "assay/roofline/bound_quality.hpp"
#include "assay/roofline/ceiling_layers.hpp"
#include "assay/roofline/speed_of_light.hpp"
#include "assay/roofline/work.hpp"
#include "assay/suite/axis.hpp"
#include "assay/suite/ctest_gpu.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/suite/plan.hpp"

namespace assay {

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
};

/// Finds the limits of planned cases. Opens no device where `wanted` names one.
class limit_finder {
 public:
  explicit limit_finder(const limit_options& wanted) : wanted_(wanted) {}

  [[nodiscard]] case_limits find(const plan_item& item) {
    case_limits result{item.definition->name, item.definition->backend, item.values, {}, {}, {}, {}, {}};
    try {
      const declared_problem problem(*item.definition, item.positions,
                                     item.trial ? item.values : axis_values());
      result.work = problem.declared_work();
      const known_device& known = device_of(*item.definition);
      result.device = known.name;
      result.limits = known.layers.limits(result.work);
      const std::vector<limit> others(result.limits.begin() + 1, result.limits.end());
      result.bound = judge_bound(result.limits.front(), others, std::nullopt);
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
  };

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
    use_ctest_gpu();
    try {
      const device_info info = definition.open_device().info();
      known_device found{definition.backend, info.name, known_layers(info, wanted)};
      if (info.vendor == vendor::cpu) found.layers.set(host_ceilings(info));
      return found;
    } catch (const no_device& e) {
      throw no_device(std::string(e.what()) + "; --as-device says whose limits are wanted");
    }
  }

  limit_options wanted_;
  std::vector<std::unique_ptr<known_device>> known_;  ///< each opened once
};

}  // namespace assay
