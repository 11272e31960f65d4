// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/attached_tool.hpp"
#include "assay/core/error.hpp"
#include "assay/device/ceilings.hpp"
#include "assay/device/compare.hpp"
#include "assay/device/counters.hpp"
#include "assay/device/fill.hpp"
#include "assay/device/gate.hpp"
#include "assay/device/gemm_oracle.hpp"
#include "assay/device/inspect.hpp"
#include "assay/device/occupancy_probe.hpp"
#include "assay/device/spin.hpp"
#include "assay/device/stream.hpp"
#include "assay/device/sweep.hpp"
#include "assay/stats/order_statistics.hpp"

namespace assay {

/// A GPU, the same for CUDA and HIP. `Api` maps the few runtime calls that are needed; each checks its status
/// and throws device_error. Compiled by nvcc or hipcc only.
template <class Api>
class gpu_device final : public device {
 public:
  gpu_device() : info_(Api::query()), stream_(Api::create_stream()) {
    gates_ = static_cast<gate_state*>(Api::allocate_mapped(gate_count * sizeof(gate_state)));
    Api::reset_persisting_cache();  // what is set aside from here on, a candidate has set aside
    gates_on_device_ = static_cast<gate_state*>(Api::device_pointer(gates_));
  }
  ~gpu_device() override {
    Api::release(sweep_);
    Api::release(counters_);
    Api::release(comparing_);
    Api::release(occupancy_);
    Api::release_mapped(gates_);
    Api::destroy_stream(stream_);
  }

  [[nodiscard]] const device_info& info() const override { return info_; }
  [[nodiscard]] std::vector<device_info> visible() const override {
    std::vector<device_info> all;
    for (int i = 0, count = Api::count(); i < count; ++i) all.push_back(Api::query(i));
    return all;
  }

  [[nodiscard]] void* allocate(std::int64_t bytes) override {
    return Api::allocate(std::max<std::int64_t>(bytes, 1));
  }
  void release(void* data) noexcept override { Api::release(data); }
  [[nodiscard]] bool has_fences() const override { return Api::has_fences(info_.index); }
  [[nodiscard]] fenced_range allocate_fenced(std::int64_t bytes) override {
    if (!has_fences()) return device::allocate_fenced(bytes);
    return Api::allocate_fenced(std::max<std::int64_t>(bytes, 1), info_.index);
  }
  void release_fenced(fenced_range range) noexcept override { Api::release_fenced(range, info_.index); }
  [[nodiscard]] std::int64_t free_memory() override { return Api::free_memory(); }
  void copy_to_host(void* to, const void* from, std::int64_t bytes) override {
    Api::copy_to_host(to, from, bytes, stream_);
  }
  void copy_to_device(void* to, const void* from, std::int64_t bytes) override {
    Api::copy_to_device(to, from, bytes, stream_);
  }

