// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "assay/core/error.hpp"
#include "assay/roofline/speed_of_light.hpp"
#include "assay/roofline/validate_work.hpp"
#include "assay/roofline/work_catalogue.hpp"
#include "support/catch.hpp"
#include "support/counting.hpp"

using namespace assay;

static_assert(default_resource(dtype::fp64) == resource::fp64);
static_assert(default_resource(dtype::fp32) == resource::fp32);
static_assert(default_resource(dtype::fp16) == resource::fp32);
static_assert(default_resource(dtype::bf16) == resource::fp32);
static_assert(default_resource(dtype::int8) == resource::int32);
static_assert(default_resource(dtype::uint64) == resource::int32);
static_assert(default_resource(dtype::boolean) == resource::int32);

static_assert(matrix_resource(dtype::fp64) == resource::tensor_fp64);
static_assert(matrix_resource(dtype::fp32) == resource::fp32);
static_assert(matrix_resource(dtype::tf32) == resource::tensor_tf32);
static_assert(matrix_resource(dtype::fp8_e5m2fnuz) == resource::tensor_fp8);
static_assert(matrix_resource(dtype::fp6_e3m2) == resource::tensor_fp6);
static_assert(matrix_resource(dtype::fp4_e2m1) == resource::tensor_fp4);
static_assert(matrix_resource(dtype::uint8) == resource::tensor_int8);
static_assert(matrix_resource(dtype::int16) == resource::int32);

