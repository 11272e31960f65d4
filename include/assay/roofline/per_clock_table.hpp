// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "assay/core/device_info.hpp"
#include "assay/roofline/device_table.hpp"

namespace assay {

/// Products of one architecture can differ: GeForce runs the matrix units at half rate when they accumulate
/// in fp32. `professional` is everything that is not called GeForce.
enum class product_line { any, geforce, professional };

[[nodiscard]] constexpr const char* to_string(product_line line) {
  switch (line) {
    case product_line::any: return "any";
    case product_line::geforce: return "geforce";
    case product_line::professional: return "professional";
  }
  return "?";
}

/// The most that one SM (NVIDIA) or CU (AMD) can do in a clock, and its L2.
struct per_clock_row {
  std::string_view architecture;  ///< as in device_info
  std::string_view family;        ///< for people
  product_line covers = product_line::any;
  /// SMs or CUs in what the runtime counts as one multiprocessor: HIP counts workgroup processors on RDNA,
  /// which are two CUs each.
  int units_per_multiprocessor = 1;
  /// Operations a clock, a multiply-add being two, and bytes of shared memory; DRAM is never set. Sources
  /// count vector work in multiply-adds and matrix work in operations; here all are operations (count x this
  /// x boost clock then gives the datasheet).
  ///
  /// int32 is the issue limit, not the 64 adds a clock that NVIDIA prints: an SM issues 4 x 32 lanes, and a
  /// three-input add (IADD3) and a multiply-add (IMAD) are two operations each and run on two pipes side by
  /// side. Measured on an H200: 63 lanes of IADD3, 64 of IMAD, 123 of both mixed, which is 245 operations. A
  /// CU issues 64 lanes of v_add3_u32 or v_mad_u32_u24: 128 operations.
  by_resource operations = {};
  /// Of the L2 of a whole device; where a device can have several dies, of one of them (device_row::dies). It
  /// is counted in clocks of the multiprocessors, also where the L2 has a clock of its own.
  std::optional<double> l2_bytes = {};
  bool l2_by_die = false;
  std::string_view source;
};

// Laid out by hand: an architecture is a block of lines.
// clang-format off
inline constexpr per_clock_row per_clock_table[] = {
    {.architecture = "sm_70", .family = "Volta",
     .operations = {.fp64 = 64, .fp32 = 128, .fp16 = 256, .int32 = 256, .sfu = 16, .tensor_fp16 = 1024,
                    .tensor_fp16_fp16 = 1024, .shared_memory = 128},
     .l2_bytes = 2048,
     .source = "V100: CUDA C Programming Guide, arithmetic table, column 7.x; Volta whitepaper, 8 tensor "
               "cores an SM x 64 FMA; no bf16 or int8 matrix unit; L2: text of the A100 whitepaper, p. 35"},
    {.architecture = "sm_75", .family = "Turing", .covers = product_line::professional,
     .operations = {.fp64 = 4, .fp32 = 128, .fp16 = 256, .int32 = 256, .sfu = 16, .tensor_fp16 = 1024,
                    .tensor_fp16_fp16 = 1024, .tensor_int8 = 2048},
     .source = "T4 (full-rate fp32 accumulate; GeForce is not verified): CUDA C Programming Guide, column "
               "7.5; Turing whitepaper"},
    {.architecture = "sm_80", .family = "Ampere",
     .operations = {.fp64 = 64, .fp32 = 128, .fp16 = 512, .int32 = 256, .sfu = 16, .tensor_fp64 = 128,
                    .tensor_tf32 = 1024, .tensor_fp16 = 2048, .tensor_fp16_fp16 = 2048, .tensor_bf16 = 2048,
                    .tensor_int8 = 4096, .shared_memory = 128},
     .l2_bytes = 5120,
     .source = "A100, A30: openxla/xla cuda_core_info_table.cc (cites NVIDIA whitepapers and the CUDA Best "
               "Practices Guide 13.0, table 5); A100 whitepaper p. 20, 35: 1024 dense fp16 FMA; non-tensor "
               "bf16 is half of fp16 (39 against 78 TF); L2 read of the A100 of 40 MB (the A30 has less)"},
    {.architecture = "sm_86", .family = "Ampere", .covers = product_line::professional,
     .operations = {.fp64 = 4, .fp32 = 256, .fp16 = 256, .int32 = 256, .sfu = 16, .tensor_tf32 = 512,
                    .tensor_fp16 = 1024, .tensor_fp16_fp16 = 1024, .tensor_bf16 = 1024, .tensor_int8 = 2048,
                    .shared_memory = 128},
     .source = "A10, A40, RTX Ax000 (full-rate fp32 accumulate): GA102 whitepaper; A10 datasheet, 125 TF "
               "bf16 = 72 x 1024 x 1.695 GHz; older CUDA guides list 256 fp16 FMA results, the whitepaper "
               "128, the fp32 rate"},
    {.architecture = "sm_86", .family = "Ampere", .covers = product_line::geforce,
     .operations = {.fp64 = 4, .fp32 = 256, .fp16 = 256, .int32 = 256, .sfu = 16, .tensor_tf32 = 256,
                    .tensor_fp16 = 512, .tensor_fp16_fp16 = 1024, .tensor_bf16 = 512, .tensor_int8 = 2048,
                    .shared_memory = 128},
     .source = "RTX 30xx (half-rate fp32 accumulate): GA102 whitepaper, RTX 3090: fp16 142 TF with fp16 "
               "accumulate, 71 with fp32, TF32 35.6, int8 284"},
    {.architecture = "sm_89", .family = "Ada", .covers = product_line::professional,
     .operations = {.fp64 = 4, .fp32 = 256, .fp16 = 256, .int32 = 256, .sfu = 16, .tensor_tf32 = 512,
                    .tensor_fp16 = 1024, .tensor_fp16_fp16 = 1024, .tensor_bf16 = 1024, .tensor_fp8 = 2048,
                    .tensor_int8 = 2048, .shared_memory = 128},
     .source = "L4, L40S, RTX Ada (full-rate fp32 accumulate): L4 and L40S datasheets / (SMs x boost)"},
    {.architecture = "sm_89", .family = "Ada", .covers = product_line::geforce,
     .operations = {.fp64 = 4, .fp32 = 256, .fp16 = 256, .int32 = 256, .sfu = 16, .tensor_tf32 = 256,
                    .tensor_fp16 = 512, .tensor_fp16_fp16 = 1024, .tensor_bf16 = 512, .tensor_fp8 = 1024,
                    .tensor_int8 = 2048, .shared_memory = 128},
     .source = "RTX 40xx (half-rate fp32 accumulate): RTX 4090: bf16 165.2 TF, fp8 330.3, over 128 x 2.52 "
               "GHz; twice that with fp16 accumulate"},
    {.architecture = "sm_90", .family = "Hopper",
     .operations = {.fp64 = 128, .fp32 = 256, .fp16 = 512, .int32 = 256, .sfu = 16, .tensor_fp64 = 256,
                    .tensor_tf32 = 2048, .tensor_fp16 = 4096, .tensor_fp16_fp16 = 4096, .tensor_bf16 = 4096,
                    .tensor_fp8 = 8192, .tensor_int8 = 8192, .shared_memory = 128},
     .source = "H100, H200, GH200: openxla/xla cuda_core_info_table.cc (cites NVIDIA whitepapers and the "
               "CUDA Best Practices Guide 13.0, table 5); H100 whitepaper: tensor peaks at 1830 MHz (SXM) "
               "and 1620 (PCIe), the others at 1980 and 1755; wgmma only, mma.sync reaches about 62 % "
               "(arXiv 2402.13499, 2501.12084); L2 is not published and has a clock of its own: ncu counts 94 "
               "slices at 1.68 GHz on an H200, where reads reach 10.3 TB/s, more than A100's 5120 bytes a "
               "clock of the multiprocessors would be"},
    {.architecture = "sm_100", .family = "Blackwell DC",
     .operations = {.fp64 = 128, .fp32 = 256, .fp16 = 256, .int32 = 256, .sfu = 16, .tensor_fp64 = 128,
                    .tensor_tf32 = 4096, .tensor_fp16 = 8192, .tensor_fp16_fp16 = 8192, .tensor_bf16 = 8192,
                    .tensor_fp8 = 16384, .tensor_int8 = 16384, .tensor_fp6 = 16384, .tensor_fp4 = 32768,
                    .shared_memory = 128},
     .source = "B200, GB200: openxla/xla cuda_core_info_table.cc (cites NVIDIA whitepapers and the CUDA "
               "Best Practices Guide 13.0, table 5); tcgen05 measured by "
               "SemiAnalysisAI/microbench-blackwell, tput_results_max.csv: bf16 8161, e4m3 16352, s8 16353, "
               "f4 32730; fp16 outside the matrix unit runs at the fp32 rate; fp4 without block scales runs "
               "at the fp8 rate"},
    {.architecture = "sm_103", .family = "Blackwell Ultra DC",
     .operations = {.fp64 = 4, .fp32 = 256, .fp16 = 256, .int32 = 256, .sfu = 32, .tensor_tf32 = 4096,
                    .tensor_fp16 = 8192, .tensor_fp16_fp16 = 8192, .tensor_bf16 = 8192, .tensor_fp8 = 16384,
                    .tensor_int8 = 512, .tensor_fp6 = 16384, .tensor_fp4 = 49152, .shared_memory = 128},
     .source = "B300, GB300: third-party measurements (fp64 1.20 TF); NVIDIA blog 'Making softmax more "
               "efficient with Blackwell Ultra' (ex2 doubled); Blackwell tech brief, int8 0.15 to 0.165 "
               "POPS; fp4 1.5 x B200 = 13.5 PF of HGX B300; Antoniomv7/gb300-microbench, bf16 about 8152; "
               "shared memory 38.4 TB/s = 148 x 128 x 2.03 GHz, third party; the L2 has a clock of its own"},
    {.architecture = "sm_120", .family = "Blackwell consumer", .covers = product_line::geforce,
     .operations = {.fp64 = 4, .fp32 = 256, .fp16 = 256, .int32 = 256, .sfu = 16, .tensor_tf32 = 256,
                    .tensor_fp16 = 512, .tensor_fp16_fp16 = 1024, .tensor_bf16 = 512, .tensor_fp8 = 1024,
                    .tensor_int8 = 2048, .tensor_fp6 = 1024, .tensor_fp4 = 4096, .shared_memory = 128},
     .source = "RTX 50xx (half-rate fp32 accumulate): RTX Blackwell whitepaper, tables 3 and 6, e.g. 209.5 "
               "TF / (170 x 2.407 GHz) = 512; fp8 2048 with fp16 accumulate; shared memory: 32 banks of 4 "
               "bytes"},
    {.architecture = "sm_120", .family = "Blackwell pro", .covers = product_line::professional,
     .operations = {.fp64 = 4, .fp32 = 256, .fp16 = 256, .int32 = 256, .sfu = 16, .tensor_tf32 = 512,
                    .tensor_fp16 = 1024, .tensor_fp16_fp16 = 1024, .tensor_bf16 = 1024, .tensor_fp8 = 2048,
                    .tensor_int8 = 2048, .tensor_fp6 = 2048, .tensor_fp4 = 4096, .shared_memory = 128},
     .source = "RTX PRO 6000 Blackwell (full-rate fp32 accumulate): RTX PRO Blackwell whitepaper, bf16 "
               "503.8, fp8 1007.6, fp4 2015 dense / (188 x 2.617 GHz); shared memory: 32 banks of 4 bytes"},
    {.architecture = "sm_121", .family = "Blackwell SoC",
     .operations = {.fp64 = 4, .fp32 = 256, .fp16 = 256, .int32 = 256, .sfu = 16, .tensor_fp4 = 4096,
                    .shared_memory = 128},
     .source = "GB10: fp4 from the claim of 1 PFLOP sparse, 500 dense at about 2.54 GHz (475 at the "
               "reported 2418 MHz); the other matrix rates are not verified"},
    {.architecture = "gfx908", .family = "CDNA1",
     .operations = {.fp64 = 64, .fp32 = 128, .int32 = 128, .sfu = 16, .tensor_fp16 = 1024,
                    .tensor_bf16 = 512, .tensor_int8 = 1024, .shared_memory = 128},
     .l2_bytes = 2048,
     .source = "MI100: openxla/xla rocm_core_info_table.cc (cites the AMD CDNA 1 to 4 white papers, table "
               "1); ROCm rocprofiler-compute 0200_system_speed_of_light.yaml; ex2 is the quarter rate of "
               "the AMD ISA guide; FP32 matrix, 256, is no TF32; L2 32 channels of 64 bytes"},
    {.architecture = "gfx90a", .family = "CDNA2",
     .operations = {.fp64 = 128, .fp32 = 256, .fp16 = 256, .int32 = 128, .sfu = 16, .tensor_fp64 = 256,
                    .tensor_fp16 = 1024, .tensor_bf16 = 1024, .tensor_int8 = 1024, .shared_memory = 128},
     .l2_bytes = 4096, .l2_by_die = true,
     .source = "MI210, MI250X per GCD: openxla/xla rocm_core_info_table.cc (cites the AMD CDNA 1 to 4 white "
               "papers, table 1); ROCm rocprofiler-compute 0200_system_speed_of_light.yaml; fp32 256 only "
               "with packed v_pk_fma_f32, 128 otherwise: the datasheets print both; FP32 matrix, 256, is no "
               "TF32; L2 32 channels of 128 bytes, of one GCD"},
    {.architecture = "gfx942", .family = "CDNA3",
     .operations = {.fp64 = 128, .fp32 = 256, .fp16 = 256, .int32 = 128, .sfu = 16, .tensor_fp64 = 256,
                    .tensor_tf32 = 1024, .tensor_fp16 = 2048, .tensor_bf16 = 2048, .tensor_fp8 = 4096,
                    .tensor_int8 = 4096, .shared_memory = 128},
     .l2_bytes = 2048, .l2_by_die = true,
     .source = "MI300A, MI300X, MI308X, MI325X: openxla/xla rocm_core_info_table.cc (cites the AMD CDNA 1 "
               "to 4 white papers, table 1); ROCm rocprofiler-compute 0200_system_speed_of_light.yaml; TF32 "
               "is XF32; fp32 256 is dual-issued or packed; L2 of one XCD"},
    {.architecture = "gfx950", .family = "CDNA4",
     .operations = {.fp64 = 128, .fp32 = 256, .fp16 = 256, .int32 = 128, .tensor_fp64 = 128,
                    .tensor_fp16 = 4096, .tensor_bf16 = 4096, .tensor_fp8 = 8192, .tensor_int8 = 8192,
                    .tensor_fp6 = 16384, .tensor_fp4 = 16384},
     .l2_bytes = 2048, .l2_by_die = true,
     .source = "MI350X, MI355X: openxla/xla rocm_core_info_table.cc (cites the AMD CDNA 1 to 4 white "
               "papers, table 1); ROCm rocprofiler-compute 0200_system_speed_of_light.yaml (which misspells "
               "the fp6 and fp4 rate 16834); no XF32, FP32 matrix 256; ex2 doubled according to AMD but not "
               "verified, so absent; L2 of one XCD; LDS reads are doubled according to AMD but not "
               "verified, so absent"},
    {.architecture = "gfx1100", .family = "RDNA3", .units_per_multiprocessor = 2,
     .operations = {.fp64 = 8, .fp32 = 256, .fp16 = 512, .int32 = 128, .sfu = 16, .tensor_fp16 = 512,
                    .tensor_bf16 = 512, .tensor_int8 = 512},
     .source = "RX 7900 XTX, per CU: GPUOpen wmma_on_rdna3 table: fp16, bf16, int8 512"},
    {.architecture = "gfx1201", .family = "RDNA4", .units_per_multiprocessor = 2,
     .operations = {.fp64 = 8, .fp32 = 256, .fp16 = 512, .int32 = 128, .sfu = 16, .tensor_fp16 = 1024,
                    .tensor_bf16 = 1024, .tensor_fp8 = 2048, .tensor_int8 = 2048},
     .source = "RX 9070 XT, per CU: GPUOpen RDNA4 matrix-core table: fp16, bf16 1024, fp8, int8 2048, dense"},
};
// clang-format on

}  // namespace assay
