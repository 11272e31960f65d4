// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/isolation/descriptor.hpp"
#include "assay/isolation/message_seal.hpp"
#include "assay/isolation/running_page.hpp"
#include "assay/isolation/watching_clock.hpp"
#include "assay/isolation/worker_handles.hpp"
#include "assay/isolation/worker_message.hpp"
#include "assay/report/json.hpp"
#include "assay/suite/child_process.hpp"

namespace assay {

/// How workers are started: as a program that makes an item_server of the option --worker.
struct worker_launch {
  std::string program = "/proc/self/exe";
  std::vector<std::string> arguments;  ///< of the command line, the name of the program first
  /// Added to those of this process, or in place of them, e.g. CUDA_VISIBLE_DEVICES.
  std::vector<std::pair<std::string, std::string>> environment = {};
};

/// Something that came from a worker.
struct worker_event {
  enum class kind {
    message,   ///< `message`, which it has sealed
    output,    ///< `text` was printed to its standard output
    error,     ///< `text` was printed to its standard error
    ended,     ///< `text` says how
    hung,      ///< `text` says for how long; the worker has been ended
    tampered,  ///< `text` says with what; the worker has been ended
    untimely,  ///< its clock is wrong, as `text` says; the worker has been ended
  };
  kind what;
  json message = {};
  std::string text = {};
  item_message said = {};  ///< what the message says
};

/// Once in 2^64 the same.
[[nodiscard]] inline std::uint64_t random_bits() {
  std::uint64_t bits = 0;
  if (::getrandom(&bits, sizeof bits, 0) != static_cast<ssize_t>(sizeof bits))
    throw io_error(std::string("no random numbers from the system: ") + std::strerror(errno));
  return bits;
}

/// A process that executes plan items, as the one that watches it sees it. It is the first of a process group
/// of its own, which is killed when this goes; it dies when the thread that started it does. Its standard
/// output and error are read here, its standard input is empty, and it leaves no core files.
class worker {
 public:
  /// Throws io_error where it cannot be started.
  explicit worker(const worker_launch& how) : started_(watching_clock()), last_sign_(started_) {
    const siphash_key key{random_bits(), random_bits()};
    seal_ = std::make_unique<message_seal>(key, message_seal::end::parent);
    start(how);
    char line[40];
    std::snprintf(line, sizeof line, "%016llx %016llx\n", static_cast<unsigned long long>(key.low),
                  static_cast<unsigned long long>(key.high));
    write_whole(line);
  }
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;
  ~worker() { static_cast<void>(end()); }

  /// Sends a question. What it is answered with comes through read(). One that cannot be sent is not missed:
  /// the worker has ended, which read() tells.
  void ask(json question) {
    nonce_ = random_bits();
    last_error_.clear();
    written_ = watching_clock();
    question["nonce"] = nonce_;
    write_whole(seal_->seal(to_text(question)));
    last_sign_ = watching_clock();
  }
  /// Whether a message is the last of an answer to the last question.
  [[nodiscard]] bool answers(const json& message) const {
    const auto at = message.find("nonce");
    return at != message.end() && at->is_number_unsigned() && at->get<std::uint64_t>() == nonce_;
  }

  /// Lets it wait from now on where it comes to a stage of this name, until go(); empty: nowhere.
  void hold_at(std::string stage) { held_stage_ = std::move(stage); }
  /// Whether it waits there.
  [[nodiscard]] bool held() const { return held_; }
  void go() {
    if (!std::exchange(held_, false)) return;
    written_ = last_sign_ = watching_clock();
    write_whole(seal_->seal(R"({"type":"go"})"));
  }

  /// What to wait for with poll().
  [[nodiscard]] std::vector<pollfd> waits_for() const {
    std::vector<pollfd> result;
    for (const descriptor* one : {&socket_, &output_, &error_})
      if (*one) result.push_back({one->number(), POLLIN, 0});
    return result;
  }

