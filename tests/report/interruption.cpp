// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/interruption.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "support/catch.hpp"
#include "support/files.hpp"

using namespace assay;

namespace {

/// "SIGINT"; empty where nobody asked.
std::string asked() {
  try {
    interruption::check();
  } catch (const interrupted& by) {
    return by.name();
  }
  return "";
}

/// How a process of its own ends that is sent these, one after another.
int status_after(const std::initializer_list<int>& signals) {
  const pid_t child = fork();
  if (child == 0) {
    const interruption watching;
    for (const int one : signals) raise(one);
    _exit(asked().empty() ? 1 : 0);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("a signal asks a run to end, which it does at its next step", "[report]") {
  const support::temporary_folder folder;
  const support::redirected_stream quiet(stderr, folder / "err");
  for (const auto& [signal, name] : {std::pair(SIGINT, "SIGINT"), std::pair(SIGTERM, "SIGTERM")}) {
    interruption watching;
    CHECK(asked().empty());
    CHECK_NOTHROW(watching.on_item_done(0));
    raise(signal);
    CHECK(asked() == name);
    CHECK_THROWS_AS(watching.on_item_done(0), interrupted);
    CHECK_THROWS_AS(watching.on_progress(0, {}, "verify"), interrupted);
    CHECK_NOTHROW(watching.on_record({}));  // the rest of its case comes as well
  }
  CHECK(support::contents(folder / "err").find("once more ends at once") != std::string::npos);
  const interruption next;  // what was asked of the last run is not asked of this one
  CHECK(asked().empty());
}

TEST_CASE("a second signal ends the process at once, whichever it is", "[report]") {
  const support::temporary_folder folder;
  const support::redirected_stream quiet(stderr, folder / "err");
  CHECK(WIFEXITED(status_after({SIGINT})));
  for (const auto& both :
       {std::pair(SIGINT, SIGINT), std::pair(SIGTERM, SIGTERM), std::pair(SIGINT, SIGTERM)}) {
    const int status = status_after({both.first, both.second});
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == both.second);
  }
}

TEST_CASE("signals are left as they were, and those that were ignored stay so", "[report]") {
  const auto before = std::signal(SIGINT, SIG_IGN);
  {
    const interruption watching;
    raise(SIGINT);
    CHECK(asked().empty());
  }
  CHECK(std::signal(SIGINT, before) == SIG_IGN);
  static bool own = false;
  const auto usual = std::signal(SIGTERM, [](int) { own = true; });
  { const interruption watching; }
  raise(SIGTERM);
  CHECK(own);
  std::signal(SIGTERM, usual);
}
