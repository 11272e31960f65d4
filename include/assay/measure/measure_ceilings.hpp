// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "assay/backend/ceiling_job.hpp"
#include "assay/backend/ceiling_probes.hpp"
#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/measure/ceiling_check.hpp"
#include "assay/measure/device_ceilings.hpp"
#include "assay/measure/gated_sample.hpp"
#include "assay/measure/measure_options.hpp"
#include "assay/measure/sampler.hpp"
#include "assay/monitor/monitor.hpp"
#include "assay/numeric/element.hpp"
#include "assay/verify/fill.hpp"

namespace assay {

/// What to measure of a device.
struct ceiling_options {
  bool all = true;  ///< false: the mixes of DRAM and the launch alone
  /// s that a probe's samples may take in the last stage.
  double time_budget = 0.05;
};

/// Measures the ceilings of a device. Each probe is launched small first and what it computed held against
/// the host; then each is lengthened to about a millisecond and tried three times; the two fastest of each
/// ceiling, together and interleaved, are timed as candidates are: gated, in rounds, hot caches (a stream is
/// 16 times the last-level cache, and what it leaves dirty the one before it left, too). The best counts.
/// Operands are random: on zeros a matrix unit draws less power, and holds a higher clock than any product.
class ceiling_measurer {
 public:
  /// `clocks` may be null.
  ceiling_measurer(device& target, const ceiling_options& options, monitor* clocks = nullptr)
      : device_(target), options_(options), monitor_(clocks) {}

  /// What fails is unmeasured, with the reason. Throws device_error only when the device is lost.
  [[nodiscard]] device_ceilings run() {
    const double start = device_.now();
    device_ceilings result;
    std::string no_features;  // why nobody can tell them
    try {
      features_ = device_.ceiling_features();
    } catch (const device_error& e) {
      if (e.lost()) throw;
      no_features = e.what();
      discard_errors(device_);
    }
    const std::vector<ceiling_target> targets = ceiling_targets(device_.info(), features_, options_.all);
    for (const ceiling_target& target : targets)
      for (const ceiling_probe& probe : target.probes)
        most_threads_ = std::max(most_threads_, std::int64_t{probe.blocks} * probe.threads);
    for (const ceiling_target& target : targets) choose(target, result);
    measure_chosen(result);
    if (!no_features.empty())
      for (measured_ceiling& one : result.all) one.failures.push_back(no_features);
    for (measured_ceiling& one : result.all)
      if (one.basis == ceiling_basis::unmeasured && one.source.empty())
        for (const std::string& why : one.failures) one.source += (one.source.empty() ? "" : "; ") + why;
    result.seconds = device_.now() - start;
    return result;
  }

 private:
  static constexpr double launch_time = 1e-3;  ///< s that a launch should take
  static constexpr int tries = 3;
  static constexpr double close = 0.95;  ///< of the fastest: worth the last stage
  static constexpr std::size_t most_chosen = 2;

  /// A probe that computes what it should, with its time in the first tries.
  struct candidate {
    std::size_t target = 0;  ///< its index among the results
    ceiling_job job;
    double seconds = 0.0;
    [[nodiscard]] double rate() const { return job.amount() / seconds; }
  };

  /// Tries the probes of one target, and keeps those that are worth measuring.
  void choose(const ceiling_target& target, device_ceilings& result) {
    measured_ceiling entry{.name = target.name, .which = target.which};
    entry.source = target.why_not;
    std::vector<candidate> tried;
    for (const ceiling_probe& probe : target.probes) {
      try {
        ceiling_job job = prepare(probe);
        if (job.moves_data())
          entry.read_share = static_cast<double>(probe.reads) / (probe.reads + probe.writes);
        check_once(job);
        tried.push_back({result.all.size(), job, lengthen(job)});
        tried.back().job = job;
      } catch (const device_error& e) {
        if (e.lost()) throw;
        discard_errors(device_);
        add_failure(entry, probe, e.what());
      } catch (const error& e) {
        discard_errors(device_);
        add_failure(entry, probe, e.what());
      }
    }
    std::sort(tried.begin(), tried.end(),
              [](const candidate& a, const candidate& b) { return a.rate() > b.rate(); });
    for (std::size_t i = 0; i < tried.size() && i < most_chosen; ++i)
      if (tried[i].rate() >= close * tried.front().rate()) chosen_.push_back(tried[i]);
    result.all.push_back(std::move(entry));
  }

  static void add_failure(measured_ceiling& entry, const ceiling_probe& probe, const std::string& why) {
    for (const std::string& known : entry.failures)
      if (known.ends_with(why)) return;  // configurations of a kind fail alike
    entry.failures.push_back(probe.how + ": " + why);
  }

