// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "assay/core/environment.hpp"
#include "assay/report/json_place.hpp"
#include "assay/suite/record.hpp"

namespace assay {

// The inverse of json.hpp: what it writes is read back bit for bit, but for bytes that are no UTF-8, which it
// replaces. Keys that are not known are ignored, so that files of a later version with the same schema can be
// read; keys that follow from others (sol_ratio, cycles) are not looked at. A key that is always written has
// to be there. Everything throws io_error with file, line and key.

namespace detail {

template <class Read>
[[nodiscard]] auto read_if(const json_place& object, const char* key, const Read& read)
    -> std::optional<decltype(read(object))> {
  if (const std::optional<json_place> found = object.find(key)) return read(*found);
  return std::nullopt;
}
[[nodiscard]] inline std::optional<double> number_if(const json_place& object, const char* key) {
  return read_if(object, key, [](const json_place& p) { return p.number(); });
}
[[nodiscard]] inline std::optional<bool> boolean_if(const json_place& object, const char* key) {
  return read_if(object, key, [](const json_place& p) { return p.boolean(); });
}
template <class Integer>
[[nodiscard]] std::optional<Integer> whole_if(const json_place& object, const char* key) {
  return read_if(object, key, [](const json_place& p) { return p.template whole<Integer>(); });
}
[[nodiscard]] inline std::string text_if(const json_place& object, const char* key) {
  const std::optional<json_place> found = object.find(key);
  return found ? found->text() : std::string();
}
template <class Value, class Read>
[[nodiscard]] std::vector<Value> list_of(const json_place& list, const Read& read) {
  std::vector<Value> values;
  list.each([&](const json_place& p) { values.push_back(read(p)); });
  return values;
}
[[nodiscard]] inline std::vector<double> numbers(const json_place& list) {
  return list_of<double>(list, [](const json_place& p) { return p.number(); });
}
template <class Integer>
[[nodiscard]] std::vector<Integer> wholes(const json_place& list) {
  return list_of<Integer>(list, [](const json_place& p) { return p.template whole<Integer>(); });
}
template <class Integer>
[[nodiscard]] std::pair<Integer, Integer> two_wholes(const json_place& list) {
  const std::vector<Integer> values = wholes<Integer>(list);
  if (values.size() != 2) list.fail("expected two numbers, found " + std::to_string(values.size()));
  return {values[0], values[1]};
}

[[nodiscard]] inline launch_profile read_profile(const json_place& p) {
  launch_profile profile;
  profile.tool = p.at("tool").text();
  const json_place kernels = p.at("kernels");
  kernels.each([&](const json_place& name) { profile.kernels.push_back(name.text()); });
  profile.seconds = number_if(p, "seconds");
  profile.bytes_read = number_if(p, "bytes_read");
  profile.bytes_written = number_if(p, "bytes_written");
  if (const auto operations = p.find("operations"))
    operations->each_key([&](const std::string& name, const json_place& count) {
      for (std::size_t i = 0; i < resource_count; ++i)
        if (name == to_string(static_cast<resource>(i))) {
          profile.operations.emplace_back(static_cast<resource>(i), count.number());
          return;
        }
      count.fail("no resource is called so");
    });
  profile.clock = number_if(p, "clock");
  profile.memory_clock = number_if(p, "memory_clock");
  if (const auto stalls = p.find("stalls"))
    stalls->each_key([&](const std::string& reason, const json_place& cycles) {
      profile.stalls.emplace_back(reason, cycles.number());
    });
  return profile;
}

}  // namespace detail

/// Throws unless the object says that it is of a schema that this reader knows.
inline void check_schema(const json_place& object) {
  const json_place schema = object.at("schema");
  if (const int given = schema.whole<int>(); given < 1 || given > json_schema)
    schema.fail("the file has schema " + std::to_string(given) + ", and this program reads up to " +
                std::to_string(json_schema) + "; read it with a newer assay");
}

[[nodiscard]] inline axis_values read_axes(const json_place& object) {
  axis_values values;
  object.each_key([&](const std::string& name, const json_place& p) {
    if (p.value().is_string())
      values.emplace_back(name, p.text());
    else
      values.emplace_back(name, p.whole<std::int64_t>());
  });
  return values;
}

[[nodiscard]] inline std::vector<finding> read_findings(const json_place& list) {
  return detail::list_of<finding>(list, [](const json_place& p) {
    finding f{p.at("code").text(), p.at("severity").named<severity>(3), p.at("message").text(), {}};
    if (const auto found = p.find("numbers"))
      found->each_key([&](const std::string& name, const json_place& number) {
        f.numbers.emplace_back(name, number.number());
      });
    return f;
  });
}

[[nodiscard]] inline estimate read_estimate(const json_place& p) {
  return {p.at("median").number(), detail::number_if(p, "lower"), detail::number_if(p, "upper"),
          p.at("confidence").number(), p.at("samples").whole<int>()};
}

[[nodiscard]] inline comparison read_comparison(const json_place& p) {
  comparison c;
  c.output = p.at("output").text();
  if (const auto extents = p.find("extents")) c.extents = detail::wholes<std::int64_t>(*extents);
  c.elements = p.at("elements").whole<std::int64_t>();
  c.checked = p.at("checked").whole<std::int64_t>();
  c.mismatched = p.at("mismatched").whole<std::int64_t>();
  c.not_a_number = p.at("nan").whole<std::int64_t>();
  c.untouched = p.at("untouched").whole<std::int64_t>();
  c.largest_error = p.at("largest_error").number();
  c.largest_relative = p.at("largest_relative").number();
  c.largest_ulp = p.at("largest_ulp").number();
  c.rms_error = p.at("rms_error").number();
  c.cosine = detail::number_if(p, "cosine");
  c.method = detail::text_if(p, "method");
  if (const auto aggregate = p.find("aggregate")) {
    c.failed = aggregate->at("failed").named<comparison::aggregate>(4);
    c.aggregate_seen = aggregate->at("seen").number();
    c.aggregate_allowed = aggregate->at("allowed").number();
  }
  if (const auto where = p.find("where")) {
    comparison::box box;
    std::tie(box.first_row, box.last_row) = detail::two_wholes<std::int64_t>(where->at("rows"));
    std::tie(box.first_column, box.last_column) = detail::two_wholes<std::int64_t>(where->at("columns"));
    if (const auto rows = where->find("rows_modulo"))
      std::tie(box.row_remainder, box.row_period) = detail::two_wholes<int>(*rows);
    if (const auto columns = where->find("columns_modulo"))
      std::tie(box.column_remainder, box.column_period) = detail::two_wholes<int>(*columns);
    c.where = box;
  }
  const auto element = [](const json_place& e) {
    return comparison::element{e.at("index").whole<std::int64_t>(), e.at("got").number(),
                               e.at("expected").number(), e.at("allowed").number()};
  };
  if (const auto excerpt = p.find("excerpt"))
    excerpt->each([&](const json_place& e) { c.excerpt.push_back({element(e), e.at("right").boolean()}); });
  c.worst = detail::read_if(p, "worst", element);
  return c;
}

[[nodiscard]] inline verdict read_verdict(const json_place& p) {
  verdict v{p.at("outcome").named<outcome>(7), detail::text_if(p, "reason"), {}};
  if (const auto found = p.find("comparisons"))
    v.comparisons = detail::list_of<comparison>(*found, read_comparison);
  return v;
}

[[nodiscard]] inline timer_calibration read_calibration(const json_place& p) {
  timer_calibration c;
  c.event_tick = p.at("event_tick").number();
  c.event_pair = p.at("event_pair").number();
  c.empty_event_time = p.at("empty_event_time").number();
  c.empty_device_time = p.at("empty_device_time").number();
  c.overhead = p.at("overhead").number();
  c.uncertainty = p.at("uncertainty").number();
  c.launch_time = p.at("launch_time").number();
  c.scatter = p.at("scatter").number();
  c.slope = p.at("slope").number();
  c.residual = p.at("residual").number();
  return c;
}

[[nodiscard]] inline measurement read_measurement(const json_place& p) {
  measurement m;
  m.raw = read_estimate(p.at("raw"));
  m.net = detail::read_if(p, "net", read_estimate);
  if (m.net) m.timer_uncertainty = p.at("timer_uncertainty").number();
  m.calibration = detail::read_if(p, "calibration", read_calibration);
  m.cupti = detail::read_if(p, "cupti", read_estimate);
  m.status = p.at("status").named<measurement_status>(4);
  m.cache = p.at("cache").named<cache_state>(4);
  m.mode = p.at("mode").named<launch_mode>(3);
  m.launches = p.at("launches_per_sample").whole<int>();
  if (m.launches < 1) p.at("launches_per_sample").fail("expected at least 1");
  m.tick = p.at("tick").number();
  m.kernels = detail::whole_if<std::int64_t>(p, "kernels");
  m.host_time = detail::number_if(p, "host_time");
  m.clock = detail::number_if(p, "clock");
  m.temperature = detail::number_if(p, "temperature");
  m.power = detail::number_if(p, "power");
  m.energy = detail::read_if(p, "energy", [](const json_place& e) {
    return energy_per_launch{e.at("joules").number(), detail::number_if(e, "uncertainty")};
  });
  m.gated = p.at("gated").boolean();
  m.warmup_launches = p.at("warmup_launches").whole<int>();
  m.wall_seconds = p.at("wall_seconds").number();
  m.findings = read_findings(p.at("findings"));
  m.samples = detail::numbers(p.at("samples"));
  m.rounds = detail::wholes<int>(p.at("rounds"));
  m.sample_times = detail::numbers(p.at("sample_times"));
  m.outliers = detail::wholes<std::size_t>(p.at("outliers"));
  for (const auto& [key, size] :
       {std::pair("rounds", m.rounds.size()), std::pair("sample_times", m.sample_times.size())})
    if (size != m.samples.size())
      p.at(key).fail("expected one for each of the " + std::to_string(m.samples.size()) + " samples, found " +
                     std::to_string(size));
  for (const std::size_t i : m.outliers)
    if (i >= m.samples.size()) p.at("outliers").fail("there is no sample " + std::to_string(i));
  return m;
}

/// A resource as json.hpp spells it.
[[nodiscard]] inline resource read_resource(const json_place& p) {
  return p.named<resource>(static_cast<int>(resource_count));
}

[[nodiscard]] inline limit read_limit(const json_place& p) {
  limit l;
  l.seconds = detail::number_if(p, "seconds");
  if (l.seconds) l.binding = read_resource(p.at("binding"));
  l.which = p.at("layer").named<layer>(layer_count);
  if (const auto terms = p.find("terms"))
    l.terms = detail::list_of<term>(*terms, [](const json_place& t) {
      return term{read_resource(t.at("resource")), t.at("amount").number(),
                  t.at("rate").number(),           t.at("seconds").number(),
                  t.at("hard").boolean(),          detail::number_if(t, "uncertainty").value_or(0)};
    });
  l.findings = read_findings(p.at("findings"));
  return l;
}

[[nodiscard]] inline judged_bound read_bound(const json_place& p) {
  return {p.at("quality").named<bound_quality>(bound_quality_count), p.at("reason").text(),
          detail::number_if(p, "tightness")};
}

[[nodiscard]] inline diagnosis read_diagnosis(const json_place& p) {
  diagnosis d;
  const json_place rungs = p.at("rungs");
  rungs.each([&](const json_place& one) {
    diagnosis_rung r{
        one.at("rung").text(), one.at("outcome").named<rung_outcome>(4), one.at("message").text(), {}};
    if (const auto found = one.find("numbers"))
      found->each_key([&](const std::string& name, const json_place& number) {
        r.numbers.emplace_back(name, number.number());
      });
    d.rungs.push_back(std::move(r));
  });
  return d;
}

/// What follows from the rest (occupancy, waves, what limits) is not looked at.
[[nodiscard]] inline launch_facts read_launch(const json_place& p) {
  launch_facts l;
  l.absent = detail::text_if(p, "absent");
  l.copies = p.at("copies").whole<int>();
  l.others = p.at("others").whole<int>();
  const auto extents = [](const json_place& list) {
    const std::vector<std::int64_t> values = detail::wholes<std::int64_t>(list);
    if (values.size() != 3) list.fail("expected three numbers, found " + std::to_string(values.size()));
    return std::array<std::int64_t, 3>{values[0], values[1], values[2]};
  };
  if (const auto kernels = p.find("kernels"))
    kernels->each([&](const json_place& one) {
      kernel_facts k;
      k.name = detail::text_if(one, "name");
      k.grid = extents(one.at("grid"));
      k.block = extents(one.at("block"));
      k.dynamic_shared_bytes = one.at("dynamic_shared_bytes").whole<std::int64_t>();
      k.static_shared_bytes = detail::whole_if<std::int64_t>(one, "static_shared_bytes");
      k.registers = detail::whole_if<int>(one, "registers");
      k.local_bytes = detail::whole_if<std::int64_t>(one, "local_bytes");
      k.blocks_per_multiprocessor = detail::whole_if<int>(one, "blocks_per_multiprocessor");
      l.kernels.push_back(std::move(k));
    });
  if (const auto limits = p.find("multiprocessor"))
    l.multiprocessor = {detail::whole_if<int>(*limits, "count"),
                        detail::whole_if<int>(*limits, "threads"),
                        detail::whole_if<int>(*limits, "registers"),
                        detail::whole_if<std::int64_t>(*limits, "shared_bytes"),
                        detail::whole_if<std::int64_t>(*limits, "reserved_shared_bytes"),
                        detail::whole_if<int>(*limits, "blocks")};
  return l;
}

[[nodiscard]] inline work read_work(const json_place& p) {
  work w;
  w.dram_bytes_read = p.at("dram_bytes_read").number();
  w.dram_bytes_written = p.at("dram_bytes_written").number();
  if (const auto operations = p.find("operations"))
    operations->each_key([&](const std::string& name, const json_place& amount) {
      for (std::size_t i = 1; i < resource_count; ++i)
        if (name == to_string(static_cast<resource>(i))) {
          w.operations[i] = amount.number();
          return;
        }
      amount.fail("there is no resource of that name");
    });
  w.nominal = detail::boolean_if(p, "nominal").value_or(false);
  return w;
}

[[nodiscard]] inline trial read_trial(const json_place& p) {
  trial t;
  t.values = read_axes(p.at("axes"));
  t.seed = p.at("seed").whole<std::uint64_t>();
  t.attack = p.at("attack").named<attack>(static_cast<int>(attack_count));
  t.layout.offset = detail::whole_if<std::int64_t>(p, "offset").value_or(0);
  if (const auto fence = p.find("fence")) {
    t.layout.fence = true;
    t.layout.side = fence->named<fence_side>(2);
  }
  t.layout.separate = detail::boolean_if(p, "separate").value_or(false);
  t.layout.padding = detail::whole_if<std::int64_t>(p, "padding").value_or(0);
  t.layout.alias = detail::boolean_if(p, "alias").value_or(false);
  return t;
}

[[nodiscard]] inline fuzz_summary read_fuzz(const json_place& p) {
  fuzz_summary f;
  f.trials = p.at("trials").whole<std::int64_t>();
  f.skipped = p.at("skipped").whole<std::int64_t>();
  f.seconds = p.at("seconds").number();
  f.skip_reason = detail::text_if(p, "skip_reason");
  f.first = detail::read_if(p, "first_failure", read_trial);
  f.smallest = detail::read_if(p, "smallest_failure", read_trial);
  f.shrink_tries = detail::whole_if<int>(p, "shrink_tries").value_or(0);
  f.failure = detail::read_if(p, "failure", read_verdict);
  return f;
}

[[nodiscard]] inline paired_ratio read_ratio(const json_place& p) {
  return {p.at("value").number(), detail::number_if(p, "lower"), detail::number_if(p, "upper"),
          p.at("confidence").number(), p.at("rounds").whole<int>()};
}

[[nodiscard]] inline record read_record(const json_place& p) {
  check_schema(p);
  record r;
  r.problem = p.at("problem").text();
  r.backend = p.at("backend").text();
  r.device = p.at("device").text();
  r.device_id = detail::text_if(p, "device_id");
  r.axes = read_axes(p.at("axes"));
  r.candidate = p.at("candidate").text();
  r.role = p.at("role").named<candidate_role>(4);
  r.file = p.at("file").text();
  r.line = p.at("line").whole<std::int32_t>();
  r.build = detail::text_if(p, "build");
  r.seed = p.at("seed").whole<std::uint64_t>();
  r.verdict = read_verdict(p.at("verdict"));
  r.fuzz = detail::read_if(p, "fuzz", read_fuzz);
  r.prepare_seconds = detail::number_if(p, "prepare_seconds");
  r.timed_checks = detail::read_if(p, "timed_checks", [](const json_place& c) {
    return timed_checks{c.at("launches").whole<std::int64_t>(), c.at("seconds").number()};
  });
  r.time = detail::read_if(p, "time", read_measurement);
  r.work = read_work(p.at("work"));
  r.limit = detail::read_if(p, "limit", read_limit);
  if (const auto others = p.find("other_limits"))
    r.other_limits = detail::list_of<limit>(*others, read_limit);
  r.bound = detail::read_if(p, "bound", read_bound);
  r.diagnosis = detail::read_if(p, "diagnosis", read_diagnosis);
  if (const auto explanation = p.find("explanation"))
    r.launch = detail::read_if(*explanation, "launch", read_launch);
  r.speedup = detail::read_if(p, "speedup", read_ratio);
  r.profile = detail::read_if(p, "profile", detail::read_profile);
  r.findings = read_findings(p.at("findings"));
  r.replay = p.at("replay").text();
  return r;
}

[[nodiscard]] inline device_info read_device(const json_place& p) {
  device_info d;
  d.vendor = p.at("vendor").named<vendor>(3);
  d.name = p.at("name").text();
  d.architecture = p.at("architecture").text();
  d.index = p.at("index").whole<int>();
  d.uuid = detail::text_if(p, "uuid");
  d.pci_bus_id = detail::text_if(p, "pci_bus_id");
  d.multiprocessors = detail::whole_if<int>(p, "multiprocessors");
  d.max_clock = detail::number_if(p, "max_clock");
  d.memory_clock = detail::number_if(p, "memory_clock");
  d.memory_bus_bits = detail::whole_if<int>(p, "memory_bus_bits");
  d.memory_bytes = detail::whole_if<std::int64_t>(p, "memory_bytes");
  d.l2_bytes = detail::whole_if<std::int64_t>(p, "l2_bytes");
  d.last_level_bytes = detail::whole_if<std::int64_t>(p, "last_level_bytes");
  d.ecc = detail::boolean_if(p, "ecc");
  d.driver_version = detail::text_if(p, "driver_version");
  d.runtime_version = detail::text_if(p, "runtime_version");
  d.highest_clock = detail::number_if(p, "highest_clock");
  d.power_limit = detail::number_if(p, "power_limit");
  d.clocks_locked = detail::boolean_if(p, "clocks_locked");
  d.locked_clock = detail::number_if(p, "locked_clock");
  d.mig = detail::boolean_if(p, "mig");
  d.compute_partition = detail::text_if(p, "compute_partition");
  d.memory_partition = detail::text_if(p, "memory_partition");
  return d;
}

[[nodiscard]] inline environment read_environment(const json_place& p) {
  check_schema(p);
  environment e;
  e.assay_version = p.at("assay_version").text();
  e.date = p.at("date").text();
  e.system = p.at("system").text();
  e.compiler = p.at("compiler").text();
  e.processor = detail::text_if(p, "processor");
  e.command_line =
      detail::list_of<std::string>(p.at("command_line"), [](const json_place& t) { return t.text(); });
  e.devices = detail::list_of<device_info>(p.at("devices"), read_device);
  return e;
}

}  // namespace assay
