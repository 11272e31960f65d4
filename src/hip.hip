// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The HIP device and its kernels, compiled once for all benchmarks of a build.
#include <assay/backend/hip_device.hpp>

template assay::device& assay::device_of<assay::hip>();
