// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/case_labels.hpp"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "assay/suite/run_case.hpp"
#include "support/catch.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::has;
using support::host_problem;
using support::message_of;
using support::problem_named;
using support::record_of;
using support::run;
using support::verify_only;

namespace {

constexpr std::int64_t columns = 200;

float sum_of(const float* row, bool backwards) {
  float sum = 0.0f;
  for (std::int64_t j = 0; j < columns; ++j) sum += row[backwards ? columns - 1 - j : j];
  return sum;
}

/// Sums of rows: `how(p, m, x, y)` declares the candidates.
template <class Candidates>
problem_definition row_sums(Candidates how, const fill& values = uniform(0, 1)) {
  return problem_named("row sums", [=](host_problem& p) {
    const auto m = p.axis("m", {8}, at_least(1));
    const auto x = p.input<float>("x", {m, columns}, values);
    const auto y = p.output<float>("y", {m});
    p.batch_axis("m");
    p.summed_along(x, 1);
    p.tolerance(tolerance::reduction(columns));
    p.oracle(y, [=](auto at, std::int64_t i) {
      double sum = 0.0;
      for (std::int64_t j = 0; j < columns; ++j) sum += at(x)[i * columns + j];
      return sum;
    });
    how(p, m, x, y);
  });
}

/// What a finding of this code says; empty where there is none.
std::string finding_of(const record& r, const std::string& code) {
  for (const finding& f : r.findings)
    if (f.code == code) return f.message;
  return "";
}

}  // namespace

TEST_CASE("a row that comes out otherwise in a smaller batch is labelled, and right", "[suite]") {
  const std::vector<record> records = run(row_sums([](auto& p, auto m, auto x, auto y) {
                                            p.candidate("by batch", [=] {
                                              for (std::int64_t i = 0; i < m; ++i)
                                                y[i] = sum_of(x + i * columns, m > 4);
                                            });
                                            p.candidate("alike", [=] {
                                              for (std::int64_t i = 0; i < m; ++i)
                                                y[i] = sum_of(x + i * columns, true);
                                            });
                                          }),
                                          verify_only());
  for (const record& r : records) {
    CAPTURE(r.candidate, r.verdict.reason);
    CHECK(r.verdict.outcome == outcome::correct);
  }
  CHECK(has(finding_of(record_of(records, "by batch"), "batch-variant"),
            "y: 1 of 1 elements have other bits as 'm=1', the first at [0]"));
  CHECK(finding_of(record_of(records, "alike"), "batch-variant") == "");
}

TEST_CASE("a sum that depends on the order of its terms is labelled with the change", "[suite]") {
  const auto candidates = [](auto& p, auto m, auto x, auto y) {
    p.candidate("serial", [=] {
      for (std::int64_t i = 0; i < m; ++i) y[i] = sum_of(x + i * columns, false);
    });
    p.candidate("in double", [=] {
      for (std::int64_t i = 0; i < m; ++i) {
        double sum = 0.0;
        for (std::int64_t j = 0; j < columns; ++j) sum += static_cast<double>(x[i * columns + j]);
        y[i] = static_cast<float>(sum);
      }
    });
    // What a prepare step made of the inputs is made again.
    p.candidate(
        "prepared",
        [=] {
          auto sums = std::make_shared<std::vector<float>>();
          for (std::int64_t i = 0; i < m; ++i) sums->push_back(sum_of(x + i * columns, false));
          return sums;
        },
        [=](const std::shared_ptr<std::vector<float>>& sums) {
          for (std::int64_t i = 0; i < m; ++i) y[i] = (*sums)[static_cast<std::size_t>(i)];
        });
  };
  const std::vector<record> records = run(row_sums(candidates), verify_only());
  for (const record& r : records) {
    CAPTURE(r.candidate, r.verdict.reason);
    CHECK(r.verdict.outcome == outcome::correct);
    CHECK(finding_of(r, "batch-variant") == "");
  }
  CHECK(has(finding_of(record_of(records, "serial"), "order-sensitive"), "y: summing in another order"));
  CHECK(has(finding_of(record_of(records, "serial"), "order-sensitive"), "ulp"));
  CHECK(finding_of(record_of(records, "prepared"), "order-sensitive") != "");
  CHECK(finding_of(record_of(records, "in double"), "order-sensitive") == "");

  // Sums without rounding do not depend on it.
  for (const record& r : run(row_sums(candidates, integers(-100, 100)), verify_only()))
    CHECK(finding_of(r, "order-sensitive") == "");
}

