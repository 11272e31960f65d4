// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#if !defined(_WIN32)
#include <dlfcn.h>
#endif

namespace assay {

/// A library that is opened at run time, since the machine may lack it. It stays in the process until its end
/// (RTLD_NODELETE): management libraries start threads and register exit handlers, which unloading would pull
/// the code away from.
class shared_library {
 public:
  /// `name` is what the loader looks for: a name or a path.
  explicit shared_library(const std::string& name) {
#if defined(_WIN32)
    why_not_ = name + ": opening it is not implemented on Windows";
#else
    handle_ = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle_) return;
    const char* const words = dlerror();
    why_not_ = words ? words : name + " could not be opened";
#endif
  }
  shared_library(shared_library&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)), why_not_(std::move(other.why_not_)) {}
  shared_library& operator=(shared_library&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(why_not_, other.why_not_);
    return *this;
  }
  shared_library(const shared_library&) = delete;
  shared_library& operator=(const shared_library&) = delete;
  ~shared_library() {
#if !defined(_WIN32)
    if (handle_) dlclose(handle_);
#endif
  }

  [[nodiscard]] explicit operator bool() const noexcept { return handle_ != nullptr; }
  /// The loader's words where it could not be opened.
  [[nodiscard]] const std::string& why_not() const noexcept { return why_not_; }

  /// Sets `function` to the symbol of that name, or to nullptr where this version of the library lacks it.
  template <class Function>
  void find(Function*& function, const char* symbol) const {
#if defined(_WIN32)
    function = nullptr;
    static_cast<void>(symbol);
#else
    function = handle_ ? reinterpret_cast<Function*>(dlsym(handle_, symbol)) : nullptr;
#endif
  }

 private:
  void* handle_ = nullptr;
  std::string why_not_;
};

/// Whether a call of a C library worked. One that this version of the library lacks did not.
template <class Code, class... Parameters, class... Arguments>
[[nodiscard]] bool worked(Code (*function)(Parameters...), Arguments... arguments) {
  return function && function(arguments...) == Code{};
}

}  // namespace assay
