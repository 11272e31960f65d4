// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/core/launch_facts.hpp"
#include "assay/report/format_work.hpp"
#include "assay/roofline/bottleneck.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// What a record's time is made of; absent where there is no time. Far from its limit at the highest clock a
/// kernel may yet keep its units busy at the clock that it ran at.
[[nodiscard]] inline std::optional<bottleneck> bottleneck_of(const record& r) {
  if (!r.time) return std::nullopt;
  const double time = r.time->time().median;
  const bottleneck found = find_bottleneck(time, r.limit, launch_floor(r));
  const limit* const at_clock = r.limit_in(layer::clock_adjusted);
  if (found != bottleneck::latency || !at_clock || !at_clock->seconds) return found;
  // The reading of the clock is not so sharp that a time below this limit would mean anything.
  return find_bottleneck(std::max(time, *at_clock->seconds), *at_clock, launch_floor(r));
}

namespace detail {

[[nodiscard]] inline std::string extents_text(const std::array<std::int64_t, 3>& extents) {
  std::string text = std::to_string(extents[0]);
  if (extents[1] != 1 || extents[2] != 1) text += "x" + std::to_string(extents[1]);
  if (extents[2] != 1) text += "x" + std::to_string(extents[2]);
  return text;
}
/// Names of templates are long.
[[nodiscard]] inline std::string short_name(const std::string& name) {
  constexpr std::size_t most = 60;
  if (name.empty()) return "(name unknown)";
  const std::size_t arguments = name.find('(', name.rfind("(anonymous namespace)") == std::string::npos
                                                   ? 0
                                                   : name.rfind("(anonymous namespace)") + 21);
  const std::string plain = name.substr(0, arguments);
  return plain.size() <= most ? plain : plain.substr(0, most - 3) + "...";
}

[[nodiscard]] inline std::string describe_kernel(const kernel_facts& k, const multiprocessor_limits& device) {
  std::string text =
      "kernel " + short_name(k.name) + ": grid " + extents_text(k.grid) + ", block " + extents_text(k.block);
  if (k.registers) text += ", " + std::to_string(*k.registers) + " registers";
  if (k.static_shared_bytes)
    text += ", " + format_bytes(static_cast<double>(*k.static_shared_bytes + k.dynamic_shared_bytes)) +
            " shared (" + format_bytes(static_cast<double>(k.dynamic_shared_bytes)) + " of it dynamic)";
  if (k.local_bytes)
    text += *k.local_bytes > 0 ? ", " + std::to_string(*k.local_bytes) + " B of local memory a thread"
                               : ", no local memory";
  if (k.blocks_per_multiprocessor) {
    text += "; " + std::to_string(*k.blocks_per_multiprocessor) + " blocks fit a multiprocessor";
    std::string more;
    if (const auto share = k.occupancy(device)) more = format_share(*share) + " of its threads";
    if (const std::string by = k.limited_by(device); !by.empty())
      more += (more.empty() ? "" : ", ") + ("limited by " + by);
    if (!more.empty()) text += " (" + more + ")";
  }
  if (const auto waves = k.waves(device)) {
    text += ", " + format_number(*waves) + " waves";
    if (const auto tail = k.tail_share(device)) text += ", " + format_share(*tail) + " of the places empty";
  }
  return text;
}

/// What a kernel's launch itself says of why it waits, each with what would have to change.
inline void add_latency_advice(const kernel_facts& k, const multiprocessor_limits& device,
                               std::vector<std::string>& advice) {
  const std::string name = short_name(k.name);
  if (device.count && k.blocks() < *device.count) {
    advice.push_back(name + " has " + std::to_string(k.blocks()) + " blocks for " +
                     std::to_string(*device.count) +
                     " multiprocessors: cut its work into more and smaller ones");
  } else if (const auto waves = k.waves(device); waves && *waves < 1) {
    advice.push_back(name + " fills " + format_share(*waves) +
                     " of the places for blocks: with more blocks, more would wait at the same time");
  } else if (const auto tail = k.tail_share(device); tail && *tail >= 0.1) {
    advice.push_back(name + " leaves " + format_share(*tail) +
                     " of the places empty in its last wave: a grid of whole waves, or blocks that fetch "
                     "their next tile themselves, would fill them");
  }
  const auto occupancy = k.occupancy(device);
  if (occupancy && *occupancy < 0.25) {
    const std::string by = k.limited_by(device);
    advice.push_back(name + " holds " + format_share(*occupancy) + " of the threads that fit" +
                     (by.empty() ? "" : ", limited by " + by) +
                     ": it hides latency only if each thread has many loads under way");
  }
}

/// What would have to change.
[[nodiscard]] inline std::vector<std::string> advice_for(const record& r, bottleneck why) {
  std::vector<std::string> advice;
  const double time = r.time->time().median;
  const std::optional<double> share = r.sol_ratio();
  if (r.launch)
    for (const kernel_facts& k : r.launch->kernels)
      if (k.local_bytes && *k.local_bytes > 0)
        advice.push_back(
            short_name(k.name) + " keeps " + std::to_string(*k.local_bytes) +
            " B a thread in local memory, which is traffic of its own: fewer live values or larger "
            "register budgets (__launch_bounds__) would save it");
  switch (why) {
    case bottleneck::memory: {
      std::string words = "at best " + format_share(1 - *share) +
                          " of the time can still go; beyond that only fewer bytes help: " +
                          format_work(r.work.dram_bytes_read, resource::dram) + " are read and " +
                          format_work(r.work.dram_bytes_written, resource::dram) + " written";
      advice.push_back(
          words +
          ", which narrower types, or doing it together with what comes before or after, would spare");
      break;
    }
    case bottleneck::compute:
      advice.push_back("at best " + format_share(1 - *share) +
                       " of the time can still go; beyond that only fewer operations help, or units that do "
                       "more of them at once: narrower types on matrix units");
      break;
    case bottleneck::special_functions:
      advice.push_back(
          "the units for exponentials are busy: exponentials as polynomials on the multiply-add "
          "units, or fewer of them, would help");
      break;
    case bottleneck::link:
      advice.push_back(
          "the links are busy: only fewer bytes between devices, or work that overlaps them, help");
      break;
    case bottleneck::launch:
      advice.push_back(
          "launching is " + format_share(*launch_floor(r) / time) +
          " of the time: more work in a launch, fewer kernels, or doing it within another kernel "
          "would help");
      break;
    case bottleneck::latency: {
      if (const auto kernels = r.time->kernels; kernels && *kernels > 1)
        advice.push_back(
            "it runs " + std::to_string(*kernels) +
            " kernels one after another: each empties and fills the device again, so fewer would help");
      if (r.launch)
        for (const kernel_facts& k : r.launch->kernels)
          add_latency_advice(k, r.launch->multiprocessor, advice);
      if (advice.empty())
        advice.push_back(
            "neither memory nor arithmetic is busy: more loads under way in each thread (wider loads, "
            "unrolling, "
            "asynchronous copies), fewer barriers and steps that wait for one another would help; a profiler "
            "says what the warps wait for");
      break;
    }
    case bottleneck::beyond:
      advice.push_back(
          r.limit->which == layer::hard
              ? "nothing: it is faster than its limit, so that first has to be explained"
              : "nothing that the limit could tell: it is not a hard one, and this kernel beats it");
      break;
    case bottleneck::unknown:
      advice.push_back(
          "no limit is known, so nothing tells how much there is to gain: declare the work "
          "(p.flops, p.dram_bytes)");
      break;
  }
  return advice;
}

}  // namespace detail

