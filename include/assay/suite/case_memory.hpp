// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/core/format.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/suite/memory_arena.hpp"
#include "assay/suite/memory_check.hpp"
#include "assay/suite/memory_layout.hpp"
#include "assay/suite/placed_blocks.hpp"
#include "assay/verify/fill_value.hpp"
#include "assay/verify/poison.hpp"

namespace assay {

/// A digest key that nobody can know beforehand.
[[nodiscard]] inline digest_key random_digest_key() {
  std::random_device source;
  const auto word = [&] { return std::uint64_t{source()} << 32 | source(); };
  return {word(), word() | 1, word()};
}

/// Whether an element that holds the poison may have been written: its type has no NaN to spare.
[[nodiscard]] inline bool may_hold_poison(const declared_tensor& t) {
  return t.role == tensor_role::output && !has_spare_nan(t.type) && t.slot.count > 0;
}

/// The tensors and workspaces of one case on the device. Binds the handles' slots for as long as it lives.
///
/// The red zones around them (placed_blocks) hold the guard pattern. What a launch writes farther away than
/// those reach goes unseen, unless it hits an input or another red zone; so does a write of the pattern
/// itself.
class case_memory {
 public:
  /// In memory of its own. Throws out_of_memory when the case does not fit.
  case_memory(device& target, declared_problem& problem, std::uint64_t seed, const memory_layout& layout = {})
      : case_memory(std::make_unique<memory_arena>(target), nullptr, problem, seed, layout) {}
  /// In the arena's, which nobody else may use meanwhile.
  case_memory(memory_arena& arena, declared_problem& problem, std::uint64_t seed,
              const memory_layout& layout = {})
      : case_memory(nullptr, &arena, problem, seed, layout) {}
  case_memory(const case_memory&) = delete;
  case_memory& operator=(const case_memory&) = delete;
  ~case_memory() {
    for (declared_tensor& t : problem_.tensors()) t.slot.data = nullptr;
    for (tensor_slot& w : problem_.workspaces()) w.data = nullptr;
    arena_.give_back();
  }

  /// Everything as a candidate must find it: inputs filled, outputs and workspaces poisoned, red zones whole.
  void reset(poison_variant variant = poison_variant::first) {
    restore_inputs();
    for (const tensor_slot& w : problem_.workspaces())
      device_.set_bytes(w.data, workspace_poison_byte(variant), w.count);
    restore(variant);
  }

  /// What no launch may change, as it was: inputs and red zones. Takes the digests of the inputs.
  void restore_inputs() {
    for (const red_zone& zone : zones_of(bound_))
      if (zone.where != red_zone_damage::place::gaps) device_.set_bytes(zone.data, zone.byte, zone.bytes);
    fill_inputs();
  }

  /// What one launch may have changed, as it was before: inout tensors filled, outputs poisoned.
  void restore(poison_variant variant = poison_variant::first) {
    for (const declared_tensor& t : problem_.tensors()) {
      if (t.role == tensor_role::inout) fill(t);
      if (t.role == tensor_role::output && !lies_on_input(t)) poison(t, poison_byte(t.type, variant));
    }
  }

