// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "assay/core/error.hpp"

namespace assay {

/// A file that is replaced as a whole or not at all: what is written goes to a neighbour of it, which takes
/// its place at commit(). Opened before a run starts, so that a path that cannot be written is found before
/// the work. Without a commit the old file stays as it was.
class atomic_file {
 public:
  /// Throws io_error.
  explicit atomic_file(std::string path)
      : path_(std::move(path)), temporary_(path_ + ".new-" + std::to_string(::getpid())) {
    // One that was killed may have left a file of that name: in a container the numbers of processes repeat.
    const std::string first = temporary_;
    for (int again = 2; !open() && errno == EEXIST && again < 1000; ++again)
      temporary_ = first + "-" + std::to_string(again);
    if (descriptor_ < 0) fail("write");
  }
  atomic_file(const atomic_file&) = delete;
  atomic_file& operator=(const atomic_file&) = delete;
  ~atomic_file() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    ::unlink(temporary_.c_str());
  }

  /// Replaces the file by this text. Once. Throws io_error, and leaves the old file then.
  void commit(std::string_view text) {
    while (!text.empty()) {
      const ssize_t written = ::write(descriptor_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("write");
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(descriptor_) != 0) fail("write");
    if (std::rename(temporary_.c_str(), path_.c_str()) != 0) fail("replace");
    ::close(std::exchange(descriptor_, -1));
  }

 private:
  bool open() {
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    return descriptor_ >= 0;
  }
  [[noreturn]] void fail(const char* what) const {
    throw io_error(std::string("cannot ") + what + " " + path_ + ": " + std::strerror(errno));
  }

  std::string path_, temporary_;
  int descriptor_ = -1;
};

}  // namespace assay
