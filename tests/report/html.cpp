// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/html.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/records.hpp"

using namespace assay;
using support::full_record;
using support::has;
using support::record_with;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("the page asks nothing of a network", "[report]") {
  report_input input;
  input.records = {full_record()};
  const std::string page = to_html(input);
  for (const char* call :
       {"http:", "https:", "//cdn", " src=", "@import", "url(", "fetch(", "XMLHttpRequest"}) {
    CAPTURE(call);
    CHECK_FALSE(has(page, call));
  }
  CHECK(has(page, "default-src 'none'"));
}

TEST_CASE("no name can break out of the page", "[report]") {
  report_input input;
  record r = full_record();
  r.problem = r.candidate = r.device = r.replay = r.file = r.verdict.reason =
      "</script><script>alert(1)</script>\"'";
  r.findings = {{r.problem, severity::warning, r.problem, {}}};
  r.axes = {{r.problem, r.problem}};
  input.records = {r};
  input.environments.emplace_back().command_line = {r.problem};
  input.lost = r.problem;
  input.no_device = input.missing = {r.problem};
  const std::string page = to_html(input);
  CHECK(count(page, "<script>") == 1);
  CHECK(count(page, "</script>") == 1);
  CHECK(has(page, "&lt;/script&gt;&lt;script&gt;alert(1)"));
}

TEST_CASE("each record has a row, why it is not right, and the command that repeats it", "[report]") {
  report_input input;
  input.environments.emplace_back().command_line = {"./my bench"};
  input.records = {full_record(), record_with(outcome::wrong)};
  const std::string page = to_html(input);
  CHECK(has(page, "<tr id=\"r0\" class=\"row good-row\">"));
  CHECK(has(page, "<tr id=\"r1\" class=\"row bad-row\">"));
  CHECK(has(page, "<p class=\"why\"><bdi>a reason</bdi></p>"));
  CHECK(has(page, "<code>&#39;./my bench&#39; --replay &#39;saxpy|fast|n=65536|seed=0&#39;</code>"));
  CHECK(has(page, "<b>throttled</b>: <bdi>the clock fell</bdi>"));
}

TEST_CASE("a page of nothing says so", "[report]") {
  const std::string page = to_html({});
  CHECK(has(page, "There are no records."));
  CHECK_FALSE(has(page, "<svg class=\"plot"));
  CHECK_FALSE(has(page, "nan"));
}

TEST_CASE("figures that are no numbers get no place in a plot", "[report]") {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity(), 0.0, -1.0, 5e-324, 1e308}) {
    report_input input;
    record r = full_record();
    r.time->net.reset();
    r.time->raw = {bad, bad, bad, 0.95, 3};
    r.time->samples = {bad, 1e-6, bad};
    r.time->sample_times = {bad, bad, 1.0};
    r.speedup = paired_ratio{bad, bad, bad, 0.95, 3};
    input.records = {r, full_record()};
    const std::string page = to_html(input);
    CAPTURE(bad);
    for (const char* attribute : {"x1", "y1", "x2", "y2", "x", "y", "cx", "cy", "width", "height"})
      for (const char* value : {"nan", "-nan", "inf", "-inf"})
        CHECK_FALSE(has(page, std::string(" ") + attribute + "=\"" + value));
    CHECK_FALSE(has(page, "Mnan"));
    CHECK_FALSE(has(page, "Minf"));
  }
}

TEST_CASE("a point of the roofline lies at operations a byte and operations a second", "[report]") {
  const std::optional<roofline_point> point = roofline_point_of(full_record(), 7);
  REQUIRE(point);
  CHECK(point->record == 7);
  CHECK(point->unit == resource::fp32);
  CHECK(point->intensity == Approx(2.0 / 12));
  CHECK(point->rate == Approx(2.0 / 1e-6));
  CHECK(*point->lower_rate == Approx(2.0 / 1.5e-6));
  CHECK(*point->upper_rate == Approx(2.0 / 0.5e-6));

  record copy = full_record();
  copy.work = work().add_read(8);
  CHECK_FALSE(roofline_point_of(copy, 0));
  report_input input;
  input.records = {copy, full_record()};
  CHECK(has(to_html(input), "1 timed records declare no bytes or no operations"));
}

TEST_CASE("the unit of a point is the one that takes longest", "[report]") {
  record r = full_record();
  r.work.add(resource::sfu, 1.0);
  r.limit->terms.push_back({resource::fp32, 2.0, 1e9, 2e-9, false});
  r.limit->terms.push_back({resource::sfu, 1.0, 1e6, 1e-6, false});
  CHECK(roofline_point_of(r, 0)->unit == resource::sfu);
}

TEST_CASE("ceilings come from the limits of all layers", "[report]") {
  record r = full_record();
  limit other = *r.limit;
  other.which = layer::hard;
  other.terms[0].rate = 5e7;
  r.other_limits = {other};
  const known_ceilings known = ceilings_of_device({r}, r.device);
  CHECK(known.at({layer::measured, resource::dram}) == 2.4e7);
  CHECK(known.at({layer::hard, resource::dram}) == 5e7);
  CHECK(ceilings_of_device({r}, "another").empty());
}

TEST_CASE("every outlier is a cross, and thinning spares them", "[report]") {
  measurement m = *full_record().time;
  m.samples.clear();
  m.sample_times.clear();
  m.rounds.clear();
  m.outliers.clear();
  for (int i = 0; i < 1000; ++i) {
    if (i % 100 == 50) m.outliers.push_back(m.samples.size());
    m.samples.push_back(i % 100 == 50 ? 9e-6 : 2e-6 + 1e-9 * (i % 7));
    m.sample_times.push_back(i * 1e-3);
    m.rounds.push_back(0);
  }
  const sample_plot plot(m, 100);
  const std::string text = plot.to_text("words");
  CHECK(plot.thinned());
  CHECK(count(text, "l6 6m0-6l-6 6") == 10);
  CHECK(count(text, "h0") == 99);
  CHECK(has(text, "9.00 µs"));
  CHECK_FALSE(sample_plot(m, 1000).thinned());
}

TEST_CASE("of a large suite, records with something to see are plotted first", "[report]") {
  std::vector<record> records(1000, full_record());
  for (record& r : records) {
    r.time->findings.clear();
    r.time->outliers.clear();
    r.fuzz.reset();
    r.bound.reset();
  }
  records[900].time->outliers = {2};
  const sample_plot_choice choice = choose_sample_plots(records);
  CHECK(choice.with_samples == 1000);
  CHECK(choice.records.size() == 240);
  CHECK(choice.records.back() == 900);
  CHECK(choice.points >= 100);
  report_input input;
  input.records = records;
  CHECK(has(to_html(input), "Shown are 240 of 1000 records"));
}

TEST_CASE("the curve of fast_p falls to zero", "[report]") {
  record r = full_record();
  const fast_p_plot plot({r}, fast_over::baseline, 0.95);
  REQUIRE_FALSE(plot.empty());
  CHECK(has(plot.to_text(), "fast_1 100.0% (1 of 1)"));
  CHECK(has(plot.to_text(), "fast_2 0.00% (0 of 1)"));
  CHECK(fast_p_plot({}, fast_over::baseline, 0.95).empty());
}