  [[nodiscard]] void* stream() override { return stream_; }
  void set_bytes(void* data, std::uint8_t value, std::int64_t bytes) override {
    Api::set_bytes(data, value, bytes, stream_);
  }
  void copy_rows(void* to, std::int64_t to_pitch, const void* from, std::int64_t from_pitch,
                 std::int64_t row_bytes, std::int64_t rows) override {
    if (row_bytes > 0 && rows > 0) Api::copy_rows(to, to_pitch, from, from_pitch, row_bytes, rows, stream_);
  }
  void fill(const fill_job& job) override {
    if (job.count == 0) return;
    const filled_tensor filled(job.how, job.type, job.seed, job.tensor, job.count);
    const auto kernel =
        filled.draw().how == fill_draw::kind::wide ? nullptr : fill_drawn_kernel_for(job.type);
    if (kernel)
      kernel<<<blocks_for((bytes_for(job.type, job.count) + 15) / 16), threads, 0, stream_>>>(
          filled, filled.keys_at(shared_by_data_sets), job.data);
    else
      fill_kernel<><<<blocks_for(filled.groups()), threads, 0, stream_>>>(filled, job.data);
    Api::check_launch("fill_kernel");
  }
  void compare(const compare_job& job, int slot, bool thorough) override {
    if (!comparing_) {
      comparing_ = static_cast<comparing*>(allocate(sizeof(comparing)));
      set_bytes(comparing_, 0, sizeof(comparing));
    }
    compare_scratch* const scratch = &comparing_->scratch;
    compare_sums* const result = comparing_->results + slot;
    const auto blocks = [&](std::int64_t elements,
                            int resident) {  // of one block and turn; on a multiprocessor
      const std::int64_t most = std::min(compare_blocks, info_.multiprocessors.value_or(64) * resident);
      return static_cast<unsigned>(std::clamp<std::int64_t>((job.count + elements - 1) / elements, 1, most));
    };
    const auto misaligned = [&](std::uintptr_t to) {
      return reinterpret_cast<std::uintptr_t>(job.got) % to != 0 ||
             reinterpret_cast<std::uintptr_t>(job.expected) % sizeof(double2) != 0;
    };
    const bool close = thorough || job.indices || job.padded() ||
                       misaligned(static_cast<std::uintptr_t>(bytes_for(job.rule.type, 2)));
    if (const auto kernel = close ? nullptr : check_kernel_for(job.rule))
      kernel<<<blocks(check_elements, check_blocks), compare_threads, 0, stream_>>>(job, scratch, result);
    else
      compare_kernel<><<<blocks(compare_threads, 3), compare_threads, 0, stream_>>>(job, scratch, result);
    Api::check_launch("compare_kernel");
  }
  void read_comparisons(compare_sums* sums, int count) override {
    if (comparing_)
      copy_to_host(sums, comparing_->results, static_cast<std::int64_t>(sizeof(compare_sums)) * count);
  }
  void inspect(const inspection_job* jobs, std::size_t count, const digest_key& key,
               inspection* results) override {
    if (count == 0) return;
    set_bytes(results, 0, static_cast<std::int64_t>(count * sizeof(inspection)));
    for (std::size_t done = 0; done < count; done += inspection_batch::capacity) {
      const std::size_t now = std::min<std::size_t>(count - done, inspection_batch::capacity);
      inspection_batch batch;
      batch.key = key;
      std::int64_t most = 0;
      for (std::size_t i = 0; i < now; ++i) {
        batch.jobs[i] = jobs[done + i];
        most = std::max(most, batch.jobs[i].rows * words_per_row(batch.jobs[i]));
      }
      inspect_kernel<><<<dim3(blocks_for(most), static_cast<unsigned>(now)), threads, 0, stream_>>>(
          batch, results + done);
      Api::check_launch("inspect_kernel");
    }
  }
  void gemm_fp64(const gemm_job& job) override {
    if (job.row_count == 0 || job.b.columns == 0) return;
    const auto tiles = [](std::int64_t extent, std::int64_t tile) { return (extent + tile - 1) / tile; };
    const dim3 grid(
        static_cast<unsigned>(tiles(job.b.columns, gemm_tile::columns)),
        static_cast<unsigned>(std::min<std::int64_t>(tiles(job.row_count, gemm_tile::rows), 65535)));
    gemm_fp64_kernel<><<<grid, gemm_tile::threads, 0, stream_>>>(job);
    Api::check_launch("gemm_fp64_kernel");
  }
  void project(const projection_job& job) override {
    if (job.matrix.rows == 0) return;
    project_kernel<><<<blocks_for(job.matrix.rows * threads), threads, 0, stream_>>>(job);
    Api::check_launch("project_kernel");
  }
  void read_bytes(const void* data, std::int64_t bytes) override {
    const std::int64_t words = bytes / std::int64_t{sizeof(uint4)};
    sweep_kernel<>
        <<<blocks_for(words), threads, 0, stream_>>>(static_cast<const uint4*>(data), words, nullptr);
    Api::check_launch("sweep_kernel");
  }
  bool stream_bytes(const stream_job& job) override {
    // Few loads under way or many; as many blocks as are resident at once, or one for each tile.
    switch (job.shape) {
      case 0: launch_stream<4>(job, 8); break;
      case 1: launch_stream<8>(job, 4); break;
      case 2: launch_stream<4>(job, 0); break;
      default: launch_stream<8>(job, 0); break;
    }
    Api::check_launch("stream_kernel");
    return true;
  }
  void sweep_cache() override {
    const std::int64_t bytes = sweep.bytes ? sweep.bytes : 2 * cache_bytes();
    grow_sweep(bytes);
    read_bytes(sweep_, bytes);
  }
  void dirty_cache() override {
    grow_sweep(cache_bytes());
    set_bytes(sweep_, 0x5A, cache_bytes());
  }
  bool reset_persisting_cache() override { return Api::reset_persisting_cache(); }
  void check_launch() override { Api::check_launch("launch"); }
  void synchronize() override { Api::synchronize(); }
  void query_stream() override { Api::query_stream(stream_); }

  [[nodiscard]] void* create_event() override { return Api::create_event(); }
  void destroy_event(void* event) noexcept override { Api::destroy_event(as_event(event)); }
  void record_event(void* event) override { Api::record_event(as_event(event), stream_); }
  [[nodiscard]] double seconds_between(void* first, void* second) override {
    return Api::seconds_between(as_event(first), as_event(second));
  }
  [[nodiscard]] double event_tick() const override { return Api::event_tick; }

