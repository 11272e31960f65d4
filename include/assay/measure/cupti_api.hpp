// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assay/monitor/shared_library.hpp"

/// The part of CUPTI's activity API that cupti_timer uses, declared here because CUPTI's headers are not in
/// every toolkit. Values and offsets are those of cupti_activity.h and cupti_result.h of CUDA 13.0; records
/// only grew at their ends since CUDA 9, so the prefixes below hold for all of these.
/// tests/headers/cupti.cpp compares them with the real header where there is one.
namespace assay::cupti {

/// CUptiResult.
using status = int;
inline constexpr status ok = 0;                  ///< CUPTI_SUCCESS
inline constexpr status max_limit_reached = 12;  ///< from next_record: the buffer has no more records

/// CUpti_ActivityKind.
enum class kind : std::uint32_t {
  copy = 1,                   ///< MEMCPY
  set = 2,                    ///< MEMSET
  driver = 4,                 ///< calls of the driver API
  runtime = 5,                ///< calls of the runtime API
  kernel = 10,                ///< CONCURRENT_KERNEL
  peer_copy = 22,             ///< MEMCPY2
  external_correlation = 39,  ///< which external id a call was made under
};

inline constexpr std::uint32_t external_custom = 3;  ///< CUPTI_EXTERNAL_CORRELATION_KIND_CUSTOM0
inline constexpr std::uint32_t flush_forced = 1;     ///< CUPTI_ACTIVITY_FLAG_FLUSH_FORCED

/// The beginnings of the records. Times are ns, 0 where they are not known.
struct record {
  cupti::kind kind;
};
struct kernel_record {  ///< CUpti_ActivityKernel4 and later
  cupti::kind kind;
  std::uint32_t unused_before[3];
  std::uint64_t start, end;
  std::uint32_t unused[15];
  std::uint32_t correlation;
};
struct memory_record {  ///< CUpti_ActivityMemcpy*, CUpti_ActivityMemset*
  cupti::kind kind;
  std::uint32_t unused_before;
  std::uint64_t bytes, start, end;
  std::uint32_t unused[3];
  std::uint32_t correlation;
};
struct peer_copy_record {  ///< CUpti_ActivityMemcpyPtoP*
  cupti::kind kind;
  std::uint32_t unused_before;
  std::uint64_t bytes, start, end;
  std::uint32_t unused[7];
  std::uint32_t correlation;
};
struct external_record {  ///< CUpti_ActivityExternalCorrelation
  cupti::kind kind;
  std::uint32_t external_kind;
  std::uint64_t external_id;
  std::uint32_t correlation;
};

using request_callback = void (*)(std::uint8_t** buffer, std::size_t* bytes, std::size_t* most_records);
using complete_callback = void (*)(void* context, std::uint32_t stream, std::uint8_t* buffer,
                                   std::size_t bytes, std::size_t valid_bytes);

/// The functions, each named after its own without `cuptiActivity`.
struct api {
  status (*enable)(cupti::kind);
  status (*disable)(cupti::kind);
  status (*register_callbacks)(request_callback, complete_callback);
  status (*push_external_id)(std::uint32_t external_kind, std::uint64_t id);
  status (*pop_external_id)(std::uint32_t external_kind, std::uint64_t* last);
  status (*flush_all)(std::uint32_t flag);
  status (*next_record)(std::uint8_t* buffer, std::size_t valid_bytes, record** next);
  status (*dropped_records)(void* context, std::uint32_t stream, std::size_t* count);
  status (*result_string)(status, const char** text);

  /// CUPTI's own name for a status.
  [[nodiscard]] std::string name(status value) const {
    const char* text = nullptr;
    if (result_string(value, &text) != ok || !text) return "CUPTI status " + std::to_string(value);
    return text;
  }

  /// Opens `path`, or where it is empty the libraries of CUDA 13 and 12 that the loader finds, then the
  /// toolkit's usual folders. Where that fails, `why_not` says what was tried. The library stays open: CUPTI
  /// has threads.
  [[nodiscard]] static std::optional<api> load(const std::string& path, std::string& why_not) {
    std::vector<std::string> candidates{path};
    if (path.empty())
      candidates = {"libcupti.so.13", "libcupti.so.12", "libcupti.so",
                    "/usr/local/cuda/extras/CUPTI/lib64/libcupti.so", "/usr/local/cuda/lib64/libcupti.so"};
    why_not.clear();
    for (const std::string& candidate : candidates) {
      if (!why_not.empty()) why_not += "; ";
      const shared_library library(candidate);
      if (!library) {
        why_not += library.why_not();
        continue;
      }
      api result;
      const char* const missing = result.find(library);
      if (!missing) {
        why_not.clear();
        return result;
      }
      why_not += candidate + " has no " + missing;
    }
    return std::nullopt;
  }

 private:
  /// The name of the first function that the library does not have; null when it has all.
  const char* find(const shared_library& library) {
    const char* missing = nullptr;
    const auto look_up = [&](auto& function, const char* name) {
      library.find(function, name);
      if (!function && !missing) missing = name;
    };
    look_up(enable, "cuptiActivityEnable");
    look_up(disable, "cuptiActivityDisable");
    look_up(register_callbacks, "cuptiActivityRegisterCallbacks");
    look_up(push_external_id, "cuptiActivityPushExternalCorrelationId");
    look_up(pop_external_id, "cuptiActivityPopExternalCorrelationId");
    look_up(flush_all, "cuptiActivityFlushAll");
    look_up(next_record, "cuptiActivityGetNextRecord");
    look_up(dropped_records, "cuptiActivityGetNumDroppedRecords");
    look_up(result_string, "cuptiGetResultString");
    return missing;
  }
};

}  // namespace assay::cupti
