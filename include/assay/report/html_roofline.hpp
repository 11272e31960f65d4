// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/report/record_words.hpp"
#include "assay/report/report_input.hpp"
#include "assay/report/svg.hpp"

namespace assay {

/// A record's place in the roofline plot.
struct roofline_point {
  std::size_t record = 0;                        ///< its place among the records
  resource unit = resource::fp32;                ///< that takes longest for its part of the work
  double intensity = 0;                          ///< operations of that unit for each DRAM byte
  double rate = 0;                               ///< operations a second
  std::optional<double> lower_rate, upper_rate;  ///< from the ends of the time's interval
};

/// Absent where the record has no time, no DRAM bytes or no operations: there is no such place then.
[[nodiscard]] inline std::optional<roofline_point> roofline_point_of(const record& r, std::size_t at) {
  const double bytes = r.work.dram_bytes();
  if (!r.time || !(bytes > 0)) return std::nullopt;
  std::optional<resource> unit;
  double longest = -1;
  for (std::size_t i = 0; i < resource_count; ++i) {
    const auto which = static_cast<resource>(i);
    if (is_bytes(which) || !(r.work.amount(which) > 0)) continue;
    // Where no ceiling is known, by the count of operations, and after those of which one is.
    double weight = 0;
    if (r.limit)
      for (const term& t : r.limit->terms)
        if (t.which == which) weight = t.seconds;
    if (weight == 0) weight = r.work.amount(which) * 1e-30;
    if (weight > longest) {
      longest = weight;
      unit = which;
    }
  }
  if (!unit) return std::nullopt;
  const estimate& time = r.time->time();
  const double operations = r.work.amount(*unit);
  // Beyond these no figure is of a machine, and the axis would run out of numbers.
  const auto rate_at = [&](const std::optional<double>& seconds) -> std::optional<double> {
    const double rate = seconds ? operations / *seconds : 0;
    return rate > 1e-30 && rate < 1e30 ? std::optional(rate) : std::nullopt;
  };
  const std::optional<double> rate = rate_at(time.median);
  if (!rate || !std::isfinite(operations / bytes)) return std::nullopt;
  return roofline_point{at, *unit, operations / bytes, *rate, rate_at(time.upper), rate_at(time.lower)};
}

/// The ceilings of one device by layer and resource, as its records have them. Where records differ, as those
/// do that ran at different clocks, the highest.
using known_ceilings = std::map<std::pair<layer, resource>, double>;

[[nodiscard]] inline known_ceilings ceilings_of_device(const std::vector<record>& records,
                                                       const std::string& device) {
  known_ceilings known;
  const auto add = [&](const limit& one) {
    for (const term& t : one.terms)
      if (t.rate > 0 && std::isfinite(t.rate)) {
        double& rate = known[{one.which, t.which}];
        rate = std::max(rate, t.rate);
      }
  };
  for (const record& r : records) {
    if (r.device != device) continue;
    if (r.limit) add(*r.limit);
    for (const limit& other : r.other_limits) add(other);
  }
  return known;
}

/// The roofline of one device: operations a second over operations a byte, on logarithmic axes. A sloped roof
/// for DRAM and a level one for each unit in use, solid for the layer that decides and dashed for the others;
/// a point for each candidate with a vertical line for its interval.
class roofline_plot {
 public:
  static constexpr double width = 760, height = 460;
  static constexpr std::size_t colors = 6;  ///< of problems that have one; the others share the last

  roofline_plot(const std::vector<record>& records, std::string device)
      : records_(records), device_(std::move(device)) {
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (records[i].device != device_ || !records[i].time) continue;
      if (const std::optional<roofline_point> point = roofline_point_of(records[i], i)) {
        points_.push_back(*point);
        units_.insert(point->unit);
        if (problems_.emplace(records[i].problem, problems_.size()).second)
          problem_names_.push_back(records[i].problem);
      } else {
        ++without_place_;
      }
    }
    known_ = ceilings_of_device(records, device_);
    if (!points_.empty()) find_range();
  }

  [[nodiscard]] bool empty() const { return points_.empty(); }
  [[nodiscard]] std::size_t without_place() const { return without_place_; }

  [[nodiscard]] std::string to_text() const {
    std::string text =
        svg::open(width, height, points_.size() > 300 ? "plot roofline crowd" : "plot roofline",
                  "Roofline of " + device_ + ": " + std::to_string(points_.size()) +
                      " candidates; their figures are in the table of results");
    text += grid() + roofs() + marks();
    return text + "</svg>" + legend();
  }

 private:
  static constexpr double left = 92, right = width - 14, top = 12, bottom = height - 46;

  void find_range() {
    double least_x = points_.front().intensity, most_x = least_x, least_y = points_.front().rate,
           most_y = least_y;
    const auto include = [](double& least, double& most, double value) {
      least = std::min(least, value);
      most = std::max(most, value);
    };
    for (const roofline_point& p : points_) {
      include(least_x, most_x, p.intensity);
      include(least_y, most_y, p.rate);
      if (p.lower_rate) include(least_y, most_y, *p.lower_rate);
      if (p.upper_rate) include(least_y, most_y, *p.upper_rate);
    }
    for (const auto& [what, rate] : known_) {
      if (!units_.count(what.second)) continue;
      include(least_y, most_y, rate);
      // The knee, where the two roofs meet.
      if (const auto bytes = known_.find({what.first, resource::dram}); bytes != known_.end())
        include(least_x, most_x, rate / bytes->second);
    }
    x_ = {least_x / 2.5, most_x * 4, left, right, true};
    y_ = {least_y / 2.5, most_y * 2.5, bottom, top, true};
  }

