// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "assay/backend/ceiling_job.hpp"
#include "assay/backend/stream_job.hpp"
#include "assay/core/device_info.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/roofline/resource.hpp"

namespace assay {

/// A ceiling that a device may have, and the ways to reach it: the best of them counts.
struct ceiling_target {
  std::string name;                    ///< "DRAM copy", "tensor bf16", …
  std::optional<resource> which = {};  ///< absent for what is no resource of the roofline
  std::vector<ceiling_probe> probes = {};
  std::string why_not = {};  ///< why there are no probes
};

/// The shape of the matrix instruction that matrix_ceiling_kernel uses for a type; absent where it has none.
/// `compiled_for`: of ceiling_features.
[[nodiscard]] inline std::optional<matrix_shape> warp_matrix_shape(const device_info& device,
                                                                   int compiled_for, dtype type) {
  if (device.vendor == vendor::nvidia) {
    if (type == dtype::fp64) {
      if (compiled_for >= 900) return matrix_shape{16, 8, 16, 32, 4, true, 8, 4, 2};
      return compiled_for >= 800 ? std::optional(matrix_shape{8, 8, 4, 32, 4, true, 1, 1, 1}) : std::nullopt;
    }
    const int depth = 256 / bits_of(type);  // 32 bytes
    const bool narrow = type == dtype::fp8_e4m3fn, wide = type == dtype::bf16 || type == dtype::tf32;
    if (!narrow && !wide && type != dtype::fp16 && type != dtype::int8) return std::nullopt;
    if (compiled_for >= (narrow ? 890 : 800)) return matrix_shape{16, 8, depth, 32, 4, true, 4, 2, 2};
    if (compiled_for < 750 || narrow || wide) return std::nullopt;
    if (type == dtype::fp16) return matrix_shape{16, 8, 8, 32, 4, true, 2, 1, 2};
    return matrix_shape{8, 8, 16, 32, 4, true, 1, 1, 1};
  }
  const std::string_view architecture = device.architecture;
  const bool first = architecture == "gfx908", third = architecture == "gfx942";
  const bool fourth = architecture == "gfx950";
  if (device.vendor != vendor::amd || !(first || architecture == "gfx90a" || third || fourth))
    return std::nullopt;
  // Of 32 × 32 products a lane holds so many bytes of one row, and the other half of the lanes what follows.
  const auto square = [&](int bytes) {
    return matrix_shape{32, 32, 2 * bytes * 8 / bits_of(type), 64, 2, false, bytes / 4, bytes / 4, 1};
  };
  switch (type) {
    case dtype::fp16: return square(fourth ? 16 : 8);
    case dtype::bf16: return square(fourth ? 16 : first ? 4 : 8);
    case dtype::int8: return square(fourth ? 16 : third ? 8 : 4);
    case dtype::tf32: return third ? std::optional(square(8)) : std::nullopt;
    case dtype::fp8_e4m3fnuz: return third ? std::optional(square(8)) : std::nullopt;
    case dtype::fp64:
      return first ? std::nullopt : std::optional(matrix_shape{16, 16, 4, 64, 4, false, 1, 1, 1});
    default: return std::nullopt;
  }
}

namespace detail {

/// The probes of one device, see ceiling_targets().
class probe_list {
 public:
  probe_list(const device_info& device, const ceiling_features& features)
      : device_(device), features_(features), units_(device.multiprocessors.value_or(64)) {}

  [[nodiscard]] ceiling_target stream(const std::string& name, int reads, int writes) const {
    ceiling_target target{name, resource::dram};
    const auto add = [&](ceiling_kernel kernel, int configuration, const std::string& how) {
      ceiling_probe probe = make(kernel, dtype::uint32, 1, 256, 0.0, 0, how);
      probe.reads = reads;
      probe.writes = writes;
      probe.configuration = configuration;
      target.probes.push_back(probe);
    };
    for (int shape = 0; shape < stream_shapes; ++shape)
      add(ceiling_kernel::stream, shape, "stream of 16-byte words, shape " + std::to_string(shape));
    if (reads == 1 && writes == 1) add(ceiling_kernel::runtime_copy, 0, "the runtime's memcpy");
    if (reads == 0) add(ceiling_kernel::runtime_set, 0, "the runtime's memset");
    return target;
  }

  [[nodiscard]] ceiling_target l2() const {
    ceiling_target target{"L2", resource::l2};
    const double bytes = 512.0 * ceiling_loads * 16;
    const std::int64_t operands = device_.l2_bytes.value_or(4 << 20) / 3;
    for (const int blocks : {1, 2, 3})
      target.probes.push_back(
          make(ceiling_kernel::l2, dtype::uint32, blocks, 512, bytes, operands,
               std::to_string(blocks * 512) + " threads a multiprocessor read a third of L2 past L1"));
    return target;
  }

