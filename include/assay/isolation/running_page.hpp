// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "assay/core/error.hpp"
#include "assay/isolation/descriptor.hpp"
#include "assay/suite/case_watch.hpp"

namespace assay {

/// What a worker leaves behind of itself, however it dies: whoever is killed has no time to send anything.
/// Nothing but who is to blame depends on it, since candidates could write there.
struct running_note {
  std::atomic<std::int32_t> entry{-1};  ///< of the case, as they were told; -1: nobody's code
  std::atomic<activity> what{activity::own};
  std::atomic<std::uint64_t> fault_address{0};
  std::atomic<std::int32_t> fault{0};  ///< a fault was seen: 1; on the guard of the stack: 2
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free && std::atomic<activity>::is_always_lock_free);

/// A note in memory that two processes map.
class running_page {
 public:
  /// A new one. Throws io_error.
  running_page() : running_page(made()) { new (note_) running_note; }
  /// The one that another process has made.
  explicit running_page(descriptor file) : file_(std::move(file)) {
    void* const page =
        ::mmap(nullptr, sizeof(running_note), PROT_READ | PROT_WRITE, MAP_SHARED, file_.number(), 0);
    if (page == MAP_FAILED) fail();
    note_ = static_cast<running_note*>(page);
  }
  running_page(const running_page&) = delete;
  running_page& operator=(const running_page&) = delete;
  ~running_page() { ::munmap(note_, sizeof(running_note)); }

  [[nodiscard]] running_note& note() const { return *note_; }
  [[nodiscard]] const descriptor& file() const { return file_; }

 private:
  [[noreturn]] static void fail() {
    throw io_error(std::string("memory cannot be shared with a worker: ") + std::strerror(errno));
  }
  static descriptor made() {
    descriptor file(::memfd_create("assay-worker", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    // Who shortens a file that another process maps kills that one when it looks.
    if (!file || ::ftruncate(file.number(), sizeof(running_note)) != 0 ||
        ::fcntl(file.number(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
      fail();
    return file;
  }

  descriptor file_;
  running_note* note_ = nullptr;
};

}  // namespace assay
