// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Records with every field at random, for tests of what writes and reads them.
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "assay/core/environment.hpp"
#include "assay/suite/record.hpp"

namespace support {

class random_records {
 public:
  explicit random_records(std::uint64_t seed) : engine_(seed) {}

  [[nodiscard]] assay::record next() {
    assay::record r;
    r.problem = text();
    r.backend = text();
    r.device = text();
    r.device_id = maybe_text();
    r.axes = axes();
    r.candidate = text();
    r.role = one_of<assay::candidate_role>(4);
    r.file = text();
    r.line = whole<std::int32_t>();
    r.build = maybe_text();
    r.seed = whole<std::uint64_t>();
    r.verdict = verdict();
    if (coin()) r.fuzz = fuzz();
    r.prepare_seconds = maybe_number();
    if (coin()) r.timed_checks = assay::timed_checks{whole<std::int64_t>(), number()};
    if (coin()) r.time = measurement();
    r.work.dram_bytes_read = number();
    r.work.dram_bytes_written = number();
    for (std::size_t i = 1; i < assay::resource_count; ++i)
      if (coin()) r.work.operations[i] = number();
    if (coin()) r.limit = limit();
    for (int i = count(); i > 0; --i) r.other_limits.push_back(limit());
    if (coin())
      r.speedup = assay::paired_ratio{number(), maybe_number(), maybe_number(), share(), whole<int>()};
    if (coin()) r.bound = assay::judged_bound{one_of<assay::bound_quality>(4), text(), maybe_number()};
    if (coin()) {
      r.diagnosis.emplace();
      for (int i = count(); i > 0; --i)
        r.diagnosis->rungs.push_back({text(), one_of<assay::rung_outcome>(4), text(), {{"n", number()}}});
    }
    if (coin()) r.launch = launch();
    if (coin()) r.profile = profile();
    r.replay = text();
    r.findings = findings();
    return r;
  }

  [[nodiscard]] assay::environment environment() {
    assay::environment e;
    e.assay_version = text();
    e.date = text();
    e.system = text();
    e.compiler = text();
    e.processor = maybe_text();
    for (int i = count(); i > 0; --i) e.command_line.push_back(text());
    for (int i = count(); i > 0; --i) e.devices.push_back(device());
    return e;
  }

  [[nodiscard]] assay::device_info device() {
    assay::device_info d;
    d.vendor = one_of<assay::vendor>(3);
    d.name = text();
    d.architecture = text();
    d.uuid = maybe_text();
    d.pci_bus_id = maybe_text();
    d.index = whole<int>();
    d.multiprocessors = maybe([&] { return whole<int>(); });
    d.max_clock = maybe_number();
    d.memory_clock = maybe_number();
    d.memory_bus_bits = maybe([&] { return whole<int>(); });
    d.memory_bytes = maybe([&] { return whole<std::int64_t>(); });
    d.l2_bytes = maybe([&] { return whole<std::int64_t>(); });
    d.last_level_bytes = maybe([&] { return whole<std::int64_t>(); });
    d.ecc = maybe([&] { return coin(); });
    d.driver_version = maybe_text();
    d.runtime_version = maybe_text();
    d.highest_clock = maybe_number();
    d.power_limit = maybe_number();
    d.clocks_locked = maybe([&] { return coin(); });
    d.locked_clock = maybe_number();
    d.mig = maybe([&] { return coin(); });
    d.compute_partition = maybe_text();
    d.memory_partition = maybe_text();
    return d;
  }

  [[nodiscard]] bool coin() { return engine_() % 2 == 0; }
  [[nodiscard]] int count() { return static_cast<int>(engine_() % 4); }

  /// Of any size and sign; now and then what JSON has no number for.
  [[nodiscard]] double number() {
    switch (engine_() % 12) {
      case 0: return std::numeric_limits<double>::quiet_NaN();
      case 1: return std::numeric_limits<double>::infinity();
      case 2: return -std::numeric_limits<double>::infinity();
      case 3: return std::numeric_limits<double>::denorm_min();
      case 4: return std::numeric_limits<double>::max();
      case 5: return -0.0;
      case 6: return 3.0;
      default:
        return std::ldexp(std::uniform_real_distribution<double>(-1.0, 1.0)(engine_),
                          static_cast<int>(engine_() % 200) - 100);
    }
  }
  /// UTF-8, with what a line of JSON must escape.
  [[nodiscard]] std::string text() {
    static constexpr const char* parts[] = {"saxpy", " ", "\n", "\"", "\\",   "µs", "\t", "{", "}",
                                            "NaN",   "é", "|",  "'",  "\x01", "0",  "=",  "😀", ","};
    std::string result;
    for (int i = 1 + count() * 2; i > 0; --i) result += parts[engine_() % std::size(parts)];
    return result;
  }