  bool close_gate(double timeout) override {
    // A fresh slot each time: an earlier gate may still be waiting to see that it is open.
    gate_ = (gate_ + 1) % gate_count;
    volatile gate_state& state = gates_[gate_];
    state.open = 0;
    state.expired = 0;
    gate_kernel<><<<1, 1, 0, stream_>>>(gates_on_device_ + gate_, static_cast<std::uint64_t>(timeout * 1e9));
    Api::check_launch("gate_kernel");
    return true;
  }
  void open_gate() override { static_cast<volatile gate_state&>(gates_[gate_]).open = 1; }
  [[nodiscard]] bool gate_held() override {
    return static_cast<volatile gate_state&>(gates_[gate_]).expired == 0;
  }

  bool begin_capture() override {
    Api::begin_capture(stream_);
    return true;
  }
  [[nodiscard]] void* end_capture() override { return Api::end_capture(stream_); }
  [[nodiscard]] launch_facts end_capture_as_facts() override {
    launch_facts facts = Api::end_capture_as_facts(stream_, info_.index);
    facts.multiprocessor.count = info_.multiprocessors;
    return facts;
  }
  void destroy_graph(void* graph) noexcept override {
    Api::destroy_graph(static_cast<typename Api::graph_type>(graph));
  }
  void launch_graph(void* graph) override {
    Api::launch_graph(static_cast<typename Api::graph_type>(graph), stream_);
  }

  bool launch_empty() override {
    empty_kernel<><<<1, 1, 0, stream_>>>();
    return true;
  }
  bool launch_spin(double seconds) override {
    spin_kernel<><<<1, 1, 0, stream_>>>(static_cast<std::uint64_t>(seconds * 1e9));
    return true;
  }

  [[nodiscard]] bool has_occupancy_probe() override {
    if (!probe_sees_others_) probe_sees_others_ = try_occupancy_probe();
    return *probe_sees_others_;
  }
  void clear_occupancy() override { set_bytes(occupancy_, 0, sizeof(occupancy_record) * occupancy_slots); }
  void probe_occupancy(int slot) override {
    constexpr int block = 1024;
    constexpr std::uint64_t timeout = 10'000'000;
    occupancy_probe_kernel<>
        <<<static_cast<unsigned>(*info_.multiprocessors), block, static_cast<std::size_t>(probe_memory_),
           stream_>>>(occupancy_ + slot, timeout);
    Api::check_launch("occupancy_probe_kernel");
  }
  [[nodiscard]] double occupancy_delay(int slot) override {
    occupancy_record seen{};
    copy_to_host(&seen, occupancy_ + slot, sizeof seen);
    return seen.arrived == 0 ? 0.0 : static_cast<double>(seen.last - ~seen.not_first) * 1e-9;
  }

  [[nodiscard]] assay::ceiling_features ceiling_features() override {
    if (!features_) {
      const device_buffer told(*this, 2 * sizeof(int));
      int answers[2] = {};
      ceiling_features_kernel<><<<1, 1, 0, stream_>>>(static_cast<int*>(told.data()));
      Api::check_launch("ceiling_features_kernel");
      copy_to_host(answers, told.data(), sizeof answers);
      features_ = {true, answers[0], answers[1] != 0, Api::library()};
    }
    return *features_;
  }
  void launch_ceiling(const ceiling_job& job) override { enqueue_ceiling<Api>(job, stream_); }

  void read_counters(int slot) override {
    if (!counters_) {
      counters_ = static_cast<device_counters*>(allocate(sizeof(device_counters) * counter_slots));
      set_bytes(counters_, 0, sizeof(device_counters) * counter_slots);
    }
    // Four small blocks for each multiprocessor, so that none goes without.
    const auto blocks = static_cast<unsigned>(info_.multiprocessors.value_or(64) * 4);
    read_counters_kernel<><<<blocks, 1, 0, stream_>>>(counters_ + slot);
    Api::check_launch("read_counters_kernel");
  }
  [[nodiscard]] counter_difference counters_between(int first, int second) override {
    counter_difference result;
    if (!counters_) return result;
    const auto readings = std::make_unique<device_counters[]>(counter_slots);
    copy_to_host(readings.get(), counters_, sizeof(device_counters) * counter_slots);
    const device_counters& from = readings[static_cast<std::size_t>(first)];
    const device_counters& to = readings[static_cast<std::size_t>(second)];
    std::vector<double> rates;
    for (int i = 0; i < device_counters::most_multiprocessors; ++i) {
      const clock_reading &begin = from.clocks[i], &end = to.clocks[i];
      // Shorter spans would be told by the steps of the clock in nanoseconds.
      constexpr unsigned long long least = 5'000;
      if (begin.nanoseconds == 0 || end.nanoseconds < begin.nanoseconds + least || end.cycles <= begin.cycles)
        continue;
      rates.push_back(static_cast<double>(end.cycles - begin.cycles) /
                      (static_cast<double>(end.nanoseconds - begin.nanoseconds) * 1e-9));
    }
    if (!rates.empty()) result.clock = median(rates);
    if (from.grid != 0 && to.grid > from.grid)
      result.kernels = static_cast<std::int64_t>(to.grid - from.grid) - 1;
    return result;
  }