  /// All that has come since the last call; waits for nothing. After it has ended or was ended nothing comes.
  [[nodiscard]] std::vector<worker_event> read() {
    std::vector<worker_event> events;
    if (ended_) return events;
    const bool gone = has_exited();  // asked first: what it has sent is then all there
    const bool open = drain(socket_.number(), buffer_, gone ? longest_line : at_once);
    const double received = watching_clock();
    bool honest = true;
    for (std::size_t at = 0; honest && (at = buffer_.find('\n')) != std::string::npos;) {
      const std::string line = buffer_.substr(0, at);
      buffer_.erase(0, at + 1);
      honest = take(line, received, events);
    }
    if (honest && buffer_.size() >= longest_line)
      honest = refuse(worker_event::kind::tampered,
                      "a line of more than " + std::to_string(longest_line) +
                          " bytes was written to its socket, which is not assay's",
                      events);
    if (!honest) return events;
    read_printed(events);
    if (gone || !open) {
      ended_ = true;
      // The last that a process closes is its end, but a candidate may close all it finds.
      const bool exits = gone || within(1.0, [&] { return has_exited(); });
      std::string how = end();
      if (!exits) how = "closed its connection to the process that watches it";
      read_printed(events);
      events.push_back({worker_event::kind::ended, {}, std::move(how), {}});
    }
    return events;
  }

  /// Whose code ran last, and what of it.
  [[nodiscard]] int running() const { return page_.note().entry.load(); }
  [[nodiscard]] activity doing() const { return page_.note().what.load(); }
  /// s since its start or since it was asked, or since its last message.
  [[nodiscard]] double silence() const { return watching_clock() - last_sign_; }
  [[nodiscard]] double started() const { return started_; }

  /// The end of what it has printed to its standard error since it was asked: "terminate called after …,
  /// what(): …". Empty where that was nothing.
  [[nodiscard]] std::string last_words() const {
    std::vector<std::string> lines;
    std::string line;
    for (const char c : last_error_ + "\n") {
      if (c != '\n' && c != '\r') {
        line += c;
        continue;
      }
      if (const std::size_t first = line.find_first_not_of(' '); first != std::string::npos)
        lines.push_back(line.substr(first));
      line.clear();
    }
    if (lines.empty()) return "";
    std::string words = lines.back();
    if (words.starts_with("what():") && lines.size() > 1) words = lines[lines.size() - 2] + ", " + words;
    return words.substr(0, 500);
  }

  /// Kills it and all of its process group, and says how it ended.
  std::string end() {
    if (child_ <= 0) return how_;
    const bool by_itself = has_exited();
    // The group first: while its leader has not been waited for, nobody else can have its number.
    ::kill(-child_, SIGKILL);
    ::kill(child_, SIGKILL);
    int status = 0;
    // A process that waits in a driver dies late, and one that waits for ever must not keep this one.
    const bool ended = within(30.0, [&] { return ::waitpid(child_, &status, WNOHANG) != 0; });
    child_ = -1;
    socket_.close();
    how_ = !ended      ? "could not be ended within 30 s"
           : by_itself ? ending_words(status) + more_words(status)
                       : "was ended";
    return how_;
  }

 private:
  static constexpr std::size_t at_once = 1 << 20;        ///< bytes: as much as a pipe holds, at most
  static constexpr std::size_t longest_line = 64 << 20;  ///< bytes; a plan of 100 000 cases has fewer

  [[noreturn]] void fail(const std::string& what, int why) const {
    throw io_error("a worker process " + what + ": " + std::strerror(why));
  }
  template <class Condition>
  static bool within(double seconds, const Condition& condition) {
    const double start = watching_clock();
    while (!condition()) {
      if (watching_clock() - start > seconds) return false;
      ::usleep(1000);
    }
    return true;
  }

  /// The same file once more, above the numbers that programs expect to be standard streams.
  [[nodiscard]] descriptor moved_up(const descriptor& file) const {
    descriptor moved(::fcntl(file.number(), F_DUPFD_CLOEXEC, 10));
    if (!moved) fail("cannot be started", errno);
    return moved;
  }
  [[nodiscard]] std::pair<descriptor, descriptor> pipe() const {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail("cannot be started", errno);
    return {descriptor(ends[0]), descriptor(ends[1])};
  }

