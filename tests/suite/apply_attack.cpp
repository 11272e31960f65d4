// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/apply_attack.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include "assay/suite/expected_values.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::host_problem;
using support::problem_named;

namespace {

/// y = x·w, 8 × 8 × k, with whatever `finish` makes of each exact sum.
template <class Finish>
problem_definition matrix_product(Finish finish) {
  return problem_named("matrix product", [=](host_problem& p) {
    const auto x = p.input<float>("x", {8, 64});
    const auto w = p.input<float>("w", {64, 8});
    const auto mask = p.input<bool>("mask", {8});
    const auto y = p.inout<float>("y", {8, 8});
    (void)mask;
    p.tolerance(tolerance::accumulating(65));
    p.oracle(y, [=](auto at, std::int64_t i) {
      double sum = at(y)[i];
      for (std::int64_t k = 0; k < 64; ++k) sum += at(x)[i / 8 * 64 + k] * at(w)[k * 8 + i % 8];
      return finish(sum);
    });
    p.candidate("none", [] {});
  });
}

bool exact_under(const problem_definition& definition, attack how, std::uint64_t seed) {
  declared_problem problem(definition);
  apply_attack(problem, how, seed);
  return is_exact(problem, dtype::fp32, expected_values(problem, seed, 4096).output(3));
}

}  // namespace

TEST_CASE("an attack replaces the fills of what is read and may be attacked", "[suite]") {
  const auto definition = matrix_product([](double sum) { return sum; });
  declared_problem problem(definition);
  apply_attack(problem, attack::as_declared, 1);
  for (const declared_tensor& t : problem.tensors()) CHECK(t.how.how == fill::kind::uniform);
  apply_attack(problem, attack::integers, 1);
  // Three tensors take turns; the booleans stay.
  const auto kind = [&](std::size_t i) { return problem.tensors()[i].how.how; };
  CHECK(kind(2) == fill::kind::uniform);
  CHECK(kind(0) == kind(3));
  CHECK(kind(0) != kind(1));
  CHECK((kind(0) == fill::kind::lattice || kind(0) == fill::kind::sparse));
  CHECK((kind(1) == fill::kind::lattice || kind(1) == fill::kind::sparse));
}

TEST_CASE("sums of products of whole multiples are exact, and what is made of them need not be", "[suite]") {
  const auto plain = matrix_product([](double sum) { return sum; });
  const auto thirds = matrix_product([](double sum) { return sum / 3; });
  const auto roots = matrix_product([](double sum) { return std::sqrt(std::fabs(sum)); });
  const auto exponentials = matrix_product([](double sum) { return std::exp(sum); });
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    CHECK(exact_under(plain, attack::integers, seed));
    CHECK_FALSE(exact_under(plain, attack::as_declared, seed));
    CHECK_FALSE(exact_under(plain, attack::all_equal, seed));  // one value tells nothing
    CHECK_FALSE(exact_under(thirds, attack::integers, seed));
    CHECK_FALSE(exact_under(roots, attack::integers, seed));
    CHECK_FALSE(exact_under(exponentials, attack::integers, seed));
    CHECK_FALSE(exact_under(plain, attack::nan, seed));
  }
}

TEST_CASE("an expectation of exact sums does not hold for other bounds, large sums or few results",
          "[suite]") {
  const auto definition = matrix_product([](double sum) { return sum; });
  declared_problem problem(definition);
  apply_attack(problem, attack::integers, 0);
  expectation right{{}, {}};
  for (int i = 0; i < 15; ++i) right.values.push_back(i);
  CHECK_FALSE(is_exact(problem, dtype::fp32, right));
  right.values.push_back(15);
  CHECK(is_exact(problem, dtype::fp32, right));
  right.values.push_back(0x1p-60);
  CHECK_FALSE(is_exact(problem, dtype::fp32, right));
  right.values.back() = 0x1p24;
  CHECK_FALSE(is_exact(problem, dtype::fp32, right));
  right.values.back() = std::nan("");
  CHECK_FALSE(is_exact(problem, dtype::fp32, right));
}
