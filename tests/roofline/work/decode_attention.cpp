// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/decode_attention.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"
#include "support/counting.hpp"

using namespace assay;
using support::counted_array;
using support::counter;
using support::differences;
using support::number;
using support::random_shapes;

namespace {

/// Decodes `queries` tokens of each sequence. The cached vector of a token begins at its place in the cache:
/// a shared prefix lies there once. `latent` of its elements are the values; 0: they are an array of their
/// own.
work loop(const std::vector<std::int64_t>& contexts, std::int64_t queries, std::int64_t query_heads,
          std::int64_t kv_heads, std::int64_t head, std::int64_t value_head, bool values_within,
          std::int64_t page, std::int64_t left, std::int64_t shared_prefix, dtype type, dtype cache_type) {
  counter seen;
  const auto sequences = static_cast<std::int64_t>(contexts.size());
  std::int64_t tokens = shared_prefix, longest = 0;
  for (const std::int64_t context : contexts) {
    tokens += context - shared_prefix;
    longest = std::max(longest, context);
  }
  counted_array &q = seen.array(type, sequences * queries * query_heads * head),
                &k = seen.array(cache_type, tokens * kv_heads * head),
                &v = seen.array(cache_type, tokens * kv_heads * value_head),
                &o = seen.array(dtype::bf16, sequences * queries * query_heads * value_head),
                &lengths = seen.array(dtype::int32, sequences),
                &pages = seen.array(dtype::int32, sequences * (longest + 1));
  std::int64_t own = shared_prefix;  // where the sequence's own tokens begin
  for (std::int64_t s = 0; s < sequences; ++s) {
    const std::int64_t context = contexts[static_cast<std::size_t>(s)];
    (void)lengths.read(s);
    for (std::int64_t i = 0; i < queries; ++i)
      for (std::int64_t h = 0; h < query_heads; ++h) {
        const std::int64_t row = (s * queries + i) * query_heads + h, place = i + context - queries;
        std::vector<number> sum(static_cast<std::size_t>(value_head), 0);
        for (std::int64_t t = left < 0 ? 0 : std::max<std::int64_t>(0, place - left); t <= place; ++t) {
          if (page > 0) (void)pages.read(s * (longest + 1) + t / page);
          const std::int64_t token = t < shared_prefix ? t : own + t - shared_prefix;
          const std::int64_t at = token * kv_heads + h / (query_heads / kv_heads);
          number score = 0;
          for (std::int64_t d = 0; d < head; ++d)
            score = multiply_add_matrix(q.read(row * head + d), k.read(at * head + d), score);
          const number weight = exp(score);
          for (std::int64_t d = 0; d < value_head; ++d) {
            number& one = sum[static_cast<std::size_t>(d)];
            one = multiply_add_matrix(
                weight, values_within ? k.read(at * head + d) : v.read(at * value_head + d), one);
          }
        }
        for (std::int64_t d = 0; d < value_head; ++d)
          o.write(row * value_head + d, sum[static_cast<std::size_t>(d)]);
      }
    own += context - shared_prefix;
  }
  return seen.total(resource::fp32, resource::tensor_bf16);
}

}  // namespace

TEST_CASE("decode: by hand", "[roofline]") {
  const std::int64_t contexts[] = {1000, 17, 4096};
  work::paged_attention shape =
      work::paged_attention{.contexts = contexts, .query_heads = 32, .kv_heads = 8, .head = 128, .page = 16}
          .inputs(dtype::bf16);
  const double tokens = 1000 + 17 + 4096;
  CHECK(work(shape).amount(resource::tensor_bf16) == 4 * 32 * tokens * 128);
  CHECK(work(shape).amount(resource::sfu) == 32 * tokens);
  CHECK(work(shape).dram_bytes_read ==
        2.0 * 3 * 32 * 128 + 2.0 * 2 * tokens * 8 * 128 + 4 * (63 + 2 + 256) + 4 * 3);
  CHECK(work(shape).dram_bytes_written == 2.0 * 3 * 32 * 128);
  CHECK(work(shape.inputs(dtype::bf16, dtype::fp8_e4m3fn)).dram_bytes_read ==
        2.0 * 3 * 32 * 128 + 2.0 * tokens * 8 * 128 + 4 * (63 + 2 + 256) + 4 * 3);
  shape.shared_prefix = 16;
  CHECK(work(shape).dram_bytes_read ==
        2.0 * 3 * 32 * 128 + 2.0 * 2 * (tokens - 32) * 8 * 128 + 4 * (63 + 2 + 256) + 4 * 3);

  // DeepSeek-V3, 128 heads, 64 sequences of 8192 tokens.
  const work latent =
      work::latent_attention{.contexts = work::lengths::equal(64, 8192), .heads = 128}.inputs(dtype::bf16);
  CHECK(latent.amount(resource::tensor_bf16) == 2.0 * 128 * 64 * 8192 * (2 * 512 + 64));
  CHECK(latent.dram_bytes_read == 2.0 * (64 * 128 * 576 + 64 * 8192.0 * 576) + 4 * 64);
  CHECK(latent.dram_bytes_written == 2.0 * 64 * 128 * 512);
  CHECK(differences(work::latent_attention{.contexts = {}, .heads = 2}, work()).empty());
}

TEST_CASE("decode: what plain loops do", "[roofline]") {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    CAPTURE(seed);
    random_shapes pick(seed);
    const std::int64_t prefix = pick(0, 6), queries = pick(1, 3), page = pick(0, 4), left = pick(-1, 6);
    std::vector<std::int64_t> contexts;
    for (std::int64_t s = pick(1, 4); s > 0; --s) contexts.push_back(prefix + pick(0, 9));
    const std::int64_t kv_heads = pick(1, 2), heads = kv_heads * pick(1, 2), head = pick(1, 3),
                       value_head = pick(1, 3);
    const auto cache = pick.one_of({dtype::bf16, dtype::fp8_e5m2});
    const work::paged_attention paged = work::paged_attention{.contexts = contexts,
                                                              .query_heads = heads,
                                                              .kv_heads = kv_heads,
                                                              .head = head,
                                                              .value_head = value_head,
                                                              .queries = queries,
                                                              .page = page,
                                                              .left = left,
                                                              .shared_prefix = prefix}
                                            .inputs(dtype::bf16, cache);
    CHECK(differences(paged, loop(contexts, queries, heads, kv_heads, head, value_head, false, page, left,
                                  prefix, dtype::bf16, cache)) == "");
    const work::latent_attention latent = work::latent_attention{.contexts = contexts,
                                                                 .heads = heads,
                                                                 .queries = queries,
                                                                 .latent = value_head,
                                                                 .rotary = head,
                                                                 .page = page,
                                                                 .left = left,
                                                                 .shared_prefix = prefix}
                                              .inputs(dtype::bf16, cache);
    CHECK(differences(latent, loop(contexts, queries, heads, 1, value_head + head, value_head, true, page,
                                   left, prefix, dtype::bf16, cache)) == "");
  }
}
