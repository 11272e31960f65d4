// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "assay/numeric/random.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/suite/shape_values.hpp"
#include "assay/suite/trial.hpp"
#include "assay/verify/attack.hpp"
#include "assay/verify/pairwise.hpp"
#include "assay/verify/shrink.hpp"

namespace assay {

/// The trials of one case, without end and the most telling first: what lies next to the case itself, then a
/// pairwise cover of small shapes, attacks in their order, and layouts, then rows at random. A function of
/// the problem, the case and the seed alone. Axes without a domain keep the value of the case.
class trial_sequence {
 public:
  /// `problem`: the case. `seed`: of the run. `strict`: specials are tried whether declared or not. `turn`:
  /// by how much the attacks are shifted against the shapes, another number for each case of a problem.
  trial_sequence(const declared_problem& problem, std::uint64_t seed, bool strict, std::size_t turn = 0)
      : definition_(problem.definition()), values_(problem.values()), seed_(seed) {
    find_open_axes(problem);
    const bool attackable =
        std::any_of(problem.tensors().begin(), problem.tensors().end(), [](const declared_tensor& t) {
          return t.role != tensor_role::output && is_attackable(t.how, t.type);
        });
    for (const attack how :
         {attack::integers, attack::index_code, attack::one_hot, attack::as_declared, attack::all_equal,
          attack::powers_of_two, attack::cancellation, attack::subnormals, attack::near_max,
          attack::signed_zeros, attack::nan, attack::infinity})
      if (how == attack::as_declared ||
          (attackable && (strict || includes(problem.declared_specials(), needed_for(how)))))
        attacks_.push_back(how);
    std::rotate(attacks_.begin(), attacks_.begin() + static_cast<std::ptrdiff_t>(turn % attacks_.size()),
                attacks_.end());
    find_layouts(problem);
    add_neighbours(size_of_case(problem));
    std::vector<std::size_t> levels;
    for (const open_axis& a : open_) levels.push_back(a.levels.size());
    levels.push_back(attacks_.size());
    levels.insert(levels.end(), {offsets_.size(), paddings_.size(), aliases_.size()});
    rows_ = pairwise_cover(levels);
    levels_ = std::move(levels);
  }

  /// The next trial. Every one of them is within the declared domains.
  [[nodiscard]] trial next() {
    ++count_;
    if (!neighbours_.empty()) {
      trial first = std::move(neighbours_.front());
      neighbours_.pop_front();
      return first;
    }
    // Beyond the limit of tries the assumptions leave out nearly everything: the case's own shape will do.
    for (int tries = 0; tries < 64; ++tries) {
      std::vector<std::size_t> row = rows_.done() ? random_row() : rows_.next();
      axis_values values = values_;
      for (std::size_t a = 0; a < open_.size(); ++a) values[open_[a].place].second = open_[a].levels[row[a]];
      if (fit(values)) return made(std::move(values), row);
    }
    const std::vector<std::size_t> row = random_row();
    return made(values_, row);
  }

  /// Whether every pair of levels has been given out.
  [[nodiscard]] bool covered() const { return neighbours_.empty() && rows_.done(); }

  /// What is simpler than a trial and may fail as well, the simplest first.
  [[nodiscard]] std::vector<trial> simpler(const trial& failing) const {
    std::vector<trial> result;
    for (const open_axis& a : open_) {
      const std::int64_t value = std::get<std::int64_t>(failing.values[a.place].second);
      for (const std::int64_t multiple : simpler_numbers(value / a.domain.step)) {
        if (!a.domain.holds(multiple * a.domain.step)) continue;
        result.push_back(failing);
        result.back().values[a.place].second = multiple * a.domain.step;
      }
    }
    const auto with_layout = [&](const memory_layout& layout) {
      result.push_back(failing);
      result.back().layout = layout;
    };
    memory_layout layout = failing.layout;
    if (std::exchange(layout.offset, 0) != 0) with_layout(layout);
    layout = failing.layout;
    if (std::exchange(layout.alias, false)) with_layout(layout);
    for (layout = failing.layout, layout.padding = 0; layout.padding < failing.layout.padding;
         ++layout.padding)
      with_layout(layout);
    for (const attack how : by_simplicity) {
      if (how == failing.attack) break;
      result.push_back(failing);
      result.back().attack = how;
    }
    for (std::uint64_t seed = 0; seed < std::min<std::uint64_t>(failing.seed, 4); ++seed) {
      result.push_back(failing);
      result.back().seed = seed;
    }
    return result;
  }

 private:
  struct open_axis {
    std::size_t place;  ///< in values_
    axis_domain domain;
    std::vector<std::int64_t> levels;
  };
  struct amount {
    double elements, operations;
  };

  /// A trial has to stay small: the host's oracle takes milliseconds for as many elements and operations.
  static constexpr double most_elements = 0x1p16, most_operations = 0x1p21;
  /// Of a larger case one neighbour has to do, which costs as much as its own verification.
  static constexpr double large_case = 0x1p20;
  static constexpr attack by_simplicity[] = {
      attack::as_declared, attack::all_equal,     attack::one_hot,      attack::index_code,
      attack::integers,    attack::powers_of_two, attack::cancellation, attack::signed_zeros,
      attack::subnormals,  attack::near_max,      attack::infinity,     attack::nan};

