// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/suite/child_process.hpp"

namespace assay {

/// A program as a child of this one, that is asked in lines on its standard input and answers in lines on its
/// standard output. Killed when this goes.
class worker_process {
 public:
  /// Throws io_error where the program cannot be started.
  worker_process(std::string program, const std::vector<std::string>& arguments)
      : program_(std::move(program)) {
    int to_child[2], from_child[2], started[2];
    if (::pipe2(to_child, O_CLOEXEC) != 0) fail("cannot be started", errno);
    if (::pipe2(from_child, O_CLOEXEC) != 0) fail("cannot be started", errno);
    if (::pipe2(started, O_CLOEXEC) != 0) fail("cannot be started", errno);
    std::vector<char*> argv = {program_.data()};
    std::vector<std::string> copies = arguments;
    for (std::string& argument : copies) argv.push_back(argument.data());
    argv.push_back(nullptr);
    child_ = ::fork();
    if (child_ < 0) fail("cannot be started", errno);
    if (child_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      // Who asks a run to end asks its parent, which goes on with this one until its step is over.
      ::signal(SIGINT, SIG_IGN);
      ::signal(SIGTERM, SIG_IGN);
      ::dup2(to_child[0], STDIN_FILENO);
      ::dup2(from_child[1], STDOUT_FILENO);
      ::execv(program_.c_str(), argv.data());
      const int why = errno;
      static_cast<void>(!::write(started[1], &why, sizeof why));
      ::_exit(127);
    }
    ::close(to_child[0]);
    ::close(from_child[1]);
    ::close(started[1]);
    input_ = to_child[1];
    output_ = from_child[0];
    int why = 0;
    const ssize_t failed = ::read(started[0], &why, sizeof why);
    ::close(started[0]);
    if (failed == static_cast<ssize_t>(sizeof why)) {
      finish();
      fail("cannot be started", why);
    }
  }
  worker_process(const worker_process&) = delete;
  worker_process& operator=(const worker_process&) = delete;
  ~worker_process() { finish(); }

  [[nodiscard]] const std::string& program() const { return program_; }

  /// Sends a line and waits for one. Throws error when the child ends or is silent for `patience` seconds.
  [[nodiscard]] std::string ask(const std::string& question, double patience) {
    send(question + "\n");
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(patience);
    for (;;) {
      if (const std::size_t end = buffer_.find('\n'); end != std::string::npos) {
        std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        return line;
      }
      const std::chrono::duration<double, std::milli> left = deadline - std::chrono::steady_clock::now();
      pollfd waiting{output_, POLLIN, 0};
      const int ready = ::poll(&waiting, 1, left.count() > 0 ? static_cast<int>(left.count()) + 1 : 0);
      if (ready < 0 && errno == EINTR) continue;
      if (ready == 0)
        throw error(program_ + " has not answered for " + std::to_string(static_cast<int>(patience)) + " s");
      char part[65536];
      const ssize_t count = ready < 0 ? -1 : ::read(output_, part, sizeof part);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) throw error(program_ + " " + ending() + " before it answered");
      buffer_.append(part, static_cast<std::size_t>(count));
    }
  }

 private:
  [[noreturn]] void fail(const std::string& what, int why) const {
    throw io_error(program_ + " " + what + ": " + std::strerror(why));
  }

  void send(const std::string& text) {
    // A child that has gone is an error to tell and no signal to die of.
    struct sigaction ignore {
    }, before{};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &before);
    bool sent = true;
    for (std::size_t done = 0; sent && done < text.size();) {
      const ssize_t count = ::write(input_, text.data() + done, text.size() - done);
      if (count < 0 && errno == EINTR) continue;
      sent = count > 0;
      if (sent) done += static_cast<std::size_t>(count);
    }
    ::sigaction(SIGPIPE, &before, nullptr);
    if (!sent) throw error(program_ + " " + ending() + " before it was asked");
  }

  /// Why it is gone.
  std::string ending() {
    int status = 0;
    ::close(std::exchange(output_, -1));
    for (int hundredth = 0; hundredth < 100; ++hundredth) {  // of a second, in which it may end by itself
      siginfo_t ended{};
      if (::waitid(P_PID, static_cast<id_t>(child_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
          ended.si_pid != 0)
        break;
      if (hundredth == 99) ::kill(child_, SIGKILL);
      ::usleep(10'000);
    }
    if (::waitpid(std::exchange(child_, -1), &status, 0) < 0) return "ended";
    return ending_words(status);
  }

  void finish() {
    if (input_ >= 0) ::close(std::exchange(input_, -1));
    if (output_ >= 0) ::close(std::exchange(output_, -1));
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(std::exchange(child_, -1), nullptr, 0);
  }

  std::string program_;
  std::string buffer_;
  pid_t child_ = -1;
  int input_ = -1, output_ = -1;
};

}  // namespace assay
