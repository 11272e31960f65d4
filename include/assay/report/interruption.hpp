// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <string>

#include "assay/suite/run_observer.hpp"

namespace assay {

/// Thrown through a run that somebody asked to end. No std::exception: what handles those takes them for the
/// failure of a candidate.
struct interrupted {
  int signal;
  /// "SIGINT"
  [[nodiscard]] const char* name() const { return signal == SIGTERM ? "SIGTERM" : "SIGINT"; }
};

/// While this lives, SIGINT (Ctrl-C) and SIGTERM ask a run to end: it does, by `interrupted`, at once where
/// its candidates run in worker processes, else when the step that goes on is over. A second signal ends the
/// process at once, as the first would have. A signal that was ignored from the start (nohup) stays ignored.
///
/// To be the last of a run's observers, so that the others have seen what it stops at. One at a time.
class interruption final : public run_observer {
 public:
  interruption() {
    asked_ = 0;
    struct sigaction ask {};
    ask.sa_handler = [](int signal) {
      const int error = errno;  // of what was interrupted
      asked_ = signal;
      for (const int one : signals) ::signal(one, SIG_DFL);
      constexpr char words[] = "\nassay: ending; once more ends at once\n";
      static_cast<void>(!::write(STDERR_FILENO, words, sizeof words - 1));
      errno = error;
    };
    ask.sa_flags = SA_RESTART;
    for (std::size_t i = 0; i < signals.size(); ++i) {
      ::sigaction(signals[i], nullptr, &before_[i]);
      if (before_[i].sa_handler != SIG_IGN) ::sigaction(signals[i], &ask, nullptr);
    }
  }
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;
  ~interruption() override {
    for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &before_[i], nullptr);
  }

  /// Throws `interrupted` where that was asked for.
  static void check() {
    if (const int signal = asked_) throw interrupted{signal};
  }

  void on_progress(std::size_t, const plan_item&, const std::string&) override { check(); }
  void on_item_done(std::size_t) override { check(); }
  void on_wait() override { check(); }

 private:
  static constexpr std::array<int, 2> signals = {SIGINT, SIGTERM};
  inline static volatile sig_atomic_t asked_ = 0;
  std::array<struct sigaction, 2> before_{};
};

}  // namespace assay
