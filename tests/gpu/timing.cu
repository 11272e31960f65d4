// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Timing on a real GPU: calibration, launch modes, cache states, and launchers that do what launchers do.
// Times are held against kernels that spin for a known time by the device's own clock, with a factor of two
// to spare. Tagged [timing]: under a sanitizer, kernels are slower and others are launched beside them.
#include <algorithm>
#include <assay/backend/cuda.hpp>
#include <assay/backend/cuda_api.hpp>
#include <assay/device/spin.hpp>
#include <assay/measure.hpp>
#include <assay/measure/cache.hpp>
#include <assay/monitor/open_monitor.hpp>
#include <assay/score/speedup.hpp>
#include <assay/stats/order_statistics.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"

namespace {

using assay::cache_state;
using assay::launch_mode;

assay::device& gpu() { return assay::device_of<assay::cuda>(); }

/// Launched by one test alone, so that nothing has loaded it before.
__global__ void spin_loaded_late(std::uint64_t nanoseconds) {
  const std::uint64_t start = assay::device_nanoseconds();
  while (assay::device_nanoseconds() - start < nanoseconds) {
  }
}

/// A callable that takes `seconds` on the device.
auto spin_for(double seconds) {
  return [seconds] { gpu().launch_spin(seconds); };
}

assay::measure_options with(cache_state cache, launch_mode mode = launch_mode::plain) {
  assay::measure_options options;
  options.cache = cache;
  options.mode = mode;
  return options;
}

bool is_found(const assay::measurement& m, const std::string& code) {
  return std::any_of(m.findings.begin(), m.findings.end(),
                     [&](const assay::finding& f) { return f.code == code; });
}

void check_near(double seconds, double expected) {
  CHECK(seconds > 0.5 * expected);
  CHECK(seconds < 2.0 * expected);
}

template <class Work>
double seconds_of(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A quarter of the last-level cache, in whole words of 16 bytes.
std::int64_t quarter_of_cache() {
  const assay::device_info& info = gpu().info();
  return info.l2_bytes.value_or(info.last_level_bytes.value()) / 4 / 256 * 256;
}

/// A stream that does not wait for the legacy default stream, and so not for the engine's either.
class side_stream {
 public:
  [[nodiscard]] side_stream() { ASSAY_CUDA_CALL(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking)); }
  side_stream(const side_stream&) = delete;
  side_stream& operator=(const side_stream&) = delete;
  ~side_stream() {
    static_cast<void>(cudaStreamSynchronize(stream_));
    static_cast<void>(cudaStreamDestroy(stream_));
  }
  void spin(std::uint64_t nanoseconds, unsigned blocks = 1, unsigned threads = 1) const {
    assay::spin_kernel<><<<blocks, threads, 0, stream_>>>(nanoseconds);
  }
  void synchronize() const { ASSAY_CUDA_CALL(cudaStreamSynchronize(stream_)); }

 private:
  cudaStream_t stream_ = nullptr;
};

}  // namespace

TEST_CASE("what the timer adds is known on the GPU and is one constant", "[timing]") {
  for (const cache_state cache : {cache_state::cold, cache_state::hot, cache_state::cold_dirty}) {
    CAPTURE(assay::to_string(cache));
    const assay::measurement m = assay::measure<assay::cuda>(spin_for(20e-6), with(cache));
    REQUIRE(m.calibration);
    const assay::timer_calibration& c = *m.calibration;
    CHECK(c.event_tick >= 1e-9);
    CHECK(c.event_tick <= 2e-6);
    CHECK(c.overhead > 0);
    CHECK(c.overhead < 50e-6);
    CHECK(c.empty_device_time > 0);
    CHECK(c.uncertainty > 0);
    CHECK(c.slope == Approx(1.0).margin(0.02));
    REQUIRE(m.net);
    CHECK(m.net->median < m.raw.median);
    CHECK_FALSE(is_found(m, "not-calibrated"));
  }
}

TEST_CASE("the net time of a kernel that spins is what it spun", "[timing]") {
  for (const double seconds : {20e-6, 200e-6, 2e-3}) {
    CAPTURE(seconds);
    const assay::measurement m = assay::measure<assay::cuda>(spin_for(seconds));
    CHECK(m.gated);
    CHECK(m.kernels.value_or(-1) == 1);
    REQUIRE(m.net);
    check_near(m.net->median, seconds);
  }
}

