// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// A function of a fake library that the code under test looks up by name. The hidden rest keeps the scripts
/// of several fakes in one process apart.
#define ASSAY_FAKE_EXPORT extern "C" __attribute__((visibility("default")))
