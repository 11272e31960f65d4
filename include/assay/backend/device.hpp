// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/ceiling_job.hpp"
#include "assay/backend/stream_job.hpp"
#include "assay/core/device_info.hpp"
#include "assay/core/error.hpp"
#include "assay/core/launch_facts.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/verify/compare_job.hpp"
#include "assay/verify/fill.hpp"
#include "assay/verify/gemm_job.hpp"
#include "assay/verify/inspection.hpp"

namespace assay {

/// One tensor to be filled on the device: element i becomes fill_element(how, type, seed, tensor, i, count).
struct fill_job {
  void* data = nullptr;
  dtype type = dtype::fp32;
  std::int64_t count = 0;
  fill how = {};
  std::uint64_t seed = 0;
  std::uint32_t tensor = 0;
};

/// What a device counted between two readings of its counters; absent where it does not tell.
struct counter_difference {
  std::optional<double> clock;          ///< Hz, of the multiprocessors: the mean
  std::optional<std::int64_t> kernels;  ///< grids that this process launched, on any stream
};

/// A read-only pass through memory that empties the caches.
struct cache_sweep {
  std::int64_t bytes = 0;               ///< read by each sweep; 0: twice the last-level cache
  std::optional<double> hot_seconds;    ///< of a probe of half the last-level cache, read before
  std::optional<double> swept_seconds;  ///< of the same probe after a sweep of that size
  std::optional<double> empty_seconds;  ///< after a sweep of four times the cache: what DRAM takes
  bool proven = false;                  ///< the swept probe took as long as from DRAM
  int tried = 0;                        ///< times that this was to be found out
};

/// Memory with an unmapped page on both sides. Owned by `fenced_buffer` below.
struct fenced_range {
  void* data = nullptr;
  std::int64_t bytes = 0;  ///< whole pages of the device
};

/// What the engine drives: a device with one stream, in whose order everything below happens unless it says
/// otherwise. One object per backend, opened by device_of<Backend>(). The models are host_device, gpu_device
/// (CUDA and HIP) and, in tests, a fake that plays scripted times and errors.
///
/// Every call that reaches a runtime checks its status and throws device_error with the call, the place and
/// the runtime's words; device_error::lost() tells that the device cannot be used again by this process.
class device {
 public:
  device() = default;
  device(const device&) = delete;
  device& operator=(const device&) = delete;
  virtual ~device() = default;

  [[nodiscard]] virtual const device_info& info() const = 0;
  /// This device and all others of its backend that the process sees, in the runtime's order.
  [[nodiscard]] virtual std::vector<device_info> visible() const { return {info()}; }

  /// `bytes` of fresh memory, aligned to 256. Throws out_of_memory.
  [[nodiscard]] virtual void* allocate(std::int64_t bytes) = 0;
  virtual void release(void* data) noexcept = 0;
  /// Whether allocate_fenced() works.
  [[nodiscard]] virtual bool has_fences() const { return false; }
  /// Fresh pages, at least `bytes` and at least one, between unmapped ones: any access beyond them is a
  /// fault, which on a GPU takes the context down and on the host kills the process. Throws out_of_memory,
  /// and error where there are no fences.
  [[nodiscard]] virtual fenced_range allocate_fenced(std::int64_t /*bytes*/) {
    throw error("this backend has no virtual memory calls for a fence");
  }
  virtual void release_fenced(fenced_range /*range*/) noexcept {}
  /// Bytes that could be allocated now.
  [[nodiscard]] virtual std::int64_t free_memory() = 0;
  /// Blocking copies, after all earlier work of the stream.
  virtual void copy_to_host(void* to, const void* from, std::int64_t bytes) = 0;
  virtual void copy_to_device(void* to, const void* from, std::int64_t bytes) = 0;

