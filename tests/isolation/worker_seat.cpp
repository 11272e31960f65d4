// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/isolation/worker_seat.hpp"

#include "support/catch.hpp"

using namespace assay;

TEST_CASE("a candidate may be silent for a minute, and the longer the slower its case is", "[isolation]") {
  worker_seat seat({}, {});
  CHECK(seat.patience() == 60.0);
  seat.expect(0.5);
  CHECK(seat.patience() == 560.0);
  seat.expect({});
  CHECK(seat.patience() == 60.0);
}

TEST_CASE("for how long a candidate may be silent is as somebody says, whatever its limit is",
          "[isolation]") {
  worker_seat seat({}, 2.0);
  for (const std::optional<double> limit :
       {std::optional<double>(), std::optional(0.5), std::optional(1e6)}) {
    seat.expect(limit);
    CHECK(seat.patience() == 2.0);
  }
}
