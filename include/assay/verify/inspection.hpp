// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "assay/core/host_device.hpp"

namespace assay {

/// What a digest depends on beside the data. Drawn at random for each run and never in the device's memory,
/// so that a kernel cannot know which two changes would cancel.
struct digest_key {
  std::uint64_t start = 0x243F6A8885A308D3;  ///< the digits of π, for tests
  std::uint64_t step = 0x13198A2E03707345;   ///< odd
  std::uint64_t second = 0xA4093822299F31D0;
};

/// One piece of the device's memory to be looked at: `rows` stretches of `bytes` bytes, the beginning of each
/// `pitch` bytes behind that of the one before.
struct inspection_job {
  enum class kind : std::uint8_t {
    digest,  ///< of all its bytes; for data of the same size only
    guard,   ///< how many bytes are not `expected`, and where the first of them is
    poison,  ///< how many elements consist of `expected` bytes, and where the first of them is
  };
  const void* data = nullptr;
  std::int64_t bytes = 0;
  std::int64_t rows = 1;
  std::int64_t pitch = 0;
  kind what = kind::digest;
  std::uint8_t expected = 0;
  int element = 1;  ///< bytes of one, for a poison: 1, 2, 4 or 8, and `bytes` a multiple of it
};

/// What an inspection found. A sum of contributions, from 0, so that parts can be looked at in any order.
struct inspection {
  std::uint64_t first = 0;   ///< a digest's first half; otherwise how many were found
  std::uint64_t second = 0;  ///< a digest's second half; otherwise the complement of the least place

  friend constexpr bool operator==(const inspection&, const inspection&) = default;
  /// Changed bytes of a guard, or poisoned elements.
  [[nodiscard]] constexpr std::int64_t count() const { return static_cast<std::int64_t>(first); }
  /// Where there are any: the first byte of the first of them, counted over the rows without what lies
  /// between.
  [[nodiscard]] constexpr std::int64_t place() const { return static_cast<std::int64_t>(~second); }

  ASSAY_HOST_DEVICE constexpr void find(std::int64_t at) {
    ++first;
    const auto found = ~static_cast<std::uint64_t>(at);
    if (found > second) second = found;
  }
};

namespace detail {

/// A bijection in which each bit of the input moves half of the output's: David Stafford's variant 13 of
/// MurmurHash3's finaliser, as in SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::uint64_t scrambled(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

}  // namespace detail

/// 16 bytes, the last of a row filled up with zeros.
struct inspected_word {
  std::uint64_t low, high;
};

/// Adds the word number `index` to a digest: each half is scrambled together with a secret that depends on
/// its place, and the scrambled halves are added up, modulo 2^64, apart.
///
/// At a given place a half is scrambled by a bijection, so that a change within one word is always seen.
/// Changes of several words stay unseen only where the differences of the scrambled halves cancel: as for
/// random numbers, once in 2^64 where only second halves differ and once in 2^128 otherwise, if whoever makes
/// them does not know the key. Words that change places are such a change, since the place is scrambled with
/// them. It is no cryptographic code: a kernel that could read the key could get past it.
ASSAY_HOST_DEVICE constexpr void add_to_digest(inspection& sum, const digest_key& key, std::int64_t index,
                                               inspected_word word) {
  const std::uint64_t place = key.start + static_cast<std::uint64_t>(index) * key.step;
  const std::uint64_t low = detail::scrambled(word.low ^ place);
  sum.first += low;
  sum.second += detail::scrambled(word.high ^ low ^ key.second);
}

/// Adds one word of a guard: `valid` of its bytes count, and the first of them is byte number `place`.
ASSAY_HOST_DEVICE constexpr void add_to_guard(inspection& sum, std::uint8_t expected, std::int64_t place,
                                              inspected_word word, int valid) {
  const std::uint64_t right = std::uint64_t{0x0101010101010101} * expected;
  if (valid == 16 && word.low == right && word.high == right) return;
  for (int byte = 0; byte < valid; ++byte) {
    const std::uint64_t half = byte < 8 ? word.low : word.high;
    if (static_cast<std::uint8_t>(half >> (byte % 8 * 8)) != expected) sum.find(place + byte);
  }
}

/// Adds one word of a poison, as above.
ASSAY_HOST_DEVICE constexpr void add_to_poison(inspection& sum, std::uint8_t expected, int element,
                                               std::int64_t place, inspected_word word, int valid) {
  constexpr std::uint64_t each = 0x0101010101010101;
  const std::uint64_t low = word.low ^ each * expected, high = word.high ^ each * expected;
  // Mostly no byte is the poison's: v − 1 borrows into the top bit of a byte that is 0 (Warren, Hacker's
  // Delight, 6-1), and sometimes of one above it.
  if (((((low - each) & ~low) | ((high - each) & ~high)) & 0x80 * each) == 0) return;
  const std::uint64_t mask = element == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * element) - 1;
  for (int at = 0; at < valid; at += element)
    if ((((at < 8 ? low : high) >> at % 8 * 8) & mask) == 0) sum.find(place + at);
}

/// Adds the word number `index` of a job, whose first byte is number `place`.
ASSAY_HOST_DEVICE constexpr void add_word(inspection& sum, const inspection_job& job, const digest_key& key,
                                          std::int64_t index, std::int64_t place, inspected_word word,
                                          int valid) {
  switch (job.what) {
    case inspection_job::kind::digest: return add_to_digest(sum, key, index, word);
    case inspection_job::kind::guard: return add_to_guard(sum, job.expected, place, word, valid);
    case inspection_job::kind::poison:
      return add_to_poison(sum, job.expected, job.element, place, word, valid);
  }
}

/// Adds what another part of the same job found.
ASSAY_HOST_DEVICE constexpr void merge(inspection& sum, const inspection& part, inspection_job::kind what) {
  sum.first += part.first;
  if (what == inspection_job::kind::digest)
    sum.second += part.second;
  else if (part.second > sum.second)
    sum.second = part.second;
}

/// Words of 16 bytes in one row.
[[nodiscard]] ASSAY_HOST_DEVICE constexpr std::int64_t words_per_row(const inspection_job& job) {
  return (job.bytes + 15) / 16;
}

/// Looks at the words from `begin` to `end` of all rows, in memory that the host can read. The same as on a
/// device, bit for bit (little endian).
[[nodiscard]] inline inspection inspect_on_host(const inspection_job& job, const digest_key& key,
                                                std::int64_t begin, std::int64_t end) {
  inspection sum;
  const std::int64_t row_words = words_per_row(job);
  for (std::int64_t i = begin; i < end; ++i) {
    const std::int64_t row = i / row_words, at = i % row_words * 16;
    const auto valid = static_cast<int>(std::min<std::int64_t>(job.bytes - at, 16));
    inspected_word word{0, 0};
    std::memcpy(&word, static_cast<const std::uint8_t*>(job.data) + row * job.pitch + at,
                static_cast<std::size_t>(valid));
    add_word(sum, job, key, i, row * job.bytes + at, word, valid);
  }
  return sum;
}
[[nodiscard]] inline inspection inspect_on_host(const inspection_job& job, const digest_key& key) {
  return inspect_on_host(job, key, 0, job.rows * words_per_row(job));
}

}  // namespace assay
