// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/isolation/worker_handles.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/messages.hpp"

using namespace assay;
using support::has;

TEST_CASE("what a worker is started with is for assay alone", "[isolation]") {
  const worker_handles handles = parse_worker_handles(to_string(worker_handles{10, 11}));
  CHECK(handles.socket == 10);
  CHECK(handles.page == 11);
  for (const char* const wrong :
       {"", "1", "10", "10,", ",11", "10,11,12", "a,b", "10,11x", "0,11", "10,2", "-1,-1"})
    CHECK(has(support::message_of([&] { (void)parse_worker_handles(wrong); }), "is for assay itself"));
}
