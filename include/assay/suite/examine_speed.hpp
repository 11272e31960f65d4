// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/core/format.hpp"
#include "assay/measure/byte_stream.hpp"
#include "assay/monitor/monitor.hpp"
#include "assay/roofline/ceilings.hpp"
#include "assay/suite/case_entry.hpp"
#include "assay/suite/case_judge.hpp"
#include "assay/suite/case_stage.hpp"
#include "assay/suite/diagnosis.hpp"
#include "assay/suite/faster_than_light.hpp"
#include "assay/suite/speed_experiments.hpp"
#include "assay/suite/touched_bytes.hpp"
#include "assay/verify/apparent_precision.hpp"

namespace assay {

/// Holds a candidate's time against what is possible and, where it is better than that, finds out why: a
/// ladder of questions, each answered by an experiment, up to the first that explains the time
/// (docs/design.md, "Faster than light"). A time that is possible costs nothing but a stream of the same
/// bytes, where wants_byte_stream() asks for it.
class speed_examiner {
 public:
  /// `clocks` may be null. `progress` is told what is being done.
  template <class Progress>
  speed_examiner(case_stage& stage, case_judge& judge, const ceilings& limits, monitor* clocks,
                 Progress&& progress)
      : stage_(stage),
        judge_(judge),
        limits_(limits),
        experiments_(stage, judge, clocks),
        device_(stage.target),
        progress_(std::forward<Progress>(progress)) {}

  /// Leaves a verdict and a diagnosis in the record of a candidate that is too fast. Returns whether it did.
  /// Throws device_error when the device is lost, and nothing else of what a candidate does.
  bool examine(case_entry& e) {
    record& r = e.result;
    if (!r.time) return false;
    entry_ = &e;
    found_ = {};
    stream_.reset();
    const std::optional<impossible_time> breach = faster_than_light(r, limits_, device_.info());
    limit_beaten_ = breach.has_value();
    beaten_ = breach ? breach->beaten : resource::dram;
    if (!breach) {
      if (!wants_byte_stream(r, limits_, device_.info())) return false;
      ask("byte-stream", &speed_examiner::byte_stream);
      if (!stream_ || !is_faster(stream_->what)) {
        r.diagnosis = std::move(found_);
        return false;
      }
    }
    climb();
    conclude(r, breach);
    return true;
  }

 private:
  using standing = stream_comparison::standing;
  using question = diagnosis_rung (speed_examiner::*)();

  /// From the cheapest cause to the rarest, as facts about such times are: but what was found out while it
  /// was timed comes first.
  void climb() {
    struct rung {
      const char* name;
      question ask;
    };
    static constexpr rung ladder[] = {
        {"escaped-work", &speed_examiner::seen_escaping}, {"warm-cache", &speed_examiner::warm_cache},
        {"byte-stream", &speed_examiner::byte_stream},    {"bytes", &speed_examiner::bytes},
        {"arithmetic", &speed_examiner::arithmetic},      {"clock", &speed_examiner::clock},
        {"escaped-work", &speed_examiner::escaped_work}};
    for (const rung& next : ladder) {
      if (found_.cause()) return;
      if (next.ask == &speed_examiner::seen_escaping && !has_error_finding()) continue;
      if (next.ask == &speed_examiner::byte_stream && stream_) continue;  // it was what started this
      ask(next.name, next.ask);
    }
  }

  /// What goes wrong while a question is asked leaves it open.
  void ask(const char* name, question which) {
    progress_(std::string(name) + " of " + entry_->candidate->name);
    diagnosis_rung rung;
    try {
      rung = (this->*which)();
    } catch (const device_error& e) {
      if (e.lost()) throw;
      rung = not_tried(e.what());
      discard_errors(device_);
    } catch (const std::exception& e) {
      rung = not_tried(e.what());
      discard_errors(device_);
    } catch (...) {
      rung = not_tried("it threw something that is not a std::exception");
      discard_errors(device_);
    }
    rung.rung = name;
    found_.rungs.push_back(std::move(rung));
  }

  // The questions.

  /// Work beside the stream, or nothing on it, was found while the samples were taken.
  diagnosis_rung seen_escaping() {
    for (const finding& f : time().findings)
      if (f.level == severity::error) return {"", rung_outcome::cause, f.message, f.numbers};
    return not_tried("nothing was found while it was timed");
  }

