// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "assay/monitor/device_state.hpp"

namespace assay {

/// Reads what a device's management library says of it, and sets nothing. No call throws because something
/// could not be read: that is an absent field, and where there is no library at all,
/// device_state::unavailable says why.
class monitor {
 public:
  monitor() = default;
  monitor(const monitor&) = delete;
  monitor& operator=(const monitor&) = delete;
  virtual ~monitor() = default;

  [[nodiscard]] virtual device_state read() = 0;
  /// J since some past moment; only the difference of two readings means anything. One call of the library.
  [[nodiscard]] virtual std::optional<double> joules() = 0;
  /// s between two steps of that counter, where it is known.
  [[nodiscard]] virtual std::optional<double> joules_period() const = 0;
};

/// Stands where there is none, and says why.
class absent_monitor final : public monitor {
 public:
  explicit absent_monitor(std::string why) : why_(std::move(why)) {}

  [[nodiscard]] device_state read() override {
    device_state state;
    state.unavailable = why_;
    return state;
  }
  [[nodiscard]] std::optional<double> joules() override { return std::nullopt; }
  [[nodiscard]] std::optional<double> joules_period() const override { return std::nullopt; }

 private:
  std::string why_;
};

}  // namespace assay
