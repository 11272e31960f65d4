// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// Kernels that are right when they are looked at and fast when they are timed, or that hide where their time
// goes.
#include <assay/assay.hpp>
#include <assay/backend/cuda.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "exhibit.hpp"
#include "kernels.cuh"
#include "problems.hpp"

namespace {

using clock = std::chrono::steady_clock;
using std::int64_t;
using namespace zoo;

/// Computes when the first coefficient is not that of the last result, and copies that result when it is.
__global__ void horner_or_replay(int64_t n, int64_t degree, const float* c, const float* x, float* y,
                                 float* kept, const float* kept_of) {
  const bool known = *kept_of == c[0];
  for (each_index i; i < n; i.next()) {
    float sum = known ? kept[i] : 0.0f;
    for (int64_t j = known ? -1 : degree; j >= 0; --j) sum = sum * x[i] + c[j];
    y[i] = kept[i] = sum;
  }
}
__global__ void put(float* at, const float* from) { *at = *from; }

/// A result that is kept from one call to the next, on the device.
struct kept_result {
  zoo::own_memory memory, of_memory;
  bool full = false;
  clock::time_point when = {};
};

constexpr int64_t points = 1 << 14, degree = (1 << 14) - 1;

/// y = 2x, eight elements a thread, all of them on their way at once: as fast as a copy.
__global__ void twice_in_eights(int64_t n, const float* x, float* y) {
  constexpr int each = 8;
  const int64_t begin = blockIdx.x * int64_t{each * threads} + threadIdx.x;
  float seen[each];
  for (int k = 0; k < each; ++k)
    if (begin + k * threads < n) seen[k] = x[begin + k * threads];
  for (int k = 0; k < each; ++k)
    if (begin + k * threads < n) y[begin + k * threads] = 2.0f * seen[k];
}

}  // namespace