  [[nodiscard]] ceiling_target shared_memory() const {
    ceiling_target target{"shared memory", resource::shared_memory};
    for (const int blocks : {1, 2})
      target.probes.push_back(make(ceiling_kernel::shared_memory, dtype::uint32, blocks, 512,
                                   512.0 * ceiling_loads * 16, ceiling_shared_words * 16,
                                   std::to_string(blocks * 512) +
                                       " threads a multiprocessor read words of 16 bytes without conflicts"));
    return target;
  }

  [[nodiscard]] ceiling_target vector(const std::string& name, resource which, dtype type) const {
    ceiling_target target{name, which};
    // Halves come in pairs, and in AMD's code fp32 does too.
    const bool amd_code = features_.compiled_for == 0;
    const int lanes = type == dtype::fp16 || (type == dtype::fp32 && amd_code) ? 2 : 1;
    for (const int blocks : {4, 8})
      target.probes.push_back(make(ceiling_kernel::vector, type, blocks, 256,
                                   2.0 * lanes * 256 * ceiling_chains * ceiling_steps, ceiling_words * 4,
                                   std::string("chains of ") + (lanes == 2 ? "packed " : "") +
                                       "multiply-adds, " + std::to_string(blocks * 256) +
                                       " threads a multiprocessor"));
    return target;
  }

  [[nodiscard]] ceiling_target exponential() const {
    ceiling_target target{"SFU", resource::sfu};
    for (const int blocks : {4, 8})
      target.probes.push_back(make(
          ceiling_kernel::exponential, dtype::fp32, blocks, 256, 256.0 * ceiling_chains * ceiling_steps,
          ceiling_words * 4, "chains of ex2, " + std::to_string(blocks * 256) + " threads a multiprocessor"));
    return target;
  }

  [[nodiscard]] ceiling_target matrix(const std::string& name, resource which, dtype type) const {
    ceiling_target target{name, which};
    const std::string_view architecture = device_.architecture;
    const bool hopper = architecture == "sm_90", own_units = type != dtype::fp64;
    const bool tensor_memory =
        architecture == "sm_100" || architecture == "sm_103" || architecture == "sm_110";
    if (hopper && own_units) {
      if (features_.warpgroup_matrix)
        add_warpgroup(target, type);
      else
        target.why_not =
            "only wgmma reaches it, which this build lacks: it was compiled for sm_90 and not for sm_90a";
    } else if (tensor_memory && own_units) {
      target.why_not = "only tcgen05 reaches it, for which assay has no kernel";
    } else if (const auto shape = warp_matrix_shape(device_, features_.compiled_for, type)) {
      add_warp(target, type, *shape);
    } else {
      target.why_not = "assay has no kernel for it on " + device_.architecture;
    }
    if (target.probes.empty() && !features_.library.empty() && has_library(type)) add_library(target, type);
    return target;
  }

  [[nodiscard]] ceiling_target atomics(const std::string& name, ceiling_kernel kernel) const {
    ceiling_target target{name};
    const bool same = kernel == ceiling_kernel::atomic_same;
    target.probes.push_back(
        make(kernel, dtype::fp32, 4, 256, 256.0 * ceiling_loads,
             same ? 16 : device_.l2_bytes.value_or(4 << 20) / 8,
             same ? "additions of 1 to one fp32" : "additions of 1 to neighbouring fp32, within L2"));
    return target;
  }

 private:
  [[nodiscard]] ceiling_probe make(ceiling_kernel kernel, dtype type, int blocks, int threads, double amount,
                                   std::int64_t operand_bytes, std::string how) const {
    ceiling_probe probe;
    probe.kernel = kernel;
    probe.type = type;
    probe.blocks = blocks * units_;
    probe.threads = threads;
    probe.amount = amount;
    probe.operand_bytes = operand_bytes;
    probe.how = std::move(how);
    return probe;
  }

  void add_warp(ceiling_target& target, dtype type, const matrix_shape& shape) const {
    const bool amd = device_.vendor == vendor::amd;
    const std::string text = std::string(amd ? "MFMA " : "mma.sync ") + std::to_string(shape.rows) + "x" +
                             std::to_string(shape.columns) + "x" + std::to_string(shape.depth);
    const int unit = std::max(4, bits_of(type) / 8);
    const std::int64_t lane =
        unit * (ceiling_a_operands * shape.a_units + ceiling_b_operands * shape.b_units);
    for (const int blocks : {1, 2}) {
      ceiling_probe probe =
          make(ceiling_kernel::warp_matrix, type, blocks, 256,
               256.0 / shape.lanes * ceiling_a_operands * ceiling_b_operands * shape.operations(),
               lane * shape.lanes * ceiling_warps,
               text + ", " + std::to_string(blocks * 256 / shape.lanes) +
                   " warps a multiprocessor, operands in registers");
      probe.shape = shape;
      target.probes.push_back(probe);
    }
  }

