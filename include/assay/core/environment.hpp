// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/utsname.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "assay/core/device_info.hpp"
#include "assay/core/processor_name.hpp"
#include "assay/core/version.hpp"

namespace assay {

/// Where and with what a run was made. Says nothing of who made it: no host or user names.
struct environment {
  std::string assay_version = version;
  std::string date;  ///< UTC, "2026-01-31T12:00:00Z"
  std::string system;
  std::string processor;  ///< that launches; empty where it has no name
  std::string compiler;
  std::vector<std::string> command_line;
  std::vector<device_info> devices;
};

/// Everything but the devices, which are added as they are opened.
[[nodiscard]] inline environment current_environment(int argc, const char* const* argv) {
  environment result;
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
  result.date = date;
  utsname system{};
  if (uname(&system) == 0)
    result.system = std::string(system.sysname) + " " + system.release + " " + system.machine;
  result.processor = processor_name();
#if defined(__clang__)
  result.compiler = "clang " __clang_version__;
#elif defined(__GNUC__)
  result.compiler = "gcc " __VERSION__;
#endif
  result.command_line.assign(argv, argv + argc);
  return result;
}

}  // namespace assay
