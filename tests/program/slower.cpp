// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// A kernel whose speed the environment decides, for tests of baselines and of two builds: it takes 100 µs
// times SLOWER_FACTOR, in each run of a case or, with SLOWER_ONCE, in the first alone. With SLOWER_DIES it
// takes the process with it, with SLOWER_WRONG it is wrong.
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>
#include <chrono>
#include <cstdlib>

namespace {

int runs = 0;  // of the body: the first to discover, the second to plan, the third for the first case

double factor() {
  const char* given = std::getenv("SLOWER_FACTOR");
  return given && (runs <= 3 || !std::getenv("SLOWER_ONCE")) ? std::atof(given) : 1.0;
}

void spin(double seconds) {
  using clock = std::chrono::steady_clock;
  const clock::time_point end =
      clock::now() + std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(seconds));
  while (clock::now() < end) {
  }
}

}  // namespace

ASSAY_PROBLEM("spin", assay::host, p) {
  ++runs;
  const double seconds = 100e-6 * factor();
  const auto y = p.output<float>("y", {1});
  p.oracle(y, [](auto, std::int64_t) { return 1.0; });
  p.baseline("as it was", [=] {
    spin(100e-6);
    *y = 1.0f;
  });
  p.candidate("kernel", [=] {
    if (std::getenv("SLOWER_DIES")) std::abort();
    spin(seconds);
    *y = std::getenv("SLOWER_WRONG") ? 2.0f : 1.0f;
  });
}