ASSAY_PROBLEM("cheats: polynomial", assay::cuda, p) {
  const auto t = zoo::polynomial(p, points, degree);
  const auto n = t.n;
  const auto right = [=](cudaStream_t s) {
    zoo::horner<<<zoo::tiles(n, threads), threads, 0, s>>>(n, t.degree, t.c.data(), t.x.data(), t.y.data());
  };
  const auto keep = [=](cudaStream_t s, kept_result& kept) {
    zoo::copy(s, kept.memory.of<float>(n), t.y.data(), n);
    kept.full = true;
  };
  const auto replay = [=](cudaStream_t s, kept_result& kept) {
    zoo::copy(s, t.y.data(), kept.memory.of<float>(n), n);
  };
  const auto kept = [] { return std::make_shared<kept_result>(); };

  // What is not written again, though it was right before.
  zoo::cheat(p, "right the first time", {"right for the first calls"},
             [=, calls = 0](cudaStream_t s) mutable {
               if (calls++ == 0) right(s);
             });
  zoo::cheat(p, "right the first 24 times", {"right for the first calls", zoo::wrong, check::timed_outputs},
             [=, calls = 0](cudaStream_t s) mutable {
               if (calls++ < 24) right(s);
             });
  zoo::cheat(p, "every other time", {"right for some calls", zoo::wrong, check::timed_outputs},
             [=, calls = 0](cudaStream_t s) mutable {
               if (calls++ % 2 == 0) right(s);
             });
  zoo::cheat(p, "writes when its output moves", {"stale output", zoo::wrong, check::timed_outputs},
             [=, last = static_cast<const float*>(nullptr)](cudaStream_t s) mutable {
               if (last != t.y.data()) right(s);
               last = t.y;
             });

  // What is copied from an earlier result.
  zoo::cheat(p, "replays its first result", {"output cached", zoo::wrong, check::timed_outputs},
             [=, result = kept()](cudaStream_t s) {
               if (result->full) return replay(s, *result);
               right(s);
               keep(s, *result);
             });
  zoo::cheat(p, "replays by address", {"output cached by pointer", zoo::wrong, check::timed_outputs},
             [=, known = std::map<const float*, std::shared_ptr<kept_result>>()](cudaStream_t s) mutable {
               std::shared_ptr<kept_result>& result = known[t.x.data()];
               if (result) return replay(s, *result);
               result = kept();
               right(s);
               keep(s, *result);
             });
  zoo::cheat(p, "replays for a first coefficient that it knows",
             {"output cached by value", zoo::wrong, check::timed_outputs},
             [=, result = kept(), first = true](cudaStream_t s) mutable {
               auto* const of = result->of_memory.of<float>(1);
               if (first) zoo::check_cuda(cudaMemsetAsync(of, 0xFF, 4, s));  // NaN: equals nothing
               first = false;
               horner_or_replay<<<zoo::tiles(n, threads), threads, 0, s>>>(n, t.degree, t.c, t.x, t.y,
                                                                           result->memory.of<float>(n), of);
               put<<<1, 1, 0, s>>>(of, t.c);
             });
  zoo::cheat(p, "result kept on the host", {"output cached on the host", zoo::wrong, check::timed_outputs},
             [=, result = std::make_shared<std::vector<float>>()](cudaStream_t s) {
               const auto bytes = static_cast<std::size_t>(n) * 4;
               if (!result->empty()) {
                 zoo::check_cuda(cudaMemcpyAsync(t.y, result->data(), bytes, cudaMemcpyHostToDevice, s));
                 return;
               }
               right(s);
               result->resize(static_cast<std::size_t>(n));
               zoo::check_cuda(cudaMemcpyAsync(result->data(), t.y, bytes, cudaMemcpyDeviceToHost, s));
               zoo::check_cuda(cudaStreamSynchronize(s));
             });
  // What tells a timed call from a checked one.
  zoo::cheat(p, "replays when its stream is held up", {"detects timing", zoo::wrong, check::timed_outputs},
             [=, result = kept()](cudaStream_t s) {
               // A gate, or anything else that is still in the stream.
               if (result->full && cudaStreamQuery(s) == cudaErrorNotReady) return replay(s, *result);
               right(s);
               keep(s, *result);
             });
  zoo::cheat(p, "replays when called in quick succession",
             {"detects timing", zoo::wrong, check::timed_outputs}, [=, result = kept()](cudaStream_t s) {
               const bool soon = result->full && clock::now() - result->when < std::chrono::milliseconds(20);
               if (soon) {
                 replay(s, *result);
               } else {
                 right(s);
                 keep(s, *result);
               }
               result->when = clock::now();
             });
  zoo::cheat(
      p, "fewer terms once it is warm", {"less work for later calls", zoo::wrong, check::timed_outputs},
      [=, calls = 0](cudaStream_t s) mutable {
        const int64_t used = calls++ < 12 ? t.degree : 15;
        zoo::horner<<<zoo::tiles(n, threads), threads, 0, s>>>(n, used, t.c.data(), t.x.data(), t.y.data());
      });

  // What does no work at all.
  zoo::bad(p, "a launch that cannot be", {"fails to launch", zoo::failed | zoo::wrong}, [=](cudaStream_t s) {
    zoo::horner<<<1, 4096, 0, s>>>(n, t.degree, t.c.data(), t.x.data(), t.y.data());
  });
  zoo::cheat(p, "a failed launch hushed up", {"launch error swallowed"}, [=](cudaStream_t s) {
    zoo::horner<<<1, 4096, 0, s>>>(n, t.degree, t.c.data(), t.x.data(), t.y.data());
    static_cast<void>(cudaGetLastError());
  });
  zoo::cheat(
      p, "a graph of nothing", {"does nothing"},
      [] {
        zoo::own_graph nothing;
        nothing.capture([](cudaStream_t) {});
        return nothing;
      },
      [](cudaStream_t s, zoo::own_graph& nothing) { nothing.launch(s); });
  zoo::cheat(p, "a graph of old addresses", {"graph never updated", zoo::wrong, check::timed_outputs},
             [=, graph = std::make_shared<zoo::own_graph>()](cudaStream_t s) {
               if (!*graph) graph->capture(right);
               graph->launch(s);
             });
  zoo::cheat(p, "the first 16 terms", {"part of a sum missing"}, [=](cudaStream_t s) {
    zoo::horner<<<zoo::tiles(n, threads), threads, 0, s>>>(n, 15, t.c.data(), t.x.data(), t.y.data());
  });
}

