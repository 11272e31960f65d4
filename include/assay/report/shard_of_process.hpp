// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <optional>
#include <string>

#include "assay/report/command_line.hpp"
#include "assay/report/output_file.hpp"
#include "assay/suite/shard_environment.hpp"

namespace assay {

/// Whether what the command line asks for is cut into shards, where there are several processes.
[[nodiscard]] inline bool can_be_sharded(const command_line& options) {
  using action = command_line::action;
  return options.from.empty() && !options.replay && !options.worker &&
         (options.what == action::run || options.what == action::list || options.what == action::dry_run);
}

/// Which part of its plan this process runs, as the command line says, or else the environment. Says there
/// that shards are understood, where somebody wants to know (GTEST_SHARD_STATUS_FILE, and Bazel's of the same
/// meaning). Throws usage_error, and io_error.
[[nodiscard]] inline std::optional<found_shard> shard_of_process(
    const command_line& options, const variable_reader& read = read_variable) {
  if (!can_be_sharded(options)) return std::nullopt;
  for (const char* const name : {"GTEST_SHARD_STATUS_FILE", "TEST_SHARD_STATUS_FILE"})
    if (const auto path = read(name)) output_file(*path, output_file::mode::append).write("");
  if (options.no_shard) return std::nullopt;
  if (options.part) return found_shard{*options.part, "--shard"};
  const shard_finder finder(read);
  if (const std::string notice = finder.notice(); !notice.empty())
    std::fprintf(stderr, "assay: %s\n", notice.c_str());
  return finder.find(options.shard_count);
}

/// Puts the shard in the place of "{shard}" in the names of files, so that processes with one command line
/// write files of their own.
inline void name_files_of_shard(command_line& options, const shard& part) {
  const auto name = [&](std::string& path) {
    constexpr const char* place = "{shard}";
    for (std::size_t at = path.find(place); at != path.npos; at = path.find(place, at))
      path.replace(at, std::string(place).size(), part.file_text());
  };
  name(options.journal_path);
  name(options.samples_path);
  name(options.json_path);
  for (report_request& report : options.reports) name(report.path);
}

}  // namespace assay
