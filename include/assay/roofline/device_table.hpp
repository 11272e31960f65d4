// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "assay/core/device_info.hpp"
#include "assay/roofline/resource.hpp"

namespace assay {

/// One number for each resource; absent where nobody has verified it, never zero.
struct by_resource {
  std::optional<double> dram = {};
  std::optional<double> fp64 = {}, fp32 = {}, fp16 = {}, int32 = {}, sfu = {};
  std::optional<double> tensor_fp64 = {}, tensor_tf32 = {}, tensor_fp16 = {}, tensor_fp16_fp16 = {};
  std::optional<double> tensor_bf16 = {}, tensor_fp8 = {}, tensor_int8 = {}, tensor_fp6 = {}, tensor_fp4 = {};
  std::optional<double> l2 = {}, shared_memory = {}, link = {}, launch = {};

 private:
  // No table of pointers to members: what nvcc makes of one, g++ warns of.
  template <class Self>
  [[nodiscard]] static constexpr auto& member(Self& self, resource which) {
    switch (which) {
      case resource::fp64: return self.fp64;
      case resource::fp32: return self.fp32;
      case resource::fp16: return self.fp16;
      case resource::int32: return self.int32;
      case resource::sfu: return self.sfu;
      case resource::tensor_fp64: return self.tensor_fp64;
      case resource::tensor_tf32: return self.tensor_tf32;
      case resource::tensor_fp16: return self.tensor_fp16;
      case resource::tensor_fp16_fp16: return self.tensor_fp16_fp16;
      case resource::tensor_bf16: return self.tensor_bf16;
      case resource::tensor_fp8: return self.tensor_fp8;
      case resource::tensor_int8: return self.tensor_int8;
      case resource::tensor_fp6: return self.tensor_fp6;
      case resource::tensor_fp4: return self.tensor_fp4;
      case resource::l2: return self.l2;
      case resource::shared_memory: return self.shared_memory;
      case resource::link: return self.link;
      case resource::launch: return self.launch;
      case resource::dram: break;
    }
    return self.dram;
  }

