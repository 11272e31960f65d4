// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/suite/shard.hpp"

namespace assay {

/// A shard and why it is run: "SLURM_PROCID=2, SLURM_NTASKS=8".
struct found_shard {
  assay::shard shard;
  std::string why;
};

/// The value of a variable of the environment; absent where it is not set, or empty.
using variable_reader = std::function<std::optional<std::string>(const char*)>;

[[nodiscard]] inline std::optional<std::string> read_variable(const char* name) {
  const char* const value = std::getenv(name);
  if (!value || !*value) return std::nullopt;
  return value;
}

/// Finds out from the environment which part of a plan this process is to run, where whoever started it runs
/// several of them. Each of these counts from 0:
///
/// - GoogleTest's protocol: GTEST_SHARD_INDEX of GTEST_TOTAL_SHARDS; Bazel: TEST_SHARD_INDEX of
///   TEST_TOTAL_SHARDS;
/// - srun: SLURM_PROCID of SLURM_NTASKS;
/// - mpirun: OMPI_COMM_WORLD_RANK of OMPI_COMM_WORLD_SIZE, PMI_RANK of PMI_SIZE;
/// - sbatch --array: SLURM_ARRAY_TASK_ID among SLURM_ARRAY_TASK_COUNT from SLURM_ARRAY_TASK_MIN on;
/// - indexed jobs of Kubernetes: JOB_COMPLETION_INDEX of what --shard-count says: the cluster does not tell.
///
/// The tasks of an array or of an indexed job that each start several processes are shards of shards. Two
/// that mean the same and say something else are an error. A count of 1 says nothing.
class shard_finder {
 public:
  explicit shard_finder(variable_reader read = read_variable) : read_(std::move(read)) {}

  /// `count`: of how many, where the user says so. Absent where nothing says that there are several. Throws
  /// usage_error.
  [[nodiscard]] std::optional<found_shard> find(std::optional<std::size_t> count = std::nullopt) const {
    const std::optional<found_shard> tests =
        same(pair("GTEST_SHARD_INDEX", "GTEST_TOTAL_SHARDS"), pair("TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS"));
    const std::optional<found_shard> ranks =
        same(same(slurm_task(), pair("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE")),
             pair("PMI_RANK", "PMI_SIZE"));
    const std::optional<found_shard> jobs = same(slurm_array(), completion_index(count));
    const std::optional<found_shard> found = same(tests, within(jobs, ranks));
    if (!count || read_("JOB_COMPLETION_INDEX")) return found;
    if (!found && *count > 1)
      throw usage_error("--shard-count " + std::to_string(*count) +
                        ": nothing in the environment says which of them this is; --shard I/N says both");
    if (found && found->shard.count != *count)
      throw usage_error("--shard-count " + std::to_string(*count) +
                        ": the environment says something else (" + found->why + ")" + ways_out);
    return found;
  }

  /// What is worth a word though it makes no shard; empty where nothing is.
  [[nodiscard]] std::string notice() const {
    const auto tasks = read_("SLURM_NTASKS");
    if (!in_batch_script() || !tasks || *tasks == "1") return "";
    return "SLURM_NTASKS=" + *tasks +
           ", but this process was not started by srun, so it runs all; srun starts a process for each shard";
  }

 private:
  static constexpr const char* ways_out = "; --shard I/N or --no-shard says what is meant";

  /// In the script of a job SLURM_PROCID is 0 whatever the number of tasks, since it is one process; what
  /// srun starts has a step.
  [[nodiscard]] bool in_batch_script() const { return read_("SLURM_JOB_ID") && !read_("SLURM_STEP_ID"); }

  [[nodiscard]] static std::optional<found_shard> made(std::size_t index, std::size_t count,
                                                       const std::string& why) {
    if (index >= count)
      throw usage_error(why + ": there are " + std::to_string(count) + ", counted from 0" + ways_out);
    if (count == 1) return std::nullopt;
    return found_shard{{index, count}, why};
  }

