// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include <assay/measure.hpp>

int main() {
  volatile double sum = 0.0;
  const auto time = assay::measure<assay::host>([&] {
    for (int i = 0; i < 1000; ++i) sum = sum + i;
  });
  return time.samples.empty() ? 1 : 0;
}