/// What --explain says of a timed candidate, line by line: its limit, the terms of it, the ridge, the limits
/// of the other layers, what the bound is worth, its kernels, and what would have to change. Empty where
/// there is no time.
[[nodiscard]] inline std::vector<std::string> explain_speed(const record& r) {
  std::vector<std::string> lines;
  const std::optional<bottleneck> why = bottleneck_of(r);
  if (!why) return lines;
  const double time = r.time->time().median;
  const std::optional<double> share = r.sol_ratio();

  std::string first = *why == bottleneck::unknown  ? "bound by what, nobody can say"
                      : *why == bottleneck::beyond ? "faster than its limit"
                                                   : std::string(to_string(*why)) + "-bound";
  if (share)
    first += ": " + format_time(*r.limit->seconds) + " of " + format_time(time) + " are the " +
             to_string(r.limit->which) + " limit of " + to_string(r.limit->binding) + ", " +
             format_share(*share);
  lines.push_back(first);
  if (const std::optional<double> cycles = r.time->cycles()) {
    std::string line = "at the clock that it ran at, " + format_number(*r.time->clock * 1e-6) +
                       " MHz, it takes " + std::to_string(std::llround(*cycles)) + " cycles";
    if (const auto at_clock = r.sol_ratio_at_clock())
      line += " and is " + format_share(*at_clock) + " of the limit";
    lines.push_back(line);
  }
  if (r.limit) {
    for (const term& t : r.limit->terms)
      lines.push_back(std::string("term ") + to_string(t.which) + ": " + format_work(t.amount, t.which) +
                      " at " + format_work_rate(t.rate, t.which) + " = " + format_time(t.seconds) +
                      (t.uncertainty > 0 ? " ±" + format_share(t.uncertainty) : "") +
                      (t.hard ? ", hard" : ", soft") +
                      (r.limit->seconds && t.which == r.limit->binding ? ", binds" : ""));
    for (const ridge& one : ridges_of(*r.limit))
      lines.push_back(std::string("ridge of ") + to_string(one.operations) + ": " + format_number(one.point) +
                      " operations/B; the work has " + format_number(one.intensity) + ", so " +
                      (one.intensity < one.point ? "DRAM binds first" : "they bind first"));
  }
  for (const limit& other : r.other_limits)
    if (const std::optional<double> of_it = other.ratio(time); of_it && other.which != layer::clock_adjusted)
      lines.push_back(std::string(to_string(other.which)) + " limit: " + format_time(*other.seconds) +
                      " of " + to_string(other.binding) + ", " + format_share(*of_it));
  if (r.bound)
    lines.push_back(std::string("the bound is ") + to_string(r.bound->quality) + ": " + r.bound->reason);
  if (const auto floor = launch_floor(r))
    lines.push_back("launching: " + format_time(*floor) + " for " +
                    std::to_string(std::max<std::int64_t>(r.time->kernels.value_or(1), 1)) +
                    " empty kernels, " + format_share(*floor / time) + " of the time");
  if (!r.time->gated && r.time->host_time && *r.time->host_time >= 0.5 * time)
    lines.push_back("the launching thread takes " + format_time(*r.time->host_time) +
                    " for each launch, and the time holds it");
  if (r.launch) {
    if (!r.launch->absent.empty()) lines.push_back("kernels: unknown, " + r.launch->absent);
    for (const kernel_facts& k : r.launch->kernels)
      lines.push_back(detail::describe_kernel(k, r.launch->multiprocessor));
    if (r.launch->copies > 0) lines.push_back(std::to_string(r.launch->copies) + " copies or sets of memory");
    if (r.launch->others > 0)
      lines.push_back(std::to_string(r.launch->others) + " other operations (host functions, allocations)");
  }
  for (const std::string& one : detail::advice_for(r, *why)) lines.push_back("to go faster: " + one);
  return lines;
}

}  // namespace assay
