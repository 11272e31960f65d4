// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "assay/core/format.hpp"
#include "assay/report/html_fast_p.hpp"
#include "assay/report/html_results.hpp"
#include "assay/report/html_roofline.hpp"
#include "assay/report/html_samples.hpp"
#include "assay/report/html_scores.hpp"
#include "assay/report/html_script.hpp"
#include "assay/report/html_style.hpp"
#include "assay/report/markup.hpp"
#include "assay/report/report_input.hpp"
#include "assay/suite/replay.hpp"

namespace assay {

/// One page with everything that a person wants of a run: what came of it, the table of results, the
/// rooflines, the fast_p curve, the samples and the environment. It holds all that it needs, and asks nothing
/// of any network; without its script everything can be read.
class html_page {
 public:
  explicit html_page(const report_input& input) : input_(input) {
    if (!input.environments.empty() && !input.environments.front().command_line.empty())
      program_ = input.environments.front().command_line.front();
  }

  [[nodiscard]] std::string to_text() const {
    std::string main = summary();
    std::vector<section> sections;
    const auto add = [&](const char* id, const char* title, std::string content) {
      if (!content.empty()) sections.push_back({id, title, std::move(content)});
    };
    add("results-section", "Results", results());
    add("roofline", "Roofline", rooflines());
    add("scores", "Scores", scores());
    add("samples", "Samples", samples());
    add("environment", "Environment", environments());
    std::string links;
    for (const section& s : sections) {
      links += "<li><a href=\"#" + s.id + "\">" + s.title + "</a></li>";
      main += "<section id=\"" + s.id + "\" aria-labelledby=\"" + s.id + "-title\"><h2 id=\"" + s.id +
              "-title\">" + s.title + "</h2>\n" + s.content + "</section>\n";
    }
    const std::string title =
        "assay: " + std::string(to_string(input_.code)) + (program_.empty() ? "" : ", " + program_name());
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"color-scheme\" content=\"light dark\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
           "'unsafe-inline'; "
           "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n<title>" +
           escape_markup(title) + "</title>\n<style>" + html_style() +
           "</style></head>\n<body>\n<a class=\"skip\" href=\"#results-section\">Skip to the results</a>\n"
           "<header><div><h1><bdi>" +
           escape_markup(program_.empty() ? "assay" : program_name()) + "</bdi></h1>" + subtitle() +
           "</div><button type=\"button\" id=\"theme\">Colours: auto</button></header>\n"
           "<nav aria-label=\"Sections\"><ul>" +
           links + "</ul></nav>\n<main>\n" + main +
           "</main>\n<div id=\"told\" class=\"unseen\" role=\"status\"></div>\n<script>" + html_script +
           "</script>\n</body></html>\n";
  }

 private:
  struct section {
    std::string id, title, content;
  };

  std::string program_name() const { return program_.substr(program_.find_last_of('/') + 1); }

  std::string subtitle() const {
    const bool good = input_.code == exit_code::pass;
    const bool undecided = input_.code == exit_code::inconclusive || input_.code == exit_code::no_baseline;
    std::string text = "<p><span class=\"verdict " +
                       std::string(good        ? "good"
                                   : undecided ? "doubtful"
                                               : "bad") +
                       "\">" +
                       (good        ? "✓ "
                        : undecided ? "? "
                                    : "✗ ") +
                       to_string(input_.code) + "</span> <span class=\"soft\">";
    std::set<std::string> said;
    for (const environment& e : input_.environments) {
      if (said.insert(e.date).second && !e.date.empty()) text += " · " + escape_markup(e.date);
      for (const device_info& d : e.devices)
        if (said.insert(d.name).second) text += " · <bdi>" + escape_markup(d.name) + "</bdi>";
    }
    return text + "</span></p>";
  }

  static std::string figure(const std::string& what, const std::string& value, const std::string& of) {
    return "<div><dt>" + what + "</dt><dd>" + value + (of.empty() ? "" : " <small>" + of + "</small>") +
           "</dd></div>";
  }

  /// "1 sample", "2 samples"
  static std::string counted(std::size_t number, const std::string& what) {
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
  }

