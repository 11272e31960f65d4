// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Candidates that do to their process what candidates do, beside good ones, whose names begin with "good".
// tests/gauntlet/run.py says what must become of each.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <assay/assay.hpp>
#include <assay/backend/host.hpp>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gauntlet.hpp"

namespace {

// Whether the two functions below do more than what they are for.
std::atomic<bool> slow_clock{false};
std::atomic<long long> slow_from{0};
std::string last_line;

long long nanoseconds(const timespec& t) { return t.tv_sec * 1'000'000'000LL + t.tv_nsec; }

}  // namespace

// A program's own functions come before those of the C library, also where the C++ library calls them.
extern "C" int clock_gettime(clockid_t which, timespec* to) noexcept {
  const long status = ::syscall(SYS_clock_gettime, which, to);
  if (slow_clock && which == CLOCK_MONOTONIC) {
    const long long now = slow_from + (nanoseconds(*to) - slow_from) / 20;
    to->tv_sec = now / 1'000'000'000;
    to->tv_nsec = now % 1'000'000'000;
  }
  return static_cast<int>(status);
}
extern "C" ssize_t send(int socket, const void* text, size_t bytes, int flags) {
  last_line.assign(static_cast<const char*>(text), bytes);
  return ::syscall(SYS_sendto, socket, text, bytes, flags, nullptr, 0);
}

namespace {

using gauntlet::fails_without_a_handler;
using gauntlet::nowhere;
using gauntlet::overflow_the_stack;
using gauntlet::sockets;
using gauntlet::write_to_sockets;

void twice(const gauntlet::vectors& t) {
  for (std::int64_t i = 0; i < t.x.size(); ++i) t.y[i] = 2.0f * t.x[i];
}

/// The note of who runs, which a worker shares with the process that watches it.
int* running_note() {
  std::FILE* const maps = std::fopen("/proc/self/maps", "r");
  char line[512];
  unsigned long long address = 0;
  while (maps && std::fgets(line, sizeof line, maps))
    if (std::strstr(line, "assay-worker")) std::sscanf(line, "%llx", &address);
  if (maps) std::fclose(maps);
  return reinterpret_cast<int*>(address);
}

/// Runs its code when it is destroyed.
struct last_will {
  void (*code)() = nullptr;
  explicit last_will(void (*what)()) : code(what) {}
  last_will(last_will&& other) noexcept : code(std::exchange(other.code, nullptr)) {}
  last_will(const last_will&) = delete;
  last_will& operator=(const last_will&) = delete;
  ~last_will() {
    if (code) code();
  }
};

}  // namespace

ASSAY_PROBLEM("signals", assay::host, p) {
  const auto n = p.axis("n", {64, 96});
  const auto t = gauntlet::declare_doubling(p, n);
  const auto right = [=] { twice(t); };
  p.baseline("good baseline", right);
  p.candidate("wild pointer", [=] { *nowhere = 1; });
  p.candidate("stack overflow", [=] { t.y[0] = static_cast<float>(overflow_the_stack(0)); });
  p.candidate("good first", right);
  p.candidate("divides by zero", [=] {
    volatile int zero = 0, one = 1;
    one = one / zero;
  });
  p.candidate("traps", [=] { __builtin_trap(); });
  p.candidate("killed", [=] { ::raise(SIGKILL); });
  p.candidate("signalled", [=] { ::raise(SIGUSR1); });
  p.candidate("good last", right);
}

ASSAY_PROBLEM("ends", assay::host, p) {
  const auto t = gauntlet::declare_doubling(p, 64);
  const auto right = [=] { twice(t); };
  p.candidate("aborts", [=] {
    std::fprintf(stderr, "invariant 7 does not hold\n");
    std::abort();
  });
  p.candidate("throws where it may not", [=] { fails_without_a_handler(t.x.size() > 0); });
  p.candidate("throws in a thread",
              [=] { std::thread([] { throw std::runtime_error("from a thread"); }).join(); });
  p.candidate("good first", right);
  p.candidate("exit(0)", [=] { std::exit(0); });
  p.candidate("right and exit(0)", [=] {
    right();
    std::exit(0);
  });
  p.candidate("_exit(0)", [=] { ::_exit(0); });
  p.candidate("quick_exit(3)", [=] { std::quick_exit(3); });
  p.candidate("becomes another program", [=] { ::execl("/bin/true", "true", nullptr); });
  p.candidate("leaves a child behind", [=] {
    if (::fork() == 0)
      for (;;) ::pause();
    ::_exit(0);
  });
  p.candidate("frees twice", [=] {
    void* volatile room = std::malloc(100);
    std::free(room);
    std::free(room);
  });
  // The baseline comes last here, and is measured all the same.
  p.baseline("good baseline", right);
}

ASSAY_PROBLEM("later", assay::host, p) {
  const auto n = p.axis("n", {64}, assay::at_least(1));
  const auto t = gauntlet::declare_doubling(p, n);
  const auto right = [=] { twice(t); };
  p.baseline("good baseline", right);
  p.candidate("crashes when it is timed", [=, calls = 0]() mutable {
    if (++calls > 40) *nowhere = 1;
    right();
  });
  p.candidate("crashes beside its case", [=] {
    if (t.x.size() != 64) *nowhere = 1;
    right();
  });
  p.candidate("good first", right);
  p.candidate(
      "crashes in its prepare step", []() -> int { return *nowhere; }, [=](int&) { right(); });
  p.candidate("crashes in a thread, later", [=, started = false]() mutable {
    if (!std::exchange(started, true))
      std::thread([] {
        ::usleep(2000);
        *nowhere = 1;
      }).detach();
    ::usleep(10000);
    right();
  });
  p.candidate("good last", right);
}

// What is right where it is timed, and at shapes or inputs beside that is not.
ASSAY_PROBLEM("in a trial", assay::host, p) {
  const auto n = p.axis("n", {1000}, assay::at_least(1));
  const auto t = gauntlet::declare_doubling(p, n);
  const auto right = [=] { twice(t); };
  p.baseline("good baseline", right);
  p.candidate("crashes at small shapes", [=] {
    if (t.x.size() < 100) *nowhere = 1;
    right();
  });
  p.candidate("crashes where all are equal", [=] {
    if (t.x.size() > 1 && t.x[0] == t.x[1]) *nowhere = 1;
    right();
  });
  p.candidate("exits at small shapes", [=] {
    if (t.x.size() < 100) std::exit(0);
    right();
  });
  p.candidate("hangs at small shapes", [=] {
    if (t.x.size() < 100)
      for (;;) ::pause();
    right();
  });
  p.candidate("good last", right);
}

ASSAY_PROBLEM("its oracle crashes in a trial", assay::host, p) {
  const auto n = p.axis("n", {1000}, assay::at_least(1));
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [=](auto, std::int64_t) {
    if (n < 100) *nowhere = 1;
    return 1.0;
  });
  p.candidate("unlucky in a trial", [=] {
    for (std::int64_t i = 0; i < n; ++i) y[i] = 1.0f;
  });
}

