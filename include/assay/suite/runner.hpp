// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
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
#include "assay/suite/case_watch.hpp"
#include "assay/suite/ctest_gpu.hpp"
#include "assay/suite/memory_arena.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/plan_engine.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/record_tools.hpp"
#include "assay/suite/run_case.hpp"
#include "assay/suite/run_observer.hpp"
#include "assay/suite/run_result.hpp"

namespace assay {

/// Executes a plan in this process, item by item. A backend without a device loses its cases and nothing
/// else; a device that is lost ends the run, with the record that tells why.
class runner final : public plan_engine {
 public:
  /// `watch` is told whose code runs; may be null. Throws usage_error when a sanitizer or ncu is wanted and
  /// there is none.
  runner(const run_options& options, std::vector<run_observer*> observers, case_watch* watch = nullptr)
      : options_(options), observers_(std::move(observers)), watch_(watch), tools_(options) {}

  /// Takes the ceilings of a backend's device as known, so that they are not measured again. To be called
  /// before anything is run.
  void take_limits(const std::string& backend, ceiling_layers known) {
    known_limits_[backend] = std::move(known);
  }

  /// What is known of the device of a backend. Null until it has been opened.
  [[nodiscard]] const ceiling_layers* limits(const std::string& backend) const {
    const auto at = devices_.find(backend);
    return at != devices_.end() && at->second.device ? &at->second.limits : nullptr;
  }

  [[nodiscard]] run_result run(const std::vector<plan_item>& plan) override {
    run_result result;
    result.planned = plan.size();
    absent_.clear();
    const std::set<std::size_t> smallest =
        tools_.sanitizes() ? smallest_cases(plan, tensor_bytes) : std::set<std::size_t>();
    for (std::size_t i = 0; i < plan.size() && result.lost.empty(); ++i) {
      opened* target = open(*plan[i].definition, result);
      if (!target) continue;
      const std::size_t shortages = target->device->shortages;
      case_run item(
          *target->device, target->limits, plan[i], options_,
          [&](const std::string& what) { tell([&](run_observer& o) { o.on_progress(i, plan[i], what); }); },
          target->clocks.get(), target->memory.get(), watch_);
      for (record& r : item.run()) {
        if (item.lost()) result.lost = lost_reason(r, result.lost);
        if (!item.lost())
          tools_.examine(r, smallest.contains(i), [&](const std::string& what) {
            tell([&](run_observer& o) { o.on_progress(i, plan[i], what); });
          });
        tell([&](run_observer& o) { o.on_record(r); });
        result.records.push_back(std::move(r));
      }
      if (!item.lost() && target->device->shortages > shortages)
        result.starved = result.starved || is_used_up(*target);
      ++result.executed;
      tell([&](run_observer& o) { o.on_item_done(i); });
    }
    return result;
  }

  /// The device stays open from one call to the next.
  [[nodiscard]] std::vector<record> repeat(const plan_item& item, const run_options& options,
                                           const std::string& why) override {
    run_result result;
    absent_.clear();
    opened* target = open(*item.definition, result);
    if (!target) throw no_device(result.no_device.front());
    case_run again(
        *target->device, target->limits, item, options,
        [&](const std::string& what) {
          tell([&](run_observer& o) { o.on_progress(0, item, why + ": " + what); });
        },
        target->clocks.get(), target->memory.get(), watch_);
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
    std::int64_t free_memory = 0;          ///< bytes, when it was opened; 0: it does not tell
  };

  /// Whether most of the memory that there was is gone, while no case has any: what candidates never free
  /// goes with their process alone. A case that is too large for its device leaves all of it behind.
  static bool is_used_up(const opened& target) try {
    return target.memory->available() < target.free_memory / 2;
  } catch (const device_error&) {
    return true;
  }

  /// The device of a problem's backend, opened and bounded once. Null when there is none.
  opened* open(const problem_definition& definition, run_result& result) {
    const auto [at, added] = devices_.try_emplace(definition.backend);
    opened& target = at->second;
    if (added) {
      use_ctest_gpus();
      try {
        target.device = &definition.open_device();
        target.clocks = open_monitor(target.device->info());
        target.info = with_settings(target.device->info(), target.clocks->read(), options_.locked_clock);
        target.memory = std::make_unique<memory_arena>(*target.device);
        target.free_memory = free_memory_of(*target.device);
        if (const auto known = known_limits_.find(definition.backend); known != known_limits_.end()) {
          target.limits = known->second;
        } else {
          target.limits = known_layers(target.info, options_.limits);
          if (target.info.vendor == vendor::cpu && options_.time)
            target.limits.set(host_ceilings(target.info));
        }
      } catch (const std::exception& e) {  // none there, or it does not answer
        target.device = nullptr;
        target.absent = e.what();
      }
      // Outside of the handler: what an observer throws (a full disk, …) is not the device's.
      if (target.device) demand_locked_clocks(target);
      if (target.device && !known_limits_.contains(definition.backend)) add_measured_limits(target);
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

  static std::int64_t free_memory_of(device& target) try {
    return target.free_memory();
  } catch (const device_error&) {  // another call tells, where it matters
    return 0;
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
  case_watch* watch_;
  record_tools tools_;
  std::map<std::string, ceiling_layers> known_limits_;  ///< by backend
  std::map<std::string, opened> devices_;
  std::set<std::string> absent_;  ///< backends without a device that this run has met
};

}  // namespace assay
