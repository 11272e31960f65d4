// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Files and standard streams for tests.
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace support {

/// A folder of its own, removed with all that is in it.
class temporary_folder {
 public:
  temporary_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "assay-test-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp " + name);
    path_ = name;
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

/// For its lifetime the permissions of files hold for this thread, also where it is root's.
class bound_by_permissions {
 public:
  bound_by_permissions() {
    if (::syscall(SYS_capget, &header_, before_) != 0) throw std::runtime_error("capget");
    __user_cap_data_struct fewer[] = {before_[0], before_[1]};
    fewer[0].effective &= ~(CAP_TO_MASK(CAP_DAC_OVERRIDE) | CAP_TO_MASK(CAP_DAC_READ_SEARCH));
    if (::syscall(SYS_capset, &header_, fewer) != 0) throw std::runtime_error("capset");
  }
  bound_by_permissions(const bound_by_permissions&) = delete;
  bound_by_permissions& operator=(const bound_by_permissions&) = delete;
  ~bound_by_permissions() { static_cast<void>(::syscall(SYS_capset, &header_, before_)); }

 private:
  __user_cap_header_struct header_{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct before_[_LINUX_CAPABILITY_U32S_3] = {};
};

[[nodiscard]] inline std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

[[nodiscard]] inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Sends one of the standard streams to a file for its lifetime.
class redirected_stream {
 public:
  redirected_stream(std::FILE* stream, const std::string& path) : stream_(stream) {
    flush();
    saved_ = dup(fileno(stream_));
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (saved_ < 0 || file < 0) throw std::runtime_error("cannot redirect to " + path);
    dup2(file, fileno(stream_));
    close(file);
  }
  redirected_stream(const redirected_stream&) = delete;
  redirected_stream& operator=(const redirected_stream&) = delete;
  ~redirected_stream() {
    flush();
    dup2(saved_, fileno(stream_));
    close(saved_);
  }

 private:
  void flush() const {
    std::cout.flush();
    std::cerr.flush();
    std::fflush(stream_);
  }

  std::FILE* stream_;
  int saved_ = -1;
};

/// What `function` writes to standard output and standard error.
struct written {
  std::string out, err;
};
template <class Function>
[[nodiscard]] written captured(Function&& function) {
  const temporary_folder folder;
  {
    const redirected_stream out(stdout, folder / "out"), err(stderr, folder / "err");
    function();
  }
  return {contents(folder / "out"), contents(folder / "err")};
}

/// An environment variable, as it was again at the end of the scope. Null: not set.
class environment_variable {
 public:
  environment_variable(std::string name, const char* value) : name_(std::move(name)) {
    if (const char* before = std::getenv(name_.c_str())) {
      before_ = before;
      was_set_ = true;
    }
    value ? setenv(name_.c_str(), value, 1) : unsetenv(name_.c_str());
  }
  environment_variable(const environment_variable&) = delete;
  environment_variable& operator=(const environment_variable&) = delete;
  ~environment_variable() { was_set_ ? setenv(name_.c_str(), before_.c_str(), 1) : unsetenv(name_.c_str()); }

 private:
  std::string name_, before_;
  bool was_set_ = false;
};

}  // namespace support
