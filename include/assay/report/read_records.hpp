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
#include "assay/report/journal_head.hpp"
#include "assay/report/json_place.hpp"
#include "assay/report/parse_json.hpp"
#include "assay/report/planned_candidates.hpp"
#include "assay/report/record_from_json.hpp"
#include "assay/score/environment_key.hpp"
#include "assay/suite/record.hpp"

namespace assay {

/// What a journal says of its run beside the records.
struct stored_journal {
  journal_head head;
  std::string place;           ///< file and line
  std::set<std::string> done;  ///< case_key() of each case that is complete
};

/// What one or several files of records hold, put together.
struct stored_records {
  std::vector<environment> environments;  ///< one for each process that made records
  std::vector<stored_journal> journals;   ///< one for each that begins with a head
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

/// How the first line of each journal begins (journal_head.hpp).
[[nodiscard]] inline std::string beginning_of_a_journal() {
  const std::string line = to_text({{"schema", json_schema}, {"type", "run"}});
  return line.substr(0, line.size() - 1);
}
/// Whether a text that has no whole line may be half of a journal's first.
[[nodiscard]] inline bool is_half_a_head(const std::string& text) {
  const std::string begin = beginning_of_a_journal();
  const std::size_t known = std::min(text.size(), begin.size());
  return text.find('\n') == text.npos && text.compare(0, known, begin, 0, known) == 0;
}

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
    if (document.is_null() && is_half_a_head(text)) {
      result_.notices.push_back(path + ":1: half a line, as a run leaves that was killed at once; dropped");
      return;
    }
    if (document.is_null()) throw io_error(path + ": neither a journal nor a document of records: " + why);
    if (!document.is_object() || !document.contains("records"))
      throw io_error(path + ": JSON without records: expected what --json or --journal writes");
    read_document(path, document);
  }

  [[nodiscard]] stored_records finish(bool allow_mixed) {
    if (!allow_mixed) refuse_mixed();
    const std::vector<std::string> missing = planned_.missing([&](std::size_t a, std::size_t b) {
      return !allow_mixed || alike(a, b);  // those that are not are refused
    });
    result_.missing.insert(result_.missing.end(), missing.begin(), missing.end());
    for (const run& r : runs_) result_.environments.push_back(r.where);
    std::set<std::string> cases;
    for (placed_record& r : records_) {
      cases.insert(r.value.case_name());
      result_.records.push_back(std::move(r.value));
    }
    result_.executed = cases.size();
    cases.merge(planned_.cases());
    result_.planned = cases.size();
    return std::move(result_);
  }

 private:
  struct run {
    environment where;
    std::string place;    ///< file and line
    std::size_t journal;  ///< as in placed_record
  };
  struct placed_record {
    record value;
    std::string place, identity;
    std::size_t journal;  ///< a number for each run of each file
  };
  /// Whether the first line is an object with a type.
  static bool is_journal(const std::string& text) {
    std::string ignored;
    const json first = parse_json(text.substr(0, text.find('\n')), ignored);
    return first.contains("type") && first["type"] != "document";
  }

