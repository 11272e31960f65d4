// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/environment.hpp"
#include "assay/core/error.hpp"
#include "assay/report/journal_file.hpp"
#include "assay/report/journal_head.hpp"
#include "assay/report/json.hpp"
#include "assay/report/parse_json.hpp"
#include "assay/report/read_records.hpp"
#include "assay/score/environment_key.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/run_observer.hpp"

namespace assay {

/// Keeps a run in a file as it happens, so that however it ends nothing is lost that was complete, and
/// another process can go on with it. Lines of JSON: the head, which says what the run is; an environment
/// when a device is opened; each record as it is complete; a mark when all records of a case are there
/// ("done"), with which the file is brought to the disk. A case that was cut short is measured again as a
/// whole, since its candidates are compared in the same rounds: a mark ("again") in front of its first new
/// record says that earlier ones do not count.
class journal final : public run_observer {
 public:
  enum class opening {
    fresh,             ///< refuses a file that holds records, or something else
    resume,            ///< goes on with the run that the file holds, or begins one where there is none
    resume_elsewhere,  ///< also with another build of the program, and on another device
  };

  /// Throws io_error when the file cannot be written, or another process writes it; usage_error where it
  /// holds what this run cannot go on with, which it then leaves as it is.
  journal(const std::string& path, const journal_head& head, environment where, opening how = opening::fresh)
      : file_(path), environment_(std::move(where)), how_(how) {
    if (!file_.not_held().empty()) notices_.push_back(file_.not_held());
    if (how == opening::fresh) {
      if (!file_.is_empty()) begin_anew();
    } else {
      if (!file_.is_regular())
        throw usage_error("--resume: " + path + " is no file, and holds nothing to go on with");
      if (!file_.is_empty()) continue_with(head);
    }
    if (!file_.is_empty()) return;
    file_.append(line(to_json(head)));
    file_.sync();
  }

  /// What the file held, where it is continued.
  [[nodiscard]] const stored_records& before() const { return before_; }
  /// What is worth a word of the file, for people.
  [[nodiscard]] const std::vector<std::string>& notices() const { return notices_; }
  /// Whether all records of a case are there.
  [[nodiscard]] bool has(const std::string& problem, const axis_values& axes) const {
    return !before_.journals.empty() && before_.journals.front().done.contains(case_key(problem, axes));
  }
  /// What this process runs: the items of which on_item_done() tells the numbers.
  void work_on(const std::vector<plan_item>& items) {
    items_.clear();
    for (const plan_item& item : items) items_.emplace_back(item.definition->name, item.values);
  }

  /// Throws usage_error where the file is continued and this is no such device as it was begun on.
  void on_device(const device_info& info, const ceilings&) override {
    if (how_ == opening::resume) demand_same_device(info);
    environment_.devices.push_back(info);
    file_.append(line(to_json(environment_)));
  }
  void on_record(const record& r) override {
    std::string lines;
    if (cut_short_.erase(case_key(r.problem, r.axes)) > 0) lines = mark("again", r.problem, r.axes);
    file_.append(lines + line(to_json(r)));
  }
  void on_item_done(std::size_t item) override {
    const auto& [problem, axes] = items_.at(item);
    file_.append(mark("done", problem, axes));
    file_.sync();
  }

 private:
  static std::string line(const json& object) { return to_text(object) + "\n"; }
  static std::string mark(const char* type, const std::string& problem, const axis_values& axes) {
    return line({{"schema", json_schema}, {"type", type}, {"problem", problem}, {"axes", to_json(axes)}});
  }

  /// A file that is there already is left alone, unless it is the journal of a run that came to nothing.
  void begin_anew() {
    std::string what = "is there already, and is no journal; name another file";
    try {
      const stored_records found = read_records({file_.path()}, true);
      if (found.records.empty() &&
          (!found.journals.empty() || detail::is_half_a_head(read_file(file_.path()))))
        return file_.cut_to(0);
      if (!found.records.empty())
        what = "holds " + std::to_string(found.records.size()) + " records of a run of " +
               found.environments.front().date +
               "; --resume goes on with it, and another name or its removal begins anew";
    } catch (const error&) {  // another kind of file
    }
    throw usage_error("--journal " + file_.path() + ": the file " + what);
  }

  void continue_with(const journal_head& head) {
    const std::string text = read_file(file_.path());
    before_ = read_records({file_.path()}, true);
    if (before_.journals.size() > 1)
      throw usage_error("--resume: " + file_.path() + " holds " + std::to_string(before_.journals.size()) +
                        " runs, put together; only what one run wrote can be continued");
    if (!before_.journals.empty())
      demand_same_run(before_.journals.front().head, head);
    else if (!detail::is_half_a_head(text))
      throw usage_error("--resume: " + file_.path() +
                        " does not begin with the line that says what its run was to measure");
    repair(text);
    for (const record& r : before_.records)
      if (!has(r.problem, r.axes)) cut_short_.insert(case_key(r.problem, r.axes));
    notices_.insert(notices_.end(), before_.notices.begin(), before_.notices.end());
  }

  /// What is behind the last newline is half a line, or a whole one without its newline.
  void repair(const std::string& text) {
    const std::size_t end = text.rfind('\n') + 1;  // 0 where there is none
    std::string ignored;
    if (end == text.size()) return;
    if (parse_json(text.substr(end), ignored).is_null())
      file_.cut_to(end);
    else
      file_.append("\n");
  }

  void demand_same_run(const journal_head& there, const journal_head& here) const {
    std::vector<key_difference> found = plan_differences(there, here);
    if (found.empty() && how_ == opening::resume && there.fingerprint != here.fingerprint)
      throw usage_error("--resume: " + file_.path() + " was begun by another build of " + there.program +
                        " (fingerprint: " + detail::key_text(there.fingerprint) + " there, " +
                        detail::key_text(here.fingerprint) +
                        " here); --allow-mixed goes on with it all the same");
    refuse(found, "");
  }

  void demand_same_device(const device_info& here) const {
    std::vector<key_difference> nearest;
    bool any = false;
    for (const environment& e : before_.environments)
      for (const device_info& there : e.devices) {
        if (there.vendor != here.vendor) continue;
        std::vector<key_difference> found = hard_differences(there, here);
        if (found.empty()) return;
        if (!any || found.size() < nearest.size()) nearest = std::move(found);
        any = true;
      }
    refuse(nearest, "; --allow-mixed goes on with it all the same");
  }

  void refuse(const std::vector<key_difference>& found, const std::string& way_out) const {
    std::string differences;
    for (const key_difference& d : found) differences += (differences.empty() ? "" : "; ") + d.text();
    if (!differences.empty())
      throw usage_error("--resume: " + file_.path() + " is of another run: " + differences + way_out);
  }

  journal_file file_;
  environment environment_;
  opening how_;
  stored_records before_;
  std::vector<std::string> notices_;
  std::vector<std::pair<std::string, axis_values>> items_;
  std::set<std::string> cut_short_;  ///< cases of which earlier records are there, but not all
};

}  // namespace assay
