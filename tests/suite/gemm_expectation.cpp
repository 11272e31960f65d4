// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/gemm_expectation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "assay/numeric/float16.hpp"
#include "assay/suite/case_memory.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::has;
using support::host_problem;
using support::problem_named;
using support::record_of;
using support::run;
using support::verify_only;

namespace {

constexpr double never = -1.0, always = 1e9;  // seconds that a whole product may take

/// C = alpha·op(A)·op(B) + beta·C in the candidate's own way: three loops in float.
template <class T>
void multiply(const gemm& g, const T* a, const T* b, T* c) {
  const gemm::layout la = g.layout_a(), lb = g.layout_b(), lc = g.layout_c();
  for (std::int64_t matrix = 0; matrix < g.batch; ++matrix)
    for (std::int64_t i = 0; i < g.m; ++i)
      for (std::int64_t j = 0; j < g.n; ++j) {
        float sum = 0;
        for (std::int64_t l = 0; l < g.k; ++l)
          sum += static_cast<float>(
                     a[matrix * la.stride + (g.transposed_a ? l * la.leading + i : i * la.leading + l)]) *
                 static_cast<float>(
                     b[matrix * lb.stride + (g.transposed_b ? j * lb.leading + l : l * lb.leading + j)]);
        T& out = c[matrix * lc.stride + i * lc.leading + j];
        float value = static_cast<float>(g.alpha) * sum;
        if (g.beta != 0.0) value += static_cast<float>(g.beta) * static_cast<float>(out);
        out = static_cast<T>(value);
      }
}

/// A product of tensors that are as large as the shape needs, and a few elements more; `spoil(c)` changes
/// what the candidate "spoilt" makes of it.
template <class T, class Spoil>
problem_definition product_of(gemm g, Spoil spoil) {
  return problem_named("product", [=](host_problem& p) {
    const auto size = [&](const gemm::layout& l) {
      return g.batch * std::max(l.stride, l.rows * l.leading) + 5;
    };
    const auto a = p.input<T>("a", {size(g.layout_a())}, normal());
    const auto b = p.input<T>("b", {size(g.layout_b())}, normal());
    const auto c = p.inout<T>("c", {size(g.layout_c())}, normal());
    p.tolerance(tolerance::accumulating(std::max<std::int64_t>(g.k, 1)));
    p.gemm_oracle(c, g, a, b);
    p.candidate("right", [=] { multiply<T>(g, a, b, c); });
    p.candidate("spoilt", [=] {
      multiply<T>(g, a, b, c);
      spoil(c.data());
    });
  });
}

const gemm shapes[] = {
    gemm{100, 30, 20},
    gemm{100, 30, 20}.transpose_a(),
    gemm{100, 30, 20}.transpose_b().leading_dimensions(23, 24, 37),
    gemm{100, 30, 20}.transpose_a().transpose_b().scaled(0.5, -2.0),
    gemm{40, 30, 20}.batched(3),
    gemm{40, 30, 20}.batched(3, 0, 700, 1300).leading_dimensions(21, 33, 31).scaled(1.0, 1.0),
    gemm{100, 30, 0}.scaled(3.0, 1.0),
    gemm{1, 1, 1},
    gemm{130, 1, 7},
};

}  // namespace

TEST_CASE("an honest product is right, whole and by sample, in every layout", "[suite]") {
  for (const gemm& g : shapes)
    for (const double seconds : {always, never}) {
      CAPTURE(g.m, g.n, g.k, g.batch, g.transposed_a, g.transposed_b, g.beta, seconds);
      run_options options = verify_only();
      options.oracle_seconds = seconds;
      const std::vector<record> records = run(product_of<float>(g, [](float*) {}), options);
      for (const record& r : records) {
        CAPTURE(r.verdict.reason);
        CHECK(r.verdict.outcome == outcome::correct);
        REQUIRE(r.verdict.comparisons.size() == 1);
        const comparison& c = r.verdict.comparisons[0];
        if (seconds == never && g.m * g.batch > 64) {
          CHECK(has(c.method, "freivalds × 8 + "));
          CHECK(has(c.method, " rows"));
          CHECK_FALSE(has(c.method, "suspected"));
          CHECK(c.checked <= 64 * g.n);
          CHECK(c.checked >= 32 * g.n);
        } else {
          CHECK(c.method.empty());
          CHECK(c.checked == g.m * g.n * g.batch);
        }
      }
    }
}