TEST_CASE("the clock of the timed window is one that a GPU can have", "[timing]") {
  const assay::measurement m = assay::measure<assay::cuda>(spin_for(100e-6));
  REQUIRE(m.clock);
  CHECK(*m.clock > 100e6);
  CHECK(*m.clock < 5e9);
  REQUIRE(m.cycles());
  check_near(*m.cycles(), 100e-6 * *m.clock);
}

TEST_CASE("a captured launch and launches back to back take what a single one takes", "[timing]") {
  constexpr double seconds = 50e-6;
  const assay::measurement graph =
      assay::measure<assay::cuda>(spin_for(seconds), with(cache_state::cold, launch_mode::graph));
  CHECK(graph.mode == launch_mode::graph);
  CHECK(graph.gated);
  REQUIRE(graph.net);
  check_near(graph.net->median, seconds);

  const assay::measurement stretch =
      assay::measure<assay::cuda>(spin_for(seconds), with(cache_state::hot, launch_mode::throughput));
  CHECK(stretch.mode == launch_mode::throughput);
  CHECK(stretch.launches >= 2);
  check_near(stretch.time().median, seconds);
}

TEST_CASE("data that fits the cache is read faster when it is there, in each cache state", "[timing]") {
  const std::int64_t bytes = quarter_of_cache();
  const auto copies = static_cast<std::size_t>(assay::rotation_bytes(gpu().info()) / bytes + 1);
  const assay::device_buffer data(gpu(), bytes * static_cast<std::int64_t>(copies));
  gpu().set_bytes(data.data(), 1, data.bytes());
  const auto read = [&] { gpu().read_bytes(data.data(), bytes); };

  const double hot = assay::measure<assay::cuda>(read, with(cache_state::hot)).time().median;
  const assay::measurement cold = assay::measure<assay::cuda>(read);
  CHECK(cold.cache == cache_state::cold);
  CHECK(cold.time().median > hot);
  CHECK_FALSE(is_found(cold, "sweep-unproven"));

  const assay::measurement dirty = assay::measure<assay::cuda>(read, with(cache_state::cold_dirty));
  CHECK(dirty.cache == cache_state::cold_dirty);
  CHECK(dirty.time().median > hot);

  const auto read_another = [&](cudaStream_t, std::size_t launch) {
    const auto offset = static_cast<std::int64_t>(launch % copies) * bytes;
    gpu().read_bytes(static_cast<const char*>(data.data()) + offset, bytes);
  };
  const assay::measurement rotating = assay::measure<assay::cuda>(read_another, with(cache_state::rotate));
  CHECK(rotating.cache == cache_state::rotate);
  CHECK(rotating.time().median > hot);
  CHECK_THROWS_AS(assay::measure<assay::cuda>(read, with(cache_state::rotate)), assay::usage_error);
}

TEST_CASE("the sweep proves on the GPU that it empties the cache", "[timing]") {
  static_cast<void>(assay::measure<assay::cuda>(spin_for(20e-6)));
  const assay::cache_sweep& sweep = gpu().sweep;
  REQUIRE((sweep.hot_seconds && sweep.swept_seconds && sweep.empty_seconds));
  CHECK(sweep.proven);
  CHECK(sweep.bytes > 0);
  CHECK(*sweep.hot_seconds < *sweep.swept_seconds);
}

TEST_CASE("the device counts the kernels that are launched, on any stream", "[timing]") {
  const side_stream side;
  const auto count = [&](const auto& launch) {
    gpu().read_counters(0);
    launch();
    side.synchronize();
    gpu().read_counters(1);
    gpu().synchronize();
    return gpu().counters_between(0, 1).kernels.value_or(-1);
  };
  static_cast<void>(count([&] {  // loads what is launched below
    gpu().launch_empty();
    side.spin(1000);
  }));
  CHECK(count([] {}) == 0);
  CHECK(count([] { gpu().launch_empty(); }) == 1);
  CHECK(count([] {
          for (int i = 0; i < 3; ++i) gpu().launch_empty();
        }) == 3);
  CHECK(count([&] {
          for (int i = 0; i < 3; ++i) side.spin(1000);
        }) == 3);
}

