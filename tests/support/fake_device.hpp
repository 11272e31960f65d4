// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/backend/device_model.hpp"
#include "assay/core/error.hpp"
#include "assay/measure/ceiling_check.hpp"
#include "assay/verify/compare.hpp"
#include "assay/verify/fill_value.hpp"
#include "assay/verify/gemm_on_host.hpp"

namespace support {

/// What an injected error is. `lost` takes the device down: every later call throws as well.
enum class fault { error, out_of_memory, lost };

/// A device for tests that plays what they script. Its memory is the host's, so outputs can be verified. Its
/// clock is virtual: a candidate takes the time that it says with run(), every chore of the engine (fill,
/// sweep, …) takes `script.chore_seconds`, and nothing else takes any.
///
///   fake_device gpu;
///   gpu.fail("sweep_cache", 3);                // the third sweep throws
///   job.launch = [&] { gpu.run(0x1p-20); };    // a kernel of 2^-20 s
///
/// Whole powers of two keep times exact.
class fake_device final : public assay::device {
 public:
  /// What a test may change at any time. reset() brings back what is written here.
  struct behaviour {
    bool has_gate = true;            ///< false: close_gate() returns false
    double tick = 0x1p-30;           ///< s; time stamps are whole multiples of it
    double host_seconds = 0.0;       ///< s of the host for each run(); in the times unless the gate is closed
    double chore_seconds = 0x1p-14;  ///< s in the stream for each fill, sweep, …
    double overhead = 0.0;  ///< s that a time stamp takes of the stream, so that each pair of events has it
    double late_stamps = 0.0;             ///< s that a time stamp comes late that no gate holds up
    std::optional<double> empty_seconds;  ///< s of the engine's own empty kernel; absent: it has no kernels
    bool has_graphs = false;              ///< begin_capture() returns false
    double clock = 0.0;                   ///< Hz that counters_between() tells; 0: it does not know
    bool counts_kernels = false;          ///< counters_between() tells how many times run() was called
    std::int64_t sweep_needed = 0;  ///< bytes that empty the caches: then read_bytes() takes twice its time
    std::int64_t most_cached = 0;   ///< bytes that a cache holds of what read_bytes() reads; 0: of any number
    int slow_reads = 0;        ///< read_bytes() takes so often three times its time, as on an idle device
    int slow_graphs = 0;       ///< launch_graph() takes so often 2^-10 s more, as on a shared device
    double stream_rate = 0.0;  ///< B/s of stream_bytes(), 16 times as slow in any shape but the best; 0: none
    int best_stream_shape = 2;
    assay::ceiling_features ceilings;  ///< what kernels of ceilings it has
    /// Bytes or operations per second of those, by probe; absent: the launch throws.
    std::function<std::optional<double>(const assay::ceiling_probe&)> ceiling_rate;
    bool ceilings_lie = false;   ///< they compute nothing
    assay::kernel_facts kernel;  ///< what a captured run() is said to be, but for its name
    assay::multiprocessor_limits multiprocessor;
    bool has_fences = false;    ///< the pages are 4096 bytes, and nothing faults
    double notice_share = 0.0;  ///< of the last kernel's time: what the host takes to see the device idle
    bool has_occupancy_probe = false;  ///< it sees what run_beside() does
    bool fills_device = false;         ///< what run_beside() does keeps all blocks of the probe waiting alike
    bool sets_cache_aside = false;     ///< reset_persisting_cache() finds something, once
    bool serialises = false;           ///< every launch waits for the device, as under some tools
    bool keep_log = true;              ///< false: log() and calls() stay empty, which is much faster
    std::int64_t memory = 1ll << 30;   ///< bytes
    assay::device_info info = facts();        ///< what info() returns
    std::vector<assay::device_info> visible;  ///< what visible() returns; empty: itself
  };
  behaviour script;

  fake_device() = default;
  ~fake_device() override { free_all(); }

