// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/sort.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"
#include "support/counting.hpp"

using namespace assay;
using support::counted_array;
using support::counter;
using support::differences;
using support::number;
using support::random_shapes;

TEST_CASE("sort and histogram: by hand", "[roofline]") {
  const work pairs = work::sort{.count = 1000, .type = dtype::uint64, .value_bytes = 4};
  CHECK(pairs.dram_bytes_read == 12000);
  CHECK(pairs.dram_bytes_written == 12000);
  for (std::size_t i = 1; i < resource_count; ++i) CHECK(pairs.operations[i] == 0);
  const work counts = work::histogram{.count = 1000, .bins = 256, .type = dtype::uint8};
  CHECK(counts.amount(resource::int32) == 1000);
  CHECK(counts.dram_bytes_read == 1000);
  CHECK(counts.dram_bytes_written == 1024);
  // Counts that nothing is added to stay as they are.
  CHECK(differences(work::histogram{.count = 0, .bins = 256, .continues = true}, work()) == "");
  CHECK(work(work::histogram{.count = 0, .bins = 256}).dram_bytes_written == 1024);
}

TEST_CASE("sort and histogram: what plain loops do", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t count = pick(1, 50), bins = pick(1, 8);
    const bool continues = pick.flip();
    {
      counter seen;
      counted_array &keys = seen.array(dtype::uint32, count), &values = seen.array(dtype::int16, count);
      std::vector<std::pair<double, double>> items;  // on chip
      for (std::int64_t i = 0; i < count; ++i) {
        keys.set(i, static_cast<double>(pick(0, 1000)));
        items.emplace_back(keys.read(i).value(), values.read(i).value());
      }
      std::sort(items.begin(), items.end());
      for (std::int64_t i = 0; i < count; ++i) {
        keys.write(i, items[static_cast<std::size_t>(i)].first);
        values.write(i, items[static_cast<std::size_t>(i)].second);
      }
      CHECK(differences(work::sort{.count = count, .value_bytes = 2}, seen.total(resource::int32)) == "");
    }
    {
      counter seen;
      counted_array &x = seen.array(dtype::uint8, count), &y = seen.array(dtype::int32, bins);
      std::vector<number> bin(static_cast<std::size_t>(bins), 0);
      for (std::int64_t i = 0; continues && i < bins; ++i) bin[static_cast<std::size_t>(i)] = y.read(i);
      for (std::int64_t i = 0; i < count; ++i) {
        (void)x.read(i);
        number& one = bin[static_cast<std::size_t>(pick(0, bins - 1))];
        one = one + 1;
      }
      for (std::int64_t i = 0; i < bins; ++i) y.write(i, bin[static_cast<std::size_t>(i)]);
      CHECK(differences(
                work::histogram{.count = count, .bins = bins, .type = dtype::uint8, .continues = continues},
                seen.total(resource::int32)) == "");
    }
  }
}
