// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "assay/backend/cuda.hpp"
#include "assay/backend/cuda_api.hpp"
#include "assay/backend/device_model.hpp"
#include "assay/backend/gpu_device.hpp"

namespace assay {

template <>
struct device_model<cuda> {
  using type = gpu_device<cuda_api>;
};

}  // namespace assay
