// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "assay/backend/device.hpp"
#include "assay/backend/device_model.hpp"
#include "assay/backend/host.hpp"
#include "assay/core/error.hpp"
#include "assay/core/parallel.hpp"
#include "assay/core/processor_name.hpp"
#include "assay/verify/compare.hpp"
#include "assay/verify/fill_value.hpp"
#include "assay/verify/gemm_on_host.hpp"

namespace assay {

/// The processor as a device. Calls run at once and in order; events are readings of the steady clock.
class host_device final : public device {
 public:
  host_device() : info_(query()) {}

  [[nodiscard]] const device_info& info() const override { return info_; }

  [[nodiscard]] void* allocate(std::int64_t bytes) override {
    void* data = nullptr;
    // The kernel lends more than it has and kills whoever uses it; so what is not there is refused here. Not
    // rounded up: a memory checker is to see where it ends.
    if (bytes < 0 || bytes > free_memory() ||
        posix_memalign(&data, 256, static_cast<std::size_t>(bytes > 0 ? bytes : 1)) != 0)
      throw no_room("posix_memalign", bytes);
    return data;
  }
  void release(void* data) noexcept override { std::free(data); }
  [[nodiscard]] bool has_fences() const override { return true; }
  /// An access beyond the pages is a SIGSEGV.
  [[nodiscard]] fenced_range allocate_fenced(std::int64_t bytes) override {
    const std::int64_t page = sysconf(_SC_PAGESIZE);
    if (bytes < 0 || bytes > free_memory()) throw no_room("mmap", bytes);
    const std::int64_t whole = (std::max<std::int64_t>(bytes, 1) + page - 1) / page * page;
    void* const reserved = mmap(nullptr, static_cast<std::size_t>(whole + 2 * page), PROT_NONE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (reserved == MAP_FAILED) throw no_room("mmap", bytes);
    void* const data = static_cast<std::uint8_t*>(reserved) + page;
    if (mprotect(data, static_cast<std::size_t>(whole), PROT_READ | PROT_WRITE) != 0) {
      munmap(reserved, static_cast<std::size_t>(whole + 2 * page));
      throw no_room("mprotect", bytes);
    }
    return {data, whole};
  }
  void release_fenced(fenced_range range) noexcept override {
    const std::int64_t page = sysconf(_SC_PAGESIZE);
    munmap(static_cast<std::uint8_t*>(range.data) - page, static_cast<std::size_t>(range.bytes + 2 * page));
  }
  [[nodiscard]] std::int64_t free_memory() override {
    return std::int64_t{sysconf(_SC_AVPHYS_PAGES)} * sysconf(_SC_PAGESIZE) + reclaimable();
  }

  void copy_to_host(void* to, const void* from, std::int64_t bytes) override {
    std::memcpy(to, from, static_cast<std::size_t>(bytes));
  }
  void copy_to_device(void* to, const void* from, std::int64_t bytes) override {
    copy_to_host(to, from, bytes);
  }

  [[nodiscard]] void* stream() override { return nullptr; }
  void set_bytes(void* data, std::uint8_t value, std::int64_t bytes) override {
    std::memset(data, value, static_cast<std::size_t>(bytes));
  }
  void copy_rows(void* to, std::int64_t to_pitch, const void* from, std::int64_t from_pitch,
                 std::int64_t row_bytes, std::int64_t rows) override {
    for (std::int64_t row = 0; row < rows; ++row)
      std::memcpy(static_cast<std::uint8_t*>(to) + row * to_pitch,
                  static_cast<const std::uint8_t*>(from) + row * from_pitch,
                  static_cast<std::size_t>(row_bytes));
  }
  void fill(const fill_job& job) override {
    const filled_tensor filled(job.how, job.type, job.seed, job.tensor, job.count);
    parallel_for(filled.groups(), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) filled.store_group(i, job.data);
    });
  }
  void compare(const compare_job& job, int slot, bool) override { comparisons_[slot] = compare_on_host(job); }
  void read_comparisons(compare_sums* sums, int count) override {
    std::copy(comparisons_, comparisons_ + count, sums);
  }
  void inspect(const inspection_job* jobs, std::size_t count, const digest_key& key,
               inspection* results) override {
    for (std::size_t i = 0; i < count; ++i) {
      const inspection_job& job = jobs[i];
      inspection sum;
      std::mutex mutex;
      parallel_for(job.rows * words_per_row(job), [&](std::int64_t begin, std::int64_t end) {
        const inspection part = inspect_on_host(job, key, begin, end);
        const std::lock_guard lock(mutex);
        merge(sum, part, job.what);
      });
      results[i] = sum;
    }
  }
  void gemm_fp64(const gemm_job& job) override { gemm_on_host(job); }
  void project(const projection_job& job) override { project_on_host(job); }
  void read_bytes(const void* data, std::int64_t bytes) override {
    constexpr std::int64_t line = 64;
    const auto* const begin = static_cast<const std::uint8_t*>(data);
    std::uint64_t sum = 0;
    for (std::int64_t i = 0; i < bytes; i += line) sum += begin[i];
    asm volatile("" : : "r"(sum));
  }
  /// All cores, each a part of what is read and of what is written: a copy as far as there is both. There is
  /// one shape.
  bool stream_bytes(const stream_job& job) override {
    constexpr std::int64_t chunk = 64 << 10;
    const std::int64_t chunks = (std::max(job.read, job.written) + chunk - 1) / chunk;
    const auto* const from = static_cast<const std::uint8_t*>(job.from);
    auto* const to = static_cast<std::uint8_t*>(job.to);
    parallel_for(
        chunks,
        [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t i = begin; i < end; ++i) {
            const std::int64_t first_read = job.read * i / chunks, first_written = job.written * i / chunks;
            const std::int64_t read = job.read * (i + 1) / chunks - first_read;
            const std::int64_t written = job.written * (i + 1) / chunks - first_written;
            const std::int64_t both = std::min(read, written);
            if (both > 0) std::memcpy(to + first_written, from + first_read, static_cast<std::size_t>(both));
            if (read > both) read_bytes(from + first_read + both, read - both);
            if (written > both)
              std::memset(to + first_written + both, 0x5A, static_cast<std::size_t>(written - both));
          }
        },
        64);  // chunks: a thread costs as much as a few MiB
    return true;
  }
  void sweep_cache() override {
    const std::int64_t bytes = sweep.bytes ? sweep.bytes : 2 * last_level_bytes();
    grow_sweep(bytes);
    read_bytes(sweep_.get(), bytes);
  }
  void dirty_cache() override {
    grow_sweep(last_level_bytes());
    std::memset(sweep_.get(), 0x5A, static_cast<std::size_t>(last_level_bytes()));
  }
  void check_launch() override {}
  void synchronize() override {}

  [[nodiscard]] void* create_event() override { return new time_point; }
  void destroy_event(void* event) noexcept override { delete static_cast<time_point*>(event); }
  void record_event(void* event) override {
    // The clock must not be read before the work above it is done, nor after work below it has begun.
    asm volatile("" : : : "memory");
    *static_cast<time_point*>(event) = clock::now();
    asm volatile("" : : : "memory");
  }
  [[nodiscard]] double seconds_between(void* first, void* second) override {
    return std::chrono::duration<double>(*static_cast<time_point*>(second) - *static_cast<time_point*>(first))
        .count();
  }
  [[nodiscard]] double event_tick() const override { return 1e-9; }

  bool close_gate(double) override { return false; }
  void open_gate() override {}
  [[nodiscard]] bool gate_held() override { return false; }
  void push_range(const char*) override {}
  void pop_range() noexcept override {}

 private:
  using clock = std::chrono::steady_clock;
  using time_point = clock::time_point;

  out_of_memory no_room(const std::string& call, std::int64_t bytes) {
    return out_of_memory(call + "(" + std::to_string(bytes) + " bytes)", "ENOMEM",
                         std::to_string(free_memory()) + " bytes are available", "");
  }
  std::int64_t last_level_bytes() const { return info_.last_level_bytes.value_or(32 << 20); }
  /// Written once, or every page would be the one page of zeros and nothing would be swept.
  void grow_sweep(std::int64_t bytes) {
    if (bytes <= sweep_allocated_) return;
    sweep_allocated_ = 0;
    sweep_.reset();
    sweep_ = std::make_unique<std::uint8_t[]>(static_cast<std::size_t>(bytes));
    std::memset(sweep_.get(), 0x5A, static_cast<std::size_t>(bytes));
    sweep_allocated_ = bytes;
  }

  /// Pages that the kernel gives back when asked (MemAvailable), beyond those that are free.
  static std::int64_t reclaimable() {
    std::ifstream file("/proc/meminfo");
    std::int64_t available = 0, free = 0;
    for (std::string key, line; file >> key; std::getline(file, line)) {
      std::int64_t* const target = key == "MemAvailable:" ? &available : key == "MemFree:" ? &free : nullptr;
      if (target) file >> *target;
    }
    return available > free ? (available - free) * 1024 : 0;
  }

  /// The cache of that level that the first core uses. Not sysconf, which adds up the caches of all dies.
  static std::optional<std::int64_t> cache_bytes(int level) {
    for (int index = 0; index < 8; ++index) {
      const std::string folder = "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) + "/";
      int found = 0;
      std::int64_t kibibytes = 0;
      if (std::ifstream(folder + "level") >> found && found == level &&
          std::ifstream(folder + "size") >> kibibytes)
        return kibibytes * 1024;
    }
    return std::nullopt;
  }

  static device_info query() {
    device_info info;
    info.vendor = vendor::cpu;
    info.name = processor_name();
    if (info.name.empty()) info.name = "CPU";
    utsname system{};
    if (uname(&system) == 0) info.architecture = system.machine;
    info.multiprocessors = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    info.l2_bytes = cache_bytes(2);
    info.last_level_bytes = cache_bytes(3);
    if (!info.last_level_bytes) info.last_level_bytes = info.l2_bytes;
    info.memory_bytes = std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
    std::ifstream frequency("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq");
    if (double kilohertz = 0; frequency >> kilohertz) info.max_clock = kilohertz * 1e3;
    return info;
  }

  device_info info_;
  compare_sums comparisons_[compare_slots];
  std::unique_ptr<std::uint8_t[]> sweep_;
  std::int64_t sweep_allocated_ = 0;
};

template <>
struct device_model<host> {
  using type = host_device;
};

}  // namespace assay
