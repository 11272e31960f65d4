// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace support {

/// Unsets variables of the environment, and brings them back as they were at the end of its life.
class kept_environment {
 public:
  explicit kept_environment(std::vector<std::string> names) : names_(std::move(names)) {
    for (const std::string& name : names_) {
      const char* const value = std::getenv(name.c_str());
      values_.push_back(value ? std::optional<std::string>(value) : std::nullopt);
      unsetenv(name.c_str());
    }
  }
  kept_environment(const kept_environment&) = delete;
  kept_environment& operator=(const kept_environment&) = delete;
  ~kept_environment() {
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (values_[i])
        setenv(names_[i].c_str(), values_[i]->c_str(), 1);
      else
        unsetenv(names_[i].c_str());
  }

 private:
  std::vector<std::string> names_;
  std::vector<std::optional<std::string>> values_;
};

}  // namespace support
