// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "assay/core/error.hpp"
#include "assay/report/json.hpp"

namespace assay {

/// A value of a JSON document together with the way to it, so that what is wrong with it can be told with
/// file, line and key. Every reader throws io_error that says what was there and what was expected. Lives no
/// longer than the document and the place it came from.
class json_place {
 public:
  /// The whole of a document. `where` is the file, with the line where there are lines.
  json_place(const json& value, const std::string& where) : value_(value), where_(&where) {}

  [[nodiscard]] const json& value() const { return value_; }

  [[noreturn]] void fail(const std::string& what) const {
    const std::string key = path();
    throw io_error(root() + (key.empty() ? "" : ": " + key) + ": " + what);
  }

  /// The value of a key that has to be there.
  [[nodiscard]] json_place at(const char* key) const& {
    if (!value_.is_object()) fail("expected an object, found " + shown());
    const auto found = value_.find(key);
    if (found == value_.end()) fail(std::string("the key '") + key + "' is missing");
    return json_place(*found, this, key);
  }
  /// Absent where the key is.
  [[nodiscard]] std::optional<json_place> find(const char* key) const& {
    if (!value_.is_object()) fail("expected an object, found " + shown());
    const auto found = value_.find(key);
    if (found == value_.end()) return std::nullopt;
    return json_place(*found, this, key);
  }
  json_place at(const char* key) const&& = delete;  // its way would begin at what is gone
  std::optional<json_place> find(const char* key) const&& = delete;

  /// A number, or one of the words for those that JSON does not have.
  [[nodiscard]] double number() const {
    if (value_.is_number()) return value_.get<double>();
    if (value_ == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (value_ == "Infinity") return HUGE_VAL;
    if (value_ == "-Infinity") return -HUGE_VAL;
    fail("expected a number, found " + shown());
  }
  /// A whole number that the type holds.
  template <class Integer>
  [[nodiscard]] Integer whole() const {
    if (value_.is_number_unsigned()) {
      if (const auto v = value_.get<std::uint64_t>(); std::in_range<Integer>(v))
        return static_cast<Integer>(v);
    } else if (value_.is_number_integer()) {
      if (const auto v = value_.get<std::int64_t>(); std::in_range<Integer>(v))
        return static_cast<Integer>(v);
    }
    fail("expected a whole number from " + std::to_string(std::numeric_limits<Integer>::min()) + " to " +
         std::to_string(std::numeric_limits<Integer>::max()) + ", found " + shown());
  }
  [[nodiscard]] bool boolean() const {
    if (!value_.is_boolean()) fail("expected true or false, found " + shown());
    return value_.get<bool>();
  }
  [[nodiscard]] std::string text() const {
    if (!value_.is_string()) fail("expected a text, found " + shown());
    return value_.get<std::string>();
  }
  /// The enumerator whose to_string() this is, among the first `count`.
  template <class Enum>
  [[nodiscard]] Enum named(int count) const {
    const std::string name = text();
    std::string known;
    for (int i = 0; i < count; ++i) {
      if (name == to_string(static_cast<Enum>(i))) return static_cast<Enum>(i);
      known += std::string(i ? ", " : "") + to_string(static_cast<Enum>(i));
    }
    fail("expected one of " + known + "; found " + shown());
  }

  /// Calls `use` with the place of each element of an array.
  template <class Use>
  void each(const Use& use) const {
    if (!value_.is_array()) fail("expected a list, found " + shown());
    for (std::size_t i = 0; i < value_.size(); ++i) use(json_place(value_[i], this, i));
  }
  /// Calls `use` with each key of an object and the place of its value.
  template <class Use>
  void each_key(const Use& use) const {
    if (!value_.is_object()) fail("expected an object, found " + shown());
    for (auto at = value_.begin(); at != value_.end(); ++at)
      use(at.key(), json_place(at.value(), this, at.key().c_str()));
  }

 private:
  json_place(const json& value, const json_place* parent, const char* key)
      : value_(value), parent_(parent), key_(key) {}
  json_place(const json& value, const json_place* parent, std::size_t index)
      : value_(value), parent_(parent), index_(index) {}

  [[nodiscard]] const std::string& root() const { return parent_ ? parent_->root() : *where_; }
  [[nodiscard]] std::string path() const {
    if (!parent_) return "";
    const std::string before = parent_->path();
    if (!key_) return before + "[" + std::to_string(index_) + "]";
    return before + (before.empty() ? "" : ".") + key_;
  }
  /// The value, cut short.
  [[nodiscard]] std::string shown() const {
    std::string text = to_text(value_);
    if (text.size() > 60) text = text.substr(0, 60) + "…";
    return text;
  }

  const json& value_;
  const json_place* parent_ = nullptr;
  const std::string* where_ = nullptr;
  const char* key_ = nullptr;
  std::size_t index_ = 0;
};

}  // namespace assay
