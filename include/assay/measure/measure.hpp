// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>
#include <utility>

#include "assay/backend/devices.hpp"
#include "assay/core/error.hpp"
#include "assay/measure/sampler.hpp"

namespace assay {

/// Times one callable, which enqueues its work on the stream it is given (or takes no argument): warm-up,
/// cold caches unless asked otherwise, gated events on a GPU, median with its interval. Throws assay::error
/// when the callable fails.
///
///   auto time = assay::measure<assay::cuda>([&](cudaStream_t s) { kernel<<<g, b, 0, s>>>(args); });
template <backend Backend, class Function>
[[nodiscard]] measurement measure(Function&& function, const measure_options& options = {}) {
  device& target = device_of<Backend>();
  measure_job job;
  job.launch = [&] {
    if constexpr (std::is_invocable_v<Function&, typename Backend::stream_type>)
      function(Backend::stream(target.stream()));
    else
      function();
  };
  std::vector<measure_result> results = sampler(target, {&job, 1}, options).run();
  if (!results.front().value) throw error("measure: the callable failed: " + results.front().failure);
  return std::move(*results.front().value);
}

}  // namespace assay
