// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/device_facts_file.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include "assay/roofline/ceilings.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/messages.hpp"

using namespace assay;
using support::has;
using support::message_of;

namespace {

device_facts facts_of(const std::string& text) { return parse_device_facts(text, "facts.json"); }

/// What is said of a document that is refused.
std::string refusal(const std::string& text) {
  return message_of<io_error>([&] { (void)facts_of(text); });
}
/// What is said of one device with these keys beside its name.
std::string of_b200(const std::string& keys) {
  return refusal(R"({"schema": 1, "devices": [{"name": "B200", )" + keys + "}]}");
}
std::string of_rates(const std::string& keys) {
  return refusal(R"({"schema": 1, "rates": [{"architecture": "sm_100", )" + keys + "}]}");
}

}  // namespace

TEST_CASE("a file changes what it names, and nothing else", "[report]") {
  const device_facts facts = facts_of(R"({
    "schema": 1,
    "devices": [{"name": "B200", "peak": {"DRAM": "7.68 TB/s", "tensor fp4": "9 PFLOP/s"},
                 "base_clock": "1.1GHz", "l2": "126.5 MiB", "source": "mine"}],
    "rates": [{"architecture": "sm_100", "per_clock": {"SFU": 32}, "l2_bytes_per_clock": 10240}]
  })");
  const device_row& mine = device_named("B200", facts);
  const device_row& ours = device_named("B200");
  CHECK(mine.peak.dram == 7.68e12);
  CHECK(mine.peak.tensor_fp4 == 9e15);
  CHECK(mine.base_clock == 1.1e9);
  CHECK(mine.l2_bytes == 132644864);
  CHECK(mine.source == "mine");
  CHECK(mine.peak.tensor_bf16 == ours.peak.tensor_bf16);
  CHECK(mine.units == ours.units);
  CHECK(mine.match == ours.match);
  const per_clock_row& rates = *facts.find("sm_100", product_line::any);
  CHECK(rates.operations.sfu == 32.0);
  CHECK(rates.operations.tensor_bf16 == 8192.0);
  CHECK(rates.l2_bytes == 10240.0);
  CHECK(rates.family == "Blackwell DC");
  CHECK(device_named("H200", facts).peak.dram == 4800e9);

  const ceilings hard = hard_ceilings(as_reported(mine), facts);
  CHECK(hard.find(resource::dram)->rate == 7.68e12);
  CHECK(hard.find(resource::l2)->rate == Approx(10240 * 1965e6));
}

TEST_CASE("a file can bring a device and an architecture that nobody knew", "[report]") {
  const device_facts facts = facts_of(R"({
    "schema": 1,
    "devices": [{"name": "R100", "vendor": "nvidia", "architecture": "sm_110", "match": "=NVIDIA R100",
                 "units": 160, "dies": 2, "boost_clock": 2e9, "memory": "288GB", "infinity_cache": 1048576,
                 "peak": {"DRAM": 13e12}, "link_bandwidth": "3.6 TB/s", "power": "1.8 kW"}],
    "rates": [{"architecture": "sm_110", "product": "any", "family": "Rubin", "units_per_multiprocessor": 1,
               "per_clock": {"tensor bf16": 16384, "shared memory": 256}, "l2_bytes_per_clock": 4096,
               "l2_by_die": true}]
  })");
  device_info info;
  info.vendor = vendor::nvidia;
  info.name = "NVIDIA R100";
  info.architecture = "sm_110";
  const ceilings hard = hard_ceilings(info, facts);
  CHECK(hard.find(resource::tensor_bf16)->rate == 160 * 16384 * 2e9);
  CHECK(hard.find(resource::tensor_bf16)->source.find("Rubin") != std::string::npos);
  CHECK(hard.find(resource::shared_memory)->rate == 160 * 256 * 2e9);
  CHECK(hard.find(resource::l2)->rate == 2 * 4096 * 2e9);
  CHECK(hard.find(resource::dram)->rate == 13e12);
  CHECK(hard.find(resource::link)->rate == 1.8e12);
  CHECK(find_device(info, facts)->power == 1800.0);
  CHECK(find_device(info, facts)->memory_bytes == 288'000'000'000);
  CHECK(hard_ceilings(info).empty());
}

