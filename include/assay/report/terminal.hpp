// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/ioctl.h>
#include <unistd.h>

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "assay/report/markup.hpp"

// What can be shown on a stream that may be a terminal.
namespace assay {

enum class color_choice { automatic, always, never };

/// https://no-color.org: set and not empty means no.
[[nodiscard]] inline bool wants_color(color_choice choice, std::FILE* stream) {
  if (choice != color_choice::automatic) return choice == color_choice::always;
  const char* no_color = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  return isatty(fileno(stream)) && !(no_color && *no_color) && !(kind && std::string_view(kind) == "dumb");
}

/// Columns of the terminal; absent for what is none. COLUMNS is heeded on a terminal.
[[nodiscard]] inline std::optional<std::size_t> terminal_width(std::FILE* stream) {
  if (!isatty(fileno(stream))) return std::nullopt;
  if (const char* columns = std::getenv("COLUMNS"))
    if (const long count = std::strtol(columns, nullptr, 10); count > 0)
      return static_cast<std::size_t>(count);
  winsize size{};
  if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return std::nullopt;
}

/// Whether the stream is a terminal of a locale that is not UTF-8. Files and pipes get UTF-8: CI often sets
/// no locale, and shows UTF-8 all the same.
[[nodiscard]] inline bool is_ascii_terminal(std::FILE* stream) {
  if (!isatty(fileno(stream))) return false;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (!value || !*value) continue;
    std::string locale;
    for (const char* c = value; *c; ++c)
      if (std::isalnum(static_cast<unsigned char>(*c)))
        locale += static_cast<char>(std::tolower(static_cast<unsigned char>(*c)));
    return locale.find("utf8") == std::string::npos;
  }
  return true;
}

/// Columns that a terminal takes for the character: none for those that combine with the one before or cannot
/// be seen, two for East Asian wide ones and emoji (Unicode UAX 11 and 44, by blocks).
[[nodiscard]] constexpr std::size_t display_width(std::uint32_t code) {
  constexpr std::uint32_t none[][2] = {
      {0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},    {0x610, 0x61A},   {0x64B, 0x65F},
      {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2069},  {0x20D0, 0x20FF}, {0xFE00, 0xFE0F},
      {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0x1F3FB, 0x1F3FF}};
  constexpr std::uint32_t two[][2] = {
      {0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
      {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
  for (const auto& range : none)
    if (code >= range[0] && code <= range[1]) return 0;
  for (const auto& range : two)
    if (code >= range[0] && code <= range[1]) return 2;
  return 1;
}

/// The same of UTF-8 text.
[[nodiscard]] inline std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const utf8_character c = character_at(text, at);
    width += display_width(c.code);
    at += c.bytes;
  }
  return width;
}

namespace detail {

[[nodiscard]] inline std::string as_escape(std::uint32_t code, bool byte) {
  char text[16];
  std::snprintf(text, sizeof text, byte ? "\\x%02x" : code > 0xFFFF ? "\\U%08x" : "\\u%04x", code);
  return text;
}

}  // namespace detail

/// Text that cannot move a terminal's cursor, change its colours or the direction of what follows: such
/// characters, line ends unless `keep_lines`, and bytes that are no UTF-8 become escapes, as C has them.
[[nodiscard]] inline std::string visible(std::string_view text, bool keep_lines = false) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const utf8_character c = character_at(text, at);
    const bool control = c.code < 0x20 || (c.code >= 0x7F && c.code <= 0x9F);
    const bool direction = (c.code >= 0x202A && c.code <= 0x202E) || (c.code >= 0x2066 && c.code <= 0x2069) ||
                           c.code == 0x200E || c.code == 0x200F || c.code == 0x2028 || c.code == 0x2029;
    if (!c.valid)
      result += detail::as_escape(static_cast<unsigned char>(text[at]), true);
    else if (c.code == '\n')
      result += keep_lines ? "\n" : "\\n";
    else if (c.code == '\r' || c.code == '\t')
      result += c.code == '\r' ? "\\r" : "\\t";
    else if (control || direction)
      result += detail::as_escape(c.code, c.code < 0x80);
    else
      result += text.substr(at, c.bytes);
    at += c.bytes;
  }
  return result;
}

/// The text in ASCII: the few other characters that assay writes as their likeness, others as escapes.
[[nodiscard]] inline std::string to_ascii(std::string_view text) {
  constexpr struct {
    std::uint32_t code;
    const char* likeness;
  } known[] = {{0xB5, "u"},    {0x3BC, "u"},   {0xB1, "+-"},  {0xD7, "x"},   {0xB7, "*"},
               {0xB2, "^2"},   {0xB0, "deg"},  {0x2212, "-"}, {0x2013, "-"}, {0x2026, "..."},
               {0x2265, ">="}, {0x2264, "<="}, {0x2192, "->"}};
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const utf8_character c = character_at(text, at);
    if (c.valid && c.code < 0x80) {
      result += text[at];
    } else if (!c.valid) {
      result += detail::as_escape(static_cast<unsigned char>(text[at]), true);
    } else {
      std::string shown = detail::as_escape(c.code, false);
      for (const auto& one : known)
        if (one.code == c.code) shown = one.likeness;
      result += shown;
    }
    at += c.bytes;
  }
  return result;
}

/// How tables are shown.
struct table_style {
  bool colored = false;
  std::optional<std::size_t> width = {};  ///< columns of the terminal; absent: lines of any length
};
[[nodiscard]] inline table_style style_of(std::FILE* stream, color_choice choice) {
  return {wants_color(choice, stream), terminal_width(stream)};
}

/// Writes text to the stream, in ASCII where that is all it shows. Names in the text must be visible()
/// already: what may stand in it besides are the styles of tables.
inline void print(std::FILE* stream, std::string_view text) {
  const std::string shown = is_ascii_terminal(stream) ? to_ascii(text) : std::string(text);
  std::fwrite(shown.data(), 1, shown.size(), stream);
}

/// Writes a line without styles, whatever is in it. It may be several: line ends are kept.
inline void say(std::FILE* stream, std::string_view text) { print(stream, visible(text, true) + "\n"); }

/// What went wrong, on standard error; also when memory is what went wrong.
inline void complain(std::string_view what) noexcept try {
  std::fflush(stdout);
  say(stderr, "assay: " + std::string(what));
} catch (...) {
  std::fputs("assay: out of memory\n", stderr);
}

}  // namespace assay