  /// As it was when it was new. For the one that device_of<fake>() opens.
  void reset() {
    free_all();
    script = {};
    sweep = {};
    empty_kernel_time.reset();
    now_ = {};
  }

  // What candidates do.

  /// Takes `seconds` of the stream; `name` goes into the log.
  void run(double seconds, const std::string& name = "run") {
    note(name);
    if (now_.capture) {
      now_.capture->push_back({seconds, name});
      return;
    }
    ++now_.kernels;
    if (script.serialises) expire_gate();
    now_.host += script.host_seconds;
    now_.last_run = seconds;
    now_.time += seconds + (now_.gate_closed ? 0.0 : script.host_seconds);
  }
  /// Takes `seconds` of the launching thread, as a candidate does that computes or sleeps in its launch. The
  /// stream runs dry meanwhile, unless the gate holds it.
  void sleep(double seconds) {
    note("sleep");
    now_.host += seconds;
    if (now_.gate_closed && now_.host - now_.gate_start > now_.gate_timeout) expire_gate();
    if (!now_.gate_closed) now_.time += seconds;
  }
  /// A kernel that the stream does not wait for: device-wide waits do. No capture sees it.
  void run_beside(double seconds) {
    note("run_beside");
    ++now_.kernels;
    now_.beside = std::max(now_.beside, now_.time + seconds);
  }
  /// How long a thread of the driver is busy, with streams that were destroyed: so long the next call that
  /// asks for the stream or waits for the device takes the host, however idle that is.
  void leave_to_clean(double seconds) { now_.left_to_clean = seconds; }
  /// The virtual clock of the stream, s.
  [[nodiscard]] double time() const { return now_.time; }
  /// Waits for the device, as a candidate does that synchronises in its launch. A closed gate expires.
  void block() {
    note("block");
    expire_gate();
  }
  /// A launch that fails as a bad configuration does: the next call that checks launches throws.
  void leave_launch_error() { now_.launch_error = true; }

  // What goes wrong.

  /// The calls that can fail: all that may throw.
  [[nodiscard]] static const std::set<std::string>& fallible() {
    static const std::set<std::string> names = {"allocate",
                                                "free_memory",
                                                "copy_to_host",
                                                "copy_to_device",
                                                "set_bytes",
                                                "fill",
                                                "sweep_cache",
                                                "dirty_cache",
                                                "read_bytes",
                                                "check_launch",
                                                "synchronize",
                                                "create_event",
                                                "record_event",
                                                "seconds_between",
                                                "close_gate",
                                                "open_gate",
                                                "gate_held",
                                                "begin_capture",
                                                "end_capture",
                                                "launch_graph",
                                                "stream_bytes",
                                                "end_capture_as_facts",
                                                "launch_ceiling",
                                                "ceiling_features",
                                                "compare",
                                                "read_comparisons",
                                                "launch_empty",
                                                "launch_spin",
                                                "read_counters",
                                                "counters_between",
                                                "inspect",
                                                "gemm_fp64",
                                                "project",
                                                "copy_rows",
                                                "probe_occupancy",
                                                "occupancy_delay",
                                                "clear_occupancy",
                                                "has_occupancy_probe",
                                                "query_stream",
                                                "allocate_fenced",
                                                "reset_persisting_cache"};
    return names;
  }
  /// Lets the k-th call of `name` from now on fail, once. Throws logic_error for a call that cannot fail.
  void fail(const std::string& name, int k = 1, fault what = fault::error) {
    if (!fallible().contains(name) || k < 1) throw std::logic_error("fake_device: cannot fail: " + name);
    now_.faults[name] = {k, what};
  }
  /// Whether an injected error still waits for its call.
  [[nodiscard]] bool fault_pending() const { return !now_.faults.empty(); }

  // What happened.

