// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// What one multiprocessor holds at once. A figure that the runtime does not tell is absent.
struct multiprocessor_limits {
  std::optional<int> count;  ///< multiprocessors of the device
  std::optional<int> threads;
  std::optional<int> registers;  ///< of 32 bits
  std::optional<std::int64_t> shared_bytes;
  std::optional<std::int64_t> reserved_shared_bytes;  ///< that each block takes beyond its own
  std::optional<int> blocks;
};

/// One kernel of a launch, as it was enqueued and as it was compiled.
struct kernel_facts {
  std::string name;  ///< empty where the runtime does not tell
  std::array<std::int64_t, 3> grid = {1, 1, 1};
  std::array<std::int64_t, 3> block = {1, 1, 1};
  std::int64_t dynamic_shared_bytes = 0;            ///< of a block
  std::optional<std::int64_t> static_shared_bytes;  ///< of a block
  std::optional<int> registers;                     ///< of a thread, each of 32 bits
  std::optional<std::int64_t> local_bytes;       ///< of a thread: spilled registers and arrays on its stack
  std::optional<int> blocks_per_multiprocessor;  ///< that can be resident at once

  [[nodiscard]] std::int64_t blocks() const { return grid[0] * grid[1] * grid[2]; }
  [[nodiscard]] std::int64_t threads() const { return block[0] * block[1] * block[2]; }

  /// Of the threads that a multiprocessor can hold, the share that this kernel lets it hold, with as many
  /// blocks as the grid has to give.
  [[nodiscard]] std::optional<double> occupancy(const multiprocessor_limits& device) const {
    if (!blocks_per_multiprocessor || !device.threads || *device.threads <= 0) return std::nullopt;
    return static_cast<double>(*blocks_per_multiprocessor * threads()) / *device.threads;
  }
  /// How often the device must be filled with blocks until all have run: blocks / (blocks that are resident
  /// at once on all multiprocessors).
  [[nodiscard]] std::optional<double> waves(const multiprocessor_limits& device) const {
    if (!blocks_per_multiprocessor || *blocks_per_multiprocessor <= 0 || !device.count || *device.count <= 0)
      return std::nullopt;
    return static_cast<double>(blocks()) / *blocks_per_multiprocessor / *device.count;
  }
  /// The share of the places for blocks that stay empty while the kernel runs, if all blocks take the same
  /// time: 1 − waves / ⌈waves⌉.
  [[nodiscard]] std::optional<double> tail_share(const multiprocessor_limits& device) const {
    const std::optional<double> rounds = waves(device);
    if (!rounds || *rounds <= 0) return std::nullopt;
    return 1.0 - *rounds / std::ceil(*rounds);
  }
  /// What keeps another block off a multiprocessor: "registers", "shared memory", "threads" or "blocks";
  /// empty where that cannot be told. Registers are given to warps, in units of 256 on NVIDIA's GPUs (CUDA
  /// C++ Programming Guide, compute capabilities), which is counted here as 8 for each thread.
  [[nodiscard]] std::string limited_by(const multiprocessor_limits& device) const {
    if (!blocks_per_multiprocessor) return "";
    const std::int64_t more = *blocks_per_multiprocessor + 1;
    if (device.threads && more * threads() > *device.threads) return "threads";
    if (device.shared_bytes && static_shared_bytes &&
        more * (*static_shared_bytes + dynamic_shared_bytes + device.reserved_shared_bytes.value_or(0)) >
            *device.shared_bytes)
      return "shared memory";
    if (device.registers && registers &&
        more * ((threads() + 31) / 32 * 32) * ((*registers + 7) / 8 * 8) > *device.registers)
      return "registers";
    if (device.blocks && more > *device.blocks) return "blocks";
    return "";
  }
};

/// What a launch puts into its stream.
struct launch_facts {
  std::vector<kernel_facts> kernels;  ///< in an order in which they can run
  int copies = 0;                     ///< copies and sets of memory
  int others = 0;                     ///< host functions, allocations, …
  multiprocessor_limits multiprocessor;
  std::string absent;  ///< why nothing is known; empty where it is
};

}  // namespace assay
