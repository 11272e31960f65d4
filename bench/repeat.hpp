// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>
#include <vector>

/// Calls trial(i) for all i < trials from as many threads as there are cores.
inline void repeat(int trials, const std::function<void(int)>& trial) {
  std::atomic<int> next = 0;
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i)
    threads.emplace_back([&] {
      for (int mine; (mine = next++) < trials;) trial(mine);
    });
}