 public:
  [[nodiscard]] constexpr const std::optional<double>& operator[](resource which) const {
    return member(*this, which);
  }
  [[nodiscard]] constexpr std::optional<double>& operator[](resource which) { return member(*this, which); }
};

/// What a vendor prints about a device, dense figures only.
struct device_row {
  assay::vendor vendor = assay::vendor::cpu;
  std::string_view name;   ///< for people
  std::string_view match;  ///< "=NAME": the name a runtime reports; "NAME": a part of it; "": no runtime's
  std::string_view architecture;  ///< as in device_info
  int units = 0;                  ///< SMs (NVIDIA) or CUs (AMD, on RDNA too, where HIP reports pairs of them)
  int dies = 1;  ///< compute dies with an L2 of their own (AMD's XCDs and GCDs); 1 where all share one
  std::optional<double> boost_clock = {};                 ///< Hz
  std::optional<double> base_clock = {};                  ///< Hz, which ncu locks to unless told otherwise
  std::optional<std::int64_t> memory_bytes = {};          ///< of the device's own memory
  std::optional<std::int64_t> l2_bytes = {};              ///< of the whole device
  std::optional<std::int64_t> infinity_cache_bytes = {};  ///< AMD's memory-side cache (MALL), behind the L2
  by_resource peak = {};                                  ///< B/s for DRAM, operations/s for the rest
  std::optional<double> link_bandwidth = {};  ///< B/s, NVLink or Infinity Fabric, both directions together
  std::optional<double> power = {};           ///< W
  std::string_view source;
};

// Laid out by hand: a device is a block of lines, so that a change of one shows as one.
// clang-format off
inline constexpr device_row device_table[] = {
    {.vendor = vendor::nvidia, .name = "T4", .match = "Tesla T4", .architecture = "sm_75",
     .units = 40, .boost_clock = 1590e6, .base_clock = 585e6,
     .memory_bytes = 17179869184, .l2_bytes = 4194304,
     .peak = {.dram = 320e9, .fp32 = 8.1e12, .tensor_fp16 = 65e12, .tensor_int8 = 130e12},
     .power = 70,
     .source = "NVIDIA T4 datasheet; TechPowerUp clocks; pin rate 5001MHz*256b=320.1"},
    {.vendor = vendor::nvidia, .name = "V100 SXM2 32GB", .match = "V100-SXM2-32GB", .architecture = "sm_70",
     .units = 80, .boost_clock = 1530e6, .memory_bytes = 34359738368, .l2_bytes = 6291456,
     .peak = {.dram = 898e9, .fp64 = 7.8e12, .fp32 = 15.7e12, .fp16 = 31.4e12, .tensor_fp16 = 125e12},
     .link_bandwidth = 300e9, .power = 300,
     .source = "NVIDIA V100 datasheet; openxla/xla target_config/specs/v100.txtpb (device-reported) (80 "
               "SM,1530MHz,877MHz mem => 898.05 GB/s, datasheet 900)"},
    {.vendor = vendor::nvidia, .name = "V100 PCIe 32GB", .match = "V100-PCIE-32GB", .architecture = "sm_70",
     .units = 80, .boost_clock = 1380e6, .memory_bytes = 34359738368, .l2_bytes = 6291456,
     .peak = {.dram = 898e9, .fp64 = 7e12, .fp32 = 14e12, .fp16 = 28e12, .tensor_fp16 = 112e12},
     .power = 250,
     .source = "NVIDIA V100 datasheet (900 GB/s nominal)"},
    {.vendor = vendor::nvidia, .name = "A10", .match = "=NVIDIA A10", .architecture = "sm_86",
     .units = 72, .boost_clock = 1695e6, .base_clock = 885e6,
     .memory_bytes = 25769803776, .l2_bytes = 6291456,
     .peak = {.dram = 600e9, .fp32 = 31.2e12, .tensor_tf32 = 62.5e12, .tensor_fp16 = 125e12,
              .tensor_bf16 = 125e12, .tensor_int8 = 250e12},
     .power = 150,
     .source = "NVIDIA A10 datasheet; TechPowerUp clocks"},
    {.vendor = vendor::nvidia, .name = "A30", .match = "=NVIDIA A30", .architecture = "sm_80",
     .units = 56, .boost_clock = 1440e6, .base_clock = 930e6,
     .memory_bytes = 25769803776, .l2_bytes = 25165824,
     .peak = {.dram = 933e9, .fp64 = 5.2e12, .fp32 = 10.3e12, .fp16 = 41.2e12, .tensor_fp64 = 10.3e12,
              .tensor_tf32 = 82e12, .tensor_fp16 = 165e12, .tensor_bf16 = 165e12, .tensor_int8 = 330e12},
     .link_bandwidth = 200e9, .power = 165,
     .source = "NVIDIA A30 datasheet; fp16_vector = 56*256*2*1.44 derived"},
    {.vendor = vendor::nvidia, .name = "A100 SXM4 40GB", .match = "A100-SXM4-40GB", .architecture = "sm_80",
     .units = 108, .boost_clock = 1410e6, .base_clock = 1095e6,
     .memory_bytes = 42331013120, .l2_bytes = 41943040,
     .peak = {.dram = 1555.2e9, .fp64 = 9.7e12, .fp32 = 19.5e12, .fp16 = 78e12, .tensor_fp64 = 19.5e12,
              .tensor_tf32 = 156e12, .tensor_fp16 = 312e12, .tensor_bf16 = 312e12, .tensor_int8 = 624e12},
     .link_bandwidth = 600e9, .power = 400,
     .source = "A100 whitepaper/datasheet; openxla/xla target_config/specs/a100_sxm_40.txtpb "
               "(device-reported)"},
    {.vendor = vendor::nvidia, .name = "A100 SXM4 80GB", .match = "A100-SXM4-80GB", .architecture = "sm_80",
     .units = 108, .boost_clock = 1410e6, .base_clock = 1275e6,
     .memory_bytes = 85100068864, .l2_bytes = 41943040,
     .peak = {.dram = 2039.04e9, .fp64 = 9.7e12, .fp32 = 19.5e12, .fp16 = 78e12, .tensor_fp64 = 19.5e12,
              .tensor_tf32 = 156e12, .tensor_fp16 = 312e12, .tensor_bf16 = 312e12, .tensor_int8 = 624e12},
     .link_bandwidth = 600e9, .power = 400,
     .source = "A100 datasheet; openxla/xla target_config/specs/a100_sxm_80.txtpb (device-reported)"},
    {.vendor = vendor::nvidia, .name = "A100 PCIe 40GB", .match = "A100-PCIE-40GB", .architecture = "sm_80",
     .units = 108, .boost_clock = 1410e6, .base_clock = 765e6,
     .memory_bytes = 42949672960, .l2_bytes = 41943040,
     .peak = {.dram = 1555.2e9, .fp64 = 9.7e12, .fp32 = 19.5e12, .fp16 = 78e12, .tensor_fp64 = 19.5e12,
              .tensor_tf32 = 156e12, .tensor_fp16 = 312e12, .tensor_bf16 = 312e12, .tensor_int8 = 624e12},
     .link_bandwidth = 600e9, .power = 250,
     .source = "A100 datasheet; TechPowerUp base clock"},
    {.vendor = vendor::nvidia, .name = "A100 PCIe 80GB", .match = "NVIDIA A100 80GB PCIe",
     .architecture = "sm_80",
     .units = 108, .boost_clock = 1410e6, .base_clock = 1065e6,
     .memory_bytes = 85899345920, .l2_bytes = 41943040,
     .peak = {.dram = 1935e9, .fp64 = 9.7e12, .fp32 = 19.5e12, .fp16 = 78e12, .tensor_fp64 = 19.5e12,
              .tensor_tf32 = 156e12, .tensor_fp16 = 312e12, .tensor_bf16 = 312e12, .tensor_int8 = 624e12},
     .link_bandwidth = 600e9, .power = 300,
     .source = "A100 datasheet (1935 GB/s; 1512MHz*5120b=1935.4); same tensor peak as SXM on paper"},
    {.vendor = vendor::nvidia, .name = "L4", .match = "=NVIDIA L4", .architecture = "sm_89",
     .units = 58, .boost_clock = 2040e6, .base_clock = 795e6,
     .memory_bytes = 25769803776, .l2_bytes = 50331648,
     .peak = {.dram = 300e9, .fp32 = 30.3e12, .tensor_tf32 = 60e12, .tensor_fp16 = 121e12,
              .tensor_bf16 = 121e12, .tensor_fp8 = 242.5e12, .tensor_int8 = 242.5e12},
     .power = 72,
     .source = "NVIDIA L4 product page (sparse figures halved)"},
    {.vendor = vendor::nvidia, .name = "L40S", .match = "=NVIDIA L40S", .architecture = "sm_89",
     .units = 142, .boost_clock = 2520e6, .base_clock = 1110e6,
     .memory_bytes = 51539607552, .l2_bytes = 100663296,
     .peak = {.dram = 864e9, .fp32 = 91.6e12, .tensor_tf32 = 183e12, .tensor_fp16 = 362e12,
              .tensor_bf16 = 362e12, .tensor_fp8 = 733e12, .tensor_int8 = 733e12},
     .power = 350,
     .source = "NVIDIA L40S product page (dense)"},
    {.vendor = vendor::nvidia, .name = "RTX 3090", .match = "=NVIDIA GeForce RTX 3090",
     .architecture = "sm_86",
     .units = 82, .boost_clock = 1695e6, .base_clock = 1395e6,
     .memory_bytes = 25769803776, .l2_bytes = 6291456,
     .peak = {.dram = 936e9, .fp64 = 0.56e12, .fp32 = 35.6e12, .fp16 = 35.6e12, .tensor_tf32 = 35.6e12,
              .tensor_fp16 = 71e12, .tensor_fp16_fp16 = 142e12, .tensor_bf16 = 71e12, .tensor_int8 = 284e12},
     .power = 350,
     .source = "GA102 whitepaper (FP32-accumulate dense; FP16-acc 142)"},
    {.vendor = vendor::nvidia, .name = "RTX 4090", .match = "=NVIDIA GeForce RTX 4090",
     .architecture = "sm_89",
     .units = 128, .boost_clock = 2520e6, .base_clock = 2235e6,
     .memory_bytes = 25769803776, .l2_bytes = 75497472,
     .peak = {.dram = 1008e9, .fp64 = 1.29e12, .fp32 = 82.6e12, .fp16 = 82.6e12, .tensor_tf32 = 82.6e12,
              .tensor_fp16 = 165.2e12, .tensor_fp16_fp16 = 330.3e12, .tensor_bf16 = 165.2e12,
              .tensor_fp8 = 330.3e12, .tensor_int8 = 660.6e12},
     .power = 450,
     .source = "Ada whitepaper (FP32-accumulate dense; fp16-acc 330.3; fp8 f16-acc 660.6)"},
    {.vendor = vendor::nvidia, .name = "RTX 5090", .match = "=NVIDIA GeForce RTX 5090",
     .architecture = "sm_120",
     .units = 170, .boost_clock = 2407e6, .base_clock = 2010e6,
     .memory_bytes = 34359738368, .l2_bytes = 100663296,
     .peak = {.dram = 1792e9, .fp64 = 1.64e12, .fp32 = 104.8e12, .fp16 = 104.8e12, .tensor_tf32 = 104.8e12,
              .tensor_fp16 = 209.5e12, .tensor_fp16_fp16 = 419e12, .tensor_bf16 = 209.5e12,
              .tensor_fp8 = 419e12, .tensor_int8 = 838e12, .tensor_fp6 = 419e12, .tensor_fp4 = 1676e12},
     .power = 575,
     .source = "RTX Blackwell whitepaper Table 3 (FP32-accumulate dense; fp16-acc 419; fp8 f16-acc 838)"},
    {.vendor = vendor::nvidia, .name = "RTX PRO 6000 Blackwell Workstation",
     .match = "RTX PRO 6000 Blackwell Workstation", .architecture = "sm_120",
     .units = 188, .boost_clock = 2617e6, .memory_bytes = 103079215104, .l2_bytes = 134217728,
     .peak = {.dram = 1792e9, .fp64 = 1.97e12, .fp32 = 126e12, .fp16 = 126e12, .tensor_tf32 = 251.9e12,
              .tensor_fp16 = 503.8e12, .tensor_bf16 = 503.8e12, .tensor_fp8 = 1007.6e12,
              .tensor_int8 = 1007.6e12, .tensor_fp6 = 1007.6e12, .tensor_fp4 = 2015e12},
     .power = 600,
     .source = "RTX Blackwell PRO whitepaper (FULL-rate FP32 accumulate); openxla/xla "
               "target_config/specs/rtx6000pro.txtpb (device-reported) (rounds clock to 2.6 GHz); the Max-Q "
               "(300 W) and Server editions differ in clock and are not matched"},
    {.vendor = vendor::nvidia, .name = "H100 SXM5", .match = "H100 80GB HBM3", .architecture = "sm_90",
     .units = 132, .boost_clock = 1980e6, .memory_bytes = 84942979072, .l2_bytes = 52428800,
     .peak = {.dram = 3352.3e9, .fp64 = 33.5e12, .fp32 = 66.9e12, .fp16 = 133.8e12, .tensor_fp64 = 66.9e12,
              .tensor_tf32 = 494.5e12, .tensor_fp16 = 989.4e12, .tensor_bf16 = 989.4e12,
              .tensor_fp8 = 1978.9e12, .tensor_int8 = 1978.9e12},
     .link_bandwidth = 900e9, .power = 700,
     .source = "H100 whitepaper v1.04; openxla/xla target_config/specs/h100_sxm.txtpb (device-reported); "
               "tensor datasheet peaks are at 1830 MHz: at 1980 MHz the hardware limit is 1070.5 (bf16)"},
    {.vendor = vendor::nvidia, .name = "H100 PCIe", .match = "H100 PCIe", .architecture = "sm_90",
     .units = 114, .boost_clock = 1755e6, .memory_bytes = 84942979072, .l2_bytes = 52428800,
     .peak = {.dram = 2039.04e9, .fp64 = 25.6e12, .fp32 = 51.2e12, .fp16 = 102.4e12, .tensor_fp64 = 51.2e12,
              .tensor_tf32 = 378e12, .tensor_fp16 = 756e12, .tensor_bf16 = 756e12, .tensor_fp8 = 1513e12,
              .tensor_int8 = 1513e12},
     .link_bandwidth = 600e9, .power = 350,
     .source = "H100 whitepaper; openxla/xla target_config/specs/h100_pcie.txtpb (device-reported); tensor "
               "peaks at 1620 MHz"},
    {.vendor = vendor::nvidia, .name = "H100 NVL", .match = "H100 NVL", .architecture = "sm_90",
     .units = 132, .boost_clock = 1785e6,
     .peak = {.dram = 3900e9, .fp64 = 30e12, .fp32 = 60e12, .tensor_fp64 = 60e12, .tensor_tf32 = 417.5e12,
              .tensor_fp16 = 835.5e12, .tensor_bf16 = 835.5e12, .tensor_fp8 = 1670.5e12,
              .tensor_int8 = 1670.5e12},
     .link_bandwidth = 600e9, .power = 400,
     .source = "H100 datasheet halved from sparse (Lightning PR #21743 audit); 94 GB; L2 not verified"},
    {.vendor = vendor::nvidia, .name = "H200 SXM", .match = "=NVIDIA H200", .architecture = "sm_90",
     .units = 132, .boost_clock = 1980e6, .memory_bytes = 150754820096, .l2_bytes = 62914560,
     .peak = {.dram = 4800e9, .fp64 = 34e12, .fp32 = 67e12, .fp16 = 134e12, .tensor_fp64 = 67e12,
              .tensor_tf32 = 494.5e12, .tensor_fp16 = 989.4e12, .tensor_bf16 = 989.4e12,
              .tensor_fp8 = 1978.9e12, .tensor_int8 = 1978.9e12},
     .link_bandwidth = 900e9, .power = 700,
     .source = "H200 datasheet; nvidia-smi and the runtime on an H200: 143771 MiB, L2 60 MB, 1980 and 3201 "
               "MHz, bus 6016 bits, so a pin rate of 3201 MHz x 2 x 752 B = 4814 GB/s; openxla/xla "
               "target_config/specs/h200.txtpb says L2 50 MB and 5120 bits, which is wrong"},
    {.vendor = vendor::nvidia, .name = "H200 NVL", .match = "H200 NVL", .architecture = "sm_90",
     .units = 132, .boost_clock = 1785e6,
     .peak = {.dram = 4800e9, .fp64 = 30e12, .fp32 = 60e12, .tensor_fp64 = 60e12, .tensor_tf32 = 417.5e12,
              .tensor_fp16 = 835.5e12, .tensor_bf16 = 835.5e12, .tensor_fp8 = 1670.5e12,
              .tensor_int8 = 1670.5e12},
     .link_bandwidth = 900e9, .power = 600,
     .source = "H200 datasheet (sparse halved); 141 GB; L2 expected 60 MB but not verified"},
    {.vendor = vendor::nvidia, .name = "GH200 96GB HBM3", .match = "GH200 480GB", .architecture = "sm_90",
     .units = 132, .boost_clock = 1980e6, .l2_bytes = 62914560,
     .peak = {.dram = 4000e9, .fp64 = 34e12, .fp32 = 67e12, .fp16 = 134e12, .tensor_fp64 = 67e12,
              .tensor_tf32 = 494.5e12, .tensor_fp16 = 989.4e12, .tensor_bf16 = 989.4e12,
              .tensor_fp8 = 1978.9e12, .tensor_int8 = 1978.9e12},
     .link_bandwidth = 900e9,
     .source = "GH200 datasheet; device name 'NVIDIA GH200 480GB', 132 SM, L2 62914560 device-reported "
               "(public fixture); C2C 900; module TDP 450-1000 W"},
    {.vendor = vendor::nvidia, .name = "GH200 144GB HBM3e", .match = "GH200 144G HBM3e",
     .architecture = "sm_90",
     .units = 132, .boost_clock = 1980e6,
     .peak = {.dram = 4900e9, .fp64 = 34e12, .fp32 = 67e12, .fp16 = 134e12, .tensor_fp64 = 67e12,
              .tensor_tf32 = 494.5e12, .tensor_fp16 = 989.4e12, .tensor_bf16 = 989.4e12,
              .tensor_fp8 = 1978.9e12, .tensor_int8 = 1978.9e12},
     .link_bandwidth = 900e9,
     .source = "GH200 datasheet; stas00 lists 4.8 TB/s"},
    {.vendor = vendor::nvidia, .name = "B200", .match = "=NVIDIA B200", .architecture = "sm_100",
     .units = 148, .boost_clock = 1965e6, .memory_bytes = 191514411008, .l2_bytes = 132644864,
     .peak = {.dram = 7672.3e9, .fp64 = 37e12, .fp32 = 75e12, .fp16 = 75e12, .tensor_fp64 = 37e12,
              .tensor_tf32 = 1125e12, .tensor_fp16 = 2250e12, .tensor_bf16 = 2250e12, .tensor_fp8 = 4500e12,
              .tensor_int8 = 4500e12, .tensor_fp6 = 4500e12, .tensor_fp4 = 9000e12},
     .link_bandwidth = 1800e9, .power = 1000,
     .source = "DGX/HGX B200 datasheet /8 halved; openxla/xla target_config/specs/b200.txtpb "
               "(device-reported) (3996MHz*7680b => 7672 GB/s; marketing 7.7-8.0); tensor peak implies "
               "~1855 MHz; GPU MODE SoL tables use 7.68 TB/s"},
    {.vendor = vendor::nvidia, .name = "GB200", .match = "NVIDIA GB200", .architecture = "sm_100",
     .units = 152, .boost_clock = 2062e6, .memory_bytes = 197897748480, .l2_bytes = 135528448,
     .peak = {.dram = 7928.1e9, .fp64 = 40e12, .fp32 = 80e12, .fp16 = 80e12, .tensor_fp64 = 40e12,
              .tensor_tf32 = 1250e12, .tensor_fp16 = 2500e12, .tensor_bf16 = 2500e12, .tensor_fp8 = 5000e12,
              .tensor_int8 = 5000e12, .tensor_fp6 = 5000e12, .tensor_fp4 = 10000e12},
     .link_bandwidth = 1800e9, .power = 1200,
     .source = "GB200 NVL72 page per GPU halved; openxla/xla target_config/specs/gb200.txtpb "
               "(device-reported)"},
    {.vendor = vendor::nvidia, .name = "B300", .match = "NVIDIA B300", .architecture = "sm_103",
     .units = 148, .boost_clock = 2032e6, .memory_bytes = 288400343040, .l2_bytes = 132644864,
     .peak = {.dram = 7672.3e9, .fp64 = 1.25e12, .fp32 = 75e12, .fp16 = 75e12, .tensor_tf32 = 1125e12,
              .tensor_fp16 = 2250e12, .tensor_bf16 = 2250e12, .tensor_fp8 = 4500e12, .tensor_int8 = 150e12,
              .tensor_fp6 = 4500e12, .tensor_fp4 = 13500e12},
     .link_bandwidth = 1800e9, .power = 1100,
     .source = "HGX B300 (108 PF dense FP4/8); Blackwell tech brief int8 0.15 POPS (stas00 table's 4500 "
               "int8 is wrong); device 'NVIDIA B300 SXM6 AC': 148 SM, 7680-bit, 275040 MiB, L2 126.5 MB "
               "(third-party deviceQuery); XLA b300.txtpb core_count 158 not credible; FP4 also quoted "
               "14-15 PF"},
    {.vendor = vendor::nvidia, .name = "GB300", .match = "NVIDIA GB300", .architecture = "sm_103",
     .units = 152, .boost_clock = 2070e6, .memory_bytes = 297021079552, .l2_bytes = 135528448,
     .peak = {.dram = 7928.1e9, .fp64 = 1.39e12, .fp32 = 80e12, .fp16 = 80e12, .tensor_tf32 = 1250e12,
              .tensor_fp16 = 2500e12, .tensor_bf16 = 2500e12, .tensor_fp8 = 5000e12, .tensor_int8 = 165e12,
              .tensor_fp6 = 5000e12, .tensor_fp4 = 15000e12},
     .link_bandwidth = 1800e9, .power = 1400,
     .source = "GB300 NVL72 page per GPU; openxla/xla target_config/specs/gb300.txtpb (device-reported); "
               "fp64 100 TF/72; some GB300 boards report 148 SM: query count at runtime"},
    {.vendor = vendor::nvidia, .name = "GB10 (DGX Spark)", .match = "NVIDIA GB10", .architecture = "sm_121",
     .units = 48, .boost_clock = 2418e6, .memory_bytes = 128523960320, .l2_bytes = 25165824,
     .peak = {.dram = 273e9, .fp32 = 31e12, .tensor_fp4 = 500e12},
     .power = 140,
     .source = "deviceQuery in public write-up (48 SM, 2418MHz, L2 25165824, mem clk 8533 MHz x 256b: "
               "formula needs x1 not x2!); Hot Chips 31 TF fp32; 1 PF sparse FP4"},
    {.vendor = vendor::amd, .name = "MI100", .match = "MI100", .architecture = "gfx908",
     .units = 120, .boost_clock = 1502e6, .memory_bytes = 34359738368, .l2_bytes = 8388608,
     .peak = {.dram = 1228.8e9, .fp64 = 11.5e12, .fp32 = 23.1e12, .tensor_fp16 = 184.6e12,
              .tensor_bf16 = 92.3e12, .tensor_int8 = 184.6e12},
     .link_bandwidth = 276e9, .power = 300,
     .source = "CDNA1 whitepaper; its FP32 matrix rate, 46.1 Tflop/s, is no TF32 and is left out"},
    {.vendor = vendor::amd, .name = "MI210", .match = "MI210", .architecture = "gfx90a",
     .units = 104, .boost_clock = 1700e6, .memory_bytes = 68719476736, .l2_bytes = 8388608,
     .peak = {.dram = 1638.4e9, .fp64 = 22.6e12, .fp32 = 22.6e12, .tensor_fp64 = 45.3e12,
              .tensor_fp16 = 181e12, .tensor_bf16 = 181e12, .tensor_int8 = 181e12},
     .link_bandwidth = 300e9, .power = 300,
     .source = "MI210 brochure; FP32 matrix and packed fp32, both 45.3 Tflop/s, are left out"},
    {.vendor = vendor::amd, .name = "MI250X (per GCD)", .match = "MI250X", .architecture = "gfx90a",
     .units = 110, .boost_clock = 1700e6, .memory_bytes = 68719476736, .l2_bytes = 8388608,
     .peak = {.dram = 1638.4e9, .fp64 = 23.95e12, .fp32 = 23.95e12, .tensor_fp64 = 47.9e12,
              .tensor_fp16 = 191.5e12, .tensor_bf16 = 191.5e12, .tensor_int8 = 191.5e12},
     .source = "MI250X page / 2; openxla/xla target_config/specs/mi200.txtpb (device-reported) (110 CU, 1.7 "
               "GHz, 1638.4 GB/s, L2 8 MiB); FP32 matrix and packed fp32, both 47.9 Tflop/s, are left out"},
    {.vendor = vendor::amd, .name = "MI250X (total, 2 GCD)", .match = "", .architecture = "gfx90a",
     .units = 220, .dies = 2, .boost_clock = 1700e6, .memory_bytes = 137438953472, .l2_bytes = 16777216,
     .peak = {.dram = 3276.8e9, .fp64 = 47.9e12, .fp32 = 47.9e12, .tensor_fp64 = 95.7e12,
              .tensor_fp16 = 383e12, .tensor_bf16 = 383e12, .tensor_int8 = 383e12},
     .power = 560,
     .source = "MI250X page; never visible to HIP as one device, so it matches none; FP32 matrix, 95.7 "
               "Tflop/s, is left out"},
    {.vendor = vendor::amd, .name = "MI300A", .match = "MI300A", .architecture = "gfx942",
     .units = 228, .dies = 6, .boost_clock = 2100e6, .memory_bytes = 137438953472, .l2_bytes = 25165824,
     .infinity_cache_bytes = 268435456,
     .peak = {.dram = 5300e9, .fp64 = 61.3e12, .fp32 = 122.6e12, .fp16 = 122.6e12, .tensor_fp64 = 122.6e12,
              .tensor_tf32 = 490.3e12, .tensor_fp16 = 980.6e12, .tensor_bf16 = 980.6e12,
              .tensor_fp8 = 1961.2e12, .tensor_int8 = 1961.2e12},
     .power = 550,
     .source = "MI300A datasheet; L2 6x4MiB (HIP reports 4194304); MALL 256 MiB; tf32=XF32; TBP 550-760"},
    {.vendor = vendor::amd, .name = "MI300X", .match = "MI300X", .architecture = "gfx942",
     .units = 304, .dies = 8, .boost_clock = 2100e6, .memory_bytes = 206158430208, .l2_bytes = 33554432,
     .infinity_cache_bytes = 268435456,
     .peak = {.dram = 5325e9, .fp64 = 81.7e12, .fp32 = 163.4e12, .fp16 = 163.4e12, .tensor_fp64 = 163.4e12,
              .tensor_tf32 = 653.7e12, .tensor_fp16 = 1307.4e12, .tensor_bf16 = 1307.4e12,
              .tensor_fp8 = 2614.9e12, .tensor_int8 = 2614.9e12},
     .link_bandwidth = 896e9, .power = 750,
     .source = "MI300X datasheet (5.3 TB/s; 128ch*32B*1.3GHz=5324.8 rocprof-compute formula); L2 8x4MiB "
               "(HIP reports 4194304); MALL 256 MiB @17.2 TB/s"},
    {.vendor = vendor::amd, .name = "MI308X", .match = "MI308X", .architecture = "gfx942",
     .units = 80, .dies = 4, .memory_bytes = 206158430208, .l2_bytes = 16777216,
     .infinity_cache_bytes = 268435456,
     .peak = {.dram = 5300e9},
     .source = "AMD kernels' cu_num=80; rocprofiler mi_gpu_spec: 4 XCD; many public tables wrongly copy the "
               "MI300X peaks"},
    {.vendor = vendor::amd, .name = "MI325X", .match = "MI325X", .architecture = "gfx942",
     .units = 304, .dies = 8, .boost_clock = 2100e6, .memory_bytes = 274877906944, .l2_bytes = 33554432,
     .infinity_cache_bytes = 268435456,
     .peak = {.dram = 6000e9, .fp64 = 81.7e12, .fp32 = 163.4e12, .fp16 = 163.4e12, .tensor_fp64 = 163.4e12,
              .tensor_tf32 = 653.7e12, .tensor_fp16 = 1307.4e12, .tensor_bf16 = 1307.4e12,
              .tensor_fp8 = 2614.9e12, .tensor_int8 = 2614.9e12},
     .link_bandwidth = 896e9, .power = 1000,
     .source = "MI325X page; ROCm gpu-arch-specs"},
    {.vendor = vendor::amd, .name = "MI350X", .match = "MI350X", .architecture = "gfx950",
     .units = 256, .dies = 8, .boost_clock = 2200e6, .memory_bytes = 270566162432, .l2_bytes = 33554432,
     .infinity_cache_bytes = 268435456,
     .peak = {.dram = 8000e9, .fp64 = 72.1e12, .fp32 = 144.2e12, .fp16 = 144.2e12, .tensor_fp64 = 72.1e12,
              .tensor_fp16 = 2306.9e12, .tensor_bf16 = 2306.9e12, .tensor_fp8 = 4613.7e12,
              .tensor_int8 = 4613.7e12, .tensor_fp6 = 9227.5e12, .tensor_fp4 = 9227.5e12},
     .link_bandwidth = 1071e9, .power = 1000,
     .source = "MI350X page; openxla/xla target_config/specs/mi350.txtpb (device-reported) (bw 7782 "
               "reported => use 7782 if runtime agrees; 252 GiB visible); no TF32"},
    {.vendor = vendor::amd, .name = "MI355X", .match = "MI355X", .architecture = "gfx950",
     .units = 256, .dies = 8, .boost_clock = 2400e6, .memory_bytes = 309237645312, .l2_bytes = 33554432,
     .infinity_cache_bytes = 268435456,
     .peak = {.dram = 8000e9, .fp64 = 78.6e12, .fp32 = 157.3e12, .fp16 = 157.3e12, .tensor_fp64 = 78.6e12,
              .tensor_fp16 = 2516.6e12, .tensor_bf16 = 2516.6e12, .tensor_fp8 = 5033.2e12,
              .tensor_int8 = 5033.2e12, .tensor_fp6 = 10066.3e12, .tensor_fp4 = 10066.3e12},
     .link_bandwidth = 1071e9, .power = 1400,
     .source = "MI355X page; CDNA4 whitepaper; measured DRAM asymptote 6.4-6.55 TB/s (sol-execbench-rocm "
               "D67)"},
    {.vendor = vendor::amd, .name = "RX 7900 XTX", .match = "RX 7900 XTX", .architecture = "gfx1100",
     .units = 96, .boost_clock = 2500e6, .memory_bytes = 25769803776, .l2_bytes = 6291456,
     .infinity_cache_bytes = 100663296,
     .peak = {.dram = 960e9, .fp64 = 1.92e12, .fp32 = 61.4e12, .fp16 = 122.8e12, .tensor_fp16 = 122.8e12,
              .tensor_bf16 = 122.8e12, .tensor_int8 = 122.8e12},
     .power = 355,
     .source = "AMD page + GPUOpen WMMA table; hip multiProcessorCount=48 (WGP); Infinity Cache 96 MB; "
               "torch props L2 6MB"},
    {.vendor = vendor::amd, .name = "RX 9070 XT", .match = "RX 9070 XT", .architecture = "gfx1201",
     .units = 64, .boost_clock = 2970e6, .memory_bytes = 17179869184, .l2_bytes = 8388608,
     .infinity_cache_bytes = 67108864,
     .peak = {.dram = 640e9, .fp64 = 1.52e12, .fp32 = 48.7e12, .fp16 = 97.3e12, .tensor_fp16 = 194.6e12,
              .tensor_bf16 = 194.6e12, .tensor_fp8 = 389.3e12, .tensor_int8 = 389.3e12},
     .power = 304,
     .source = "AMD page + GPUOpen RDNA4 table; hip multiProcessorCount=32 (WGP); Infinity Cache 64 MB; "
               "torch props L2 8MB"},
};
// clang-format on

}  // namespace assay
