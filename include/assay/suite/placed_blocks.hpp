// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/core/format.hpp"
#include "assay/suite/memory_arena.hpp"
#include "assay/suite/memory_check.hpp"
#include "assay/suite/memory_layout.hpp"
#include "assay/verify/poison.hpp"

namespace assay {

namespace detail {

[[nodiscard]] constexpr std::int64_t rounded_up(std::int64_t bytes, std::int64_t to) {
  return (bytes + to - 1) / to * to;
}

}  // namespace detail

/// What needs a place in the memory of a case: a tensor or a workspace.
struct memory_block {
  std::string name;
  std::int64_t bytes;
  std::int64_t alignment;
};

/// Memory that no launch may write.
struct red_zone {
  std::size_t block;
  red_zone_damage::place where;
  std::uint8_t* data;
  std::int64_t bytes;
  std::int64_t rows = 1, pitch = 0;
  std::uint8_t byte = guard_byte;
};

/// Where the blocks of a case lie: close together in an arena, apart, or each at a fence; and copies of them,
/// close together. Each has a red zone on both sides, of 4 KiB to 64 KiB (a sixteenth of its size; 256 bytes
/// around the copies).
class placed_blocks {
 public:
  /// Throws out_of_memory when they do not fit, usage_error for a fence where there is none.
  placed_blocks(memory_arena& arena, std::vector<memory_block> blocks, const memory_layout& layout)
      : arena_(arena), device_(arena.owner()), blocks_(std::move(blocks)), layout_(layout) {
    if (layout.offset < 0)
      throw usage_error("memory_layout: the offset is " + std::to_string(layout.offset) +
                        " bytes; expected 0 or more");
    check_room();
    sets_.push_back(layout.fence ? place_at_fences()
                    : layout.separate
                        ? place_apart()
                        : place(arena_.take(place(nullptr, blocks_.size()).second), blocks_.size()).first);
  }

  [[nodiscard]] std::size_t size() const { return blocks_.size(); }
  [[nodiscard]] const memory_block& operator[](std::size_t block) const { return blocks_[block]; }
  /// Of every block; the first is that of the case itself.
  [[nodiscard]] std::size_t sets() const { return sets_.size(); }
  [[nodiscard]] std::uint8_t* data(std::size_t set, std::size_t block) const {
    return (block < sets_[set].size() ? sets_[set][block] : sets_[0][block]).data;
  }

  /// Sets of the first `count` blocks until there are `sets`, red zones whole; the other blocks have one
  /// place for all sets. Where the blocks have no bytes there are none. Throws out_of_memory.
  void make_sets(std::size_t sets, std::size_t count) {
    if (sets <= sets_.size()) return;
    const auto more = static_cast<std::int64_t>(sets - sets_.size());
    // Small red zones, or the copies of a small tensor would be mostly that.
    const std::int64_t zone = 256, size = place(nullptr, count, zone).second;
    if (size == 0) return;
    void* const added =
        copies_.emplace_back(device_, more * size).data();  // earlier ones stay where they are
    device_.set_bytes(added, guard_byte, more * size);
    for (std::int64_t copy = 0; copy < more; ++copy)
      sets_.push_back(place(static_cast<std::uint8_t*>(added) + copy * size, count, zone).first);
  }

  /// The red zones before and behind the blocks of a set.
  [[nodiscard]] std::vector<red_zone> zones_of(std::size_t set) const {
    std::vector<red_zone> zones;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      const placement& p = i < sets_[set].size() ? sets_[set][i] : sets_[0][i];
      std::uint8_t* const behind = p.data + blocks_[i].bytes;
      if (p.data > p.begin) zones.push_back({i, red_zone_damage::place::before, p.begin, p.data - p.begin});
      if (p.end > behind) zones.push_back({i, red_zone_damage::place::behind, behind, p.end - behind});
    }
    return zones;
  }
  /// With a fence above: for each block that its alignment keeps from ending at the fence, the bytes between,
  /// in which an access is no fault.
  [[nodiscard]] std::vector<std::pair<std::string, std::int64_t>> fence_slack() const {
    std::vector<std::pair<std::string, std::int64_t>> slack;
    if (!layout_.fence || layout_.side == fence_side::below) return slack;
    for (std::size_t i = 0; i < blocks_.size(); ++i)
      if (const std::int64_t bytes = sets_[0][i].end - (sets_[0][i].data + blocks_[i].bytes); bytes > 0)
        slack.emplace_back(blocks_[i].name, bytes);
    return slack;
  }

 private:
  /// Where a block lies; its red zones reach from `begin` to `data` and from behind its bytes to `end`.
  struct placement {
    std::uint8_t *begin, *data, *end;
  };

  /// A processor lends each tensor alone even where all of them do not fit, and kills whoever uses them. In
  /// double: the sum may be more than a 64-bit size can count.
  void check_room() const {
    double bytes = 0;
    for (const memory_block& b : blocks_) bytes += static_cast<double>(b.bytes + 2 * red_zone_bytes(b.bytes));
    const std::int64_t available = arena_.available();
    if (bytes > static_cast<double>(available))
      throw out_of_memory("the tensors of this case", "too large",
                          format_bytes(bytes) + " are needed, " +
                              format_bytes(static_cast<double>(available)) + " are available",
                          "");
  }
  static constexpr std::int64_t red_zone_bytes(std::int64_t bytes) {
    return std::clamp<std::int64_t>(detail::rounded_up(bytes / 16, 256), 4096, 65536);
  }
  /// From a 256-byte boundary to the block's first byte.
  std::int64_t offset_of(const memory_block& b) const {
    return detail::rounded_up(layout_.offset, b.alignment);
  }

  /// The first `count` blocks one behind the other from `base`, which is aligned to 256, and the bytes they
  /// take. With null as the base only the bytes mean anything.
  std::pair<std::vector<placement>, std::int64_t> place(void* base, std::size_t count,
                                                        std::int64_t most_zone = 65536) const {
    std::vector<placement> places;
    std::int64_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const memory_block& b = blocks_[i];
      const std::int64_t zone = std::min(red_zone_bytes(b.bytes), most_zone);
      const std::int64_t data = at + zone + offset_of(b);
      const std::int64_t end = detail::rounded_up(data + b.bytes, 256) + zone;
      auto* const begin = static_cast<std::uint8_t*>(base);
      if (base) places.push_back({begin + at, begin + data, begin + end});
      at = end;
    }
    return {std::move(places), at};
  }
  std::vector<placement> place_apart() {
    std::vector<placement> places;
    for (const memory_block& b : blocks_) {
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
    for (const memory_block& b : blocks_) {
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

  memory_arena& arena_;
  device& device_;
  std::vector<memory_block> blocks_;
  memory_layout layout_;
  std::vector<std::vector<placement>> sets_;  ///< the first has all blocks
  std::deque<device_buffer> apart_;
  std::deque<fenced_buffer> fenced_;
  std::deque<device_buffer> copies_;
};

}  // namespace assay
