// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/report/report_input.hpp"
#include "assay/report/svg.hpp"
#include "assay/score/scorecard.hpp"
#include "assay/stats/wilson.hpp"

namespace assay {

/// fast_p over p: the share of cases with a candidate that is correct and more than p times as fast as the
/// baseline, in steps, with its Wilson interval of 95 %.
class fast_p_curve {
 public:
  static constexpr double width = 760, height = 280;

  explicit fast_p_curve(const std::vector<record>& records) {
    // The curve steps down where p reaches the lower end of a speedup's interval.
    std::vector<double> steps = {1.0, 2.0};
    for (const record& r : records)
      if (r.speedup) {
        const double end = r.speedup->lower.value_or(r.speedup->value);
        if (end > 0 && std::isfinite(end)) steps.push_back(end);
      }
    std::sort(steps.begin(), steps.end());
    steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
    const double low = std::min(0.5, steps.front() / 1.2), high = std::max(4.0, steps.back() * 1.2);
    x_ = {low, high, left, right, true};

    // Of many steps, those that a screen can tell apart.
    std::vector<double> shown = {low};
    const double least = std::pow(high / low, 1.0 / 240);
    for (const double p : steps)
      if (p == 1.0 || p == 2.0 || p >= shown.back() * least) shown.push_back(p);
    for (const double p : shown) {
      const fast_p score = score_fast_p(records, p);
      if (score.cases == 0) return;
      points_.push_back({p, score.fast, score.cases, wilson_interval(score.fast, score.cases, 0.95)});
    }
  }

  [[nodiscard]] bool empty() const { return points_.empty(); }

  [[nodiscard]] std::string to_text() const {
    std::string words = "Share of cases with a candidate more than p times as fast as the baseline";
    for (const point& p : points_)
      if (is_mark(p.p)) words += "; fast_" + format_p(p.p) + " " + format_share(p.share.share);
    std::string text = svg::open(width, height, "plot curve", words);
    for (const double value : {0.0, 0.25, 0.5, 0.75, 1.0})
      text += svg::line(left, y_(value), right, y_(value), "grid") +
              svg::label(left - 8, y_(value) + 4, std::to_string(static_cast<int>(value * 100)) + "%", "tick",
                         "end");
    for (const double value : svg::ticks(x_, 8))
      text += svg::line(x_(value), bottom, x_(value), bottom + 4, "frame") +
              svg::label(x_(value), bottom + 18, format_p(value) + "x", "tick", "middle");
    text += svg::label((left + right) / 2, height - 6, "p, times as fast as the baseline", "title", "middle");

    // There along the upper ends, and back along the lower ones.
    std::string band, back, curve;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const double begin = x_(points_[i].p), end = i + 1 < points_.size() ? x_(points_[i + 1].p) : right;
      const share_estimate& s = points_[i].share;
      const std::string across = "H" + svg::px(end);
      band += (i ? "V" : "M" + svg::px(begin) + " ") + svg::px(y_(s.upper)) + across;
      curve += (i ? "V" : "M" + svg::px(begin) + " ") + svg::px(y_(s.share)) + across;
      back = "V" + svg::px(y_(s.lower)) + "H" + svg::px(begin) + back;
    }
    text += "<path class=\"band\" d=\"" + band + back + "Z\"/><path class=\"step\" d=\"" + curve + "\"/>";
    for (const point& p : points_)
      if (is_mark(p.p))
        text += svg::line(x_(p.p), top, x_(p.p), bottom, "mark") +
                svg::label(x_(p.p) + 6, top + 12,
                           "fast_" + format_p(p.p) + " " + format_share(p.share.share) + " (" +
                               std::to_string(p.fast) + " of " + std::to_string(p.cases) + ")",
                           "value");
    return text + svg::line(left, bottom, right, bottom, "frame") + "</svg>";
  }

 private:
  static constexpr double left = 56, right = width - 14, top = 14, bottom = height - 44;
  struct point {
    double p;
    int fast, cases;
    share_estimate share;
  };
  static bool is_mark(double p) { return p == 1.0 || p == 2.0; }
  static std::string format_p(double p) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", p);
    return text;
  }

  svg::scale x_, y_{0, 1, bottom, top, false};
  std::vector<point> points_;
};

}  // namespace assay