  [[nodiscard]] std::optional<found_shard> pair(const char* index, const char* count) const {
    const auto i = read_(index), n = read_(count);
    if (!i && !n) return std::nullopt;
    if (!i || !n)
      throw usage_error(std::string(i ? index : count) + " is set and " + (i ? count : index) + " is not" +
                        ways_out);
    return made(parse_shard_number(index, *i, 0), parse_shard_number(count, *n, 1),
                std::string(index) + "=" + *i + ", " + count + "=" + *n);
  }

  [[nodiscard]] std::optional<found_shard> slurm_task() const {
    if (in_batch_script() || !read_("SLURM_PROCID") || !read_("SLURM_NTASKS")) return std::nullopt;
    return pair("SLURM_PROCID", "SLURM_NTASKS");
  }

  [[nodiscard]] std::optional<found_shard> slurm_array() const {
    const auto id = read_("SLURM_ARRAY_TASK_ID"), count = read_("SLURM_ARRAY_TASK_COUNT");
    if (!id) return std::nullopt;
    const auto number = [&](const char* name, std::size_t otherwise) {
      const auto text = read_(name);
      return text ? parse_shard_number(name, *text, 0) : otherwise;
    };
    const std::size_t n = number("SLURM_ARRAY_TASK_COUNT", 1), step = number("SLURM_ARRAY_TASK_STEP", 1);
    const std::size_t at = parse_shard_number("SLURM_ARRAY_TASK_ID", *id, 0);
    const std::size_t first = number("SLURM_ARRAY_TASK_MIN", 0);
    const std::size_t last = number("SLURM_ARRAY_TASK_MAX", first + step * (n > 0 ? n - 1 : 0));
    const std::string why = "SLURM_ARRAY_TASK_ID=" + *id + ", SLURM_ARRAY_TASK_COUNT=" + count.value_or("1");
    // A part of an array that is submitted again counts itself only, and would take a share that is not its
    // own.
    if (n == 0 || step == 0 || first > 1 || last != first + step * (n - 1) || at < first ||
        (at - first) % step != 0)
      throw usage_error(why + ": an array that is not 0-N or 1-N does not tell what its tasks' shares are" +
                        ways_out);
    return made((at - first) / step, n, why);
  }

  [[nodiscard]] std::optional<found_shard> completion_index(std::optional<std::size_t> count) const {
    const auto index = read_("JOB_COMPLETION_INDEX");
    if (!index) return std::nullopt;
    if (!count)
      throw usage_error("JOB_COMPLETION_INDEX=" + *index +
                        ": Kubernetes does not tell of how many; --shard-count N does, with the N of the "
                        "job's completions, and --no-shard runs all");
    return made(parse_shard_number("JOB_COMPLETION_INDEX", *index, 0), *count,
                "JOB_COMPLETION_INDEX=" + *index + ", --shard-count " + std::to_string(*count));
  }

  /// Two that mean the same processes.
  [[nodiscard]] static std::optional<found_shard> same(const std::optional<found_shard>& a,
                                                       const std::optional<found_shard>& b) {
    if (a && b && a->shard != b->shard)
      throw usage_error("the environment says both shard " + a->shard.text() + " (" + a->why + ") and " +
                        b->shard.text() + " (" + b->why + ")" + ways_out);
    return a ? a : b;
  }

  /// The processes of each of several jobs.
  [[nodiscard]] static std::optional<found_shard> within(const std::optional<found_shard>& jobs,
                                                         const std::optional<found_shard>& ranks) {
    if (!jobs || !ranks) return jobs ? jobs : ranks;
    return made(jobs->shard.index * ranks->shard.count + ranks->shard.index,
                jobs->shard.count * ranks->shard.count, jobs->why + ", " + ranks->why);
  }

  variable_reader read_;
};

}  // namespace assay
