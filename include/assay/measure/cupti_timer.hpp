// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "assay/core/error.hpp"
#include "assay/measure/cupti_api.hpp"

namespace assay {

/// A call of CUPTI failed, or it could not tell what it had seen: no fault of what was launched.
class cupti_error : public error {
 public:
  using error::error;
};

/// What the device did for one launch.
struct device_span {
  double seconds = 0.0;  ///< from the start of its first operation to the end of its last
  int operations = 0;    ///< kernels, copies and sets
};

/// The device's own times of launches on an NVIDIA GPU, from CUPTI's activity records. It is what event times
/// are held against, and too intrusive to replace them: records have to be collected, and a process in which
/// CUPTI was ever enabled has events up to 0.2 µs longer. Use it after all event timing, or in a process of
/// its own. CUPTI errs as well: its stamps add about 0.5 µs to a chain of kernels (docs/design.md, "Timing").
///
///   std::string why_not;
///   if (auto timer = cupti_timer::open(why_not))
///     spans = timer->spans(100, [&](int) { kernel<<<g, b, 0, s>>>(args); }, [] { cudaDeviceSynchronize();
///     });
///
/// Operations belong to the launch whose call enqueued them, on any stream of the thread that called. Those
/// of a graph have the correlation id of the call that launched the graph, and so belong to that launch. What
/// other threads enqueue is not seen. One object a process: CUPTI's callbacks know no owner.
class cupti_timer {
 public:
  /// Opens CUPTI (see cupti::api::load for `path`) and starts it. Null where it is not there, does not start
  /// or is open already; `why_not` then says why.
  [[nodiscard]] static std::unique_ptr<cupti_timer> open(std::string& why_not, const std::string& path = {}) {
    if (active()) {
      why_not = "a cupti_timer is open already";
      return nullptr;
    }
    const std::optional<cupti::api> api = cupti::api::load(path, why_not);
    if (!api) return nullptr;
    std::unique_ptr<cupti_timer> timer(new cupti_timer(*api));
    try {
      timer->start();
    } catch (const error& e) {
      why_not = e.what();
      return nullptr;
    }
    return timer;
  }

  cupti_timer(const cupti_timer&) = delete;
  cupti_timer& operator=(const cupti_timer&) = delete;
  ~cupti_timer() {
    for (const cupti::kind kind : enabled_) static_cast<void>(api_.disable(kind));
    const std::lock_guard lock(mutex());
    active() = nullptr;
  }

  /// Calls before(i), launch(i) for each i below `count`, then synchronize() once, which has to wait for all
  /// of it. What before(i) enqueues (a cache sweep, an event) is not part of the span. A span is absent where
  /// the device did nothing for that launch, or its times are not known, and all are where records were
  /// dropped. Throws what the callables throw, and cupti_error when a call of CUPTI fails.
  [[nodiscard]] std::vector<std::optional<device_span>> spans(int count,
                                                              const std::function<void(int)>& launch,
                                                              const std::function<void()>& synchronize,
                                                              const std::function<void(int)>& before = {}) {
    const std::uint64_t first = next_id_;
    next_id_ += static_cast<std::uint64_t>(std::max(count, 0));
    {
      const std::lock_guard lock(mutex());
      collected_ = {};
    }
    for (int i = 0; i < count; ++i) {
      if (before) before(i);
      const external_id scope(*this, first + static_cast<std::uint64_t>(i));
      launch(i);
    }
    synchronize();
    check(api_.flush_all(cupti::flush_forced), "cuptiActivityFlushAll");

    const std::lock_guard lock(mutex());
    check(collected_.failure, "reading CUPTI's records");
    if (collected_.out_of_memory) throw cupti_error("no memory for CUPTI's records");
    dropped_ += collected_.dropped;
    if (collected_.dropped > 0)
      return std::vector<std::optional<device_span>>(static_cast<std::size_t>(count));
    return spans_of(collected_, first, count);
  }

  /// Records that CUPTI said it dropped, in all calls of spans().
  [[nodiscard]] std::size_t dropped() const noexcept { return dropped_; }

 private:
  struct operation {
    std::uint32_t correlation;
    std::uint64_t start, end;  // ns
  };
  struct collection {
    std::vector<operation> operations = {};
    std::unordered_map<std::uint32_t, std::uint64_t> external_ids = {};  // by correlation id
    std::size_t dropped = 0;
    cupti::status failure = cupti::ok;
    bool out_of_memory = false;
  };

  /// The launch that calls belong to, for as long as this lives.
  class [[nodiscard]] external_id {
   public:
    external_id(cupti_timer& owner, std::uint64_t id) : owner_(owner) {
      owner.check(owner.api_.push_external_id(cupti::external_custom, id),
                  "cuptiActivityPushExternalCorrelationId");
    }
    external_id(const external_id&) = delete;
    external_id& operator=(const external_id&) = delete;
    ~external_id() {
      std::uint64_t last = 0;
      static_cast<void>(owner_.api_.pop_external_id(cupti::external_custom, &last));
    }

