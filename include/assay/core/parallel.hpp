// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace assay {

/// Calls body(begin, end) over disjoint parts of [0, count), on as many threads as the machine has. The first
/// exception is thrown again here, after all threads have ended. `worthwhile`: with fewer items than that for
/// a thread, starting it costs more than it saves.
template <class Body>
void parallel_for(std::int64_t count, Body&& body, std::int64_t worthwhile = 1 << 15) {
  const std::int64_t threads =
      std::clamp<std::int64_t>(count / worthwhile, 1, std::max(1u, std::thread::hardware_concurrency()));
  if (threads == 1) return body(std::int64_t{0}, count);

  std::exception_ptr failure;
  std::mutex failure_mutex;
  std::vector<std::jthread> running;  // joins where an exception leaves this function, too
  for (std::int64_t t = 0; t < threads; ++t)
    running.emplace_back([&, t] {
      try {
        body(count * t / threads, count * (t + 1) / threads);
      } catch (...) {
        const std::lock_guard lock(failure_mutex);
        if (!failure) failure = std::current_exception();
      }
    });
  running.clear();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace assay
