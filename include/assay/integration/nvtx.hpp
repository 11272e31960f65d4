// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Named ranges for Nsight and other NVTX tools. NVTX 3 is header-only and costs a null check when no tool is
/// attached. Compile with ASSAY_NVTX=0 (CMake: -DASSAY_NVTX=OFF) to leave it out.
#ifndef ASSAY_NVTX
#define ASSAY_NVTX 1
#endif

#if ASSAY_NVTX && __has_include(<nvtx3/nvToolsExt.h>)
#include <nvtx3/nvToolsExt.h>

namespace assay {
inline void nvtx_push(const char* name) { nvtxRangePushA(name); }
inline void nvtx_pop() noexcept { nvtxRangePop(); }
}  // namespace assay
#else
namespace assay {
inline void nvtx_push(const char*) {}
inline void nvtx_pop() noexcept {}
}  // namespace assay
#endif
