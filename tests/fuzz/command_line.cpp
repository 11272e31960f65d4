// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Whole command lines, an argument a line.
#include "assay/report/command_line.hpp"

#include <iostream>
#include <vector>

#include "fuzz/fuzz.hpp"

using namespace assay;

int LLVMFuzzerInitialize(int*, char***) {
  std::cout.setstate(std::ios::failbit);  // --help
  std::cerr.setstate(std::ios::failbit);
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  // Devices that never end are no business of ours.
  if (text.find('\0') != std::string::npos || text.find("/dev") != std::string::npos) return -1;
  std::vector<std::string> arguments = {"bench"};
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) arguments.push_back(line);
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  static_cast<void>(fuzz::read("", [&] {
    command_line result;
    return parse_command_line(static_cast<int>(pointers.size()), pointers.data(), result);
  }));
  return 0;
}
