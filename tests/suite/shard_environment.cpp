// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/shard_environment.hpp"

#include <map>
#include <optional>
#include <string>

#include "support/catch.hpp"
#include "support/messages.hpp"

using namespace assay;
using support::has;
using support::message_of;

namespace {

using variables = std::map<std::string, std::string>;

shard_finder finder(const variables& values) {
  return shard_finder([values](const char* name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  });
}
/// "3/8: why"; "all" where nothing says that there are several.
std::string found(const variables& values, std::optional<std::size_t> count = std::nullopt) {
  const std::optional<found_shard> part = finder(values).find(count);
  return part ? part->shard.text() + ": " + part->why : "all";
}
std::string refusal(const variables& values, std::optional<std::size_t> count = std::nullopt) {
  return message_of<usage_error>([&] { static_cast<void>(finder(values).find(count)); });
}

}  // namespace

TEST_CASE("each of those who start several processes is understood", "[suite]") {
  CHECK(found({}) == "all");
  CHECK(found({{"GTEST_SHARD_INDEX", "2"}, {"GTEST_TOTAL_SHARDS", "8"}}) ==
        "3/8: GTEST_SHARD_INDEX=2, GTEST_TOTAL_SHARDS=8");
  CHECK(found({{"TEST_SHARD_INDEX", "0"}, {"TEST_TOTAL_SHARDS", "2"}}) ==
        "1/2: TEST_SHARD_INDEX=0, TEST_TOTAL_SHARDS=2");
  CHECK(found({{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "4"}}) == "2/4: SLURM_PROCID=1, SLURM_NTASKS=4");
  CHECK(found({{"OMPI_COMM_WORLD_RANK", "3"}, {"OMPI_COMM_WORLD_SIZE", "4"}}) ==
        "4/4: OMPI_COMM_WORLD_RANK=3, OMPI_COMM_WORLD_SIZE=4");
  CHECK(found({{"PMI_RANK", "0"}, {"PMI_SIZE", "4"}}) == "1/4: PMI_RANK=0, PMI_SIZE=4");
  CHECK(found({{"JOB_COMPLETION_INDEX", "4"}}, 5) == "5/5: JOB_COMPLETION_INDEX=4, --shard-count 5");
}

TEST_CASE("tasks of an array are shards", "[suite]") {
  const auto array = [](const char* id, const char* count, const char* least, const char* most,
                        const char* step) -> variables {
    return {{"SLURM_ARRAY_TASK_ID", id},
            {"SLURM_ARRAY_TASK_COUNT", count},
            {"SLURM_ARRAY_TASK_MIN", least},
            {"SLURM_ARRAY_TASK_MAX", most},
            {"SLURM_ARRAY_TASK_STEP", step}};
  };
  CHECK(found(array("0", "4", "0", "3", "1")) == "1/4: SLURM_ARRAY_TASK_ID=0, SLURM_ARRAY_TASK_COUNT=4");
  CHECK(has(found(array("4", "4", "1", "4", "1")), "4/4: "));
  CHECK(has(found(array("8", "3", "0", "8", "4")), "3/3: "));
  CHECK(found(array("1", "1", "1", "1", "1")) == "all");
  // A part of an array, submitted again: nothing says what the whole was.
  for (const variables& part :
       {array("3", "1", "3", "3", "1"), array("7", "2", "3", "7", "1"), array("2", "3", "1", "7", "1"),
        array("0", "0", "0", "0", "1"), array("5", "2", "0", "4", "4"), array("0", "2", "1", "2", "1")}) {
    const std::string why = refusal(part);
    CHECK(has(why, "an array that is not 0-N or 1-N"));
    CHECK(has(why, "--shard I/N or --no-shard says what is meant"));
  }
}

TEST_CASE("processes of a task of an array are shards of its shard", "[suite]") {
  const variables both = {{"SLURM_ARRAY_TASK_ID", "1"},  {"SLURM_ARRAY_TASK_COUNT", "3"},
                          {"SLURM_ARRAY_TASK_MIN", "0"}, {"SLURM_ARRAY_TASK_MAX", "2"},
                          {"SLURM_PROCID", "1"},         {"SLURM_NTASKS", "2"}};
  CHECK(has(found(both), "4/6: SLURM_ARRAY_TASK_ID=1"));
  CHECK(has(found({{"JOB_COMPLETION_INDEX", "2"}, {"PMI_RANK", "0"}, {"PMI_SIZE", "2"}}, 3), "5/6: "));
}

