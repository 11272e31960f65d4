// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

namespace assay {

/// What looks into this process from outside, as far as the process can tell: a debugger, or a tool that has
/// put itself in front of the GPU's driver or the allocator. Such a tool was started to see what candidates
/// do, may not follow child processes, and makes them so slow that no time-out means anything.
[[nodiscard]] inline std::optional<std::string> attached_tool() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("TracerPid:") && line.find_first_not_of(" \t0", 10) != std::string::npos)
      return "a debugger or tracer is attached (process " + line.substr(line.find_first_not_of(" \t", 10)) +
             ")";
  // Nsight Systems and Compute and compute-sanitizer; rocprof, rocprofv3 and what else uses HSA's tools.
  for (const char* name : {"CUDA_INJECTION64_PATH", "NVTX_INJECTION64_PATH", "HSA_TOOLS_LIB", "ROCP_TOOL_LIB",
                           "ROCP_TOOL_LIBRARIES", "ROCPROFILER_REGISTER_FORCE_LOAD"})
    if (const char* const value = std::getenv(name); value && *value)
      return std::string("a profiler is attached (") + name + "=" + value + ")";
  if (const char* const preloaded = std::getenv("LD_PRELOAD"))
    for (const char* part : {"vgpreload", "compute-sanitizer", "libsanitizer-", "injection", "Injection",
                             "rocprofiler", "libnsys"})
      if (std::string(preloaded).find(part) != std::string::npos)
        return std::string("a tool is attached (LD_PRELOAD=") + preloaded + ")";
  // However compute-sanitizer came in.
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
    if (const std::size_t at = line.rfind('/');
        at != std::string::npos && line.find("/libsanitizer-", at) == at)
      return "a tool is attached (" + line.substr(line.find('/')) + ")";
  return std::nullopt;
}

}  // namespace assay