  /// The native handle of the stream that candidates are given.
  [[nodiscard]] virtual void* stream() = 0;
  virtual void set_bytes(void* data, std::uint8_t value, std::int64_t bytes) = 0;
  /// Copies `rows` stretches of `row_bytes` bytes within the device's memory, in the stream; each begins a
  /// pitch behind the one before.
  virtual void copy_rows(void* to, std::int64_t to_pitch, const void* from, std::int64_t from_pitch,
                         std::int64_t row_bytes, std::int64_t rows) = 0;
  virtual void fill(const fill_job& job) = 0;
  /// Holds an output against what is right, both on the device, and leaves the sums in one of `compare_slots`
  /// places. `thorough`: all of them; otherwise as fast as it can be told whether the output is right.
  virtual void compare(const compare_job& job, int slot, bool thorough) = 0;
  static constexpr int compare_slots = 64;
  /// What the first `count` slots hold. Waits for the stream.
  virtual void read_comparisons(compare_sums* sums, int count) = 0;
  /// Looks at the device's memory, in the stream: what job i finds goes to results[i], in the device's memory
  /// too. One launch for each 64 jobs; nothing is waited for.
  virtual void inspect(const inspection_job* jobs, std::size_t count, const digest_key& key,
                       inspection* results) = 0;
  /// For oracles: rows of a matrix product, and a matrix times a few vectors, in fp64.
  virtual void gemm_fp64(const gemm_job& job) = 0;
  virtual void project(const projection_job& job) = 0;
  /// Reads `bytes` of the device's memory, and writes nothing.
  virtual void read_bytes(const void* data, std::int64_t bytes) = 0;
  /// Reads and writes the bytes of the job as fast as plain loads and stores can, and computes nothing.
  /// Returns false where there is no such thing.
  virtual bool stream_bytes(const stream_job& /*job*/) { return false; }
  /// Reads through `sweep.bytes` (twice the last-level cache until something else is found to be needed), so
  /// that what a candidate touched before is gone from the caches and what remains is clean.
  virtual void sweep_cache() = 0;
  /// Writes through the last-level cache, which leaves it full of dirty lines, as a memset between samples
  /// does.
  virtual void dirty_cache() = 0;
  /// Takes back what was set aside for persisting lines, which survive a sweep. Returns whether a share of
  /// the cache had been set aside since the last call. Not in stream order: call it when the device is idle.
  virtual bool reset_persisting_cache() { return false; }
  /// Throws what the launches since the last call left behind (bad configuration, no such kernel, …).
  virtual void check_launch() = 0;
  /// Waits for all work of the whole device. Throws what that work died of.
  virtual void synchronize() = 0;
  /// Asks whether the stream is done, and waits for no work. Where the driver is busy with the context, as it
  /// may be after streams were destroyed, this waits for that.
  virtual void query_stream() {}

  /// Time stamps in the stream. Owned by `event` below.
  [[nodiscard]] virtual void* create_event() = 0;
  virtual void destroy_event(void* event) noexcept = 0;
  virtual void record_event(void* event) = 0;
  /// Seconds between two recorded events. Waits for the second.
  [[nodiscard]] virtual double seconds_between(void* first, void* second) = 0;
  /// The smallest step between two time stamps, s.
  [[nodiscard]] virtual double event_tick() const = 0;

  /// Holds the stream until open_gate(), so that all of a sample is enqueued before the first of it runs and
  /// the host's speed stays out of the times. Opens by itself after `timeout` seconds: a candidate that
  /// synchronises inside its launch would wait for ever. Returns false where there is no such thing.
  virtual bool close_gate(double timeout) = 0;
  virtual void open_gate() = 0;
  /// After the sample is complete: whether the gate held until open_gate(). When it had opened by itself, the
  /// sample ran while the host was still enqueueing, and its time is that of an ungated one.
  [[nodiscard]] virtual bool gate_held() = 0;

  /// Everything put into the stream from here to end_capture() becomes a graph instead of running. Returns
  /// false where there are no graphs.
  virtual bool begin_capture() { return false; }
  /// Throws what could not be captured. Owned by `graph` below.
  [[nodiscard]] virtual void* end_capture() { return nullptr; }
  /// Ends a capture, tells what was captured, and keeps nothing. Throws what could not be captured.
  [[nodiscard]] virtual launch_facts end_capture_as_facts() { return {}; }
  virtual void destroy_graph(void* /*graph*/) noexcept {}
  virtual void launch_graph(void* /*graph*/) {}

  /// A kernel of one thread that does nothing. Returns false where there are no kernels.
  virtual bool launch_empty() { return false; }
  /// A kernel of one thread that runs for `seconds` by the device's own clock.
  virtual bool launch_spin(double /*seconds*/) { return false; }

  /// Whether there is a kernel that tells when the stream has the device to itself: each of its blocks needs
  /// a whole multiprocessor, so where another kernel runs, on any stream, a block has to wait. Waits for the
  /// device when it is asked first, to see that this is so.
  [[nodiscard]] virtual bool has_occupancy_probe() { return false; }
  /// Enqueues what forgets what earlier probes saw. Probes need it, and not right before them: what runs
  /// beside the stream goes on meanwhile.
  virtual void clear_occupancy() {}
  /// Enqueues the probe; what it sees goes to one of `occupancy_slots` places, each once after it was
  /// cleared.
  virtual void probe_occupancy(int /*slot*/) {}
  static constexpr int occupancy_slots = 2;
  /// s from its first block to its last, of a probe that has run: how long others were on some part of the
  /// device, at most 10 ms. A kernel that fills it keeps all blocks waiting, which does not show here. Waits
  /// for the stream.
  [[nodiscard]] virtual double occupancy_delay(int /*slot*/) { return 0.0; }

