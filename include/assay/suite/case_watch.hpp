// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "assay/suite/record.hpp"
#include "assay/suite/trial.hpp"

namespace assay {

/// Whose code a case runs.
enum class activity {
  own,    ///< assay's, or the problem's: its body, its oracle, its reference
  call,   ///< a candidate's, on the host
  wait,   ///< none on the host; what a candidate has launched has to end
  timed,  ///< a candidate's, on the host or on the device
};

/// What a case calls the stage in which it takes times; whoever watches it may let it wait there.
inline constexpr const char* timing_stage = "time";
/// And that in which tensors lie at fences.
inline constexpr const char* fence_stage = "fence";

/// Told what a case does, before it does it: when the process dies of it, nobody can ask any more. Nothing is
/// told within a timed window. Does nothing unless overridden.
class case_watch {
 public:
  virtual ~case_watch() = default;
  /// What is going to run: each as it will be in its record, and the least time of a launch (s), where it is
  /// known.
  virtual void on_entries(const std::vector<record>&, std::optional<double> /*limit*/) {}
  /// `candidate` is empty where it is nobody's.
  virtual void on_activity(const std::string& /*candidate*/, activity) {}
  /// The fuzz trial that is run next; absent when there are no more.
  virtual void on_trial(const std::optional<trial>&) {}
  /// The device is lost, and by whom.
  virtual void on_culprit(const std::string& /*candidate*/) {}
};

}  // namespace assay
