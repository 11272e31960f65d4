// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
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
#include "assay/verify/fill_value.hpp"
#include "assay/verify/poison.hpp"

namespace assay {

/// A digest key that nobody can know beforehand.
[[nodiscard]] inline digest_key random_digest_key() {
  std::random_device source;
  const auto word = [&] { return std::uint64_t{source()} << 32 | source(); };
  return {word(), word() | 1, word()};
}

/// Whether an element that holds the poison may have been written: its type has no NaN.
[[nodiscard]] inline bool may_hold_poison(const declared_tensor& t) {
  return t.role == tensor_role::output && !has_nan(t.type) && t.slot.count > 0;
}

/// The tensors and workspaces of one case on the device. Binds the handles' slots for as long as it lives.
///
/// Each has a red zone on both sides, of 4 KiB to 64 KiB (a sixteenth of its size; 256 bytes around the
/// copies that make_copies() adds), which holds the guard pattern. What a launch writes farther away than
/// that goes unseen, unless it hits an input or another red zone; so does a write of the pattern itself.
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
      if (seen.changed() == 0) continue;
      std::int64_t first = seen.place();
      if (zone.where == red_zone_damage::place::before) first -= zone.bytes;
      if (zone.where == red_zone_damage::place::gaps)
        first = first / zone.bytes * zone.pitch + first % zone.bytes + zone.pitch - zone.bytes;
      found.damage.push_back({blocks_[zone.block].name, zone.where, seen.changed(), first});
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
    for (const inspection& seen : inspected(jobs)) written.push_back(seen.changed());
    return written;
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
    for (const declared_tensor& t : problem_.tensors()) one += rounded_up(t.bytes(), 256);
    return one == 0 ? 1 : static_cast<std::size_t>((bytes + one - 1) / one);
  }
  /// Adds copies of all tensors, inputs filled, until there are `count`; bind() and next_copy() then move the
  /// handles from one to another. Throws out_of_memory when they do not fit.
  void make_copies(std::size_t count) {
    if (count <= sets_.size()) return;
    const std::size_t tensors = problem_.tensors().size();
    const auto more = static_cast<std::int64_t>(count - sets_.size());
    // Small red zones, or the copies of a small tensor would be mostly that.
    const std::int64_t zone = 256, size = place(nullptr, tensors, zone).second;
    if (size == 0) return;
    void* const added =
        copies_.emplace_back(device_, more * size).data();  // earlier ones stay where they are
    device_.set_bytes(added, guard_byte, more * size);
    for (std::int64_t copy = 0; copy < more; ++copy)
      sets_.push_back(place(static_cast<std::uint8_t*>(added) + copy * size, tensors, zone).first);
    data_set_of_.resize(sets_.size(), 0);
    for (std::size_t copy = 0; copy < sets_.size(); ++copy) {
      next_copy();
      fill_inputs();
    }
  }
  [[nodiscard]] std::size_t copies() const { return sets_.size(); }
  /// Binds the handles to that copy, from 0 to copies() − 1. Workspaces stay where they are.
  void bind(std::size_t copy) {
    bound_ = copy;
    for (std::size_t i = 0; i < problem_.tensors().size(); ++i)
      problem_.tensors()[i].slot.data = sets_[copy][i].data;
    for (declared_tensor& t : problem_.tensors())
      if (lies_on_input(t)) t.slot.data = sets_[copy][static_cast<std::size_t>(t.may_alias)].data;
  }
  /// Binds the handles to the next copy, in a circle. After as many calls as there are copies it is the
  /// first.
  void next_copy() { bind((bound_ + 1) % sets_.size()); }

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
    std::vector<std::pair<std::string, std::int64_t>> slack;
    if (!layout_.fence || layout_.side == fence_side::below) return slack;
    for (std::size_t i = 0; i < blocks_.size(); ++i)
      if (const std::int64_t bytes = sets_[0][i].end - (sets_[0][i].data + blocks_[i].bytes); bytes > 0)
        slack.emplace_back(blocks_[i].name, bytes);
    return slack;
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

  /// What needs a place: the tensors, then the workspaces.
  struct block {
    std::string name;
    std::int64_t bytes;
    std::int64_t alignment;
  };
  /// Where a block lies; its red zones reach from `begin` to `data` and from behind its bytes to `end`.
  struct placement {
    std::uint8_t *begin, *data, *end;
  };
  struct red_zone {
    std::size_t block;
    red_zone_damage::place where;
    std::uint8_t* data;
    std::int64_t bytes;
    std::int64_t rows = 1, pitch = 0;
    std::uint8_t byte = guard_byte;
  };

  case_memory(std::unique_ptr<memory_arena> own, memory_arena* lent, declared_problem& problem,
              std::uint64_t seed, const memory_layout& layout)
      : own_(std::move(own)),
        arena_(lent ? *lent : *own_),
        device_(arena_.owner()),
        problem_(problem),
        seed_(seed),
        layout_(layout) {
    if (layout.offset < 0)
      throw usage_error("memory_layout: the offset is " + std::to_string(layout.offset) +
                        " bytes; expected 0 or more");
    for (const declared_tensor& t : problem.tensors())
      blocks_.push_back({"'" + t.name + "'", t.memory_bytes(), t.alignment});
    for (const declared_tensor& t : problem.tensors())
      if (lies_on_input(t)) {
        block& shared = blocks_[static_cast<std::size_t>(t.may_alias)];
        shared.alignment = std::max(shared.alignment, t.alignment);
      }
    for (const tensor_slot& w : problem.workspaces())
      blocks_.push_back({problem.workspaces().size() == 1
                             ? "the workspace"
                             : "workspace " + std::to_string(blocks_.size() - problem.tensors().size() + 1),
                         w.count, 256});
    check_room();
    sets_.push_back(layout.fence ? place_at_fences()
                    : layout.separate
                        ? place_apart()
                        : place(arena_.take(place(nullptr, blocks_.size()).second), blocks_.size()).first);
    results_ = arena_.results(results_needed());
    bind(0);
    for (std::size_t i = 0; i < problem.workspaces().size(); ++i)
      problem.workspaces()[i].data = sets_[0][problem.tensors().size() + i].data;
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

  /// A processor lends each tensor alone even where all of them do not fit, and kills whoever uses them. In
  /// double: the sum may be more than a 64-bit size can count.
  void check_room() const {
    double bytes = 0;
    for (const block& b : blocks_) bytes += static_cast<double>(b.bytes + 2 * red_zone_bytes(b.bytes));
    const std::int64_t available = arena_.available();
    if (bytes > static_cast<double>(available))
      throw out_of_memory("the tensors of this case", "too large",
                          format_bytes(bytes) + " are needed, " +
                              format_bytes(static_cast<double>(available)) + " are available",
                          "");
  }
  static constexpr std::int64_t rounded_up(std::int64_t bytes, std::int64_t to) {
    return (bytes + to - 1) / to * to;
  }
  static constexpr std::int64_t red_zone_bytes(std::int64_t bytes) {
    return std::clamp<std::int64_t>(rounded_up(bytes / 16, 256), 4096, 65536);
  }
  /// From a 256-byte boundary to the block's first byte.
  std::int64_t offset_of(const block& b) const { return rounded_up(layout_.offset, b.alignment); }

  /// The first `count` blocks one behind the other from `base`, which is aligned to 256, and the bytes they
  /// take. With null as the base only the bytes mean anything.
  std::pair<std::vector<placement>, std::int64_t> place(void* base, std::size_t count,
                                                        std::int64_t most_zone = 65536) const {
    std::vector<placement> places;
    std::int64_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const block& b = blocks_[i];
      const std::int64_t zone = std::min(red_zone_bytes(b.bytes), most_zone);
      const std::int64_t data = at + zone + offset_of(b);
      const std::int64_t end = rounded_up(data + b.bytes, 256) + zone;
      auto* const begin = static_cast<std::uint8_t*>(base);
      if (base) places.push_back({begin + at, begin + data, begin + end});
      at = end;
    }
    return {std::move(places), at};
  }
  std::vector<placement> place_apart() {
    std::vector<placement> places;
    for (const block& b : blocks_) {
      apart_.emplace_back(device_, b.bytes + offset_of(b));
      auto* const data = static_cast<std::uint8_t*>(apart_.back().data()) + offset_of(b);
      places.push_back({data, data, data + b.bytes});
    }
    return places;
  }
  std::vector<placement> place_at_fences() {
    if (!device_.has_fences())
      throw usage_error("a fence needs virtual memory calls, and " + device_.info().name +
                        " or its runtime has none");
    std::vector<placement> places;
    for (const block& b : blocks_) {
      fenced_.emplace_back(device_, b.bytes);
      const fenced_range& range = fenced_.back().range();
      auto *const begin = static_cast<std::uint8_t*>(range.data), *const end = begin + range.bytes;
      const std::int64_t zone = red_zone_bytes(b.bytes);
      if (layout_.side == fence_side::below) {
        places.push_back({begin, begin, std::min(end, begin + b.bytes + zone)});
      } else {
        std::uint8_t* const data = begin + (range.bytes - b.bytes) / b.alignment * b.alignment;
        places.push_back({std::max(begin, data - zone), data, end});
      }
    }
    return places;
  }

  /// The red zones of a copy. Workspaces have one place, whatever is bound.
  std::vector<red_zone> zones_of(std::size_t set) const {
    std::vector<red_zone> zones;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      const placement& p = i < sets_[set].size() ? sets_[set][i] : sets_[0][i];
      std::uint8_t* const behind = p.data + blocks_[i].bytes;
      if (p.data > p.begin) zones.push_back({i, red_zone_damage::place::before, p.begin, p.data - p.begin});
      if (p.end > behind) zones.push_back({i, red_zone_damage::place::behind, behind, p.end - behind});
      if (i >= problem_.tensors().size()) continue;
      if (const declared_tensor& t = problem_.tensors()[i]; t.padded() && t.rows() > 1)
        zones.push_back({i, red_zone_damage::place::gaps, p.data + t.row_bytes(), t.pitch() - t.row_bytes(),
                         t.rows() - 1, t.pitch(), gap_byte(t)});
    }
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
  std::vector<block> blocks_;
  std::vector<std::vector<placement>> sets_;  ///< of each copy; the first has the workspaces, too
  std::deque<device_buffer> apart_;
  std::deque<fenced_buffer> fenced_;
  std::deque<device_buffer> copies_;
  device_buffer scratch_;
  inspection* results_ = nullptr;
  std::size_t bound_ = 0;
  std::vector<std::size_t> data_set_of_ = {0};                             ///< of each copy
  std::size_t checked_[check_slots] = {}, checked_set_[check_slots] = {};  ///< copy and data set
};

}  // namespace assay
