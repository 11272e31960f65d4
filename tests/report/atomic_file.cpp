// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/atomic_file.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"

using assay::atomic_file;
using support::contents;
using support::temporary_folder;

namespace {

long entries(const std::string& folder) {
  return std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator());
}

}  // namespace

TEST_CASE("a file is replaced at the commit and not before", "[report]") {
  const temporary_folder folder;
  std::ofstream(folder / "b.json") << "old";
  {
    atomic_file file(folder / "b.json");
    CHECK(contents(folder / "b.json") == "old");
    file.commit("new");
    CHECK(contents(folder / "b.json") == "new");
  }
  CHECK(contents(folder / "b.json") == "new");
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("without a commit nothing is left and nothing changed", "[report]") {
  const temporary_folder folder;
  std::ofstream(folder / "b.json") << "old";
  { const atomic_file file(folder / "b.json"); }
  { const atomic_file file(folder / "new.json"); }
  CHECK(contents(folder / "b.json") == "old");
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("what a killed process of the same number left is in nobody's way", "[report]") {
  const temporary_folder folder;
  const std::string left = folder / ("b.json.new-" + std::to_string(::getpid()));
  std::ofstream(left) << "half";
  {
    atomic_file one(folder / "b.json"), other(folder / "b.json");
    one.commit("one");
    other.commit("other");
  }
  CHECK(contents(folder / "b.json") == "other");
  CHECK(contents(left) == "half");
  CHECK(entries(folder.path()) == 2);
}

TEST_CASE("a place that cannot be written is found at once", "[report]") {
  const std::string why =
      support::message_of<assay::io_error>([] { const atomic_file f("/nonexistent/b.json"); });
  CHECK(why == "cannot write /nonexistent/b.json: No such file or directory");
  const temporary_folder folder;
  std::filesystem::create_directory(folder / "folder");
  atomic_file file(folder / "folder");
  CHECK(support::has(support::message_of<assay::io_error>([&] { file.commit("x"); }), "cannot replace "));
}
