// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "assay/core/error.hpp"
#include "assay/isolation/descriptor.hpp"

namespace assay {

/// The file that a journal is kept in: held by one process at a time, and appended to in whole lines.
///
/// What append() has returned from is with the kernel, and outlives this process however that ends. After
/// sync() it is on the disk, and outlives the machine's. A line that does not fit is taken back, so that the
/// file ends with the last one that did.
///
/// A path that is no regular file (a pipe, a terminal, /dev/null) is written to as it is: it holds nothing,
/// and nobody else is kept from it.
class journal_file {
 public:
  /// Throws io_error where the file cannot be written, and where another process holds it.
  explicit journal_file(std::string path)
      : path_(std::move(path)), file_(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {
    if (!file_) fail("cannot write", errno);
    struct stat about {};
    if (::fstat(file_.number(), &about) != 0) fail("cannot read", errno);
    regular_ = S_ISREG(about.st_mode);
    if (!regular_) return;
    hold(about);
    if (::fstat(file_.number(), &about) != 0) fail("cannot read", errno);  // who held it may have written
    size_ = about.st_size;
  }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool is_regular() const { return regular_; }
  [[nodiscard]] bool is_empty() const { return size_ == 0; }
  /// Why other processes could not be kept from it; empty where they are.
  [[nodiscard]] const std::string& not_held() const { return not_held_; }

  /// Whole lines, each with its newline, in one call of write(2). Throws io_error; the file is then as it
  /// was.
  void append(std::string_view lines) {
    std::string_view left = lines;
    while (!left.empty()) {
      const ssize_t written = ::write(file_.number(), left.data(), left.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        const int why = errno;
        if (regular_ && left.size() < lines.size()) static_cast<void>(!::ftruncate(file_.number(), size_));
        fail("cannot write", why);
      }
      left.remove_prefix(static_cast<std::size_t>(written));
    }
    size_ += static_cast<off_t>(lines.size());
  }

  /// Brings to the disk what was appended. Throws io_error.
  void sync() {
    // What cannot be synchronised (EINVAL: a pipe, a device) needs it not.
    while (::fdatasync(file_.number()) != 0) {
      if (errno == EINTR) continue;
      if (errno != EINVAL && errno != EROFS && errno != ENOTSUP) fail("cannot write", errno);
      return;
    }
  }

  /// Makes a file that was cut in the middle of a line end with the last whole one.
  void cut_to(std::uint64_t size) {
    if (::ftruncate(file_.number(), static_cast<off_t>(size)) != 0) fail("cannot shorten", errno);
    size_ = static_cast<off_t>(size);
  }

 private:
  [[noreturn]] void fail(const char* what, int why) const {
    throw io_error(std::string(what) + " " + path_ + ": " + std::strerror(why));
  }

  /// flock(), not fcntl()'s locks: those are lost when this process closes any other descriptor of the file,
  /// as reading it does.
  void hold(const struct stat& about) {
    while (::flock(file_.number(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno == EWOULDBLOCK) {
        const std::string pid = holder(about);
        throw io_error(path_ + " is being written by another process" +
                       (pid.empty() ? "" : " (process " + pid + ")") +
                       ": a journal has one writer; each shard needs one of its own, e.g. run-{shard}.jsonl");
      }
      // A file system without locks, as some of clusters are.
      not_held_ = path_ + ": other processes cannot be kept from writing to it: " + std::strerror(errno);
      return;
    }
  }

  /// The process that holds the file, as /proc/locks tells it; empty where it does not, as from within
  /// another name space of processes.
  static std::string holder(const struct stat& about) {
    char file[64];
    std::snprintf(file, sizeof file, "%02x:%02x:%llu", major(about.st_dev), minor(about.st_dev),
                  static_cast<unsigned long long>(about.st_ino));
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
      std::istringstream words(line);  // "1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF"
      std::string number, kind, advisory, access, pid, which;
      if (words >> number >> kind >> advisory >> access >> pid >> which && kind == "FLOCK" && which == file &&
          pid.find_first_not_of("0123456789") == std::string::npos && pid != "0")
        return pid;
    }
    return "";
  }

  std::string path_, not_held_;
  descriptor file_;
  bool regular_ = false;
  off_t size_ = 0;  ///< of its whole lines
};

}  // namespace assay
