// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pthread.h>
#include <signal.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "assay/isolation/running_page.hpp"

namespace assay {

namespace detail {

/// What the handler of faults needs, which may ask nobody.
struct fault_watch {
  running_note* note = nullptr;
  std::uintptr_t stack_end = 0;  ///< the lowest address of the main thread's stack; 0: not known
};
inline fault_watch& faults() {
  static fault_watch watch;
  return watch;
}

inline void on_fault(int number, siginfo_t* info, void*) {
  const fault_watch& watch = faults();
  if (info->si_code > 0) {  // of this process, and not sent by another one
    const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
    constexpr std::uintptr_t reach = 1 << 20;  // of a frame beyond the guard
    const bool stack = number == SIGSEGV && watch.stack_end != 0 && address + reach > watch.stack_end &&
                       address < watch.stack_end + reach;
    watch.note->fault_address.store(address);
    watch.note->fault.store(stack ? 2 : 1);
    return;  // the handler is gone: the instruction faults once more, and the process dies of it
  }
  ::raise(number);
}

}  // namespace detail

/// Leaves the address of a fault in the note, and whether the stack of the main thread was full, before the
/// process dies of it as it would have. Sanitizers have handlers of their own, which stay.
inline void note_faults(running_note& note) {
  detail::faults().note = &note;
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) == 0) {
    void* lowest = nullptr;
    std::size_t size = 0;
    if (::pthread_attr_getstack(&attributes, &lowest, &size) == 0)
      detail::faults().stack_end = reinterpret_cast<std::uintptr_t>(lowest);
    ::pthread_attr_destroy(&attributes);
  }
  constexpr std::size_t size = 1 << 16;
  static std::byte* const stack = new std::byte[size];  // of the handler, since the other one may be full
  stack_t other{};
  other.ss_sp = stack;
  other.ss_size = size;
  ::sigaltstack(&other, nullptr);
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    struct sigaction before {};
    ::sigaction(number, nullptr, &before);
    if (before.sa_handler != SIG_DFL) continue;
    struct sigaction action {};
    action.sa_sigaction = detail::on_fault;
    action.sa_flags = static_cast<int>(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND);
    ::sigaction(number, &action, nullptr);
  }
}

}  // namespace assay
