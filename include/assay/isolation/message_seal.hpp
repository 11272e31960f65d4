// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "assay/core/error.hpp"
#include "assay/isolation/siphash.hpp"

namespace assay {

/// A key on a page of memory of its own, which cannot be read but while it is used: code that shares the
/// process and looks through its memory faults there. It could ask for the page as assay does; see
/// docs/design.md, "Isolation", for what that means.
class hidden_key {
 public:
  explicit hidden_key(const siphash_key& key) {
    const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    void* const page = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) throw io_error(std::string("no memory for a key: ") + std::strerror(errno));
    page_ = std::unique_ptr<siphash_key, unmapping>(new (page) siphash_key(key), unmapping{size});
    hide();
  }

  template <class Use>
  [[nodiscard]] auto use(const Use& with) const {
    if (::mprotect(page_.get(), page_.get_deleter().size, PROT_READ) != 0)
      throw io_error(std::string("a key cannot be read: ") + std::strerror(errno));
    auto result = with(*page_);
    hide();
    return result;
  }

 private:
  struct unmapping {
    std::size_t size;
    void operator()(siphash_key* page) const { ::munmap(page, size); }
  };
  void hide() const { static_cast<void>(::mprotect(page_.get(), page_.get_deleter().size, PROT_NONE)); }

  std::unique_ptr<siphash_key, unmapping> page_;
};

/// Lines that nobody can write, change, repeat, leave out or send back who does not know the key: each
/// carries a hash of itself, of its number and of the direction it goes.
class message_seal {
 public:
  enum class end { parent, worker };

  message_seal(const siphash_key& key, end own) : key_(key), own_(own) {}

  /// The line for a text without line breaks.
  [[nodiscard]] std::string seal(std::string_view text) {
    char tag[17];
    std::snprintf(tag, sizeof tag, "%016llx", static_cast<unsigned long long>(hash(own_, sent_++, text)));
    return std::string(tag, 16) + " " + std::string(text) + "\n";
  }

  /// The text of a line of the other end, without its line break. Absent where it is not what that end has
  /// sent next.
  [[nodiscard]] std::optional<std::string> open(std::string_view line) {
    std::uint64_t tag = 0;
    if (line.size() < 17 || line[16] != ' ') return std::nullopt;
    const auto [at, status] = std::from_chars(line.data(), line.data() + 16, tag, 16);
    if (status != std::errc() || at != line.data() + 16) return std::nullopt;
    const std::string_view text = line.substr(17);
    if (hash(own_ == end::parent ? end::worker : end::parent, received_, text) != tag) return std::nullopt;
    ++received_;
    return std::string(text);
  }

 private:
  [[nodiscard]] std::uint64_t hash(end from, std::uint64_t number, std::string_view text) const {
    std::string whole(9, from == end::parent ? 'p' : 'w');
    std::memcpy(whole.data() + 1, &number, sizeof number);
    whole += text;
    return key_.use([&](const siphash_key& key) { return siphash(key, whole); });
  }

  hidden_key key_;
  end own_;
  std::uint64_t sent_ = 0, received_ = 0;
};

}  // namespace assay
