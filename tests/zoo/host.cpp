// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// The part of the zoo that needs no GPU. The host's stream is synchronous, so what escapes a stream is
// missing here.
#include <algorithm>
#include <assay/assay.hpp>
#include <assay/backend/host.hpp>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <stdexcept>
#include <vector>

#include "exhibit.hpp"
#include "problems.hpp"

namespace {

using clock = std::chrono::steady_clock;
using std::int64_t;
using zoo::check;

void twice(int64_t n, const float* x, float* y) {
  for (int64_t i = 0; i < n; ++i) y[i] = 2.0f * x[i];
}

/// Horner's rule, the candidate's whole work.
void polynomial(int64_t n, int64_t degree, const float* c, const float* x, float* y) {
  for (int64_t i = 0; i < n; ++i) {
    float sum = 0;
    for (int64_t j = degree; j >= 0; --j) sum = sum * x[i] + c[j];
    y[i] = sum;
  }
}

/// C = A·B with `k` products of `stride` in each sum: `stride` > k leaves the last ones out.
void gemm(int64_t m, int64_t n, int64_t k, int64_t stride, const float* a, const float* b, float* c) {
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      float sum = 0;
      for (int64_t l = 0; l < k; ++l) sum += a[i * stride + l] * b[l * n + j];
      c[i * n + j] = sum;
    }
}

/// The nearest number with 11 significand bits, ties away from zero: what tf32 keeps of an fp32.
float tf32(float value) {
  return std::bit_cast<float>((std::bit_cast<std::uint32_t>(value) + 0x1000u) & ~0x1FFFu);
}
/// The same with 8 bits: bf16.
float bf16(float value) {
  return std::bit_cast<float>((std::bit_cast<std::uint32_t>(value) + 0x8000u) & ~0xFFFFu);
}

/// `row(x, y)` for each row; y has `width` elements a row.
template <class Row>
void each_row(const zoo::rows_of<float>& t, int64_t width, const Row& row) {
  for (int64_t r = 0; r < t.rows; ++r) row(t.x.data() + r * t.columns, t.y.data() + r * width);
}

}  // namespace

ASSAY_PROBLEM("host: rows turned around, in any layout", assay::host, p) {
  const auto t = zoo::reversed_rows(p, 64, 16);
  const auto columns = t.columns;
  const auto from = [=](int64_t row) { return t.x.data() + row * t.x.leading_dimension(); };
  const auto to = [=](int64_t row) { return t.y.data() + row * t.y.leading_dimension(); };
  const auto turn = [=](const float* in, float* out) {
    for (int64_t j = 0; j < columns / 2; ++j) {
      const float first = in[j], last = in[columns - 1 - j];
      out[j] = last;
      out[columns - 1 - j] = first;
    }
  };
  zoo::honest(p, "by pairs", "in place by declaration", [=] {
    for (int64_t r = 0; r < t.rows; ++r) turn(from(r), to(r));
  });
  zoo::bad(p, "reads what it has overwritten in place",
           {"no thought of aliasing", zoo::wrong, check::layouts}, [=] {
             for (int64_t r = 0; r < t.rows; ++r)
               for (int64_t j = 0; j < columns; ++j) to(r)[j] = from(r)[columns - 1 - j];
           });
  zoo::bad(p, "takes rows to be close together",
           {"no thought of leading dimensions", zoo::wrong | zoo::invalid, check::layouts}, [=] {
             for (int64_t r = 0; r < t.rows; ++r) turn(t.x + r * columns, t.y + r * columns);
           });
  zoo::bad(p, "clears what lies between its rows", {"writes out of bounds", zoo::invalid, check::layouts},
           [=] {
             for (int64_t r = 0; r < t.rows; ++r) {
               turn(from(r), to(r));
               if (r + 1 < t.rows) std::fill(to(r) + columns, to(r + 1), 0.0f);
             }
           });
}

