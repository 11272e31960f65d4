// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/output_file.hpp"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <type_traits>
#include <utility>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/problems.hpp"

using namespace assay;
using support::contents;
using support::has;
using support::message_of;
using support::temporary_folder;

namespace {

using mode = output_file::mode;

static_assert(!std::is_copy_constructible_v<output_file> && !std::is_copy_assignable_v<output_file>);
static_assert(std::is_nothrow_move_constructible_v<output_file>);

std::string failure(const std::string& path, mode how = mode::replace) {
  return message_of<io_error>([&] { output_file file(path, how); });
}

}  // namespace

TEST_CASE("what is written is on disk at once", "[report]") {
  const temporary_folder folder;
  output_file file(folder / "a", mode::replace);
  CHECK(contents(folder / "a").empty());
  file.write("one\n");
  CHECK(contents(folder / "a") == "one\n");
  file.write("two\n");
  file.write("");
  CHECK(contents(folder / "a") == "one\ntwo\n");
}

TEST_CASE("a large text is written whole", "[report]") {
  const temporary_folder folder;
  const std::string text(5'000'000, 'x');
  output_file(folder / "a", mode::replace).write(text);
  CHECK(contents(folder / "a") == text);
}

TEST_CASE("an output file replaces or appends, as asked", "[report]") {
  const temporary_folder folder;
  output_file(folder / "a", mode::append).write("1");
  output_file(folder / "a", mode::append).write("2");
  CHECK(contents(folder / "a") == "12");
  output_file(folder / "a", mode::replace).write("3");
  CHECK(contents(folder / "a") == "3");
}

TEST_CASE("an output file that moved is written once and closed once", "[report]") {
  const temporary_folder folder;
  output_file first(folder / "a", mode::replace);
  first.write("1");
  {
    output_file second(std::move(first));
    second.write("2");
  }
  CHECK(contents(folder / "a") == "12");
}

TEST_CASE("a path that cannot be opened is an error that names it", "[report]") {
  const temporary_folder folder;
  for (const mode how : {mode::replace, mode::append}) {
    const std::string missing = folder / "no/such/folder/a";
    CHECK(has(failure(missing, how), "cannot write " + missing + ": No such file"));
    CHECK(has(failure(folder.path(), how), "cannot write " + folder.path() + ": Is a directory"));
    CHECK(has(failure("", how), "cannot write"));
  }
}

TEST_CASE("a file without the right to write is an error", "[report]") {
  const temporary_folder folder;
  output_file(folder / "a", mode::replace).write("kept");
  std::filesystem::permissions(folder / "a", std::filesystem::perms::owner_read);
  {
    const support::bound_by_permissions bound;
    for (const mode how : {mode::replace, mode::append})
      CHECK(has(failure(folder / "a", how), "cannot write " + folder / "a" + ": Permission denied"));
  }
  CHECK(contents(folder / "a") == "kept");
}

TEST_CASE("a full disk is an error that names the file", "[report]") {
  if (!std::filesystem::exists("/dev/full")) return;
  output_file full("/dev/full", mode::append);
  CHECK(has(message_of<io_error>([&] { full.write("x"); }), "cannot write /dev/full: No space left"));
  CHECK_NOTHROW(full.write(""));
}

TEST_CASE("a file that is kept is rewritten as a whole, longer or shorter", "[report]") {
  const temporary_folder folder;
  for (const std::string& text :
       {std::string("first"), std::string(100000, 'a'), std::string("b"), std::string()}) {
    output_file file(folder / "a", mode::keep);
    file.rewrite(text);
    CHECK(contents(folder / "a") == text);
  }
  const std::string linked = folder / "link";
  std::filesystem::create_symlink(folder / "a", linked);
  output_file(linked, mode::keep).rewrite("through the link");
  CHECK(std::filesystem::is_symlink(linked));
  CHECK(contents(folder / "a") == "through the link");
  if (std::filesystem::exists("/dev/full"))
    CHECK(has(message_of<io_error>([] { output_file("/dev/full", mode::keep).rewrite("x"); }),
              "No space left"));
}

TEST_CASE("a file that may not grow to its new text keeps the old one", "[report]") {
  // Stands for a full disk, which a test cannot have.
  struct limit {
    rlimit before = {};
    sighandler_t handler = ::signal(SIGXFSZ, SIG_IGN);
    limit() {
      ::getrlimit(RLIMIT_FSIZE, &before);
      const rlimit small = {1000, before.rlim_max};
      ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~limit() {
      ::setrlimit(RLIMIT_FSIZE, &before);
      ::signal(SIGXFSZ, handler);
    }
  };
  const temporary_folder folder;
  std::ofstream(folder / "a") << "old";
  const std::string why = [&] {
    const limit limited;
    return message_of<io_error>(
        [&] { output_file(folder / "a", mode::keep).rewrite(std::string(2000, 'x')); });
  }();
  CHECK(why == "cannot write " + folder / "a" + ": File too large");
  CHECK(contents(folder / "a") == "old");
}