  void find_open_axes(const declared_problem& problem) {
    std::size_t place = 0;
    for (const axis& a : problem.axes())
      for (std::size_t i = 0; i < a.names.size(); ++i, ++place) {
        if (i >= a.domains.size() || !a.domains[i].is_open()) continue;
        std::vector<std::int64_t> listed;
        for (const std::vector<axis_value>& position : a.positions)
          listed.push_back(std::get<std::int64_t>(position[i]));
        std::vector<std::int64_t> levels = shape_values(a.domains[i], listed);
        if (levels.empty()) levels.push_back(std::get<std::int64_t>(values_[place].second));
        open_.push_back({place, a.domains[i], std::move(levels)});
      }
  }

  void find_layouts(const declared_problem& problem) {
    offsets_ = {0, 1};  // the worst place that each tensor permits, beside the best
    paddings_ = {0};
    // A reference in the problem's own types is not promised to work in place.
    const bool oracle =
        problem.whole_oracle() || !problem.oracles().empty() || !problem.device_oracles().empty();
    bool any_leading = false, aliased = false;
    for (const declared_tensor& t : problem.tensors()) {
      any_leading = any_leading || t.any_leading_dimension;
      aliased = aliased || t.may_alias >= 0;
    }
    if (any_leading) paddings_.insert(paddings_.end(), {1, 8});  // odd, and as vectorised kernels want it
    if (aliased && oracle && problem.bound().how != tolerance::kind::calibrated) aliases_.push_back(true);
  }

  static amount size_of_case(const declared_problem& problem) {
    amount total{0, 0};
    for (const declared_tensor& t : problem.tensors()) total.elements += static_cast<double>(t.slot.count);
    const work declared = problem.declared_work();
    for (std::size_t unit = 1; unit < resource_count; ++unit)
      total.operations += declared.amount(static_cast<resource>(unit));
    return total;
  }
  static bool is_small(const amount& size) {
    return size.elements <= most_elements && size.operations <= most_operations;
  }
  /// Absent where there is no such case. One that cannot be declared counts as small: running it tells why.
  [[nodiscard]] std::optional<amount> size_at(const axis_values& values) const {
    try {
      return size_of_case(declared_problem(definition_, {}, values));
    } catch (const no_such_case&) {
      return std::nullopt;
    } catch (const std::exception&) {
      return amount{0, 0};
    }
  }

  void add_neighbours(const amount& own) {
    const bool large = own.elements > large_case;
    const auto add = [&](const std::vector<std::pair<std::size_t, std::int64_t>>& moved) {
      axis_values values = values_;
      for (const auto& [place, value] : moved) values[place].second = value;
      if (values != values_ && size_at(values))
        neighbours_.push_back({std::move(values), seed_ + 1 + neighbours_.size(), attack::as_declared, {}});
    };
    std::vector<std::pair<std::size_t, std::int64_t>> all;
    for (std::size_t a = 0; a < open_.size(); ++a) {
      const std::int64_t value = std::get<std::int64_t>(values_[open_[a].place].second);
      const std::int64_t above = neighbour(open_[a].domain, value, true);
      const std::int64_t below = neighbour(open_[a].domain, value, false);
      all.emplace_back(open_[a].place, a % 2 == 0 && above != value ? above : below);
      if (large || open_.size() > 3) continue;
      add({{open_[a].place, above}});
      add({{open_[a].place, below}});
    }
    if (large || open_.size() > 3) add(all);
  }

  /// Halves the largest open values until the case is small, or as small as it can be. False where the
  /// assumptions leave it out.
  [[nodiscard]] bool fit(axis_values& values) const {
    std::optional<amount> size = size_at(values);
    while (size && !is_small(*size)) {
      const open_axis* largest = nullptr;
      std::int64_t most = 0, next = 0;
      for (const open_axis& a : open_) {
        const std::int64_t value = std::get<std::int64_t>(values[a.place].second);
        std::int64_t below = -1;
        for (const std::int64_t level : a.levels)
          if (level > 0 && level < value) below = std::max(below, level);
        if (below > 0 && value > most) {
          largest = &a;
          most = value;
          next = below;
        }
      }
      if (!largest) return true;
      values[largest->place].second = next;
      size = size_at(values);
    }
    return size.has_value();
  }

  [[nodiscard]] std::vector<std::size_t> random_row() {
    std::vector<std::size_t> row;
    for (std::size_t f = 0; f < levels_.size(); ++f)
      row.push_back(static_cast<std::size_t>(
          random_below(random_bits(random_at(seed_, std::uint64_t{2} << 32 | f, draws_)), levels_[f])));
    ++draws_;
    return row;
  }

  [[nodiscard]] trial made(axis_values values, const std::vector<std::size_t>& row) const {
    const std::size_t* const level = row.data() + open_.size();
    memory_layout layout;
    layout.offset = offsets_[level[1]];
    layout.padding = paddings_[level[2]];
    layout.alias = aliases_[level[3]];
    return {std::move(values), seed_ + count_, attacks_[level[0]], layout};
  }

  const problem_definition& definition_;
  axis_values values_;
  std::uint64_t seed_;
  std::vector<open_axis> open_;
  std::vector<attack> attacks_;
  std::vector<std::int64_t> offsets_, paddings_;
  std::vector<bool> aliases_ = {false};
  std::deque<trial> neighbours_;
  std::vector<std::size_t> levels_;
  pairwise_cover rows_{{}};
  std::uint64_t count_ = 0, draws_ = 0;
};

}  // namespace assay
