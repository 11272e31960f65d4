// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/backend/device.hpp"
#include "assay/core/error.hpp"
#include "assay/core/finding.hpp"
#include "assay/suite/apply_attack.hpp"
#include "assay/suite/case_memory.hpp"
#include "assay/suite/declared_problem.hpp"
#include "assay/suite/expected_values.hpp"
#include "assay/suite/run_options.hpp"
#include "assay/verify/compare.hpp"
#include "assay/verify/explain.hpp"
#include "assay/verify/fill_value.hpp"
#include "assay/verify/poison.hpp"
#include "assay/verify/power.hpp"
#include "assay/verify/verdict.hpp"

namespace assay {

/// Says what is right for a case and holds what lies on the device against it. Inputs come in data sets, of
/// which the first is the case itself; each has its own oracle values, asked for when they are first needed.
class case_judge {
 public:
  /// Launches the problem's device reference on the tensors as they are bound, waits, and throws what went
  /// wrong.
  using reference_launch = std::function<void(poison_variant)>;

  /// `trial_attack`: of a trial of fuzzing. Its inputs may be such that a right candidate has no rounding
  /// error; what the comparison can tell was found out with the case itself.
  case_judge(device& target, declared_problem& problem, const run_options& options,
             std::optional<attack> trial_attack, reference_launch reference)
      : device_(target),
        problem_(problem),
        options_(options),
        trial_attack_(trial_attack),
        launch_reference_(std::move(reference)) {}

  /// Finds what is right for the data set that is bound, with nothing of a candidate in the tensors yet.
  void ask_all(case_memory& memory) {
    ask(memory);
    if (unverifiable_.empty() && !ready(set_of(memory))) ask_reference(memory, set_of(memory));
  }
  /// The same for a data set beyond the case's own. What goes wrong there is the result, and changes nothing
  /// else; empty where nothing did.
  [[nodiscard]] std::string ask_another(case_memory& memory) {
    ask_all(memory);
    if (!unverifiable_.empty()) sets_.resize(memory.bound_set());
    return std::exchange(unverifiable_, "");
  }
  /// Asks the oracles for the data set that is bound, where that was not done yet; not the reference, which
  /// runs after a candidate. What goes wrong ends in unverifiable(); only a lost device is thrown.
  void ask(case_memory& memory) {
    data_set& set = set_of(memory);
    if (set.expected) return;
    const bool own = memory.bound_set() == 0;
    const auto start = std::chrono::steady_clock::now();
    try {
      set.expected =
          std::make_unique<expected_values>(problem_, memory.bound_seed(), options_.oracle_samples,
                                            options_.oracle_seconds, own ? 1.0 : share_of_sample());
      if (!problem_.device_oracles().empty()) {
        memory.reset();
        set.expected->run_on_device(device_);
        const memory_check after = memory.check();
        if (!after.clean()) unverifiable_ = "the oracle " + after.describe();
      }
    } catch (const device_error& e) {
      if (e.lost()) throw device_error("the oracle", e.code(), e.what(), "", true);
      unverifiable_ = "the oracle failed: " + std::string(e.what());
      discard_errors(device_);
    } catch (const std::exception& e) {
      unverifiable_ = e.what();
      discard_errors(device_);
    } catch (...) {
      unverifiable_ = "the oracle threw something that is not a std::exception";
      discard_errors(device_);
    }
    last_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (own) own_seconds_ = last_seconds_;
  }
  /// Whether the oracles can be asked for yet another data set. The second is worth a wait: without it all
  /// timed launches have the same values, and a result that was kept is as right as one that is computed.
  [[nodiscard]] bool can_ask_again() const {
    if (last_seconds_ < options_.oracle_seconds) return true;
    constexpr double patience = 10;
    const bool by_sample = !problem_.whole_oracle() && problem_.device_oracles().empty();
    return sets_.size() == 1 && (by_sample || own_seconds_ < patience * options_.oracle_seconds);
  }
  /// What the oracles took for the case's own values, s.
  [[nodiscard]] double own_seconds() const { return own_seconds_; }