  /// The names of all calls of the device and of run(), in order.
  [[nodiscard]] const std::vector<std::string>& log() const { return now_.log; }
  void clear_log() { now_.log.clear(); }
  [[nodiscard]] int calls(const std::string& name) const {
    return static_cast<int>(std::count(now_.log.begin(), now_.log.end(), name));
  }
  [[nodiscard]] std::size_t live_allocations() const { return now_.memory.size(); }
  [[nodiscard]] std::size_t live_events() const { return now_.events.size(); }
  [[nodiscard]] bool gate_closed() const { return now_.gate_closed; }
  /// Gates closed so far.
  [[nodiscard]] int gates() const { return now_.gates; }
  /// How often the engine itself waited for the device behind a closed gate.
  [[nodiscard]] int hangs() const { return now_.hangs; }
  /// Nothing is left over, and nothing was given back that was not there.
  [[nodiscard]] bool clean() const {
    return now_.memory.empty() && now_.events.empty() && now_.graphs.empty() && now_.ranges == 0 &&
           !now_.misused;
  }

  // What the engine calls; see assay::device.

  [[nodiscard]] const assay::device_info& info() const override { return script.info; }
  [[nodiscard]] std::vector<assay::device_info> visible() const override {
    return script.visible.empty() ? device::visible() : script.visible;
  }

  [[nodiscard]] void* allocate(std::int64_t bytes) override {
    enter("allocate");
    return allocate_aligned(bytes, 256);
  }
  void release(void* data) noexcept override {
    note("release");
    if (!data) return;
    now_.misused |= now_.memory.erase(static_cast<std::uint8_t*>(data)) == 0;
    std::free(data);
  }
  [[nodiscard]] bool has_fences() const override { return script.has_fences; }
  [[nodiscard]] assay::fenced_range allocate_fenced(std::int64_t bytes) override {
    if (!script.has_fences) return device::allocate_fenced(bytes);
    enter("allocate_fenced");
    return {allocate_aligned(bytes, 4096), (std::max<std::int64_t>(bytes, 1) + 4095) / 4096 * 4096};
  }
  void release_fenced(assay::fenced_range range) noexcept override { release(range.data); }
  [[nodiscard]] std::int64_t free_memory() override {
    enter("free_memory");
    return available();
  }
  void copy_to_host(void* to, const void* from, std::int64_t bytes) override {
    enter("copy_to_host");
    settle();
    check_inside(from, bytes);
    std::memcpy(to, from, static_cast<std::size_t>(bytes));
  }
  void copy_to_device(void* to, const void* from, std::int64_t bytes) override {
    enter("copy_to_device");
    settle();
    check_inside(to, bytes);
    std::memcpy(to, from, static_cast<std::size_t>(bytes));
  }

