// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The main() of every benchmark, compiled once for all of a build.
#include <assay/main.hpp>