  std::string summary() const {
    std::size_t candidates = 0, correct = 0, wrong = 0;
    for (const record& r : input_.records) {
      const tone how = verdict_words(r).how;
      wrong += how == tone::bad || how == tone::doubtful;
      if (!is_candidate(r)) continue;
      ++candidates;
      correct += r.verdict.outcome == outcome::correct;
    }
    std::string text = "<dl class=\"figures\">";
    text += figure("Cases run", std::to_string(input_.executed), "of " + std::to_string(input_.planned));
    text += figure("Candidates correct", std::to_string(correct), "of " + std::to_string(candidates));
    text += figure("Need attention", std::to_string(wrong), "");
    for (const int p : {1, 2}) {
      const fast_p score = score_fast_p(input_.records, p);
      if (const std::optional<double> share = score.share())
        text += figure("fast_" + std::to_string(p), format_share(*share),
                       std::to_string(score.fast) + " of " + std::to_string(score.cases));
    }
    text += "</dl>\n";
    if (!input_.lost.empty())
      text += "<p class=\"bad\">Stopped: <bdi>" + escape_markup(input_.lost) + "</bdi></p>\n";
    constexpr std::size_t most = 20;
    for (std::size_t i = 0; i < std::min(most, input_.missing.size()); ++i)
      text += "<p class=\"doubtful\">Missing: <bdi>" + escape_markup(input_.missing[i]) + "</bdi></p>\n";
    if (input_.missing.size() > most)
      text += "<p class=\"doubtful\">and " + std::to_string(input_.missing.size() - most) +
              " more are missing</p>\n";
    for (const std::string& why : input_.no_device)
      text += "<p class=\"note\"><bdi>" + escape_markup(why) + "</bdi></p>\n";
    return text + gates() + comparisons();
  }

  std::string gates() const {
    if (input_.gates.empty()) return "";
    std::string text =
        "<h3 id=\"gates\">Gates</h3><div class=\"wide\" role=\"region\" aria-labelledby=\"gates\" "
        "tabindex=\"0\"><table class=\"words\">"
        "<thead><tr><th scope=\"col\">Condition</th><th scope=\"col\">Answer</th><th "
        "scope=\"col\">Why</th></tr></thead><tbody>\n";
    for (const gate_result& g : input_.gates) {
      const char* how = g.answer == gate_answer::met       ? "good"
                        : g.answer == gate_answer::not_met ? "bad"
                                                           : "doubtful";
      const char* sign = g.answer == gate_answer::met ? "✓ " : g.answer == gate_answer::not_met ? "✗ " : "? ";
      text += "<tr><th scope=\"row\"><code>" + escape_markup(g.condition.text) + "</code></th><td class=\"" +
              how + "\">" + sign + to_string(g.answer) + "</td><td><bdi>" + escape_markup(g.reason) +
              "</bdi></td></tr>\n";
    }
    return text + "</tbody></table></div>\n";
  }

  std::string comparisons() const {
    if (input_.comparisons.empty()) return "";
    std::string text =
        "<h3 id=\"stored\">Against the " + escape_markup(input_.compared_with) +
        "</h3><div class=\"wide\" role=\"region\" "
        "aria-labelledby=\"stored\" "
        "tabindex=\"0\"><table class=\"words\"><thead><tr><th scope=\"col\">Case, candidate</th><th "
        "scope=\"col\">Answer</th>"
        "<th scope=\"col\" class=\"n\">Before / now</th><th scope=\"col\">Why</th></tr></thead><tbody>\n";
    for (const stored_comparison& c : input_.comparisons) {
      const record& r = input_.records.at(c.record);
      const char* how = !c.answer                          ? "doubtful"
                        : c.answer->kind == change::slower ? "bad"
                        : c.answer->kind == change::faster ? "good"
                        : c.answer->kind == change::tied   ? "quiet"
                                                           : "doubtful";
      text += "<tr><th scope=\"row\"><a href=\"#r" + std::to_string(c.record) + "\"><bdi>" +
              escape_markup(r.case_name() + ", " + r.candidate) + "</bdi></a></th><td class=\"" + how +
              "\">" + (c.answer ? to_string(c.answer->kind) : "not comparable") + "</td><td class=\"n\">" +
              (c.ratio ? escape_markup(format_speedup(*c.ratio)) : "") + "</td><td><bdi>" +
              escape_markup(c.answer ? c.answer->reason : c.reason) + "</bdi></td></tr>\n";
    }
    text += "</tbody></table></div>\n";
    for (const key_difference& d : input_.soft_keys)
      text += "<p class=\"note\">The baseline differs in <bdi>" + escape_markup(d.text()) + "</bdi></p>\n";
    return text;
  }

