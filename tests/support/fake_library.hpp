// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

#include "assay/monitor/shared_library.hpp"

/// Writes the script of a fake management library, which starts empty. The library is the one that a monitor
/// opens by the same path.
class fake_library {
 public:
  explicit fake_library(const std::string& path) : library_(path) {
    library_.find(set_, "fake_set");
    library_.find(set_text_, "fake_set_text");
    library_.find(get_, "fake_get");
    void (*reset)() = nullptr;
    library_.find(reset, "fake_reset");
    if (!set_ || !set_text_ || !get_ || !reset) throw std::runtime_error(path + " is no fake library");
    reset();
  }
  fake_library& set(const std::string& name, double value) {
    set_(name.c_str(), value);
    return *this;
  }
  fake_library& set_text(const std::string& name, const std::string& value) {
    set_text_(name.c_str(), value.c_str());
    return *this;
  }
  [[nodiscard]] double get(const std::string& name) const { return get_(name.c_str()); }

 private:
  assay::shared_library library_;
  void (*set_)(const char*, double) = nullptr;
  void (*set_text_)(const char*, const char*) = nullptr;
  double (*get_)(const char*) = nullptr;
};

/// Whether `part` is somewhere in `text`. Catch2 v2 and v3 spell this matcher differently.
[[nodiscard]] inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
