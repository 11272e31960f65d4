// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// A program that declares nothing.
#include <assay/assay.hpp>
