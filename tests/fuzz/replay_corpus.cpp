// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// In place of libFuzzer, where the compiler has none: runs a target over the files of its corpus, then over
// changes of them that no coverage guides.
//
//   fuzz_gates [-runs=N] FOLDER...
#include <algorithm>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "fuzz/fuzz.hpp"

extern "C" {
__attribute__((weak)) int LLVMFuzzerInitialize(int* argc, char*** argv);
__attribute__((weak)) std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                                          std::size_t most, unsigned seed);
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);
}

namespace {

std::minstd_rand random_bytes(1);
std::size_t below(std::size_t bound) { return random_bytes() % bound; }

}  // namespace

/// Another byte, one more, one less.
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most) {
  const std::size_t at = size > 0 ? below(size) : 0;
  switch (below(3)) {
    case 0:
      if (size == most) return size;
      std::memmove(data + at + 1, data + at, size - at);
      data[at] = static_cast<std::uint8_t>(below(256));
      return size + 1;
    case 1:
      if (size == 0) return 0;
      std::memmove(data + at, data + at + 1, size - at - 1);
      return size - 1;
    default:
      if (size > 0) data[at] = static_cast<std::uint8_t>(below(256));
      return size;
  }
}

int main(int argc, char** argv) try {
  using bytes = std::vector<std::uint8_t>;
  std::vector<bytes> corpus = {{}};
  long runs = 0;
  for (int i = 1; i < argc; ++i) {
    if (std::strncmp(argv[i], "-runs=", 6) == 0) {
      runs = std::atol(argv[i] + 6);
      continue;
    }
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const std::filesystem::path& path : files) {
      std::ifstream file(path, std::ios::binary);
      corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
  }
  if (LLVMFuzzerInitialize) LLVMFuzzerInitialize(&argc, &argv);
  const auto run = [](const bytes& input) { LLVMFuzzerTestOneInput(input.data(), input.size()); };
  for (const bytes& input : corpus) run(input);
  const auto mutate = LLVMFuzzerCustomMutator ? LLVMFuzzerCustomMutator
                                              : [](std::uint8_t* data, std::size_t size, std::size_t most,
                                                   unsigned) { return LLVMFuzzerMutate(data, size, most); };
  for (long i = 0; i < runs; ++i) {
    bytes input = corpus[below(corpus.size())];
    const std::size_t most = input.size() + 4096;
    for (std::size_t change = 1 + below(4); change > 0; --change) {
      const std::size_t size = input.size();
      input.resize(most);
      input.resize(mutate(input.data(), size, most, static_cast<unsigned>(random_bytes())));
    }
    run(input);
  }
  std::printf("%zu inputs and %ld changes of them\n", corpus.size(), runs);
  return 0;
} catch (const std::exception& e) {
  std::fprintf(stderr, "uncaught: %s\n", e.what());
  return 1;
}