  /// Why nothing can be verified; empty when it can.
  [[nodiscard]] const std::string& unverifiable() const { return unverifiable_; }
  /// What is worth knowing of what is right: an allclose that would let wrong results pass, and the like.
  [[nodiscard]] const std::vector<finding>& findings() const { return findings_; }
  /// Holds the tensors that are bound against what is right, inputs and red zones included. Waits.
  [[nodiscard]] verdict judge(case_memory& memory, poison_variant variant = poison_variant::first) {
    ask(memory);
    if (!unverifiable_.empty()) return {outcome::unverifiable, unverifiable_, {}};
    const memory_check check = memory.check();
    verdict result{outcome::correct, "", {}};
    // What was written out of bounds and a changed input come first: with them, outputs may be wrong or right
    // for any reason.
    if (!check.damage.empty()) blame(result, outcome::invalid, check.describe());
    for (const declared_tensor& t : problem_.tensors())
      if (std::find(check.changed_inputs.begin(), check.changed_inputs.end(), t.name) !=
          check.changed_inputs.end())
        blame(result, outcome::invalid, "changed the input " + describe_change(memory, t));

    data_set& set = set_of(memory);
    if (!ready(set)) {
      // The reference runs over the outputs, and after the candidate: nothing of it can be copied.
      std::vector<std::vector<std::uint8_t>> outputs;
      for (const declared_tensor& t : problem_.tensors())
        outputs.push_back(t.role == tensor_role::input ? std::vector<std::uint8_t>() : memory.download(t));
      ask_reference(memory, set);
      if (!unverifiable_.empty()) return {outcome::unverifiable, unverifiable_, {}};
      // Who looks at the outputs after this must not find the reference's.
      for (const declared_tensor& t : problem_.tensors())
        memory.upload(t, outputs[static_cast<std::size_t>(t.slot.id)]);
      test_power(memory, set);
      for (const declared_tensor& t : problem_.tensors())
        if (t.role != tensor_role::input)
          take(result, t, compare_here(set, t, outputs[static_cast<std::size_t>(t.slot.id)].data(), variant));
    } else {
      test_power(memory, set);
      for (const declared_tensor& t : problem_.tensors())
        if (t.role != tensor_role::input) take(result, t, compare_there(memory, set, t, variant));
    }
    if (!unverifiable_.empty()) return {outcome::unverifiable, unverifiable_, std::move(result.comparisons)};
    return result;
  }

  /// One output that is to be compared at the speed of the memory, in the stream; see read().
  struct enqueued {
    int slot;
    const declared_tensor* output;
    compare_rule rule;
    std::size_t job = 0;  ///< the caller's
  };
  /// Enqueues the comparison of every output that is bound, in slots from `slot` on. Nothing is waited for,
  /// unless what is right has to be brought to the device first. Throws out_of_memory where that cannot hold
  /// it.
  void enqueue(case_memory& memory, int slot, std::vector<enqueued>& to) {
    data_set& set = set_of(memory);
    if (!ready(set)) throw error("case_judge: what is right was not asked for");
    for (const declared_tensor& t : problem_.tensors()) {
      if (t.role == tensor_role::input) continue;
      const compare_job job = job_of(set, t, poison_variant::first);
      device_.compare(job, slot, false);
      to.push_back({slot++, &t, job.rule});
    }
  }
  /// What an enqueued comparison came to.
  [[nodiscard]] comparison conclude(const enqueued& e, const compare_sums& sums) const {
    comparison c = conclude_comparison(e.output->name, e.output->slot.count, e.rule, sums);
    c.extents = e.output->extents;
    return c;
  }
  /// Whether an oracle was asked for some elements only of an output, and nobody knows about the others. Of a
  /// product of which rows were sampled all other rows are checked as well.
  [[nodiscard]] bool asked_for_a_sample(const case_memory& memory, const declared_tensor& t) {
    return set_of(memory).expected->sampled(t.slot.id) && !is_product(memory, t);
  }
  /// Whether what is right for an output is a product of two inputs.
  [[nodiscard]] bool is_product(const case_memory& memory, const declared_tensor& t) {
    return set_of(memory).expected->is_product(t.slot.id);
  }
  /// Outputs of the problem, inout tensors included.
  [[nodiscard]] int outputs() const {
    return static_cast<int>(
        std::count_if(problem_.tensors().begin(), problem_.tensors().end(),
                      [](const declared_tensor& t) { return t.role != tensor_role::input; }));
  }

