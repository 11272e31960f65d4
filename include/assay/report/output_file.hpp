// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "assay/core/error.hpp"

namespace assay {

/// A file that is written straight through, so that what was written survives whatever comes next. Opened
/// before a run starts: a path that cannot be written is found before the work, not after it.
class output_file {
 public:
  enum class mode {
    replace,  ///< what the file held is gone at once
    append,
    keep  ///< until rewrite()
  };

  output_file(std::string path, mode how) : path_(std::move(path)), is_kept_(how == mode::keep) {
    const int disposition = how == mode::append ? O_APPEND : how == mode::replace ? O_TRUNC : 0;
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | disposition, 0644);
    if (descriptor_ < 0) fail(errno);
  }
  /// The standard output, for a report alone: whatever else this process prints there from now on goes to the
  /// standard error.
  [[nodiscard]] static output_file standard_output() {
    std::fflush(stdout);
    const int own = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (own < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
      throw io_error(std::string("cannot write to the standard output: ") + std::strerror(errno));
    return {"the standard output", own};
  }

  output_file(output_file&& other) noexcept
      : path_(std::move(other.path_)),
        is_kept_(other.is_kept_),
        descriptor_(std::exchange(other.descriptor_, -1)) {}
  output_file& operator=(output_file&&) = delete;
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;
  ~output_file() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  /// Throws io_error when not all of it could be written (a full disk, …).
  void write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t written = ::write(descriptor_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail(errno);
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  /// Replaces what a file that was kept holds by this text; to others it is written. Once, and alone. Throws
  /// io_error. On a full disk the file is as it was where its new text is longer and the file system can tell
  /// beforehand; otherwise it ends where the disk did.
  void rewrite(std::string_view text) {
    struct stat before = {};
    const bool has_size = is_kept_ && ::fstat(descriptor_, &before) == 0 && S_ISREG(before.st_mode);
    const auto length = static_cast<off_t>(text.size());
    if (has_size && length > before.st_size) reserve(before.st_size, length);
    try {
      write(text);
    } catch (...) {  // what the file held does not follow half of what it should hold
      if (has_size) static_cast<void>(!::ftruncate(descriptor_, ::lseek(descriptor_, 0, SEEK_CUR)));
      throw;
    }
    if (has_size && ::ftruncate(descriptor_, length) != 0) fail(errno);
  }

 private:
  output_file(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  /// Throws where there is no room for the file to grow.
  void reserve(off_t size, off_t length) const {
    int error = 0;
    do error = ::posix_fallocate(descriptor_, size, length - size);
    while (error == EINTR);
    if (error != ENOSPC && error != EDQUOT && error != EFBIG) return;  // or the file system cannot tell
    static_cast<void>(!::ftruncate(descriptor_, size));
    fail(error);
  }
  [[noreturn]] void fail(int error) const {
    throw io_error("cannot write " + path_ + ": " + std::strerror(error));
  }

  std::string path_;
  bool is_kept_ = false;
  int descriptor_ = -1;
};

}  // namespace assay