  void add_warpgroup(ceiling_target& target, dtype type) const {
    using layout = warpgroup_operands;
    const int depth = layout::stages * layout::row_bytes * 8 / bits_of(type);
    for (const int waves : {1, 4})
      target.probes.push_back(
          make(ceiling_kernel::warpgroup_matrix, type, waves, 256,
               2.0 * layout::warpgroups * layout::rows * layout::columns * depth,
               std::int64_t{layout::variants} * layout::block_bytes,
               "wgmma m64n256k" + std::to_string(layout::step_bytes * 8 / bits_of(type)) +
                   ", two warpgroups a multiprocessor, operands in shared memory, waves: " +
                   std::to_string(waves)));
  }

  static bool has_library(dtype type) {
    return type == dtype::bf16 || type == dtype::fp16 || type == dtype::tf32 || type == dtype::fp8_e4m3fn ||
           type == dtype::int8;
  }
  /// Its configurations are the algorithms that the library proposes, best first.
  void add_library(ceiling_target& target, dtype type) const {
    for (int choice = 0; choice < 4; ++choice) {
      ceiling_probe probe =
          make(ceiling_kernel::library_matrix, type, 1, 1, library_product_size::operations(),
               library_product_size::bytes(type),
               features_.library + ", product of 8192 x 8192 x 8192, algorithm " + std::to_string(choice));
      probe.blocks = 1;
      probe.configuration = choice;
      target.probes.push_back(probe);
    }
  }

  const device_info& device_;
  const ceiling_features& features_;
  int units_;
};

}  // namespace detail

/// The ceilings of each resource of a device but the launch, which needs no kernel of its own, with the ways
/// to measure them, or the reason why one cannot be. Nothing that would tell less than the device can do:
/// where the fast path of a unit is not compiled, the ceiling is not measured by a slower one. Empty for a
/// device without kernels. `all`: the others beside the mixes of DRAM, which are few and short.
[[nodiscard]] inline std::vector<ceiling_target> ceiling_targets(const device_info& device,
                                                                 const ceiling_features& features, bool all) {
  std::vector<ceiling_target> targets;
  if (!features.kernels) return targets;
  const detail::probe_list probes(device, features);
  for (const auto& [name, reads, writes] : {std::tuple{"DRAM read", 1, 0},
                                            {"DRAM 3:1", 3, 1},
                                            {"DRAM triad", 2, 1},
                                            {"DRAM copy", 1, 1},
                                            {"DRAM 1:2", 1, 2},
                                            {"DRAM write", 0, 1}})
    targets.push_back(probes.stream(name, reads, writes));
  if (!all) return targets;
  targets.push_back(probes.l2());
  targets.push_back(probes.shared_memory());
  targets.push_back(probes.vector("fp64", resource::fp64, dtype::fp64));
  targets.push_back(probes.vector("fp32", resource::fp32, dtype::fp32));
  targets.push_back(probes.vector("fp16", resource::fp16, dtype::fp16));
  targets.push_back(probes.exponential());
  const dtype fp8 = device.vendor == vendor::amd ? dtype::fp8_e4m3fnuz : dtype::fp8_e4m3fn;
  for (const auto& [which, type] : {std::pair{resource::tensor_fp64, dtype::fp64},
                                    {resource::tensor_tf32, dtype::tf32},
                                    {resource::tensor_fp16, dtype::fp16},
                                    {resource::tensor_bf16, dtype::bf16},
                                    {resource::tensor_fp8, fp8},
                                    {resource::tensor_int8, dtype::int8}})
    targets.push_back(probes.matrix(to_string(which), which, type));
  targets.push_back({to_string(resource::tensor_fp16_fp16),
                     resource::tensor_fp16_fp16,
                     {},
                     "assay has no kernel that accumulates fp16 in fp16"});
  for (const resource which : {resource::int32, resource::tensor_fp6, resource::tensor_fp4, resource::link})
    targets.push_back({to_string(which), which, {}, "assay has no kernel for it"});
  targets.push_back(probes.atomics("atomic add, spread", ceiling_kernel::atomic_spread));
  targets.push_back(probes.atomics("atomic add, one address", ceiling_kernel::atomic_same));
  return targets;
}

}  // namespace assay
