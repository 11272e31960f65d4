// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "assay/numeric/dtype.hpp"
#include "assay/numeric/type_limits.hpp"

namespace assay {

/// The narrower type in which a result looks computed, by the size of its errors: "tf32 or fp16", "bf16",
/// "fp8", …; absent where they are no larger than the output's own rounding may make them, or like no type's.
///
/// Rounding a number m·2^e, 1 ≤ m < 2, to a type of unit roundoff u adds an error that is uniform within
/// ±u·2^e. With m uniform as well, the errors' rms over the numbers' is u·√((1/3) / (7/3)) = 0.38·u; of
/// products whose factors were both rounded it is √2 times that, 0.53·u, and sums of products with random
/// signs keep the ratio, since terms and errors add up alike. So a ratio between u/4 and u says u: but for
/// the two of fp8, which are told together, types are a factor of eight or more apart. It must also be four
/// times the output's own u, or that would explain it. `error` and `size` are root mean squares, of the
/// errors and of what is right.
[[nodiscard]] inline std::optional<std::string> apparent_precision(double error, double size, dtype output) {
  if (!is_floating(output) || !(error > 0) || !(size > 0)) return std::nullopt;
  struct narrower_type {
    double least, most;  ///< unit roundoff
    const char* name;
  };
  constexpr narrower_type narrower[] = {
      {unit_roundoff(dtype::fp32), unit_roundoff(dtype::fp32), "fp32"},
      {unit_roundoff(dtype::fp16), unit_roundoff(dtype::fp16), "tf32 or fp16"},
      {unit_roundoff(dtype::bf16), unit_roundoff(dtype::bf16), "bf16"},
      {unit_roundoff(dtype::fp8_e4m3fn), unit_roundoff(dtype::fp8_e5m2), "fp8"}};
  const double ratio = error / size, own = unit_roundoff(output);
  if (ratio < 4 * own) return std::nullopt;
  for (const narrower_type& n : narrower)
    if (n.least > own && ratio >= n.least / 4 && ratio <= n.most) return n.name;
  return std::nullopt;
}

}  // namespace assay