 private:
  assay::launch_profile profile() {
    assay::launch_profile p;
    p.tool = text();
    for (int i = count(); i > 0; --i) p.kernels.push_back(text());
    p.seconds = maybe_number();
    p.bytes_read = maybe_number();
    p.bytes_written = maybe_number();
    for (std::size_t i = 0; i < assay::resource_count; ++i)
      if (coin()) p.operations.emplace_back(static_cast<assay::resource>(i), number());
    p.clock = maybe_number();
    p.memory_clock = maybe_number();
    for (int i = count(); i > 0; --i) p.stalls.emplace_back("stall " + std::to_string(i), number());
    return p;
  }

  template <class Make>
  auto maybe(const Make& make) -> std::optional<decltype(make())> {
    if (coin()) return std::nullopt;
    return make();
  }
  std::optional<double> maybe_number() {
    return maybe([&] { return number(); });
  }
  std::string maybe_text() { return coin() ? text() : ""; }
  double share() { return std::uniform_real_distribution<double>(0.5, 1.0)(engine_); }
  template <class Integer>
  Integer whole() {
    switch (engine_() % 4) {
      case 0: return std::numeric_limits<Integer>::max();
      case 1: return std::numeric_limits<Integer>::min();
      default: return static_cast<Integer>(engine_() % 1000);
    }
  }
  template <class Enum>
  Enum one_of(unsigned names) {
    return static_cast<Enum>(engine_() % names);
  }