  void start(const worker_launch& how) {
    int sockets[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) fail("cannot be started", errno);
    socket_ = descriptor(sockets[0]);
    const descriptor theirs = moved_up(descriptor(sockets[1])), page = moved_up(page_.file());
    auto [output, their_output] = pipe();
    auto [error, their_error] = pipe();
    auto [started, their_start] = pipe();
    output_ = std::move(output);
    error_ = std::move(error);

    // All that needs memory comes before the fork: this process may have other threads.
    std::vector<std::string> arguments = how.arguments, variables;
    if (arguments.empty()) arguments.push_back(how.program);
    arguments.insert(arguments.begin() + 1,
                     "--worker=" + to_string(worker_handles{theirs.number(), page.number()}));
    for (char** one = environ; *one; ++one) {
      const std::string text = *one;
      const std::string name = text.substr(0, text.find('='));
      if (std::none_of(how.environment.begin(), how.environment.end(),
                       [&](const auto& added) { return added.first == name; }))
        variables.push_back(text);
    }
    for (const auto& [name, value] : how.environment) variables.push_back(name + "=" + value);
    std::vector<char*> argv, environment;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    for (std::string& variable : variables) environment.push_back(variable.data());
    argv.push_back(nullptr);
    environment.push_back(nullptr);

    const child_side child{how.program.c_str(), argv.data(),   environment.data(),    ::getpid(),
                           theirs.number(),     page.number(), their_output.number(), their_error.number(),
                           their_start.number()};
    child_ = ::fork();
    if (child_ == 0) become(child);
    if (child_ < 0) fail("cannot be started", errno);
    ::setpgid(child_, child_);  // as it does itself: whoever comes first
    their_start.close();
    int why = 0;
    ssize_t failed = -1;
    do failed = ::read(started.number(), &why, sizeof why);
    while (failed < 0 && errno == EINTR);
    if (failed == static_cast<ssize_t>(sizeof why)) {
      static_cast<void>(end());
      fail("cannot be started", why);
    }
    for (const descriptor* one : {&output_, &error_, &socket_}) ::fcntl(one->number(), F_SETFL, O_NONBLOCK);
  }

  struct child_side {
    const char* program;
    char** arguments;
    char** environment;
    pid_t parent;
    int socket, page, output, error, started;
  };
  /// What the child does until it is the worker. Nothing here may allocate.
  [[noreturn]] static void become(const child_side& side) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Who asks a run to end asks its parent (interruption.hpp), and a candidate must not be blamed for it.
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGTERM, SIG_IGN);
    if (::getppid() != side.parent) ::_exit(127);  // it has died before that
    rlimit core{};
    if (::getrlimit(RLIMIT_CORE, &core) == 0) {
      core.rlim_cur = 0;
      ::setrlimit(RLIMIT_CORE, &core);
    }
    // Where the machine runs out of memory, the kernel is to take this process, not the one that has the
    // records.
    if (const int score = ::open("/proc/self/oom_score_adj", O_WRONLY); score >= 0) {
      static_cast<void>(!::write(score, "1000", 4));
      ::close(score);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int input = ::open("/dev/null", O_RDONLY);
    ::dup2(input, STDIN_FILENO);
    ::dup2(side.output, STDOUT_FILENO);
    ::dup2(side.error, STDERR_FILENO);
    ::fcntl(side.socket, F_SETFD, 0);
    ::fcntl(side.page, F_SETFD, 0);
    ::execve(side.program, side.arguments, side.environment);
    const int why = errno;
    static_cast<void>(!::write(side.started, &why, sizeof why));
    ::_exit(127);
  }