  void read_journal(const std::string& path, const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    bool known = false;  // an environment of this file
    ++journal_;
    head_ = nullptr;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].find_first_not_of(" \t\r") == std::string::npos) continue;
      const std::string where = path + ":" + std::to_string(i + 1);
      std::string why;
      const json object = parse_json(lines[i], why);
      if (object.is_null()) {
        if (i + 1 < lines.size()) throw io_error(where + ": not a line of a journal: " + why);
        result_.notices.push_back(where + ": half a line, as a run leaves that was killed; dropped");
        continue;
      }
      const json_place line(object, where);
      const std::string type = line.at("type").text();
      if (type == "run") {
        take_head(line, where);
      } else if (type == "environment") {
        take_environment(line, where, known);
        known = true;
      } else if (type == "record") {
        if (!known) line.fail("a record before any environment");
        take_record(line, where);
      } else if (type == "done" || type == "again") {
        check_schema(line);
        take_mark(line, type == "done");
      } else {
        check_schema(line);
        result_.notices.push_back(where + ": a line of the type '" + type + "', which is not known; ignored");
      }
    }
  }

  void read_document(const std::string& path, const json& document) {
    const json_place whole(document, path);
    check_schema(whole);
    ++journal_;
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
    const auto interrupted = whole.find("interrupted");  // then nothing is wrong but that there is less
    if (const auto lost = whole.find("lost"); lost && !interrupted && result_.lost.empty())
      result_.lost = lost->text();
  }

  /// What a run was to measure. Files that were put together into one have several.
  void take_head(const json_place& p, const std::string& place) {
    ++journal_;
    result_.journals.push_back({read_journal_head(p), place, {}});
    head_ = &result_.journals.back();
    for (const planned_case& one : head_->head.plan)
      for (const std::string& candidate : one.candidates)
        planned_.plan(journal_, {one.name(), candidate},
                      head_->head.part.whole()
                          ? ""
                          : " (shard " + shard{one.shard, head_->head.part.count}.text() + ")",
                      head_->head.part.whole(), place);
  }

  /// A journal has the environment again when a device was opened: that is no other run.
  void take_environment(const json_place& p, const std::string& place, bool may_continue) {
    environment where = read_environment(p);
    if (may_continue && runs_.back().where.date == where.date &&
        runs_.back().where.command_line == where.command_line &&
        where.devices.size() > runs_.back().where.devices.size())
      runs_.back().where = std::move(where);
    else
      runs_.push_back({std::move(where), place, journal_});
  }

  void take_record(const json_place& p, const std::string& place) {
    placed_record added{read_record(p), place, "", journal_};
    const record& r = added.value;
    added.identity = r.backend + "\n" + r.device + "\n" + r.case_name() + "\n" + r.candidate;
    if (!seen_.insert(added.identity).second) {
      const auto first = std::find_if(records_.begin(), records_.end(), [&](const placed_record& one) {
        return one.identity == added.identity;
      });
      const std::string both = first->place + " and " + place + " both hold " + r.case_name() + ", " +
                               r.candidate + " on " + r.device;
      throw io_error(to_text(to_json(first->value)) == to_text(to_json(r))
                         ? both + ", one a copy of the other; leave one out"
                         : both +
                               ": which of two measurements counts is not for a reader to choose; leave "
                               "one out");
    }
    planned_.found(journal_, {r.case_name(), r.candidate});
    records_.push_back(std::move(added));
  }

  /// A case is complete; or it is measured again, and what there is of it up to here does not count.
  void take_mark(const json_place& p, bool done) {
    const std::string problem = p.at("problem").text();
    const axis_values axes = read_axes(p.at("axes"));
    const std::string key = case_key(problem, axes);
    if (done) {
      if (head_) head_->done.insert(key);
      return;
    }
    if (head_) head_->done.erase(key);
    std::erase_if(records_, [&](const placed_record& r) {
      if (r.journal != journal_ || r.value.problem != problem || r.value.axes != axes) return false;
      seen_.erase(r.identity);
      planned_.lost(journal_, {r.value.case_name(), r.value.candidate});
      return true;
    });
  }

  static void refuse(const std::string& first, const std::string& second,
                     const std::vector<key_difference>& found, const std::string& what) {
    std::string differences;
    for (const key_difference& d : found) differences += (differences.empty() ? "" : "; ") + d.text();
    if (!differences.empty())
      throw usage_error(first + " and " + second + " are of different " + what + ": " + differences +
                        "; --allow-mixed puts them together all the same");
  }

  /// Whether a run of one journal and a run of the other were on devices of one kind, as far as both opened
  /// any.
  bool alike(std::size_t one, std::size_t other) const {
    bool any = false;
    for (const run& a : runs_)
      for (const run& b : runs_) {
        if (a.journal != one || b.journal != other) continue;
        if (hard_differences(a.where, b.where).empty()) return true;
        any = true;
      }
    return !any;
  }

  void refuse_mixed() const {
    // A run that opened fewer devices says nothing of the others.
    environment all;
    std::map<vendor, std::size_t> known;
    for (const run& r : runs_) {
      if (!hard_differences(all, r.where).empty())
        for (const run& before : runs_)
          refuse(before.place, r.place, hard_differences(before.where, r.where), "environments");
      std::map<vendor, std::size_t> seen;
      for (const device_info& d : r.where.devices)
        if (++seen[d.vendor] > known[d.vendor]) {
          ++known[d.vendor];
          all.devices.push_back(d);
        }
    }
    for (const stored_journal& j : result_.journals)
      refuse(result_.journals.front().place, j.place, hard_differences(result_.journals.front().head, j.head),
             "options");
  }

  stored_records result_;
  std::vector<run> runs_;
  std::vector<placed_record> records_;
  planned_candidates planned_;      ///< by journal
  std::set<std::string> seen_;      ///< what names a record
  std::size_t journal_ = 0;         ///< that is being read
  stored_journal* head_ = nullptr;  ///< of it; null where it has none
};

}  // namespace detail

/// The records of journals (--journal) and documents (--json), merged. Half a last line, as a killed run
/// leaves it, is dropped with a notice; so are the records of a case that was cut short and measured again.
/// What was planned and is nowhere is in `missing`, and so is what one of several machines lacks of its own
/// plan. Throws io_error with file, line and key for what is no such file, and for two records of the same
/// candidate and case; usage_error where the files are of different environments, or hold times of different
/// kinds (caches, launch mode, assumed device), and `allow_mixed` is false.
[[nodiscard]] inline stored_records read_records(const std::vector<std::string>& paths,
                                                 bool allow_mixed = false) {
  detail::record_reader reader;
  for (const std::string& path : paths) reader.read(path);
  return reader.finish(allow_mixed);
}

}  // namespace assay
