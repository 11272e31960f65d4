// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace assay {

/// Characters that a terminal shows for UTF-8 text: bytes that do not continue a character.
[[nodiscard]] inline std::size_t display_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

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
  void add(std::vector<cell> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// `colored`: whether styles are written.
  [[nodiscard]] std::string to_text(bool colored) const {
    std::vector<std::size_t> widths(columns_.size(), 0);
    for (const auto& row : rows_)
      for (std::size_t c = 0; c < row.size(); ++c)
        widths[c] = std::max(widths[c], display_width(row[c].text));
    for (std::size_t c = 0; c < columns_.size(); ++c)
      if (widths[c] > 0) widths[c] = std::max(widths[c], display_width(columns_[c].title));

    std::vector<cell> titles;
    for (const column& c : columns_) titles.push_back({c.title, "\x1b[1m"});
    std::string text = line(titles, widths, colored);
    for (const auto& row : rows_) text += line(row, widths, colored);
    return text;
  }

 private:
  std::string line(const std::vector<cell>& row, const std::vector<std::size_t>& widths, bool colored) const {
    std::string text;
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (widths[c] == 0) continue;
      const std::string space(widths[c] - display_width(row[c].text), ' ');
      const bool styled = colored && *row[c].style && !row[c].text.empty();
      const std::string shown = styled ? row[c].style + row[c].text + "\x1b[0m" : row[c].text;
      text += "  " + (columns_[c].side == align::right ? space + shown : shown + space);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
  }

  std::vector<column> columns_;
  std::vector<std::vector<cell>> rows_;
};

}  // namespace assay