  std::string grid() const {
    std::string text;
    for (const double value : svg::ticks(x_, 8))
      text += svg::line(x_(value), top, x_(value), bottom, "grid") +
              svg::label(x_(value), bottom + 18, format_number(value), "tick", "middle");
    for (const double value : svg::ticks(y_, 6))
      text += svg::line(left, y_(value), right, y_(value), "grid") +
              svg::label(left - 8, y_(value) + 4, format_rate(value, "FLOP/s"), "tick", "end");
    text += svg::line(left, bottom, right, bottom, "frame") + svg::line(left, top, left, bottom, "frame");
    return text +
           svg::label((left + right) / 2, height - 8, "operations for each byte of DRAM", "title", "middle");
  }

  /// The layer that limits are made of here: the one of the records' own limits.
  layer deciding() const {
    for (const record& r : records_)
      if (r.device == device_ && r.limit && r.limit->seconds) return r.limit->which;
    return layer::hard;
  }
  static std::string style_of(layer which, bool decides) {
    if (decides) return "roof";
    return which == layer::hard             ? "roof hard"
           : which == layer::clock_adjusted ? "roof adjusted"
           : which == layer::datasheet      ? "roof datasheet"
                                            : "roof measured";
  }

  std::string roofs() const {
    const layer own = deciding();
    std::string text;
    std::vector<std::pair<double, std::string>> words;  // y and label, of the deciding layer's level roofs
    for (const auto& [what, rate] : known_) {
      const auto& [which, unit] = what;
      const std::string style = style_of(which, which == own);
      if (unit == resource::dram) {
        // y = x * rate, within the plot and up to the highest level roof of its layer.
        double end = std::min(x_.high, y_.high / rate), highest = 0;
        for (const resource level : units_)
          if (const auto found = known_.find({which, level}); found != known_.end())
            highest = std::max(highest, found->second);
        if (highest > 0) end = std::min(end, highest / rate);
        const double begin = std::max(x_.low, y_.low / rate);
        if (!(end > begin)) continue;
        text += svg::line(x_(begin), y_(begin * rate), x_(end), y_(end * rate), style);
        if (which == own) {
          const double at = std::sqrt(begin * end);  // half-way, on a logarithmic axis
          const double degrees =
              std::atan2(y_(end * rate) - y_(begin * rate), x_(end) - x_(begin)) * 180 / 3.14159265;
          text += svg::label(x_(at), y_(at * rate) - 6, "DRAM " + format_rate(rate, "B/s"), "roof-label",
                             "middle", degrees);
        }
      } else if (units_.count(unit)) {
        double begin = x_.low;
        if (const auto bytes = known_.find({which, resource::dram}); bytes != known_.end())
          begin = std::max(begin, rate / bytes->second);
        if (!(x_.high > begin)) continue;
        text += svg::line(x_(begin), y_(rate), right, y_(rate), style);
        if (which == own)
          words.emplace_back(y_(rate) - 5, std::string(to_string(unit)) + " " + format_rate(rate, "FLOP/s"));
      }
    }
    // From the top, each at least a line below the one before.
    std::sort(words.begin(), words.end());
    double last = -100;
    for (const auto& [y, label] : words) {
      last = std::max(y, last + 14);
      text += svg::label(right - 4, last, label, "roof-label", "end");
    }
    return text;
  }

  std::string marks() const {
    std::string text;
    for (const roofline_point& p : points_) {
      const record& r = records_[p.record];
      const bool baseline = r.role == candidate_role::baseline;
      const std::string color = "c" + std::to_string(std::min(problems_.at(r.problem), colors - 1));
      const std::string x = svg::px(x_(p.intensity));
      text += "<g class=\"" + color + (baseline ? " base" : "") + "\" data-r=\"" + std::to_string(p.record) +
              "\">";
      if (p.lower_rate && p.upper_rate)
        text +=
            "<path d=\"M" + x + " " + svg::px(y_(*p.lower_rate)) + "V" + svg::px(y_(*p.upper_rate)) + "\"/>";
      text += "<circle cx=\"" + x + "\" cy=\"" + svg::px(y_(p.rate)) + "\" r=\"" + (baseline ? "3.5" : "4") +
              "\"/></g>";
    }
    return text;
  }

  std::string legend() const {
    std::string text = "<ul class=\"legend\">";
    const auto entry = [&](const std::string& mark, const std::string& words) {
      text += "<li><svg viewBox=\"0 0 24 12\" aria-hidden=\"true\">" + mark + "</svg>" + words + "</li>";
    };
    for (std::size_t i = 0; i < std::min(problem_names_.size(), colors); ++i) {
      const bool shared = i + 1 == colors && problem_names_.size() > colors;
      entry("<g class=\"c" + std::to_string(i) + "\"><circle cx=\"12\" cy=\"6\" r=\"4\"/></g>",
            shared ? std::to_string(problem_names_.size() - i) + " other problems"
                   : "<bdi>" + escape_markup(problem_names_[i]) + "</bdi>");
    }
    entry("<g class=\"base\"><circle cx=\"12\" cy=\"6\" r=\"3.5\"/></g>", "baselines");
    std::set<layer> layers;
    for (const auto& [what, rate] : known_)
      if (what.second == resource::dram || units_.count(what.second)) layers.insert(what.first);
    for (const layer which : layers)
      entry(svg::line(0, 6, 24, 6, style_of(which, which == deciding())),
            std::string(to_string(which)) + " ceilings");
    return text + "</ul>";
  }

  const std::vector<record>& records_;
  std::string device_;
  std::vector<roofline_point> points_;
  std::size_t without_place_ = 0;
  std::set<resource> units_;
  std::map<std::string, std::size_t> problems_;  ///< in the order they came
  std::vector<std::string> problem_names_;
  known_ceilings known_;
  svg::scale x_, y_;
};

}  // namespace assay
