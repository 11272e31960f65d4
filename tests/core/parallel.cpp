// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace {

using part = std::pair<std::int64_t, std::int64_t>;

/// The parts that parallel_for makes of [0, count), in ascending order.
std::vector<part> parts_of(std::int64_t count) {
  std::vector<part> parts;
  std::mutex mutex;
  assay::parallel_for(count, [&](std::int64_t begin, std::int64_t end) {
    const std::lock_guard lock(mutex);
    parts.emplace_back(begin, end);
  });
  std::sort(parts.begin(), parts.end());
  return parts;
}

/// Whether the parts are [0, count) without gap or overlap.
bool covers(const std::vector<part>& parts, std::int64_t count) {
  std::int64_t next = 0;
  for (const auto& [begin, end] : parts) {
    if (begin != next || end < begin) return false;
    next = end;
  }
  return next == count;
}

}  // namespace

TEST_CASE("the cover check rejects gaps and overlaps") {
  CHECK(covers({{0, 2}, {2, 5}}, 5));
  CHECK_FALSE(covers({{0, 2}, {3, 5}}, 5));
  CHECK_FALSE(covers({{0, 3}, {2, 5}}, 5));
  CHECK_FALSE(covers({{0, 2}, {2, 4}}, 5));
  CHECK_FALSE(covers({}, 5));
}

TEST_CASE("parallel_for covers every count without gap or overlap") {
  for (const std::int64_t count : {0, 1, 2, 1000, (1 << 15) - 1, 1 << 15, (1 << 16) - 1, 1 << 16, 1000003}) {
    CAPTURE(count);
    const std::vector<part> parts = parts_of(count);
    CHECK(covers(parts, count));
    CHECK(parts.size() <= std::max(1u, std::thread::hardware_concurrency()));
  }
}

TEST_CASE("little work stays in the calling thread") {
  const std::thread::id here = std::this_thread::get_id();
  std::thread::id there;
  assay::parallel_for(1000, [&](std::int64_t, std::int64_t) { there = std::this_thread::get_id(); });
  CHECK(there == here);
}

TEST_CASE("an exception comes back after all parts have ended") {
  for (const std::int64_t count : {10, 1 << 20}) {
    CAPTURE(count);
    std::atomic<int> running = 0, ended = 0;
    CHECK_THROWS_WITH(assay::parallel_for(count,
                                          [&](std::int64_t, std::int64_t) {
                                            ++running;
                                            ++ended;
                                            throw std::runtime_error("from a part");
                                          }),
                      "from a part");
    CHECK(running == ended);
  }
}

TEST_CASE("an exception in one part does not keep the others from their work") {
  std::atomic<std::int64_t> done = 0;
  std::int64_t last = 0;
  const std::int64_t count = 1 << 20;
  CHECK_THROWS_AS(assay::parallel_for(count,
                                      [&](std::int64_t begin, std::int64_t end) {
                                        if (begin == 0) {
                                          last = end;
                                          throw 1;
                                        }
                                        done += end - begin;
                                      }),
                  int);
  CHECK(done + last == count);
}
