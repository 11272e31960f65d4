// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "assay/report/json.hpp"

namespace assay {

/// What a file of assay's never comes near. Beyond it the JSON library, which copies and prints by recursion
/// and looks for a key among all of its object's, would overflow the stack or take minutes.
inline constexpr std::size_t deepest_json = 64;
inline constexpr std::size_t most_json_keys = 1024;  ///< of one object

namespace detail {

/// Why the text is not worth parsing; empty where it is.
[[nodiscard]] inline std::string beyond_json_bounds(const std::string& text) {
  std::vector<std::size_t> keys;  // of each object or list that is open
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{' || c == '[') keys.push_back(0);
    if ((c == '}' || c == ']') && !keys.empty()) keys.pop_back();
    if (keys.size() > deepest_json)
      return "it is nested deeper than " + std::to_string(deepest_json) + " lists and objects";
    if (c == ':' && !keys.empty() && ++keys.back() > most_json_keys)
      return "an object has more than " + std::to_string(most_json_keys) + " keys";
  }
  return "";
}

/// The parser's words without its own name in front, and without all of a long token behind.
[[nodiscard]] inline std::string shortened_parser_words(std::string words) {
  constexpr std::size_t most = 200;
  if (const std::size_t end = words.find("] "); words.starts_with("[json.exception") && end != words.npos)
    words.erase(0, end + 2);
  return words.size() > most ? words.substr(0, most) + "…" : words;
}

}  // namespace detail

/// A document that somebody else may have written, or null; then `why` says what is wrong with it, in words
/// to put behind the file's name. `watch`: sees each key and value as the library's parser meets it.
[[nodiscard]] inline json parse_json(const std::string& text, std::string& why,
                                     const json::parser_callback_t& watch = nullptr) {
  why = detail::beyond_json_bounds(text);
  if (!why.empty()) return nullptr;
  try {
    json document = json::parse(text, watch);
    if (document.is_null()) why = "it is null";
    return document;
  } catch (const json::exception& e) {
    why = detail::shortened_parser_words(e.what());
    return nullptr;
  }
}

}  // namespace assay
