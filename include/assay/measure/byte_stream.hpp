// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/measure/measure_options.hpp"
#include "assay/measure/measurement.hpp"
#include "assay/measure/sampler.hpp"

namespace assay {

/// What a device needs to read and to write so many bytes and nothing else.
struct byte_stream_time {
  measurement time;    ///< of the best shape, for the bytes that were moved
  double scale = 1.0;  ///< declared bytes / bytes moved; above 1 where memory did not suffice for all
  int shape = 0;       ///< of stream_job
};

/// Times a stream of so many bytes from fresh memory and to fresh memory, as a candidate is timed: same
/// events, same cache state (cold for rotate: no launch finds anything of the stream's own), the best of all
/// shapes. Beyond 1 GiB, and a quarter of what is free, a part of the bytes stands for all: a stream that
/// long has one speed. Absent where the device has no such thing. Throws out_of_memory, usage_error for
/// negative bytes.
[[nodiscard]] inline std::optional<byte_stream_time> time_byte_stream(device& target, double read,
                                                                      double written,
                                                                      const measure_options& options) {
  if (!(read >= 0) || !(written >= 0) || !std::isfinite(read + written))
    throw usage_error("time_byte_stream: bytes must be finite numbers of at least 0");
  const double most = std::min(static_cast<double>(1 << 30), static_cast<double>(target.free_memory()) / 4);
  const double scale = std::max(1.0, std::max(read, written) / std::max(most, 1.0));
  const auto whole = [scale](double bytes) {  // up to the next 16, so that no byte is left out
    return static_cast<std::int64_t>(std::ceil(bytes / scale / 16)) * 16;
  };
  const device_buffer from(target, whole(read)), to(target, whole(written));
  // Fresh memory may not be backed by DRAM until it is written.
  if (from.bytes() > 0) target.set_bytes(from.data(), 0x5A, from.bytes());
  if (to.bytes() > 0) target.set_bytes(to.data(), 0x5A, to.bytes());

  bool exists = true;
  std::vector<measure_job> jobs;
  for (int shape = 0; shape < stream_shapes; ++shape) {
    const stream_job stream{from.data(), from.bytes(), to.data(), to.bytes(), shape};
    measure_job job;
    job.name = "byte stream";
    job.launch = [&target, &exists, stream] { exists = target.stream_bytes(stream) && exists; };
    jobs.push_back(std::move(job));
  }
  jobs.front().launch();
  if (!exists) return std::nullopt;
  target.synchronize();

  measure_options how = options;
  how.mode = launch_mode::plain;
  if (how.cache == cache_state::rotate) how.cache = cache_state::cold;
  how.precision = std::max(options.precision, 0.01);
  how.time_budget = std::min(options.time_budget, 0.1);
  how.cupti = how.energy = false;
  std::optional<byte_stream_time> best;
  std::vector<measure_result> results = sampler(target, jobs, how).run();
  for (int shape = 0; shape < stream_shapes; ++shape) {
    measure_result& one = results[static_cast<std::size_t>(shape)];
    if (!one.value) throw error("the byte stream: " + one.failure);
    if (!best || one.value->time().median < best->time.time().median)
      best = byte_stream_time{std::move(*one.value), scale, shape};
  }
  return best;
}

/// How a candidate's time stands to that of its own byte stream.
struct stream_comparison {
  /// `clear`: not clearly faster. `doubtful`: by more than 10 %, which no better loop was seen to gain.
  /// `beyond`: by more than 25 %, which none can. `too_short`: the stream takes less than 10 µs, of which
  /// launching is too large a part. `untimed`: not even the stream's time is surely above 0, as where a
  /// device does nothing, and nothing can be held against that.
  enum class standing { clear, doubtful, beyond, too_short, untimed };
  standing what = standing::clear;
  double candidate = 0;  ///< s, the upper end
  double stream = 0;     ///< s, the lower end, of all declared bytes
};

/// Holds a candidate against its own byte stream: interval against interval, net times where both have one.
[[nodiscard]] inline stream_comparison compare_with_stream(const measurement& candidate,
                                                           const byte_stream_time& stream) {
  constexpr double least = 10e-6, doubtful = 0.90, beyond = 0.75;
  const bool net = candidate.net && stream.time.net;
  const estimate& mine = net ? *candidate.net : candidate.raw;
  const estimate& own = net ? *stream.time.net : stream.time.raw;
  stream_comparison result;
  result.candidate = mine.upper.value_or(mine.median);
  result.stream = own.lower.value_or(own.median) * stream.scale;
  if (!(own.lower.value_or(own.median) > 0))
    result.what = stream_comparison::standing::untimed;
  else if (result.stream < least)
    result.what = stream_comparison::standing::too_short;
  else if (result.candidate < beyond * result.stream)
    result.what = stream_comparison::standing::beyond;
  else if (result.candidate < doubtful * result.stream)
    result.what = stream_comparison::standing::doubtful;
  return result;
}

}  // namespace assay
