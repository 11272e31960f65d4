// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "assay/numeric/dtype.hpp"

namespace assay {

/// How a candidate may use a tensor.
enum class tensor_role : std::uint8_t {
  input,   ///< read only
  output,  ///< written whole; poisoned before each launch
  inout,   ///< read and written; restored before each launch
};

[[nodiscard]] constexpr const char* to_string(tensor_role role) {
  return role == tensor_role::input ? "input" : role == tensor_role::output ? "output" : "inout";
}

/// Where a tensor lives for the call at hand. The harness moves it between calls; handles follow.
struct tensor_slot {
  void* data = nullptr;    ///< on the device of the problem's backend
  std::int64_t count = 0;  ///< elements
  int id = 0;              ///< position in the order of declaration
};

/// What `p.input`, `p.output` and `p.inout` return: a name for a tensor, copied by value into candidates.
/// Converts to `Element*` (for inputs to `const Element*`) at the moment of the call and to nothing else.
/// `Element` is const-qualified for inputs. Elements that share bytes have no address: a tensor of them
/// converts to a pointer to what storage_of says, which holds bytes_for(…) bytes.
template <class Element>
class tensor {
 public:
  using storage = storage_of_t<Element>;

  explicit constexpr tensor(const tensor_slot* slot) : slot_(slot) {}

  operator storage*() const { return data(); }
  /// A handle that is never null says nothing as a truth value.
  template <std::same_as<bool> Boolean>
  operator Boolean() const = delete;

  /// The pointer, for kernels that are templates and would deduce the handle's type.
  [[nodiscard]] storage* data() const { return static_cast<storage*>(slot_->data); }
  /// The same as a pointer to a type that a kernel knows: `a.data_as<const __nv_fp4x2_e2m1>()`.
  template <class Other>
  [[nodiscard]] Other* data_as() const {
    static_assert(std::is_const_v<Other> || !std::is_const_v<Element>, "an input must not be written");
    return static_cast<Other*>(slot_->data);
  }
  /// Elements.
  [[nodiscard]] std::int64_t size() const { return slot_->count; }
  [[nodiscard]] const tensor_slot& slot() const { return *slot_; }

 private:
  const tensor_slot* slot_;
};

/// Scratch memory of a fixed size, shared by all candidates and undefined at each launch. What a prepare step
/// packs for later launches belongs into the state that it returns.
class workspace {
 public:
  explicit constexpr workspace(const tensor_slot* slot) : slot_(slot) {}

  operator void*() const { return slot_->data; }
  template <std::same_as<bool> Boolean>
  operator Boolean() const = delete;

  [[nodiscard]] void* data() const { return slot_->data; }
  [[nodiscard]] std::int64_t bytes() const { return slot_->count; }

 private:
  const tensor_slot* slot_;
};

}  // namespace assay
