// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/norm.hpp"

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

namespace {

/// x̂ of one row: (x − mean) · rsqrt(variance + ε), or without the mean. Gives the rsqrt as well.
std::vector<number> normalised(counted_array& x, std::int64_t first, std::int64_t columns, bool centred,
                               number& scale) {
  std::vector<number> row;
  for (std::int64_t c = 0; c < columns; ++c) row.push_back(x.read(first + c));
  const number share = 1.0 / static_cast<double>(columns);
  if (centred) {
    number mean = row[0];
    for (std::size_t c = 1; c < row.size(); ++c) mean = mean + row[c];
    mean = mean * share;
    for (number& value : row) value = value - mean;
  }
  number squares = row[0] * row[0];
  for (std::size_t c = 1; c < row.size(); ++c) squares = multiply_add(row[c], row[c], squares);
  scale = rsqrt(multiply_add(squares, share, 1e-5));
  for (number& value : row) value = value * scale;
  return row;
}

work forward_loop(std::int64_t rows, std::int64_t columns, dtype type, dtype weight_type, bool centred) {
  counter seen;
  counted_array &x = seen.array(type, rows * columns), &w = seen.array(weight_type, columns),
                &b = seen.array(weight_type, columns), &y = seen.array(type, rows * columns);
  number scale;
  for (std::int64_t r = 0; r < rows; ++r) {
    const std::vector<number> row = normalised(x, r * columns, columns, centred, scale);
    for (std::int64_t c = 0; c < columns; ++c) {
      const number value = row[static_cast<std::size_t>(c)];
      y.write(r * columns + c, centred ? multiply_add(value, w.read(c), b.read(c)) : value * w.read(c));
    }
  }
  return seen.total(default_resource(type));
}

work backward_loop(std::int64_t rows, std::int64_t columns, dtype type, dtype weight_type, bool centred) {
  counter seen;
  counted_array &x = seen.array(type, rows * columns), &dy = seen.array(type, rows * columns),
                &w = seen.array(weight_type, columns), &dx = seen.array(type, rows * columns),
                &dw = seen.array(weight_type, columns), &db = seen.array(weight_type, columns);
  const auto size = static_cast<std::size_t>(columns);
  const number share = 1.0 / static_cast<double>(columns);
  std::vector<number> weights(size), biases(size);
  number scale;
  for (std::int64_t r = 0; r < rows; ++r) {
    const std::vector<number> row = normalised(x, r * columns, columns, centred, scale);
    std::vector<number> g(size);
    for (std::int64_t c = 0; c < columns; ++c) {
      const auto i = static_cast<std::size_t>(c);
      const number gradient = dy.read(r * columns + c);
      g[i] = gradient * w.read(c);
      const number of_weight = gradient * row[i];
      weights[i] = r == 0 ? of_weight : weights[i] + of_weight;
      if (centred) biases[i] = r == 0 ? gradient : biases[i] + gradient;
    }
    number sum = g[0], product = g[0] * row[0];
    for (std::size_t i = 1; i < size; ++i) product = multiply_add(g[i], row[i], product);
    product = product * share;
    if (centred) {
      for (std::size_t i = 1; i < size; ++i) sum = sum + g[i];
      sum = sum * share;
    }
    for (std::int64_t c = 0; c < columns; ++c) {
      const auto i = static_cast<std::size_t>(c);
      const number without = centred ? g[i] - sum : g[i];
      dx.write(r * columns + c, scale * multiply_add(-row[i], product, without));
    }
  }
  for (std::int64_t c = 0; c < columns; ++c) {
    dw.write(c, weights[static_cast<std::size_t>(c)]);
    if (centred) db.write(c, biases[static_cast<std::size_t>(c)]);
  }
  return seen.total(default_resource(type));
}

}  // namespace

TEST_CASE("norms: by hand", "[roofline]") {
  const work rms = work::rms_norm{8192, 4096, dtype::bf16};
  CHECK(rms.amount(resource::fp32) == 8192.0 * (4 * 4096 + 1));
  CHECK(rms.amount(resource::sfu) == 8192);
  CHECK(rms.dram_bytes() == 2.0 * (2 * 8192.0 * 4096 + 4096));  // s(2MN + N)
  const work layer = work::layer_norm{8192, 4096, dtype::bf16};
  CHECK(layer.dram_bytes() == 2.0 * (2 * 8192.0 * 4096 + 2 * 4096));  // s(2MN + 2N)
  const work backward = work::layer_norm{8192, 4096, dtype::bf16, dtype::fp32}.backward();
  CHECK(backward.dram_bytes_read == 2 * 8192.0 * 4096 * 2 + 4096 * 4);
  CHECK(backward.dram_bytes_written == 8192.0 * 4096 * 2 + 2 * 4096 * 4);
}

TEST_CASE("norms: what plain loops do", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t rows = pick(0, 4), columns = pick(1, 9);
    const auto type = pick.one_of({dtype::fp64, dtype::fp32, dtype::bf16});
    const auto weights = pick.one_of({dtype::fp32, dtype::bf16});
    const work::rms_norm rms{rows, columns, type, weights};
    const work::layer_norm layer{rows, columns, type, weights};
    CHECK(differences(rms, forward_loop(rows, columns, type, weights, false)) == "");
    CHECK(differences(layer, forward_loop(rows, columns, type, weights, true)) == "");
    CHECK(differences(rms.backward(), backward_loop(rows, columns, type, weights, false)) == "");
    CHECK(differences(layer.backward(), backward_loop(rows, columns, type, weights, true)) == "");
  }
}
