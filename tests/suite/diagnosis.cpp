// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/diagnosis.hpp"

#include "support/catch.hpp"

using assay::diagnosis;
using assay::rung_outcome;

TEST_CASE("the first cause is the answer; what is odd is told where there is none") {
  diagnosis d;
  CHECK(d.answer() == "unexplained");
  d.rungs = {{"warm-cache", rung_outcome::cleared, "it takes as long", {}},
             {"clock", rung_outcome::not_tried, "not read", {}}};
  CHECK(d.answer() == "unexplained");
  CHECK(d.cause() == nullptr);
  d.rungs.push_back({"byte-stream", rung_outcome::evidence, "its stream is slower", {}});
  d.rungs.push_back({"arithmetic", rung_outcome::evidence, "it looks like bf16", {}});
  CHECK(d.answer() == "unexplained, but its stream is slower; it looks like bf16");
  d.rungs.push_back({"bytes", rung_outcome::cause, "half is not read", {}});
  d.rungs.push_back({"escaped-work", rung_outcome::cause, "it escapes", {}});
  CHECK(d.answer() == "half is not read");
  CHECK(d.cause()->rung == "bytes");
}
