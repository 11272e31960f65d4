// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The main() of Catch2 v2. Catch2 v3 brings its own.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