  /// The native handle is the device itself.
  [[nodiscard]] void* stream() override { return this; }
  void set_bytes(void* data, std::uint8_t value, std::int64_t bytes) override {
    enter("set_bytes");
    chore();
    check_inside(data, bytes);
    std::memset(data, value, static_cast<std::size_t>(bytes));
  }
  void copy_rows(void* to, std::int64_t to_pitch, const void* from, std::int64_t from_pitch,
                 std::int64_t row_bytes, std::int64_t rows) override {
    enter("copy_rows");
    chore();
    check_inside(to, (rows - 1) * to_pitch + row_bytes);
    check_inside(from, (rows - 1) * from_pitch + row_bytes);
    for (std::int64_t row = 0; row < rows; ++row)
      std::memcpy(static_cast<std::uint8_t*>(to) + row * to_pitch,
                  static_cast<const std::uint8_t*>(from) + row * from_pitch,
                  static_cast<std::size_t>(row_bytes));
  }
  void fill(const assay::fill_job& job) override {
    enter("fill");
    throw_launch_error();
    chore();
    const std::int64_t bytes = assay::bytes_for(job.type, job.count);
    check_inside(job.data, bytes);
    constexpr std::int64_t stream = 4 << 20;  // of a ceiling: nobody looks at it, and it would take seconds
    if (bytes >= stream) return;
    const assay::filled_tensor filled(job.how, job.type, job.seed, job.tensor, job.count);
    for (std::int64_t i = 0; i < filled.groups(); ++i) filled.store_group(i, job.data);
  }
  void compare(const assay::compare_job& job, int slot, bool) override {
    enter("compare");
    throw_launch_error();
    chore();
    now_.comparisons[slot] = assay::compare_on_host(job);
  }
  void read_comparisons(assay::compare_sums* sums, int count) override {
    enter("read_comparisons");
    settle();
    std::copy(now_.comparisons, now_.comparisons + count, sums);
  }
  void inspect(const assay::inspection_job* jobs, std::size_t count, const assay::digest_key& key,
               assay::inspection* results) override {
    enter("inspect");
    throw_launch_error();
    chore();
    check_inside(results, static_cast<std::int64_t>(count * sizeof(assay::inspection)));
    for (std::size_t i = 0; i < count; ++i) {
      check_inside(jobs[i].data, (jobs[i].rows - 1) * jobs[i].pitch + jobs[i].bytes);
      results[i] = assay::inspect_on_host(jobs[i], key);
    }
  }
  void gemm_fp64(const assay::gemm_job& job) override {
    enter("gemm_fp64");
    throw_launch_error();
    chore();
    check_inside(job.result, job.row_count * job.b.columns * std::int64_t{sizeof(double)});
    assay::gemm_on_host(job);
  }
  void project(const assay::projection_job& job) override {
    enter("project");
    throw_launch_error();
    chore();
    check_inside(job.result, job.matrix.rows * job.width * std::int64_t{sizeof(double)});
    if (job.squares) check_inside(job.squares, job.matrix.rows * 2 * std::int64_t{sizeof(double)});
    assay::project_on_host(job);
  }
  bool stream_bytes(const assay::stream_job& job) override {
    enter("stream_bytes");
    if (script.stream_rate <= 0) return false;
    if (job.read > 0) check_inside(job.from, job.read);
    if (job.written > 0) check_inside(job.to, job.written);
    if (job.written > 0 && !script.ceilings_lie)
      std::memset(job.to, 0x3C, static_cast<std::size_t>(job.written));
    const double slow = job.shape == script.best_stream_shape ? 1.0 : 16.0;
    run(slow * static_cast<double>(job.read + job.written) / script.stream_rate, "stream");
    return true;
  }
  void sweep_cache() override {
    enter("sweep_cache");
    throw_launch_error();
    now_.swept += sweep.bytes;
    chore();
  }
  void dirty_cache() override {
    enter("dirty_cache");
    chore();
  }
  void read_bytes(const void* data, std::int64_t bytes) override {
    enter("read_bytes");
    check_inside(data, bytes);
    chore();
    if (script.slow_reads > 0 && script.slow_reads-- > 0) now_.time += 2 * script.chore_seconds;
    const bool cached = script.most_cached == 0 || bytes <= script.most_cached;
    if (script.sweep_needed > 0 && cached)
      now_.time += script.chore_seconds *
                   std::min(1.0, static_cast<double>(now_.swept) / static_cast<double>(script.sweep_needed));
    now_.swept = 0;
  }
  bool reset_persisting_cache() override {
    enter("reset_persisting_cache");
    return std::exchange(script.sets_cache_aside, false);
  }
  void check_launch() override {
    enter("check_launch");
    throw_launch_error();
  }
  void synchronize() override {
    enter("synchronize");
    settle();
    now_.time = std::max(now_.time, now_.beside) + script.notice_share * now_.last_run;
    clean_up();
  }
  void query_stream() override {
    enter("query_stream");
    clean_up();
  }