TEST_CASE("one wrong element anywhere is found and named, whole and by sample", "[suite]") {
  const gemm g = gemm{60, 30, 20}.batched(3).leading_dimensions(21, 33, 31);
  for (const double seconds : {always, never})
    for (const std::int64_t row : {0, 45, 77, 111, 150, 179}) {
      const std::int64_t index = row / 60 * g.layout_c().stride + row % 60 * 31 + 17;
      run_options options = verify_only();
      options.oracle_seconds = seconds;
      const std::vector<record> records =
          run(product_of<float>(g, [=](float* c) { c[index] += 0.5f; }), options);
      const record& r = record_of(records, "spoilt");
      CAPTURE(row, seconds, r.verdict.reason);
      CHECK(r.verdict.outcome == outcome::wrong);
      REQUIRE(r.verdict.comparisons.size() == 1);
      CHECK(r.verdict.comparisons[0].mismatched == 1);
      REQUIRE(r.verdict.comparisons[0].worst);
      CHECK(r.verdict.comparisons[0].worst->index == index);
      CHECK(record_of(records, "right").verdict.outcome == outcome::correct);
    }
}

namespace {

/// A product of batches of matrices whose rows may lie apart: those of A by 3 elements, the others as trials
/// have it.
problem_definition padded_product(bool transposed, const std::function<void(float*, std::int64_t)>& spoil) {
  return problem_named("padded", [=](host_problem& p) {
    const std::int64_t batch = 2, m = p.axis("m", {50}, at_least(1)), n = 16, k = 8;
    const auto a = transposed ? p.input<float>("a", {batch, k, m}) : p.input<float>("a", {batch, m, k});
    const auto b = p.input<float>("b", {batch, k, n});
    const auto c = p.inout<float>("c", {batch, m, n});
    gemm g = gemm{m, n, k}.batched(batch).scaled(2.0, 1.0);
    if (transposed) g = g.transpose_a();
    p.gemm_oracle(c, g, a, b);
    p.leading_dimension(a, (transposed ? m : k) + 3);
    p.any_leading_dimension(b);
    p.any_leading_dimension(c);
    p.tolerance(tolerance::accumulating(k));
    const auto right = [=] {
      const std::int64_t la = a.leading_dimension(), lb = b.leading_dimension(), lc = c.leading_dimension();
      const gemm apart =
          g.leading_dimensions(la, lb, lc).batched(batch, (transposed ? k : m) * la, k * lb, m * lc);
      multiply<float>(apart, a, b, c);
    };
    p.candidate("right", right);
    p.candidate("spoilt", [=] {
      right();
      spoil(c.data(), c.leading_dimension());
    });
  });
}

}  // namespace

TEST_CASE("rows of a product's matrices may lie apart, as tensors' may", "[suite]") {
  for (const bool transposed : {false, true})
    for (const double seconds : {always, never}) {
      CAPTURE(transposed, seconds);
      run_options options = verify_only();
      options.oracle_seconds = seconds;
      options.fuzz.trials = 60;
      const auto definition =
          padded_product(transposed, [](float* c, std::int64_t apart) { c[apart * 60 + 5] += 0.5f; });
      const std::vector<record> records = run(definition, options);
      const record &right = record_of(records, "right"), &spoilt = record_of(records, "spoilt");
      CAPTURE(right.verdict.reason, right.replay, spoilt.verdict.reason);
      CHECK(right.verdict.outcome == outcome::correct);
      CHECK(right.fuzz->trials > 20);
      CHECK(spoilt.verdict.outcome == outcome::wrong);
      REQUIRE(spoilt.verdict.comparisons.size() == 1);
      CHECK(spoilt.verdict.comparisons[0].mismatched == 1);
      CHECK(spoilt.verdict.comparisons[0].worst->index == 60 * 16 + 5);
      // Where they do lie apart.
      replay_target padded = parse_replay("padded|right|m=50|seed=3|padding=5");
      for (const char* const name : {"right", "spoilt"}) {
        const plan_item item{&definition, {}, padded.trial.values, {name}, padded.trial};
        const record r =
            case_run(device_of<host>(), support::some_ceilings(), item, options, [](const std::string&) {})
                .run()
                .at(0);
        CHECK((r.verdict.outcome == outcome::correct) == (std::string(name) == "right"));
      }
    }
}

