// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/measure/device_ceilings.hpp"
#include "assay/measure/host_ceilings.hpp"
#include "assay/monitor/clock_findings.hpp"
#include "assay/monitor/device_settings.hpp"
#include "assay/monitor/open_monitor.hpp"
#include "assay/roofline/ceiling_layers.hpp"
#include "assay/roofline/ceilings.hpp"
#include "assay/suite/ctest_gpu.hpp"
#include "assay/suite/memory_arena.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/profiler.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/run_case.hpp"
#include "assay/suite/sanitizer.hpp"

namespace assay {

/// Told what happens during a run, as it happens. Does nothing unless overridden.
class run_observer {
 public:
  virtual ~run_observer() = default;
  /// The ceilings are those that SoL is made from; empty where none are known.
  virtual void on_device(const device_info&, const ceilings&) {}
  virtual void on_no_device(const std::string& /*why*/) {}
  /// `what` is the stage, e.g. "verify grid-stride".
  virtual void on_progress(std::size_t /*item*/, const plan_item&, const std::string& /*what*/) {}
  virtual void on_record(const record&) {}
  virtual void on_item_done(std::size_t /*item*/) {}
};

/// What a run left behind beside its records.
struct run_result {
  std::vector<record> records;
  std::size_t planned = 0;  ///< cases
  std::size_t executed = 0;
  std::vector<std::string> no_device;  ///< a sentence for each backend without a device
  std::string lost;                    ///< why the run ended early; empty when it did not
};

/// Executes a plan in this process, item by item. A backend without a device loses its cases and nothing
/// else; a device that is lost ends the run, with the record that tells why.
class runner {
 public:
  /// Throws usage_error when a sanitizer or ncu is wanted and there is none.
  runner(const run_options& options, std::vector<run_observer*> observers)
      : options_(options), observers_(std::move(observers)) {
    if (!options.sanitizer_tools.empty()) sanitizer_.emplace(options.sanitizer_tools);
    if (options.ncu) profiler_.emplace();
  }

  [[nodiscard]] run_result run(const std::vector<plan_item>& plan) {
    run_result result;
    result.planned = plan.size();
    absent_.clear();
    const std::set<std::size_t> smallest = sanitizer_ ? smallest_cases(plan) : std::set<std::size_t>();
    for (std::size_t i = 0; i < plan.size() && result.lost.empty(); ++i) {
      opened* target = open(*plan[i].definition, result);
      if (!target) continue;
      case_run item(
          *target->device, target->limits, plan[i], options_,
          [&](const std::string& what) { tell([&](run_observer& o) { o.on_progress(i, plan[i], what); }); },
          target->clocks.get(), target->memory.get());
      for (record& r : item.run()) {
        if (item.lost()) result.lost = lost_reason(r, result.lost);
        if (smallest.contains(i) && !item.lost() && r.role != candidate_role::counterexample) {
          tell([&](run_observer& o) { o.on_progress(i, plan[i], "sanitize " + r.candidate); });
          sanitizer_->check(r);
        }
        if (profiler_ && r.time && !item.lost()) {
          tell([&](run_observer& o) { o.on_progress(i, plan[i], "ncu " + r.candidate); });
          profiler_->profile(r);
        }
        tell([&](run_observer& o) { o.on_record(r); });
        result.records.push_back(std::move(r));
      }
      ++result.executed;
      tell([&](run_observer& o) { o.on_item_done(i); });
    }
    return result;
  }

  /// Measures one item once more, with other options, and tells no observer but of the progress. Its device
  /// stays open from one call to the next. Throws no_device where there is none.
  [[nodiscard]] std::vector<record> repeat(const plan_item& item, const run_options& options,
                                           const std::string& why) {
    run_result result;
    absent_.clear();
    opened* target = open(*item.definition, result);
    if (!target) throw no_device(result.no_device.front());
    case_run again(
        *target->device, target->limits, item, options,
        [&](const std::string& what) {
          tell([&](run_observer& o) { o.on_progress(0, item, why + ": " + what); });
        },
        target->clocks.get(), target->memory.get());
    std::vector<record> records = again.run();
    if (again.lost())
      throw error("the device was lost in " + item_name(item) + " when it was measured again");
    return records;
  }

 private:
  static std::string item_name(const plan_item& item) {
    return item.definition->name + (item.values.empty() ? "" : " " + to_string(item.values));
  }
  struct opened {
    assay::device* device = nullptr;  ///< null when there is none
    std::string absent;               ///< then, why
    device_info info;                 ///< as the runtime and the management library tell it
    ceiling_layers limits;
    std::unique_ptr<monitor> clocks;
    std::unique_ptr<memory_arena> memory;  ///< of all its cases, one after another
  };

