// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "assay/core/error.hpp"
#include "assay/isolation/descriptor.hpp"
#include "assay/isolation/message_seal.hpp"
#include "assay/isolation/running_page.hpp"
#include "assay/isolation/worker_handles.hpp"
#include "assay/report/json.hpp"

namespace assay {

/// The worker's end of what connects it with the process that watches it: sealed lines both ways, and the
/// note of who runs. Every message carries the time at which it was sent, by the clock that is measured with.
class worker_link {
 public:
  /// Takes the key, which is the first that was written there. Throws io_error where nobody has.
  explicit worker_link(const worker_handles& handles)
      : socket_(handles.socket), page_(descriptor(handles.page)) {
    // What candidates start must not have it.
    if (::fcntl(handles.socket, F_SETFD, FD_CLOEXEC) != 0 || ::fcntl(handles.page, F_SETFD, FD_CLOEXEC) != 0)
      throw io_error(std::string("a worker is started by assay alone: ") + std::strerror(errno));
    siphash_key key;
    std::string line = read_line().value_or("");
    const char* const end = line.data() + line.size();
    const auto [middle, first] = std::from_chars(line.data(), end, key.low, 16);
    if (first != std::errc() || middle == end) throw io_error("a worker is started by assay alone: no key");
    const auto [last, second] = std::from_chars(middle + 1, end, key.high, 16);
    if (second != std::errc() || last != end) throw io_error("a worker is started by assay alone: no key");
    ::explicit_bzero(line.data(), line.size());
    seal_ = std::make_unique<message_seal>(key, message_seal::end::worker);
    ::explicit_bzero(&key, sizeof key);
  }
  [[nodiscard]] running_note& note() const { return page_.note(); }

  /// The next question; absent when there will be none. Throws io_error for what the parent has not written.
  [[nodiscard]] std::optional<json> receive() {
    const std::optional<std::string> line = read_line();
    if (!line) return std::nullopt;
    const std::optional<std::string> text = seal_->open(*line);
    if (!text) throw io_error("a worker was asked by somebody else than the process that started it");
    return json::parse(*text);
  }

  /// Throws io_error where nobody listens.
  void send(json message) {
    message["at"] = now();
    const std::string line = seal_->seal(to_text(message));
    for (std::size_t done = 0; done < line.size();) {
      const ssize_t count = ::send(socket_.number(), line.data() + done, line.size() - done, MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0)
        throw io_error(std::string("a worker cannot answer: ") + std::strerror(count < 0 ? errno : EPIPE));
      done += static_cast<std::size_t>(count);
    }
    last_sign_ = now();
  }

  /// Says what is done next, and goes on when all that was printed before it has been read: what is printed
  /// afterwards is of the new stage.
  void stage(const std::string& what) { agree({{"type", "stage"}, {"what", what}}); }

  /// Sends a message, waits until all that came before it has been read, and answers at once: what an honest
  /// clock says then lies between two readings of the other process's.
  void agree(json message) {
    std::fflush(stdout);
    std::cout.flush();
    send(std::move(message));
    if (!receive()) throw io_error("who started this worker has gone");
    send({{"type", "here"}});
  }

  /// Says that this process is alive, at most ten times a second.
  void sign() {
    if (now() - last_sign_ >= 0.1) send({{"type", "alive"}});
  }

 private:
  static double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }

  std::optional<std::string> read_line() {
    for (;;) {
      if (const std::size_t end = buffer_.find('\n'); end != std::string::npos) {
        std::string line = buffer_.substr(0, end);
        ::explicit_bzero(buffer_.data(), end);
        buffer_.erase(0, end + 1);
        return line;
      }
      char part[4096];
      const ssize_t count = ::recv(socket_.number(), part, sizeof part, 0);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw io_error(std::string("a worker cannot be asked: ") + std::strerror(errno));
      if (count == 0) return std::nullopt;
      buffer_.append(part, static_cast<std::size_t>(count));
      ::explicit_bzero(part, sizeof part);
    }
  }

  descriptor socket_;
  running_page page_;
  std::unique_ptr<message_seal> seal_;
  std::string buffer_;
  double last_sign_ = 0.0;
};

}  // namespace assay
