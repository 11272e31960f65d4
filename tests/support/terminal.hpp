// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A terminal for tests.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace support {

/// The writing end of a terminal of its own; none where the system has no more.
class terminal {
 public:
  explicit terminal(unsigned short columns = 80) {
    const int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0)
      if (const char* name = ptsname(master)) stream_ = std::fopen(name, "w");
    winsize size{};
    size.ws_col = columns;
    if (stream_) ioctl(fileno(stream_), TIOCSWINSZ, &size);
    master_ = master;
  }
  terminal(const terminal&) = delete;
  terminal& operator=(const terminal&) = delete;
  ~terminal() {
    if (stream_) std::fclose(stream_);
    if (master_ >= 0) close(master_);
  }
  [[nodiscard]] std::FILE* stream() const { return stream_; }

 private:
  int master_ = -1;
  std::FILE* stream_ = nullptr;
};

}  // namespace support