namespace {

std::string message(const work& w) {
  try {
    validate(w);
  } catch (const usage_error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("work adds up by resource", "[roofline]") {
  work w;
  w.add(resource::fp32, 100)
      .add(resource::fp32, 20)
      .add(resource::tensor_bf16, 7)
      .add(resource::link, 5)
      .add_read(64)
      .add_written(36);
  CHECK(w.amount(resource::fp32) == 120);
  CHECK(w.amount(resource::tensor_bf16) == 7);
  CHECK(w.amount(resource::fp64) == 0);
  CHECK(w.amount(resource::link) == 5);
  CHECK(w.amount(resource::dram) == 100);
  CHECK(w.dram_bytes() == 100);
  CHECK(w.dram_bytes_read == 64);
  CHECK(w.dram_bytes_written == 36);
  CHECK(message(w).empty());

  const work twice = w + w.without_dram();
  CHECK(twice.amount(resource::fp32) == 240);
  CHECK(twice.amount(resource::link) == 10);
  CHECK(twice.dram_bytes() == 100);
  CHECK_FALSE(twice.nominal);
  work usual;
  usual.nominal = true;
  CHECK((w + usual).nominal);
}

TEST_CASE("amounts that cannot be are refused, by name, and change nothing", "[roofline]") {
  for (const double bad :
       {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity()}) {
    CAPTURE(bad);
    work w;
    w.add(resource::fp32, bad).add_read(bad).add_written(bad);
    CHECK(w.amount(resource::fp32) == 0);
    CHECK(w.dram_bytes() == 0);
    CHECK_THROWS_AS(validate(w), usage_error);
    CHECK_THROWS_AS(validate(work().add_read(bad)), usage_error);
    CHECK_THROWS_AS(validate(work().add_written(bad)), usage_error);
    CHECK_THROWS_AS(validate(work() + w), usage_error);

    work assigned;
    assigned.dram_bytes_written = bad;
    CHECK_THROWS_AS(validate(assigned), usage_error);
    work operations;
    operations.operations[static_cast<std::size_t>(resource::sfu)] = bad;
    CHECK_THROWS_AS(validate(operations), usage_error);
  }
  CHECK(message(work().add(resource::tensor_fp8, -2)) ==
        "work: tensor fp8 is -2; expected a finite number, 0 or more");
}

TEST_CASE("DRAM bytes are read or written, never operations", "[roofline]") {
  CHECK_THROWS_AS(validate(work().add(resource::dram, 8)), usage_error);
  work assigned;
  assigned.operations[static_cast<std::size_t>(resource::dram)] = 8;
  CHECK_THROWS_AS(validate(assigned), usage_error);
}

TEST_CASE("bad shapes are told with names and values, and have no amount that is a number", "[roofline]") {
  const work bad = work::gemm{16, -1, 16};
  CHECK(message(bad) == "work::gemm: n is -1; expected 0 or more");
  CHECK(std::isnan(bad.dram_bytes()));
  CHECK(std::isnan(bad.amount(resource::fp32)));
  CHECK_THROWS_AS(speed_of_light(ceilings(layer::hard, "a device"), bad), usage_error);
  CHECK(message(work() + bad) == message(bad));

  CHECK(message(work::attention{.query_heads = 8, .kv_heads = 3, .queries = 1, .keys = 1, .head = 64}) ==
        "work::attention: kv_heads is 3; expected a divisor of query_heads, 8");
  CHECK(message(work::attention{.query_heads = 0, .kv_heads = 1, .head = 64}) ==
        "work::attention: query_heads is 0; expected 1 or more");
  CHECK(message(work::convolution{.channels = 6, .filters = 8, .input = {9}, .groups = 4}) ==
        "work::convolution: groups is 4; expected a divisor of channels, 6");
  CHECK(message(work::convolution{.input = {5}, .kernel = {7}, .padding = {0}}) ==
        "work::convolution: kernel is 7; expected no window larger than the padded input, 5");
  CHECK(message(work::convolution{.input = {5}, .stride = {0}}) ==
        "work::convolution: stride is 0; expected 1 or more");
  CHECK(message(work::softmax{.rows = 1, .columns = INT64_MAX}) ==
        "work::softmax: columns is 9.22337204e+18; expected 2^53 at most");
  CHECK(message(work::gather{.table_rows = 4, .width = 1, .indices = 9, .unique_rows = 5}) ==
        "work::gather: unique_rows is 5; expected no more than table_rows, 4");
  CHECK(message(work::gather{.table_rows = 4, .width = 1, .indices = 9}) ==
        "work::gather: unique_rows is 0; expected 1 or more");
  CHECK(message(work::rotary{.tokens = 4, .heads = 2, .head = 7}) ==
        "work::rotary: rotated is 7; expected an even number");
  CHECK(message(work::moe{.tokens = 2, .chosen = 2, .hidden = 8, .inner = 8, .active = 5}) ==
        "work::moe: active is 5; expected no more than tokens · chosen, 4");
  CHECK(message(work::collective{.ranks = 0}) == "work::collective: ranks is 0; expected 1 or more");
  CHECK(message(work::elementwise{.count = 1, .flops = -1}) ==
        "work::elementwise: flops is -1; expected a finite number, 0 or more");
  CHECK(message(work::quantise{.rows = 1, .columns = 1, .format = unscaled(dtype::fp32)}) ==
        "work::quantise: the block of the format is 0; expected 1 or more");
  const std::int64_t lengths_of_one[] = {4, -2};
  CHECK(message(work::grouped_gemm{lengths_of_one, 8, 8}) ==
        "work::grouped_gemm: rows is -2; expected 0 or more");
  // Not in a loop of 2^40 steps.
  CHECK(
      message(work::paged_attention{.contexts = work::lengths::equal(std::int64_t{1} << 40, 8), .head = 8}) ==
      "work::paged_attention: contexts is 1099511627776; expected no more than the most that are added up, "
      "67108864");
  CHECK(
      message(work::varlen_attention{work::lengths::equal(3, 4), work::lengths::equal(2, 4), {.head = 8}}) ==
      "work::varlen_attention: sequences of queries is 3; expected as many as there are sequences of keys, "
      "2");
  CHECK(
      message(work::paged_attention{.contexts = work::lengths::equal(2, 4), .head = 8, .shared_prefix = 5}) ==
      "work::paged_attention: shared_prefix is 5; expected no more than the context, 4");
  CHECK(message(work::spmv{.rows = 2, .columns = 2, .nonzeros = 5}) ==
        "work::spmv: nonzeros is 5; expected no more than rows · columns, 4");
}

TEST_CASE("the largest shapes overflow nothing", "[roofline]") {
  constexpr std::int64_t most = std::int64_t{1} << 53;
  const work product = work::gemm{most, most, most};
  CHECK(product.amount(resource::fp32) == 2 * 0x1p53 * 0x1p53 * 0x1p53);
  CHECK(message(product).empty());
  CHECK(message(work::attention{.queries = most, .keys = most, .head = most}).empty());
  CHECK(message(work::layer_norm{most, most}).empty());
  CHECK(message(
            work::convolution{.batch = most, .channels = most, .filters = most, .input = {most, most, most}})
            .empty());
}

TEST_CASE("nominal work is hard in its DRAM bytes alone", "[roofline]") {
  ceilings known(layer::hard, "a device");
  known.set({resource::dram, 1e12, "test"});
  known.set({resource::tensor_bf16, 1e15, "test"});
  work w;
  w.add_read(1e9).add(resource::tensor_bf16, 1e15);
  CHECK(speed_of_light(known, w).hard_seconds() == Approx(1.0));
  w.nominal = true;
  CHECK(speed_of_light(known, w).seconds == Approx(1.0));
  CHECK(speed_of_light(known, w).hard_seconds() == Approx(1e-3));
}

TEST_CASE("the counter counts", "[roofline]") {
  using support::number;
  support::counter seen;
  support::counted_array& x = seen.array(dtype::fp32, 10);
  support::counted_array& y = seen.array(dtype::fp4_e2m1, 5);
  support::counted_array& rows = seen.array_in_sectors(dtype::fp32, 20);
  number sum = 0;
  for (int pass = 0; pass < 3; ++pass) sum = sum + x.read(2) * x.read(3);  // twice read is read once
  y.write(0, sum);
  y.write(1, sum);  // the same byte
  y.write(4, sum);
  (void)y.read(4);  // from the chip
  (void)rows.read(0);
  (void)rows.read(7);
  (void)rows.read(8);
  (void)multiply_add(sum, sum, sum);
  (void)multiply_add_matrix(sum, sum, sum);
  (void)exp(-magnitude(sum));
  (void)max(sum, sum);
  const work total = seen.total(resource::fp32, resource::tensor_fp4);
  CHECK(total.amount(resource::fp32) == 6 + 2 + 1);
  CHECK(total.amount(resource::tensor_fp4) == 2);
  CHECK(total.amount(resource::sfu) == 1);
  CHECK(total.dram_bytes_read == 8 + 64);
  CHECK(total.dram_bytes_written == 2);
  CHECK_THROWS(x.read(10));
}

TEST_CASE("a wrong formula is told", "[roofline]") {
  const work right = work::gemm{3, 4, 5}.inputs(dtype::bf16);
  CHECK(support::differences(right, right).empty());
  for (std::size_t i = 1; i < resource_count; ++i) {
    work wrong = right;
    wrong.operations[i] += 1;
    CHECK(support::differences(wrong, right).find(to_string(static_cast<resource>(i))) == 0);
    CHECK_FALSE(support::differences(right, wrong).empty());
  }
  work reads = right, writes = right, nothing = right;
  reads.dram_bytes_read -= 1;
  writes.dram_bytes_written += 1;
  nothing.dram_bytes_read = std::numeric_limits<double>::quiet_NaN();
  CHECK(support::differences(reads, right).find("bytes read") == 0);
  CHECK(support::differences(writes, right).find("bytes written") == 0);
  CHECK(support::differences(nothing, right).find("bytes read") == 0);
}