  void write_whole(const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t count = ::send(socket_.number(), text.data() + done, text.size() - done, MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        // It does not read while it should: then it is silent, which is told in its time.
        pollfd waiting{socket_.number(), POLLOUT, 0};
        const int ready = ::poll(&waiting, 1, 1000);
        if (ready == 0 || (ready < 0 && errno != EINTR)) return;
        continue;
      }
      if (count <= 0) return;
      done += static_cast<std::size_t>(count);
    }
  }

  /// Reads what there is, but not much more than `most` bytes: who writes without end must not keep this
  /// process from looking at its clock. False when there will be no more.
  static bool drain(int descriptor, std::string& into, std::size_t most) {
    char part[65536];
    for (const std::size_t begin = into.size(); into.size() - begin < most;) {
      const ssize_t count = ::read(descriptor, part, sizeof part);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
      if (count == 0) return false;
      into.append(part, static_cast<std::size_t>(count));
    }
    return true;
  }

  [[nodiscard]] bool has_exited() const {
    siginfo_t found{};
    return ::waitid(P_PID, static_cast<id_t>(child_), &found, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           found.si_pid != 0;
  }

  /// One line that came. False where it did not come from assay; then the worker is ended.
  bool take(const std::string& line, double received, std::vector<worker_event>& events) {
    const std::optional<std::string> text = seal_->open(line);
    if (!text)
      return refuse(worker_event::kind::tampered,
                    "something that is not assay's was written to its socket: '" + shown(line) + "'", events);
    worker_message message;
    try {
      message = read_worker_message(*text);
      if (std::holds_alternative<item_done>(message.said) && !answers(message.body))
        throw io_error("a message of a worker: it answers another question");
    } catch (const io_error& e) {
      return refuse(worker_event::kind::tampered, e.what(), events);
    }
    const double sent = message.at;
    // What it answers was written before, and it was received after: no clock may say otherwise.
    constexpr double slack = 1e-3;
    if (!(sent >= written_ - slack && sent <= received + slack)) {
      char words[160];
      std::snprintf(
          words, sizeof words,
          "its clock is %.3g s %s that of the process that watches it, so that no time of it counts",
          sent > received ? sent - received : written_ - sent, sent > received ? "ahead of" : "behind");
      return refuse(worker_event::kind::untimely, words, events);
    }
    last_sign_ = received;
    if (message.type == "here") return true;
    const auto* const stage = std::get_if<stage_begun>(&message.said);
    if (stage) read_printed(events);
    held_ = stage || std::holds_alternative<records_complete>(message.said);
    if (!stage || held_stage_.empty() || stage->name != held_stage_) go();
    events.push_back({worker_event::kind::message, std::move(message.body), {}, std::move(message.said)});
    return true;
  }
  /// The beginning of a line, without what looks like a seal.
  static std::string shown(const std::string& line) {
    const std::string text = line.size() > 17 && line[16] == ' ' ? line.substr(17) : line;
    return text.size() > 60 ? text.substr(0, 60) + "…" : text;
  }
  bool refuse(worker_event::kind what, const std::string& why, std::vector<worker_event>& events) {
    read_printed(events);
    ended_ = true;
    static_cast<void>(end());
    events.push_back({what, {}, why, {}});
    return false;
  }

  void read_printed(std::vector<worker_event>& events) {
    std::string output, error;
    if (output_ && !drain(output_.number(), output, at_once)) output_.close();
    if (error_ && !drain(error_.number(), error, at_once)) error_.close();
    last_error_ += error;
    if (last_error_.size() > 4096) last_error_.erase(0, last_error_.size() - 4096);
    if (!output.empty()) events.push_back({worker_event::kind::output, {}, std::move(output), {}});
    if (!error.empty()) events.push_back({worker_event::kind::error, {}, std::move(error), {}});
  }

  /// More about how it died, where that is known.
  [[nodiscard]] std::string more_words(int status) const {
    if (!WIFSIGNALED(status)) return "";
    if (WTERMSIG(status) == SIGKILL)
      return kernel_kills() > kills_before_ ? " while the kernel killed for want of memory"
                                            : ", as the kernel does when memory runs out";
    if (page_.note().fault.load() == 0) return "";
    if (page_.note().fault.load() == 2) return " by a stack overflow";
    char words[48];
    std::snprintf(words, sizeof words, " at address 0x%llx",
                  static_cast<unsigned long long>(page_.note().fault_address.load()));
    return words;
  }
  /// Processes that the kernel has killed for want of memory, of the whole machine; 0 where it does not tell.
  static long long kernel_kills() {
    std::ifstream file("/proc/vmstat");
    long long count = 0;
    for (std::string name; file >> name >> count;)
      if (name == "oom_kill") return count;
    return 0;
  }

  double started_, last_sign_;
  double written_ = 0.0;  ///< when it was last asked or answered, s
  running_page page_;
  std::unique_ptr<message_seal> seal_;
  std::uint64_t nonce_ = 0;
  std::string buffer_, last_error_, how_;
  long long kills_before_ = kernel_kills();
  pid_t child_ = -1;
  descriptor socket_, output_, error_;
  bool ended_ = false;
  std::string held_stage_;
  bool held_ = false;
};

}  // namespace assay
