// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/roofline/resource.hpp"

namespace assay {

/// The range around the launch in --profile, for the filters of profilers: within it are the kernels of a
/// candidate and nothing of assay's. The device's start_profiling() and stop_profiling() enclose the same.
inline constexpr const char* profiled_range = "assay_launch";

/// What a profiler counted in one launch, all of its kernels together. What it did not tell is absent.
struct launch_profile {
  std::string tool;                                 ///< "ncu"
  std::vector<std::string> kernels;                 ///< their names, in order
  std::optional<double> seconds;                    ///< of the kernels, one after another, under the profiler
  std::optional<double> bytes_read, bytes_written;  ///< of DRAM
  /// Operations by resource, as the hardware counted them; a resource that was not counted is not there.
  std::vector<std::pair<resource, double>> operations;
  std::optional<double> clock;         ///< Hz, of the multiprocessors
  std::optional<double> memory_clock;  ///< Hz, of the DRAM
  /// Why warps waited: cycles of it for each instruction issued (not_selected and the like included), the
  /// longest first; the mean over kernels by their time.
  std::vector<std::pair<std::string, double>> stalls;
};

}  // namespace assay
