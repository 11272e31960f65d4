// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Catch2 v3 is preferred; v2.13 is what Debian 12 ships. Both give `Approx` without a prefix. CMake says
// which one it found, since a machine may have the headers of both.
#ifndef ASSAY_CATCH2_MAJOR
#if __has_include(<catch2/catch_all.hpp>)
#define ASSAY_CATCH2_MAJOR 3
#else
#define ASSAY_CATCH2_MAJOR 2
#endif
#endif

#if ASSAY_CATCH2_MAJOR >= 3
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif
