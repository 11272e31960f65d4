// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

/// One character of UTF-8 text.
struct utf8_character {
  std::uint32_t code = 0;  ///< U+FFFD where the bytes are none
  std::size_t bytes = 0;   ///< that it takes, at least 1
  bool valid = false;
};

/// The character that begins at `at`, which must be within the text. A byte that begins none, an overlong
/// form, a surrogate and what is cut off are one invalid byte each.
[[nodiscard]] inline utf8_character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const utf8_character invalid{0xFFFD, 1, false};
  const std::uint32_t first = byte(at);
  if (first < 0x80) return {first, 1, true};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + bytes > text.size()) return invalid;
  std::uint32_t code = first & (0xFFu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return invalid;
    code = code << 6 | (byte(at + i) & 0x3F);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < least[bytes] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return invalid;
  return {code, bytes, true};
}

/// U+FFFD, which stands for what cannot be written.
inline constexpr const char* replacement_character = "\xEF\xBF\xBD";

/// The text with U+FFFD for each byte that is no UTF-8, at the first of which strict readers give up the
/// file.
[[nodiscard]] inline std::string valid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const utf8_character c = character_at(text, at);
    if (c.valid)
      result += text.substr(at, c.bytes);
    else
      result += replacement_character;
    at += c.bytes;
  }
  return result;
}

/// Whether XML 1.0 and HTML can hold the character at all, even escaped: no control characters but tab and
/// the two of line ends, none of the two that are never characters.
[[nodiscard]] constexpr bool is_markup_character(std::uint32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
  return !(code >= 0x7F && code <= 0x9F) && (code & 0xFFFE) != 0xFFFE;
}

/// Text for XML and HTML, as content or within an attribute's quotes of either kind. A carriage
/// return becomes its symbol, what they cannot hold U+FFFD.
[[nodiscard]] inline std::string escape_markup(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const utf8_character c = character_at(text, at);
    switch (c.code) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&#39;"; break;
      case '\r': result += "\u240D"; break;  // HTML cannot hold it, and XML would make a line feed of it
      default:
        if (c.valid && is_markup_character(c.code))
          result += text.substr(at, c.bytes);
        else
          result += replacement_character;
    }
    at += c.bytes;
  }
  return result;
}

}  // namespace assay