 private:
  /// Of further data sets less is asked where the case's own took long.
  [[nodiscard]] double share_of_sample() const {
    return own_seconds_ <= options_.oracle_seconds ? 1.0
                                                   : std::max(0.0, options_.oracle_seconds / own_seconds_);
  }

  struct data_set {
    std::unique_ptr<expected_values> expected;
    bool referenced = false;
    double reference_spread = 0.0;  ///< of the trusted reference, for a calibrated tolerance
    std::vector<double> spreads;    ///< of each tensor
  };

  data_set& set_of(const case_memory& memory) {
    const std::size_t number = memory.bound_set();
    if (number >= sets_.size()) sets_.resize(number + 1);
    return sets_[number];
  }
  [[nodiscard]] bool calibrated() const { return problem_.bound().how == tolerance::kind::calibrated; }
  /// Whether all that is needed of the reference is there.
  [[nodiscard]] bool ready(const data_set& set) const {
    return set.referenced || (set.expected->from_oracle() && !calibrated());
  }

  static void blame(verdict& v, outcome what, const std::string& why) {
    if (v.outcome == outcome::correct) v = {what, why, std::move(v.comparisons)};
  }
  void take(verdict& v, const declared_tensor& t, comparison&& c) {
    c.extents = t.extents;
    if (!c.matches())
      blame(v, outcome::wrong, describe_mismatch(c, t.extents));
    else if (c.blurred > 0)
      blame(v, outcome::unverifiable, describe_blurred(c));
    else if (c.unsettled > 0)
      blame(v, outcome::unverifiable,
            c.output + ": Freivalds' check suspects " + std::to_string(c.unsettled) +
                " more rows than were computed, as it does where results overflow; expected smaller inputs, "
                "or a larger --oracle-seconds for all rows");
    v.comparisons.push_back(std::move(c));
  }

  /// The exact contents of an input, held against what is there now.
  [[nodiscard]] std::string describe_change(case_memory& memory, const declared_tensor& t) {
    const comparison c = compare(t.name, t.type, memory.download(t).data(), t.slot.count,
                                 set_of(memory).expected->input(t.slot.id), tolerance::exact());
    return c.matches() ? t.name + ", by its digest" : describe_mismatch(c, t.extents);
  }

  /// The tolerance that counts for an output: none where a right candidate of a trial can have no rounding
  /// error.
  [[nodiscard]] tolerance bound_of(const data_set& set, const declared_tensor& t) const {
    tolerance bound = problem_.bound();
    if (!trial_attack_ || *trial_attack_ == attack::as_declared || bound.how != tolerance::kind::derived)
      return bound;
    if (is_exact(problem_, t.type, set.expected->output(t.slot.id))) {
      bound = tolerance::exact();
      bound.zeros_alike = true;
    } else {
      bound.structured = true;
    }
    return bound;
  }
  [[nodiscard]] compare_rule rule_of(const data_set& set, const declared_tensor& t, double rms,
                                     poison_variant variant) const {
    const int poison = t.role == tensor_role::output ? poison_byte(t.type, variant) : -1;
    const auto id = static_cast<std::size_t>(t.slot.id);
    compare_rule rule = make_rule(bound_of(set, t), t.type, rms, set.expected->rounded(t.slot.id),
                                  id < set.spreads.size() ? set.spreads[id] : 0.0, poison);
    rule.as_bits = set.expected->as_bits(t.slot.id);
    return rule;
  }
  static std::int64_t row_length(const declared_tensor& t) {
    return std::max<std::int64_t>(t.extents.empty() ? 1 : t.extents.back(), 1);
  }

  [[nodiscard]] compare_job job_of(data_set& set, const declared_tensor& t, poison_variant variant) {
    const device_expectation right = set.expected->on_device(device_, t.slot.id);
    compare_job job;
    job.got = t.slot.data;
    job.expected = right.values;
    job.indices = right.indices;
    job.count = right.count;
    job.row_length = row_length(t);
    job.leading_dimension = t.padded() ? t.slot.leading_dimension : 0;
    job.rule = rule_of(set, t, right.rms, variant);
    return job;
  }

