// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/html.hpp"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/problems.hpp"
#include "support/records.hpp"

using namespace assay;
using support::full_record;
using support::has;
using support::record_with;
using support::with_speedup;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// Of the first `from` all up to the next `to`; empty where there is none.
std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + from.size();
  return text.substr(begin, text.find(to, begin) - begin);
}

struct stroke {
  double x1 = 0, y1 = 0, x2 = 0, y2 = 0;
};

/// The lines of just that class.
std::vector<stroke> strokes(const std::string& picture, const std::string& style) {
  const std::string begin = "<line class=\"" + style + "\" ";
  std::vector<stroke> found;
  for (std::size_t at = picture.find(begin); at != std::string::npos; at = picture.find(begin, at + 1)) {
    stroke s;
    REQUIRE(std::sscanf(picture.c_str() + at + begin.size(), R"(x1="%lf" y1="%lf" x2="%lf" y2="%lf")", &s.x1,
                        &s.y1, &s.x2, &s.y2) == 4);
    found.push_back(s);
  }
  return found;
}

/// Where the axis has that label.
std::pair<double, double> tick(const std::string& picture, const std::string& words) {
  CAPTURE(words);
  const std::size_t end = picture.find(">" + words + "</text>");
  REQUIRE(end != std::string::npos);
  std::pair<double, double> place;
  REQUIRE(std::sscanf(picture.c_str() + picture.rfind('<', end), R"(<text class="tick" x="%lf" y="%lf")",
                      &place.first, &place.second) == 2);
  return place;
}

/// Without the legend, which has lines too.
std::string roofline_of(const std::vector<record>& records) {
  const std::string text = roofline_plot(records, records.front().device).to_text();
  return text.substr(0, text.find("</svg>"));
}

/// What the plot has for that record.
std::string mark(const std::string& picture, int record) {
  return between(picture, "data-r=\"" + std::to_string(record) + "\">", "</g>");
}

/// A record whose place in the roofline is there.
record placed(double intensity, double rate) {
  record r = full_record();
  r.work = work().add_read(2.0 / intensity).add(resource::fp32, 2.0);
  r.time->net = {2.0 / rate, 1.9 / rate, 2.1 / rate, 0.95, 6};
  r.limit.reset();
  r.other_limits.clear();
  return r;
}

constexpr double pixel = 0.2;  ///< Pictures have a tenth of a pixel.

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

