// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <exception>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/numeric/element.hpp"
#include "assay/suite/expected_values.hpp"
#include "assay/suite/plan.hpp"

/// What other harnesses would say of the same candidates, emulated from their published sources: how often
/// they launch, with which inputs, what they compare and how closely. Theirs are PyTorch programs; here the
/// reference is the oracle, rounded to the type of the output as PyTorch's result would be.
namespace zoo {

/// A candidate of one case in the hands of a harness that allocates as PyTorch does: outputs hold what was in
/// that memory before, at first zeros, and what is written beside a tensor hits nobody.
class peer_case {
 public:
  peer_case(assay::device& target, const assay::plan_item& item)
      : device_(target),
        problem_(std::make_unique<assay::declared_problem>(*item.definition, item.positions)) {
    for (const assay::declared_candidate& c : problem_->candidates())
      if (c.name == item.candidates.front()) candidate_ = &c;
    for (int set = 0; set < sets; ++set) {
      places_.emplace_back();
      for (const assay::declared_tensor& t : problem_->tensors()) allocate(t.bytes());
      for (const assay::tensor_slot& w : problem_->workspaces()) allocate(w.count);
    }
    bind(0);
  }
  peer_case(const peer_case&) = delete;
  peer_case& operator=(const peer_case&) = delete;
  ~peer_case() {
    state_.reset();
    problem_.reset();  // before the memory: a candidate may wait for its own threads here
    try {
      device_.synchronize();
    } catch (const std::exception&) {  // the next call will say so
    }
  }

  /// Inputs of another seed at the same addresses.
  void refresh(std::uint64_t seed) {
    for (const assay::declared_tensor& t : problem_->tensors())
      if (t.role != assay::tensor_role::output)
        device_.fill({t.slot.data, t.type, t.slot.count, t.how, seed, static_cast<std::uint32_t>(t.slot.id)});
    state_.reset();
  }
  /// All tensors at other addresses; there are two sets of them.
  void relocate() {
    bind((bound_ + 1) % sets);
    state_.reset();
  }
  /// The prepare step where inputs have changed since the last, and a launch. Throws what went wrong.
  void launch() {
    if (candidate_->prepare && !state_) {
      const assay::prepared_state made = candidate_->prepare(device_.stream());
      state_ = std::shared_ptr<void>(made.object, made.destroy);
    }
    candidate_->launch(device_.stream(), state_.get());
    device_.check_launch();
  }
  /// `accepts(type, got, expected)` for each output; `expected` as reference_values gives it.
  template <class Accepts>
  [[nodiscard]] bool check(const std::vector<std::vector<double>>& expected, const Accepts& accepts) {
    device_.synchronize();
    for (const assay::declared_tensor& t : problem_->tensors()) {
      if (t.role == assay::tensor_role::input) continue;
      std::vector<std::uint8_t> raw(static_cast<std::size_t>(t.bytes()));
      if (!raw.empty()) device_.copy_to_host(raw.data(), t.slot.data, t.bytes());
      std::vector<double> got(static_cast<std::size_t>(t.slot.count));
      for (std::size_t i = 0; i < got.size(); ++i)
        got[i] = assay::load_element(t.type, raw.data(), static_cast<std::int64_t>(i));
      if (!accepts(t.type, got, expected[static_cast<std::size_t>(t.slot.id)])) return false;
    }
    return true;
  }

 private:
  static constexpr int sets = 2;
  static constexpr std::int64_t margin = 4096;  // bytes on both sides

  void allocate(std::int64_t bytes) {
    buffers_.emplace_back(device_, bytes + 2 * margin);
    device_.set_bytes(buffers_.back().data(), 0, bytes + 2 * margin);
    places_.back().push_back(static_cast<std::uint8_t*>(buffers_.back().data()) + margin);
  }
  void bind(int set) {
    bound_ = set;
    std::size_t next = 0;
    for (assay::declared_tensor& t : problem_->tensors())
      t.slot.data = places_[static_cast<std::size_t>(set)][next++];
    for (assay::tensor_slot& w : problem_->workspaces())
      w.data = places_[static_cast<std::size_t>(set)][next++];
  }

  assay::device& device_;
  std::unique_ptr<assay::declared_problem> problem_;
  const assay::declared_candidate* candidate_ = nullptr;
  std::deque<assay::device_buffer> buffers_;
  std::vector<std::vector<void*>> places_;  ///< [set][tensor, then workspace]
  int bound_ = 0;
  std::shared_ptr<void> state_;
};

/// What is right for a case and a seed: the outputs in their own types, by tensor. Kept until another case is
/// asked for, since all candidates of a case share them.
class reference_values {
 public:
  const std::vector<std::vector<double>>& of(const assay::plan_item& item, std::uint64_t seed) {
    const std::string name = item.definition->name + (" " + assay::to_string(item.values));
    if (name != case_) by_seed_.clear();
    case_ = name;
    const auto [at, added] = by_seed_.try_emplace(seed);
    if (added) {
      assay::declared_problem problem(*item.definition, item.positions);
      constexpr std::int64_t all = std::numeric_limits<std::int64_t>::max();
      const assay::expected_values expected(problem, seed, all);
      for (const assay::declared_tensor& t : problem.tensors()) {
        at->second.emplace_back();
        if (t.role == assay::tensor_role::input) continue;
        for (const double value : expected.output(t.slot.id).values)
          at->second.back().push_back(assay::round_to(t.type, value));
      }
    }
    return at->second;
  }

