// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What fuzz targets share. Each target reads text that somebody else wrote, and holds the reader to this: it
// neither crashes nor hangs nor takes all memory (libFuzzer and the sanitizers see to it), and what it
// refuses it refuses with an error of assay's own that says where.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>

#include "assay/core/error.hpp"

/// libFuzzer's entry point. Always 0, but -1 for inputs that are not worth keeping.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

[[nodiscard]] inline std::string text_of(const std::uint8_t* data, std::size_t size) {
  return size == 0 ? std::string() : std::string(reinterpret_cast<const char*>(data), size);
}

/// Ends the process as a crash does, so that the input is kept.
[[noreturn]] inline void broken(const std::string& promise, const std::string& shown) {
  std::fprintf(stderr, "BROKEN PROMISE: %s\n%s\n", promise.c_str(), shown.c_str());
  std::abort();
}
inline void expect(bool kept, const char* promise, const std::string& shown) {
  if (!kept) broken(promise, shown);
}
inline void expect_same(const std::string& first, const std::string& again, const char* promise) {
  expect(first == again, promise, first + "\n-- and then --\n" + again);
}

/// What `reader` makes of the text; absent where it refuses, as it may, with an error that names `place`.
/// Any other exception ends the process.
template <class Reader>
[[nodiscard]] auto read(const std::string& place, const Reader& reader) -> std::optional<decltype(reader())> {
  try {
    return reader();
  } catch (const assay::error& e) {
    const std::string words = e.what();
    expect(words.find(place) != std::string::npos, "an error says where", words);
    return std::nullopt;
  }
}

/// A text as a file, for readers that open one.
class memory_file {
 public:
  explicit memory_file(const std::string& text) : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::runtime_error("memfd_create");
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t count = ::write(descriptor_, text.data() + done, text.size() - done);
      if (count <= 0) throw std::runtime_error("write to a file in memory");
      done += static_cast<std::size_t>(count);
    }
  }
  memory_file(const memory_file&) = delete;
  memory_file& operator=(const memory_file&) = delete;
  ~memory_file() { ::close(descriptor_); }

  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace fuzz