TEST_CASE("a script of a job is one process, whatever it asked for", "[suite]") {
  const variables script = {{"SLURM_JOB_ID", "7"}, {"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}};
  CHECK(found(script) == "all");
  CHECK(has(finder(script).notice(), "SLURM_NTASKS=4, but this process was not started by srun"));
  variables step = script;
  step["SLURM_STEP_ID"] = "0";
  CHECK(has(found(step), "1/4: "));
  CHECK(finder(step).notice().empty());
  CHECK(finder({}).notice().empty());
  CHECK(finder({{"SLURM_JOB_ID", "7"}, {"SLURM_NTASKS", "1"}}).notice().empty());
  CHECK(found({{"SLURM_PROCID", "0"}}) == "all");
}

TEST_CASE("one of one is no shard", "[suite]") {
  CHECK(found({{"GTEST_SHARD_INDEX", "0"}, {"GTEST_TOTAL_SHARDS", "1"}}) == "all");
  CHECK(found({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "1"}, {"PMI_RANK", "2"}, {"PMI_SIZE", "3"}}) ==
        "3/3: PMI_RANK=2, PMI_SIZE=3");
  CHECK(found({{"JOB_COMPLETION_INDEX", "0"}}, 1) == "all");
  CHECK(found({}, 1) == "all");
}

TEST_CASE("two that say the same are no conflict", "[suite]") {
  CHECK(has(found({{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "4"}, {"PMI_RANK", "1"}, {"PMI_SIZE", "4"}}),
            "2/4: "));
  CHECK(has(found({{"GTEST_SHARD_INDEX", "1"},
                   {"GTEST_TOTAL_SHARDS", "4"},
                   {"TEST_SHARD_INDEX", "1"},
                   {"TEST_TOTAL_SHARDS", "4"}}),
            "2/4: "));
  CHECK(has(found({{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "4"}}, 4), "2/4: "));
}

TEST_CASE("two that say something else are refused with both", "[suite]") {
  const std::string why = refusal({{"SLURM_PROCID", "1"},
                                   {"SLURM_NTASKS", "4"},
                                   {"GTEST_SHARD_INDEX", "1"},
                                   {"GTEST_TOTAL_SHARDS", "2"}});
  CHECK(has(why, "shard 2/2 (GTEST_SHARD_INDEX=1, GTEST_TOTAL_SHARDS=2)"));
  CHECK(has(why, "2/4 (SLURM_PROCID=1, SLURM_NTASKS=4)"));
  CHECK(has(why, "--no-shard"));
  CHECK(has(refusal({{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "4"}, {"PMI_RANK", "2"}, {"PMI_SIZE", "4"}}),
            "both"));
  CHECK(has(refusal({{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "4"}}, 5), "--shard-count 5"));
  CHECK(has(refusal({}, 5), "nothing in the environment says which of them this is"));
}

TEST_CASE("half of what is needed, and what is no number, are refused by name", "[suite]") {
  CHECK(has(refusal({{"GTEST_SHARD_INDEX", "1"}}), "GTEST_SHARD_INDEX is set and GTEST_TOTAL_SHARDS is not"));
  CHECK(has(refusal({{"PMI_SIZE", "2"}}), "PMI_SIZE is set and PMI_RANK is not"));
  CHECK(
      has(refusal({{"JOB_COMPLETION_INDEX", "1"}}), "Kubernetes does not tell of how many; --shard-count N"));
  CHECK(has(refusal({{"JOB_COMPLETION_INDEX", "5"}}, 5), "there are 5, counted from 0"));
  CHECK(
      has(refusal({{"GTEST_SHARD_INDEX", "2"}, {"GTEST_TOTAL_SHARDS", "2"}}), "there are 2, counted from 0"));
  CHECK(
      has(refusal({{"GTEST_SHARD_INDEX", "-1"}, {"GTEST_TOTAL_SHARDS", "2"}}), "GTEST_SHARD_INDEX is '-1'"));
  CHECK(has(refusal({{"GTEST_SHARD_INDEX", "0"}, {"GTEST_TOTAL_SHARDS", "0"}}), "GTEST_TOTAL_SHARDS is '0'"));
  CHECK(has(refusal({{"GTEST_SHARD_INDEX", "0"}, {"GTEST_TOTAL_SHARDS", "two"}}),
            "GTEST_TOTAL_SHARDS is 'two'"));
  CHECK(has(refusal({{"SLURM_ARRAY_TASK_ID", "x"}}), "SLURM_ARRAY_TASK_ID is 'x'"));
}