  /// Looks, in the stream, at the red zones and the inputs of the copy that is bound. One launch, nothing is
  /// waited for. read_check() with the same slot tells what was found. An input that was changed and changed
  /// back is not seen.
  void enqueue_check(std::size_t slot = 0) {
    std::vector<inspection_job> jobs;
    for (const red_zone& zone : zones_of(bound_))
      jobs.push_back({zone.data, zone.bytes, zone.rows, zone.pitch, inspection_job::kind::guard, zone.byte});
    for (const inspection_job& digest : digests_of_inputs()) jobs.push_back(digest);
    device_.inspect(jobs.data(), jobs.size(), key_, after_of(slot));
    checked_[slot] = bound_;
    checked_set_[slot] = bound_set();
  }
  /// What the last enqueue_check() with this slot found. Waits for the stream.
  [[nodiscard]] memory_check read_check(std::size_t slot = 0) {
    std::vector<inspection> all(results_needed());
    device_.copy_to_host(all.data(), results_, static_cast<std::int64_t>(all.size() * sizeof(inspection)));
    const inspection* after = all.data() + (after_of(slot) - results_);
    const inspection* before = all.data() + (before_of(checked_set_[slot]) - results_);
    memory_check found;
    for (const red_zone& zone : zones_of(checked_[slot])) {
      const inspection& seen = *after++;
      if (seen.count() == 0) continue;
      std::int64_t first = seen.place();
      if (zone.where == red_zone_damage::place::before) first -= zone.bytes;
      if (zone.where == red_zone_damage::place::gaps)
        first = first / zone.bytes * zone.pitch + first % zone.bytes + zone.pitch - zone.bytes;
      found.damage.push_back({blocks_[zone.block].name, zone.where, seen.count(), first});
    }
    for (const declared_tensor& t : problem_.tensors())
      if (is_read_only(t) && !(*after++ == *before++)) found.changed_inputs.push_back(t.name);
    return found;
  }
  /// Both at once.
  [[nodiscard]] memory_check check() {
    enqueue_check();
    return read_check();
  }
  /// Of the outputs and inout tensors of the copy that is bound, in the order of declaration. Waits.
  [[nodiscard]] std::vector<inspection> digest_outputs() {
    std::vector<inspection_job> jobs;
    for (const declared_tensor& t : problem_.tensors())
      if (t.role != tensor_role::input) jobs.push_back({t.slot.data, t.row_bytes(), t.rows(), t.pitch()});
    return inspected(jobs);
  }
  /// Bytes of the outputs (inout tensors are none) that do not hold the poison of that variant, in the order
  /// of declaration: those that a launch has written, but for one in 256 whose value is the poison's. Waits.
  [[nodiscard]] std::vector<std::int64_t> written_bytes(poison_variant variant) {
    std::vector<inspection_job> jobs;
    for (const declared_tensor& t : problem_.tensors())
      if (t.role == tensor_role::output)
        jobs.push_back({t.slot.data, t.row_bytes(), t.rows(), t.pitch(), inspection_job::kind::guard,
                        poison_byte(t.type, variant)});
    std::vector<std::int64_t> written;
    for (const inspection& seen : inspected(jobs)) written.push_back(seen.count());
    return written;
  }
  /// The elements of an output that hold the first poison, of a type whose elements are whole bytes. Waits.
  [[nodiscard]] unwritten find_poison(const declared_tensor& t) {
    const auto element = static_cast<int>(bytes_for(t.type, 1));
    const inspection found = inspected({{t.slot.data, t.row_bytes(), t.rows(), t.pitch(),
                                         inspection_job::kind::poison, poison_byte(t.type), element}})
                                 .front();
    return {found.count(), found.count() > 0 ? found.place() / element : 0};
  }
  /// As many checks can be enqueued before the first is read.
  static constexpr std::size_t check_slots = 8;

  /// Data sets that inputs can be filled with, `most_data_sets` at most; the first is that of the case's own
  /// seed.
  static constexpr std::size_t most_data_sets = 3;
  /// Fills the inputs of the copy that is bound with another data set, whose digests restore_inputs() has
  /// taken before on some copy.
  void refill(std::size_t set) {
    data_set_of_[bound_] = set;
    for (const declared_tensor& t : problem_.tensors())
      if (t.role == tensor_role::input) fill(t);
  }
  /// The data set of the copy that is bound, for the next restore_inputs().
  void use_data_set(std::size_t set) { data_set_of_[bound_] = set; }
  /// Copies, the first included, that hold at least `bytes` of tensors.
  [[nodiscard]] std::size_t copies_for(std::int64_t bytes) const {
    std::int64_t one = 0;
    for (const declared_tensor& t : problem_.tensors()) one += detail::rounded_up(t.bytes(), 256);
    return one == 0 ? 1 : static_cast<std::size_t>((bytes + one - 1) / one);
  }
  /// Adds copies of all tensors, inputs filled, until there are `count`; bind() and next_copy() then move the
  /// handles from one to another. Throws out_of_memory when they do not fit.
  void make_copies(std::size_t count) {
    if (count <= copies()) return;
    blocks_.make_sets(count, problem_.tensors().size());
    data_set_of_.resize(blocks_.sets(), 0);
    for (std::size_t copy = 0; copy < blocks_.sets(); ++copy) {
      next_copy();
      fill_inputs();
    }
  }
  [[nodiscard]] std::size_t copies() const { return blocks_.sets(); }
  /// Binds the handles to that copy, from 0 to copies() − 1. Workspaces stay where they are.
  void bind(std::size_t copy) {
    bound_ = copy;
    for (std::size_t i = 0; i < problem_.tensors().size(); ++i)
      problem_.tensors()[i].slot.data = blocks_.data(copy, i);
    for (declared_tensor& t : problem_.tensors())
      if (lies_on_input(t)) t.slot.data = blocks_.data(copy, static_cast<std::size_t>(t.may_alias));
  }
  /// Binds the handles to the next copy, in a circle. After as many calls as there are copies it is the
  /// first.
  void next_copy() { bind((bound_ + 1) % blocks_.sets()); }

