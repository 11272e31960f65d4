// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace assay {

/// What is right for one output, in the device's memory: all of it, or a sample. `values[i]` belongs to
/// element `indices[i]`, or to element i when `indices` is null. Unrounded.
struct device_expectation {
  const double* values = nullptr;
  const std::int64_t* indices = nullptr;
  std::int64_t count = 0;
  double rms = 0.0;  ///< root mean square of the finite values
};

}  // namespace assay