TEST_CASE("the device tells how long kernels run beside the stream", "[timing]") {
  if (!gpu().has_occupancy_probe()) return;  // CUDA has to have one: see below
  const side_stream side;
  const auto delay = [&](std::uint64_t nanoseconds) {
    std::vector<double> seen;
    for (int i = 0; i < 9; ++i) {
      gpu().clear_occupancy();
      gpu().synchronize();
      if (nanoseconds > 0) side.spin(nanoseconds);
      gpu().probe_occupancy(i % 2);
      gpu().synchronize();
      seen.push_back(gpu().occupancy_delay(i % 2));
    }
    return assay::median(seen);
  };
  static_cast<void>(delay(1000));  // loaded before it counts
  CHECK(delay(0) < 2e-6);
  for (const std::uint64_t nanoseconds : {20'000u, 500'000u}) {
    CAPTURE(nanoseconds);
    const double seconds = static_cast<double>(nanoseconds) * 1e-9;
    CHECK(delay(nanoseconds) > seconds - 17e-6);  // a busy host launches the probe late
    CHECK(delay(nanoseconds) < seconds + 2e-6);
  }
}

TEST_CASE("a kernel on a stream that nobody joins is found where it fills the device, too", "[timing]") {
  const side_stream side;
  const auto blocks = static_cast<unsigned>(gpu().info().multiprocessors.value_or(64) * 8);
  // Launched first, it has ended before a gate opens, and without one the stream waits for it.
  for (const bool first : {false, true})
    for (const std::uint64_t nanoseconds : {500'000u, 100'000u}) {
      CAPTURE(first, nanoseconds);
      const assay::measurement m = assay::measure<assay::cuda>([&] {
        if (first) side.spin(nanoseconds, blocks, 256);
        gpu().launch_spin(2e-6);
        if (!first) side.spin(nanoseconds, blocks, 256);
      });
      CHECK(is_found(m, "work-beside-stream"));
    }
}

TEST_CASE("there is an occupancy probe", "[timing][cuda]") { CHECK(gpu().has_occupancy_probe()); }

TEST_CASE("streams that a launcher opens and destroys are no work beside its own", "[timing]") {
  const cudaStream_t stream = assay::cuda::stream(gpu().stream());
  for (int turn = 0; turn < 5; ++turn) {
    const assay::measurement m = assay::measure<assay::cuda>([&] {
      cudaEvent_t forked = nullptr, joined = nullptr;
      cudaStream_t side = nullptr;
      ASSAY_CUDA_CALL(cudaEventCreateWithFlags(&forked, cudaEventDisableTiming));
      ASSAY_CUDA_CALL(cudaEventCreateWithFlags(&joined, cudaEventDisableTiming));
      ASSAY_CUDA_CALL(cudaStreamCreateWithFlags(&side, cudaStreamNonBlocking));
      ASSAY_CUDA_CALL(cudaEventRecord(forked, stream));
      ASSAY_CUDA_CALL(cudaStreamWaitEvent(side, forked, 0));
      assay::spin_kernel<><<<1, 1, 0, side>>>(2000);
      ASSAY_CUDA_CALL(cudaEventRecord(joined, side));
      ASSAY_CUDA_CALL(cudaStreamWaitEvent(stream, joined, 0));
      ASSAY_CUDA_CALL(cudaStreamDestroy(side));
      ASSAY_CUDA_CALL(cudaEventDestroy(joined));
      ASSAY_CUDA_CALL(cudaEventDestroy(forked));
    });
    CHECK_FALSE(is_found(m, "work-beside-stream"));
  }
}

TEST_CASE("work on a stream that nobody joins is found", "[timing]") {
  const side_stream side;
  // Long and short, alone and beside work on the right stream.
  for (const std::uint64_t nanoseconds : {500'000u, 20'000u}) {
    for (const bool alone : {true, false}) {
      CAPTURE(nanoseconds, alone);
      const assay::measurement m = assay::measure<assay::cuda>([&] {
        side.spin(nanoseconds);
        if (!alone) gpu().launch_spin(2e-6);
      });
      CHECK(is_found(m, "work-beside-stream"));
    }
  }
}

