// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "assay/monitor/shared_library.hpp"

/// Named ranges for rocprofv3 (--marker-trace) and other tools of ROCTX. Compile with ASSAY_ROCTX=0 (CMake:
/// -DASSAY_NVTX=OFF) to leave them out.
#ifndef ASSAY_ROCTX
#define ASSAY_ROCTX 1
#endif

namespace assay {

/// ROCTX, whose library is opened at run time, since the HIP runtime comes without it; where there is none,
/// nothing happens.
class roctx_ranges {
 public:
  /// ROCm 7's and 6's, and that of rocprof and roctracer before.
  [[nodiscard]] static std::vector<std::string> names() {
    return {"librocprofiler-sdk-roctx.so.1", "librocprofiler-sdk-roctx.so.0", "librocprofiler-sdk-roctx.so",
            "libroctx64.so.4", "libroctx64.so"};
  }
  /// `libraries`: what the loader looks for, of which the first that is there is taken.
  explicit roctx_ranges(const std::vector<std::string>& libraries = names()) {
    for (const std::string& name : libraries) {
      shared_library library(name);
      if (!library) continue;
      library.find(push_, "roctxRangePushA");
      library.find(pop_, "roctxRangePop");
      if (push_ && pop_) return;  // the library stays in the process
      push_ = nullptr;
      pop_ = nullptr;
    }
  }

  [[nodiscard]] explicit operator bool() const noexcept { return push_ != nullptr; }
  void push(const char* name) const {
    if (push_) push_(name);
  }
  void pop() const noexcept {
    if (pop_) pop_();
  }

 private:
  int (*push_)(const char*) = nullptr;  ///< the depth
  int (*pop_)() = nullptr;
};

#if ASSAY_ROCTX
namespace detail {
[[nodiscard]] inline const roctx_ranges& roctx() {
  static const roctx_ranges ranges;
  return ranges;
}
}  // namespace detail
inline void roctx_push(const char* name) { detail::roctx().push(name); }
inline void roctx_pop() { detail::roctx().pop(); }
#else
inline void roctx_push(const char*) {}
inline void roctx_pop() {}
#endif

}  // namespace assay
