// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The program part: command line, runner and reports, with a main(). Included by exactly one file of a
// program: by src/main.cpp, which CMake adds, or by a file that is built with one line (README, "Without
// CMake").
#include "assay/backend/devices.hpp"
#include "assay/report/program.hpp"

// Registered problems refer to the host device through this symbol.
template assay::device& assay::device_of<assay::host>();

int main(int argc, char** argv) { return assay::run_program(argc, argv); }
