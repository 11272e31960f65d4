// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/attention_mask.hpp"
#include "assay/roofline/work/lengths.hpp"
#include "assay/roofline/work/matrix_format.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

namespace detail {

/// What the queries of a decode step refer to in a cache of keys and values, added up over the sequences.
struct decode_references {
  double pairs = 0;    ///< of one head
  double tokens = 0;   ///< of the cache, those that are shared counted once
  double pages = 0;    ///< entries of the page tables
  double queries = 0;  ///< that see some token

  constexpr decode_references(const work::lengths& contexts, std::int64_t queries_each, std::int64_t left,
                              std::int64_t page, std::int64_t shared_prefix) {
    std::int64_t first_shared = shared_prefix;
    for (std::int64_t i = 0; i < contexts.count(); ++i) {
      const attention_mask mask{queries_each, contexts[i], left, 0};
      pairs += mask.pairs();
      queries += product(mask.seeing_queries());
      const std::int64_t first = mask.first_key(), end = mask.end_key();
      if (first == end) continue;
      first_shared = smaller(first_shared, first);
      tokens += product(larger(std::int64_t{0}, end - larger(first, shared_prefix)));
      if (page > 0) pages += product((end - 1) / page - first / page + 1);
    }
    tokens += product(shared_prefix - first_shared);
  }
};

[[nodiscard]] constexpr shape_check check_decode(const char* operation, const work::lengths& contexts,
                                                 std::int64_t queries, std::int64_t left, std::int64_t page,
                                                 std::int64_t shared_prefix) {
  shape_check check = check_lengths(shape_check(operation), "contexts", contexts, 0);
  check.at_least(0, "queries", queries)
      .at_least(-1, "left", left)
      .at_least(0, "page", page)
      .at_least(0, "shared_prefix", shared_prefix);
  for (std::int64_t i = 0; check && i < contexts.count(); ++i)
    check.at_most("shared_prefix", shared_prefix, "the context", contexts[i]);
  return check;
}

}  // namespace detail

/// Decode: the last `queries` tokens of each sequence against its cached keys and values, causal.
///
///   work::paged_attention{.contexts = tokens, .query_heads = 32, .kv_heads = 8, .head = 128, .page = 16}
///       .inputs(dtype::bf16, dtype::fp8_e4m3fn)
///
/// Flops and exp: as attention, 2·Hq·P·(Dqk + Dv) and Hq·P, with the pairs P of all sequences. Bytes: Q read
/// and O written; of the cache only the tokens that are seen, shared ones once; 4 bytes for the page table's
/// entry of each seen page, and for the length of each sequence. Source: Kwon et al., PagedAttention, arXiv
/// 2309.06180.
struct work::paged_attention {
  lengths contexts = {};  ///< cached tokens of each sequence, those of the queries included
  std::int64_t query_heads = 1, kv_heads = query_heads;
  std::int64_t head = 0, value_head = head;
  std::int64_t queries = 1;        ///< of each sequence
  std::int64_t page = 0;           ///< tokens; 0: the cache of a sequence is one piece
  std::int64_t left = -1;          ///< tokens before its own that a query sees; -1: all
  std::int64_t shared_prefix = 0;  ///< first tokens that all sequences have in the same pages
  dtype type = dtype::fp32;        ///< of Q
  dtype cache_type = type;
  dtype output_type = detail::product_type(type);

  [[nodiscard]] constexpr paged_attention inputs(dtype query, dtype cache) const {
    paged_attention result = *this;
    result.type = query;
    result.cache_type = cache;
    result.output_type = detail::product_type(query);
    return result;
  }
  [[nodiscard]] constexpr paged_attention inputs(dtype all) const { return inputs(all, all); }
  template <class Query, class Cache = Query>
  [[nodiscard]] constexpr paged_attention inputs() const {
    return inputs(dtype_of<Query>::value, dtype_of<Cache>::value);
  }