  /// Of each problem the case whose tensors have the fewest bytes: under a sanitizer kernels take long.
  static std::set<std::size_t> smallest_cases(const std::vector<plan_item>& plan) {
    std::map<const problem_definition*, std::pair<double, std::size_t>> least;
    for (std::size_t i = 0; i < plan.size(); ++i) {
      try {
        double bytes = 0;
        const declared_problem problem(*plan[i].definition, plan[i].positions);
        for (const declared_tensor& t : problem.tensors()) bytes += static_cast<double>(t.bytes());
        const auto [at, added] = least.try_emplace(plan[i].definition, bytes, i);
        if (bytes < at->second.first) at->second = {bytes, i};
      } catch (const std::exception&) {  // its record will say so
      }
    }
    std::set<std::size_t> chosen;
    for (const auto& [definition, found] : least) chosen.insert(found.second);
    return chosen;
  }

  /// The device of a problem's backend, opened and bounded once. Null when there is none.
  opened* open(const problem_definition& definition, run_result& result) {
    const auto [at, added] = devices_.try_emplace(definition.backend);
    opened& target = at->second;
    if (added) {
      use_ctest_gpu();
      try {
        target.device = &definition.open_device();
        target.clocks = open_monitor(target.device->info());
        target.info = with_settings(target.device->info(), target.clocks->read(), options_.locked_clock);
        target.memory = std::make_unique<memory_arena>(*target.device);
        target.limits = known_layers(target.info, options_.limits);
        if (target.info.vendor == vendor::cpu && options_.time) target.limits.set(host_ceilings(target.info));
      } catch (const std::exception& e) {  // none there, or it does not answer
        target.device = nullptr;
        target.absent = e.what();
      }
      // Outside of the handler: what an observer throws (a full disk, …) is not the device's.
      if (target.device) demand_locked_clocks(target);
      if (target.device) add_measured_limits(target);
      if (target.device)
        tell([&](run_observer& o) { o.on_device(target.info, held_against(target)); });
      else
        tell([&](run_observer& o) { o.on_no_device(target.absent); });
    }
    // Every run of this runner says it, and once.
    if (!target.device && absent_.insert(definition.backend).second)
      result.no_device.push_back(target.absent);
    return target.device ? &target : nullptr;
  }

  /// A device that does not survive it is none.
  void add_measured_limits(opened& target) const try {
    if (!options_.time || !options_.measured_ceilings) return;
    if (const auto seen = options_.measured_ceilings(*target.device, target.info, target.clocks.get()))
      target.limits.set(measured_layer(*seen, target.info.name));
  } catch (const std::exception& e) {
    target.device = nullptr;
    target.absent = e.what();
  }

  static ceilings held_against(const opened& target) {
    const ceilings* first = target.limits.primary();
    return first ? *first : ceilings(layer::hard, target.info.name);
  }

  /// Throws usage_error where clocks have to be locked and are not, or not known to be.
  void demand_locked_clocks(opened& target) const {
    if (!options_.locked_clocks || !options_.time || target.device->info().vendor == vendor::cpu) return;
    const device_state state = target.clocks->read();
    const auto why = require_locked(state, options_.locked_clock);
    if (!why) return;
    std::string words = "locked clocks are required: " + *why;
    const auto clock = options_.locked_clock ? options_.locked_clock : detail::sustained_clock(state, state);
    if (const std::string hint = clock ? lock_hint(state, *clock) : ""; !hint.empty()) words += "; " + hint;
    if (clock && state.library == management_library::nvml && !options_.locked_clock) {
      char megahertz[32];
      std::snprintf(megahertz, sizeof megahertz, "%.0f", *clock * 1e-6);
      words += std::string("; then say so: --locked-clock ") + megahertz + "MHz";
    }
    throw usage_error(words);
  }

  static std::string lost_reason(const record& r, const std::string& already) {
    if (!already.empty() || r.verdict.outcome != outcome::failed) return already;
    return "the device was lost in " + r.case_name() + ", " + r.candidate + ": " + r.verdict.reason;
  }

  template <class Event>
  void tell(const Event& event) {
    for (run_observer* o : observers_) event(*o);
  }

  const run_options& options_;
  std::vector<run_observer*> observers_;
  std::optional<sanitizer> sanitizer_;
  std::optional<profiler> profiler_;
  std::map<std::string, opened> devices_;
  std::set<std::string> absent_;  ///< backends without a device that this run has met
};

}  // namespace assay
