// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include <type_traits>

#include "assay/backend/backend.hpp"
#include "assay/backend/device.hpp"
#include "assay/backend/host.hpp"
#include "support/catch.hpp"
#include "support/fake_device.hpp"

namespace {

struct no_stream_type {
  [[maybe_unused]] static constexpr const char* name = "no stream type";
  static int stream(void*) { return 0; }
};
struct no_stream {
  using stream_type = int;
  static constexpr const char* name = "no stream";
};
struct no_name {
  using stream_type = int;
  static stream_type stream(void*) { return 0; }
};
struct name_of_wrong_type {
  using stream_type = int;
  static constexpr int name = 1;
  static stream_type stream(void*) { return 0; }
};
struct stream_of_wrong_type {
  using stream_type = int;
  static constexpr const char* name = "stream of wrong type";
  static long stream(void*) { return 0; }
};
struct stream_of_nothing {
  using stream_type = int;
  static constexpr const char* name = "stream of nothing";
  static stream_type stream() { return 0; }
};

static_assert(assay::backend<assay::host>);
static_assert(assay::backend<support::fake>);
static_assert(!assay::backend<int>);
static_assert(!assay::backend<assay::device>);
static_assert(!assay::backend<no_stream_type>);
static_assert(!assay::backend<no_stream>);
static_assert(!assay::backend<no_name>);
static_assert(!assay::backend<name_of_wrong_type>);
static_assert(!assay::backend<stream_of_wrong_type>);
static_assert(!assay::backend<stream_of_nothing>);

static_assert(std::is_abstract_v<assay::device>);
static_assert(std::has_virtual_destructor_v<assay::device>);
static_assert(!std::is_copy_constructible_v<assay::device>);
static_assert(!std::is_copy_assignable_v<assay::device>);

}  // namespace

TEST_CASE("a backend opens one device") {
  CHECK(&assay::device_of<support::fake>() == &assay::device_of<support::fake>());
  CHECK(assay::device_of<support::fake>().info().name == "Fake GPU");
}
