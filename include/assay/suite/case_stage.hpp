// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "assay/backend/device.hpp"
#include "assay/suite/case_entry.hpp"
#include "assay/suite/case_memory.hpp"
#include "assay/suite/case_watch.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/suite/run_options.hpp"
#include "assay/verify/poison.hpp"

namespace assay {

/// What the stages of a case share: its device, problem and tensors, and how a candidate is launched on them.
struct case_stage {
  device& target;
  const run_options& options;
  declared_problem& problem;
  std::unique_ptr<case_memory> memory = nullptr;
  case_entry* running = nullptr;  ///< the last that was launched: the one to blame when the device is lost
  case_watch* watch = nullptr;    ///< told whose code runs; may be null

  /// Says whose code runs from here on.
  void tell(const case_entry& e, activity what) const {
    if (watch) watch->on_activity(e.candidate->name, what);
  }
  void tell_own() const {
    if (watch) watch->on_activity("", activity::own);
  }

  /// Enqueues one launch on the copy of the tensors that is bound. Tells nobody: it may be timed.
  void launch(case_entry& e) {
    running = &e;
    const std::size_t copy = memory->bound();
    e.candidate->launch(target.stream(), copy < e.states.size() ? e.states[copy].get() : nullptr);
  }

  /// Runs the prepare step, if there is one and it was not run yet for the copy of the tensors that is bound.
  /// Waits.
  void prepare(case_entry& e) {
    tell(e, activity::call);
    const std::size_t copy = memory->bound();
    if (!e.candidate->prepare || (copy < e.states.size() && e.states[copy])) return;
    running = &e;
    const scoped_range in_stage(target, "prepare");
    const auto start = std::chrono::steady_clock::now();
    const prepared_state state = e.candidate->prepare(target.stream());
    if (e.states.size() <= copy) e.states.resize(copy + 1);
    e.states[copy] = std::shared_ptr<void>(state.object, state.destroy);
    target.check_launch();
    target.synchronize();
    e.result.prepare_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  /// Resets the tensors, prepares where that is still to be done, launches once, and waits. Throws what went
  /// wrong.
  void launch_once(case_entry& e, poison_variant variant = poison_variant::first) {
    running = &e;
    memory->reset(variant);
    target.synchronize();
    prepare(e);
    launch(e);
    tell(e, activity::wait);
    target.check_launch();
    target.synchronize();
  }
};

}  // namespace assay
