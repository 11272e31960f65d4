// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Not HIP; see hip_runtime_api.h.
#pragma once

#include <hip/hip_runtime_api.h>