  /// Operands on the device, shared by all probes that take the same ones.
  [[nodiscard]] ceiling_job prepare(const ceiling_probe& probe) {
    ceiling_job job{probe};
    if (job.moves_data()) {
      if (stream_.bytes() == 0) stream_ = random_bytes(stream_bytes());
      job.data = stream_.data();
      job.bytes = stream_.bytes();
      return job;
    }
    const bool sums =
        probe.kernel == ceiling_kernel::atomic_spread || probe.kernel == ceiling_kernel::atomic_same;
    if (results_.bytes() == 0) results_ = device_buffer(device_, most_threads_ * 8);
    device_buffer& operands = at(operands_, std::pair(probe.kernel, probe.type)).first;
    if (operands.bytes() < probe.operand_bytes) {
      operands = device_buffer();  // before there is another one
      operands = device_buffer(device_, probe.operand_bytes);
      if (sums)
        device_.set_bytes(operands.data(), 0, operands.bytes());
      else
        fill(probe, operands);
    }
    job.data = operands.data();
    job.bytes = probe.operand_bytes;
    job.results = results_.data();
    return job;
  }

  void fill(const ceiling_probe& probe, const device_buffer& buffer) {
    // What is no operand of a matrix product is bits.
    const bool matrix = probe.kernel == ceiling_kernel::warp_matrix ||
                        probe.kernel == ceiling_kernel::warpgroup_matrix ||
                        probe.kernel == ceiling_kernel::library_matrix;
    fill_job job;
    job.type = matrix ? probe.type : dtype::uint32;
    job.how = matrix ? default_fill(job.type) : integers(0, 0xFFFFFFFF);
    job.data = buffer.data();
    job.count = buffer.bytes() * 8 / bits_of(job.type);
    job.seed = 1;
    device_.fill(job);
  }
  [[nodiscard]] device_buffer random_bytes(std::int64_t bytes) {
    device_buffer buffer(device_, bytes);
    ceiling_probe bits;
    bits.kernel = ceiling_kernel::l2;
    fill(bits, buffer);
    return buffer;
  }
  /// So many that what the cache holds is a small part, where there is room.
  [[nodiscard]] std::int64_t stream_bytes() {
    const std::int64_t cache = device_.info().last_level_bytes.value_or(64 << 20);
    const std::int64_t wanted = std::clamp<std::int64_t>(16 * cache, 64 << 20, std::int64_t{8} << 30);
    const std::int64_t room = device_.free_memory() / 2;
    if (room < 4 * cache)
      throw error("only " + std::to_string(room >> 20) + " MiB are free for it, and the cache has " +
                  std::to_string(cache >> 20));
    return std::min(wanted, room) / (1 << 20) * (1 << 20);
  }

  void launch(const ceiling_job& job) {
    auto* const behind = static_cast<std::uint8_t*>(job.data) + (job.moves_data() ? job.read_bytes() : 0);
    switch (job.probe.kernel) {
      case ceiling_kernel::stream:
        if (!device_.stream_bytes(
                {job.data, job.read_bytes(), behind, job.written_bytes(), job.probe.configuration}))
          throw error("this backend has no streams");
        break;
      case ceiling_kernel::runtime_copy:
        device_.copy_rows(behind, job.read_bytes(), job.data, job.read_bytes(), job.read_bytes(), 1);
        break;
      case ceiling_kernel::runtime_set: device_.set_bytes(behind, 0x5A, job.written_bytes()); break;
      default: device_.launch_ceiling(job);
    }
  }

  /// The value of a key, and whether it was made just now.
  template <class Key, class Value>
  static std::pair<Value&, bool> at(std::vector<std::pair<Key, Value>>& all, const Key& key) {
    for (auto& [known, value] : all)
      if (known == key) return {value, false};
    return {all.emplace_back(key, Value()).second, true};
  }
  /// Probes that differ in the size of their grid alone run the same code.
  void check_once(const ceiling_job& job) {
    const ceiling_probe& probe = job.probe;
    const auto [wrong, fresh] =
        at(checked_, std::tuple(probe.kernel, probe.type, probe.reads, probe.writes, probe.configuration));
    if (fresh) wrong = check(job);
    if (!wrong.empty()) throw error(wrong);
  }