  std::string results() const {
    if (input_.records.empty()) return "<p class=\"note\">There are no records.</p>\n";
    return "<div class=\"tools\"><label>Filter <input type=\"search\" id=\"words\" placeholder=\"words of a "
           "row\"></label>"
           "<label>Show <select id=\"kind\"><option value=\"all\">all</option><option "
           "value=\"attention\">what needs attention"
           "</option><option value=\"fine\">what is fine</option></select></label><span id=\"count\" "
           "class=\"soft\" "
           "role=\"status\"></span></div>\n" +
           html_results(input_.records, program_.empty() ? "" : shell_word(program_) + " ").to_text();
  }

  std::vector<std::string> devices() const {
    std::vector<std::string> names;
    std::set<std::string> seen;
    for (const record& r : input_.records)
      if (seen.insert(r.device).second) names.push_back(r.device);
    return names;
  }

  std::string rooflines() const {
    std::string text;
    for (const std::string& device : devices()) {
      const roofline_plot plot(input_.records, device);
      if (plot.empty()) continue;
      text +=
          "<h3><bdi>" + escape_markup(device) +
          "</bdi></h3><figure><div class=\"scroll\" role=\"region\" tabindex=\"0\" "
          "aria-label=\"Roofline of " +
          escape_markup(device) + "; arrow keys go from point to point\">" + plot.to_text() +
          "</div><figcaption>Operations a second of the unit that takes longest for its part of the "
          "work; the "
          "vertical line is the 95&nbsp;% interval of the time. Ceilings of other resources are below, under "
          "Environment.";
      if (plot.without_place())
        text += " " + std::to_string(plot.without_place()) +
                " timed records declare no bytes or no operations, and have no place here.";
      text += "</figcaption></figure>\n";
    }
    return text;
  }

  std::string scores() const {
    const double confidence = input_.scoring.confidence;
    std::string plots;
    const auto add = [&](fast_over over, const std::string& name, const std::string& words) {
      const fast_p_plot plot(input_.records, over, confidence);
      if (plot.empty()) return;
      plots += "<div><h3>" + name +
               "</h3><figure><div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + name +
               "\">" + plot.to_text() + "</div><figcaption>" + words +
               " The band is the Wilson interval of the share, " + detail::threshold_text(confidence * 100) +
               "&nbsp;%.</figcaption></figure></div>\n";
    };
    add(fast_over::baseline, "fast_p over the baseline",
        "The share of cases with a candidate that is correct and more than p times as fast as the baseline, "
        "by "
        "the lower end of its speedup&#39;s interval.");
    add(fast_over::speed_of_light, "fast_p over the speed of light",
        "The share of cases with a candidate that is correct and above p of the speed of light, by the lower "
        "end of its interval.");
    return html_scores(score(input_.records, input_.scoring)) +
           (plots.empty() ? "" : "<div class=\"pair\">\n" + plots + "</div>\n");
  }

  std::string samples() const {
    const sample_plot_choice choice = choose_sample_plots(input_.records);
    if (choice.records.empty()) return "";
    std::string charts;
    bool thinned = false;
    for (const std::size_t at : choice.records) {
      const record& r = input_.records[at];
      const sample_plot plot(*r.time, choice.points);
      if (plot.empty()) continue;
      thinned = thinned || plot.thinned();
      const std::string name = r.case_name() + ", " + r.candidate;
      std::string about = format_time(r.time->raw) + " raw · " + counted(r.time->samples.size(), "sample");
      if (!r.time->outliers.empty()) about += ", " + counted(r.time->outliers.size(), "outlier");
      if (r.time->status != measurement_status::converged)
        about += std::string(" · ") + to_string(r.time->status);
      charts += "<figure>" + plot.to_text("Samples of " + name + ": " + about) + "<figcaption><a href=\"#r" +
                std::to_string(at) + "\"><bdi>" + escape_markup(name) + "</bdi></a> " + escape_markup(about) +
                "</figcaption></figure>\n";
    }
    std::string note =
        "What the events said of each launch, over the time at which it was taken, and how the times are "
        "distributed. The line is "
        "the median, the band its 95&nbsp;% interval; outliers are crosses, and are part of every figure.";
    if (choice.records.size() < choice.with_samples)
      note += " Shown are " + std::to_string(choice.records.size()) + " of " +
              std::to_string(choice.with_samples) + " records, those with notes or outliers first.";
    if (thinned)
      note += " At most " + std::to_string(choice.points) +
              " points are drawn of each; the distribution is of all samples.";
    return "<p class=\"note\">" + note + "</p>\n<div class=\"charts\">\n" + charts + "</div>\n";
  }

