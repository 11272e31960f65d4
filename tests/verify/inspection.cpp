// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/verify/inspection.hpp"

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "assay/numeric/random.hpp"
#include "support/catch.hpp"

using namespace assay;

namespace {

constexpr digest_key some_key;
using bytes = std::vector<std::uint8_t>;

bytes random_bytes(std::size_t count, std::uint64_t seed) {
  bytes data(count);
  for (std::size_t i = 0; i < count; ++i) data[i] = static_cast<std::uint8_t>(random_at(seed, 0, i).word[0]);
  return data;
}

inspection digest(const bytes& data, const digest_key& key = some_key) {
  return inspect_on_host({data.data(), static_cast<std::int64_t>(data.size())}, key);
}

inspection guard(const bytes& data, std::uint8_t expected = 0x6B) {
  return inspect_on_host(
      {data.data(), static_cast<std::int64_t>(data.size()), 1, 0, inspection_job::kind::guard, expected},
      some_key);
}

}  // namespace

TEST_CASE("a digest sees each single bit, whatever the length", "[verify]") {
  for (const std::size_t size : {1u, 7u, 8u, 15u, 16u, 17u, 31u, 32u, 100u}) {
    bytes data = random_bytes(size, 1);
    const inspection before = digest(data);
    for (std::size_t bit = 0; bit < 8 * size; ++bit) {
      data[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      REQUIRE_FALSE(digest(data) == before);
      data[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    }
    CHECK(digest(data) == before);
  }
}

TEST_CASE("a digest sees that words or their halves have changed places", "[verify]") {
  bytes data = random_bytes(256, 2);
  const inspection before = digest(data);
  for (std::size_t i = 0; i < 32; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      bytes swapped = data;
      for (std::size_t k = 0; k < 8; ++k) std::swap(swapped[8 * i + k], swapped[8 * j + k]);
      REQUIRE_FALSE(digest(swapped) == before);
    }
  bytes rotated(data.begin() + 16, data.end());
  rotated.insert(rotated.end(), data.begin(), data.begin() + 16);
  CHECK_FALSE(digest(rotated) == before);
}

TEST_CASE("what a kernel changes together does not cancel in a digest", "[verify]") {
  // Sums, differences and complements that a plain checksum would not see.
  bytes data(4096, 0);
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
  const auto note = [&] {
    const inspection found = digest(data);
    CHECK(seen.emplace(found.first, found.second).second);
  };
  note();
  for (std::size_t i = 0; i < 256; ++i) {  // one byte up in one word, down in the next
    data[16 * i] = 1;
    data[(16 * i + 16) % 4096] = 0xFF;
    note();
  }
  for (auto& byte : data) byte = static_cast<std::uint8_t>(~byte);
  note();
}

TEST_CASE("a digest depends on every part of its key", "[verify]") {
  const bytes data = random_bytes(64, 3);
  const inspection before = digest(data);
  for (digest_key key :
       {digest_key{1, some_key.step, some_key.second}, digest_key{some_key.start, 3, some_key.second},
        digest_key{some_key.start, some_key.step, 1}})
    CHECK_FALSE(digest(data, key) == before);
}

TEST_CASE("the digest is what it has always been", "[verify]") {
  // Computed from the formula by an independent program in Python.
  bytes data(40);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i);
  const inspection found = digest(data);
  CHECK(found.first == 0x335BF16E9E2B0AB9);
  CHECK(found.second == 0x80B363F33D710100);
}

TEST_CASE("a guard counts changed bytes and finds the first, wherever they are", "[verify]") {
  for (const std::size_t size : {1u, 15u, 16u, 17u, 4096u}) {
    bytes data(size, 0x6B);
    CHECK(guard(data) == inspection{});
    for (const std::size_t at : {std::size_t{0}, size / 2, size - 1}) {
      CAPTURE(size, at);
      data.assign(size, 0x6B);
      data[at] = 0;
      CHECK(guard(data).count() == 1);
      CHECK(guard(data).place() == static_cast<std::int64_t>(at));
      data[size - 1] = 0x6A;
      CHECK(guard(data).count() == (at == size - 1 ? 1 : 2));
      CHECK(guard(data).place() == static_cast<std::int64_t>(at));
    }
  }
  CHECK(guard(bytes(100, 0), 0x6B).count() == 100);
  CHECK(guard(bytes(100, 0xFF), 0xFF).count() == 0);
}

TEST_CASE("a poison counts whole elements and finds the first, wherever they are", "[verify]") {
  const auto found = [](const bytes& data, int element, std::uint8_t expected = 0xFF) {
    return inspect_on_host({data.data(), static_cast<std::int64_t>(data.size()), 1, 0,
                            inspection_job::kind::poison, expected, element},
                           some_key);
  };
  for (const int element : {1, 2, 4, 8})
    for (const std::size_t count : {1u, 2u, 3u, 4u, 5u, 1000u}) {
      const std::size_t size = static_cast<std::size_t>(element);
      bytes data(count * size, 0);
      CHECK(found(data, element) == inspection{});
      for (const std::size_t at : {std::size_t{0}, count / 2, count - 1}) {
        CAPTURE(element, count, at);
        data.assign(count * size, 0);
        std::fill_n(data.begin() + static_cast<std::ptrdiff_t>(at * size), size, std::uint8_t{0xFF});
        CHECK(found(data, element).count() == 1);
        CHECK(found(data, element).place() == static_cast<std::int64_t>(at * size));
        data[at * size] = 0xFE;  // the rest of it is still the poison's
        CHECK(found(data, element) == inspection{});
      }
      CHECK(found(bytes(count * size, 0xA5), element, 0xA5).count() == static_cast<std::int64_t>(count));
      // Poison that lies across two elements is none.
      if (count < 2 || element == 1) continue;
      data.assign(count * size, 0);
      std::fill_n(data.begin() + 1, size, std::uint8_t{0xFF});
      CHECK(found(data, element) == inspection{});
    }
  // The quick look may see more than there is, and nothing less.
  for (unsigned value = 0; value < 256; ++value) {
    bytes data(16, static_cast<std::uint8_t>(value));
    data[5] = 0xFF;
    CHECK(found(data, 1).count() == (value == 0xFF ? 16 : 1));
  }
}

TEST_CASE("rows are looked at without what lies between", "[verify]") {
  bytes data(10 * 32, 0x6B);
  for (std::size_t row = 0; row < 10; ++row)
    for (std::size_t i = 20; i < 32; ++i) data[row * 32 + i] = 0;  // between
  const inspection_job rows{data.data(), 20, 10, 32, inspection_job::kind::guard, 0x6B};
  CHECK(inspect_on_host(rows, some_key).count() == 0);
  data[3 * 32 + 19] = 1;
  CHECK(inspect_on_host(rows, some_key).count() == 1);
  CHECK(inspect_on_host(rows, some_key).place() == 3 * 20 + 19);

  const inspection_job digest_of_rows{data.data(), 20, 10, 32};
  const inspection before = inspect_on_host(digest_of_rows, some_key);
  data[3 * 32 + 20] = 1;
  CHECK(inspect_on_host(digest_of_rows, some_key) == before);
  data[3 * 32 + 16] = 1;
  CHECK_FALSE(inspect_on_host(digest_of_rows, some_key) == before);
}

TEST_CASE("parts of a job add up to the whole, in any order", "[verify]") {
  bytes data = random_bytes(1000, 4);
  for (const inspection_job::kind what :
       {inspection_job::kind::digest, inspection_job::kind::guard, inspection_job::kind::poison}) {
    const inspection_job job{data.data(), 1000, 1, 0, what, data[0]};
    inspection sum;
    for (const auto& [begin, end] : {std::pair{40, 63}, std::pair{0, 1}, std::pair{1, 40}})
      merge(sum, inspect_on_host(job, some_key, begin, end), what);
    CHECK(sum == inspect_on_host(job, some_key));
  }
}

TEST_CASE("nothing has an empty inspection", "[verify]") {
  CHECK(digest({}) == inspection{});
  CHECK(guard({}) == inspection{});
}
