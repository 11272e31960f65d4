// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// A libcupti.so for tests without a GPU. It keeps the order of things that CUPTI's documentation gives: the
// record of an API call follows that of its external ids, records are delivered in the caller's buffers when
// asked to flush.
#include "support/fake_cupti.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "assay/measure/cupti_api.hpp"

namespace {

namespace cupti = assay::cupti;
constexpr cupti::status unknown_error = 999, invalid_parameter = 1, queue_empty = 18;

support::fake_cupti_script script;
cupti::request_callback request = nullptr;
cupti::complete_callback complete = nullptr;
std::vector<std::uint64_t> external_ids;
std::vector<std::vector<std::uint8_t>> pending;  // records that no buffer holds yet
std::uint32_t correlation = 0;
std::size_t produced = 0, dropped = 0;

bool fails(const char* call) { return script.failing_call && std::string_view(script.failing_call) == call; }

/// Records are longer than the prefixes that assay declares, each kind by another length.
std::size_t record_bytes(cupti::kind kind) {
  switch (kind) {
    case cupti::kind::kernel: return 224;
    case cupti::kind::copy: return 104;
    case cupti::kind::set: return 88;
    case cupti::kind::peer_copy: return 112;
    case cupti::kind::external_correlation: return 24;
    case cupti::kind::runtime: return 40;
    default: return 56;
  }
}

template <class Record>
void produce(const Record& record) {
  if (++produced > script.drop_after) {
    ++dropped;
    return;
  }
  std::vector<std::uint8_t> bytes(record_bytes(record.kind), 0xEE);
  std::memcpy(bytes.data(), &record, sizeof record);
  pending.push_back(std::move(bytes));
}

void produce_operation(cupti::kind kind, std::uint64_t start, std::uint64_t end) {
  const auto with_times = [&](auto record) {
    record.kind = kind;
    record.start = start;
    record.end = end;
    record.correlation = correlation;
    produce(record);
  };
  if (kind == cupti::kind::kernel)
    with_times(cupti::kernel_record{});
  else if (kind == cupti::kind::peer_copy)
    with_times(cupti::peer_copy_record{});
  else
    with_times(cupti::memory_record{});
}

}  // namespace

extern "C" {

support::fake_cupti_script* fake_cupti_get_script() { return &script; }

void fake_cupti_reset() {
  script = {};
  external_ids.clear();
  pending.clear();
  produced = dropped = 0;
}

void fake_cupti_launch(std::uint32_t kind, std::uint64_t start, std::uint64_t end, int operations) {
  ++correlation;
  const auto operate = [&] {
    for (int i = 0; i < operations; ++i) produce_operation(static_cast<cupti::kind>(kind), start, end);
  };
  if (script.operations_first) operate();
  if (script.unknown_kinds) produce(cupti::record{static_cast<cupti::kind>(4242)});
  if (!external_ids.empty())
    produce(cupti::external_record{cupti::kind::external_correlation, cupti::external_custom,
                                   external_ids.back(), correlation});
  // One of another kind of id, for the same call: some other tool's.
  if (script.unknown_kinds)
    produce(cupti::external_record{cupti::kind::external_correlation, 1, 77, correlation});
  produce(cupti::record{cupti::kind::runtime});
  if (!script.operations_first) operate();
}

cupti::status cuptiActivityEnable(cupti::kind) {
  if (fails("cuptiActivityEnable")) return unknown_error;
  ++script.enabled;
  return cupti::ok;
}
cupti::status cuptiActivityDisable(cupti::kind) {
  --script.enabled;
  return cupti::ok;
}
cupti::status cuptiActivityRegisterCallbacks(cupti::request_callback give, cupti::complete_callback take) {
  if (fails("cuptiActivityRegisterCallbacks")) return unknown_error;
  request = give;
  complete = take;
  return cupti::ok;
}
cupti::status cuptiActivityPushExternalCorrelationId(std::uint32_t, std::uint64_t id) {
  if (fails("cuptiActivityPushExternalCorrelationId")) return unknown_error;
  external_ids.push_back(id);
  ++script.external_ids;
  return cupti::ok;
}
cupti::status cuptiActivityPopExternalCorrelationId(std::uint32_t, std::uint64_t* last) {
  if (external_ids.empty()) return queue_empty;
  *last = external_ids.back();
  external_ids.pop_back();
  --script.external_ids;
  return cupti::ok;
}
cupti::status cuptiActivityFlushAll(std::uint32_t) {
  if (fails("cuptiActivityFlushAll")) return unknown_error;
  std::size_t next = 0;
  do {
    std::uint8_t* buffer = nullptr;
    std::size_t bytes = 0, most_records = 0, used = 0;
    request(&buffer, &bytes, &most_records);
    if (!buffer || reinterpret_cast<std::uintptr_t>(buffer) % 8 != 0) return unknown_error;
    bytes = bytes < script.buffer_bytes ? bytes : script.buffer_bytes;
    for (; next < pending.size() && used + pending[next].size() <= bytes; ++next) {
      std::memcpy(buffer + used, pending[next].data(), pending[next].size());
      used += pending[next].size();
    }
    ++script.buffers;
    complete(nullptr, 0, buffer, bytes, used);
    if (used == 0) break;  // the buffer was too small, or there was nothing
  } while (next < pending.size());
  pending.clear();
  return cupti::ok;
}
cupti::status cuptiActivityGetNextRecord(std::uint8_t* buffer, std::size_t valid_bytes,
                                         cupti::record** next) {
  if (script.broken_record) return invalid_parameter;
  std::uint8_t* at = buffer;
  if (*next) {
    at = reinterpret_cast<std::uint8_t*>(*next);
    at += record_bytes((*next)->kind);
  }
  if (at >= buffer + valid_bytes) return cupti::max_limit_reached;
  *next = reinterpret_cast<cupti::record*>(at);
  return cupti::ok;
}
cupti::status cuptiActivityGetNumDroppedRecords(void*, std::uint32_t, std::size_t* count) {
  *count = dropped;
  dropped = 0;
  return cupti::ok;
}
cupti::status cuptiGetResultString(cupti::status status, const char** text) {
  switch (status) {
    case cupti::ok: *text = "CUPTI_SUCCESS"; return cupti::ok;
    case invalid_parameter: *text = "CUPTI_ERROR_INVALID_PARAMETER"; return cupti::ok;
    case cupti::max_limit_reached: *text = "CUPTI_ERROR_MAX_LIMIT_REACHED"; return cupti::ok;
    case unknown_error: *text = "CUPTI_ERROR_UNKNOWN"; return cupti::ok;
    default: return invalid_parameter;
  }
}
}
