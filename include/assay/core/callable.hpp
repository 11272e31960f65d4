// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>
#include <utility>

namespace assay {

template <class Signature>
class callable;

/// Any callable object of one signature, owned, its type erased by two function pointers. It stands where
/// std::function would, in headers that kernel files include and that therefore stay free of <functional>.
/// Move-only. Calling an empty one is undefined.
template <class Result, class... Arguments>
class callable<Result(Arguments...)> {
 public:
  callable() = default;

  template <class Function>
  requires(!std::is_same_v<std::remove_cvref_t<Function>, callable>) explicit callable(Function&& function)
      : object_(new std::remove_cvref_t<Function>(std::forward<Function>(function))),
        invoke_([](void* object, Arguments... arguments) -> Result {
          return (*static_cast<std::remove_cvref_t<Function>*>(object))(
              std::forward<Arguments>(arguments)...);
        }),
        destroy_([](void* object) { delete static_cast<std::remove_cvref_t<Function>*>(object); }) {}

  callable(callable&& other) noexcept
      : object_(std::exchange(other.object_, nullptr)), invoke_(other.invoke_), destroy_(other.destroy_) {}
  callable& operator=(callable&& other) noexcept {
    std::swap(object_, other.object_);
    std::swap(invoke_, other.invoke_);
    std::swap(destroy_, other.destroy_);
    return *this;
  }
  callable(const callable&) = delete;
  callable& operator=(const callable&) = delete;
  ~callable() {
    if (object_) destroy_(object_);
  }

  [[nodiscard]] explicit operator bool() const noexcept { return object_ != nullptr; }

  Result operator()(Arguments... arguments) const {
    return invoke_(object_, std::forward<Arguments>(arguments)...);
  }

 private:
  void* object_ = nullptr;
  Result (*invoke_)(void*, Arguments...) = nullptr;
  void (*destroy_)(void*) = nullptr;
};

}  // namespace assay