  /// What this build can launch of the kernels that use up one resource. By default there are none.
  [[nodiscard]] virtual assay::ceiling_features ceiling_features() { return {}; }
  /// Enqueues one of them. Throws error for what ceiling_features() does not allow.
  virtual void launch_ceiling(const ceiling_job& job) {
    throw error("this backend has no kernel for the ceiling of " + job.probe.how);
  }

  /// Reads the device's own counters, in the stream, into one of `counter_slots` places.
  virtual void read_counters(int /*slot*/) {}
  static constexpr int counter_slots = 2;
  /// What happened between two readings that have run. Waits for the stream.
  [[nodiscard]] virtual counter_difference counters_between(int /*first*/, int /*second*/) { return {}; }

  /// The host's steady clock, s. A fake device has a virtual one.
  [[nodiscard]] virtual double now() const {
    std::timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  }
  /// Lets time pass while nothing is enqueued.
  virtual void wait(double seconds) {
    const auto whole = static_cast<std::time_t>(seconds);
    const std::timespec span{whole, static_cast<long>((seconds - static_cast<double>(whole)) * 1e9)};
    nanosleep(&span, nullptr);
  }

  /// Named ranges for an attached profiler; nothing where there is none.
  virtual void push_range(const char* name) = 0;
  virtual void pop_range() noexcept = 0;
  /// Begins and ends what a profiler is to look at that waits to be told (`ncu --profile-from-start off`,
  /// `nsys
  /// --capture-range=cudaProfilerApi`); nothing where the runtime has no such call.
  virtual void start_profiling() {}
  virtual void stop_profiling() noexcept {}

  /// How sweep_cache() empties the caches, and what prove_sweep() saw of it.
  cache_sweep sweep;
  /// The least device time of an empty kernel that a calibration has found, s. What disturbs it only makes it
  /// longer, for as long as the process has other allocations or streams (docs/design.md, "Raw and net").
  std::optional<double> empty_kernel_time;
  /// How often something was left undone for want of memory that makes a record worse: a calibration, copies
  /// of tensors, the check of a timed output, a fence, the timing itself.
  std::size_t shortages = 0;
};

/// Takes what a callable that failed may have left behind, so that the next one is not blamed for it. Throws
/// only when the device is lost.
inline void discard_errors(device& target) {
  for (void (device::*call)() : {&device::check_launch, &device::synchronize}) {
    try {
      (target.*call)();
    } catch (const device_error& e) {
      if (e.lost()) throw;
    }
  }
}

/// Owns an event of a device.
class event {
 public:
  explicit event(device& owner) : owner_(&owner), handle_(owner.create_event()) {}
  event(event&& other) noexcept : owner_(other.owner_), handle_(std::exchange(other.handle_, nullptr)) {}
  event& operator=(event&& other) noexcept {
    std::swap(owner_, other.owner_);
    std::swap(handle_, other.handle_);
    return *this;
  }
  event(const event&) = delete;
  event& operator=(const event&) = delete;
  ~event() {
    if (handle_) owner_->destroy_event(handle_);
  }

  void record() { owner_->record_event(handle_); }
  [[nodiscard]] double seconds_until(const event& later) const {
    return owner_->seconds_between(handle_, later.handle_);
  }

 private:
  device* owner_;
  void* handle_;
};

/// Owns a graph of a device.
class graph {
 public:
  graph() = default;
  /// What `enqueue` puts into the device's stream. Empty where the device has no graphs; throws what the
  /// device or `enqueue` throws.
  template <class Enqueue>
  [[nodiscard]] static graph capture(device& owner, const Enqueue& enqueue) {
    graph result;
    if (!owner.begin_capture()) return result;
    try {
      enqueue();
    } catch (...) {
      try {
        owner.destroy_graph(owner.end_capture());
      } catch (...) {  // what was thrown first tells more
      }
      throw;
    }
    result.handle_ = owner.end_capture();
    result.owner_ = &owner;
    return result;
  }
  graph(graph&& other) noexcept : owner_(other.owner_), handle_(std::exchange(other.handle_, nullptr)) {}
  graph& operator=(graph&& other) noexcept {
    std::swap(owner_, other.owner_);
    std::swap(handle_, other.handle_);
    return *this;
  }
  graph(const graph&) = delete;
  graph& operator=(const graph&) = delete;
  ~graph() {
    if (handle_) owner_->destroy_graph(handle_);
  }

