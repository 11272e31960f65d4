// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "assay/backend/backend.hpp"

namespace assay {

/// The processor that runs this program. Its stream is in order and synchronous: work is done when the call
/// returns.
struct host {
  struct stream_type {};
  static constexpr const char* name = "host";
  static stream_type stream(void*) { return {}; }
};

static_assert(backend<host>);

}  // namespace assay
