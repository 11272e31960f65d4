// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "assay/backend/device.hpp"
#include "assay/verify/inspection.hpp"
#include "assay/verify/poison.hpp"

namespace assay {

/// Memory that cases use one after another, so that a small case costs no allocation. Grows as it is needed.
/// While nobody has it, all of it holds the guard pattern: no case finds what another left behind.
class memory_arena {
 public:
  explicit memory_arena(device& owner) : device_(owner) {}
  memory_arena(const memory_arena&) = delete;
  memory_arena& operator=(const memory_arena&) = delete;

  [[nodiscard]] device& owner() const { return device_; }
  /// Bytes that take() can give: those of the device and those that are already here.
  [[nodiscard]] std::int64_t available() const { return device_.free_memory() + memory_.bytes(); }

  /// `bytes` that hold the guard pattern, aligned to 256, until give_back(). One at a time. Throws
  /// out_of_memory.
  [[nodiscard]] void* take(std::int64_t bytes) {
    if (bytes > memory_.bytes()) {
      memory_ = device_buffer();  // first: both might not fit
      memory_ = device_buffer(device_, bytes);
      device_.set_bytes(memory_.data(), guard_byte, bytes);
    }
    taken_ = bytes;
    return memory_.data();
  }
  /// Paints over what was taken. Never throws: memory of a device that is lost is let go.
  void give_back() noexcept try {
    if (memory_.bytes() > most_kept)
      memory_ = device_buffer();
    else if (taken_ > 0)
      device_.set_bytes(memory_.data(), guard_byte, taken_);
    taken_ = 0;
  } catch (...) {
    memory_ = device_buffer();
    taken_ = 0;
  }

  /// Room for the results of `count` inspections, apart from what candidates are given. What was there before
  /// is lost when it grows.
  [[nodiscard]] inspection* results(std::size_t count) {
    const auto bytes = static_cast<std::int64_t>(count * sizeof(inspection));
    if (bytes > results_.bytes()) {
      results_ = device_buffer();
      results_ = device_buffer(device_, std::max<std::int64_t>(bytes, 4096));
      device_.set_bytes(results_.data(), 0, results_.bytes());  // all of it is read, whatever was written
    }
    return static_cast<inspection*>(results_.data());
  }

 private:
  /// Larger ones go back to the device after each case: others (caches to sweep, libraries) need memory too.
  static constexpr std::int64_t most_kept = 1 << 30;

  device& device_;
  device_buffer memory_;
  device_buffer results_;
  std::int64_t taken_ = 0;
};

}  // namespace assay
