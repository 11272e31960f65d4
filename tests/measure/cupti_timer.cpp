// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/measure/cupti_timer.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "assay/measure/sampler.hpp"
#include "support/catch.hpp"
#include "support/fake_cupti.hpp"
#include "support/fake_device.hpp"

using assay::cupti_timer;
using support::fake_cupti;

static_assert(!std::is_copy_constructible_v<cupti_timer> && !std::is_default_constructible_v<cupti_timer>);

namespace {

constexpr std::uint32_t kernel = 10, copy = 1, set = 2, peer_copy = 22;

std::unique_ptr<cupti_timer> open_fake() {
  std::string why_not;
  auto timer = cupti_timer::open(why_not, ASSAY_FAKE_CUPTI);
  INFO(why_not);
  REQUIRE(timer);
  return timer;
}

const auto nothing = [] {};

/// Launch i runs for 100 + i ns.
std::vector<std::optional<assay::device_span>> plain_spans(cupti_timer& timer, fake_cupti& cupti, int count) {
  return timer.spans(
      count,
      [&](int i) {
        const auto start = static_cast<std::uint64_t>(1000 * (i + 1));
        cupti.launch(kernel, start, start + 100 + static_cast<std::uint64_t>(i));
      },
      nothing);
}

void require_plain(const std::vector<std::optional<assay::device_span>>& spans, int count) {
  REQUIRE(spans.size() == static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const auto& span = spans[static_cast<std::size_t>(i)];
    REQUIRE(span);
    REQUIRE(span->seconds == Approx((100 + i) * 1e-9));
    REQUIRE(span->operations == 1);
  }
}

}  // namespace

TEST_CASE("each launch gets the time of its kernel", "[cupti]") {
  fake_cupti cupti(ASSAY_FAKE_CUPTI);
  const auto timer = open_fake();
  require_plain(plain_spans(*timer, cupti, 100), 100);
  require_plain(plain_spans(*timer, cupti, 3), 3);  // nothing is left of the first time
  CHECK(plain_spans(*timer, cupti, 0).empty());
  CHECK(timer->dropped() == 0);
  CHECK(cupti.script().external_ids == 0);
}

TEST_CASE("a launch lasts from its first operation's start to its last one's end", "[cupti]") {
  fake_cupti cupti(ASSAY_FAKE_CUPTI);
  const auto timer = open_fake();
  const auto spans = timer->spans(
      2,
      [&](int i) {
        if (i == 0) {  // not in the order of time, and overlapping
          cupti.launch(kernel, 500, 700);
          cupti.launch(copy, 400, 450);
          cupti.launch(peer_copy, 450, 800);
          cupti.launch(set, 600, 650);
        } else {
          cupti.launch(kernel, 2000, 2050, 5);  // a graph of five
        }
      },
      nothing);
  REQUIRE(spans.size() == 2);
  REQUIRE(spans[0]);
  CHECK(spans[0]->seconds == Approx(400e-9));
  CHECK(spans[0]->operations == 4);
  REQUIRE(spans[1]);
  CHECK(spans[1]->operations == 5);
}

TEST_CASE("what comes before a launch is not part of it", "[cupti]") {
  fake_cupti cupti(ASSAY_FAKE_CUPTI);
  const auto timer = open_fake();
  std::string order;
  const auto spans = timer->spans(
      2,
      [&](int i) { order += 'l', cupti.launch(kernel, 100 + 100u * unsigned(i), 110 + 100u * unsigned(i)); },
      [&] { order += 's'; },
      [&](int) {
        order += 'b';
        cupti.launch(kernel, 1, 5000);
      });
  CHECK(order == "blbls");
  for (const auto& span : spans) {
    REQUIRE(span);
    CHECK(span->seconds == Approx(10e-9));
  }
}

TEST_CASE("a launch that does nothing has no span", "[cupti]") {
  fake_cupti cupti(ASSAY_FAKE_CUPTI);
  const auto timer = open_fake();
  const auto spans = timer->spans(
      3,
      [&](int i) {
        if (i == 1) cupti.launch(kernel, 10, 20);
      },
      nothing);
  CHECK_FALSE(spans[0]);
  CHECK(spans[1]);
  CHECK_FALSE(spans[2]);
}

TEST_CASE("times that CUPTI does not know are not made up", "[cupti]") {
  fake_cupti cupti(ASSAY_FAKE_CUPTI);
  const auto timer = open_fake();
  const auto spans = timer->spans(
      3,
      [&](int i) {
        cupti.launch(kernel, 100, 200);
        if (i == 0) cupti.launch(kernel, 0, 0);
        if (i == 1) cupti.launch(kernel, 300, 250);
      },
      nothing);
  CHECK_FALSE(spans[0]);
  CHECK_FALSE(spans[1]);
  CHECK(spans[2]);
}

TEST_CASE("records may come in many buffers, in any order, between others", "[cupti]") {
  fake_cupti cupti(ASSAY_FAKE_CUPTI);
  const auto timer = open_fake();
  for (const std::size_t bytes : {224u, 256u, 300u, 1000u, 4096u, 1u << 20}) {
    for (const bool operations_first : {false, true}) {
      CAPTURE(bytes, operations_first);
      cupti.script().buffer_bytes = bytes;
      cupti.script().operations_first = operations_first;
      cupti.script().unknown_kinds = true;
      cupti.script().buffers = 0;
      require_plain(plain_spans(*timer, cupti, 20), 20);
      if (bytes < 300) CHECK(cupti.script().buffers >= 20);
    }
  }
}

