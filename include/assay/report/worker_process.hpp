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
#include "assay/isolation/descriptor.hpp"
#include "assay/suite/child_process.hpp"

namespace assay {

/// A program as a child of this one, that is asked in lines on its standard input and answers in lines on its
/// standard output. Killed when this goes.
class worker_process {
 public:
  /// Throws io_error where the program cannot be started.
  worker_process(std::string program, const std::vector<std::string>& arguments)
      : program_(std::move(program)) {
    auto [their_input, input] = pipe();
    auto [output, their_output] = pipe();
    auto [started, their_start] = pipe();
    std::vector<char*> argv = {program_.data()};
    std::vector<std::string> copies = arguments;
    for (std::string& argument : copies) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const pid_t parent = ::getpid();
    child_ = ::fork();
    if (child_ < 0) fail("cannot be started", errno);
    if (child_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (::getppid() != parent) ::_exit(127);  // it has died before that
      // Who asks a run to end asks its parent, which goes on with this one until its step is over.
      ::signal(SIGINT, SIG_IGN);
      ::signal(SIGTERM, SIG_IGN);
      ::dup2(their_input.number(), STDIN_FILENO);
      ::dup2(their_output.number(), STDOUT_FILENO);
      ::execv(program_.c_str(), argv.data());
      const int why = errno;
      static_cast<void>(!::write(their_start.number(), &why, sizeof why));
      ::_exit(127);
    }
    their_start.close();
    input_ = std::move(input);
    output_ = std::move(output);
    int why = 0;
    ssize_t failed = -1;
    do failed = ::read(started.number(), &why, sizeof why);
    while (failed < 0 && errno == EINTR);
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
      pollfd waiting{output_.number(), POLLIN, 0};
      const int ready = ::poll(&waiting, 1, left.count() > 0 ? static_cast<int>(left.count()) + 1 : 0);
      if (ready < 0 && errno == EINTR) continue;
      if (ready == 0)
        throw error(program_ + " has not answered for " + std::to_string(static_cast<int>(patience)) + " s");
      char part[65536];
      const ssize_t count = ready < 0 ? -1 : ::read(output_.number(), part, sizeof part);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) throw error(program_ + " " + ending() + " before it answered");
      buffer_.append(part, static_cast<std::size_t>(count));
    }
  }

 private:
  [[noreturn]] void fail(const std::string& what, int why) const {
    throw io_error(program_ + " " + what + ": " + std::strerror(why));
  }

  [[nodiscard]] std::pair<descriptor, descriptor> pipe() const {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail("cannot be started", errno);
    return {descriptor(ends[0]), descriptor(ends[1])};
  }

  void send(const std::string& text) {
    // A child that has gone is an error to tell and no signal to die of.
    struct sigaction ignore {
    }, before{};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &before);
    bool sent = true;
    for (std::size_t done = 0; sent && done < text.size();) {
      const ssize_t count = ::write(input_.number(), text.data() + done, text.size() - done);
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
    output_.close();
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
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(std::exchange(child_, -1), nullptr, 0);
  }

  std::string program_;
  std::string buffer_;
  pid_t child_ = -1;
  descriptor input_, output_;
};

}  // namespace assay