TEST_CASE("work on a stream that is joined again is timed and not reported", "[timing]") {
  constexpr double seconds = 100e-6;
  const cudaStream_t stream = assay::cuda::stream(gpu().stream());
  cudaStream_t side = nullptr;
  cudaEvent_t forked = nullptr, joined = nullptr;
  ASSAY_CUDA_CALL(cudaStreamCreateWithFlags(&side, cudaStreamNonBlocking));
  ASSAY_CUDA_CALL(cudaEventCreateWithFlags(&forked, cudaEventDisableTiming));
  ASSAY_CUDA_CALL(cudaEventCreateWithFlags(&joined, cudaEventDisableTiming));
  const assay::measurement m = assay::measure<assay::cuda>([&] {
    ASSAY_CUDA_CALL(cudaEventRecord(forked, stream));
    ASSAY_CUDA_CALL(cudaStreamWaitEvent(side, forked, 0));
    assay::spin_kernel<><<<1, 1, 0, side>>>(static_cast<std::uint64_t>(seconds * 1e9));
    ASSAY_CUDA_CALL(cudaEventRecord(joined, side));
    ASSAY_CUDA_CALL(cudaStreamWaitEvent(stream, joined, 0));
  });
  check_near(m.time().median, seconds);
  CHECK_FALSE(is_found(m, "work-beside-stream"));
  CHECK_FALSE(is_found(m, "nothing-timed"));
  ASSAY_CUDA_CALL(cudaEventDestroy(joined));
  ASSAY_CUDA_CALL(cudaEventDestroy(forked));
  ASSAY_CUDA_CALL(cudaStreamDestroy(side));
}

TEST_CASE("a launch that enqueues nothing is said to be nothing", "[timing]") {
  for (const cache_state cache : {cache_state::cold, cache_state::hot}) {
    CAPTURE(assay::to_string(cache));
    const assay::measurement m = assay::measure<assay::cuda>([](cudaStream_t) {}, with(cache));
    CHECK(is_found(m, "nothing-timed"));
    CHECK(m.kernels.value_or(-1) == 0);
  }
}

TEST_CASE("a launcher that waits for the device ends soon and is found", "[timing]") {
  std::optional<assay::measurement> m;
  const double spent = seconds_of([&] {
    m = assay::measure<assay::cuda>([](cudaStream_t stream) {
      gpu().launch_spin(20e-6);
      ASSAY_CUDA_CALL(cudaStreamSynchronize(stream));
    });
  });
  CHECK(spent < 5.0);
  CHECK_FALSE(m->gated);
  CHECK_FALSE(m->net);
  CHECK(is_found(*m, "gate-opened"));
}

TEST_CASE("what a launcher sleeps on the host is not in its time", "[timing]") {
  const assay::measurement m = assay::measure<assay::cuda>([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    gpu().launch_spin(50e-6);
  });
  CHECK(m.gated);
  check_near(m.time().median, 50e-6);
  REQUIRE(m.host_time);
  CHECK(*m.host_time > 0.049);
}

TEST_CASE("a launcher that fails is refused in words, and the next one is timed") {
  assay::measure_options options;
  options.time_budget = 0.1;
  std::string words;
  try {
    static_cast<void>(assay::measure<assay::cuda>(
        [](cudaStream_t stream) { assay::spin_kernel<><<<1, 4096, 0, stream>>>(1); }, options));
  } catch (const assay::error& e) {
    words = e.what();
  }
  CHECK(words.find("cudaErrorInvalid") != std::string::npos);
  CHECK(assay::measure<assay::cuda>(spin_for(20e-6), options).raw.median > 0);
}

TEST_CASE("a launcher that throws under the gate leaves it open") {
  assay::measure_options options;
  options.time_budget = 20;  // sanitizers are slow, and it ends by throwing
  int calls = 0;
  std::string words;
  try {
    static_cast<void>(assay::measure<assay::cuda>(
        [&] {
          // Six launches come before the first gate.
          if (++calls == 8) throw std::runtime_error("no plan for this shape");
          gpu().launch_spin(20e-6);
        },
        options));
  } catch (const assay::error& e) {
    words = e.what();
  }
  CHECK(calls == 8);
  CHECK(words.find("no plan for this shape") != std::string::npos);
  options.time_budget = 0.1;
  CHECK(assay::measure<assay::cuda>(spin_for(20e-6), options).raw.median > 0);
}

TEST_CASE("a kernel that is loaded under the gate neither hangs nor spoils its time", "[timing]") {
  constexpr double seconds = 100e-6;
  int calls = 0;
  std::optional<assay::measurement> m;
  const double spent = seconds_of([&] {
    m = assay::measure<assay::cuda>([&](cudaStream_t stream) {
      if (++calls < 10)
        gpu().launch_spin(seconds);
      else
        spin_loaded_late<<<1, 1, 0, stream>>>(static_cast<std::uint64_t>(seconds * 1e9));
    });
  });
  CHECK(calls > 10);
  CHECK(spent < 5.0);
  check_near(m->time().median, seconds);
}

