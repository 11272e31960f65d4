// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/isolation/message_seal.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "support/catch.hpp"

using namespace assay;

namespace {

constexpr siphash_key key{0x1234, 0x5678};

/// Without its line break, as a reader of lines has it.
std::string line(message_seal& from, const std::string& text) {
  std::string sealed = from.seal(text);
  REQUIRE(sealed.back() == '\n');
  sealed.pop_back();
  return sealed;
}

}  // namespace

TEST_CASE("what one end has sealed the other one opens, in its order", "[isolation]") {
  message_seal parent(key, message_seal::end::parent), worker(key, message_seal::end::worker);
  for (const std::string text : {"{}", "", "a record", "a record"}) {
    CHECK(parent.open(line(worker, text)) == text);
    CHECK(worker.open(line(parent, text)) == text);
  }
}

TEST_CASE("a line that was changed, repeated, left out or sent back is refused", "[isolation]") {
  message_seal parent(key, message_seal::end::parent), worker(key, message_seal::end::worker);
  const std::string first = line(worker, "correct"), second = line(worker, "wrong");
  std::string changed = first;
  changed.back() = 'T';
  CHECK_FALSE(parent.open(changed));
  CHECK_FALSE(parent.open(second));  // the first has not come
  CHECK_FALSE(worker.open(first));   // it comes from there
  REQUIRE(parent.open(first));
  CHECK_FALSE(parent.open(first));
  CHECK(parent.open(second) == "wrong");  // what was refused has not counted
}

TEST_CASE("a line of another key is refused, and so is what is none", "[isolation]") {
  message_seal parent(key, message_seal::end::parent);
  message_seal other({0x1234, 0x5679}, message_seal::end::worker);
  CHECK_FALSE(parent.open(line(other, "correct")));
  for (const std::string nothing :
       {"", " ", "correct", "0123456789abcdef", "0123456789abcdef correct", "0123456789abcdeg correct",
        "-123456789abcdef correct", "0x23456789abcdef correct"})
    CHECK_FALSE(parent.open(nothing));
}

TEST_CASE("a key that is not used cannot be read", "[isolation]") {
  const hidden_key hidden(key);
  const siphash_key* where = nullptr;
  CHECK(hidden.use([&](const siphash_key& seen) {
    where = &seen;
    return seen.low;
  }) == key.low);
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGSEGV, SIG_DFL);
    ::_exit(*reinterpret_cast<const volatile char*>(where) == 0 ? 1 : 0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK_FALSE((WIFEXITED(status) && WEXITSTATUS(status) < 2));  // a sanitizer ends it with a code of its own
}
