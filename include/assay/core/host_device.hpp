// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Marks a function that host and device must compute alike, bit for bit. Nothing under a host compiler.
#if defined(__CUDACC__) || defined(__HIPCC__)
#define ASSAY_HOST_DEVICE __host__ __device__
#else
#define ASSAY_HOST_DEVICE
#endif
