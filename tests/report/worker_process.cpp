// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/report/worker_process.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/problems.hpp"

using assay::worker_process;
using support::has;
using support::message_of;

TEST_CASE("a worker answers line by line", "[report]") {
  worker_process worker("/bin/sh", {"-c", "while read a; do echo \"<$a>\"; done"});
  CHECK(worker.ask("one", 20.0) == "<one>");
  CHECK(worker.ask("two", 20.0) == "<two>");
  const std::string large(200000, 'x');
  CHECK(worker.ask(large, 20.0) == "<" + large + ">");
}

TEST_CASE("answers that come in one piece are taken one by one", "[report]") {
  worker_process worker("/bin/sh", {"-c", "read a; printf '1\\n2\\n3\\n'; read a; read a"});
  CHECK(worker.ask("x", 20.0) == "1");
  CHECK(worker.ask("x", 20.0) == "2");
  CHECK(worker.ask("x", 20.0) == "3");
}

TEST_CASE("a worker that ends, is killed or is silent is an error that says so", "[report]") {
  const auto answer_of = [](const char* script, double patience) {
    return message_of<assay::error>([&] {
      worker_process worker("/bin/sh", {"-c", script});
      static_cast<void>(worker.ask("x", patience));
    });
  };
  CHECK(answer_of("read a; exit 7", 20.0) == "/bin/sh ended (exit code 7) before it answered");
  CHECK(has(answer_of("read a; kill -SEGV $$", 20.0), "/bin/sh was killed by signal 11"));
  CHECK(has(answer_of("read a; printf half; exit 0", 20.0), "before it answered"));
  CHECK(has(answer_of("read a; exec sleep 60", 0.2), "has not answered for"));
}

TEST_CASE("a worker that is gone is no signal to die of", "[report]") {
  worker_process worker("/bin/sh", {"-c", "exit 3"});
  ::usleep(100000);
  const std::string why = message_of<assay::error>([&] {
    for (int i = 0; i < 3; ++i) static_cast<void>(worker.ask("x", 20.0));
  });
  CHECK(has(why, "/bin/sh ended (exit code 3) before it"));
}

TEST_CASE("a program that cannot be started is told at once", "[report]") {
  CHECK(message_of<assay::io_error>([] { const worker_process w("/nonexistent/program", {}); }) ==
        "/nonexistent/program cannot be started: No such file or directory");
  CHECK(has(message_of<assay::io_error>([] { const worker_process w("/etc/passwd", {}); }),
            "cannot be started: Permission denied"));
}
