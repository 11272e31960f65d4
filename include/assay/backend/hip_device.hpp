// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "assay/backend/device_model.hpp"
#include "assay/backend/gpu_device.hpp"
#include "assay/backend/hip.hpp"
#include "assay/backend/hip_api.hpp"

namespace assay {

template <>
struct device_model<hip> {
  using type = gpu_device<hip_api>;
};

}  // namespace assay
