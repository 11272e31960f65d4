// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/report/record_words.hpp"
#include "assay/report/report_input.hpp"
#include "assay/report/svg.hpp"
#include "assay/report/text_table.hpp"

namespace assay {

/// The samples of one record: each over the time at which it was taken, and beside them how they are
/// distributed. The median and its interval lie across both. Outliers are crosses, the furthest with their
/// times; one beyond the axis sits at its end.
class sample_plot {
 public:
  static constexpr double width = 400, height = 168;

  /// At most `most` points are drawn, evenly thinned, outliers not counted.
  sample_plot(const measurement& m, std::size_t most) : m_(m) {
    std::vector<bool> outlier(m.samples.size());
    for (const std::size_t i : m.outliers)
      if (i < outlier.size()) outlier[i] = true;
    const bool timed = m.sample_times.size() == m.samples.size();
    for (std::size_t i = 0; i < m.samples.size(); ++i) {
      const double when = timed ? m.sample_times[i] : static_cast<double>(i);
      if (!std::isfinite(m.samples[i]) || !std::isfinite(when)) continue;
      (outlier[i] ? outliers_ : usual_).push_back({when, m.samples[i]});
      last_ = std::max(last_, when);
    }
    step_ = most > 0 ? (usual_.size() + most - 1) / most : usual_.size();
    step_ = std::max<std::size_t>(step_, 1);
    unit_ = timed ? " s" : "";
    if (!empty()) find_range();
  }

  [[nodiscard]] bool empty() const { return usual_.empty() && outliers_.empty(); }
  [[nodiscard]] bool thinned() const { return step_ > 1; }

  [[nodiscard]] std::string to_text(const std::string& words) const {
    std::string text = svg::open(width, height, "plot samples", words);
    const std::vector<double> values = svg::ticks(y_, 4);
    const std::vector<std::string> labels = svg::time_labels(values);
    for (std::size_t i = 0; i < values.size(); ++i)
      text += svg::line(left, y_(values[i]), right, y_(values[i]), "grid") +
              svg::label(left - 6, y_(values[i]) + 4, labels[i], "tick", "end");
    text += interval() + distribution() + dots() + crosses();
    text += svg::line(left, bottom, series_end, bottom, "frame") +
            svg::label(left, bottom + 14, "0" + unit_, "tick") +
            svg::label(series_end, bottom + 14, format_number(last_) + unit_, "tick", "end");
    return text + "</svg>";
  }

 private:
  static constexpr double left = 62, right = width - 4, top = 8, bottom = height - 22;
  static constexpr double series_end = 296, distribution_begin = 308;
  struct sample {
    double when, time;
  };

  void find_range() {
    const std::vector<sample>& shown = usual_.empty() ? outliers_ : usual_;
    double low = shown.front().time, high = low;
    const auto include = [&](double value) {
      if (!std::isfinite(value)) return;
      low = std::min(low, value);
      high = std::max(high, value);
    };
    for (const sample& s : shown) include(s.time);
    include(m_.raw.median);
    if (m_.raw.lower) include(*m_.raw.lower);
    if (m_.raw.upper) include(*m_.raw.upper);
    // Never less than the clock can tell apart.
    const double pad = std::max({(high - low) * 0.08, m_.tick, std::fabs(high) * 1e-3, 1e-12});
    y_ = {low - pad, high + pad, bottom, top, false};
    x_ = {0, last_ > 0 ? last_ : 1, left + 3, series_end - 3, false};
  }

  std::string interval() const {
    std::string text;
    const estimate& e = m_.raw;
    if (e.lower && e.upper && y_.holds(*e.lower) && y_.holds(*e.upper))
      text += "<rect class=\"band\" x=\"" + svg::px(left) + "\" y=\"" + svg::px(y_(*e.upper)) +
              "\" width=\"" + svg::px(right - left) + "\" height=\"" +
              svg::px(std::max(1.0, y_(*e.lower) - y_(*e.upper))) + "\"/>";
    if (y_.holds(e.median)) text += svg::line(left, y_(e.median), right, y_(e.median), "median");
    return text;
  }