#if defined(__CUDACC__)  // HIP has no such share
TEST_CASE("a share of L2 that a launcher sets aside is found and taken back", "[cuda][timing]") {
  int most = 0;
  ASSAY_CUDA_CALL(cudaDeviceGetAttribute(&most, cudaDevAttrMaxPersistingL2CacheSize, gpu().info().index));
  const auto set_aside = [most] {
    return most > 0 && cudaDeviceSetLimit(cudaLimitPersistingL2CacheSize,
                                          static_cast<std::size_t>(most) / 2) == cudaSuccess;
  };
  if (!set_aside()) {
    static_cast<void>(cudaGetLastError());
    WARN("left out: no share of this device's L2 can be set aside");
    return;
  }
  static_cast<void>(gpu().reset_persisting_cache());
  CHECK_FALSE(is_found(assay::measure<assay::cuda>(spin_for(20e-6)), "persisting-cache"));

  int calls = 0;
  const assay::measurement m = assay::measure<assay::cuda>([&] {
    if (calls++ == 0) static_cast<void>(set_aside());
    gpu().launch_spin(20e-6);
  });
  CHECK(is_found(m, "persisting-cache"));
  std::size_t left = 1;
  ASSAY_CUDA_CALL(cudaDeviceGetLimit(&left, cudaLimitPersistingL2CacheSize));
  CHECK(left == 0);
}
#endif

TEST_CASE("of two callables that are measured together, one of half the length is twice as fast",
          "[timing]") {
  const std::vector<assay::measurement> both =
      assay::measure_together<assay::cuda>({}, spin_for(40e-6), spin_for(20e-6));
  REQUIRE(both.size() == 2);
  const assay::paired_ratio speedup = assay::paired_speedup(both[0], both[1]);
  CHECK(speedup.value > 1.6);
  CHECK(speedup.value < 2.5);
  REQUIRE((speedup.lower && speedup.upper));
  CHECK(*speedup.lower <= speedup.value);
  CHECK(*speedup.upper >= speedup.value);
}

TEST_CASE("measurements leave no memory of the device behind", "[timing]") {
  const auto measure_each_way = [] {
    for (const cache_state cache : {cache_state::cold, cache_state::hot, cache_state::cold_dirty}) {
      assay::measure_options options = with(cache);
      options.time_budget = 0.05;
      static_cast<void>(assay::measure<assay::cuda>(spin_for(20e-6), options));
      options.mode = launch_mode::graph;
      static_cast<void>(assay::measure<assay::cuda>(spin_for(20e-6), options));
    }
  };
  measure_each_way();  // what is kept for the life of the process
  const std::int64_t before = gpu().free_memory();
  for (int i = 0; i < 3; ++i) measure_each_way();
  const std::int64_t lost = before - gpu().free_memory();
  CAPTURE(lost);
  CHECK(lost <= 8 << 20);
}

TEST_CASE("the monitor of this device reads its clock", "[cuda]") {
  const std::unique_ptr<assay::monitor> monitor = assay::open_monitor(gpu().info());
  gpu().launch_spin(1e-3);
  const assay::device_state state = monitor->read();
  gpu().synchronize();
  if (state.unavailable) {
    WARN("left out: nothing can be read of this device: " << *state.unavailable);
    return;
  }
  CHECK(state.library == assay::management_library::nvml);
  REQUIRE(state.clock);
  CHECK(*state.clock > 100e6);
  CHECK(*state.clock < 5e9);
  // Not every driver tells each of these, as on a share of a device.
  CHECK((state.highest_clock || state.temperature || state.power || state.performance_state));
  if (state.highest_clock) CHECK(*state.clock < 1.1 * *state.highest_clock);
  if (state.temperature) CHECK(*state.temperature < 120);
  if (state.power) CHECK(*state.power > 0);
}

TEST_CASE("a second opinion comes from CUPTI, or a finding says why not", "[cuda][cupti][timing]") {
  assay::measure_options options;
  options.cupti = true;
  const assay::measurement m = assay::measure<assay::cuda>(spin_for(50e-6), options);
  if (!m.cupti) {
    CHECK(is_found(m, "no-cupti"));
    WARN("left out: CUPTI cannot be used here");
    return;
  }
  check_near(m.cupti->median, 50e-6);
}
