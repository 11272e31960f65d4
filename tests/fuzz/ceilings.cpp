// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The file of measured ceilings, which is used whole or not at all.
#include "assay/report/ceilings_file.hpp"

#include "fuzz/fuzz.hpp"
#include "fuzz/json_mutator.hpp"

using namespace assay;

namespace {

device_info some_gpu() {
  device_info info;
  info.name = "Some GPU";
  info.uuid = "GPU-1";
  info.max_clock = 1.98e9;
  return info;
}

}  // namespace

std::string fuzz::example() {
  device_ceilings seen;
  seen.seconds = 1.5;
  seen.all.push_back({"DRAM copy",
                      resource::dram,
                      0.5,
                      ceiling_basis::measured,
                      4.3e12,
                      4.2e12,
                      4.4e12,
                      1.9e9,
                      "16 loads under way",
                      {"memcpy: failed"}});
  seen.all.push_back({"tensor fp8",
                      resource::tensor_fp8,
                      {},
                      ceiling_basis::unmeasured,
                      {},
                      {},
                      {},
                      {},
                      "no kernel for it",
                      {}});
  return to_text(
      {{"schema", ceilings_file::schema}, {"key", ceilings_key(some_gpu(), {})}, {"seen", to_json(seen)}});
}

bool fuzz::take(const std::string& text) {
  const fuzz::memory_file file(text);
  std::string why;
  const std::optional<device_ceilings> seen = ceilings_file(some_gpu(), {}, file.path()).read(why);
  if (!seen) {
    fuzz::expect(why.find(file.path()) != std::string::npos, "a refusal says where", why);
    return false;
  }
  const std::string written = to_text(to_json(*seen));
  const json document = json::parse(written);
  const std::string where = "written";
  const json_place place(document, where);
  fuzz::expect_same(written, to_text(to_json(device_ceilings_from_json(place))),
                    "what was read is written and read again to the same");
  static_cast<void>(measured_layer(*seen, "Some GPU"));
  return true;
}
