// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "assay/core/environment.hpp"
#include "assay/core/error.hpp"
#include "assay/report/json_place.hpp"
#include "assay/report/parse_json.hpp"
#include "assay/report/record_from_json.hpp"
#include "assay/score/environment_key.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// What one or several files of records hold, put together.
struct stored_records {
  std::vector<environment> environments;  ///< one for each run
  std::vector<record> records;            ///< in the order of the files
  std::size_t planned = 0;                ///< cases
  std::size_t executed = 0;               ///< cases of which there is a record
  std::vector<std::string> missing;       ///< that were planned and have no record: "saxpy n=64, float4"
  std::vector<std::string> no_device;     ///< a sentence for each backend without a device
  std::string lost;                       ///< why a run ended early; empty when none did
  std::vector<std::string> notices;       ///< what was dropped or passed over, with file and line
};

/// The whole text of a file. Throws io_error that names it.
[[nodiscard]] inline std::string read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (file) {
    std::ostringstream whole;
    whole << file.rdbuf();
    text = whole.str();
    // An empty file leaves failbit of the stream that took nothing, and no errno.
    if (errno != 0) throw io_error("cannot read " + path + ": " + std::strerror(errno));
    return text;
  }
  throw io_error("cannot read " + path + ": " + std::strerror(errno ? errno : EIO));
}

namespace detail {

/// Reads files one after another and puts together what they hold.
class record_reader {
 public:
  void read(const std::string& path) {
    const std::string text = read_file(path);
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
      result_.notices.push_back(path + ": the file is empty");
      return;
    }
    if (is_journal(text)) return read_journal(path, text);
    std::string why;
    const json document = parse_json(text, why);
    if (document.is_null()) throw io_error(path + ": neither a journal nor a document of records: " + why);
    if (!document.is_object() || !document.contains("records"))
      throw io_error(path + ": JSON without records: expected what --json or --journal writes");
    read_document(path, document);
  }

  [[nodiscard]] stored_records finish(bool allow_mixed) {
    if (!allow_mixed) refuse_mixed();
    for (const run& r : runs_) result_.environments.push_back(r.where);
    std::set<std::string> cases;
    for (const record& r : result_.records) cases.insert(r.case_name());
    result_.executed = cases.size();
    for (const candidate_name& name : planned_) {
      cases.insert(name.first);
      if (!found_.contains(name)) result_.missing.push_back(name.first + ", " + name.second);
    }
    result_.planned = cases.size();
    return std::move(result_);
  }

 private:
  struct run {
    environment where;
    std::string place;  ///< file and line
  };

  /// Whether one of the first two lines is an object with a type: the first may be half of one.
  static bool is_journal(const std::string& text) {
    std::istringstream lines(text);
    std::string line, ignored;
    for (int i = 0; i < 2 && std::getline(lines, line); ++i)
      if (const json one = parse_json(line, ignored); one.contains("type") && one["type"] != "document")
        return true;
    return false;
  }