  /// On the device; on the host where that has no room for what is right.
  [[nodiscard]] comparison compare_there(case_memory& memory, data_set& set, const declared_tensor& t,
                                         poison_variant variant) {
    // Where little is to be compared, bringing what is right to the device takes longer.
    constexpr std::int64_t little = 4096;
    if (t.slot.count <= little && set.expected->on_host(t.slot.id))
      return compare_here(set, t, memory.download(t).data(), variant);
    compare_job job;
    try {
      set.expected->update_for_result(t.slot.id, rule_of(set, t, set.expected->rms(t.slot.id), variant));
      job = job_of(set, t, variant);
    } catch (const out_of_memory&) {
      return compare_here(set, t, memory.download(t).data(), variant);
    }
    device_.compare(job, 0, true);
    compare_sums sums;
    device_.read_comparisons(&sums, 1);
    comparison c = conclude_comparison(t.name, t.slot.count, job.rule, sums);
    c.method = set.expected->method(t.slot.id);
    c.unsettled = set.expected->unsettled(t.slot.id);
    if (sums.first_mismatch >= 0) show(c, set, t, job, sums.first_mismatch);
    return c;
  }
  /// Brings the elements around a mismatch to the host, of those that were checked.
  void show(comparison& c, const data_set& set, const declared_tensor& t, const compare_job& job,
            std::int64_t first_mismatch) {
    const std::int64_t at =
        job.indices ? set.expected->output(t.slot.id).position(first_mismatch) : first_mismatch;
    const dtype type = job.rule.type;
    for (excerpt_range range(at, job.count); range.begin < range.end; ++range.begin) {
      std::int64_t index = range.begin;
      if (job.indices) device_.copy_to_host(&index, job.indices + range.begin, sizeof index);
      double expected = 0.0;
      device_.copy_to_host(&expected, job.expected + range.begin, sizeof expected);
      // Eight elements begin with a byte in packed types as well, whose rows are never padded.
      const std::int64_t place = job.place(index), first = job.padded() ? place : place / 8 * 8;
      const std::int64_t count = job.padded() ? 1 : std::min<std::int64_t>(8, t.slot.count - first);
      alignas(8) std::uint8_t got[64] = {};
      device_.copy_to_host(got, static_cast<const std::uint8_t*>(job.got) + bytes_for(type, first),
                           bytes_for(type, count));
      show_element(c, index, assay::judge(job.rule, got, place - first, expected));
    }
  }
  [[nodiscard]] comparison compare_here(data_set& set, const declared_tensor& t, const void* got,
                                        poison_variant variant) const {
    const expectation& right = set.expected->output(t.slot.id);
    const auto id = static_cast<std::size_t>(t.slot.id);
    const std::optional<std::uint8_t> poison =
        t.role == tensor_role::output ? std::optional(poison_byte(t.type, variant)) : std::nullopt;
    return compare(t.name, t.type, got, t.slot.count, right, bound_of(set, t), poison, row_length(t),
                   id < set.spreads.size() ? set.spreads[id] : 0.0);
  }

