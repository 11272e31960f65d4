// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "assay/monitor/shared_library.hpp"

namespace support {

/// What fake_cupti.cpp plays, as a test scripts it.
struct fake_cupti_script {
  const char* failing_call = nullptr;  ///< this function fails with CUPTI_ERROR_UNKNOWN
  std::size_t buffer_bytes = 1 << 20;  ///< of each buffer that is given to it, no more are used
  std::size_t drop_after = SIZE_MAX;   ///< records; those after them are dropped, and counted
  bool unknown_kinds = false;          ///< records that nobody asked for stand between the others
  bool operations_first = false;       ///< an operation's record comes before the one that says whose it is
  bool broken_record = false;          ///< reading the first buffer fails
  int enabled = 0;                     ///< kinds that are enabled now
  int external_ids = 0;                ///< pushed and not popped
  int buffers = 0;                     ///< given back so far
};

/// A CUPTI that is a shared library of this build: opened under the path ASSAY_FAKE_CUPTI, scripted through
/// here.
class fake_cupti {
 public:
  explicit fake_cupti(const std::string& path) : library_(path) {
    fake_cupti_script* (*get_script)() = nullptr;
    void (*reset)() = nullptr;
    library_.find(get_script, "fake_cupti_get_script");
    library_.find(reset, "fake_cupti_reset");
    library_.find(launch_, "fake_cupti_launch");
    if (!get_script || !reset || !launch_) throw std::runtime_error(path + " is no fake CUPTI");
    reset();
    script_ = get_script();
  }

  fake_cupti_script& script() { return *script_; }
  /// A call of the runtime that enqueues operations of these kinds; all have the call's correlation id.
  void launch(std::uint32_t kind, std::uint64_t start, std::uint64_t end, int operations = 1) {
    launch_(kind, start, end, operations);
  }

 private:
  assay::shared_library library_;
  fake_cupti_script* script_ = nullptr;
  void (*launch_)(std::uint32_t, std::uint64_t, std::uint64_t, int) = nullptr;
};

}  // namespace support
