// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/suite/ncu_csv.hpp"

#include <string>

#include "assay/core/error.hpp"
#include "support/catch.hpp"
#include "support/messages.hpp"

namespace {

using assay::launch_profile;
using assay::parse_ncu_csv;
using assay::resource;
using support::has;

std::optional<double> operations(const launch_profile& p, resource which) {
  for (const auto& [one, count] : p.operations)
    if (one == which) return count;
  return std::nullopt;
}

/// What ncu --csv --page raw prints, of two kernels.
const std::string log_before =
    "==PROF== Connected to process 4321 (/bin/saxpy)\n==PROF== Profiling \"k\" - 0\n";
const std::string names =
    R"("ID","Process ID","Kernel Name","dram__bytes_read.sum","dram__bytes_write.sum","gpu__time_duration.sum",)"
    R"("smsp__cycles_elapsed.avg.per_second","smsp__sass_thread_inst_executed_op_fadd_pred_on.sum",)"
    R"("smsp__sass_thread_inst_executed_op_fmul_pred_on.sum","smsp__sass_thread_inst_executed_op_ffma_pred_on.sum",)"
    R"("sm__ops_path_tensor_src_bf16_dst_fp32_sparsity_off.sum","sm__ops_path_tensor_src_bf16_dst_fp32_sparsity_on.sum",)"
    R"("smsp__average_warps_issue_stalled_long_scoreboard_per_issue_active.ratio",)"
    R"("smsp__average_warps_issue_stalled_wait_per_issue_active.ratio")";
const std::string units =
    R"("","","","byte","Kbyte","nsecond","cycle/nsecond","inst","inst","inst","","","inst","inst")";
const std::string first =
    R"csv("0","4321","saxpy(long, float, const float *, ""q"")","1,000,000","500","1,000","1.5","10","20","30","4,096","0","8","2")csv";
const std::string second = R"("1","4321","tail","24","0","3000","1.7","0","0","1","0","0","0","6")";

std::string table(const std::string& rows) { return log_before + names + "\n" + units + "\n" + rows; }

std::string complaint(const std::string& text) {
  try {
    static_cast<void>(parse_ncu_csv(text));
  } catch (const assay::error& e) {
    return e.what();
  }
  return "(nothing was thrown)";
}

}  // namespace

TEST_CASE("the table of ncu is read: sums over kernels, means by time, SI units", "[suite]") {
  const launch_profile p = parse_ncu_csv(table(first + "\n" + second + "\n"));
  CHECK(p.tool == "ncu");
  REQUIRE(p.kernels.size() == 2);
  CHECK(p.kernels[0] == "saxpy(long, float, const float *, \"q\")");
  CHECK(p.bytes_read == 1000024.0);
  CHECK(p.bytes_written == 500e3);
  CHECK(*p.seconds == Approx(4e-6));
  CHECK(*p.clock == Approx(1.65e9));
  CHECK(operations(p, resource::fp32) == 10 + 20 + 2 * 31);
  CHECK(operations(p, resource::tensor_bf16) == 4096);
  // Not asked for, or not told.
  CHECK_FALSE(operations(p, resource::fp64));
  CHECK_FALSE(operations(p, resource::tensor_fp16));
  CHECK_FALSE(p.memory_clock);
  REQUIRE(p.stalls.size() == 2);
  CHECK(p.stalls[0].first == "wait");
  CHECK(p.stalls[0].second == Approx(5.0));
  CHECK(p.stalls[1].second == Approx(2.0));
}

TEST_CASE("the sum of dense and sparse is not counted twice", "[suite]") {
  std::string both = names;
  both.replace(both.find("sm__ops_path_tensor_src_bf16_dst_fp32_sparsity_on.sum"), 53,
               "sm__ops_path_tensor_src_bf16_dst_fp32.sum");
  std::string row = first;
  row.replace(row.find("\"4,096\",\"0\""), 11, "\"4,096\",\"4,096\"");
  CHECK(operations(parse_ncu_csv(both + "\n" + units + "\n" + row), resource::tensor_bf16) == 4096);
}

TEST_CASE("a figure that was not told is absent, not zero", "[suite]") {
  for (const char* const word : {"n/a", "nan", "", "(!) n/a", "inf"}) {
    std::string row = first;
    row.replace(row.find("\"20\""), 4, "\"" + std::string(word) + "\"");
    row.replace(row.find("\"1,000,000\""), 11, "\"" + std::string(word) + "\"");
    const launch_profile p = parse_ncu_csv(table(row + "\r\n"));
    CHECK_FALSE(p.bytes_read);
    CHECK_FALSE(operations(p, resource::fp32));  // a part of the instructions is no count
    CHECK(p.bytes_written == 500e3);
  }
  // One of two kernels.
  std::string row = second;
  row.replace(row.find("\"24\""), 4, "\"n/a\"");
  CHECK_FALSE(parse_ncu_csv(table(first + "\n" + row)).bytes_read);
}

TEST_CASE("what is no table is an error that says what is wrong", "[suite]") {
  CHECK(has(complaint(""), "no table"));
  CHECK(has(complaint(log_before + "==WARNING== No kernels were profiled.\n"), "no table"));
  CHECK(has(complaint(table("")), "holds no kernel"));
  CHECK(has(complaint(table("\"0\",\"1\"\n")), "has 2 cells, and its head 14"));
  CHECK(has(complaint(table(first.substr(0, 30))), "within quotes"));
  std::string other = table(first);
  other.replace(other.find("\"Kbyte\""), 7, "\"parsec\"");
  CHECK(has(complaint(other), "dram__bytes_write.sum in 'parsec'"));
  // Behind the table comes log again.
  CHECK(parse_ncu_csv(table(first + "\n==PROF== Disconnected\n")).kernels.size() == 1);
}

TEST_CASE("what is asked for is what is read", "[suite]") {
  const std::string all = assay::ncu_metrics::all();
  for (const char* const one : {"dram__bytes_read.sum", "sm__ops_path_tensor_src_bf16_dst_fp32.sum",
                                "sm__ops_path_tensor_src_int8_sparsity_off.sum",
                                "smsp__average_warps_issue_stalled_gmma_per_issue_active.ratio"})
    CHECK(has("," + all + ",", "," + std::string(one) + ","));
  CHECK_FALSE(has(all, ",,"));
  CHECK_FALSE(has(all, " "));
}
