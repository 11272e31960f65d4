// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/ceilings_file.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/messages.hpp"

namespace {

using assay::ceiling_basis;
using assay::ceiling_features;
using assay::ceilings_file;
using assay::device_ceilings;
using assay::device_info;
using assay::measured_ceiling;
using support::has;

device_info some_device() {
  device_info info;
  info.name = "NVIDIA H200";
  info.uuid = "GPU-1/2";
  info.driver_version = "13.0";
  info.max_clock = 1.98e9;
  return info;
}
const ceiling_features build{true, 900, true, ""};

device_ceilings some_ceilings() {
  measured_ceiling copy{.name = "DRAM copy",
                        .which = assay::resource::dram,
                        .read_share = 0.5,
                        .basis = ceiling_basis::measured,
                        .rate = 4.3e12,
                        .lower = 4.2e12,
                        .upper = 4.4e12,
                        .clock = 1.9e9,
                        .source = "shape 2"};
  copy.failures = {"shape 1: no"};
  return {{copy, {.name = "tensor fp4", .which = assay::resource::tensor_fp4, .source = "no kernel"}}, 3.5};
}

/// Why a file with that text is not used.
std::string complaint(const std::string& text) {
  const support::temporary_folder folder;
  const std::string path = folder / "c.json";
  std::ofstream(path, std::ios::binary) << text;
  std::string why;
  CHECK_FALSE(ceilings_file(some_device(), build, path).read(why));
  CHECK(has(why, "c.json"));
  return why;
}

/// What is written, with one piece replaced.
std::string changed(const std::string& from, const std::string& to) {
  const support::temporary_folder folder;
  const std::string path = folder / "c.json";
  ceilings_file(some_device(), build, path).write(some_ceilings());
  std::string text = support::contents(path);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("ceilings come back as they were kept", "[report]") {
  const support::temporary_folder folder;
  const ceilings_file file(some_device(), build, folder / "a/b/c.json");
  std::string why = "?";
  CHECK_FALSE(file.read(why));
  CHECK(why.empty());  // that there is none is nothing to tell
  file.write(some_ceilings());
  const std::optional<device_ceilings> read = file.read(why);
  REQUIRE(read);
  CHECK(why.empty());
  CHECK(read->seconds == 3.5);
  REQUIRE(read->all.size() == 2);
  const measured_ceiling& copy = read->all[0];
  CHECK(copy.name == "DRAM copy");
  CHECK(copy.which == assay::resource::dram);
  CHECK(copy.read_share == 0.5);
  CHECK(copy.basis == ceiling_basis::measured);
  CHECK(copy.rate == 4.3e12);
  CHECK(copy.lower == 4.2e12);
  CHECK(copy.upper == 4.4e12);
  CHECK(copy.clock == 1.9e9);
  CHECK(copy.source == "shape 2");
  CHECK(copy.failures == std::vector<std::string>{"shape 1: no"});
  CHECK(read->all[1].basis == ceiling_basis::unmeasured);
  CHECK_FALSE(read->all[1].rate);
  // Nothing of the writing stays behind.
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "a/b"))
    files += entry.is_regular_file();
  CHECK(files == 1);
}

TEST_CASE("what is no such file is told and not used", "[report]") {
  const std::string whole = changed("{", "{");
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, whole.size() / 2, whole.size() - 3})
    CHECK(has(complaint(whole.substr(0, length)), "not JSON"));
  CHECK(has(complaint("garbage"), "not JSON"));
  CHECK(has(complaint("[1, 2]"), "expected an object"));
  CHECK(has(complaint("{}"), "'schema' is missing"));
  CHECK(has(complaint(changed("\"schema\": 1", "\"schema\": 2")), "reads schema 1 alone"));
  CHECK(has(complaint(changed("4300000000000.0", "\"fast\"")), "seen.ceilings[0].rate: expected a number"));
  CHECK(has(complaint(changed("4300000000000.0", "-1")), "finite number above 0"));
  CHECK(has(complaint(changed("4300000000000.0", "\"Infinity\"")), "finite number above 0"));
  CHECK(has(complaint(changed("\"measured\"", "\"guessed\"")), "expected one of measured"));
  CHECK(has(complaint(changed("\"measured\"", "\"unmeasured\"")), "a rate, though it is unmeasured"));
  CHECK(has(complaint(changed("\"read_share\": 0.5", "\"read_share\": 5")), "a share from 0 to 1"));
  CHECK(has(complaint(changed("\"DRAM\"", "\"RAM\"")), "resource"));
  assay::json doubled = assay::json::parse(whole);
  doubled["seen"]["ceilings"].push_back(doubled["seen"]["ceilings"][0]);
  CHECK(has(complaint(doubled.dump()), "is there twice"));
}

TEST_CASE("ceilings of another device, driver, clock or build are not used", "[report]") {
  const support::temporary_folder folder;
  const std::string path = folder / "c.json";
  ceilings_file(some_device(), build, path).write(some_ceilings());
  const auto why = [&](const device_info& device, const ceiling_features& features) {
    std::string words;
    CHECK_FALSE(ceilings_file(device, features, path).read(words));
    return words;
  };
  device_info other = some_device();
  other.uuid = "GPU-3";
  CHECK(has(why(other, build), "key.uuid: measured at \"GPU-1/2\", and here it is \"GPU-3\""));
  other = some_device();
  other.driver_version = "13.1";
  CHECK(has(why(other, build), "key.driver"));
  other = some_device();
  other.locked_clock = 1.5e9;
  CHECK(has(why(other, build), "'locked_clock' is missing"));
  other = some_device();
  other.max_clock.reset();
  CHECK(has(why(other, build), "key.max_clock: measured at 1980000000.0, and here it is not known"));
  CHECK(has(why(some_device(), {true, 900, false, ""}), "key.wgmma"));
  CHECK(has(why(some_device(), {true, 900, true, "cuBLASLt 13.0.2"}), "'library' is missing"));
}

TEST_CASE("the usual place is below the cache folder", "[report]") {
  const support::temporary_folder folder;
  {
    const support::environment_variable cache("XDG_CACHE_HOME", folder.path().c_str());
    CHECK(ceilings_file(some_device(), build).path() == folder / "assay/ceilings-GPU-1_2.json");
    CHECK(ceilings_file(some_device(), build, "own.json").path() == "own.json");
  }
  {
    // A path that is not absolute does not count (the specification).
    const support::environment_variable cache("XDG_CACHE_HOME", "relative");
    const support::environment_variable home("HOME", folder.path().c_str());
    CHECK(ceilings_file(some_device(), build).path() == folder / ".cache/assay/ceilings-GPU-1_2.json");
  }
  const support::environment_variable cache("XDG_CACHE_HOME", nullptr), home("HOME", nullptr);
  const ceilings_file nowhere(some_device(), build);
  std::string why;
  CHECK_FALSE(nowhere.read(why));
  CHECK_THROWS_AS(nowhere.write(some_ceilings()), assay::io_error);
}

TEST_CASE("a file that cannot be written is an error, and the old one stays", "[report]") {
  const support::temporary_folder folder;
  const std::string blocked = folder / "file";
  std::ofstream(blocked) << "x";
  CHECK_THROWS_AS(ceilings_file(some_device(), build, blocked + "/c.json").write(some_ceilings()),
                  assay::io_error);
  // A folder is in its place: the rename fails, and the fresh file goes.
  std::filesystem::create_directory(folder / "c.json");
  CHECK_THROWS_AS(ceilings_file(some_device(), build, folder / "c.json").write(some_ceilings()),
                  assay::io_error);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    files += entry.is_regular_file();
  CHECK(files == 1);
}