  /// Is it slower when the caches are emptied more thoroughly, or when it never meets its data again?
  diagnosis_rung warm_cache() {
    if (beaten_ != resource::dram) return not_tried("the limit that is beaten is not of memory");
    diagnosis_rung rung = cleared("");
    for (const cache_state state : {cache_state::cold, cache_state::rotate}) {
      std::optional<larger_sweep> thorough;
      std::string what = "other copies of the tensors each time";
      if (state == cache_state::cold) {
        thorough.emplace(device_, stage_.options.measure.gate_timeout);
        what = "a sweep of " + format_bytes(static_cast<double>(device_.sweep.bytes));
      }
      std::optional<measurement> again;
      try {
        again = experiments_.time_again(*entry_, state);
      } catch (const device_error& e) {
        if (e.lost()) throw;
        discard_errors(device_);
        rung.message += (rung.message.empty() ? "" : ", ") + what + " could not be tried: " + e.what();
        continue;
      }
      const estimate& now = again->time();
      rung.numbers.emplace_back(state == cache_state::cold ? "larger_sweep_seconds" : "rotating_seconds",
                                now.median);
      if (is_possible(*again) && now.median > upper(time().time()))
        return {"", rung_outcome::cause,
                "its data were still in a cache: with " + what + " it takes " + format_time(now.median),
                std::move(rung.numbers)};
      rung.message +=
          (rung.message.empty() ? "" : ", ") + ("with " + what) + " it takes " + format_time(now.median);
    }
    return rung;
  }

  /// Is it faster than moving its declared bytes and nothing else?
  diagnosis_rung byte_stream() {
    if (beaten_ != resource::dram) return not_tried("the limit that is beaten is not of memory");
    const record& r = entry_->result;
    const auto stream =
        time_byte_stream(device_, r.work.dram_bytes_read, r.work.dram_bytes_written, experiments_.quick());
    if (!stream) return not_tried("the backend has no byte stream");
    stream_ = compare_with_stream(time(), *stream);
    std::string said = "a stream of the declared bytes takes " + format_time(stream_->stream);
    for (const finding& f : stream->time.findings)
      if (f.code == "not-calibrated") said += " (" + f.message + ")";
    std::vector<std::pair<std::string, double>> numbers = {{"candidate_seconds", stream_->candidate},
                                                           {"stream_seconds", stream_->stream},
                                                           {"scale", stream->scale},
                                                           {"shape", static_cast<double>(stream->shape)}};
    if (stream_->what == standing::untimed)
      return {"", rung_outcome::not_tried, said + ", which is no time: nothing can be held against it",
              std::move(numbers)};
    if (stream_->what == standing::too_short)
      return {"", rung_outcome::not_tried, said + ", too little to tell anything", std::move(numbers)};
    if (limit_beaten_ && stream->scale == 1.0) {
      measurement own = stream->time;
      own.cache = time().cache;
      if (!is_possible(own)) {
        limit_is_wrong_ = true;
        return {"", rung_outcome::cause, said + " and beats the limit as well: the limit is wrong",
                std::move(numbers)};
      }
    }
    if (stream_->what == standing::clear) return {"", rung_outcome::cleared, said, std::move(numbers)};
    return {"", rung_outcome::evidence,
            said + " here, of the candidate " + format_time(stream_->candidate) +
                ": it does not move all of them, or its time does not hold all it does",
            std::move(numbers)};
  }

  /// Are more bytes declared than the tensors have, or than the candidate reads and writes?
  diagnosis_rung bytes() {
    const work& declared = entry_->result.work;
    double held_read = 0, held_written = 0;
    for (const declared_tensor& t : stage_.problem.tensors()) {
      if (t.role != tensor_role::output) held_read += static_cast<double>(t.bytes());
      if (t.role != tensor_role::input) held_written += static_cast<double>(t.bytes());
    }
    diagnosis_rung rung = cleared("");
    work needed = declared;
    needed.dram_bytes_read = std::min(needed.dram_bytes_read, held_read);
    needed.dram_bytes_written = std::min(needed.dram_bytes_written, held_written);
    if (needed.dram_bytes() < declared.dram_bytes()) {
      rung.numbers = {{"declared_bytes", declared.dram_bytes()}, {"held_bytes", needed.dram_bytes()}};
      rung.message = format_bytes(declared.dram_bytes()) + " are declared, its tensors need no more than " +
                     format_bytes(needed.dram_bytes());
      rung.outcome = is_possible_with(needed) ? rung_outcome::cause : rung_outcome::evidence;
      if (rung.outcome == rung_outcome::cause) return rung;
    }
    constexpr double seconds = 2.0;
    std::string words;
    for (const untouched_share& u : touch_probe(stage_).run(*entry_, seconds)) {
      const bool output = u.role == tensor_role::output;
      rung.numbers.emplace_back((output ? "unwritten " : "unread ") + u.tensor, u.share.share);
      if (u.share.lower < 0.02) continue;
      (output ? held_written : held_read) -= u.share.share * u.bytes;
      words += (words.empty() ? "about " : ", about ") + format_share(u.share.share) + " of '" + u.tensor +
               "'" + (output ? " is not written" : " makes no difference to it");
    }
    needed.dram_bytes_read = std::clamp(held_read, 0.0, needed.dram_bytes_read);
    needed.dram_bytes_written = std::clamp(held_written, 0.0, needed.dram_bytes_written);
    if (words.empty()) {
      if (rung.message.empty())
        rung.message = "all that it is given makes a difference, all outputs are written";
      return rung;
    }
    if (entry_->candidate->prepare) words += " (its prepare step may have kept what is needed of it)";
    const bool right = entry_->result.verdict.outcome == outcome::correct;
    rung.message += (rung.message.empty() ? "" : "; ") + words + ": " +
                    (right ? "not all declared bytes are needed"
                           : "they are not needed, or the result is wrong, which nobody has checked");
    // Of operations nobody can say how many go with those bytes.
    const bool explained = !is_bytes(beaten_) || is_possible_with(needed);
    rung.outcome = explained ? rung_outcome::cause : rung_outcome::evidence;
    return rung;
  }