  [[nodiscard]] void* create_event() override {
    enter("create_event");
    return *now_.events.insert(new time_stamp).first;
  }
  void destroy_event(void* event) noexcept override {
    note("destroy_event");
    now_.misused |= now_.events.erase(static_cast<time_stamp*>(event)) == 0;
    delete static_cast<time_stamp*>(event);
  }
  void record_event(void* event) override {
    enter("record_event");
    if (!now_.gate_closed) now_.time += script.late_stamps;
    *static_cast<time_stamp*>(event) = {std::floor(now_.time / script.tick) * script.tick, true};
    now_.time += script.overhead;
  }
  [[nodiscard]] double seconds_between(void* first, void* second) override {
    enter("seconds_between");
    settle();
    const auto *from = static_cast<time_stamp*>(first), *to = static_cast<time_stamp*>(second);
    if (!from->recorded || !to->recorded)
      throw assay::device_error("seconds_between", "fake_not_recorded", "the event was never recorded", "");
    return to->seconds - from->seconds;
  }
  [[nodiscard]] double event_tick() const override { return script.tick; }

  bool close_gate(double timeout) override {
    enter("close_gate");
    if (!script.has_gate) return false;
    now_.gate_closed = now_.gate_held = true;
    now_.gate_timeout = timeout;
    now_.gate_start = now_.host;
    ++now_.gates;
    return true;
  }
  void open_gate() override {
    enter("open_gate");
    now_.gate_closed = false;
  }
  [[nodiscard]] bool gate_held() override {
    enter("gate_held");
    return now_.gate_held;
  }

  bool begin_capture() override {
    enter("begin_capture");
    if (!script.has_graphs) return false;
    now_.capture.emplace();
    return true;
  }
  [[nodiscard]] void* end_capture() override {
    const captured_runs captured = std::exchange(now_.capture, std::nullopt).value();
    enter("end_capture");
    if (available() <= 0)
      throw assay::out_of_memory("end_capture", "fake_out_of_memory", "graphs lie in the device's memory",
                                 "");
    return *now_.graphs.insert(new captured_runs(captured)).first;
  }
  [[nodiscard]] assay::launch_facts end_capture_as_facts() override {
    const captured_runs captured = std::exchange(now_.capture, std::nullopt).value();
    enter("end_capture_as_facts");
    assay::launch_facts facts;
    facts.multiprocessor = script.multiprocessor;
    for (const captured_run& one : captured) {
      facts.kernels.push_back(script.kernel);
      facts.kernels.back().name = one.name;
    }
    return facts;
  }
  void destroy_graph(void* graph) noexcept override {
    note("destroy_graph");
    auto* const owned = static_cast<captured_runs*>(graph);
    now_.misused |= now_.graphs.erase(owned) == 0;
    delete owned;
  }
  void launch_graph(void* graph) override {
    enter("launch_graph");
    for (const captured_run& one : *static_cast<captured_runs*>(graph)) run(one.seconds, "graph_node");
    if (script.slow_graphs > 0 && script.slow_graphs-- > 0) now_.time += 0x1p-10;
  }
  bool launch_empty() override {
    enter("launch_empty");
    if (!script.empty_seconds) return false;
    run(*script.empty_seconds, "empty");
    return true;
  }
  bool launch_spin(double seconds) override {
    enter("launch_spin");
    if (!script.empty_seconds) return false;
    run(seconds, "spin");
    return true;
  }
  [[nodiscard]] assay::ceiling_features ceiling_features() override {
    enter("ceiling_features");
    return script.ceilings;
  }
  /// Small launches compute what is expected of them: the first thread of a group has all of its sum.
  void launch_ceiling(const assay::ceiling_job& job) override {
    enter("launch_ceiling");
    const std::optional<double> rate = script.ceiling_rate ? script.ceiling_rate(job.probe) : std::nullopt;
    if (!rate)
      throw assay::device_error("launch_ceiling", "fake_refused",
                                "the script has no rate for " + job.probe.how, "");
    run(job.amount() / *rate, "ceiling");
    if (script.ceilings_lie || job.repeats > 2 || job.probe.blocks > 4) return;
    using kind = assay::ceiling_expectation::kind;
    const assay::ceiling_expectation expected = assay::expect_ceiling(job, job.data);
    const auto threads = static_cast<std::size_t>(job.probe.blocks * job.probe.threads);
    std::vector<std::uint64_t> results(threads, 0);
    for (std::size_t i = 0; i < expected.sums.size(); ++i) {
      std::uint64_t& first = results[i * static_cast<std::size_t>(expected.group)];
      if (expected.what == kind::integer)
        first = static_cast<std::uint32_t>(static_cast<std::int64_t>(expected.sums[i]));
      else
        std::memcpy(&first, &expected.sums[i], sizeof first);
    }
    std::memcpy(job.results, results.data(), threads * 8);
    if (expected.what == kind::data) std::memcpy(job.data, expected.after.data(), expected.after.size());
  }
  void read_counters(int slot) override {
    enter("read_counters");
    now_.counters[slot] = now_.kernels;
  }
  [[nodiscard]] bool has_occupancy_probe() override {
    enter("has_occupancy_probe");
    return script.has_occupancy_probe;
  }
  void clear_occupancy() override {
    enter("clear_occupancy");
    for (std::optional<double>& delay : now_.delays) delay.reset();
  }
  void probe_occupancy(int slot) override {
    enter("probe_occupancy");
    now_.misused |= now_.delays[slot].has_value();
    const double waited = std::max(0.0, now_.beside - now_.time);
    now_.delays[slot] = script.fills_device ? 0.0 : waited;
    now_.time += waited;
  }
  [[nodiscard]] double occupancy_delay(int slot) override {
    enter("occupancy_delay");
    settle();
    return now_.delays[slot].value_or(0.0);
  }
  [[nodiscard]] assay::counter_difference counters_between(int first, int second) override {
    enter("counters_between");
    settle();
    assay::counter_difference result;
    if (script.clock > 0) result.clock = script.clock;
    if (script.counts_kernels) result.kernels = now_.counters[second] - now_.counters[first];
    return result;
  }
  /// The virtual clock of the host, s: it runs ahead of the stream's by nothing and behind it by what was not
  /// waited for.
  [[nodiscard]] double now() const override { return now_.host; }
  void wait(double seconds) override {
    note("wait");
    settle();
    now_.time += seconds;
    now_.host = now_.time;
  }

