// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// A worker that does what its environment variable ASSAY_FAKE says, for the tests of who watches workers. It
// has no problems, as the tests have none.
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <thread>

#include "assay/core/version.hpp"
#include "assay/isolation/fault_note.hpp"
#include "assay/isolation/item_server.hpp"
#include "assay/isolation/worker_link.hpp"

using namespace assay;

namespace {

int ahead = 0;  ///< s, that the clock of this process is

}  // namespace

// A program's own comes before that of the C library, also where the C++ library calls it.
extern "C" int clock_gettime(clockid_t which, timespec* to) noexcept {
  const long status = ::syscall(SYS_clock_gettime, which, to);
  to->tv_sec += ahead;
  return static_cast<int>(status);
}

namespace {

void write_raw(int socket, const std::string& line) {
  static_cast<void>(!::send(socket, line.data(), line.size(), MSG_NOSIGNAL));
}

bool in_trials(const std::string& what) { return what.find("trial") != std::string::npos; }

/// "dies in time", "dies in fence"
bool in_stage(const std::string& what) { return what.rfind("dies in ", 0) == 0 && !in_trials(what); }

/// Whether it answers what it is asked, more or less.
bool works(const std::string& what) {
  return in_trials(what) || in_stage(what) || what == "leaves a record out" ||
         what == "sends another case's record" || what == "lacks memory for several" ||
         what == "takes longer than it had" || what == "is timed by CUPTI" || what == "has a record of each";
}

/// What becomes of it in the second trial of the first of its entries.
[[noreturn]] void end_in_trial(worker_link& link, const std::string& what) {
  const char* const name = what == "begins a trial of another case" ? "m" : "n";
  link.stage("fuzz");
  link.note().entry.store(0);
  link.note().what.store(activity::call);
  for (const std::uint64_t seed : {1u, 2u})
    link.send({{"type", "trial"},
               {"trial", to_json(trial{{{name, std::int64_t{17}}}, seed, attack::one_hot, {.offset = 1}})}});
  if (what == "dies behind its trials") link.send({{"type", "trial"}});
  if (what != "dies in a trial" && what != "dies behind its trials")
    std::this_thread::sleep_for(std::chrono::hours(1));
  ::_exit(3);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string option = "--worker=";
  if (argc < 2 || std::string(argv[1]).rfind(option, 0) != 0) return 9;
  const worker_handles handles = parse_worker_handles(std::string(argv[1]).substr(option.size()));
  const char* const set = std::getenv("ASSAY_FAKE");
  const std::string what = set ? set : "";
  if (what == "dies at once") {
    std::fprintf(stderr, "no libcudart.so.13\n");
    return 127;
  }
  if (what == "is silent") std::this_thread::sleep_for(std::chrono::hours(1));
  if (what == "writes without the key") {
    write_raw(handles.socket, "0123456789abcdef {\"type\":\"greeting\"}\n");
    std::this_thread::sleep_for(std::chrono::hours(1));
  }

  worker_link link(handles);
  note_faults(link.note());
  link.send({{"type", "greeting"},
             {"assay", what == "another version" ? "0.0.0" : version},
             {"protocol", item_server::protocol},
             {"problems", fingerprint(all_problems()) + (what == "another build" ? 1 : 0)}});
  while (const auto question = link.receive()) {
    const json nonce = (*question)["nonce"];
    if (what == "echo") {
      std::printf("said before\n");
      link.stage("first");
      std::printf("said after\n");
      std::fprintf(stderr, "terminate called after throwing an instance of 'x'\n  what():  no\n");
      link.send({{"type", "answer"}, {"nonce", nonce}});
    } else if (what == "answers another question") {
      link.send({{"type", "answer"}, {"nonce", nonce.get<std::uint64_t>() + 1}});
    } else if (what == "forges") {
      write_raw(handles.socket, "0123456789abcdef {\"type\":\"record\"}\n");
    } else if (what == "writes without end") {
      for (const std::string much(1 << 16, '#');;) write_raw(handles.socket, much);
    } else if (what == "prints without end") {
      for (const std::string much(1 << 16, '#');;) std::fwrite(much.data(), 1, much.size(), stdout);
    } else if (what == "shortens its note") {
      static_cast<void>(!::ftruncate(handles.page, 0));
      link.send({{"type", "answer"}, {"nonce", nonce}});
    } else if (works(what)) {
      const json& candidates = (*question)["candidates"];
      json entries = json::array(), records = json::array();
      for (const json& candidate : candidates) {
        record r;
        r.problem =
            what == "sends another case's record" ? "another" : (*question)["problem"].get<std::string>();
        r.candidate = candidate.get<std::string>();
        r.axes = read_axes(json_place((*question)["axes"], "axes"));
        entries.push_back(to_json(r));
        r.verdict.outcome = outcome::correct;
        if (what == "lacks memory for several" && candidates.size() > 1)
          r.verdict = {outcome::failed, "cudaMalloc(9 bytes): cudaErrorMemoryAllocation (out of memory)", {}};
        if (what == "takes longer than it had" && r.candidate == "b") {
          r.time.emplace().samples = {1.8e-6, 1.8e-6};
          r.time->sample_times = {0.0, 0.0};
          r.time->rounds = {0, 1};
          r.time->launches = 2'000'000'000;  // in two samples of an hour
        }
        if (what == "is timed by CUPTI") {
          r.time.emplace().raw.median = 1e-6;
          r.time->cupti = estimate{1e-6, 1e-6, 1e-6, 0.95, 6};
        }
        const bool lacks_one = what == "leaves a record out" || what == "sends another case's record";
        if (!lacks_one || r.candidate == "a") records.push_back(to_json(r));
      }
      link.send({{"type", "entries"}, {"records", std::move(entries)}});
      if (in_trials(what) && candidates.front() == "a") end_in_trial(link, what);
      if (in_stage(what) && candidates.front() == "a") {
        link.stage(what.substr(8));
        link.note().entry.store(0);
        link.note().what.store(activity::call);
        ::_exit(3);
      }
      for (json& r : records) link.send({{"type", "record"}, {"record", std::move(r)}});
      link.agree({{"type", "records"}, {"culprit", ""}});
      link.send({{"type", "done"}, {"seconds", 0.0}, {"starved", false}, {"nonce", nonce}});
    } else if (what == "has no type") {
      link.send({{"type", 5}});
    } else if (what == "sends half a record") {
      link.send({{"type", "record"}, {"record", {{"schema", 1}}}});
    } else if (what == "is done with another question") {
      link.send({{"type", "done"},
                 {"seconds", 0.0},
                 {"starved", false},
                 {"nonce", nonce.get<std::uint64_t>() + 1}});
    } else if (what == "half a line") {
      write_raw(handles.socket, "0123456789abcdef {\"type\":");
    } else if (what == "has an early clock" || what == "has a late clock") {
      ahead = what == "has an early clock" ? 10 : -10;
      link.send({{"type", "answer"}, {"nonce", nonce}});
    } else if (what == "hangs in a candidate") {
      link.note().entry.store(3);
    } else if (what == "crashes") {
      link.note().entry.store(3);
      *reinterpret_cast<volatile int*>(16) = 1;
    } else if (what == "exits") {
      return 0;
    } else if (what == "closes its socket") {
      ::close(handles.socket);
    }
    if (what != "echo" && !works(what)) std::this_thread::sleep_for(std::chrono::hours(1));
  }
  return 0;
}
