// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The one source of the version: CMake and the packages read it from these three lines.
#define ASSAY_VERSION_MAJOR 0
#define ASSAY_VERSION_MINOR 1
#define ASSAY_VERSION_PATCH 0

#define ASSAY_DETAIL_STRING_(text) #text
#define ASSAY_DETAIL_STRING(text) ASSAY_DETAIL_STRING_(text)

namespace assay {

/// "major.minor.patch"
inline constexpr const char* version = ASSAY_DETAIL_STRING(ASSAY_VERSION_MAJOR) "." ASSAY_DETAIL_STRING(
    ASSAY_VERSION_MINOR) "." ASSAY_DETAIL_STRING(ASSAY_VERSION_PATCH);

}  // namespace assay