TEST_CASE("labels are looked at in the case itself, not where inputs are moved or a batch is no case",
          "[suite]") {
  int launches = 0;
  const auto definition = [&](bool small) {
    return problem_named("assumed", [&launches, small](host_problem& p) {
      const auto m = p.axis("m", {8}, at_least(1));
      p.assume(small || m >= 4);
      const auto x = p.input<float>("x", {m});
      const auto y = p.output<float>("y", {m});
      p.batch_axis("m");
      p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i]; });
      p.candidate("copy", [=, &launches] {
        ++launches;
        for (std::int64_t i = 0; i < m; ++i) y[i] = x[i];
      });
    });
  };
  CHECK(run(definition(true), verify_only())[0].verdict.outcome == outcome::correct);
  CHECK(launches == 4);
  launches = 0;
  CHECK(run(definition(false), verify_only())[0].verdict.outcome == outcome::correct);
  CHECK(launches == 3);
}

TEST_CASE("a candidate that cannot do a smaller batch is labelled so", "[suite]") {
  const std::vector<record> records = run(row_sums([](auto& p, auto m, auto x, auto y) {
                                            p.candidate("eight", [=] {
                                              if (m != 8) throw std::runtime_error("only 8 rows");
                                              for (std::int64_t i = 0; i < m; ++i)
                                                y[i] = sum_of(x + i * columns, true);
                                            });
                                          }),
                                          verify_only());
  CHECK(records[0].verdict.outcome == outcome::correct);
  CHECK(finding_of(records[0], "batch-variant") == "fails as 'm=1': only 8 rows");
}

TEST_CASE("a batch axis that is none, and sums along nothing, are refused in words", "[suite]") {
  const auto refusal = [](auto body) {
    const auto definition = problem_named("labels", [=](host_problem& p) {
      const auto m = p.axis("m", {8}, at_least(1));
      const auto x = p.input<float>("x", {m, 3});
      const auto z = p.input<float>("z", {4});
      const auto y = p.output<float>("y", {m});
      p.oracle(y, [](auto, std::int64_t) { return 0.0; });
      p.candidate("none", [] {});
      body(p, x, z, y);
    });
    return message_of<usage_error>([&] { declared_problem problem(definition); });
  };
  CHECK(has(refusal([](auto& p, auto...) { p.batch_axis("k"); }), "the batch axis 'k' is no axis"));
  CHECK(has(refusal([](auto& p, auto...) {
              p.batch_axis("m");
              p.batch_axis("m");
            }),
            "a second batch axis"));
  CHECK(has(refusal([](auto& p, auto x, auto...) { p.summed_along(x, 2); }),
            "sums along extent 2 of 'x', which has 2"));
  CHECK(has(refusal([](auto& p, auto, auto, auto y) { p.summed_along(y, 0); }), "expected an input"));
  CHECK(has(refusal([](auto& p, auto x, auto z, auto) {
              p.summed_along(x, 1);
              p.summed_along(z, 0);
            }),
            "sums along 4 elements of 'z', but 3 of 'x'"));
  // A batch that is not the first extent shows when the case is run.
  const auto columns_first = problem_named("columns", [](host_problem& p) {
    const auto m = p.axis("m", {8}, at_least(1));
    const auto x = p.input<float>("x", {3, m});
    const auto y = p.output<float>("y", {3, m});
    p.batch_axis("m");
    p.oracle(y, [=](auto at, std::int64_t i) { return at(x)[i]; });
    p.candidate("copy", [=] { std::copy(x.data(), x.data() + 3 * m, y.data()); });
  });
  const record r = run(columns_first, verify_only())[0];
  CHECK(has(r.verdict.reason, "p.batch_axis(): the first rows of 'x'"));
}
