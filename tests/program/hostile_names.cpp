// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Names that would draw on a terminal.
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>

// NOLINTNEXTLINE(misc-misleading-bidirectional)
ASSAY_PROBLEM("\x1b[31mred\nsecond line \u00D7 \u202Eevil", assay::host, p) {
  const auto n = p.axis("\x1b[2Jn", {64});
  const auto kind = p.axis("kind", {"\x1b]0;title\x07"});
  static_cast<void>(kind);
  const auto y = p.output<float>("y\x1b[1m", {n});
  p.oracle(y, [](auto, std::int64_t) { return 1.0; });
  const auto ones = [=] {
    for (std::int64_t i = 0; i < n; ++i) y[i] = 1.0f;
  };
  p.baseline("loop\r", ones);
  p.candidate("\u6f22\n\x1b[5mblinks", ones);
  p.candidate("wrong\x9b", [=] {
    ones();
    y[0] = 2.0f;
  });
}
