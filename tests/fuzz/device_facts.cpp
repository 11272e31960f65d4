// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Figures of devices (--device-facts), and limits made of them.
#include "assay/report/device_facts_file.hpp"

#include "assay/roofline/ceiling_layers.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/json_mutator.hpp"

using namespace assay;

std::string fuzz::example() {
  return R"({"schema": 1, "devices": [{"name": "Some GPU", "vendor": "nvidia", "match": "=Some GPU", "architecture": "sm_90", "units": 132, "dies": 1, "boost_clock": "1980 MHz", "base_clock": 1.2e9, "memory": "141 GB", "l2": "50 MiB", "peak": {"DRAM": "4.8 TB/s", "fp32": "67 TFLOP/s", "tensor bf16": 9.9e14}, "link_bandwidth": "900 GB/s", "power": "700 W", "source": "its datasheet"}], "rates": [{"architecture": "sm_99", "product": "professional", "family": "new", "units_per_multiprocessor": 1, "per_clock": {"fp32": 256, "shared memory": 128}, "l2_bytes_per_clock": 64, "l2_by_die": false, "source": "a manual"}]})";
}

bool fuzz::take(const std::string& text) {
  const auto facts = fuzz::read("facts.json", [&] { return parse_device_facts(text, "facts.json"); });
  if (!facts) return false;
  for (const device_row* row : facts->devices()) {
    limit_options options;
    options.facts = *facts;
    static_cast<void>(known_layers(as_reported(*row), options));
  }
  return true;
}