TEST_CASE("matrices whose rows are not those of a padded tensor are refused", "[suite]") {
  const auto message = [](auto declare) {
    const auto definition = problem_named("odd", [=](host_problem& p) {
      const auto a = p.input<float>("a", {6, 8});
      const auto b = p.input<float>("b", {8, 4});
      const auto c = p.output<float>("c", {6, 4});
      declare(p, a, b, c);
      p.candidate("it", [] {});
    });
    return support::message_of([&] { declared_problem problem(definition); });
  };
  using matrix = tensor<const float>;
  CHECK(message([](host_problem& p, const matrix& a, const matrix& b, const tensor<float>& c) {
          p.gemm_oracle(c, gemm{6, 4, 8}, a, b);
          p.leading_dimension(a, 9);
        }) == "(nothing was thrown)");
  // Rows of 12 elements go on in the next row of the tensor.
  CHECK(has(message([](host_problem& p, const matrix& a, const matrix& b, const tensor<float>& c) {
              p.gemm_oracle(c, gemm{4, 4, 8}.leading_dimensions(12, 4, 4), a, b);
              p.any_leading_dimension(a);
            }),
            "the rows of A in a product are not those of 'a', which have 8 elements"));
  CHECK(has(message([](host_problem& p, const matrix& a, const matrix& b, const tensor<float>& c) {
              p.gemm_oracle(c, gemm{2, 2, 8}.batched(3, 0, 0, 4), a, b);
              p.leading_dimension(c, 5);
            }),
            "the rows of C in a product are not those of 'c'"));
}

TEST_CASE("an element that was never written is found where no row of it was sampled", "[suite]") {
  const auto definition = problem_named("partly", [](host_problem& p) {
    const std::int64_t m = 2000, n = 16, k = 8;
    const auto a = p.input<bf16>("a", {m, k});
    const auto b = p.input<bf16>("b", {k, n});
    const auto c = p.output<bf16>("c", {m, n});
    const gemm g{m, n, k};
    p.gemm_oracle(c, g, a, b);
    p.tolerance(tolerance::accumulating(k));
    p.candidate("but one", [=] {
      const bf16 before = c.data()[777 * n + 3];
      multiply<bf16>(g, a, b, c);
      c.data()[777 * n + 3] = before;
    });
    p.candidate("nothing", [] {});
    p.candidate("NaN", [=] {
      multiply<bf16>(g, a, b, c);
      c.data()[777 * n + 3] = bf16(std::nan(""));
    });
    p.candidate("right", [=] { multiply<bf16>(g, a, b, c); });
  });
  run_options options = verify_only();
  options.oracle_seconds = never;
  const std::vector<record> records = run(definition, options);
  const record& r = record_of(records, "but one");
  CAPTURE(r.verdict.reason);
  CHECK(r.verdict.outcome == outcome::wrong);
  CHECK(r.verdict.comparisons.at(0).untouched == 1);
  CHECK(has(r.verdict.reason, "(freivalds × 8 + "));
  CHECK(has(r.verdict.reason, "+ 1 suspected)"));
  CHECK(has(r.verdict.reason, "worst at [777, 3]"));
  CHECK(record_of(records, "nothing").verdict.outcome == outcome::wrong);
  CHECK(record_of(records, "NaN").verdict.outcome == outcome::wrong);
  CHECK(record_of(records, "right").verdict.outcome == outcome::correct);
}