  void read_journal(const std::string& path, const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    bool known = false;  // an environment of this file
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].find_first_not_of(" \t\r") == std::string::npos) continue;
      const std::string where = path + ":" + std::to_string(i + 1);
      std::string why;
      const json object = parse_json(lines[i], why);
      if (object.is_null()) {
        // A run that was killed leaves half a line: the last, or the one in front of the next run's first.
        std::string ignored;
        const json next = i + 1 < lines.size() ? parse_json(lines[i + 1], ignored) : json();
        const bool run_follows = next.is_object() && next.value("type", json()) == "environment";
        if (i + 1 < lines.size() && !run_follows) throw io_error(where + ": not a line of a journal: " + why);
        result_.notices.push_back(where + ": half a line, as a run leaves that was killed; dropped");
        continue;
      }
      const json_place line(object, where);
      const std::string type = line.at("type").text();
      if (type == "environment") {
        take_environment(line, where, known);
        known = true;
      } else if (type == "record") {
        if (!known) line.fail("a record before any environment");
        take_record(line, where);
      } else {
        check_schema(line);
        result_.notices.push_back(where + ": a line of the type '" + type + "', which is not known; ignored");
      }
    }
  }

  void read_document(const std::string& path, const json& document) {
    const json_place whole(document, path);
    check_schema(whole);
    const json_place environments = whole.at("environments");
    environments.each([&](const json_place& e) { take_environment(e, path, false); });
    if (runs_.empty()) environments.fail("there is none, and records need one");
    std::size_t number = 0;
    const json_place records = whole.at("records");
    records.each([&](const json_place& r) { take_record(r, path + ", record " + std::to_string(++number)); });
    const auto planned = whole.at("planned").whole<std::size_t>();
    if (const auto executed = whole.at("executed").whole<std::size_t>(); executed < planned)
      result_.missing.push_back(std::to_string(planned - executed) + " of " + std::to_string(planned) +
                                " cases of " + path);
    if (const auto reasons = whole.find("no_device"))
      reasons->each([&](const json_place& why) { result_.no_device.push_back(why.text()); });
    if (const auto lost = whole.find("lost"); lost && result_.lost.empty()) result_.lost = lost->text();
  }

  /// A journal has the environment again when a device was opened: that is no other run.
  void take_environment(const json_place& p, const std::string& place, bool may_continue) {
    environment where = read_environment(p);
    if (may_continue && runs_.back().where.date == where.date &&
        runs_.back().where.command_line == where.command_line &&
        where.devices.size() > runs_.back().where.devices.size())
      runs_.back().where = std::move(where);
    else
      runs_.push_back({std::move(where), place});
    take_plan(p);
  }

  /// Which candidates of which cases a run was to measure.
  void take_plan(const json_place& p) {
    const auto plan = p.find("plan");
    if (!plan) return;
    plan->each([&](const json_place& item) {
      record named;
      named.problem = item.at("problem").text();
      named.axes = read_axes(item.at("axes"));
      item.at("candidates").each([&](const json_place& candidate) {
        planned_.insert({named.case_name(), candidate.text()});
      });
    });
  }

  void take_record(const json_place& p, const std::string& place) {
    record r = read_record(p);
    const auto [at, added] =
        seen_.try_emplace(r.backend + "\n" + r.device + "\n" + r.case_name() + "\n" + r.candidate, place);
    if (!added)
      throw io_error(at->second + " and " + place + " both hold " + r.case_name() + ", " + r.candidate +
                     " on " + r.device +
                     ": which of two measurements counts is not for a reader to choose; leave one out");
    found_.insert({r.case_name(), r.candidate});
    result_.records.push_back(std::move(r));
  }

  void refuse_mixed() const {
    const run* first = nullptr;
    for (const run& r : runs_) {
      if (!first) {
        first = &r;
        continue;
      }
      std::string differences;
      for (const key_difference& d : hard_differences(first->where, r.where))
        differences += (differences.empty() ? "" : "; ") + d.text();
      if (!differences.empty())
        throw usage_error(first->place + " and " + r.place + " are of different environments: " +
                          differences + "; --allow-mixed puts them together all the same");
    }
  }

  using candidate_name = std::pair<std::string, std::string>;  ///< case, candidate
  stored_records result_;
  std::vector<run> runs_;
  std::set<candidate_name> planned_;
  std::set<candidate_name> found_;
  std::map<std::string, std::string> seen_;  ///< what names a record, and its place
};

}  // namespace detail

/// The records of journals (--journal) and documents (--json). Half a line, as a killed run leaves it, is
/// dropped with a notice. Throws io_error with file, line and key for what is no such file, and for two
/// records of the same candidate and case; usage_error where the files are of different environments and
/// `allow_mixed` is false.
[[nodiscard]] inline stored_records read_records(const std::vector<std::string>& paths,
                                                 bool allow_mixed = false) {
  detail::record_reader reader;
  for (const std::string& path : paths) reader.read(path);
  return reader.finish(allow_mixed);
}

}  // namespace assay