  /// Is the result right, and do its errors look like those of the declared arithmetic?
  diagnosis_rung arithmetic() {
    verdict seen = entry_->result.verdict;
    if (seen.comparisons.empty()) {
      stage_.memory->bind(0);
      stage_.memory->use_data_set(0);
      stage_.launch_once(*entry_);
      seen = judge_.judge(*stage_.memory);
    }
    if (seen.outcome == outcome::wrong || seen.outcome == outcome::invalid)
      return {"", rung_outcome::cause, "its result is wrong: " + seen.reason, {}};
    if (seen.comparisons.empty()) return not_tried("nothing tells what is right: " + seen.reason);
    diagnosis_rung rung = cleared("its errors are those of the declared types");
    std::size_t next = 0;
    for (const declared_tensor& t : stage_.problem.tensors()) {
      if (t.role == tensor_role::input || next >= seen.comparisons.size()) continue;
      const comparison& c = seen.comparisons[next++];
      if (c.rms_expected > 0)
        rung.numbers.emplace_back("relative_error " + c.output, c.rms_error / c.rms_expected);
      const auto type = apparent_precision(c.rms_error, c.rms_expected, t.type);
      if (!type) continue;
      rung.message = "'" + c.output + "' looks computed in " + *type;
      // Fewer bytes follow from a narrower type only where it is stored.
      rung.outcome = is_bytes(beaten_) ? rung_outcome::evidence : rung_outcome::cause;
      return rung;
    }
    if (!is_bytes(beaten_)) {
      rung.outcome = rung_outcome::evidence;
      rung.message =
          "it is right to the last bits, so another algorithm may do with fewer operations than declared";
    }
    return rung;
  }

  /// Did the device run faster than the limit assumes?
  diagnosis_rung clock() {
    const std::optional<double> seen = time().clock,
                                assumed = limits_.clock() ? limits_.clock() : device_.info().max_clock;
    if (!seen || !assumed || *assumed <= 0)
      return not_tried(seen ? "the device does not tell its highest clock" : "the clock was not read");
    diagnosis_rung rung = cleared("the clock was " + format_number(*seen * 1e-6) + " MHz of at most " +
                                  format_number(*assumed * 1e-6));
    rung.numbers = {{"clock", *seen}, {"highest_clock", *assumed}};
    constexpr double uncertainty = 0.005;  // of a reading over some milliseconds
    if (*seen <= *assumed * (1 + uncertainty)) return rung;
    rung.outcome = rung_outcome::evidence;
    if (is_bytes(beaten_)) return rung;  // memory has a clock of its own
    ceilings raised = limits_;
    for (std::size_t i = 0; i < resource_count; ++i)
      if (const ceiling* roof = limits_.find(static_cast<resource>(i)); roof && !is_bytes(roof->resource)) {
        ceiling higher = *roof;
        higher.rate *= *seen / *assumed;
        raised.set(std::move(higher));
      }
    if (faster_than_light(entry_->result, raised, device_.info())) return rung;
    limit_is_wrong_ = true;
    rung.outcome = rung_outcome::cause;
    rung.message += ": the limit assumes too low a clock";
    return rung;
  }

