// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/score/parallel_check.hpp"

#include <limits>

#include "support/catch.hpp"
#include "support/messages.hpp"

using namespace assay;

namespace {

/// `median` µs ± `half` µs.
estimate time(double median, double half) {
  estimate e;
  e.median = median * 1e-6;
  e.lower = (median - half) * 1e-6;
  e.upper = (median + half) * 1e-6;
  return e;
}

parallel_judgement judged(std::vector<estimate> alone, std::vector<estimate> busy) {
  return judge_parallel({{"saxpy n=4, float4", std::move(alone), std::move(busy)}}, 0.02);
}

}  // namespace

TEST_CASE("times that others do not change are trusted", "[score]") {
  CHECK(judged({time(100, 1), time(101, 1)}, {time(100, 1), time(100.5, 1)}).trusted);
  // What differs between two measurements alone is no effect of the others.
  CHECK(judged({time(100, 1), time(110, 1)}, {time(105, 1), time(111, 1)}).trusted);
  // Within the margin of the span.
  CHECK(judged({time(100, 1), time(100, 1)}, {time(102.9, 1), time(100, 1)}).trusted);
  CHECK(judged({time(4, 0.3), time(4, 0.3)}, {time(4.2, 0.35), time(4, 0.3)}).trusted);
}

TEST_CASE("times that others change are not", "[score]") {
  const parallel_judgement slower = judged({time(100, 1), time(100, 1)}, {time(100, 1), time(104, 1)});
  CHECK_FALSE(slower.trusted);
  CHECK(slower.reason ==
        "saxpy n=4, float4: 104 µs while the other devices work, 99.0 µs to 101 µs while they idle");
  // Faster is no better: the clock may be one that a device has only while it is kept busy.
  CHECK_FALSE(judged({time(100, 1), time(100, 1)}, {time(96, 1), time(100, 1)}).trusted);
  // The same, and known much worse.
  const parallel_judgement noisy = judged({time(100, 1), time(100, 1)}, {time(100, 1), time(100, 2.1)});
  CHECK_FALSE(noisy.trusted);
  CHECK(support::has(noisy.reason, "known to ±2.1 % while the other devices work, to ±1 % while they idle"));
  // One that does not agree is enough.
  const parallel_comparison good{"good", {time(1, 0.1), time(1, 0.1)}, {time(1, 0.1)}};
  const parallel_comparison bad{"bad", {time(1, 0.1), time(1, 0.1)}, {time(2, 0.1)}};
  CHECK(judge_parallel({good}, 0.02).trusted);
  CHECK(support::has(judge_parallel({good, bad}, 0.02).reason, "bad: "));
}

TEST_CASE("a wide interval that is wide anyway is no effect", "[score]") {
  CHECK(judged({time(100, 8), time(100, 8)}, {time(100, 15)}).trusted);
  CHECK_FALSE(judged({time(100, 8), time(100, 8)}, {time(100, 17)}).trusted);
  CHECK(judged({time(100, 0.1), time(100, 0.1)}, {time(100, 1.9)}).trusted);  // below the margin
}

TEST_CASE("where nothing can be told nothing is trusted", "[score]") {
  CHECK_FALSE(judge_parallel({}, 0.02).trusted);
  CHECK_FALSE(judged({time(100, 1)}, {time(100, 1)}).trusted);
  CHECK_FALSE(judged({time(100, 1), time(100, 1)}, {}).trusted);
  estimate open = time(100, 1);
  open.upper.reset();
  CHECK_FALSE(judged({open, time(100, 1)}, {time(100, 1)}).trusted);
  CHECK_FALSE(judged({time(100, 1), time(100, 1)}, {open}).trusted);
  CHECK_FALSE(judged({time(0, 0), time(0, 0)}, {time(0, 0)}).trusted);
  for (const double margin :
       {-0.1, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    CHECK(support::has(support::message_of([&] { (void)judge_parallel({}, margin); }), "margin"));
}