ASSAY_PROBLEM("host: sums of rows, labelled", assay::host, p) {
  const auto t = zoo::labelled_sums(p, 32, 500);
  zoo::honest(p, "one row at a time", {"depends on the order of a sum", "order-sensitive"}, [=] {
    each_row(t, 1, [&](const float* x, float* y) {
      float sum = 0;
      for (int64_t i = 0; i < t.columns; ++i) sum += x[i];
      *y = sum;
    });
  });
  zoo::honest(p, "another path for few rows", {"a row comes out otherwise in another batch", "batch-variant"},
              [=] {
                each_row(t, 1, [&](const float* x, float* y) {
                  float even = 0, odd = 0;
                  for (int64_t i = 0; i < t.columns; i += 2) {
                    (t.rows < 16 ? even : odd) += x[i];
                    even += x[i + 1];
                  }
                  *y = even + odd;
                });
              });
}

ASSAY_PROBLEM("host: twice", assay::host, p) {
  const auto t = zoo::twice(p, 10'007);
  const auto n = t.n;
  const auto x = t.x;
  const auto y = t.y;

  zoo::honest(p, "loop", "nothing", [=] { twice(n, x, y); });
  zoo::honest(p, "backwards", "another order of writes", [=] {
    for (int64_t i = n; i-- > 0;) y[i] = x[i] + x[i];
  });
  zoo::honest(p, "copies, then doubles in place", "the output is read back", [=] {
    std::copy(x.data(), x.data() + n, y.data());
    for (int64_t i = 0; i < n; ++i) y[i] *= 2.0f;
  });
  zoo::honest(p, "own scratch memory", "memory of its own", [=] {
    std::vector<float> scratch(static_cast<std::size_t>(n));
    twice(n, x, scratch.data());
    std::copy(scratch.begin(), scratch.end(), y.data());
  });
  zoo::honest(
      p, "prepared factor", "a prepare step", [] { return 2.0f; },
      [=](float& factor) {
        for (int64_t i = 0; i < n; ++i) y[i] = factor * x[i];
      });

  zoo::bad(p, "zeros", {"constant output"}, [=] { std::fill_n(y.data(), n, 0.0f); });
  zoo::bad(p, "passes x through", {"passthrough"}, [=] { std::copy(x.data(), x.data() + n, y.data()); });
  zoo::bad(p, "one wrong element", {"one wrong element"}, [=] {
    twice(n, x, y);
    if (n > 0) y[n / 3] *= 1.001f;
  });
  zoo::bad(p, "times 1.003", {"scaled"}, [=] {
    for (int64_t i = 0; i < n; ++i) y[i] = 2.006f * x[i];
  });
  zoo::bad(p, "1 of 128 is garbage", {"share of wrong elements"}, [=] {
    twice(n, x, y);
    for (int64_t i = 127; i < n; i += 128) y[i] = 5.0f;
  });
  zoo::bad(p, "NaN at the end", {"NaN"}, [=] {
    twice(n, x, y);
    if (n > 0) y[n - 1] = std::numeric_limits<float>::quiet_NaN();
  });
  zoo::bad(p, "pairs swapped", {"permuted elements"}, [=] {
    twice(n, x, y);
    for (int64_t i = 0; i + 1 < n; i += 2) std::swap(y[i], y[i + 1]);
  });
  zoo::bad(p, "loses the sign", {"negative values"}, [=] {
    for (int64_t i = 0; i < n; ++i) y[i] = 2.0f * std::fabs(x[i]);
  });
  zoo::bad(p, "tail left out", {"tail unwritten"}, [=] { twice(n / 16 * 16, x, y); });
  zoo::bad(p, "touches nothing", {"does nothing"}, [] {});
  zoo::bad(p, "throws", {"fails to launch", zoo::failed}, [] { throw std::runtime_error("no such kernel"); });
  zoo::bad(p, "changes its input", {"changes an input", zoo::wrong | zoo::invalid}, [=] {
    twice(n, x, y);
    if (n > 0) const_cast<float*>(x.data())[n / 2] = 0.0f;
  });
  zoo::bad(p, "adds into the output", {"relies on a zeroed output"}, [=] {
    for (int64_t i = 0; i < n; ++i) y[i] += 2.0f * x[i];
  });
  zoo::bad(p, "flushes subnormals", {"subnormals", zoo::wrong, check::fuzzed_values}, [=] {
    for (int64_t i = 0; i < n; ++i) y[i] = std::fabs(x[i]) < 0x1p-126f ? 0.0f : 2.0f * x[i];
  });
  zoo::bad(p, "right within ±1 only", {"large values", zoo::wrong, check::fuzzed_values}, [=] {
    for (int64_t i = 0; i < n; ++i) y[i] = 2.0f * std::clamp(x[i], -1.0f, 1.0f);
  });
  zoo::bad(p, "writes behind the end", {"writes out of bounds", zoo::invalid, check::red_zones}, [=] {
    twice(n, x, y);
    y[n] = 1.0f;  // into what pads an allocation to 256 bytes
  });
  zoo::bad(p, "aligns its pointers down",
           {"relies on alignment", zoo::wrong | zoo::invalid, check::misalignment}, [=] {
             const auto down = [](auto* pointer) {
               // NOLINTNEXTLINE(performance-no-int-to-ptr)
               return reinterpret_cast<decltype(pointer)>(reinterpret_cast<std::uintptr_t>(pointer) &
                                                          ~std::uintptr_t{15});
             };
             twice(n, down(x.data()), down(y.data()));
           });
}

ASSAY_PROBLEM("host: twice of a round number", assay::host, p) {
  const auto t = zoo::twice(p, 4096);
  zoo::honest(p, "loop", "nothing", [=] { twice(t.n, t.x, t.y); });
  zoo::bad(p, "whole vectors only", {"odd shapes", zoo::wrong, check::fuzzed_shapes},
           [=] { twice(t.n / 16 * 16, t.x, t.y); });
  zoo::bad(p, "right from 1000 on", {"small shapes", zoo::wrong, check::fuzzed_shapes},
           [=] { twice(t.n < 1000 ? 0 : t.n, t.x, t.y); });
}

ASSAY_PROBLEM("host: add twice, in place", assay::host, p) {
  const auto t = zoo::add_twice(p, 10'007);
  zoo::honest(p, "loop", "in place by declaration", [=] {
    for (int64_t i = 0; i < t.n; ++i) t.y[i] += 2.0f * t.x[i];
  });
  zoo::honest(p, "fused multiply-add", "contracted arithmetic", [=] {
    for (int64_t i = 0; i < t.n; ++i) t.y[i] = std::fma(2.0f, t.x[i], t.y[i]);
  });
  zoo::bad(p, "overwrites", {"ignores what was there"}, [=] { twice(t.n, t.x, t.y); });
  zoo::bad(p, "adds x alone after the first time", {"state between calls", zoo::wrong, check::timed_outputs},
           [=, first = true]() mutable {
             for (int64_t i = 0; i < t.n; ++i) t.y[i] += (first ? 2.0f : 1.0f) * t.x[i];
             first = false;
           });
}

ASSAY_PROBLEM("host: relu", assay::host, p) {
  const auto t = zoo::relu(p, 10'007);
  zoo::honest(p, "x > 0 or NaN", "NaN and zeros of both signs", [=] {
    for (int64_t i = 0; i < t.n; ++i) t.y[i] = t.x[i] > 0.0f || std::isnan(t.x[i]) ? t.x[i] : 0.0f;
  });
  zoo::bad(p, "loses NaN", {"NaN inputs", zoo::wrong, check::fuzzed_values}, [=] {
    for (int64_t i = 0; i < t.n; ++i) t.y[i] = t.x[i] > 0.0f ? t.x[i] : 0.0f;
  });
  zoo::bad(p, "keeps -0", {"negative zero", zoo::wrong, check::fuzzed_values}, [=] {
    for (int64_t i = 0; i < t.n; ++i) t.y[i] = t.x[i] < 0.0f ? 0.0f : t.x[i];
  });
}

ASSAY_PROBLEM("host: softsign", assay::host, p) {
  const auto t = zoo::softsign(p, 10'007);
  zoo::honest(p, "infinity on its own", "infinite inputs", [=] {
    for (int64_t i = 0; i < t.n; ++i)
      t.y[i] = std::isinf(t.x[i]) ? std::copysign(1.0f, t.x[i]) : t.x[i] / (1.0f + std::fabs(t.x[i]));
  });
  zoo::bad(p, "NaN of infinity", {"infinite inputs", zoo::wrong, check::fuzzed_values}, [=] {
    for (int64_t i = 0; i < t.n; ++i) t.y[i] = t.x[i] / (1.0f + std::fabs(t.x[i]));
  });
}

ASSAY_PROBLEM("host: row sums", assay::host, p) {
  const auto t = zoo::row_sums(p, 64, 1000);
  const auto columns = t.columns;
  zoo::honest(p, "in order", "a serial chain", [=] {
    each_row(t, 1, [=](const float* x, float* y) {
      *y = 0;
      for (int64_t i = 0; i < columns; ++i) *y += x[i];
    });
  });
  zoo::honest(p, "eight lanes", "reordered sum", [=] {
    each_row(t, 1, [=](const float* x, float* y) {
      float lane[8] = {};
      for (int64_t i = 0; i < columns; ++i) lane[i % 8] += x[i];
      *y = ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
    });
  });
  zoo::honest(p, "compensated", "more exact than asked", [=] {
    each_row(t, 1, [=](const float* x, float* y) {  // Kahan
      float sum = 0, lost = 0;
      for (int64_t i = 0; i < columns; ++i) {
        const float term = x[i] - lost, next = sum + term;
        lost = (next - sum) - term;
        sum = next;
      }
      *y = sum;
    });
  });
  zoo::honest(p, "in fp64", "more exact than asked", [=] {
    each_row(t, 1, [=](const float* x, float* y) {
      double sum = 0;
      for (int64_t i = 0; i < columns; ++i) sum += x[i];
      *y = static_cast<float>(sum);
    });
  });
  zoo::bad(p, "99% of each row", {"too little of a reduction"}, [=] {
    each_row(t, 1, [=](const float* x, float* y) {
      *y = 0;
      for (int64_t i = 0; i < columns - columns / 100; ++i) *y += x[i];
    });
  });
  zoo::bad(p, "one term dropped", {"dropped term"}, [=] {
    each_row(t, 1, [=](const float* x, float* y) {
      *y = 0;
      for (int64_t i = 0; i < columns; ++i) *y += i == 500 ? 0.0f : x[i];
    });
  });
  zoo::bad(p, "sum in bf16", {"low-precision accumulation"}, [=] {
    each_row(t, 1, [=](const float* x, float* y) {
      *y = 0;
      for (int64_t i = 0; i < columns; ++i) *y = bf16(*y + x[i]);
    });
  });
  zoo::bad(p, "neighbour's row", {"swapped indices"}, [=] {
    each_row(t, 1, [=](const float* x, float* y) {
      const float* const row = x == t.x.data() ? x : x - columns;
      *y = 0;
      for (int64_t i = 0; i < columns; ++i) *y += row[i];
    });
  });
}

ASSAY_PROBLEM("host: softmax", assay::host, p) {
  const auto t = zoo::softmax<float>(p, 64, 1000);
  const auto columns = t.columns;
  zoo::honest(p, "three passes", "transcendental functions", [=] {
    each_row(t, columns, [=](const float* x, float* y) {
      float top = -INFINITY, sum = 0;
      for (int64_t i = 0; i < columns; ++i) top = std::fmax(top, x[i]);
      for (int64_t i = 0; i < columns; ++i) sum += y[i] = std::exp(x[i] - top);
      for (int64_t i = 0; i < columns; ++i) y[i] /= sum;
    });
  });
  zoo::bad(p, "largest not subtracted", {"overflow", zoo::wrong, check::fuzzed_values}, [=] {
    each_row(t, columns, [=](const float* x, float* y) {
      float sum = 0;
      for (int64_t i = 0; i < columns; ++i) sum += y[i] = std::exp(x[i]);
      for (int64_t i = 0; i < columns; ++i) y[i] /= sum;
    });
  });
  zoo::bad(p, "zeros", {"constant output"}, [=] { std::fill_n(t.y.data(), t.rows * columns, 0.0f); });
}

ASSAY_PROBLEM("host: softmax, loose tolerance", assay::host, p) {
  const auto t = zoo::softmax<float>(p, 16, 4096, assay::uniform(-1, 1));
  p.tolerance(assay::tolerance::allclose(1e-2, 1e-2));
  const auto elements = t.rows * t.columns;
  // Each element is about 1/4096, so all of them lie within 0.01 of that, and of zero.
  zoo::bad(p, "uniform", {"within a loose tolerance", zoo::unverifiable | zoo::wrong, check::self_test},
           [=] { std::fill_n(t.y.data(), elements, 1.0f / static_cast<float>(t.columns)); });
}

ASSAY_PROBLEM("host: gemm", assay::host, p) {
  const auto t = zoo::gemm<float, float>(p, 64);
  const auto m = t.m, n = t.n, k = t.k;
  const auto a = t.a, b = t.b;
  const auto c = t.c;
  zoo::honest(p, "three loops", "a serial chain", [=] { gemm(m, n, k, k, a, b, c); });
  zoo::honest(p, "split along k", "reordered sum", [=] {
    std::vector<float> half(static_cast<std::size_t>(m * n));
    gemm(m, n, k / 2, k, a, b, half.data());
    gemm(m, n, k - k / 2, k, a.data() + k / 2, b.data() + k / 2 * n, c);
    for (int64_t i = 0; i < m * n; ++i) c[i] += half[static_cast<std::size_t>(i)];
  });
  zoo::bad(p, "last k tile missing", {"part of a sum missing"},
           [=] { gemm(m, n, (k - 1) / 16 * 16, k, a, b, c); });
  zoo::bad(p, "one product dropped", {"dropped term"}, [=] {
    gemm(m, n, k, k, a, b, c);
    if (m * n * k > 0) c[m * n / 2] -= a[m / 2 * k + k / 2] * b[k / 2 * n + (m * n / 2) % n];
  });
  zoo::bad(p, "tf32", {"lower precision than declared"}, [=] {
    for (int64_t i = 0; i < m; ++i)
      for (int64_t j = 0; j < n; ++j) {
        float sum = 0;
        for (int64_t l = 0; l < k; ++l) sum += tf32(a[i * k + l]) * tf32(b[l * n + j]);
        c[i * n + j] = sum;
      }
  });
  zoo::bad(p, "a tile transposed", {"tile transposed"}, [=] {
    gemm(m, n, k, k, a, b, c);
    for (int64_t i = 0; i < std::min<int64_t>(16, std::min(m, n)); ++i)
      for (int64_t j = 0; j < i; ++j) std::swap(c[i * n + j], c[j * n + i]);
  });
  zoo::bad(p, "B times A", {"swapped indices"}, [=] {
    if (m == n && n == k)
      gemm(m, n, k, k, b, a, c);
    else
      gemm(m, n, k, k, a, b, c);
  });
  zoo::bad(p, "m for the leading dimension", {"wrong leading dimension", zoo::wrong, check::fuzzed_shapes},
           [=] {
             for (int64_t i = 0; i < m; ++i)
               for (int64_t j = 0; j < n; ++j) {
                 float sum = 0;  // kept within A, so that the fault is one of numbers
                 for (int64_t l = 0; l < k; ++l) sum += a[std::min(i * m + l, m * k - 1)] * b[l * n + j];
                 c[i * n + j] = sum;
               }
           });
}

ASSAY_PROBLEM("host: scan", assay::host, p) {
  const auto t = zoo::inclusive_scan(p, 32'768);
  zoo::honest(p, "running sum", "nothing", [=] {
    std::int32_t sum = 0;
    for (int64_t i = 0; i < t.n; ++i) t.y[i] = sum += t.x[i];
  });
  zoo::bad(p, "exclusive", {"off by one"}, [=] {
    std::int32_t sum = 0;
    for (int64_t i = 0; i < t.n; ++i) {
      t.y[i] = sum;
      sum += t.x[i];
    }
  });
  zoo::bad(p, "15-bit index", {"index overflow", zoo::wrong, check::fuzzed_shapes}, [=] {
    std::int32_t sum = 0;
    for (int64_t i = 0; i < t.n; ++i) t.y[i & 0x7FFF] = sum += t.x[i & 0x7FFF];  // right up to 32768
  });
}

ASSAY_PROBLEM("host: stable order", assay::host, p) {
  const auto t = zoo::stable_order(p, 1000);
  const auto order = [=](bool stable) {
    for (int64_t i = 0; i < t.n; ++i) t.y[i] = static_cast<std::int32_t>(i);
    std::stable_sort(t.y.data(), t.y.data() + t.n, [=](std::int32_t i, std::int32_t j) {
      return t.x[i] != t.x[j] ? t.x[i] < t.x[j] : !stable && i > j;
    });
  };
  zoo::honest(p, "stable", "ties", [=] { order(true); });
  zoo::bad(p, "ties reversed", {"unstable order"}, [=] { order(false); });
}

// What is done differently when it counts.
ASSAY_PROBLEM("host: polynomial", assay::host, p) {
  const auto t = zoo::polynomial(p, 1024, 255);
  const auto right = [=] { polynomial(t.n, t.degree, t.c, t.x, t.y); };
  const auto keep = [=](std::vector<float>& kept) { kept.assign(t.y.data(), t.y.data() + t.n); };
  const auto replay = [=](const std::vector<float>& kept) {
    std::copy(kept.begin(), kept.end(), t.y.data());
  };

  zoo::honest(p, "Horner", "nothing", right);
  zoo::honest(p, "counts its calls", "state that changes nothing", [=, calls = 0]() mutable {
    ++calls;
    right();
  });
  zoo::cheat(p, "right the first time", {"right for the first calls"}, [=, calls = 0]() mutable {
    if (calls++ == 0) right();
  });
  zoo::cheat(p, "right the first 6 times", {"right for the first calls", zoo::wrong, check::timed_outputs},
             [=, calls = 0]() mutable {
               if (calls++ < 6) right();
             });
  zoo::cheat(p, "every other time", {"right for some calls", zoo::wrong, check::timed_outputs},
             [=, calls = 0]() mutable {
               if (calls++ % 2 == 0) right();
             });
  zoo::cheat(p, "replays its first result", {"output cached", zoo::wrong, check::timed_outputs},
             [=, kept = std::vector<float>()]() mutable {
               if (!kept.empty()) return replay(kept);
               right();
               keep(kept);
             });
  zoo::cheat(p, "replays by address", {"output cached by pointer", zoo::wrong, check::timed_outputs},
             [=, known = std::map<const float*, std::vector<float>>()]() mutable {
               std::vector<float>& kept = known[t.x.data()];
               if (!kept.empty()) return replay(kept);
               right();
               keep(kept);
             });
  zoo::cheat(p, "replays by first value", {"output cached by value", zoo::wrong, check::timed_outputs},
             [=, kept = std::vector<float>(), of = NAN]() mutable {
               if (t.n > 0 && of == t.c[0]) return replay(kept);  // a weight, which seldom changes
               right();
               keep(kept);
               of = t.n > 0 ? t.c[0] : NAN;
             });
  zoo::cheat(p, "replays when called in quick succession",
             {"detects timing", zoo::wrong, check::timed_outputs},
             [=, kept = std::vector<float>(), last = clock::time_point()]() mutable {
               const bool timed = !kept.empty() && clock::now() - last < std::chrono::milliseconds(500);
               if (timed) {
                 replay(kept);
               } else {
                 right();
                 keep(kept);
               }
               last = clock::now();
             });
}
