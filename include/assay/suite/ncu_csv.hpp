// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/roofline/resource.hpp"
#include "assay/suite/launch_profile.hpp"

namespace assay {

/// The metrics that assay asks ncu for, and what their counts are worth.
namespace ncu_metrics {

inline constexpr const char* time = "gpu__time_duration.sum";
inline constexpr const char* read = "dram__bytes_read.sum";
inline constexpr const char* written = "dram__bytes_write.sum";
inline constexpr const char* clock = "smsp__cycles_elapsed.avg.per_second";
inline constexpr const char* memory_clock = "dram__cycles_elapsed.avg.per_second";

/// Instructions of a thread: how many operations each of them is. Those of halves work on two at once (the
/// sections of ncu count them so, too).
struct counted {
  const char* metric;
  resource which;
  double operations;
};
inline constexpr counted instructions[] = {
    {"smsp__sass_thread_inst_executed_op_fadd_pred_on.sum", resource::fp32, 1},
    {"smsp__sass_thread_inst_executed_op_fmul_pred_on.sum", resource::fp32, 1},
    {"smsp__sass_thread_inst_executed_op_ffma_pred_on.sum", resource::fp32, 2},
    {"smsp__sass_thread_inst_executed_op_dadd_pred_on.sum", resource::fp64, 1},
    {"smsp__sass_thread_inst_executed_op_dmul_pred_on.sum", resource::fp64, 1},
    {"smsp__sass_thread_inst_executed_op_dfma_pred_on.sum", resource::fp64, 2},
    {"smsp__sass_thread_inst_executed_op_hadd_pred_on.sum", resource::fp16, 2},
    {"smsp__sass_thread_inst_executed_op_hmul_pred_on.sum", resource::fp16, 2},
    {"smsp__sass_thread_inst_executed_op_hfma_pred_on.sum", resource::fp16, 4},
};

/// Operations of the matrix units by type. Newer versions tell dense and sparse ones apart and have no sum of
/// both; whichever is there counts.
struct matrix_path {
  const char* name;
  resource which;
};
inline constexpr matrix_path matrix_paths[] = {
    {"sm__ops_path_tensor_src_fp64", resource::tensor_fp64},
    {"sm__ops_path_tensor_src_tf32_dst_fp32", resource::tensor_tf32},
    {"sm__ops_path_tensor_src_fp16_dst_fp32", resource::tensor_fp16},
    {"sm__ops_path_tensor_src_fp16_dst_fp16", resource::tensor_fp16_fp16},
    {"sm__ops_path_tensor_src_bf16_dst_fp32", resource::tensor_bf16},
    {"sm__ops_path_tensor_src_fp8_dst_fp32", resource::tensor_fp8},
    {"sm__ops_path_tensor_src_fp8_dst_fp16", resource::tensor_fp8},
    {"sm__ops_path_tensor_src_int8", resource::tensor_int8},
};
inline constexpr const char* matrix_suffixes[] = {".sum", "_sparsity_off.sum", "_sparsity_on.sum"};

inline constexpr const char* stall_prefix = "smsp__average_warps_issue_stalled_";
inline constexpr const char* stall_suffix = "_per_issue_active.ratio";
inline constexpr const char* stalls[] = {
    "barrier",        "branch_resolving", "dispatch_stall",     "drain",    "gmma",         "imc_miss",
    "lg_throttle",    "long_scoreboard",  "math_pipe_throttle", "membar",   "mio_throttle", "misc",
    "no_instruction", "not_selected",     "short_scoreboard",   "sleeping", "tex_throttle", "wait"};

/// For --metrics. What a device or a version does not know, ncu warns of and leaves out.
[[nodiscard]] inline std::string all() {
  std::string list;
  for (const char* const one : {time, read, written, clock, memory_clock})
    list += (list.empty() ? "" : ",") + std::string(one);
  for (const counted& one : instructions) list += std::string(",") + one.metric;
  for (const matrix_path& path : matrix_paths)
    for (const char* const suffix : matrix_suffixes) list += std::string(",") + path.name + suffix;
  for (const char* const stall : stalls) list += std::string(",") + stall_prefix + stall + stall_suffix;
  return list;
}

}  // namespace ncu_metrics

namespace detail {

/// The cells of CSV: commas between, quotes around what holds commas, doubled quotes within.
[[nodiscard]] inline std::vector<std::vector<std::string>> csv_rows(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"')
        rows.back().back() += c;
      else if (i + 1 < text.size() && text[i + 1] == '"')
        rows.back().back() += text[++i];
      else
        quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      rows.back().emplace_back();
    } else if (c == '\n') {
      rows.emplace_back(1);
    } else if (c != '\r') {
      rows.back().back() += c;
    }
  }
  if (quoted) throw error("what ncu wrote is CSV that ends within quotes");
  std::erase_if(rows, [](const std::vector<std::string>& row) { return row.size() == 1 && row[0].empty(); });
  return rows;
}

