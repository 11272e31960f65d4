// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "assay/backend/backend.hpp"
#include "assay/backend/device.hpp"

namespace assay {

/// Names the class that is the device of a backend; specialised by backend/<name>_device.hpp.
template <backend Backend>
struct device_model;

template <backend Backend>
device& device_of() {
  static typename device_model<Backend>::type instance;
  return instance;
}

}  // namespace assay