  /// Bars to the right, the longest as wide as there is room. Of all samples within the axis.
  std::string distribution() const {
    constexpr std::size_t bins = 28;
    std::vector<int> counts(bins);
    for (const auto* some : {&usual_, &outliers_})
      for (const sample& s : *some)
        if (y_.holds(s.time))
          ++counts[std::min(bins - 1,
                            static_cast<std::size_t>((s.time - y_.low) / (y_.high - y_.low) * bins))];
    const int most = *std::max_element(counts.begin(), counts.end());
    if (most == 0) return "";
    const double each = (bottom - top) / bins;
    std::string path;
    for (std::size_t i = 0; i < bins; ++i)
      if (counts[i] > 0)
        path += "M" + svg::px(distribution_begin) + " " +
                svg::px(bottom - (static_cast<double>(i) + 1) * each + 0.5) + "h" +
                svg::px(std::max(1.0, (right - distribution_begin) * counts[i] / most)) + "v" +
                svg::px(each - 0.7) + "H" + svg::px(distribution_begin) + "z";
    return "<path class=\"bars\" d=\"" + path + "\"/>";
  }

  std::string dots() const {
    std::string path;
    for (std::size_t i = 0; i < usual_.size(); i += step_)
      path += "M" + svg::px(x_(usual_[i].when)) + " " + svg::px(y_(usual_[i].time)) + "h0";
    return path.empty() ? "" : "<path class=\"dots\" d=\"" + path + "\"/>";
  }

  std::string crosses() const {
    constexpr std::size_t drawn = 60, labelled = 3;
    std::vector<sample> furthest = outliers_;
    const double middle = m_.raw.median;
    std::stable_sort(furthest.begin(), furthest.end(), [&](const sample& a, const sample& b) {
      return std::fabs(a.time - middle) > std::fabs(b.time - middle);
    });
    std::string path, labels;
    std::vector<std::pair<double, double>>
        taken;  // from and to, in px, of labels: they must not lie on each other
    for (std::size_t i = 0; i < std::min(drawn, furthest.size()); ++i) {
      const sample& s = furthest[i];
      const double x = x_(s.when), y = y_(std::clamp(s.time, y_.low, y_.high));
      path += "M" + svg::px(x - 3) + " " + svg::px(y - 3) + "l6 6m0-6l-6 6";
      const std::string words = format_time(s.time);
      const double length = 7.0 * static_cast<double>(display_width(words)) + 8;
      const bool before = x + length > series_end;
      const std::pair<double, double> place = before ? std::pair(x - length, x) : std::pair(x, x + length);
      const bool free = std::none_of(taken.begin(), taken.end(), [&](const auto& other) {
        return place.first < other.second && other.first < place.second;
      });
      if (taken.size() >= labelled || !free) continue;
      taken.push_back(place);
      labels += svg::label(before ? x - 6 : x + 6, std::clamp(y + 4, top + 8, bottom - 3), words,
                           "outlier-label", before ? "end" : "start");
    }
    return path.empty() ? "" : "<path class=\"outliers\" d=\"" + path + "\"/>" + labels;
  }

  const measurement& m_;
  std::vector<sample> usual_, outliers_;
  double last_ = 0;
  std::size_t step_ = 1;
  std::string unit_;
  svg::scale x_, y_;
};

/// Which records get a plot of their samples, and how fine, so that the page of a large suite stays small:
/// those with something to see first.
struct sample_plot_choice {
  std::vector<std::size_t> records;
  std::size_t with_samples = 0;  ///< of all
  std::size_t points = 0;        ///< of each plot, at most
};

[[nodiscard]] inline sample_plot_choice choose_sample_plots(const std::vector<record>& records) {
  constexpr std::size_t most_plots = 240, most_points = 36000, points_each = 240;
  sample_plot_choice choice;
  std::vector<std::size_t> plain;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!records[i].time || records[i].time->samples.empty()) continue;
    ++choice.with_samples;
    (note_codes(records[i]).empty() && records[i].time->outliers.empty() ? plain : choice.records)
        .push_back(i);
  }
  choice.records.insert(choice.records.end(), plain.begin(), plain.end());
  if (choice.records.size() > most_plots) choice.records.resize(most_plots);
  std::sort(choice.records.begin(), choice.records.end());
  if (!choice.records.empty()) choice.points = std::min(points_each, most_points / choice.records.size());
  return choice;
}

}  // namespace assay