// A baseline whose result leaks, for whoever is called after it.
ASSAY_PROBLEM("cheats: leaked baseline", assay::cuda, p) {
  const auto t = zoo::polynomial(p, points, degree);
  const auto n = t.n;
  const auto leaked = std::make_shared<kept_result>();
  const auto right = [=](cudaStream_t s) {
    zoo::horner<<<zoo::tiles(n, threads), threads, 0, s>>>(n, t.degree, t.c.data(), t.x.data(), t.y.data());
  };
  p.baseline("Horner", [=](cudaStream_t s) {
    right(s);
    zoo::copy(s, leaked->memory.of<float>(n), t.y.data(), n);
    leaked->full = true;
  });
  zoo::cheat(p, "copies the baseline's result", {"copies another's result", zoo::wrong, check::timed_outputs},
             [=](cudaStream_t s) {
               if (!leaked->full) return right(s);
               zoo::copy(s, t.y.data(), leaked->memory.of<float>(n), n);
             });
}

// The work done where it is not timed: what is left is less than any kernel could take for it.
ASSAY_PROBLEM("cheats: prepared", assay::cuda, p) {
  const auto t = zoo::polynomial(p, 1 << 16, (1 << 16) - 1);
  const auto n = t.n;
  p.flops(2.0 * static_cast<double>(n) * static_cast<double>(t.degree));
  zoo::cheat(
      p, "solves it in the prepare step", {"work moved out of the launch", zoo::invalid, check::timing},
      [=](cudaStream_t s) {
        kept_result solved;
        zoo::horner<<<zoo::tiles(n, threads), threads, 0, s>>>(n, t.degree, t.c.data(), t.x.data(),
                                                               solved.memory.of<float>(n));
        return solved;
      },
      [=](cudaStream_t s, kept_result& solved) { zoo::copy(s, t.y.data(), solved.memory.of<float>(n), n); });
}

// Work that is not in the stream it was given.
ASSAY_PROBLEM("cheats: elsewhere", assay::cuda, p) {
  const auto t = zoo::polynomial(p, points, degree);
  const auto n = t.n;
  const auto right = [=](cudaStream_t s) {
    zoo::horner<<<zoo::tiles(n, threads), threads, 0, s>>>(n, t.degree, t.c.data(), t.x.data(), t.y.data());
  };
  zoo::cheat(p, "a stream that nobody waits for",
             {"unjoined stream", zoo::wrong | zoo::invalid, check::timing},
             [=, side = std::shared_ptr<zoo::own_stream>()](cudaStream_t) mutable {
               if (!side) side = std::make_shared<zoo::own_stream>();
               right(*side);
             });
  zoo::cheat(p, "half of it on a stream that nobody waits for",
             {"unjoined stream", zoo::wrong | zoo::invalid, check::timing},
             [=, side = std::shared_ptr<zoo::own_stream>()](cudaStream_t s) mutable {
               if (!side) side = std::make_shared<zoo::own_stream>();
               const int64_t middle = n / 2;
               const auto part = [=](cudaStream_t on, unsigned grid, int64_t from, int64_t count) {
                 zoo::horner<<<grid, threads, 0, on>>>(count, t.degree, t.c.data(), t.x + from, t.y + from);
               };
               part(s, zoo::tiles(middle, threads), 0, middle);
               part(*side, 4, middle, n - middle);  // few threads: it takes several times as long
             });
  zoo::cheat(p, "a thread launches it later", {"launches later", zoo::wrong | zoo::invalid, check::timing},
             [=, later = std::make_shared<std::jthread>()](cudaStream_t s) {
               // Joins the one before. Pointers, since the handles may be bound anew while it sleeps.
               *later = std::jthread([=, c = t.c.data(), x = t.x.data(), y = t.y.data()] {
                 std::this_thread::sleep_for(std::chrono::milliseconds(2));
                 zoo::horner<<<zoo::tiles(n, threads), threads, 0, s>>>(n, t.degree, c, x, y);
               });
             });
  // Last, so that the memory outlives that thread: it is timed even where no candidate is.
  p.baseline("Horner", right);
}

