// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/report/json.hpp"
#include "assay/report/parse_json.hpp"
#include "assay/report/record_from_json.hpp"
#include "assay/suite/plan.hpp"
#include "assay/suite/runner.hpp"

namespace assay {

/// What --against asks another build for, as one line: a candidate at a case.
[[nodiscard]] inline json to_question(const record& r) {
  return {
      {"schema", json_schema}, {"problem", r.problem}, {"axes", to_json(r.axes)}, {"candidate", r.candidate}};
}

/// Measures what lines on the standard input ask for, one after another, and answers each with a line on the
/// standard output: a record, or why there is none. Ends with the input. What candidates print goes to the
/// standard error.
class round_server {
 public:
  round_server(const std::vector<std::unique_ptr<declared_problem>>& problems, const run_options& options)
      : plan_(make_plan(problems, {})), options_(options), engine_(options_, {}) {
    options_.baseline = false;
  }

  void serve() {
    std::fflush(stdout);
    const int answers = ::dup(STDOUT_FILENO);
    if (answers < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
      throw io_error("the standard output cannot be kept from what candidates print");
    for (std::string line; std::getline(std::cin, line);) {
      json answer;
      try {
        answer = to_json(measure(line));
      } catch (const std::exception& e) {
        answer = {{"schema", json_schema}, {"type", "error"}, {"message", e.what()}};
      }
      const std::string text = to_text(answer) + "\n";
      for (std::size_t done = 0; done < text.size();) {
        const ssize_t count = ::write(answers, text.data() + done, text.size() - done);
        if (count <= 0) throw io_error("who asked has gone");
        done += static_cast<std::size_t>(count);
      }
    }
    ::close(answers);
  }

 private:
  record measure(const std::string& line) {
    const std::string where = "question";
    std::string why;
    const json object = parse_json(line, why);
    if (!why.empty()) throw error("a question that is not JSON: " + why);
    const json_place question(object, where);
    check_schema(question);
    const std::string problem = question.at("problem").text(), candidate = question.at("candidate").text();
    const axis_values values = read_axes(question.at("axes"));
    for (const plan_item& known : plan_) {
      if (known.definition->name != problem || known.values != values) continue;
      if (std::find(known.candidates.begin(), known.candidates.end(), candidate) == known.candidates.end())
        throw error("problem '" + problem + "' has no candidate '" + candidate + "'");
      plan_item item = known;
      item.candidates = {candidate};
      for (record& r : engine_.repeat(item, options_, "asked"))
        if (r.candidate == candidate) return std::move(r);
    }
    throw error("there is no case " + problem + (values.empty() ? "" : " " + to_string(values)));
  }

  std::vector<plan_item> plan_;
  run_options options_;
  runner engine_;
};

}  // namespace assay