  constexpr operator work() const {
    if (const auto check =
            detail::check_decode("paged_attention", contexts, queries, left, page, shared_prefix)
                .at_least(1, "query_heads", query_heads)
                .at_least(1, "kv_heads", kv_heads)
                .divides("kv_heads", kv_heads, "query_heads", query_heads)
                .at_least(1, "head", head)
                .at_least(1, "value_head", value_head);
        !check)
      return check.refused();
    if (contexts.count() == 0 || queries == 0) return {};
    const detail::decode_references seen(contexts, queries, left, page, shared_prefix);
    const double rows = detail::product(contexts.count(), queries, query_heads);
    return work()
        .add(matrix_resource(detail::wider(type, cache_type)),
             detail::product(2, query_heads, seen.pairs, head + value_head))
        .add(resource::sfu, detail::product(query_heads, seen.pairs))
        .add_read(detail::bytes(type, detail::product(seen.queries, query_heads, head)) +
                  detail::bytes(cache_type, detail::product(seen.tokens, kv_heads, head)) +
                  detail::bytes(cache_type, detail::product(seen.tokens, kv_heads, value_head)) +
                  detail::product(4, seen.pages) + detail::product(4, contexts.count()))
        .add_written(detail::bytes(output_type, detail::product(rows, value_head)));
  }
};

/// Decode with multi-head latent attention, its projections absorbed: all heads share one cached vector of
/// `latent` + `rotary` elements a token, whose first `latent` elements are the values as well.
///
/// Flops: 2·H·P·(2·latent + rotary), exp H·P. Bytes: Q (H·(latent + rotary) a query) read, O (H·latent)
/// written, the cached vector of each seen token once; page tables and lengths as in paged_attention. Source:
/// DeepSeek-V2, arXiv 2405.04434, section 2.1; latent 512 and rotary 64 are its sizes.
struct work::latent_attention {
  lengths contexts = {};  ///< cached tokens of each sequence, those of the queries included
  std::int64_t heads = 0;
  std::int64_t queries = 1;  ///< of each sequence
  std::int64_t latent = 512, rotary = 64;
  std::int64_t page = 0;
  std::int64_t left = -1;
  std::int64_t shared_prefix = 0;
  dtype type = dtype::fp32;
  dtype cache_type = type;
  dtype output_type = detail::product_type(type);

  [[nodiscard]] constexpr latent_attention inputs(dtype query, dtype cache) const {
    latent_attention result = *this;
    result.type = query;
    result.cache_type = cache;
    result.output_type = detail::product_type(query);
    return result;
  }
  [[nodiscard]] constexpr latent_attention inputs(dtype all) const { return inputs(all, all); }
  template <class Query, class Cache = Query>
  [[nodiscard]] constexpr latent_attention inputs() const {
    return inputs(dtype_of<Query>::value, dtype_of<Cache>::value);
  }

  constexpr operator work() const {
    if (const auto check =
            detail::check_decode("latent_attention", contexts, queries, left, page, shared_prefix)
                .at_least(1, "heads", heads)
                .at_least(1, "latent", latent)
                .at_least(0, "rotary", rotary);
        !check)
      return check.refused();
    if (contexts.count() == 0 || queries == 0) return {};
    const detail::decode_references seen(contexts, queries, left, page, shared_prefix);
    return work()
        .add(matrix_resource(detail::wider(type, cache_type)),
             detail::product(2, heads, seen.pairs, 2 * latent + rotary))
        .add(resource::sfu, detail::product(heads, seen.pairs))
        .add_read(detail::bytes(type, detail::product(seen.queries, heads, latent + rotary)) +
                  detail::bytes(cache_type, detail::product(seen.tokens, latent + rotary)) +
                  detail::product(4, seen.pages) + detail::product(4, contexts.count()))
        .add_written(detail::bytes(output_type, detail::product(contexts.count(), queries, heads, latent)));
  }
};

}  // namespace assay