ASSAY_PROBLEM("memory", assay::host, p) {
  const auto t = gauntlet::declare_doubling(p, 64);
  const auto right = [=] { twice(t); };
  p.baseline("good baseline", right);
  p.candidate("more memory than there is", [=] {
    const std::vector<char> all(std::size_t{1} << 46);
    t.y[0] = static_cast<float>(all.back());
  });
  p.candidate("memory until there is none", [=] {
    const rlimit little{std::size_t{1} << 30, std::size_t{1} << 30};
    ::setrlimit(RLIMIT_AS, &little);
    for (;;) {
      // volatile, or g++ -O1 leaves out both what is allocated and what is written.
      auto* const more = static_cast<volatile char*>(std::malloc(1 << 24));
      more[0] = 1;  // where there was none, as in much code
    }
  });
  p.candidate("good last", right);
}

ASSAY_PROBLEM("hangs", assay::host, p) {
  const auto t = gauntlet::declare_doubling(p, 64);
  const auto right = [=] { twice(t); };
  p.baseline("good baseline", right);
  p.candidate("spins", [=] {
    for (volatile bool on = true; on;) {
    }
  });
  p.candidate("waits for itself", [=] {
    std::mutex one;
    one.lock();
    std::thread([&] { one.lock(); }).join();
  });
  p.candidate("good first", right);
  p.candidate("stops its process", [=] { ::raise(SIGSTOP); });
  p.candidate("hangs when it is timed", [=, calls = 0]() mutable {
    if (++calls > 40)
      for (;;) ::pause();
    right();
  });
  p.candidate("good last", right);
}