TEST_CASE("an empty document is one, and says nothing", "[report]") {
  CHECK(facts_of(R"({"schema": 1})").devices().size() == device_facts().devices().size());
  CHECK(facts_of(R"({"schema": 1, "devices": [], "rates": []})").find("B200")->peak.dram == 7672.3e9);
}

TEST_CASE("what is no document of device facts is refused, with file and key", "[report]") {
  CHECK(has(refusal(""), "facts.json: "));
  CHECK(has(refusal("{"), "parse error"));
  CHECK(has(refusal("[]"), "expected an object, found []"));
  CHECK(has(refusal("{}"), "the key 'schema' is missing"));
  CHECK(has(refusal(R"({"schema": 2})"), "facts.json: schema: 1 is the schema that is known, not 2"));
  CHECK(has(refusal(R"({"schema": "1"})"), "facts.json: schema: expected a whole number"));
  CHECK(has(refusal(R"({"schema": 1, "device": []})"),
            "the key 'device' is not known; known are: schema, devices, rates"));
  CHECK(has(refusal(R"({"schema": 1, "devices": {}})"), "facts.json: devices: expected a list, found {}"));
  CHECK(has(refusal(R"({"schema": 1, "devices": [7]})"),
            "facts.json: devices[0]: expected an object, found 7"));
  CHECK(
      has(refusal(R"({"schema": 1, "devices": [{}]})"), "facts.json: devices[0]: the key 'name' is missing"));
  CHECK(
      has(refusal(R"({"schema": 1, "devices": [{"name": ""}]})"), "devices[0].name: a device needs a name"));
  CHECK(
      has(refusal(R"({"schema": 1, "devices": [{"name": "B200", "peak": {"DRAM": NaN}}]})"), "parse error"));
  CHECK(
      has(refusal(R"({"schema": 1, "devices": [{"name": "B200", "boost_clock": 1e999}]})"), "facts.json: "));
}

TEST_CASE("keys and entries that are there twice are refused", "[report]") {
  CHECK(refusal(R"({"schema": 1, "devices": [{"name": "B200", "units": 148, "units": 150}]})") ==
        "facts.json: the key \"units\" is there twice in one object");
  CHECK(refusal(R"({"schema": 1, "devices": [{"name": "B200"}, {"name": "H200 SXM"}, {"name": "B200"}]})") ==
        "facts.json: devices[2].name: 'B200' is there twice");
  CHECK(refusal(R"({"schema": 1, "rates": [{"architecture": "sm_90"},
                                           {"architecture": "sm_90", "product": "any"}]})") ==
        "facts.json: rates[1]: the rates of 'sm_90' are there twice for one product line");
  CHECK(facts_of(R"({"schema": 1, "rates": [{"architecture": "sm_90"},
                                            {"architecture": "sm_90", "product": "geforce"}]})")
            .find("sm_90", product_line::geforce));
}