TEST_CASE("what lies between a product's rows is not taken for unwritten elements", "[suite]") {
  for (const double seconds : {always, never}) {
    run_options options = verify_only();
    options.oracle_seconds = seconds;
    const std::vector<record> records =
        run(problem_named("whole numbers",
                          [](host_problem& p) {
                            const gemm g = gemm{100, 30, 20}.leading_dimensions(20, 30, 37);
                            const auto a = p.input<std::int32_t>("a", {100 * 20}, integers(-3, 3));
                            const auto b = p.input<std::int32_t>("b", {20 * 30}, integers(-3, 3));
                            const auto c = p.output<std::int32_t>("c", {100 * 37});
                            p.gemm_oracle(c, g, a, b);
                            p.tolerance(tolerance::exact());
                            p.candidate("right", [=] { multiply<std::int32_t>(g, a, b, c); });
                            p.candidate("but one", [=] {
                              const std::int32_t before = c[71 * 37 + 3];
                              multiply<std::int32_t>(g, a, b, c);
                              c[71 * 37 + 3] = before;
                            });
                          }),
            options);
    CAPTURE(seconds, record_of(records, "right").verdict.reason);
    CHECK(record_of(records, "right").verdict.outcome == outcome::correct);
    CHECK(record_of(records, "but one").verdict.outcome == outcome::wrong);
  }
}

TEST_CASE("a product of which many rows overflow does not pass by those that were computed", "[suite]") {
  const auto definition = problem_named("overflows", [](host_problem& p) {
    const std::int64_t m = 2000, n = 16, k = 8;
    const auto a = p.input<fp16>("a", {m, k}, normal(0.0, 200.0));
    const auto b = p.input<fp16>("b", {k, n}, normal(0.0, 200.0));
    const auto c = p.output<fp16>("c", {m, n});
    const gemm g{m, n, k};
    p.gemm_oracle(c, g, a, b);
    p.tolerance(tolerance::accumulating(k));
    p.candidate("right", [=] { multiply<fp16>(g, a, b, c); });
    p.candidate("NaN for infinity", [=] {
      multiply<fp16>(g, a, b, c);
      for (std::int64_t i = 1000 * n; i < 1900 * n; ++i)
        if (std::isinf(static_cast<float>(c[i]))) c[i] = fp16(static_cast<float>(std::nan("")));
    });
  });
  run_options options = verify_only();
  CHECK(record_of(run(definition, options), "right").verdict.outcome == outcome::correct);
  options.oracle_seconds = never;
  const std::vector<record> records = run(definition, options);
  CHECK(record_of(records, "right").verdict.outcome == outcome::unverifiable);
  CHECK(has(record_of(records, "right").verdict.reason, "c: Freivalds' check suspects "));
  CHECK_FALSE(record_of(records, "NaN for infinity").verdict.acceptable());
}

TEST_CASE("a scale of 1.003 makes the check suspect rows, which are then computed", "[suite]") {
  const auto definition = problem_named("scaled", [](host_problem& p) {
    const std::int64_t m = 640, n = 128, k = 8;
    const auto a = p.input<bf16>("a", {m, k}, normal());
    const auto b = p.input<bf16>("b", {k, n}, normal());
    const auto c = p.output<bf16>("c", {m, n});
    p.gemm_oracle(c, gemm{m, n, k}, a, b);
    p.tolerance(tolerance::accumulating(k));
    p.candidate("none", [] {});
  });
  declared_problem problem(definition);
  case_memory memory(device_of<host>(), problem, 5);
  memory.reset();
  gemm_expectation product(device_of<host>(), problem, problem.device_oracles()[0], 5, never);
  const auto* a = static_cast<const bf16*>(problem.tensors()[0].slot.data);
  const auto* b = static_cast<const bf16*>(problem.tensors()[1].slot.data);
  auto* c = static_cast<bf16*>(problem.tensors()[2].slot.data);
  multiply<bf16>(gemm{640, 128, 8}, a, b, c);
  const compare_rule rule = make_rule(problem.bound(), dtype::bf16, 0.0);
  CHECK(product.check(rule).suspected.empty());
  CHECK(product.for_result(rule).values.size() == product.sample().values.size());
  for (std::int64_t i = 320; i < 384; ++i)
    for (std::int64_t j = 0; j < 128; ++j) {
      double sum = 0;
      for (std::int64_t l = 0; l < 8; ++l)
        sum += static_cast<double>(a[i * 8 + l]) * static_cast<double>(b[l * 128 + j]);
      c[i * 128 + j] = bf16(1.003 * sum);
    }
  const std::vector<std::int64_t> suspected = product.check(rule).suspected;
  REQUIRE(suspected.size() == 4);
  CHECK(std::all_of(suspected.begin(), suspected.end(), [](auto row) { return row >= 320 && row < 384; }));
  CHECK(product.for_result(rule).values.size() > product.sample().values.size());
}