  /// Where there is only a device reference its output is what is right, within twice the tolerance. Beside
  /// an oracle and under a calibrated tolerance its errors say what is allowed.
  void ask_reference(case_memory& memory, data_set& set) {
    std::vector<std::vector<std::uint8_t>> first, second;  // what it leaves over each poison
    memory_check check;
    const auto download_all = [&] {
      std::vector<std::vector<std::uint8_t>> all;
      for (const declared_tensor& t : problem_.tensors())
        all.push_back(t.role == tensor_role::input ? std::vector<std::uint8_t>() : memory.download(t));
      return all;
    };
    const bool ambiguous = std::any_of(problem_.tensors().begin(), problem_.tensors().end(), may_hold_poison);
    try {
      launch_reference_(poison_variant::first);
      check = memory.check();
      first = download_all();
      if (ambiguous) {
        launch_reference_(poison_variant::second);
        second = download_all();
      }
    } catch (const device_error& e) {
      if (e.lost()) throw device_error("the reference", e.code(), e.what(), "", true);
      unverifiable_ = "the reference failed: " + std::string(e.what());
      return discard_errors(device_);
    } catch (const std::exception& e) {
      unverifiable_ = "the reference failed: " + std::string(e.what());
      return discard_errors(device_);
    } catch (...) {
      unverifiable_ = "the reference failed: it threw something that is not a std::exception";
      return discard_errors(device_);
    }
    if (!check.clean()) unverifiable_ = "the reference " + check.describe();
    set.spreads.resize(problem_.tensors().size());
    for (const declared_tensor& t : problem_.tensors()) {
      if (t.role == tensor_role::input) continue;
      const auto id = static_cast<std::size_t>(t.slot.id);
      const std::uint8_t* const raw = first[id].data();
      // Or a candidate that touches nothing would equal a reference that does.
      if (t.role == tensor_role::output) {
        const unwritten left =
            find_unwritten(t.type, raw, may_hold_poison(t) ? second[id].data() : raw, t.slot.count);
        if (left.count > 0)
          unverifiable_ = "the reference did not write " + t.name + format_index(left.first, t.extents);
      }
      if (calibrated()) {
        set.spreads[id] = spread_of(t, raw, set.expected->output(t.slot.id));
        continue;
      }
      expectation right{std::vector<double>(static_cast<std::size_t>(t.slot.count)), {}, 2.0, {}};
      right.bits = detail::is_wide_integer(t.type);
      for (std::int64_t i = 0; i < t.slot.count; ++i)
        right.values[static_cast<std::size_t>(i)] =
            right.bits ? std::bit_cast<double>(element_bits(t.type, raw, i)) : load_element(t.type, raw, i);
      set.expected->set_expectation(t.slot.id, std::move(right));
    }
    set.referenced = unverifiable_.empty();
  }
  /// The largest error of the trusted reference as a share of hypot(R, rms).
  [[nodiscard]] static double spread_of(const declared_tensor& t, const void* got, const expectation& right) {
    compare_job job;
    job.got = got;
    job.expected = right.values.data();
    job.indices = right.indices.empty() ? nullptr : right.indices.data();
    job.count = std::ssize(right.values);
    job.row_length = row_length(t);
    job.rule = make_rule(tolerance::elementwise(), t.type, root_mean_square(right.values));
    return compare_on_host(job).largest_spread;
  }

  /// Once, with the case's own data: what this comparison can tell from what is right.
  void test_power(const case_memory& memory, data_set& set) {
    constexpr std::int64_t most = 1 << 14;  // elements: a few milliseconds
    if (trial_attack_ || std::exchange(power_tested_, true)) return;
    for (const declared_tensor& t : problem_.tensors()) {
      if (t.role == tensor_role::input) continue;
      const std::vector<double> right = set.expected->first_values(t.slot.id, most);
      compare_rule rule = rule_of(set, t, set.expected->rms(t.slot.id), poison_variant::first);
      rule.as_bits = false;  // first_values() are numbers
      const power_of_comparison power =
          power_of(right, rule, bound_of(set, t), row_length(t), first_inputs(memory, set, t, right.size()));
      if (const std::string why = judge_power(power, t.name, problem_.bound(), findings_); !why.empty())
        unverifiable_ = why;
    }
  }
  /// The first elements of the inputs that are as large as an output, as a candidate finds them. None where
  /// only a sample of the output is known.
  [[nodiscard]] std::vector<std::vector<double>> first_inputs(const case_memory& memory, const data_set& set,
                                                              const declared_tensor& output,
                                                              std::size_t count) const {
    std::vector<std::vector<double>> all;
    if (set.expected->sampled(output.slot.id)) return all;
    for (const declared_tensor& t : problem_.tensors()) {
      if (t.role == tensor_role::output || t.slot.count < output.slot.count) continue;
      all.emplace_back();
      const filled_tensor filled(t.how, t.type, memory.bound_seed(), static_cast<std::uint32_t>(t.slot.id),
                                 t.slot.count);
      for (std::size_t i = 0; i < count; ++i) all.back().push_back(filled[static_cast<std::int64_t>(i)]);
    }
    return all;
  }

  device& device_;
  declared_problem& problem_;
  const run_options& options_;
  std::optional<attack> trial_attack_;
  reference_launch launch_reference_;
  std::vector<data_set> sets_;
  std::string unverifiable_;
  std::vector<finding> findings_;
  bool power_tested_ = false;
  double own_seconds_ = 0.0,
         last_seconds_ = 0.0;  ///< of the oracles: of the case itself, of the last data set
};

}  // namespace assay