TEST_CASE("dropped records leave no span, since any launch may lack one", "[cupti]") {
  fake_cupti cupti(ASSAY_FAKE_CUPTI);
  const auto timer = open_fake();
  cupti.script().drop_after = 15;
  const auto spans = plain_spans(*timer, cupti, 10);
  REQUIRE(spans.size() == 10);
  for (const auto& span : spans) CHECK_FALSE(span);
  CHECK(timer->dropped() == 15);
  cupti.script().drop_after = SIZE_MAX;
  require_plain(plain_spans(*timer, cupti, 10), 10);
}

TEST_CASE("what a launch throws passes, and its id does not stay", "[cupti]") {
  fake_cupti cupti(ASSAY_FAKE_CUPTI);
  const auto timer = open_fake();
  CHECK_THROWS_AS(timer->spans(
                      2, [](int) { throw std::logic_error("no kernel"); }, nothing),
                  std::logic_error);
  CHECK(cupti.script().external_ids == 0);
  require_plain(plain_spans(*timer, cupti, 2), 2);
}

TEST_CASE("calls of CUPTI that fail are named", "[cupti]") {
  fake_cupti cupti(ASSAY_FAKE_CUPTI);
  for (const char* call : {"cuptiActivityRegisterCallbacks", "cuptiActivityEnable"}) {
    cupti.script().failing_call = call;
    std::string why_not;
    CHECK_FALSE(cupti_timer::open(why_not, ASSAY_FAKE_CUPTI));
    CHECK(why_not.find(call) == 0);
    CHECK(why_not.find("CUPTI_ERROR_UNKNOWN") != std::string::npos);
    CHECK(cupti.script().enabled == 0);
  }
  cupti.script().failing_call = nullptr;
  const auto timer = open_fake();
  for (const char* call : {"cuptiActivityPushExternalCorrelationId", "cuptiActivityFlushAll"}) {
    cupti.script().failing_call = call;
    CHECK_THROWS_WITH(plain_spans(*timer, cupti, 2), std::string(call) + ": CUPTI_ERROR_UNKNOWN");
  }
  cupti.script().failing_call = nullptr;
  cupti.script().broken_record = true;
  CHECK_THROWS_AS(plain_spans(*timer, cupti, 2), assay::error);
}

TEST_CASE("a second timer is refused, and one after it is not", "[cupti]") {
  fake_cupti cupti(ASSAY_FAKE_CUPTI);
  std::string why_not;
  {
    const auto timer = open_fake();
    CHECK(cupti.script().enabled == 7);
    CHECK_FALSE(cupti_timer::open(why_not, ASSAY_FAKE_CUPTI));
    CHECK(why_not == "a cupti_timer is open already");
    require_plain(plain_spans(*timer, cupti, 2), 2);  // the first still works
  }
  CHECK(cupti.script().enabled == 0);
  const auto timer = open_fake();
  require_plain(plain_spans(*timer, cupti, 2), 2);
}

TEST_CASE("where CUPTI is not there, a timer says what was tried", "[cupti]") {
  std::string why_not;
  CHECK_FALSE(cupti_timer::open(why_not, "/no/such/libcupti.so"));
  CHECK(why_not.find("/no/such/libcupti.so") != std::string::npos);
}

TEST_CASE("a pass under CUPTI gives a second opinion, and where CUPTI fails the first one stays", "[cupti]") {
  fake_cupti cupti(ASSAY_FAKE_CUPTI);
  support::fake_device gpu;
  bool fails = false;
  assay::measure_job job;
  job.launch = [&] {
    gpu.run(0x1p-12);
    cupti.launch(kernel, 1'000, 244'000);
    if (fails && cupti.script().external_ids > 0) throw std::runtime_error("no such plan");
  };
  assay::measure_options options;
  options.cupti = true;
  options.cupti_library = ASSAY_FAKE_CUPTI;
  const auto measured = [&] { return assay::sampler(gpu, {&job, 1}, options).run().front(); };
  const auto why_not = [](const assay::measurement& m) {
    for (const assay::finding& f : m.findings)
      if (f.code == "no-cupti") return f.message;
    return std::string();
  };

  const assay::measure_result seen = measured();
  REQUIRE((seen.value && seen.value->cupti));
  CHECK(seen.value->cupti->median == Approx(243e-6));
  CHECK(why_not(*seen.value).empty());

  const auto without = [&](const std::string& why) {
    CAPTURE(why);
    const assay::measure_result result = measured();
    CHECK(result.failure.empty());
    REQUIRE(result.value);
    CHECK(result.value->raw.median == 0x1p-12);
    CHECK_FALSE(result.value->cupti);
    CHECK(why_not(*result.value).find(why) != std::string::npos);
  };
  cupti.script().failing_call = "cuptiActivityFlushAll";
  without("cuptiActivityFlushAll: CUPTI_ERROR_UNKNOWN");
  cupti.script().failing_call = "cuptiActivityPushExternalCorrelationId";
  without("cuptiActivityPushExternalCorrelationId");
  cupti.script().failing_call = nullptr;
  cupti.script().broken_record = true;
  without("reading CUPTI's records");
  cupti.script().broken_record = false;
  cupti.script().drop_after = 0;
  without("dropped");

  // What the callable throws is its own.
  fails = true;
  CHECK(measured().failure == "no such plan");
}
