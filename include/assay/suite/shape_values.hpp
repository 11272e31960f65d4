// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "assay/suite/axis_domain.hpp"

namespace assay {

/// The next value of a domain above `value`, or below it; `value` itself where there is none.
[[nodiscard]] inline std::int64_t neighbour(const axis_domain& domain, std::int64_t value, bool above) {
  if (above ? value > std::numeric_limits<std::int64_t>::max() - domain.step
            : value < std::numeric_limits<std::int64_t>::min() + domain.step)
    return value;
  const std::int64_t next = above ? value + domain.step : value - domain.step;
  return domain.holds(next) ? next : value;
}

/// Small values of a domain at which kernels tend to fail, the most telling first: none, one, primes, next to
/// vectors (2 to 16) and tiles (32 to 1024) and twice those, and the ends of the domain; of a domain of
/// multiples also that many multiples. `listed`: what the axis lists, the small ones of which are tried too.
[[nodiscard]] inline std::vector<std::int64_t> shape_values(const axis_domain& domain,
                                                            const std::vector<std::int64_t>& listed) {
  constexpr std::int64_t telling[] = {1,  17, 33,  3,   0,  127, 65,   2,    7,    257, 31,  129,  5,  63,
                                      16, 97, 255, 513, 32, 4,   128,  9,    1025, 15,  256, 8,    61, 511,
                                      64, 13, 512, 11,  6,  19,  1021, 1023, 1024, 10,  12,  2049, 96, 251};
  constexpr std::int64_t largest = 4096;
  std::vector<std::int64_t> values;
  const auto add = [&](std::int64_t value) {
    if (domain.holds(value) && std::find(values.begin(), values.end(), value) == values.end())
      values.push_back(value);
  };
  for (const std::int64_t value : telling) {
    if (domain.step > 1 && domain.step <= largest) add(value * domain.step);
    add(value);
  }
  // A domain that begins beyond these: its first, and next to its first multiples of tiles.
  if (domain.low > 1 && domain.low <= std::numeric_limits<std::int64_t>::max() / 2) {
    const std::int64_t first = (domain.low + domain.step - 1) / domain.step * domain.step;
    for (const std::int64_t more : {0, 1, 2, 6}) add(first + more * domain.step);
    for (const std::int64_t tile : {16, 32, 128}) {
      const std::int64_t multiple = (domain.low + tile) / tile * tile;
      for (const std::int64_t value : {multiple - 1, multiple + 1, multiple}) add(value);
    }
  }
  if (domain.high <= largest) {
    add(domain.high / domain.step * domain.step);
    add(neighbour(domain, domain.high / domain.step * domain.step, false));
  }
  for (const std::int64_t value : listed) {
    if (value > largest) continue;
    add(value);
    add(neighbour(domain, value, true));
    add(neighbour(domain, value, false));
  }
  return values;
}

}  // namespace assay
