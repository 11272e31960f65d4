// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Conditions (--gate) and files of them (--gates).
#include "assay/score/gate.hpp"

#include "fuzz/fuzz.hpp"

using namespace assay;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = fuzz::text_of(data, size);
  const auto gates = fuzz::read("gates.txt", [&] { return parse_gates(text, "gates.txt"); });
  if (!gates) return 0;
  for (const gate& g : *gates) {
    fuzz::expect(std::isfinite(g.bound) && std::isfinite(g.eased_bound()), "a bound is a number", g.text);
    const gate again = parse_gate(g.text);
    fuzz::expect(again.of == g.of && again.bound == g.bound && again.margin == g.margin &&
                     again.at_least == g.at_least && again.p == g.p && again.k == g.k,
                 "the text of a gate is the gate", g.text);
    static_cast<void>(g.filter.admits("gemm m=64 n=64/tiled"));
    fuzz::expect(decide(g, {std::nan("")}) == gate_answer::not_met, "what is no number meets nothing",
                 g.text);
  }
  return 0;
}
