// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "assay/core/source_location.hpp"
#include "assay/suite/axis.hpp"
#include "assay/suite/declaration_errors.hpp"

namespace assay {

/// The axes that a problem's body declares, and the value that a case has on each.
class case_axes {
 public:
  /// `positions` and `wanted`: as declared_problem has them.
  case_axes(const declaration_errors& errors, std::vector<std::size_t> positions, axis_values wanted)
      : errors_(errors), positions_(std::move(positions)), wanted_(std::move(wanted)) {}

  [[nodiscard]] const std::vector<axis>& all() const { return axes_; }
  [[nodiscard]] const axis_values& values() const { return values_; }

  /// Takes the value of the case; returns its position. Throws usage_error for what is no axis, or no value.
  std::size_t add(axis added);
  std::size_t add_names(const char* name, const char* const* values, std::size_t count,
                        source_location where) {
    std::vector<std::vector<axis_value>> positions;
    for (std::size_t i = 0; i < count; ++i)
      positions.push_back({axis_value(errors_.text(values[i], "a value of an axis", where))});
    return add({{errors_.text(name, "an axis", where)}, std::move(positions), where});
  }

  /// The axis of numbers, declared before, that counts what does not depend on each other.
  void set_batch(const char* name, source_location where) {
    const std::string title = errors_.text(name, "a batch axis", where);
    if (batch_axis_) errors_.fail("a second batch axis, '" + title + "'", where);
    for (std::size_t i = 0; i < values_.size(); ++i)
      if (values_[i].first == title && std::holds_alternative<std::int64_t>(values_[i].second))
        batch_axis_ = i;
    if (!batch_axis_)
      errors_.fail("the batch axis '" + title + "' is no axis of numbers declared before", where);
  }
  /// This case with the least batch, where a batch axis is declared and this is not that case already.
  [[nodiscard]] std::optional<axis_values> least_batch() const {
    if (!batch_axis_) return std::nullopt;
    std::int64_t least = std::get<std::int64_t>(values_[*batch_axis_].second);
    std::size_t place = 0;
    for (const axis& a : axes_)
      for (std::size_t i = 0; i < a.names.size(); ++i, ++place) {
        if (place != *batch_axis_) continue;
        // Of axes that vary together only the domain says what goes with the values of the others.
        if (i < a.domains.size() && a.domains[i].is_open()) {
          const axis_domain& domain = a.domains[i];
          const std::int64_t steps = (std::max<std::int64_t>(domain.low, 1) + domain.step - 1) / domain.step;
          if (domain.holds(steps * domain.step)) least = std::min(least, steps * domain.step);
        }
        if (a.names.size() == 1)
          for (const std::vector<axis_value>& position : a.positions)
            if (const std::int64_t value = std::get<std::int64_t>(position[i]); value > 0)
              least = std::min(least, value);
      }
    axis_values result = values_;
    result[*batch_axis_].second = least;
    return result == values_ ? std::nullopt : std::optional(std::move(result));
  }

 private:
  void check_domains(const axis& added) const;
  /// Where `wanted_` names the axis: its values there, and their position, or the end where they are numbers
  /// of the domain that the axis does not list.
  std::optional<std::pair<std::size_t, std::vector<axis_value>>> wanted_on(const axis& added) const;

  const declaration_errors& errors_;
  std::vector<std::size_t> positions_;
  axis_values wanted_;
  std::vector<axis> axes_;
  axis_values values_;
  std::optional<std::size_t> batch_axis_;  ///< in values_
};

inline std::size_t case_axes::add(axis added) {
  for (std::size_t i = 0; i < added.names.size(); ++i) {
    bool twice = std::find(added.names.begin(), added.names.begin() + static_cast<std::ptrdiff_t>(i),
                           added.names[i]) != added.names.begin() + static_cast<std::ptrdiff_t>(i);
    for (const auto& [other, value] : values_) twice = twice || added.names[i] == other;
    if (twice) errors_.fail("two axes are named '" + added.names[i] + "'", added.where);
  }
  if (added.positions.empty()) errors_.fail("axis '" + added.names.front() + "' has no values", added.where);
  for (std::size_t i = 0; i < added.positions.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (added.positions[i] == added.positions[j])
        errors_.fail("axis '" + added.names.front() + "' has the value " +
                         to_string(added.positions[i].front()) + " twice",
                     added.where);

  check_domains(added);

  std::size_t position = axes_.size() < positions_.size() ? positions_[axes_.size()] : 0;
  std::vector<axis_value> chosen;
  if (auto wanted = wanted_on(added)) {
    position = wanted->first;
    chosen = std::move(wanted->second);
  } else {
    if (position >= added.positions.size())
      errors_.fail("axis '" + added.names.front() + "' has other values in one case than in another",
                   added.where);
    chosen = added.positions[position];
  }
  for (std::size_t i = 0; i < added.names.size(); ++i) values_.emplace_back(added.names[i], chosen[i]);
  axes_.push_back(std::move(added));
  return position;
}

inline void case_axes::check_domains(const axis& added) const {
  for (std::size_t i = 0; i < added.domains.size(); ++i) {
    const axis_domain& domain = added.domains[i];
    if (domain.step < 1)
      errors_.fail("the domain of axis '" + added.names[i] + "' is of multiples of " +
                       std::to_string(domain.step) + "; expected 1 or more",
                   added.where);
    if (!domain.is_open()) continue;
    for (const std::vector<axis_value>& position : added.positions)
      if (!domain.holds(std::get<std::int64_t>(position[i])))
        errors_.fail("axis '" + added.names[i] + "' lists " + to_string(position[i]) +
                         ", which is outside of the domain that it declares: " + to_string(domain),
                     added.where);
  }
}

inline std::optional<std::pair<std::size_t, std::vector<axis_value>>> case_axes::wanted_on(
    const axis& added) const {
  std::vector<axis_value> chosen;
  for (const std::string& name : added.names)
    for (const auto& [other, value] : wanted_)
      if (other == name) chosen.push_back(value);
  if (chosen.empty()) return std::nullopt;
  if (chosen.size() != added.names.size())
    errors_.fail("of the axes that vary with '" + added.names.front() + "' some were given and some were not",
                 added.where);
  const auto found = std::find(added.positions.begin(), added.positions.end(), chosen);
  if (found == added.positions.end()) {
    const auto is_open = [&](std::size_t i) {
      return i < added.domains.size() && added.domains[i].is_open();
    };
    // Columns without a domain have to be those of one row.
    bool of_one_row = false;
    for (const std::vector<axis_value>& position : added.positions) {
      bool same = true;
      for (std::size_t i = 0; i < chosen.size(); ++i) same = same && (is_open(i) || position[i] == chosen[i]);
      of_one_row = of_one_row || same;
    }
    for (std::size_t i = 0; i < chosen.size(); ++i)
      if (is_open(i) ? chosen[i].index() != 0 || !added.domains[i].holds(std::get<std::int64_t>(chosen[i]))
                     : !of_one_row)
        errors_.fail("axis '" + added.names[i] + "' cannot be " + to_string(chosen[i]) +
                         ": it lists other values" +
                         (is_open(i) ? ", and its domain is " + to_string(added.domains[i]) : ""),
                     added.where);
  }
  return std::pair{static_cast<std::size_t>(found - added.positions.begin()), std::move(chosen)};
}

}  // namespace assay