  void push_range(const char* name) override { Api::push_range(name); }
  void pop_range() noexcept override { Api::pop_range(); }
  void start_profiling() override { Api::start_profiling(); }
  void stop_profiling() noexcept override { Api::stop_profiling(); }

 private:
  static constexpr int threads = 256;
  static constexpr std::size_t gate_count = 64;

  /// Enough blocks to fill the device several times over, no more than there is work for.
  unsigned blocks_for(std::int64_t items) const {
    const std::int64_t resident = std::int64_t{info_.multiprocessors.value_or(64)} * 16;
    return static_cast<unsigned>(std::clamp<std::int64_t>((items + threads - 1) / threads, 1, resident));
  }
  /// `resident`: blocks for each multiprocessor; 0: as many as there are tiles.
  template <int Unroll>
  void launch_stream(const stream_job& job, std::int64_t resident) {
    const stream_tiles tiles(job, Unroll);
    const std::int64_t most = resident > 0 ? resident * info_.multiprocessors.value_or(64) : 1 << 30;
    stream_kernel<Unroll>
        <<<static_cast<unsigned>(std::min(tiles.count, most)), stream_threads, 0, stream_>>>(job, tiles);
  }
  /// Whether the probe waits for a small kernel on another stream, and for nothing where there is none. Not
  /// so where blocks without shared memory fit beside it (AMD), and under tools that run one kernel at a
  /// time.
  bool try_occupancy_probe() {
    struct other_stream {
      typename Api::stream_type stream = Api::create_stream();
      ~other_stream() { Api::destroy_stream(stream); }
    };
    constexpr double beside = 100e-6;
    const auto delay = [&](const other_stream* other) {
      clear_occupancy();
      synchronize();
      if (other) spin_kernel<><<<1, 1, 0, other->stream>>>(static_cast<std::uint64_t>(beside * 1e9));
      probe_occupancy(0);
      synchronize();
      return occupancy_delay(0);
    };
    try {
      if (!info_.multiprocessors || attached_tool()) return false;
      probe_memory_ = Api::shared_memory_of_block(info_.index);
      Api::allow_shared_memory(reinterpret_cast<const void*>(&occupancy_probe_kernel<>), probe_memory_);
      if (!occupancy_)
        occupancy_ = static_cast<occupancy_record*>(allocate(sizeof(occupancy_record) * occupancy_slots));
      const other_stream other;
      static_cast<void>(delay(&other));  // what is loaded at its first use is so now
      // A host that was kept from launching, or somebody else on the device, is no answer.
      constexpr int tries = 5;
      for (int i = 0; i < tries; ++i)
        if (delay(nullptr) < beside / 10 && delay(&other) > beside / 2) return true;
      return false;
    } catch (const device_error& e) {
      if (e.lost()) throw;
      return false;
    }
  }
  std::int64_t cache_bytes() const {
    return info_.last_level_bytes.value_or(info_.l2_bytes.value_or(256 << 20));
  }
  /// Fresh memory may not be backed by DRAM until it is written, so it is.
  void grow_sweep(std::int64_t bytes) {
    if (bytes <= sweep_allocated_) return;
    Api::release(std::exchange(sweep_, nullptr));
    sweep_allocated_ = 0;
    sweep_ = allocate(bytes);
    sweep_allocated_ = bytes;
    set_bytes(sweep_, 0x5A, bytes);
  }
  static typename Api::event_type as_event(void* event) {
    return static_cast<typename Api::event_type>(event);
  }

  struct comparing {
    compare_scratch scratch;
    compare_sums results[compare_slots];
  };

  device_info info_;
  typename Api::stream_type stream_;
  void* sweep_ = nullptr;
  std::int64_t sweep_allocated_ = 0;
  device_counters* counters_ = nullptr;
  comparing* comparing_ = nullptr;         ///< on the device
  occupancy_record* occupancy_ = nullptr;  ///< on the device
  int probe_memory_ = 0;                   ///< bytes of shared memory of a block of the occupancy probe
  std::optional<bool> probe_sees_others_;
  gate_state* gates_ = nullptr;
  gate_state* gates_on_device_ = nullptr;
  std::size_t gate_ = 0;
  std::optional<assay::ceiling_features> features_;
};

}  // namespace assay
