// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/report/terminal.hpp"

namespace assay {

/// Rows of cells, aligned. A column that is empty in every row is left out.
class text_table {
 public:
  enum class align { left, right };
  struct column {
    std::string title;
    align side = align::left;
  };
  struct cell {
    std::string text;
    const char* style = "";  ///< an ANSI sequence around the text; does not count for the width
  };

  explicit text_table(std::vector<column> columns) : columns_(std::move(columns)) {}
  /// Control characters in cells are made visible: a name must not draw on the terminal.
  void add(std::vector<cell> row) {
    for (cell& one : row) one.text = visible(one.text);
    rows_.push_back(std::move(row));
  }
  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// A table that is wider than the terminal has its rows over several lines, each but the first indented,
  /// with their titles alike; nothing is cut off.
  [[nodiscard]] std::string to_text(const table_style& style = {}) const {
    std::vector<std::size_t> widths(columns_.size(), 0);
    for (const auto& row : rows_)
      for (std::size_t c = 0; c < row.size(); ++c)
        widths[c] = std::max(widths[c], display_width(row[c].text));
    for (std::size_t c = 0; c < columns_.size(); ++c)
      if (widths[c] > 0) widths[c] = std::max(widths[c], display_width(columns_[c].title));
    const std::vector<std::size_t> breaks = line_breaks(widths, style.width);

    std::vector<cell> titles;
    for (const column& c : columns_) titles.push_back({c.title, "\x1b[1m"});
    std::string text = lines(titles, widths, breaks, style.colored);
    for (const auto& row : rows_) text += lines(row, widths, breaks, style.colored);
    return text;
  }

 private:
  static constexpr std::size_t gap = 2, indent = 4;

  /// The columns before which a new line begins.
  static std::vector<std::size_t> line_breaks(const std::vector<std::size_t>& widths,
                                              std::optional<std::size_t> width) {
    std::vector<std::size_t> breaks;
    std::size_t used = 0;
    for (std::size_t c = 0; c < widths.size() && width; ++c) {
      if (widths[c] == 0) continue;
      if (used > 0 && used + gap + widths[c] > *width) {
        breaks.push_back(c);
        used = indent;
      }
      used += gap + widths[c];
    }
    return breaks;
  }

  std::string lines(const std::vector<cell>& row, const std::vector<std::size_t>& widths,
                    const std::vector<std::size_t>& breaks, bool colored) const {
    std::string text;
    std::size_t from = 0;
    for (std::size_t i = 0; i <= breaks.size(); ++i) {
      const std::size_t to = i < breaks.size() ? breaks[i] : row.size();
      const std::string one = line(row, widths, from, to, colored);
      // Of the lines after the first, those with nothing in them are not worth one.
      if (i == 0 || !one.empty()) text += (i > 0 ? std::string(indent, ' ') : "") + one + "\n";
      from = to;
    }
    return text;
  }

  std::string line(const std::vector<cell>& row, const std::vector<std::size_t>& widths, std::size_t from,
                   std::size_t to, bool colored) const {
    std::string text;
    for (std::size_t c = from; c < std::min(to, row.size()); ++c) {
      if (widths[c] == 0) continue;
      const std::string space(widths[c] - display_width(row[c].text), ' ');
      const bool styled = colored && *row[c].style && !row[c].text.empty();
      const std::string shown = styled ? row[c].style + row[c].text + "\x1b[0m" : row[c].text;
      text += std::string(gap, ' ') + (columns_[c].side == align::right ? space + shown : shown + space);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  }

  std::vector<column> columns_;
  std::vector<std::vector<cell>> rows_;
};

}  // namespace assay