  /// Is anything done that the events do not see: by a clock on the wall, by the count of kernels, by
  /// CUPTI where it was asked?
  diagnosis_rung escaped_work() {
    diagnosis_rung rung = cleared("");
    const auto add = [&](const std::string& words) {
      rung.message += (rung.message.empty() ? "" : ", ") + words;
    };
    const double event_time = upper(time().raw), host_time = time().host_time.value_or(0.0);

    // Back to back until the whole device is idle: what overlaps the next launch must end some time.
    const double wall = experiments_.wall_seconds(*entry_);
    rung.numbers.emplace_back("wall_seconds", wall);
    add("launches back to back take " + format_time(wall) + " each");
    // Launches come no faster than the host makes them, and each is followed by a gap.
    constexpr double gap = 5e-6, more = 1.2;
    if (wall > more * std::max(event_time, host_time) + gap)
      return {"", rung_outcome::cause,
              "work escapes the timing: launches back to back keep the device busy for " + format_time(wall) +
                  " each",
              std::move(rung.numbers)};

    const launch_facts captured = experiments_.capture(*entry_);
    if (captured.absent.empty() && time().kernels) {
      const auto inside = static_cast<double>(captured.kernels.size()) + captured.copies + captured.others;
      rung.numbers.emplace_back("kernels", static_cast<double>(*time().kernels));
      rung.numbers.emplace_back("kernels_in_stream", inside);
      add("its stream has " + format_number(inside) + " of " + std::to_string(*time().kernels) + " kernels");
      if (static_cast<double>(*time().kernels) > inside)
        return {"", rung_outcome::cause,
                "work escapes the timing: a launch runs " + std::to_string(*time().kernels) +
                    " kernels, and its stream knows of " + format_number(inside),
                std::move(rung.numbers)};
    }
    // Not started for this: a process that has once used CUPTI has longer events in all cases that follow.
    if (!time().cupti) return rung;
    rung.numbers.emplace_back("cupti_seconds", time().cupti->median);
    add("CUPTI has " + format_time(time().cupti->median));
    constexpr double stamps = 5e-6;  // what CUPTI adds to calls of several operations, at most
    if (time().cupti->lower.value_or(time().cupti->median) > more * event_time + stamps)
      return {
          "", rung_outcome::cause,
          "work escapes the timing: by CUPTI's records a launch takes " + format_time(time().cupti->median),
          std::move(rung.numbers)};
    return rung;
  }

  // What they need.

  [[nodiscard]] const measurement& time() const { return *entry_->result.time; }
  [[nodiscard]] static double upper(const estimate& e) { return e.upper.value_or(e.median); }
  [[nodiscard]] static bool is_faster(standing s) { return s == standing::doubtful || s == standing::beyond; }
  [[nodiscard]] static diagnosis_rung cleared(const std::string& why) {
    return {"", rung_outcome::cleared, why, {}};
  }
  [[nodiscard]] static diagnosis_rung not_tried(const std::string& why) {
    return {"", rung_outcome::not_tried, why, {}};
  }
  [[nodiscard]] bool has_error_finding() const {
    return std::any_of(time().findings.begin(), time().findings.end(),
                       [](const finding& f) { return f.level == severity::error; });
  }

  /// Whether that time would be possible for the declared work.
  [[nodiscard]] bool is_possible(const measurement& of) const {
    record r;
    r.work = entry_->result.work;
    r.time = of;
    r.time->cache = time().cache;
    if (limit_beaten_) return !faster_than_light(r, limits_, device_.info());
    return upper(of.time()) >= possible_share * stream_->stream;
  }
  /// Whether the time would be possible for other work.
  [[nodiscard]] bool is_possible_with(const work& other) const {
    record r;
    r.work = other;
    r.time = time();
    if (limit_beaten_) return !faster_than_light(r, limits_, device_.info());
    const double share = other.dram_bytes() / entry_->result.work.dram_bytes();
    return stream_->candidate >= possible_share * stream_->stream * share;
  }
  static constexpr double possible_share = 0.90;  ///< of the stream's time; see stream_comparison

  /// The verdict: `invalid`, or `suspect` where it is the limit that does not hold, or where only the stream
  /// is beaten and not by much.
  void conclude(record& r, const std::optional<impossible_time>& breach) {
    const std::string beaten = breach
                                   ? breach->describe()
                                   : "faster than its own byte stream: " + format_time(stream_->candidate) +
                                         ", where reading and writing the declared bytes alone takes " +
                                         format_time(stream_->stream);
    const bool weak = !breach && stream_->what == standing::doubtful;
    r.verdict.outcome = limit_is_wrong_ || weak ? outcome::suspect : outcome::invalid;
    r.verdict.reason = beaten + ": " + found_.answer();
    r.diagnosis = std::move(found_);
    limit_is_wrong_ = false;
  }

  case_stage& stage_;
  case_judge& judge_;
  const ceilings& limits_;
  speed_experiments experiments_;
  device& device_;
  std::function<void(const std::string&)> progress_;
  case_entry* entry_ = nullptr;  ///< that is being examined
  diagnosis found_;
  std::optional<stream_comparison> stream_;
  resource beaten_ = resource::dram;
  bool limit_beaten_ = false, limit_is_wrong_ = false;
};

}  // namespace assay