  /// The elements of a tensor one behind the other, on the device: the tensor itself, or where its rows are
  /// padded a copy, made in the stream, that holds until the next call of any function here.
  [[nodiscard]] const void* compact(const declared_tensor& t) {
    if (!t.padded()) return t.slot.data;
    void* const rows = scratch(t.bytes());
    device_.copy_rows(rows, t.row_bytes(), t.slot.data, t.pitch(), t.row_bytes(), t.rows());
    return rows;
  }

  /// Other elements for a tensor, until the next reset(). Waits.
  void upload(const declared_tensor& t, const std::vector<std::uint8_t>& elements) {
    if (elements.empty()) return;
    void* const compacted = t.padded() ? scratch(t.bytes()) : t.slot.data;
    device_.copy_to_device(compacted, elements.data(), t.bytes());
    if (t.padded()) spread(t, compacted);
  }
  /// The raw elements of a tensor.
  [[nodiscard]] std::vector<std::uint8_t> download(const declared_tensor& t) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(t.bytes()));
    if (!bytes.empty()) device_.copy_to_host(bytes.data(), compact(t), t.bytes());
    return bytes;
  }

  [[nodiscard]] std::size_t bound() const { return bound_; }
  /// The data set of the copy that is bound, and the seed of its values.
  [[nodiscard]] std::size_t bound_set() const { return data_set_of_[bound_]; }
  [[nodiscard]] std::uint64_t bound_seed() const { return data_set_seed(seed_, bound_set()); }
  /// With a fence above: for each tensor and workspace that its alignment keeps from ending at the fence, the
  /// bytes between, in which an access is no fault.
  [[nodiscard]] std::vector<std::pair<std::string, std::int64_t>> fence_slack() const {
    return blocks_.fence_slack();
  }

 private:
  /// What the device finds. Waits.
  [[nodiscard]] std::vector<inspection> inspected(const std::vector<inspection_job>& jobs) {
    device_.inspect(jobs.data(), jobs.size(), key_, after_of(0));
    std::vector<inspection> found(jobs.size());
    if (!found.empty())
      device_.copy_to_host(found.data(), after_of(0),
                           static_cast<std::int64_t>(found.size() * sizeof(inspection)));
    return found;
  }

  case_memory(std::unique_ptr<memory_arena> own, memory_arena* lent, declared_problem& problem,
              std::uint64_t seed, const memory_layout& layout)
      : own_(std::move(own)),
        arena_(lent ? *lent : *own_),
        device_(arena_.owner()),
        problem_(problem),
        seed_(seed),
        layout_(layout),
        blocks_(arena_, blocks_of_problem(), layout) {
    results_ = arena_.results(results_needed());
    bind(0);
    for (std::size_t i = 0; i < problem.workspaces().size(); ++i)
      problem.workspaces()[i].data = blocks_.data(0, problem.tensors().size() + i);
  }

  /// The tensors, then the workspaces.
  std::vector<memory_block> blocks_of_problem() const {
    std::vector<memory_block> blocks;
    for (const declared_tensor& t : problem_.tensors())
      blocks.push_back({"'" + t.name + "'", t.memory_bytes(), t.alignment});
    for (const declared_tensor& t : problem_.tensors())
      if (lies_on_input(t)) {
        memory_block& shared = blocks[static_cast<std::size_t>(t.may_alias)];
        shared.alignment = std::max(shared.alignment, t.alignment);
      }
    const std::size_t tensors = blocks.size();
    for (const tensor_slot& w : problem_.workspaces())
      blocks.push_back({problem_.workspaces().size() == 1
                            ? "the workspace"
                            : "workspace " + std::to_string(blocks.size() - tensors + 1),
                        w.count, 256});
    return blocks;
  }

  /// By declaration and layout. Its own block stays empty, and the launch finds the input in it.
  bool lies_on_input(const declared_tensor& t) const {
    return layout_.alias && t.may_alias >= 0 &&
           problem_.tensors()[static_cast<std::size_t>(t.may_alias)].slot.leading_dimension ==
               t.slot.leading_dimension;
  }
  /// An input, and no output lies on it.
  bool is_read_only(const declared_tensor& t) const {
    const auto& all = problem_.tensors();
    return t.role == tensor_role::input &&
           std::none_of(all.begin(), all.end(), [&](const declared_tensor& other) {
             return other.may_alias == t.slot.id && lies_on_input(other);
           });
  }

  /// The red zones of a copy, and the gaps between rows.
  std::vector<red_zone> zones_of(std::size_t set) const {
    std::vector<red_zone> zones = blocks_.zones_of(set);
    for (std::size_t i = 0; i < problem_.tensors().size(); ++i)
      if (const declared_tensor& t = problem_.tensors()[i]; t.padded() && t.rows() > 1)
        zones.push_back({i, red_zone_damage::place::gaps, blocks_.data(set, i) + t.row_bytes(),
                         t.pitch() - t.row_bytes(), t.rows() - 1, t.pitch(), gap_byte(t)});
    return zones;
  }
  /// Of the copy that is bound.
  std::vector<inspection_job> digests_of_inputs() const {
    std::vector<inspection_job> digests;
    for (const declared_tensor& t : problem_.tensors())
      if (is_read_only(t)) digests.push_back({t.slot.data, t.row_bytes(), t.rows(), t.pitch()});
    return digests;
  }

  // Results: what each slot's check found, then the digests of the inputs of each data set.
  std::size_t results_of_check() const { return 4 * blocks_.size(); }
  std::size_t results_needed() const {
    return check_slots * results_of_check() + most_data_sets * blocks_.size();
  }
  inspection* after_of(std::size_t slot) const { return results_ + slot * results_of_check(); }
  inspection* before_of(std::size_t set) const { return after_of(check_slots) + set * blocks_.size(); }

  /// And takes their digests.
  void fill_inputs() {
    for (const declared_tensor& t : problem_.tensors())
      if (t.role == tensor_role::input) fill(t);
    const std::vector<inspection_job> digests = digests_of_inputs();
    device_.inspect(digests.data(), digests.size(), key_, before_of(bound_set()));
  }

  void fill(const declared_tensor& t) {
    void* const elements = t.padded() ? scratch(t.bytes()) : t.slot.data;
    device_.fill(
        {elements, t.type, t.slot.count, t.how, bound_seed(), static_cast<std::uint32_t>(t.slot.id)});
    if (t.padded()) spread(t, elements);
  }
  void poison(const declared_tensor& t, std::uint8_t byte) {
    void* const elements = t.padded() ? scratch(t.bytes()) : t.slot.data;
    device_.set_bytes(elements, byte, t.bytes());
    if (t.padded()) spread(t, elements);
  }

  /// What lies between the rows. In what is read a NaN, so that it does harm; in outputs no poison.
  static std::uint8_t gap_byte(const declared_tensor& t) {
    return t.role != tensor_role::output && has_nan(t.type) ? poison_byte(t.type) : guard_byte;
  }
  /// The elements into the rows of the tensor, and the gaps as they were.
  void spread(const declared_tensor& t, const void* elements) {
    device_.set_bytes(t.slot.data, gap_byte(t), t.memory_bytes());
    device_.copy_rows(t.slot.data, t.pitch(), elements, t.row_bytes(), t.row_bytes(), t.rows());
  }
  /// Memory for the elements of one padded tensor.
  void* scratch(std::int64_t bytes) {
    if (bytes > scratch_.bytes()) {
      scratch_ = device_buffer();
      scratch_ = device_buffer(device_, bytes);
    }
    return scratch_.data();
  }

  std::unique_ptr<memory_arena> own_;  ///< null when it is lent
  memory_arena& arena_;
  device& device_;
  declared_problem& problem_;
  std::uint64_t seed_;
  memory_layout layout_;
  digest_key key_ = random_digest_key();
  placed_blocks blocks_;
  device_buffer scratch_;
  inspection* results_ = nullptr;
  std::size_t bound_ = 0;
  std::vector<std::size_t> data_set_of_ = {0};                             ///< of each copy
  std::size_t checked_[check_slots] = {}, checked_set_[check_slots] = {};  ///< copy and data set
};

}  // namespace assay