  [[nodiscard]] explicit operator bool() const noexcept { return handle_ != nullptr; }
  void launch() const { owner_->launch_graph(handle_); }

 private:
  device* owner_ = nullptr;
  void* handle_ = nullptr;
};

/// What `enqueue` puts into the device's stream; nothing of it runs. What goes wrong (a launch that waits for
/// the device cannot be captured) is told in `absent`; only a lost device is thrown.
template <class Enqueue>
[[nodiscard]] launch_facts capture_launch_facts(device& owner, const Enqueue& enqueue) {
  launch_facts result;
  bool capturing = false;
  const auto give_up = [&](const std::string& why) {
    if (capturing) try {
        static_cast<void>(owner.end_capture_as_facts());
      } catch (const std::exception&) {  // what was thrown first tells more
      }
    result = {};
    result.absent = "the launch cannot be captured: " + why;
    discard_errors(owner);
  };
  try {
    capturing = owner.begin_capture();
    if (!capturing) {
      result.absent = "the backend has no graphs";
      return result;
    }
    enqueue();
    owner.check_launch();
    capturing = false;
    return owner.end_capture_as_facts();
  } catch (const device_error& e) {
    if (e.lost()) throw;
    give_up(e.what());
  } catch (const std::exception& e) {
    give_up(e.what());
  } catch (...) {
    give_up("it threw something that is not a std::exception");
  }
  return result;
}

/// Owns memory of a device.
class device_buffer {
 public:
  device_buffer() = default;
  device_buffer(device& owner, std::int64_t bytes)
      : owner_(&owner), data_(owner.allocate(bytes)), bytes_(bytes) {}
  device_buffer(device_buffer&& other) noexcept
      : owner_(other.owner_),
        data_(std::exchange(other.data_, nullptr)),
        bytes_(std::exchange(other.bytes_, 0)) {}
  device_buffer& operator=(device_buffer&& other) noexcept {
    std::swap(owner_, other.owner_);
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  device_buffer(const device_buffer&) = delete;
  device_buffer& operator=(const device_buffer&) = delete;
  ~device_buffer() {
    if (data_) owner_->release(data_);
  }

  [[nodiscard]] void* data() const noexcept { return data_; }
  [[nodiscard]] std::int64_t bytes() const noexcept { return bytes_; }

 private:
  device* owner_ = nullptr;
  void* data_ = nullptr;
  std::int64_t bytes_ = 0;
};

/// Owns memory of a device between unmapped pages.
class fenced_buffer {
 public:
  fenced_buffer(device& owner, std::int64_t bytes) : owner_(&owner), range_(owner.allocate_fenced(bytes)) {}
  fenced_buffer(fenced_buffer&& other) noexcept
      : owner_(other.owner_), range_(std::exchange(other.range_, {})) {}
  fenced_buffer& operator=(fenced_buffer&& other) noexcept {
    std::swap(owner_, other.owner_);
    std::swap(range_, other.range_);
    return *this;
  }
  fenced_buffer(const fenced_buffer&) = delete;
  fenced_buffer& operator=(const fenced_buffer&) = delete;
  ~fenced_buffer() {
    if (range_.data) owner_->release_fenced(range_);
  }

  [[nodiscard]] const fenced_range& range() const noexcept { return range_; }

 private:
  device* owner_;
  fenced_range range_;
};

/// A span for a profiler to look at that ends with its scope.
class [[nodiscard]] scoped_profiling {
 public:
  [[nodiscard]] explicit scoped_profiling(device& owner) : owner_(owner) { owner.start_profiling(); }
  scoped_profiling(const scoped_profiling&) = delete;
  scoped_profiling& operator=(const scoped_profiling&) = delete;
  ~scoped_profiling() { owner_.stop_profiling(); }

 private:
  device& owner_;
};

/// A named range that ends with its scope.
class [[nodiscard]] scoped_range {
 public:
  [[nodiscard]] scoped_range(device& owner, const char* name) : owner_(owner) { owner.push_range(name); }
  scoped_range(const scoped_range&) = delete;
  scoped_range& operator=(const scoped_range&) = delete;
  ~scoped_range() { owner_.pop_range(); }

 private:
  device& owner_;
};

}  // namespace assay
