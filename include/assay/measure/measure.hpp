// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "assay/backend/devices.hpp"
#include "assay/core/error.hpp"
#include "assay/measure/sampler.hpp"
#include "assay/monitor/open_monitor.hpp"

namespace assay {

/// Times several callables in interleaved rounds, so that their times can be held against each other: round
/// by round with paired_speedup(). Each enqueues its work on the stream it is given, or takes no argument.
/// One measurement for each, in their order. Throws assay::error when one of them fails.
///
///   auto both = assay::measure_together<assay::cuda>({}, baseline, candidate);
template <backend Backend, class... Functions>
[[nodiscard]] std::vector<measurement> measure_together(const measure_options& options,
                                                        Functions&&... functions) {
  using stream = typename Backend::stream_type;
  device& target = device_of<Backend>();
  static const std::unique_ptr<monitor> clocks = open_monitor(target.info());
  std::vector<measure_job> jobs;
  const auto add = [&](auto& function) {
    using type = decltype(function);
    if (options.cache == cache_state::rotate && !std::is_invocable_v<type, stream, std::size_t>)
      throw usage_error(
          "measure: to rotate, a callable has to take (stream, std::size_t launch) and use other memory for "
          "each launch, rotation_bytes() in all");
    measure_job job;
    if constexpr (std::is_invocable_v<type, stream, std::size_t>)
      job.launch = [&, launch = std::size_t{0}]() mutable {
        function(Backend::stream(target.stream()), launch++);
      };
    else if constexpr (std::is_invocable_v<type, stream>)
      job.launch = [&] { function(Backend::stream(target.stream())); };
    else
      job.launch = [&] { function(); };
    jobs.push_back(std::move(job));
  };
  (add(functions), ...);
  std::vector<measurement> measured;
  for (measure_result& result : sampler(target, jobs, options, clocks.get()).run()) {
    if (!result.value) throw error("measure: the callable failed: " + result.failure);
    measured.push_back(std::move(*result.value));
  }
  return measured;
}

/// Times one callable: warm-up, cold caches unless asked otherwise, gated events on a GPU, median with its
/// interval, the timer's own share removed where it is known. Throws assay::error when the callable fails.
///
///   auto time = assay::measure<assay::cuda>([&](cudaStream_t s) { kernel<<<g, b, 0, s>>>(args); });
template <backend Backend, class Function>
[[nodiscard]] measurement measure(Function&& function, const measure_options& options = {}) {
  return std::move(measure_together<Backend>(options, function).front());
}

}  // namespace assay