  void push_range(const char*) override {
    note("push_range");
    ++now_.ranges;
  }
  void pop_range() noexcept override {
    note("pop_range");
    --now_.ranges;
  }
  void start_profiling() override { note("start_profiling"); }
  void stop_profiling() noexcept override { note("stop_profiling"); }

 private:
  struct time_stamp {
    double seconds = 0.0;
    bool recorded = false;
  };
  struct captured_run {
    double seconds;
    std::string name;
  };
  using captured_runs = std::vector<captured_run>;
  struct injected {
    int countdown;
    fault what;
  };
  struct state {
    double time = 0.0;  ///< s, of the stream
    double host = 0.0;  ///< s
    std::vector<std::string> log;
    std::map<std::string, injected> faults;
    std::map<std::uint8_t*, std::int64_t> memory;  ///< bytes of each allocation
    std::set<time_stamp*> events;
    int ranges = 0, hangs = 0, gates = 0;
    std::optional<captured_runs> capture;  ///< what is being captured
    std::set<captured_runs*> graphs;
    std::int64_t kernels = 0, counters[counter_slots] = {};
    assay::compare_sums comparisons[compare_slots] = {};
    std::int64_t swept = 0;                              ///< bytes since the last read_bytes()
    double beside = 0.0;                                 ///< when the work beside the stream ends
    std::optional<double> delays[occupancy_slots] = {};  ///< what the probes saw since they were cleared
    double left_to_clean = 0.0, last_run = 0.0;
    bool gate_closed = false, gate_held = false, launch_error = false, lost = false, misused = false;
    double gate_timeout = 0.0, gate_start = 0.0;
  };

  static assay::device_info facts() {
    assay::device_info info;
    info.vendor = assay::vendor::nvidia;  // of a GPU no ceiling is measured
    info.name = "Fake GPU";
    info.architecture = "fake";
    return info;
  }

