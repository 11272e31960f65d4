// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// A mistake: a candidate without an oracle.
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>

ASSAY_PROBLEM("unproven", assay::host, p) {
  const auto y = p.output<float>("y", {1});
  p.candidate("hopeful", [=] { *y = 1.0f; });
}