  assay::axis_values axes() {
    assay::axis_values values;
    for (int i = count(); i > 0; --i)
      if (coin())
        values.emplace_back("n" + std::to_string(i), whole<std::int64_t>());
      else
        values.emplace_back("T" + std::to_string(i), coin() ? text() : "17");
    return values;
  }
  assay::estimate estimate() { return {number(), maybe_number(), maybe_number(), share(), whole<int>()}; }
  std::vector<assay::finding> findings() {
    std::vector<assay::finding> list;
    for (int i = count(); i > 0; --i) {
      assay::finding f{text(), one_of<assay::severity>(3), text(), {}};
      for (int n = count(); n > 0; --n) f.numbers.emplace_back("number " + std::to_string(n), number());
      list.push_back(f);
    }
    return list;
  }
  assay::comparison::element element() { return {whole<std::int64_t>(), number(), number(), number()}; }
  assay::verdict verdict() {
    assay::verdict v{one_of<assay::outcome>(7), maybe_text(), {}};
    for (int i = count(); i > 0; --i) {
      assay::comparison c;
      c.output = text();
      for (int n = count(); n > 0; --n) c.extents.push_back(whole<std::int64_t>());
      for (std::int64_t* field : {&c.elements, &c.checked, &c.mismatched, &c.not_a_number, &c.untouched})
        *field = whole<std::int64_t>();
      for (double* field : {&c.largest_error, &c.largest_relative, &c.largest_ulp, &c.rms_error})
        *field = number();
      c.cosine = maybe_number();
      c.worst = maybe([&] { return element(); });
      c.method = maybe_text();
      c.failed = one_of<assay::comparison::aggregate>(4);
      if (c.failed != assay::comparison::aggregate::met) {
        c.aggregate_seen = number();
        c.aggregate_allowed = number();
      }
      if (coin()) {
        assay::comparison::box box;
        for (std::int64_t* field : {&box.first_row, &box.last_row, &box.first_column, &box.last_column})
          *field = whole<std::int64_t>();
        if (coin()) {
          box.row_period = 16;
          box.row_remainder = 3;
        }
        if (coin()) {
          box.column_period = 64;
          box.column_remainder = 0;
        }
        c.where = box;
      }
      for (int n = count(); n > 0; --n) c.excerpt.push_back({element(), coin()});
      v.comparisons.push_back(c);
    }
    return v;
  }
  assay::trial trial() {
    assay::trial t;
    t.values = axes();
    t.seed = whole<std::uint64_t>();
    t.attack = one_of<assay::attack>(assay::attack_count);
    t.layout.offset = coin() ? 0 : 16;
    t.layout.padding = coin() ? 0 : 8;
    t.layout.alias = coin();
    t.layout.fence = coin();
    if (t.layout.fence) t.layout.side = one_of<assay::fence_side>(2);
    t.layout.separate = coin();
    return t;
  }
  assay::fuzz_summary fuzz() {
    assay::fuzz_summary f;
    f.trials = whole<std::int64_t>();
    f.skipped = whole<std::int64_t>();
    f.skip_reason = maybe_text();
    f.seconds = number();
    f.first = maybe([&] { return trial(); });
    f.smallest = maybe([&] { return trial(); });
    if (f.smallest) f.shrink_tries = whole<int>();
    f.failure = maybe([&] { return verdict(); });
    return f;
  }
  assay::measurement measurement() {
    assay::measurement m;
    m.raw = estimate();
    m.net = maybe([&] { return estimate(); });
    if (m.net) m.timer_uncertainty = number();
    if (coin()) {
      assay::timer_calibration c;
      for (double* field : {&c.event_tick, &c.event_pair, &c.empty_event_time, &c.empty_device_time,
                            &c.overhead, &c.uncertainty, &c.launch_time, &c.slope, &c.scatter, &c.residual})
        *field = number();
      m.calibration = c;
    }
    m.status = one_of<assay::measurement_status>(4);
    m.cache = one_of<assay::cache_state>(4);
    m.mode = one_of<assay::launch_mode>(3);
    m.launches = 1 + count();
    m.gated = coin();
    m.tick = number();
    for (int i = count() * 3; i > 0; --i) {
      m.samples.push_back(number());
      m.sample_times.push_back(number());
      m.rounds.push_back(whole<int>());
      if (coin()) m.outliers.push_back(m.samples.size() - 1);
    }
    m.kernels = maybe([&] { return whole<std::int64_t>(); });
    m.host_time = maybe_number();
    m.clock = maybe_number();
    m.temperature = maybe_number();
    m.power = maybe_number();
    m.cupti = maybe([&] { return estimate(); });
    m.energy = maybe([&] { return assay::energy_per_launch{number(), maybe_number()}; });
    m.warmup_launches = whole<int>();
    m.wall_seconds = number();
    m.findings = findings();
    return m;
  }
  assay::launch_facts launch() {
    assay::launch_facts l;
    l.absent = maybe_text();
    l.copies = count();
    l.others = count();
    for (int i = count(); i > 0; --i) {
      assay::kernel_facts k;
      k.name = maybe_text();
      k.grid = {1 + count(), 1 + count(), 1 + count()};
      k.block = {32, 1 + count(), 1};
      k.dynamic_shared_bytes = count();
      k.static_shared_bytes = maybe([&] { return std::int64_t{1024}; });
      k.registers = maybe([&] { return 32 + count(); });
      k.local_bytes = maybe([&] { return std::int64_t{16}; });
      k.blocks_per_multiprocessor = maybe([&] { return count(); });
      l.kernels.push_back(k);
    }
    l.multiprocessor.count = maybe([&] { return 132; });
    l.multiprocessor.threads = maybe([&] { return 2048; });
    l.multiprocessor.registers = maybe([&] { return 65536; });
    l.multiprocessor.shared_bytes = maybe([&] { return std::int64_t{233472}; });
    l.multiprocessor.reserved_shared_bytes = maybe([&] { return std::int64_t{1024}; });
    l.multiprocessor.blocks = maybe([&] { return 32; });
    return l;
  }
  assay::limit limit() {
    assay::limit l;
    l.seconds = maybe_number();
    if (l.seconds) l.binding = one_of<assay::resource>(assay::resource_count);
    l.which = one_of<assay::layer>(5);
    for (int i = count(); i > 0; --i)
      l.terms.push_back(
          {one_of<assay::resource>(assay::resource_count), number(), number(), number(), coin(), number()});
    l.findings = findings();
    return l;
  }

  std::mt19937_64 engine_;
};

}  // namespace support
