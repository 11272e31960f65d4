// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "assay/report/markup.hpp"

// What the plots of the HTML report have in common.
namespace assay::svg {

/// Coordinates and sizes in px, with a tenth at most: enough for any screen, and short.
[[nodiscard]] inline std::string px(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  std::string result = text;
  if (result.size() > 2 && result.compare(result.size() - 2, 2, ".0") == 0) result.resize(result.size() - 2);
  return result == "-0" ? "0" : result;
}

/// Maps values to px along one axis.
struct scale {
  double low = 0, high = 1;  ///< values at the ends; both positive where logarithmic
  double from = 0, to = 1;   ///< px at the ends
  bool logarithmic = false;

  [[nodiscard]] double operator()(double value) const {
    const double share =
        logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
    return from + share * (to - from);
  }
  [[nodiscard]] bool holds(double value) const { return value >= low && value <= high; }
};

/// Round values that divide the axis in about `count` parts: 1, 2 or 5 times a power of ten; of a logarithmic
/// one the powers of ten, and 2 and 5 times them where it spans less than two of those.
[[nodiscard]] inline std::vector<double> ticks(const scale& axis, int count) {
  std::vector<double> result;
  if (!(axis.high > axis.low) || !std::isfinite(axis.high - axis.low)) return result;
  if (axis.logarithmic) {
    const double decades = std::log10(axis.high / axis.low);
    const int step = std::max(1, static_cast<int>(std::ceil(decades / count)));
    for (int e = static_cast<int>(std::floor(std::log10(axis.low))); e <= std::log10(axis.high); ++e)
      for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor > 1.0 && decades >= 2.0) continue;
        if (factor == 1.0 && decades >= 2.0 && e % step != 0) continue;
        const double value = factor * std::pow(10.0, e);
        if (value >= axis.low * (1 - 1e-9) && value <= axis.high * (1 + 1e-9)) result.push_back(value);
      }
    return result;
  }
  const double raw = (axis.high - axis.low) / count, power = std::pow(10.0, std::floor(std::log10(raw)));
  const double step = power * (raw / power < 1.5 ? 1 : raw / power < 3.5 ? 2 : raw / power < 7.5 ? 5 : 10);
  const double first = std::ceil(axis.low / step - 1e-9);
  for (int i = 0; i <= 3 * count && (first + i) * step <= axis.high + 1e-9 * step; ++i)
    result.push_back((first + i) * step + 0.0);  // never −0
  return result;
}

/// Times at ticks, in one unit and with the digits that tell them apart: "17.85 µs", "17.90 µs".
[[nodiscard]] inline std::vector<std::string> time_labels(const std::vector<double>& times) {
  double largest = 0;
  for (const double time : times) largest = std::max(largest, std::fabs(time));
  const double unit = largest < 1e-6 ? 1e-9 : largest < 1e-3 ? 1e-6 : largest < 1 ? 1e-3 : 1;
  const char* const name = largest < 1e-6 ? " ns" : largest < 1e-3 ? " µs" : largest < 1 ? " ms" : " s";
  const double step = times.size() > 1 ? std::fabs(times[1] - times[0]) / unit : 1;
  const int digits = step > 0 ? std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 9) : 0;
  std::vector<std::string> labels;
  for (const double time : times) {
    char text[64];
    std::snprintf(text, sizeof text, largest < 1e6 ? "%.*f%s" : "%.*g%s", largest < 1e6 ? digits : 3,
                  time / unit, name);
    labels.push_back(text);
  }
  return labels;
}

[[nodiscard]] inline std::string line(double x1, double y1, double x2, double y2, const std::string& style) {
  return "<line class=\"" + style + "\" x1=\"" + px(x1) + "\" y1=\"" + px(y1) + "\" x2=\"" + px(x2) +
         "\" y2=\"" + px(y2) + "\"/>";
}

/// `style` is a class of the style sheet; `anchor` is start, middle or end. The text is escaped.
[[nodiscard]] inline std::string label(double x, double y, const std::string& words, const std::string& style,
                                       const std::string& anchor = "start", double degrees = 0) {
  const std::string turn =
      degrees != 0 ? " transform=\"rotate(" + px(degrees) + " " + px(x) + " " + px(y) + ")\"" : std::string();
  return "<text class=\"" + style + "\" x=\"" + px(x) + "\" y=\"" + px(y) + "\"" +
         (anchor == "start" ? "" : " text-anchor=\"" + anchor + "\"") + turn + ">" + escape_markup(words) +
         "</text>";
}

/// The beginning of a picture that a screen reader announces by `words`.
[[nodiscard]] inline std::string open(double width, double height, const std::string& style,
                                      const std::string& words) {
  return "<svg class=\"" + style + "\" viewBox=\"0 0 " + px(width) + " " + px(height) +
         "\" role=\"img\" aria-label=\"" + escape_markup(words) + "\">";
}

}  // namespace assay::svg