TEST_CASE("the page has a section for each thing, and a link to it", "[report]") {
  report_input input;
  input.environments.emplace_back().system = "some system";
  input.records = {full_record()};
  const std::string page = to_html(input);
  for (const auto& [id, content] :
       {std::pair("results-section", "<table id=\"results\""),
        std::pair("roofline", "class=\"plot roofline\""), std::pair("scores", "<table class=\"scores\">"),
        std::pair("samples", "class=\"plot samples\""), std::pair("environment", "<dl class=\"facts\">")}) {
    CAPTURE(id);
    CHECK(has(page, std::string("<li><a href=\"#") + id + "\">"));
    CHECK(has(between(page, std::string("<section id=\"") + id + "\"", "</section>"), content));
  }
  CHECK(count(between(page, "<section id=\"scores\"", "</section>"), "class=\"plot curve\"") == 2);
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

TEST_CASE("each layer has a roof for DRAM and one for the unit, which meet", "[report]") {
  record r = full_record();
  r.limit->terms.push_back({resource::fp32, 2.0, 1e8, 2e-8, false});
  r.other_limits.clear();
  double factor = 1;
  for (const layer which : {layer::datasheet, layer::clock_adjusted, layer::hard}) {
    limit& other = r.other_limits.emplace_back(*r.limit);
    other.which = which;
    factor *= 2;
    for (term& t : other.terms) t.rate *= factor;
  }
  const std::string picture = roofline_of({r});
  CHECK(count(picture, "<line class=\"roof") == 8);
  double above = 1e9;
  for (const char* style : {"roof", "roof datasheet", "roof adjusted", "roof hard"}) {
    CAPTURE(style);
    const std::vector<stroke> roofs = strokes(picture, style);
    REQUIRE(roofs.size() == 2);
    const bool first = roofs[0].y1 == roofs[0].y2;
    const stroke level = roofs[first ? 0 : 1], sloped = roofs[first ? 1 : 0];
    CHECK(level.y1 == level.y2);
    CHECK(sloped.y1 > sloped.y2);
    CHECK(sloped.x2 == Approx(level.x1).margin(pixel));
    CHECK(sloped.y2 == Approx(level.y1).margin(pixel));
    CHECK(level.y1 < above);
    above = level.y1;
  }
  CHECK(has(picture, ">DRAM 24.0 MB/s</text>"));
  CHECK(has(picture, ">fp32 100 MFLOP/s</text>"));
  const std::string text = roofline_plot({r}, r.device).to_text();
  for (const char* words : {"measured", "datasheet", "clock-adjusted", "hard"})
    CHECK(has(text, "</svg>" + std::string(words) + " ceilings</li>"));
}

TEST_CASE("a mark has the interval of its time, where there is one", "[report]") {
  record without = full_record();
  without.time->net->lower.reset();
  without.time->net->upper.reset();
  const std::string picture = roofline_of({full_record(), without});
  double x = 0, low = 0, high = 0, cx = 0, cy = 0;
  REQUIRE(std::sscanf(mark(picture, 0).c_str(), R"(<path d="M%lf %lfV%lf"/><circle cx="%lf" cy="%lf")", &x,
                      &low, &high, &cx, &cy) == 5);
  CHECK(x == cx);
  CHECK((low - cy) / (cy - high) == Approx(std::log(1.5) / std::log(2.0)).epsilon(0.01));
  CHECK(has(mark(picture, 1), "<circle"));
  CHECK_FALSE(has(mark(picture, 1), "<path"));
}

TEST_CASE("both axes of the roofline have decades of one length", "[report]") {
  const std::string picture = roofline_of({placed(0.1, 1e6), placed(1, 1e7), placed(10, 1e8)});
  std::vector<double> x(3), y(3);
  for (int i = 0; i < 3; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const std::string circle = between(mark(picture, i), "<circle", "/>");
    REQUIRE(std::sscanf(circle.c_str(), R"( cx="%lf" cy="%lf")", &x[at], &y[at]) == 2);
  }
  CHECK(x[1] - x[0] > 100);
  CHECK(x[2] - x[1] == Approx(x[1] - x[0]).margin(pixel));
  CHECK(y[0] - y[1] > 100);
  CHECK(y[1] - y[2] == Approx(y[0] - y[1]).margin(pixel));
  CHECK(tick(picture, "0.100").first == x[0]);
  CHECK(tick(picture, "1.00").first == x[1]);
  CHECK(tick(picture, "10.0").first == x[2]);
  CHECK(tick(picture, "1.00 MFLOP/s").second == Approx(y[0] + 4).margin(pixel));
  CHECK(tick(picture, "10.0 MFLOP/s").second == Approx(y[1] + 4).margin(pixel));
  CHECK(tick(picture, "100 MFLOP/s").second == Approx(y[2] + 4).margin(pixel));
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

TEST_CASE("the band of the curve is Wilson's interval", "[report]") {
  record other = with_speedup(full_record(), 3.5, 3.0, 4.0);
  other.axes = {{"n", std::int64_t{2}}};
  const std::string picture = fast_p_plot({full_record(), other}, fast_over::baseline, 0.95).to_text();
  const std::string band = between(picture, "<path class=\"band\" d=\"", "\"");
  CHECK(has(picture, "<path class=\"step\" d=\"M"));
  const std::vector<stroke> grid = strokes(picture, "grid");
  REQUIRE(grid.size() == 5);
  const auto end = [&](double share) {
    return svg::px(grid.front().y1 + share * (grid.back().y1 - grid.front().y1)) + "H";
  };
  CHECK(band.find(" " + end(1)) == band.find(' '));  // 2 of 2
  CHECK(has(band, "V" + end(wilson_interval(2, 2, 0.95).lower)));
  CHECK(has(band, "V" + end(wilson_interval(1, 2, 0.95).upper)));
  CHECK(has(band, "V" + end(wilson_interval(1, 2, 0.95).lower)));
  CHECK(has(band, "V" + end(wilson_interval(0, 2, 0.95).upper)));
  CHECK(has(band, "V" + end(0)));
}

TEST_CASE("speedups have decades of one length, shares of the speed of light are linear", "[report]") {
  record other = with_speedup(full_record(), 110, 100, 120);
  other.axes = {{"n", std::int64_t{2}}};
  const std::string speedups = fast_p_plot({full_record(), other}, fast_over::baseline, 0.95).to_text();
  const double decade = tick(speedups, "10").first - tick(speedups, "1").first;
  CHECK(decade > 100);
  CHECK(tick(speedups, "100").first - tick(speedups, "10").first == Approx(decade).margin(pixel));
  const std::string shares = fast_p_plot({full_record()}, fast_over::speed_of_light, 0.95).to_text();
  const double half = tick(shares, "0.5").first - tick(shares, "0").first;
  CHECK(half > 100);
  CHECK(tick(shares, "1").first - tick(shares, "0.5").first == Approx(half).margin(pixel));
}