 private:
  std::string case_;
  std::map<std::uint64_t, std::vector<std::vector<double>>> by_seed_;
};

struct closeness {
  double absolute, relative;
  [[nodiscard]] double allows(double expected) const { return absolute + relative * std::fabs(expected); }
};

/// torch.isclose with equal_nan=False, for all elements: infinities are close to themselves, NaN to nothing.
[[nodiscard]] inline bool all_close(const std::vector<double>& got, const std::vector<double>& expected,
                                    closeness bound) {
  for (std::size_t i = 0; i < got.size(); ++i)
    if (!(got[i] == expected[i] ||
          (std::isfinite(expected[i]) && std::fabs(got[i] - expected[i]) <= bound.allows(expected[i]))))
      return false;
  return true;
}

/// KernelBench (ScalingIntelligence/KernelBench, src/kernelbench/eval.py, run_and_check_correctness): five
/// trials with other random inputs, all of one shape, before anything is timed; torch.allclose with 1e-4 for
/// fp32 and 1e-2 for 16-bit types, both absolute and relative (get_tolerance_for_precision). Timed calls are
/// not checked, and inputs not either: the reference runs first.
[[nodiscard]] inline bool kernelbench_accepts(assay::device& device,
                                              const std::vector<assay::plan_item>& cases,
                                              reference_values& references) {
  constexpr int trials = 5;
  peer_case one(device, cases.front());
  for (std::uint64_t seed = 1; seed <= trials; ++seed) {
    one.refresh(seed);
    one.launch();
    const bool right =
        one.check(references.of(cases.front(), seed), [](assay::dtype type, auto& got, auto& expected) {
          const double bound =
              type == assay::dtype::fp32 || type == assay::dtype::fp64 || !is_floating(type) ? 1e-4 : 1e-2;
          return all_close(got, expected, {bound, bound});
        });
    if (!right) return false;
  }
  return true;
}

/// A unit test with torch.testing.assert_close and its defaults (torch/testing/_comparison.py,
/// _DTYPE_PRECISIONS; types that are not listed there have to be equal): one launch at each shape.
[[nodiscard]] inline bool torch_accepts(assay::device& device, const std::vector<assay::plan_item>& cases,
                                        reference_values& references) {
  for (const assay::plan_item& item : cases) {
    peer_case one(device, item);
    one.refresh(1);
    one.launch();
    const bool right = one.check(references.of(item, 1), [](assay::dtype type, auto& got, auto& expected) {
      const closeness bound = type == assay::dtype::fp64   ? closeness{1e-7, 1e-7}
                              : type == assay::dtype::fp32 ? closeness{1e-5, 1.3e-6}
                              : type == assay::dtype::fp16 ? closeness{1e-5, 1e-3}
                              : type == assay::dtype::bf16 ? closeness{1e-5, 1.6e-2}
                                                           : closeness{0, 0};
      return all_close(got, expected, bound);
    });
    if (!right) return false;
  }
  return true;
}

/// KernelBot's leaderboard mode (gpu-mode/kernelbot, examples/eval.py, _run_single_benchmark with recheck):
/// an obligatory check, then timed calls, each with inputs of another seed and each checked against the
/// reference on a copy of the inputs. Up to 100 timed calls there, 20 here. Problems choose their tolerance;
/// 1e-3 is what most of them choose, 2e-2 those in bf16 and below (gpu-mode/reference-kernels,
/// make_match_reference). Its verbose_allclose asks whether the difference is greater than that, and apart
/// from that for NaN and infinities in one of the two alone.
[[nodiscard]] inline bool kernelbot_accepts(assay::device& device, const std::vector<assay::plan_item>& cases,
                                            reference_values& references) {
  constexpr std::uint64_t timed_calls = 100, inputs = 20;
  for (const assay::plan_item& item : cases) {
    peer_case one(device, item);
    for (std::uint64_t call = 0; call <= timed_calls; ++call) {
      const std::uint64_t seed = 1 + call % inputs;
      if (call > 0) one.relocate();  // new inputs are made while the old ones still live
      one.refresh(seed);
      one.launch();
      const bool right =
          one.check(references.of(item, seed), [](assay::dtype type, auto& got, auto& expected) {
            const double bound = !is_floating(type) ? 0 : assay::unit_roundoff(type) >= 0x1p-8 ? 2e-2 : 1e-3;
            for (std::size_t i = 0; i < got.size(); ++i)
              if (std::fabs(got[i] - expected[i]) > closeness{bound, bound}.allows(expected[i]) ||
                  std::isnan(got[i]) != std::isnan(expected[i]) ||
                  (std::isinf(got[i]) || std::isinf(expected[i]) ? got[i] != expected[i] : false))
                return false;
            return true;
          });
      if (!right) return false;
    }
  }
  return true;
}

/// SOL-ExecBench (NVIDIA/SOL-ExecBench, eval_driver.py and correctness.py): ten rounds with fresh inputs;
/// then timed calls that are not checked, but for one with inputs of its own at an index that cannot be
/// foreseen. 99 % of the elements have to lie within 1e-2, absolute plus relative; none may be NaN or
/// infinite, and not all of them zero.
[[nodiscard]] inline bool sol_execbench_accepts(assay::device& device,
                                                const std::vector<assay::plan_item>& cases,
                                                reference_values& references) {
  constexpr int rounds = 10, timed_calls = 60, audited = 37;
  const auto accepts = [](assay::dtype, const std::vector<double>& got, const std::vector<double>& expected) {
    std::size_t outside = 0;
    bool got_any = false, expected_any = false;
    for (std::size_t i = 0; i < got.size(); ++i) {
      if (!std::isfinite(got[i]) || !std::isfinite(expected[i])) return false;
      got_any = got_any || got[i] != 0;
      expected_any = expected_any || expected[i] != 0;
      outside += std::fabs(got[i] - expected[i]) > closeness{1e-2, 1e-2}.allows(expected[i]);
    }
    return (got_any || !expected_any) &&
           static_cast<double>(outside) <= 0.01 * static_cast<double>(got.size());
  };
  for (const assay::plan_item& item : cases) {
    peer_case one(device, item);
    std::uint64_t seed = 0;
    for (int round = 0; round < rounds; ++round) {
      one.refresh(++seed);
      one.launch();
      if (!one.check(references.of(item, seed), accepts)) return false;
    }
    const std::uint64_t timed_seed = seed;
    for (int call = 0; call < timed_calls; ++call) {
      if (call == audited) {
        one.relocate();
        one.refresh(++seed);
      }
      one.launch();
      device.synchronize();
      if (call == audited) {
        if (!one.check(references.of(item, seed), accepts)) return false;
        one.relocate();
        one.refresh(timed_seed);
      }
    }
  }
  return true;
}

/// A harness with a name.
struct peer {
  const char* name;
  bool (*accepts)(assay::device&, const std::vector<assay::plan_item>&, reference_values&);
};
inline constexpr peer peers[] = {{"KernelBench", kernelbench_accepts},
                                 {"torch defaults", torch_accepts},
                                 {"KernelBot", kernelbot_accepts},
                                 {"SOL-ExecBench", sol_execbench_accepts}};

/// Whether a peer would accept the candidate. What it throws, or leaves behind as an error, rejects it.
[[nodiscard]] inline bool accepted(const peer& by, assay::device& device,
                                   const std::vector<assay::plan_item>& cases, reference_values& references) {
  bool result = false;
  try {
    result = by.accepts(device, cases, references);
  } catch (const assay::device_error& e) {
    if (e.lost()) throw;
  } catch (const std::exception&) {
  }
  assay::discard_errors(device);
  return result;
}

/// Seconds of a launch as a harness sees them that checks first and then times the same call again and again:
/// the median of 100 between two events each.
[[nodiscard]] inline double claimed_time(assay::device& device, const assay::plan_item& item) {
  constexpr int checked = 5, warm_up = 3, timed = 100;
  peer_case one(device, item);
  assay::event before(device), after(device);
  for (std::uint64_t seed = 1; seed <= checked; ++seed) {
    one.refresh(seed);
    one.launch();
    device.synchronize();
  }
  std::vector<double> seconds;
  for (int i = 0; i < warm_up + timed; ++i) {
    before.record();
    one.launch();
    after.record();
    const double elapsed = before.seconds_until(after);
    device.synchronize();
    if (i >= warm_up) seconds.push_back(elapsed);
  }
  std::nth_element(seconds.begin(), seconds.begin() + timed / 2, seconds.end());
  return seconds[timed / 2];
}

/// Seconds until the whole device is done with what the candidate does the first time, its prepare step
/// included, as the host sees them: the least of three candidates that know nothing of each other.
[[nodiscard]] inline double true_time(assay::device& device, const assay::plan_item& item) {
  double least = INFINITY;
  for (std::uint64_t seed = 101; seed <= 103; ++seed) {
    peer_case one(device, item);
    one.refresh(seed);
    device.synchronize();
    const double start = device.now();
    one.launch();
    device.synchronize();
    least = std::min(least, device.now() - start);
  }
  return least;
}

}  // namespace zoo
