// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// For targets that read JSON: libFuzzer's changes of bytes rarely leave a document that is one. This changes
// values of a document of the program's own, so that a reader's every key is reached, and those that new
// versions add are reached, too. To be included once in a target, which defines example().
#include <cstring>
#include <random>
#include <vector>

#include "assay/report/json.hpp"
#include "assay/report/parse_json.hpp"
#include "fuzz/fuzz.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace fuzz {

// What a target defines: a text that its reader accepts, each line a document, and what it does with a text,
// which tells whether it was accepted.
[[nodiscard]] std::string example();
bool take(const std::string& text);

class json_mutator {
 public:
  explicit json_mutator(unsigned seed) : random_(seed) {}

  /// A line of the text, changed at one place. Empty where it has no line that is JSON.
  [[nodiscard]] std::string change(const std::string& text) {
    std::vector<std::string> lines(1);
    for (const char c : text)
      if (c == '\n')
        lines.emplace_back();
      else
        lines.back() += c;
    std::string& line = lines[below(lines.size())];
    std::string why;
    assay::json document = assay::parse_json(line, why);
    if (!why.empty()) return "";
    if (below(16) == 0) {
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(below(lines.size())), std::string(line));
    } else {
      change_in(document, document);
      line = assay::to_text(document);
    }
    std::string result = lines.front();
    for (std::size_t i = 1; i < lines.size(); ++i) result += "\n" + lines[i];
    return result;
  }

 private:
  [[nodiscard]] std::size_t below(std::size_t bound) { return random_() % bound; }

  /// Any value of the document, the deeper the likelier.
  [[nodiscard]] assay::json& somewhere(assay::json& document) {
    assay::json* at = &document;
    while (at->is_structured() && !at->empty() && below(8) != 0)
      at = &std::next(at->begin(), static_cast<std::ptrdiff_t>(below(at->size()))).value();
    return *at;
  }

  void change_in(assay::json& document, const assay::json& original) {
    assay::json& target = somewhere(document);
    switch (below(6)) {
      case 0: {
        assay::json copy = original;
        target = assay::json(somewhere(copy));
        break;
      }
      case 1:
        if (target.is_structured() && !target.empty())
          target.erase(std::next(target.begin(), static_cast<std::ptrdiff_t>(below(target.size()))));
        break;
      case 2:
        if (target.is_array() && !target.empty()) target.push_back(assay::json(target[below(target.size())]));
        break;
      default: target = hostile();
    }
  }

  [[nodiscard]] assay::json hostile() {
    switch (below(20)) {
      case 0: return nullptr;
      case 1: return true;
      case 2: return -1;
      case 3: return 0;
      case 4: return 1;
      case 5: return INT64_MAX;
      case 6: return INT64_MIN;
      case 7: return UINT64_MAX;
      case 8: return INT32_MAX;
      case 9: return 1.7e308;
      case 10: return -5e-324;
      case 11: return "NaN";
      case 12: return "Infinity";
      case 13: return "";
      case 14: return "../../\n<script>|%`'\"\\\x01";
      case 15: return std::string(300, 'x');
      case 16: return assay::json::array();
      case 17: return assay::json::object();
      case 18: return static_cast<std::int64_t>(random_()) - INT32_MAX;
      default: return std::ldexp(static_cast<double>(random_()), static_cast<int>(below(400)) - 200);
    }
  }

  std::minstd_rand random_;
};

}  // namespace fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  if (seed % 5 == 0) return LLVMFuzzerMutate(data, size, most);
  fuzz::json_mutator mutator(seed);
  std::string changed = mutator.change(fuzz::text_of(data, size));
  if (changed.empty() && seed % 7 == 0) changed = mutator.change(fuzz::example());
  if (changed.empty() || changed.size() > most) return LLVMFuzzerMutate(data, size, most);
  std::memcpy(data, changed.data(), changed.size());
  return changed.size();
}

/// A target whose example is refused would look at nothing.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const std::string text = fuzz::example();
  fuzz::expect(fuzz::take(text), "the example is accepted", text);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::take(fuzz::text_of(data, size));
  return 0;
}