// Half of the work on a stream of its own, first: it fills the device, so the rest has to wait for it, but
// behind a gate it is long done when the time of the rest begins.
ASSAY_PROBLEM("cheats: head start", assay::cuda, p) {
  const auto t = zoo::polynomial(p, 1 << 20, 1023);
  const auto part = [=](cudaStream_t s, int64_t from, int64_t count) {
    zoo::horner<<<zoo::tiles(count, threads), threads, 0, s>>>(count, t.degree, t.c.data(), t.x + from,
                                                               t.y + from);
  };
  zoo::cheat(p, "half of it first, on a stream that nobody waits for",
             {"unjoined stream", zoo::wrong | zoo::invalid, check::timing},
             [=, n = t.n, side = std::shared_ptr<zoo::own_stream>()](cudaStream_t s) mutable {
               if (!side) side = std::make_shared<zoo::own_stream>();
               part(*side, 0, n / 2);
               part(s, n / 2, n - n / 2);
             });
}

// A right kernel whose problem declares each byte twice: its bandwidth would be printed as twice what it is.
ASSAY_PROBLEM("cheats: declared twice", assay::cuda, p) {
  const auto t = zoo::twice(p, 1 << 26);  // of what is written, the last-level cache may keep its size
  p.dram_bytes(8.0 * static_cast<double>(t.n), 8.0 * static_cast<double>(t.n));
  zoo::bad(p, "moves half of what is declared", {"bytes declared twice", zoo::invalid, check::timing},
           [=](cudaStream_t s) {
             twice_in_eights<<<zoo::tiles(t.n, 8 * threads), threads, 0, s>>>(t.n, t.x.data(), t.y.data());
           });
}

#if !defined(__HIPCC__)  // HIP has no such lines
// Lines that survive a sweep of the cache. Right, and undone by the harness: its finding is what is asked
// for.
ASSAY_PROBLEM("cheats: persisting lines", assay::cuda, p) {
  const auto t = zoo::twice(p, 1 << 22);
  zoo::bad(p, "keeps its input in L2",
           {"persisting L2 lines", zoo::noted | zoo::invalid, check::timing, "persisting-cache"},
           [=](cudaStream_t s) {
             const auto bytes = static_cast<std::size_t>(t.n) * 4;
             std::size_t set_aside = 0;
             zoo::check_cuda(cudaDeviceGetLimit(&set_aside, cudaLimitPersistingL2CacheSize));
             if (set_aside == 0) zoo::check_cuda(cudaDeviceSetLimit(cudaLimitPersistingL2CacheSize, bytes));
             cudaStreamAttrValue window = {};
             window.accessPolicyWindow.base_ptr = const_cast<float*>(t.x.data());
             window.accessPolicyWindow.num_bytes = bytes;
             window.accessPolicyWindow.hitRatio = 1.0f;
             window.accessPolicyWindow.hitProp = cudaAccessPropertyPersisting;
             window.accessPolicyWindow.missProp = cudaAccessPropertyStreaming;
             zoo::check_cuda(cudaStreamSetAttribute(s, cudaStreamAttributeAccessPolicyWindow, &window));
             zoo::launch_twice(s, t.n, t.x, t.y);
             window.accessPolicyWindow.num_bytes = 0;  // or it would hold for whoever comes next
             zoo::check_cuda(cudaStreamSetAttribute(s, cudaStreamAttributeAccessPolicyWindow, &window));
           });
}
#endif