  /// Launches a small job and looks at what it computed. Says what is wrong.
  [[nodiscard]] std::string check(const ceiling_job& whole) {
    if (whole.probe.kernel == ceiling_kernel::library_matrix) return check_library(whole);
    if (whole.moves_data()) return check_stream(whole);
    ceiling_job job = whole;
    job.probe.blocks = std::min(whole.probe.blocks, 4);
    job.repeats = 2;
    job.bytes = std::min<std::int64_t>(job.bytes, 1 << 20);
    std::vector<std::uint8_t> data(static_cast<std::size_t>(job.bytes));
    std::vector<std::uint64_t> results(static_cast<std::size_t>(job.probe.blocks * job.probe.threads));
    const auto result_bytes = static_cast<std::int64_t>(results.size() * 8);
    device_.copy_to_host(data.data(), job.data, job.bytes);
    const ceiling_expectation expected = expect_ceiling(job, data.data());
    device_.set_bytes(job.results, 0xFF, result_bytes);
    launch(job);
    device_.check_launch();
    device_.synchronize();
    device_.copy_to_host(results.data(), job.results, result_bytes);
    device_.copy_to_host(data.data(), job.data, job.bytes);
    const std::string wrong = ceiling_error(expected, data.data(), results);
    return wrong.empty() ? "" : "it does not compute what it should: " + wrong;
  }

  /// Every word that is to be written changes, and nothing that is only read.
  [[nodiscard]] std::string check_stream(ceiling_job job) {
    job.bytes = std::min<std::int64_t>(job.bytes, 4 << 20);
    const std::int64_t read = job.read_bytes(), all = read + job.written_bytes();
    constexpr std::int64_t word = sizeof(std::uint32_t);
    std::vector<std::uint32_t> before(static_cast<std::size_t>(all / word)), after(before.size());
    for (std::size_t i = 0; i < before.size(); ++i)
      before[i] = static_cast<std::uint32_t>((i + 1) * 0x9E3779B97F4A7C15ull >> 32);
    device_.copy_to_device(job.data, before.data(), all);
    launch(job);
    device_.check_launch();
    device_.synchronize();
    device_.copy_to_host(after.data(), job.data, all);
    for (std::int64_t i = 0; i < all; i += 16) {
      const auto at = static_cast<std::size_t>(i / word);
      const bool same = std::memcmp(&before[at], &after[at], 16) == 0;
      if (same == (i < read)) continue;
      return std::string("it does not do what it should: bytes from ") + std::to_string(i) + " are to be " +
             (same ? "written, and are as they were" : "read, and were changed");
    }
    return "";
  }

  /// Three elements of the product against sums on the host.
  [[nodiscard]] std::string check_library(const ceiling_job& job) {
    using size = library_product_size;
    launch(job);
    device_.check_launch();
    device_.synchronize();
    const dtype type = job.probe.type, result_type = size::result_type(type);
    const std::int64_t row = size::side * bits_of(type) / 8, result_size = bits_of(result_type) / 8;
    const auto* const a = static_cast<const std::uint8_t*>(job.data);
    const auto* const b = a + size::operand_bytes(type);
    const auto* const c = b + size::operand_bytes(type);
    std::vector<std::uint8_t> x(static_cast<std::size_t>(row)), y(x.size());
    for (const auto& [i, j] : {std::pair<std::int64_t, std::int64_t>{0, 0}, {4097, 77}, {8191, 8190}}) {
      std::uint8_t seen[8] = {};
      device_.copy_to_host(x.data(), a + i * row, row);
      device_.copy_to_host(y.data(), b + j * row, row);
      device_.copy_to_host(seen, c + (j * size::side + i) * result_size, result_size);
      double sum = 0.0, squares = 0.0;
      for (std::int64_t k = 0; k < size::side; ++k) {
        const double one = load_element(type, x.data(), k) * load_element(type, y.data(), k);
        sum += one;
        squares += one * one;
      }
      const double got = load_element(result_type, seen, 0);
      // bf16 results have 8 bits; an element that belongs elsewhere differs by the root of the squares.
      if (!(std::fabs(got - sum) <= 0.01 * std::fabs(sum) + 0.01 * std::sqrt(squares)))
        return "its element (" + std::to_string(i) + ", " + std::to_string(j) + ") is " +
               std::to_string(got) + " and not " + std::to_string(sum);
    }
    return "";
  }

  /// Repeats for a launch of about launch_time. Returns the time of the fastest try, s.
  [[nodiscard]] double lengthen(ceiling_job& job) {
    const bool fixed = job.moves_data() || job.probe.kernel == ceiling_kernel::library_matrix;
    sample_plan plan;
    plan.launch = [&] { launch(job); };
    plan.own = true;
    const auto fastest = [&] {
      double best = timer_.take(plan).seconds;
      for (int i = 1; i < tries; ++i) best = std::min(best, timer_.take(plan).seconds);
      return best;
    };
    job.repeats = 1;
    launch(job);  // loads the module, which a gate would hold up
    device_.synchronize();
    if (fixed) return fastest();
    constexpr std::int64_t most = 1 << 30;
    for (job.repeats = 8;;) {
      const double seconds = timer_.take(plan).seconds;
      if (seconds >= launch_time / 2 || job.repeats >= most) return fastest();
      // Slowly at first: what a short launch takes is mostly its beginning and end.
      const double factor =
          std::clamp(launch_time / std::max(seconds, 1e-9), 2.0, seconds < 20e-6 ? 8.0 : 64.0);
      job.repeats = std::min(most, static_cast<std::int64_t>(static_cast<double>(job.repeats) * factor));
    }
  }

