// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/report/score_table.hpp"
#include "assay/report/svg.hpp"
#include "assay/score/fast_p.hpp"

namespace assay {

/// fast_p over p: the share of cases with a candidate that is correct and more than p times as fast as the
/// baseline, or above p of the speed of light, in steps, with the Wilson interval of the share.
class fast_p_plot {
 public:
  static constexpr double width = 600, height = 260;

  /// Asked for no fast_p at any p, as of a run without baselines, it is empty.
  fast_p_plot(const std::vector<record>& records, fast_over over, double confidence)
      : over_(over), curve_(score_curve(records, over)) {
    if (curve_.cases == 0) return;
    std::vector<double> steps;
    for (const double p : curve_.steps)
      if (p > 1e-6 && p < 1e6) steps.push_back(p);  // what an axis has room for
    const double first = steps.empty() ? 1.0 : steps.front(), last_step = steps.empty() ? 1.0 : steps.back();
    if (over == fast_over::baseline)
      x_ = {std::min(0.5, first / 1.2), std::max(4.0, last_step * 1.2), left, right, true};
    else
      x_ = {0, std::max(1.05, last_step * 1.05), left, right, false};
    for (const double p : marks()) steps.push_back(p);
    std::sort(steps.begin(), steps.end());
    steps.insert(steps.begin(), x_.low);

    // Of many steps, those that a screen can tell apart.
    double last = -2;
    for (const double p : steps) {
      if (!is_mark(p) && p != steps.back() && x_(p) < last + 2) continue;
      last = x_(p);
      points_.push_back({curve_.at(p), *curve_.at(p).interval(confidence)});
    }
  }

  [[nodiscard]] bool empty() const { return points_.empty(); }

  [[nodiscard]] std::string to_text() const {
    std::string words = over_ == fast_over::baseline
                            ? "Share of cases with a candidate more than p times as fast as the baseline"
                            : "Share of cases with a candidate above p of the speed of light";
    for (const point& p : points_)
      if (is_mark(p.score.p)) words += "; " + label_of(p);
    std::string text = svg::open(width, height, "plot curve", words);
    for (const double value : {0.0, 0.25, 0.5, 0.75, 1.0})
      text += svg::line(left, y_(value), right, y_(value), "grid") +
              svg::label(left - 8, y_(value) + 4, std::to_string(static_cast<int>(value * 100)) + "%", "tick",
                         "end");
    for (const double value : svg::ticks(x_, 8))
      text += svg::line(x_(value), bottom, x_(value), bottom + 4, "frame") +
              svg::label(x_(value), bottom + 18, detail::threshold_text(value), "tick", "middle");
    text += svg::label(
        (left + right) / 2, height - 6,
        over_ == fast_over::baseline ? "p, times as fast as the baseline" : "p, share of the speed of light",
        "title", "middle");

    // There along the upper ends, and back along the lower ones.
    std::string band, back, curve;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const double begin = x_(points_[i].score.p),
                   end = i + 1 < points_.size() ? x_(points_[i + 1].score.p) : right;
      const share_estimate& s = points_[i].share;
      const std::string across = "H" + svg::px(end);
      band += (i ? "V" : "M" + svg::px(begin) + " ") + svg::px(y_(s.upper)) + across;
      curve += (i ? "V" : "M" + svg::px(begin) + " ") + svg::px(y_(s.share)) + across;
      back = "V" + svg::px(y_(s.lower)) + "H" + svg::px(begin) + back;
    }
    text += "<path class=\"band\" d=\"" + band + back + "Z\"/><path class=\"step\" d=\"" + curve + "\"/>";
    double row = top + 12;  // labels lie below each other: marks may be close
    for (const point& p : points_)
      if (is_mark(p.score.p)) {
        const double x = x_(p.score.p);
        const bool at_the_end = x > right - 190;
        text +=
            svg::line(x, top, x, bottom, "mark") +
            svg::label(at_the_end ? x - 6 : x + 6, row, label_of(p), "value", at_the_end ? "end" : "start");
        row += 16;
      }
    return text + svg::line(left, bottom, right, bottom, "frame") + "</svg>";
  }

 private:
  static constexpr double left = 56, right = width - 14, top = 14, bottom = height - 44;
  struct point {
    fast_p score;
    share_estimate share;
  };
  std::vector<double> marks() const {
    return over_ == fast_over::baseline ? std::vector<double>{1.0, 2.0} : std::vector<double>{0.5, 0.8};
  }
  bool is_mark(double p) const {
    const std::vector<double> all = marks();
    return std::find(all.begin(), all.end(), p) != all.end();
  }
  static std::string label_of(const point& p) {
    return "fast_" + detail::threshold_text(p.score.p) + " " + format_share(p.share.share) + " (" +
           std::to_string(p.score.fast) + " of " + std::to_string(p.score.cases) + ")";
  }

  fast_over over_;
  fast_p_curve curve_;
  svg::scale x_, y_{0, 1, bottom, top, false};
  std::vector<point> points_;
};

}  // namespace assay
