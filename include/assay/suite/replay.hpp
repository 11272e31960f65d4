// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "assay/suite/plan.hpp"
#include "assay/suite/run_options.hpp"
#include "assay/suite/trial.hpp"

namespace assay {

/// The text as one argument of a POSIX shell.
[[nodiscard]] inline std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

/// The text as a shell takes it, in quotes where it has to be.
[[nodiscard]] inline std::string shell_word(const std::string& text) {
  const char* const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  const bool quotes = text.empty() || text.find_first_not_of(plain) != std::string::npos;
  return quotes ? shell_quoted(text) : text;
}

/// A trial with what the options ask for in every one.
[[nodiscard]] inline trial as_run(trial t, const run_options& options) {
  t.layout.separate = t.layout.separate || options.layout.separate;
  return t;
}
/// What these options make of an item, as a trial.
[[nodiscard]] inline trial planned_trial(const plan_item& item, const run_options& options) {
  if (item.trial) return as_run(*item.trial, options);
  trial t{item.values, options.seed};
  t.layout = options.layout;
  return t;
}
/// Tensors at fences.
[[nodiscard]] inline trial at_fence(trial t, fence_side side) {
  t.layout = memory_layout{.fence = true, .side = side};
  return t;
}

/// A trial of one candidate under these options: what of them its verdict depends on goes along.
[[nodiscard]] inline replay_target replay_under(const run_options& options, const std::string& problem,
                                                const std::string& candidate, const trial& which) {
  replay_target target{problem, candidate, which};
  const run_options usual;
  if (options.oracle_samples != usual.oracle_samples) target.oracle_samples = options.oracle_samples;
  if (options.oracle_seconds != usual.oracle_seconds) target.oracle_seconds = options.oracle_seconds;
  return target;
}

/// The arguments with which the same program repeats one verdict, on any machine.
[[nodiscard]] inline std::string replay_arguments(const replay_target& target) {
  return "--replay " + shell_quoted(to_string(target));
}

}  // namespace assay
