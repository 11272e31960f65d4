// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// One callable, timed from a plain main(): no problem is declared, nothing is verified.
#include <assay/backend/host.hpp>
#include <assay/measure.hpp>
#include <cstdio>
#include <numeric>
#include <vector>

int main() {
  std::vector<float> values(1 << 20, 1.0f);
  volatile float sink = 0;  // or the compiler would leave the sum out

  const assay::measurement time =
      assay::measure<assay::host>([&] { sink = std::accumulate(values.begin(), values.end(), 0.0f); });

  std::printf("sum of %zu floats: %s, %zu samples, %s caches\n", values.size(),
              assay::format_time(time.time()).c_str(), time.samples.size(), assay::to_string(time.cache));
}
