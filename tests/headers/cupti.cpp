// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// assay declares the part of CUPTI that it uses; here that is compared with CUPTI's own headers. To compile
// is to pass.
#include <cupti.h>

#include <cstddef>
#include <type_traits>

#include "assay/measure/cupti_api.hpp"

namespace cupti = assay::cupti;

namespace {

template <auto Ours, auto Theirs>
constexpr bool equal = static_cast<long long>(Ours) == static_cast<long long>(Theirs);

static_assert(equal<cupti::ok, CUPTI_SUCCESS>);
static_assert(equal<cupti::max_limit_reached, CUPTI_ERROR_MAX_LIMIT_REACHED>);
static_assert(equal<cupti::kind::copy, CUPTI_ACTIVITY_KIND_MEMCPY>);
static_assert(equal<cupti::kind::set, CUPTI_ACTIVITY_KIND_MEMSET>);
static_assert(equal<cupti::kind::driver, CUPTI_ACTIVITY_KIND_DRIVER>);
static_assert(equal<cupti::kind::runtime, CUPTI_ACTIVITY_KIND_RUNTIME>);
static_assert(equal<cupti::kind::kernel, CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL>);
static_assert(equal<cupti::kind::peer_copy, CUPTI_ACTIVITY_KIND_MEMCPY2>);
static_assert(equal<cupti::kind::external_correlation, CUPTI_ACTIVITY_KIND_EXTERNAL_CORRELATION>);
static_assert(equal<cupti::external_custom, CUPTI_EXTERNAL_CORRELATION_KIND_CUSTOM0>);
static_assert(equal<cupti::flush_forced, CUPTI_ACTIVITY_FLAG_FLUSH_FORCED>);

// Enumerations travel as integers of the same size.
static_assert(sizeof(CUptiResult) == sizeof(cupti::status));
static_assert(sizeof(CUpti_ActivityKind) == sizeof(cupti::kind));
static_assert(sizeof(CUpti_ExternalCorrelationKind) == sizeof(cupti::external_custom));

#define ASSAY_SAME_FIELD(ours, theirs, our_field, their_field)                       \
  static_assert(offsetof(cupti::ours, our_field) == offsetof(theirs, their_field) && \
                sizeof(cupti::ours::our_field) == sizeof(theirs::their_field))
#define ASSAY_SAME_TIMES(ours, theirs)                        \
  ASSAY_SAME_FIELD(ours, theirs, kind, kind);                 \
  ASSAY_SAME_FIELD(ours, theirs, start, start);               \
  ASSAY_SAME_FIELD(ours, theirs, end, end);                   \
  ASSAY_SAME_FIELD(ours, theirs, correlation, correlationId); \
  static_assert(sizeof(cupti::ours) <= sizeof(theirs))

ASSAY_SAME_FIELD(record, CUpti_Activity, kind, kind);
ASSAY_SAME_TIMES(kernel_record, CUpti_ActivityKernel4);
ASSAY_SAME_TIMES(kernel_record, CUpti_ActivityKernel9);
ASSAY_SAME_TIMES(memory_record, CUpti_ActivityMemcpy);
ASSAY_SAME_TIMES(memory_record, CUpti_ActivityMemcpy5);
ASSAY_SAME_TIMES(memory_record, CUpti_ActivityMemset);
ASSAY_SAME_TIMES(memory_record, CUpti_ActivityMemset4);
ASSAY_SAME_TIMES(peer_copy_record, CUpti_ActivityMemcpyPtoP);
ASSAY_SAME_TIMES(peer_copy_record, CUpti_ActivityMemcpyPtoP4);
#if CUPTI_API_VERSION >= 130000
ASSAY_SAME_TIMES(kernel_record, CUpti_ActivityKernel10);
ASSAY_SAME_TIMES(memory_record, CUpti_ActivityMemcpy6);
#endif
ASSAY_SAME_FIELD(external_record, CUpti_ActivityExternalCorrelation, kind, kind);
ASSAY_SAME_FIELD(external_record, CUpti_ActivityExternalCorrelation, external_kind, externalKind);
ASSAY_SAME_FIELD(external_record, CUpti_ActivityExternalCorrelation, external_id, externalId);
ASSAY_SAME_FIELD(external_record, CUpti_ActivityExternalCorrelation, correlation, correlationId);

/// Parameters that differ in type agree in size and in how they are passed: enumerations and integers,
/// pointers.
template <class Ours, class Theirs>
constexpr bool same_parameter = sizeof(Ours) == sizeof(Theirs) &&
                                (std::is_pointer_v<Ours>
                                     ? std::is_pointer_v<Theirs>
                                     : (std::is_integral_v<Theirs> || std::is_enum_v<Theirs>));
template <class Ours, class Theirs>
constexpr bool same_call = false;
template <class... Ours, class... Theirs>
constexpr bool same_call<cupti::status (*)(Ours...), CUptiResult(Theirs...)> =
    sizeof...(Ours) == sizeof...(Theirs) && (same_parameter<Ours, Theirs> && ...);

static_assert(same_call<decltype(cupti::api::enable), decltype(cuptiActivityEnable)>);
static_assert(same_call<decltype(cupti::api::disable), decltype(cuptiActivityDisable)>);
static_assert(same_call<decltype(cupti::api::register_callbacks), decltype(cuptiActivityRegisterCallbacks)>);
static_assert(
    same_call<decltype(cupti::api::push_external_id), decltype(cuptiActivityPushExternalCorrelationId)>);
static_assert(
    same_call<decltype(cupti::api::pop_external_id), decltype(cuptiActivityPopExternalCorrelationId)>);
static_assert(same_call<decltype(cupti::api::flush_all), decltype(cuptiActivityFlushAll)>);
static_assert(same_call<decltype(cupti::api::next_record), decltype(cuptiActivityGetNextRecord)>);
static_assert(same_call<decltype(cupti::api::dropped_records), decltype(cuptiActivityGetNumDroppedRecords)>);
static_assert(same_call<decltype(cupti::api::result_string), decltype(cuptiGetResultString)>);

}  // namespace
