// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// A backend without a device, as a CUDA program meets it on a machine without a GPU.
#include <assay/assay.hpp>
#include <assay/backend/backend.hpp>
#include <assay/core/error.hpp>

struct absent {
  struct stream_type {};
  static constexpr const char* name = "absent";
  static stream_type stream(void*) { return {}; }
};

template <>
assay::device& assay::device_of<absent>() {
  throw assay::no_device("no absent device: there is none");
}

ASSAY_PROBLEM("homeless", absent, p) {
  p.axis("n", {1, 2});
  const auto y = p.output<float>("y", {1});
  p.oracle(y, [](auto, std::int64_t) { return 1.0; });
  p.candidate("one", [=] { *y = 1.0f; });
}