  /// The last stage, and an empty kernel for what a launch takes.
  void measure_chosen(device_ceilings& result) {
    std::vector<measure_job> jobs;
    for (const candidate& one : chosen_) {
      measure_job job;
      job.name = "ceiling of " + result.all[one.target].name;
      job.launch = [this, &one] { launch(one.job); };
      jobs.push_back(std::move(job));
    }
    const bool has_launches = launches_empty(result);
    if (has_launches) {
      measure_job job;
      job.name = "empty kernel";
      job.launch = [this] { device_.launch_empty(); };
      jobs.push_back(std::move(job));
    }
    if (jobs.empty()) return;
    measure_options how;
    how.cache = cache_state::hot;
    how.time_budget = options_.time_budget;
    std::vector<measure_result> times = sampler(device_, jobs, how, monitor_).run();
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      measured_ceiling& entry = result.all[chosen_[i].target];
      if (times[i].value)
        take(entry, chosen_[i].job, *times[i].value);
      else
        add_failure(entry, chosen_[i].job.probe, times[i].failure);
    }
    if (!has_launches) return;
    if (times.back().value)
      add_launch(result, *times.back().value);
    else
      add_no_launch(result, times.back().failure);
  }

  [[nodiscard]] bool launches_empty(device_ceilings& result) {
    try {
      const bool there = device_.launch_empty();
      device_.synchronize();
      return there;
    } catch (const device_error& e) {
      if (e.lost()) throw;
      discard_errors(device_);
      add_no_launch(result, e.what());
      return false;
    }
  }

  static void set_rate(measured_ceiling& entry, const estimate& time, double amount) {
    entry.rate = amount / time.median;
    entry.lower = time.upper ? std::optional(amount / *time.upper) : std::nullopt;
    entry.upper = time.lower && *time.lower > 0 ? std::optional(amount / *time.lower) : std::nullopt;
  }

  /// The better one stays.
  static void take(measured_ceiling& entry, const ceiling_job& job, const measurement& time) {
    const double rate = job.amount() / time.time().median;
    if (!(time.time().median > 0) || rate <= entry.rate.value_or(0)) return;
    set_rate(entry, time.time(), job.amount());
    entry.basis = job.probe.kernel == ceiling_kernel::library_matrix ? ceiling_basis::library_achieved
                                                                     : ceiling_basis::measured;
    entry.clock = time.clock;
    entry.source = job.probe.how + (time.net ? "" : ", raw time" + why_raw(time));
  }
  /// ": no net time: …", where the measurement says why.
  static std::string why_raw(const measurement& time) {
    for (const finding& f : time.findings)
      if (f.code == "not-calibrated") return ": " + f.message;
    return "";
  }

  /// A launch that does nothing: its net time is what no kernel can be faster than. Without a net time there
  /// is none: events see several times as much.
  static void add_launch(device_ceilings& result, const measurement& time) {
    measured_ceiling entry{.name = to_string(resource::launch), .which = resource::launch};
    entry.source = "an empty kernel";
    if (time.net && time.net->median > 0) {
      set_rate(entry, *time.net, 1.0);
      entry.basis = ceiling_basis::measured;
      entry.clock = time.clock;
    } else {
      const std::string why = why_raw(time);
      entry.source += why.empty() ? ": there is no net time" : why;
    }
    result.all.push_back(std::move(entry));
  }
  static void add_no_launch(device_ceilings& result, const std::string& why) {
    result.all.push_back({.name = to_string(resource::launch),
                          .which = resource::launch,
                          .source = "an empty kernel: " + why});
  }

  device& device_;
  ceiling_options options_;
  monitor* monitor_;
  ceiling_features features_;
  sample_timer timer_{device_};
  std::int64_t most_threads_ = 1;  ///< of all launches
  device_buffer stream_, results_;
  // Not std::map: clang 15 crashes on it when it compiles HIP as C++20.
  std::vector<std::pair<std::pair<ceiling_kernel, dtype>, device_buffer>> operands_;
  std::vector<std::pair<std::tuple<ceiling_kernel, dtype, int, int, int>, std::string>>
      checked_;  ///< what is wrong with it
  std::vector<candidate> chosen_;
};

}  // namespace assay