TEST_CASE("a figure that cannot be meant is refused, with its place", "[report]") {
  CHECK(of_b200(R"("boost_clock": 1980)") ==
        "facts.json: devices[0].boost_clock: 1980 is not plausible: in Hz it should lie between 1e+08 and "
        "2e+10");
  CHECK(of_b200(R"("boost_clock": "1980 GB/s")") ==
        "facts.json: devices[0].boost_clock: the quantity 1980 GB/s: expected a positive number with one of: "
        "Hz, kHz, MHz, GHz");
  CHECK(has(of_b200(R"("boost_clock": "1980 THz")"), "expected a positive number with one of"));
  CHECK(has(of_b200(R"("boost_clock": "-1980 MHz")"), "expected a positive number"));
  CHECK(
      has(of_b200(R"("boost_clock": -1.98e9)"), "devices[0].boost_clock: expected a number above 0, not -1"));
  CHECK(has(of_b200(R"("boost_clock": 0)"), "expected a number above 0, not 0"));
  CHECK(has(of_b200(R"("boost_clock": true)"), "expected a number, found true"));
  CHECK(has(of_b200(R"("boost_clock": "NaN")"), "expected a positive number"));
  CHECK(has(of_b200(R"("base_clock": "2.5GHz")"), "the base clock is above the boost clock"));
  CHECK(has(of_b200(R"("peak": {"DRAM": 7680})"), "devices[0].peak.DRAM: 7680 is not plausible: in B/s"));
  CHECK(has(of_b200(R"("peak": {"DRAM": "7.68 TFLOP/s"})"), "expected a positive number with one of: B/s"));
  CHECK(has(of_b200(R"("peak": {"tensor bf16": "2250 TB/s"})"), "one of: FLOP/s"));
  CHECK(has(of_b200(R"("peak": {"tensor bf16": 2250})"), "is not plausible: in operations/s"));
  CHECK(has(of_b200(R"("peak": {"dram": 1})"),
            "devices[0].peak: the key 'dram' is not known; known are: DRAM"));
  CHECK(has(of_b200(R"("peak": {"L2": 1e13})"), "the key 'L2' is not known"));
  CHECK(has(of_b200(R"("memory": "192 TB/s")"), "one of: B, KiB"));
  CHECK(has(of_b200(R"("power": "1 MW")"), "one of: W, kW"));
  CHECK(has(of_b200(R"("units": 0)"), "devices[0].units: expected 1 to 100000, not 0"));
  CHECK(has(of_b200(R"("units": 1.5)"), "expected a whole number"));
  CHECK(has(of_b200(R"("vendor": "intel")"), "expected one of cpu, nvidia, amd"));
  CHECK(has(of_b200(R"("vendor": "cpu")"), "devices[0].vendor: ceilings of processors are measured"));
  CHECK(has(of_b200(R"("architecture": "")"), "a device needs an architecture"));
  CHECK(has(of_b200(R"("boost": 1e9)"), "the key 'boost' is not known; known are: name, vendor"));

  CHECK(has(of_rates(R"("per_clock": {"fp32": "256 FLOP/s"})"), "per_clock.fp32: expected a number"));
  CHECK(
      has(of_rates(R"("per_clock": {"fp32": 2.5e12})"), "is not plausible: in operations or bytes a clock"));
  CHECK(has(of_rates(R"("per_clock": {"DRAM": 1})"), "the key 'DRAM' is not known"));
  CHECK(has(of_rates(R"("product": "laptop")"), "expected one of any, geforce, professional"));
  CHECK(has(of_rates(R"("l2_by_die": 1)"), "rates[0].l2_by_die: expected true or false"));
  CHECK(has(refusal(R"({"schema": 1, "rates": [{"per_clock": {}}]})"), "the key 'architecture' is missing"));
}

TEST_CASE("a new device says what it is, and a near miss is asked about", "[report]") {
  CHECK(refusal(R"({"schema": 1, "devices": [{"name": "R100", "units": 160}]})") ==
        "facts.json: devices[0]: there is no device 'R100' yet, and a new one needs 'vendor'");
  CHECK(has(refusal(R"({"schema": 1, "devices": [{"name": "NVIDIA H200", "units": 160}]})"),
            "; or is 'H200 SXM' meant?"));
}

TEST_CASE("a file of device facts is read, and its absence told", "[report]") {
  const support::temporary_folder folder;
  std::ofstream(folder / "facts.json")
      << R"({"schema": 1, "devices": [{"name": "B200", "peak": {"DRAM": 8e12}}]})";
  CHECK(read_device_facts(folder / "facts.json").find("B200")->peak.dram == 8e12);
  CHECK(message_of<io_error>([&] { (void)read_device_facts(folder / "none.json"); }) ==
        "--device-facts " + (folder / "none.json") + ": cannot be read");
  CHECK(has(message_of<io_error>([&] { (void)read_device_facts(folder.path()); }), "cannot be read"));
}

TEST_CASE("the document that the documentation shows is one", "[report]") {
  const auto page = std::filesystem::path(__FILE__).parent_path() / "../../docs/device_facts.md";
  const std::string text = support::contents(page.string());
  const std::size_t begin = text.find("```json\n") + 8, end = text.find("```", begin);
  REQUIRE(end != std::string::npos);
  const device_facts facts = facts_of(text.substr(begin, end - begin));
  CHECK(device_named("B200", facts).peak.dram == 7.68e12);
  CHECK(device_named("R100", facts).link_bandwidth == 3.6e12);
  CHECK(facts.find("sm_110", product_line::any)->operations.tensor_bf16 == 16384.0);
}