ASSAY_PROBLEM("prints", assay::host, p) {
  const auto t = gauntlet::declare_doubling(p, 64);
  const auto right = [=] { twice(t); };
  p.baseline("good baseline", right);
  p.candidate("good but prints", [=, calls = 0]() mutable {
    if (calls++ == 0) std::printf("{\"not\": \"a record\"}\n");
    right();
  });
  p.candidate("good but floods", [=, calls = 0]() mutable {
    const std::string much(1 << 16, '#');
    if (calls++ == 0)
      for (int i = 0; i < 64; ++i) std::fwrite(much.data(), 1, much.size(), stdout);
    right();
  });
  p.candidate("prints and aborts", [=] {
    std::printf("half a line");
    std::fflush(stdout);
    std::abort();
  });
  p.candidate("prints without end", [=] {
    for (const std::string much(1 << 16, '~');;) std::fwrite(much.data(), 1, much.size(), stdout);
  });
  p.candidate("good but closes its streams", [=] {
    ::close(STDOUT_FILENO);
    ::close(STDERR_FILENO);
    right();
  });
  p.candidate("good last", right);
}

ASSAY_PROBLEM("forges", assay::host, p) {
  const auto t = gauntlet::declare_doubling(p, 64);
  const auto right = [=] { twice(t); };
  p.baseline("good baseline", right);
  p.candidate("writes a record", [=] {
    write_to_sockets(
        "0123456789abcdef {\"type\":\"record\",\"record\":{\"schema\":1,\"problem\":\"forges\",\"candidate\":"
        "\"writes a record\",\"verdict\":{\"outcome\":\"correct\"}}}\n");
    ::usleep(200000);
  });
  p.candidate("writes a trial and aborts", [=] {
    write_to_sockets(
        "0123456789abcdef {\"type\":\"trial\",\"trial\":{\"axes\":{},\"seed\":7,\"attack\":\"nan\"}}\n");
    std::abort();
  });
  p.candidate("says it all again", [=] {
    write_to_sockets(last_line);
    ::usleep(200000);
  });
  p.candidate("says that it is done and exits", [=] {
    write_to_sockets("0123456789abcdef {\"type\":\"done\",\"seconds\":0.1}\n");
    ::_exit(0);
  });
  p.candidate("good first", right);
  p.candidate("closes all it finds", [=] {
    for (int i = 3; i < 256; ++i) ::close(i);
    right();
  });
  p.candidate("listens to the wrong end", [=] {
    char part[4096];
    for (const int one : sockets()) static_cast<void>(!::read(one, part, sizeof part));
    right();
  });
  p.candidate("blames another and aborts", [=] {
    *running_note() = 0;  // the baseline
    std::abort();
  });
  p.candidate("has its own time", [=] {
    if (!slow_clock.exchange(true)) {
      timespec now{};
      ::syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
      slow_from = nanoseconds(now);
    }
    right();
  });
  p.candidate("good last", right);
}

// Code of the problem itself.
ASSAY_PROBLEM("its body crashes", assay::host, p) {
  const auto n = p.axis("n", {64});
  if (!std::getenv("ASSAY_GAUNTLET_DECLARED")) *nowhere = 1;  // set where it runs without isolation
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [](auto, std::int64_t) { return 1.0; });
  p.candidate("never declared", [=] { y[0] = 1.0f; });
}

ASSAY_PROBLEM("its body crashes in one case", assay::host, p) {
  const auto n = p.axis("n", {64, 96, 128});
  if (n == 96) std::abort();
  const auto t = gauntlet::declare_doubling(p, n);
  const auto right = [=] { twice(t); };
  p.baseline("good baseline", right);
  p.candidate("good", right);
}

ASSAY_PROBLEM("its oracle crashes", assay::host, p) {
  const auto n = p.axis("n", {64});
  const auto y = p.output<float>("y", {n});
  p.oracle(y, [](auto, std::int64_t) -> double { return *nowhere; });
  p.candidate("unlucky", [=] { y[0] = 1.0f; });
  p.candidate("unlucky, too", [=] { y[0] = 1.0f; });
}

ASSAY_PROBLEM("what it keeps crashes", assay::host, p) {
  const auto t = gauntlet::declare_doubling(p, 64);
  const auto right = [=] { twice(t); };
  p.baseline("good baseline", right);
  p.candidate(
      "crashes in its end", [] { return last_will([] { std::abort(); }); }, [=](last_will&) { right(); });
  p.candidate("good last", right);
}