/// What to multiply with for SI units. Absent for a unit that is not known.
[[nodiscard]] inline std::optional<double> ncu_unit(const std::string& unit) {
  static const std::map<std::string, double> known = {{"", 1},
                                                      {"inst", 1},
                                                      {"byte", 1},
                                                      {"Kbyte", 1e3},
                                                      {"Mbyte", 1e6},
                                                      {"Gbyte", 1e9},
                                                      {"Tbyte", 1e12},
                                                      {"second", 1},
                                                      {"msecond", 1e-3},
                                                      {"usecond", 1e-6},
                                                      {"nsecond", 1e-9},
                                                      {"s", 1},
                                                      {"ms", 1e-3},
                                                      {"us", 1e-6},
                                                      {"ns", 1e-9},
                                                      {"hz", 1},
                                                      {"Khz", 1e3},
                                                      {"Mhz", 1e6},
                                                      {"Ghz", 1e9},
                                                      {"Hz", 1},
                                                      {"KHz", 1e3},
                                                      {"MHz", 1e6},
                                                      {"GHz", 1e9},
                                                      {"cycle/second", 1},
                                                      {"cycle/msecond", 1e3},
                                                      {"cycle/usecond", 1e6},
                                                      {"cycle/nsecond", 1e9},
                                                      {"cycle/s", 1},
                                                      {"cycle/us", 1e6},
                                                      {"cycle/ns", 1e9},
                                                      {"ratio", 1},
                                                      {"warp", 1},
                                                      {"op", 1}};
  const auto found = known.find(unit);
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

/// Absent for "n/a", "nan" and the like. Thousands may be set apart by commas.
[[nodiscard]] inline std::optional<double> ncu_number(std::string text) {
  std::erase(text, ',');
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || end != text.c_str() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace detail

/// Reads what `ncu --csv --page raw` prints: lines that begin with "==" and are its log, a row of names that
/// begins with "ID", a row of units, and a row for each kernel. Throws error where it is something else, and
/// for a unit that is not known: a figure of unknown size is none.
[[nodiscard]] inline launch_profile parse_ncu_csv(const std::string& text) {
  const std::size_t begin = text.starts_with("\"ID\",") ? 0 : text.find("\n\"ID\",");
  if (begin == std::string::npos) throw error("there is no table in what ncu wrote");
  std::string table = text.substr(begin);
  if (const std::size_t end = table.find("\n=="); end != std::string::npos) table.resize(end + 1);
  const std::vector<std::vector<std::string>> rows = detail::csv_rows(table);
  if (rows.size() < 3) throw error("the table that ncu wrote holds no kernel");
  const std::vector<std::string>&names = rows[0], &units = rows[1];
  for (const std::vector<std::string>& row : rows)
    if (row.size() != names.size())
      throw error("a row of the table that ncu wrote has " + std::to_string(row.size()) +
                  " cells, and its head " + std::to_string(names.size()));

  const auto column = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  const auto value = [&](const std::vector<std::string>& row, const std::string& name) {
    const std::size_t at = column(name);
    if (at == names.size()) return std::optional<double>();
    const std::optional<double> number = detail::ncu_number(row[at]);
    if (!number) return number;
    const std::optional<double> factor = detail::ncu_unit(units[at]);
    if (!factor) throw error("ncu tells " + name + " in '" + units[at] + "', a unit that is not known");
    return std::optional(*number * *factor);
  };
  // Of several kernels the sum; a figure that one of them lacks is none.
  const auto sum = [&](const std::string& name) {
    std::optional<double> total = 0.0;
    for (std::size_t i = 2; i < rows.size(); ++i) {
      const std::optional<double> one = value(rows[i], name);
      total = total && one ? std::optional(*total + *one) : std::nullopt;
    }
    return total;
  };
  // The mean by time.
  const std::optional<double> seconds = sum(ncu_metrics::time);
  const auto mean = [&](const std::string& name) -> std::optional<double> {
    double total = 0.0, weight = 0.0;
    for (std::size_t i = 2; i < rows.size(); ++i) {
      const std::optional<double> one = value(rows[i], name);
      if (!one) return std::nullopt;
      const double time = seconds ? value(rows[i], ncu_metrics::time).value_or(1.0) : 1.0;
      total += *one * time;
      weight += time;
    }
    return weight > 0 ? std::optional(total / weight) : std::nullopt;
  };

  launch_profile profile;
  profile.tool = "ncu";
  const std::size_t kernel = column("Kernel Name");
  for (std::size_t i = 2; i < rows.size(); ++i)
    profile.kernels.push_back(kernel < names.size() ? rows[i][kernel] : "?");
  profile.seconds = seconds;
  profile.bytes_read = sum(ncu_metrics::read);
  profile.bytes_written = sum(ncu_metrics::written);
  profile.clock = mean(ncu_metrics::clock);
  profile.memory_clock = mean(ncu_metrics::memory_clock);

  std::map<resource, double> operations;
  std::map<resource, bool> whole;  // all of its instructions were counted
  for (const ncu_metrics::counted& one : ncu_metrics::instructions) {
    const std::optional<double> count = sum(one.metric);
    whole.try_emplace(one.which, true);
    whole[one.which] = whole[one.which] && count;
    operations[one.which] += count.value_or(0.0) * one.operations;
  }
  for (const auto& [which, complete] : whole)
    if (!complete) operations.erase(which);
  for (const ncu_metrics::matrix_path& path : ncu_metrics::matrix_paths) {
    std::optional<double> count = sum(path.name + std::string(ncu_metrics::matrix_suffixes[0]));
    for (const int part : {1, 2}) {
      if (part == 1 && count) break;
      const std::optional<double> some = sum(path.name + std::string(ncu_metrics::matrix_suffixes[part]));
      if (some) count = count.value_or(0.0) + *some;
    }
    if (count) operations[path.which] += *count;
  }
  profile.operations.assign(operations.begin(), operations.end());

  for (const char* const stall : ncu_metrics::stalls)
    if (const auto cycles = mean(std::string(ncu_metrics::stall_prefix) + stall + ncu_metrics::stall_suffix))
      profile.stalls.emplace_back(stall, *cycles);
  std::stable_sort(profile.stalls.begin(), profile.stalls.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return profile;
}

}  // namespace assay
