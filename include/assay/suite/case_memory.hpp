// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/core/format.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/verify/poison.hpp"

namespace assay {

/// The tensors and workspaces of one case on the device. Binds the handles' slots for as long as it lives.
class case_memory {
 public:
  /// Throws out_of_memory when the case does not fit.
  case_memory(device& target, declared_problem& problem, std::uint64_t seed)
      : device_(target), problem_(problem), seed_(seed) {
    check_room();
    for (const declared_tensor& t : problem.tensors()) buffers_.emplace_back(target, t.bytes());
    for (const tensor_slot& w : problem.workspaces()) buffers_.emplace_back(target, w.count);
    std::size_t next = 0;
    for (declared_tensor& t : problem.tensors()) t.slot.data = buffers_[next++].data();
    for (tensor_slot& w : problem.workspaces()) w.data = buffers_[next++].data();
  }
  case_memory(const case_memory&) = delete;
  case_memory& operator=(const case_memory&) = delete;
  ~case_memory() {
    for (declared_tensor& t : problem_.tensors()) t.slot.data = nullptr;
    for (tensor_slot& w : problem_.workspaces()) w.data = nullptr;
  }

  /// Everything as a candidate must find it: inputs filled, outputs and workspaces poisoned.
  void reset() {
    restore_inputs();
    for (const tensor_slot& w : problem_.workspaces())
      device_.set_bytes(w.data, poison_byte(dtype::fp32), w.count);
    restore();
  }

  /// What no launch may change, as it was.
  void restore_inputs() {
    for (const declared_tensor& t : problem_.tensors())
      if (t.role == tensor_role::input) fill(t);
  }

  /// Adds copies of all tensors, inputs filled alike, until together they hold `bytes`; next_copy() then
  /// moves the handles from one to the next. Throws out_of_memory when they do not fit.
  void make_copies(std::int64_t bytes) {
    std::int64_t one = 0;
    for (const declared_tensor& t : problem_.tensors()) one += aligned(t.bytes());
    if (one == 0) return;
    const std::int64_t more = (bytes + one - 1) / one - 1;
    if (more <= 0) return;
    copies_ = device_buffer(device_, more * one);
    auto* place = static_cast<std::uint8_t*>(copies_.data());
    bases_.emplace_back();
    for (const declared_tensor& t : problem_.tensors()) bases_.back().push_back(t.slot.data);
    for (std::int64_t copy = 0; copy < more; ++copy) {
      bases_.emplace_back();
      for (const declared_tensor& t : problem_.tensors()) {
        bases_.back().push_back(place);
        place += aligned(t.bytes());
      }
    }
    for (std::size_t copy = 0; copy < bases_.size(); ++copy) {
      next_copy();
      restore_inputs();
    }
  }
  [[nodiscard]] std::size_t copies() const { return bases_.empty() ? 1 : bases_.size(); }
  /// Binds the handles to the next copy, in a circle. After as many calls as there are copies it is the
  /// first.
  void next_copy() {
    if (bases_.empty()) return;
    bound_ = (bound_ + 1) % bases_.size();
    std::size_t next = 0;
    for (declared_tensor& t : problem_.tensors()) t.slot.data = bases_[bound_][next++];
  }

  /// What one launch may have changed, as it was before: inout tensors filled, outputs poisoned.
  void restore() {
    for (const declared_tensor& t : problem_.tensors()) {
      if (t.role == tensor_role::inout) fill(t);
      if (t.role == tensor_role::output) device_.set_bytes(t.slot.data, poison_byte(t.type), t.bytes());
    }
  }

  /// The raw elements of a tensor.
  [[nodiscard]] std::vector<std::uint8_t> download(const declared_tensor& t) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(t.bytes()));
    if (!bytes.empty()) device_.copy_to_host(bytes.data(), t.slot.data, t.bytes());
    return bytes;
  }

  [[nodiscard]] std::uint64_t seed() const { return seed_; }

 private:
  /// A processor lends each tensor alone even where all of them do not fit, and kills whoever uses them. In
  /// double: the sum may be more than a 64-bit size can count.
  void check_room() const {
    double bytes = 0;
    for (const declared_tensor& t : problem_.tensors()) bytes += static_cast<double>(t.bytes());
    for (const tensor_slot& w : problem_.workspaces()) bytes += static_cast<double>(w.count);
    const std::int64_t available = device_.free_memory();
    if (bytes > static_cast<double>(available))
      throw out_of_memory("the tensors of this case", "too large",
                          format_bytes(bytes) + " are needed, " +
                              format_bytes(static_cast<double>(available)) + " are available",
                          "");
  }
  static std::int64_t aligned(std::int64_t bytes) { return (bytes + 255) / 256 * 256; }
  void fill(const declared_tensor& t) {
    device_.fill({t.slot.data, t.type, t.slot.count, t.how, seed_, static_cast<std::uint32_t>(t.slot.id)});
  }

  device& device_;
  declared_problem& problem_;
  std::uint64_t seed_;
  std::deque<device_buffer> buffers_;
  device_buffer copies_;
  std::vector<std::vector<void*>> bases_;  ///< of each copy's tensors; empty while there is only one
  std::size_t bound_ = 0;
};

}  // namespace assay