  void note(const std::string& what) {
    if (script.keep_log) now_.log.push_back(what);
  }
  void enter(const char* name) {
    if (script.keep_log) now_.log.push_back(name);
    if (now_.lost) throw assay::device_error(name, "fake_lost", "the device was lost before", "", true);
    const auto found = now_.faults.find(name);
    if (found == now_.faults.end() || --found->second.countdown > 0) return;
    const fault what = found->second.what;
    now_.faults.erase(found);
    if (what == fault::out_of_memory) throw assay::out_of_memory(name, "fake_out_of_memory", "injected", "");
    now_.lost = what == fault::lost;
    throw assay::device_error(name, now_.lost ? "fake_lost" : "fake_error", "injected", "", now_.lost);
  }
  void* allocate_aligned(std::int64_t bytes, std::int64_t alignment) {
    const std::int64_t whole = (std::max<std::int64_t>(bytes, 1) + alignment - 1) / alignment * alignment;
    if (bytes < 0 || whole > available())
      throw assay::out_of_memory("allocate(" + std::to_string(bytes) + " bytes)", "fake_out_of_memory",
                                 std::to_string(available()) + " bytes are available", "");
    void* const data =
        std::aligned_alloc(static_cast<std::size_t>(alignment), static_cast<std::size_t>(whole));
    if (!data) throw std::bad_alloc();
    std::memset(data, 0xCD, static_cast<std::size_t>(whole));  // fresh memory is not zero
    now_.memory[static_cast<std::uint8_t*>(data)] = whole;
    return data;
  }
  void throw_launch_error() {
    if (std::exchange(now_.launch_error, false))
      throw assay::device_error("launch", "fake_bad_launch", "an earlier launch failed", "");
  }
  void chore() { now_.time += script.chore_seconds; }
  /// A blocking call of the engine.
  void clean_up() { now_.host = now_.time += std::exchange(now_.left_to_clean, 0.0); }
  void settle() {
    now_.hangs += now_.gate_closed;
    expire_gate();
    now_.host = std::max(now_.host, now_.time);
  }
  void expire_gate() {
    if (!now_.gate_closed) return;
    now_.gate_closed = now_.gate_held = false;
    now_.time += now_.gate_timeout;
    now_.host = std::max(now_.host, now_.time);
  }
  [[nodiscard]] std::int64_t available() const {
    std::int64_t used = 0;
    for (const auto& [data, bytes] : now_.memory) used += bytes;
    return script.memory - used;
  }
  /// Throws logic_error unless the bytes lie in one allocation.
  void check_inside(const void* data, std::int64_t bytes) const {
    const auto* const begin = static_cast<const std::uint8_t*>(data);
    for (const auto& [base, size] : now_.memory)
      if (begin >= base && bytes >= 0 && begin + bytes <= base + size) return;
    throw std::logic_error("fake_device: access outside of what was allocated");
  }
  void free_all() {
    for (const auto& [data, bytes] : now_.memory) std::free(data);
    for (const time_stamp* event : now_.events) delete event;
    for (const captured_runs* graph : now_.graphs) delete graph;
    now_.graphs.clear();
    now_.memory.clear();
    now_.events.clear();
  }

  state now_;
};

/// The backend of a fake device, for ASSAY_PROBLEM, measure and the runner. Candidates get the device itself
/// as their stream: `p.candidate("a", [=](fake_device* gpu) { gpu->run(0x1p-20); });`
struct fake {
  using stream_type = fake_device*;
  static constexpr const char* name = "fake";
  static stream_type stream(void* native) { return static_cast<fake_device*>(native); }
};

}  // namespace support

template <>
struct assay::device_model<support::fake> {
  using type = support::fake_device;
};

namespace support {

/// The device that device_of<fake>() opens, as new.
inline fake_device& fresh_fake_device() {
  auto& device = static_cast<fake_device&>(assay::device_of<fake>());
  device.reset();
  return device;
}

}  // namespace support
