// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/isolation/siphash.hpp"

#include <string>

#include "support/catch.hpp"

using namespace assay;

TEST_CASE("SipHash gives the values of its authors' test vectors", "[isolation]") {
  const siphash_key key{0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
  std::string text;
  for (char c = 0; c < 15; ++c) text += c;
  CHECK(siphash(key, text) == 0xa129ca6149be45e5u);  // appendix A of the paper
  // The first of vectors.h of the reference implementation: no bytes, one, and eight.
  CHECK(siphash(key, "") == 0x726fdb47dd0e0e31u);
  CHECK(siphash(key, text.substr(0, 1)) == 0x74f839c593dc67fdu);
  CHECK(siphash(key, text.substr(0, 8)) == 0x93f5f5799a932462u);
}

TEST_CASE("another key and another text have another hash", "[isolation]") {
  CHECK(siphash({1, 2}, "a text") != siphash({1, 3}, "a text"));
  CHECK(siphash({1, 2}, "a text") != siphash({2, 2}, "a text"));
  CHECK(siphash({1, 2}, "a text") != siphash({1, 2}, "a Text"));
  CHECK(siphash({1, 2}, std::string(1, '\0')) != siphash({1, 2}, std::string(2, '\0')));
}