  std::string environments() const {
    std::string text;
    for (const environment& e : input_.environments) {
      text += "<dl class=\"facts\">";
      const auto fact = [&](const std::string& what, const std::string& value) {
        if (!value.empty()) text += "<dt>" + what + "</dt><dd><bdi>" + escape_markup(value) + "</bdi></dd>";
      };
      fact("assay", e.assay_version);
      fact("date", e.date);
      fact("system", e.system);
      fact("processor", e.processor);
      fact("compiler", e.compiler);
      std::string command;
      for (const std::string& word : e.command_line) {
        if (!command.empty()) command += ' ';
        command += shell_word(word);
      }
      fact("command", command);
      for (const device_info& d : e.devices) fact("device", device_words(d));
      text += "</dl>\n";
    }
    for (const std::string& device : devices()) text += ceilings_table(device);
    return text;
  }

  static std::string device_words(const device_info& d) {
    std::string text = d.name + " (" + d.architecture + ")";
    const auto add = [&](const std::string& words) { text += ", " + words; };
    if (d.multiprocessors)
      add(std::to_string(*d.multiprocessors) + (d.vendor == vendor::cpu ? " cores" : " multiprocessors"));
    if (d.max_clock) add(format_number(*d.max_clock / 1e6) + " MHz");
    if (d.memory_bytes) add(format_bytes(static_cast<double>(*d.memory_bytes)) + " memory");
    if (d.memory_clock) add("memory at " + format_number(*d.memory_clock / 1e6) + " MHz");
    if (d.memory_bus_bits) add(std::to_string(*d.memory_bus_bits) + " bits wide");
    if (d.l2_bytes) add(format_bytes(static_cast<double>(*d.l2_bytes)) + " L2");
    if (d.ecc) add(*d.ecc ? "ECC on" : "ECC off");
    if (!d.driver_version.empty()) add("driver " + d.driver_version);
    if (!d.runtime_version.empty()) add("runtime " + d.runtime_version);
    if (!d.uuid.empty()) add(d.uuid);
    return text;
  }

  std::string ceilings_table(const std::string& device) const {
    const known_ceilings known = ceilings_of_device(input_.records, device);
    if (known.empty()) return "";
    std::set<layer> layers;
    std::set<resource> resources;
    for (const auto& [what, rate] : known) {
      layers.insert(what.first);
      resources.insert(what.second);
    }
    std::string text = "<h3><bdi>" + escape_markup(device) +
                       "</bdi>: ceilings in use</h3><div class=\"wide\" role=\"region\" "
                       "tabindex=\"0\" aria-label=\"Ceilings of " +
                       escape_markup(device) + "\"><table><thead><tr><th scope=\"col\">Resource</th>";
    for (const layer which : layers)
      text += "<th scope=\"col\" class=\"n\">" + std::string(to_string(which)) + "</th>";
    text += "</tr></thead><tbody>\n";
    for (const resource r : resources) {
      text += "<tr><th scope=\"row\">" + std::string(to_string(r)) + "</th>";
      for (const layer which : layers) {
        const auto found = known.find({which, r});
        text += "<td class=\"n\">" +
                (found == known.end() ? "" : format_rate(found->second, is_bytes(r) ? "B/s" : "op/s")) +
                "</td>";
      }
      text += "</tr>\n";
    }
    return text + "</tbody></table></div>\n";
  }

  const report_input& input_;
  std::string program_;
};

[[nodiscard]] inline std::string to_html(const report_input& input) { return html_page(input).to_text(); }

}  // namespace assay