   private:
    cupti_timer& owner_;
  };

  explicit cupti_timer(const cupti::api& api) : api_(api) {}

  void check(cupti::status status, const std::string& call) const {
    if (status != cupti::ok) throw cupti_error(call + ": " + api_.name(status));
  }

  void start() {
    {
      const std::lock_guard lock(mutex());
      active() = this;
    }
    check(api_.register_callbacks(&give_buffer, &take_buffer), "cuptiActivityRegisterCallbacks");
    // External ids are attached to the records of API calls, so those are needed too, of both APIs: libraries
    // launch through either.
    for (const cupti::kind kind :
         {cupti::kind::external_correlation, cupti::kind::runtime, cupti::kind::driver, cupti::kind::kernel,
          cupti::kind::copy, cupti::kind::set, cupti::kind::peer_copy}) {
      check(api_.enable(kind), "cuptiActivityEnable(" + std::to_string(static_cast<int>(kind)) + ")");
      enabled_.push_back(kind);
    }
  }

  // CUPTI calls these from threads of its own as well; nothing may be thrown into it.
  static void give_buffer(std::uint8_t** buffer, std::size_t* bytes, std::size_t* most_records) noexcept {
    constexpr std::size_t size = std::size_t{1} << 20;  // about 3000 launches
    *buffer = static_cast<std::uint8_t*>(std::malloc(size));
    *bytes = *buffer ? size : 0;
    *most_records = 0;  // as many as fit
  }
  static void take_buffer(void* context, std::uint32_t stream, std::uint8_t* buffer, std::size_t,
                          std::size_t valid_bytes) noexcept {
    {
      const std::lock_guard lock(mutex());
      if (active()) active()->read(context, stream, buffer, valid_bytes);
    }
    std::free(buffer);
  }

  void read(void* context, std::uint32_t stream, std::uint8_t* buffer, std::size_t valid_bytes) noexcept {
    try {
      cupti::record* record = nullptr;
      cupti::status status = cupti::ok;
      while (valid_bytes > 0 && (status = api_.next_record(buffer, valid_bytes, &record)) == cupti::ok)
        add(*record);
      if (status != cupti::ok && status != cupti::max_limit_reached) collected_.failure = status;
      std::size_t dropped = 0;
      if (api_.dropped_records(context, stream, &dropped) == cupti::ok) collected_.dropped += dropped;
    } catch (...) {  // of what is called here, only memory can run out
      collected_.out_of_memory = true;
    }
  }

  void add(const cupti::record& record) {
    const auto keep = [&](const auto& r) {
      collected_.operations.push_back({r.correlation, r.start, r.end});
    };
    switch (record.kind) {
      case cupti::kind::kernel: return keep(reinterpret_cast<const cupti::kernel_record&>(record));
      case cupti::kind::copy:
      case cupti::kind::set: return keep(reinterpret_cast<const cupti::memory_record&>(record));
      case cupti::kind::peer_copy: return keep(reinterpret_cast<const cupti::peer_copy_record&>(record));
      case cupti::kind::external_correlation: {
        const auto& r = reinterpret_cast<const cupti::external_record&>(record);
        if (r.external_kind == cupti::external_custom) collected_.external_ids[r.correlation] = r.external_id;
        return;
      }
      default: return;  // calls of the APIs, and what other tools have enabled
    }
  }

  [[nodiscard]] static std::vector<std::optional<device_span>> spans_of(const collection& from,
                                                                        std::uint64_t first, int count) {
    struct extent {
      std::uint64_t start = UINT64_MAX, end = 0;
      int operations = 0;
      bool known = true;
    };
    std::vector<extent> extents(static_cast<std::size_t>(count));
    for (const operation& o : from.operations) {
      const auto id = from.external_ids.find(o.correlation);
      // Ids of earlier calls wrap around to large ones.
      if (id == from.external_ids.end() || id->second - first >= extents.size()) continue;
      extent& e = extents[static_cast<std::size_t>(id->second - first)];
      e.start = std::min(e.start, o.start);
      e.end = std::max(e.end, o.end);
      e.known = e.known && o.start > 0 && o.end >= o.start;
      ++e.operations;
    }
    std::vector<std::optional<device_span>> result;
    for (const extent& e : extents) {
      if (e.operations > 0 && e.known)
        result.push_back(device_span{static_cast<double>(e.end - e.start) * 1e-9, e.operations});
      else
        result.push_back(std::nullopt);
    }
    return result;
  }

  /// The timer that CUPTI's callbacks work for, and what guards it and its collection.
  static cupti_timer*& active() {
    static cupti_timer* timer = nullptr;
    return timer;
  }
  static std::mutex& mutex() {
    static std::mutex instance;
    return instance;
  }

  cupti::api api_;
  std::vector<cupti::kind> enabled_;
  collection collected_;
  std::uint64_t next_id_ = 1;
  std::size_t dropped_ = 0;
};

}  // namespace assay
