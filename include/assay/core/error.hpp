// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "assay/core/platform.hpp"

namespace assay {

/// Base of everything that assay throws. what() says what was given, what was expected and where.
class error : public std::runtime_error {
 public:
  explicit error(const std::string& message) : std::runtime_error(message) {}
};

/// The user declared or asked for something that cannot be: a bad option, an axis without values, a name
/// twice.
class usage_error : public error {
 public:
  using error::error;
};

/// A file could not be read or written.
class io_error : public error {
 public:
  using error::error;
};

/// A call of a device runtime failed.
class device_error : public error {
 public:
  /// `call` is the expression as written, `code` and `words` the runtime's own name and sentence for the
  /// status.
  device_error(const std::string& call, const std::string& code, const std::string& words,
               const std::string& where, bool lost = false)
      : error(call + ": " + code + " (" + words + ")" + (where.empty() ? "" : " at " + where)),
        code_(code),
        lost_(lost) {}

  [[nodiscard]] const std::string& code() const noexcept { return code_; }
  /// True when the device or its context can no longer be used by this process (a sticky error).
  [[nodiscard]] bool lost() const noexcept { return lost_; }

 private:
  std::string code_;
  bool lost_;
};

/// Memory ran out on the device. The device can still be used.
class out_of_memory : public device_error {
 public:
  using device_error::device_error;
};

/// There is no device for a backend, or no driver for it.
class no_device : public error {
 public:
  using error::error;
};

}  // namespace assay