TEST_CASE("the sampled rows are those of the product, unrounded", "[suite]") {
  const auto definition = problem_named("rows", [](host_problem& p) {
    const auto a = p.input<float>("a", {100, 3});
    const auto b = p.input<double>("b", {3, 7});
    const auto c = p.output<fp16>("c", {100, 7});
    p.gemm_oracle(c, gemm{100, 7, 3}.scaled(2.0), a, b);
    p.candidate("none", [] {});
  });
  declared_problem problem(definition);
  case_memory memory(device_of<host>(), problem, 1);
  memory.reset();
  gemm_expectation product(device_of<host>(), problem, problem.device_oracles()[0], 1, never);
  CHECK_FALSE(product.whole());
  const expectation& sample = product.sample();
  REQUIRE(sample.values.size() == sample.indices.size());
  REQUIRE(sample.values.size() % 7 == 0);
  const auto* a = static_cast<const float*>(problem.tensors()[0].slot.data);
  const auto* b = static_cast<const double*>(problem.tensors()[1].slot.data);
  for (std::size_t s = 0; s < sample.values.size(); ++s) {
    const std::int64_t i = sample.indices[s] / 7, j = sample.indices[s] % 7;
    double sum = 0;
    for (std::int64_t l = 0; l < 3; ++l) sum += static_cast<double>(a[i * 3 + l]) * b[l * 7 + j];
    CHECK(sample.values[s] == 2.0 * sum);
    CHECK(product.row_of(sample.indices[s]) == i);
  }
  CHECK(sample.indices.front() == 0);
  CHECK(sample.indices.back() == 100 * 7 - 1);
}

TEST_CASE("an element in a gap belongs to no row", "[suite]") {
  const auto definition =
      product_of<float>(gemm{4, 3, 2}.batched(2).leading_dimensions(2, 3, 5), [](float*) {});
  declared_problem problem(definition);
  case_memory memory(device_of<host>(), problem, 1);
  memory.reset();
  gemm_expectation product(device_of<host>(), problem, problem.device_oracles()[0], 1, always);
  CHECK(product.whole());
  CHECK(product.row_of(2) == 0);
  CHECK(product.row_of(3) == -1);
  CHECK(product.row_of(5) == 1);
  CHECK(product.row_of(20) == 4);
  CHECK(product.row_of(44) == -1);
  CHECK(product.indices().size() == 2 * 4 * 3);
  CHECK(product.indices()[3] == 5);
}

TEST_CASE("empty products are right", "[suite]") {
  for (const gemm& g :
       {gemm{0, 5, 3}, gemm{5, 0, 3}, gemm{5, 4, 0}.scaled(1.0, 0.0), gemm{5, 5, 5}.batched(0)})
    for (const double seconds : {always, never}) {
      CAPTURE(g.m, g.n, g.k, g.batch);
      const auto definition = problem_named("empty", [=](host_problem& p) {
        const auto a = p.input<float>("a", {g.batch, g.m, g.k});
        const auto b = p.input<float>("b", {g.batch, g.k, g.n});
        const auto c = p.output<float>("c", {g.batch, g.m, g.n});
        p.gemm_oracle(c, g, a, b);
        p.candidate("right", [=] { multiply<float>(g, a, b, c); });
      });
      run_options options = verify_only();
      options.oracle_seconds = seconds;
      const std::vector<record> records = run(definition, options);
      CAPTURE(records.at(0).verdict.reason);
      CHECK(records.at(0).verdict.outcome == outcome::correct);
    }
}
