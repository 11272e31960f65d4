// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/stats/wilson.hpp"
#include "assay/suite/case_entry.hpp"
#include "assay/suite/case_memory.hpp"
#include "assay/suite/case_stage.hpp"
#include "assay/verify/poison.hpp"

namespace assay {

/// Of one tensor, the share that a launch did not touch.
struct untouched_share {
  std::string tensor;
  tensor_role role = tensor_role::input;
  double bytes = 0;               ///< of the tensor
  int probes = 0;                 ///< places that were tried; 0 for outputs, which are looked at whole
  share_estimate share{0, 0, 1};  ///< of the bytes that nothing depends on, or that were not written
};

/// Finds which bytes of its inputs a launch depends on, and which of its outputs it writes: 32 bytes of an
/// input, the least that a GPU fetches, are changed, the case is launched, and the outputs are held against
/// those of the unchanged inputs by their digests. Where nothing changes, those bytes were not read, or for
/// nothing. Floating types get NaN and large numbers of both signs, one after another, since a maximum may
/// ignore a NaN; other types get values of the declared fill, since they may be indices.
///
/// Leaves the tensors in disorder: reset() them.
class touch_probe {
 public:
  explicit touch_probe(case_stage& stage) : stage_(stage), device_(stage.target) {}

  /// One for each tensor that could be looked at. Stops early after `seconds`. Throws error where launches
  /// with the same inputs do not repeat themselves, and what a launch throws.
  [[nodiscard]] std::vector<untouched_share> run(case_entry& e, double seconds) {
    case_memory& memory = *stage_.memory;
    const double start = device_.now();
    memory.bind(0);
    memory.use_data_set(0);
    memory.reset();
    stage_.prepare(e);
    const std::vector<inspection> right = outcome_of(e);
    if (outcome_of(e) != right)
      throw error(
          "launches with the same inputs do not give the same bits, so that nothing shows what they read");

    std::vector<untouched_share> found;
    for (const declared_tensor& t : stage_.problem.tensors()) {
      if (t.role == tensor_role::output || t.slot.count == 0) continue;
      // A state that was prepared with other indices may lead anywhere.
      if (e.candidate->prepare && !is_floating(t.type)) continue;
      const untouched_share share = probe(e, t, right, [&] { return device_.now() - start < seconds; });
      if (share.probes > 0) found.push_back(share);
    }
    find_unwritten_shares(e, found);
    return found;
  }

 private:
  static constexpr std::int64_t sector = 32;
  static constexpr int most_probes = 48;  ///< of one tensor: a half untouched is told as 36 % to 64 %

  [[nodiscard]] std::vector<inspection> outcome_of(case_entry& e) {
    stage_.memory->restore();
    return launched(e);
  }
  [[nodiscard]] std::vector<inspection> launched(case_entry& e) {
    stage_.launch(e);
    device_.check_launch();
    return stage_.memory->digest_outputs();
  }

  /// Places that lie evenly over the tensor, each moved at random within its part, so that no regular pattern
  /// of a kernel can fall into step with them.
  template <class MoreTime>
  [[nodiscard]] untouched_share probe(case_entry& e, const declared_tensor& t,
                                      const std::vector<inspection>& right, const MoreTime& more_time) {
    const std::int64_t sectors = (t.bytes() + sector - 1) / sector;
    const std::int64_t count = std::min<std::int64_t>(sectors, most_probes);
    make_other_values(t);
    int tried = 0, untouched = 0;
    std::uint32_t turn = 1;
    for (std::int64_t i = 0; i < count && more_time(); ++i) {
      turn = turn * 1664525u + 1013904223u;  // Numerical Recipes' quick generator
      const std::int64_t first = sectors * i / count, end = sectors * (i + 1) / count;
      const std::int64_t at = (first + (turn >> 8) % (end - first)) * sector;
      const std::int64_t in_row = at % t.row_bytes();
      auto* const place = static_cast<std::uint8_t*>(t.slot.data) + at / t.row_bytes() * t.pitch() + in_row;
      const std::int64_t bytes = std::min(sector, t.row_bytes() - in_row);
      const int changes = depends_on(e, t, place, at, bytes, right);
      if (changes < 0) continue;
      ++tried;
      untouched += changes == 0;
    }
    untouched_share result{t.name, t.role, static_cast<double>(t.bytes())};
    result.probes = tried;
    if (tried > 0) result.share = wilson_interval(untouched, tried, 0.95);
    return result;
  }

  /// 1 when another content of those bytes gives another result, 0 when none does, −1 when there is no other.
  [[nodiscard]] int depends_on(case_entry& e, const declared_tensor& t, std::uint8_t* place, std::int64_t at,
                               std::int64_t bytes, const std::vector<inspection>& right) {
    std::uint8_t before[sector];
    device_.copy_to_host(before, place, bytes);
    int result = -1;
    const auto try_one = [&](const auto& change) {
      stage_.memory->restore();  // an inout tensor, too
      change();
      std::uint8_t after[sector];
      device_.copy_to_host(after, place, bytes);
      if (std::equal(before, before + bytes, after)) return;
      result = launched(e) == right ? std::max(result, 0) : 1;
    };
    if (is_floating(t.type)) {
      constexpr std::uint8_t large = 0x7B, large_negative = 0xFB;  // 1e36 as fp32, 61000 as fp16, 352 as fp8
      for (const std::uint8_t byte : {poison_byte(t.type), large, large_negative})
        if (result != 1) try_one([&] { device_.set_bytes(place, byte, bytes); });
    } else {
      try_one([&] {
        device_.copy_rows(place, bytes, static_cast<const std::uint8_t*>(other_.data()) + at, bytes, bytes,
                          1);
      });
    }
    device_.copy_to_device(place, before, bytes);
    return result;
  }

  /// What the declared fill gives for another seed.
  void make_other_values(const declared_tensor& t) {
    if (is_floating(t.type)) return;
    if (other_.bytes() < t.bytes()) other_ = device_buffer(device_, t.bytes());
    device_.fill({other_.data(), t.type, t.slot.count, t.how, data_set_seed(stage_.memory->bound_seed(), 1),
                  static_cast<std::uint32_t>(t.slot.id)});
  }

  /// The share of each output that neither of two launches, over either poison, has written.
  void find_unwritten_shares(case_entry& e, std::vector<untouched_share>& found) {
    std::vector<std::int64_t> written;
    for (const poison_variant variant : {poison_variant::first, poison_variant::second}) {
      stage_.memory->reset(variant);
      stage_.launch(e);
      device_.check_launch();
      const std::vector<std::int64_t> now = stage_.memory->written_bytes(variant);
      written.resize(now.size());
      std::transform(now.begin(), now.end(), written.begin(), written.begin(),
                     [](std::int64_t a, std::int64_t b) { return std::max(a, b); });
    }
    std::size_t next = 0;
    for (const declared_tensor& t : stage_.problem.tensors()) {
      if (t.role != tensor_role::output) continue;
      const auto bytes = static_cast<double>(t.bytes());
      const double share = bytes > 0 ? 1.0 - static_cast<double>(written[next]) / bytes : 0.0;
      ++next;
      // One written byte in 256 holds the poison's value, in floating types with few exponents one in 100.
      constexpr double by_chance = 0.02;
      if (bytes > 0)
        found.push_back({t.name, t.role, bytes, 0, {share, std::max(0.0, share - by_chance), share}});
    }
  }

  case_stage& stage_;
  device& device_;
  device_buffer other_;
};

}  // namespace assay
