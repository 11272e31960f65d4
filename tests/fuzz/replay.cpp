// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Lines that repeat a trial (--replay).
#include "assay/suite/replay.hpp"

#include "fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  const auto target = fuzz::read("--replay", [&] { return assay::parse_replay(text); });
  if (!target) return 0;
  const std::string written = assay::to_string(*target);
  const assay::replay_target again = assay::parse_replay(written);
  fuzz::expect_same(written, assay::to_string(again), "what was read is written and read again to the same");
  fuzz::expect(again.trial.values == target->trial.values && again.problem == target->problem &&
                   again.candidate == target->candidate && again.trial.seed == target->trial.seed,
               "what was read is written and read again to the same", written);
  return 0;
}
