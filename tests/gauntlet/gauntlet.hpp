// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What candidates on the host and on a GPU have in common: the problem that the good ones solve, and what the
// others do to their process instead.
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "assay/suite/problem.hpp"

namespace gauntlet {

struct vectors {
  assay::tensor<const float> x;
  assay::tensor<float> y;
};

/// Declares y = 2x, of n elements.
template <class Problem>
vectors declare_doubling(Problem& p, std::int64_t n) {
  const vectors t{p.template input<float>("x", {n}, assay::uniform(0.5, 1.5)),
                  p.template output<float>("y", {n})};
  p.oracle(t.y, [=](auto at, std::int64_t i) { return 2.0 * at(t.x)[i]; });
  return t;
}

/// Where nobody has memory. Read anew each time: g++ -O2 would see through a constant, and warn.
inline volatile int* volatile nowhere = reinterpret_cast<int*>(8);

/// To be called with 0.
inline int overflow_the_stack(int depth) {
  volatile char room[4096];
  room[depth % 4096] = static_cast<char>(depth);
  return depth < 0 ? room[0] : overflow_the_stack(depth + 1) + room[depth % 4096];
}

inline void fails(bool really) {
  if (really) throw std::runtime_error("nobody catches this");
}
/// `really`: what the compiler cannot know to be true.
inline void fails_without_a_handler(bool really) noexcept { fails(really); }

/// Every socket of this process.
inline std::vector<int> sockets() {
  std::vector<int> found;
  for (int i = 3; i < 256; ++i) {
    struct stat what {};
    if (::fstat(i, &what) == 0 && S_ISSOCK(what.st_mode)) found.push_back(i);
  }
  return found;
}

inline void write_to_sockets(const std::string& line) {
  for (const int one : sockets()) static_cast<void>(!::write(one, line.data(), line.size()));
}

}  // namespace gauntlet
