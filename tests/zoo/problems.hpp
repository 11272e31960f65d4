// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "assay/suite/problem.hpp"

/// The problems that the entries claim to solve, for any backend: each function declares the axes, tensors,
/// tolerance and oracle of one problem and returns its handles. Timed shapes are small and round, as they are
/// in benchmarks, so that what is wrong at their neighbours does not show by itself.
namespace zoo {

using std::int64_t;

/// An axis that is timed at one value and must be right at every other.
template <class Problem>
int64_t any_size(Problem& p, const char* name, int64_t timed) {
  return p.axis(name, {timed}, assay::at_least(1));
}

/// Tensors may begin at any element, as views of larger ones do.
template <class Problem>
void promise_elements_only(Problem& p) {
  if constexpr (requires { p.alignment(int64_t{1}); }) p.alignment(1);
}

struct vectors {
  int64_t n;
  assay::tensor<const float> x;
  assay::tensor<float> y;
};

/// y = 2x.
template <class Problem>
vectors twice(Problem& p, int64_t count, const assay::fill& values = assay::uniform(-1.0, 1.0)) {
  const int64_t n = any_size(p, "n", count);
  const vectors t{n, p.template input<float>("x", {n}, values), p.template output<float>("y", {n})};
  p.specials(assay::special::all);
  promise_elements_only(p);
  p.oracle(t.y, [=](auto at, int64_t i) { return 2.0 * at(t.x)[i]; });
  return t;
}

/// y += 2x, in place.
template <class Problem>
vectors add_twice(Problem& p, int64_t count) {
  const int64_t n = any_size(p, "n", count);
  const vectors t{n, p.template input<float>("x", {n}), p.template inout<float>("y", {n})};
  p.oracle(t.y, [=](auto at, int64_t i) { return at(t.y)[i] + 2.0 * at(t.x)[i]; });
  return t;
}

/// y = x where x > 0, otherwise +0, NaN where x is NaN; to the bit.
template <class Problem>
vectors relu(Problem& p, int64_t count) {
  const int64_t n = any_size(p, "n", count);
  const vectors t{n, p.template input<float>("x", {n}), p.template output<float>("y", {n})};
  p.tolerance(assay::tolerance::exact());
  p.specials(assay::special::nan | assay::special::signed_zeros);
  p.oracle(t.y, [=](auto at, int64_t i) {
    const double x = at(t.x)[i];
    return x > 0 || std::isnan(x) ? x : 0.0;
  });
  return t;
}

/// y = x / (1 + |x|), ±1 where x is infinite.
template <class Problem>
vectors softsign(Problem& p, int64_t count) {
  const int64_t n = any_size(p, "n", count);
  const vectors t{n, p.template input<float>("x", {n}), p.template output<float>("y", {n})};
  p.specials(assay::special::infinity | assay::special::nan);
  p.oracle(t.y, [=](auto at, int64_t i) {
    const double x = at(t.x)[i];
    return std::isinf(x) ? std::copysign(1.0, x) : x / (1.0 + std::fabs(x));
  });
  return t;
}

template <class T>
struct rows_of {
  int64_t rows, columns;
  assay::tensor<const T> x;
  assay::tensor<T> y;  ///< as large as x, or one element a row
};

template <class Problem>
void sums_of_rows(Problem& p, const rows_of<float>& t) {
  p.tolerance(assay::tolerance::accumulating(t.columns));
  p.oracle(t.y, [=](auto at, int64_t r) {
    const auto x = at(t.x);
    double sum = 0;
    for (int64_t i = r * t.columns; i < (r + 1) * t.columns; ++i) sum += x[i];
    return sum;
  });
}

/// y[r] = Σ x[r, ·].
template <class Problem>
rows_of<float> row_sums(Problem& p, int64_t row_count, int64_t column_count,
                        const assay::fill& values = assay::uniform(-1.0, 1.0)) {
  const int64_t rows = any_size(p, "rows", row_count), columns = any_size(p, "columns", column_count);
  const rows_of<float> t{rows, columns, p.template input<float>("x", {rows, columns}, values),
                         p.template output<float>("y", {rows})};
  sums_of_rows(p, t);
  return t;
}

/// The same, and what labels ask about: rows as a batch of their own, sums in another order. The least batch
/// has 8 rows, in one of which at least the bits differ where a kernel sums few rows otherwise.
template <class Problem>
rows_of<float> labelled_sums(Problem& p, int64_t row_count, int64_t columns) {
  const int64_t rows = p.axis("rows", {row_count}, assay::at_least(8));
  const rows_of<float> t{rows, columns,
                         p.template input<float>("x", {rows, columns}, assay::uniform(0.0, 1.0)),
                         p.template output<float>("y", {rows})};
  p.batch_axis("rows");
  p.summed_along(t.x, 1);
  sums_of_rows(p, t);
  return t;
}

/// Rows turned around; they may lie apart, begin at any element, and the result on the input.
template <class Problem>
rows_of<float> reversed_rows(Problem& p, int64_t row_count, int64_t columns) {
  const int64_t rows = any_size(p, "rows", row_count);
  const rows_of<float> t{rows, columns, p.template input<float>("x", {rows, columns}),
                         p.template output<float>("y", {rows, columns})};
  p.any_leading_dimension(t.x);
  p.any_leading_dimension(t.y);
  p.may_alias(t.y, t.x);
  promise_elements_only(p);
  p.tolerance(assay::tolerance::exact());
  p.oracle(t.y,
           [=](auto at, int64_t i) { return at(t.x)[i / columns * columns + columns - 1 - i % columns]; });
  return t;
}

/// Softmax of each row.
template <class T, class Problem>
rows_of<T> softmax(Problem& p, int64_t row_count, int64_t column_count,
                   const assay::fill& values = assay::normal(0, 4)) {
  const int64_t rows = any_size(p, "rows", row_count), columns = any_size(p, "columns", column_count);
  const rows_of<T> t{rows, columns, p.template input<T>("x", {rows, columns}, values),
                     p.template output<T>("y", {rows, columns})};
  p.specials(assay::special::near_max);
  p.tolerance(assay::tolerance::accumulating(columns));
  p.oracle([=](auto at) {
    const auto x = at(t.x);
    const auto y = at(t.y);
    for (int64_t first = 0; first < rows * columns; first += columns) {
      double top = -INFINITY, sum = 0;
      for (int64_t i = first; i < first + columns; ++i) top = std::fmax(top, x[i]);
      for (int64_t i = first; i < first + columns; ++i) sum += y[i] = std::exp(x[i] - top);
      for (int64_t i = first; i < first + columns; ++i) y[i] /= sum;
    }
  });
  return t;
}

template <class T>
struct normed {
  int64_t rows, columns;
  assay::tensor<const T> x, w;
  assay::tensor<T> y;
};

/// y = x / √(mean of x² over the row + 1e-5) · w.
template <class T, class Problem>
normed<T> rmsnorm(Problem& p, int64_t row_count, int64_t column_count) {
  const int64_t rows = any_size(p, "rows", row_count), columns = any_size(p, "columns", column_count);
  const normed<T> t{rows, columns, p.template input<T>("x", {rows, columns}, assay::normal()),
                    p.template input<T>("w", {columns}, assay::uniform(0.5, 1.5)),
                    p.template output<T>("y", {rows, columns})};
  p.tolerance(assay::tolerance::accumulating(columns));
  p.oracle([=](auto at) {
    const auto x = at(t.x), w = at(t.w);
    const auto y = at(t.y);
    for (int64_t r = 0; r < rows; ++r) {
      double sum = 0;
      for (int64_t i = r * columns; i < (r + 1) * columns; ++i) sum += x[i] * x[i];
      const double scale = 1.0 / std::sqrt(sum / static_cast<double>(columns) + 1e-5);
      for (int64_t i = 0; i < columns; ++i) y[r * columns + i] = x[r * columns + i] * scale * w[i];
    }
  });
  return t;
}

/// Element i of A·B; a row of C has n, a sum k terms.
template <class A, class B>
double product_element(const A& a, const B& b, int64_t n, int64_t k, int64_t i) {
  double sum = 0;
  for (int64_t j = 0; j < k; ++j) sum += a[i / n * k + j] * b[j * n + i % n];
  return sum;
}

template <class In, class Out>
struct matrices {
  int64_t m, n, k;
  assay::tensor<const In> a, b;
  assay::tensor<Out> c;
};

/// C = A·B, row-major, a square of `size` when timed. The chain of `bound` becomes k.
template <class In, class Out, class Problem>
matrices<In, Out> gemm(Problem& p, int64_t size, assay::tolerance bound = assay::tolerance::accumulating(1),
                       const assay::fill& values = assay::normal()) {
  const int64_t m = any_size(p, "m", size), n = any_size(p, "n", size), k = any_size(p, "k", size);
  const matrices<In, Out> t{m,
                            n,
                            k,
                            p.template input<In>("a", {m, k}, values),
                            p.template input<In>("b", {k, n}, values),
                            p.template output<Out>("c", {m, n})};
  bound.chain = k;
  p.tolerance(bound);
  const double flops = 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  p.flops(flops, sizeof(In) == 4 ? assay::resource::fp32 : assay::resource::tensor_bf16);
  p.oracle(t.c, [=](auto at, int64_t i) { return product_element(at(t.a), at(t.b), n, k, i); });
  return t;
}

/// C = A·B + β·C with β = 0, by which BLAS means that C need not hold numbers: here it holds NaN.
template <class Problem>
matrices<float, float> gemm_beta_zero(Problem& p, int64_t size) {
  const int64_t m = any_size(p, "m", size), n = any_size(p, "n", size), k = any_size(p, "k", size);
  const matrices<float, float> t{m,
                                 n,
                                 k,
                                 p.template input<float>("a", {m, k}, assay::normal()),
                                 p.template input<float>("b", {k, n}, assay::normal()),
                                 p.template inout<float>("c", {m, n}, assay::constant(NAN))};
  p.tolerance(assay::tolerance::accumulating(k));
  p.oracle(t.c, [=](auto at, int64_t i) { return product_element(at(t.a), at(t.b), n, k, i); });
  return t;
}

/// y = xᵀ, to the bit; x is rows × columns.
template <class Problem>
rows_of<float> transpose(Problem& p, int64_t row_count, int64_t column_count) {
  const int64_t rows = any_size(p, "rows", row_count), columns = any_size(p, "columns", column_count);
  const rows_of<float> t{rows, columns, p.template input<float>("x", {rows, columns}),
                         p.template output<float>("y", {columns, rows})};
  p.tolerance(assay::tolerance::exact());
  p.oracle(t.y, [=](auto at, int64_t i) { return at(t.x)[i % rows * columns + i / rows]; });
  return t;
}

struct gathered {
  int64_t n, table_size;
  assay::tensor<const float> table;
  assay::tensor<const std::int32_t> index;
  assay::tensor<float> y;
};

/// y[i] = table[index[i]], to the bit.
template <class Problem>
gathered gather(Problem& p, int64_t count, int64_t table_count) {
  const int64_t n = any_size(p, "n", count), table_size = any_size(p, "table", table_count);
  const gathered t{n, table_size, p.template input<float>("values", {table_size}),
                   p.template input<std::int32_t>("index", {n}, assay::index_below(table_size)),
                   p.template output<float>("y", {n})};
  p.tolerance(assay::tolerance::exact());
  p.oracle(t.y, [=](auto at, int64_t i) { return at(t.table)[static_cast<int64_t>(at(t.index)[i])]; });
  return t;
}

struct integers {
  int64_t n;
  assay::tensor<const std::int32_t> x;
  assay::tensor<std::int32_t> y;
};

/// Inclusive sums of whole numbers.
template <class Problem>
integers inclusive_scan(Problem& p, int64_t count) {
  const int64_t n = any_size(p, "n", count);
  const integers t{n, p.template input<std::int32_t>("x", {n}), p.template output<std::int32_t>("y", {n})};
  p.oracle([=](auto at) {
    const auto x = at(t.x);
    const auto y = at(t.y);
    double sum = 0;
    for (int64_t i = 0; i < n; ++i) y[i] = sum += x[i];
  });
  return t;
}

/// How often each of `bins` values occurs in x.
template <class Problem>
integers histogram(Problem& p, int64_t count, int64_t bins) {
  const int64_t n = any_size(p, "n", count);
  const integers t{n, p.template input<std::int32_t>("x", {n}, assay::index_below(bins)),
                   p.template output<std::int32_t>("y", {bins})};
  p.oracle([=](auto at) {
    const auto x = at(t.x);
    const auto y = at(t.y);
    for (int64_t i = 0; i < bins; ++i) y[i] = 0;
    for (int64_t i = 0; i < n; ++i) y[static_cast<int64_t>(x[i])] += 1;
  });
  return t;
}

/// y: the positions of x's elements in ascending, stable order. There are 16 keys and so many ties.
template <class Problem>
integers stable_order(Problem& p, int64_t count) {
  constexpr int64_t keys = 16;
  const int64_t n = any_size(p, "n", count);
  const integers t{n, p.template input<std::int32_t>("x", {n}, assay::index_below(keys)),
                   p.template output<std::int32_t>("y", {n})};
  p.oracle([=](auto at) {
    const auto x = at(t.x);
    const auto y = at(t.y);
    for (int64_t key = 0, next = 0; key < keys; ++key)
      for (int64_t i = 0; i < n; ++i)
        if (x[i] == static_cast<double>(key)) y[next++] = static_cast<double>(i);
  });
  return t;
}

struct arg_rows {
  int64_t rows, columns;
  assay::tensor<const std::int32_t> x;
  assay::tensor<std::int32_t> y;
};

/// y[r]: the first position of the largest element of row r, of small whole numbers, so that there are ties.
template <class Problem>
arg_rows argmax(Problem& p, int64_t row_count, int64_t column_count) {
  const int64_t rows = any_size(p, "rows", row_count), columns = any_size(p, "columns", column_count);
  const arg_rows t{rows, columns,
                   p.template input<std::int32_t>("x", {rows, columns}, assay::integers(-8, 8)),
                   p.template output<std::int32_t>("y", {rows})};
  p.oracle(t.y, [=](auto at, int64_t r) {
    const auto x = at(t.x);
    int64_t best = 0;
    for (int64_t i = 1; i < columns; ++i)
      if (x[r * columns + i] > x[r * columns + best]) best = i;
    return static_cast<double>(best);
  });
  return t;
}

struct polynomial_tensors {
  int64_t n, degree;
  assay::tensor<const float> c, x;  ///< coefficients, points
  assay::tensor<float> y;
};

/// y[i] = Σ c[j]·x[i]^j, j ≤ `degree`, |x| < 0.75. A long serial chain for little data: what is not computed
/// shows in the time. All that a term contributes is within 4·max|c|, and Horner's rule forgets roundings as
/// fast as x^j falls, so the chain that rounds is short. Operations are left to the caller to declare: where
/// they are, what does not compute is faster than light, and nothing else need catch it.
template <class Problem>
polynomial_tensors polynomial(Problem& p, int64_t points, int64_t degree) {
  const int64_t n = any_size(p, "n", points);
  const polynomial_tensors t{n, degree, p.template input<float>("c", {degree + 1}, assay::normal()),
                             p.template input<float>("x", {n}, assay::uniform(-0.75, 0.75)),
                             p.template output<float>("y", {n})};
  p.tolerance(assay::tolerance::accumulating(64));
  p.oracle(t.y, [=](auto at, int64_t i) {
    const auto c = at(t.c);
    const double x = at(t.x)[i];
    double sum = 0;
    // 0.75^1000 = 1e-125: what lies beyond cannot be seen in fp32.
    const bool short_enough = degree <= 1000 || !(std::fabs(x) <= 0.75);
    for (int64_t j = short_enough ? degree : 1000; j >= 0; --j) sum = sum * x + c[j];
    return sum;
  });
  return t;
}

template <class T>
struct attention_tensors {
  int64_t queries, keys, width;
  assay::tensor<const T> q, k, v;
  assay::tensor<T> y;
};

/// One head: softmax(Q·Kᵀ/√width)·V. Scores are small, so that their roundoff is that of the weights as well.
template <class T, class Problem>
attention_tensors<T> attention(Problem& p, int64_t query_count, int64_t key_count, int64_t width) {
  const int64_t queries = any_size(p, "queries", query_count), keys = any_size(p, "keys", key_count);
  const attention_tensors<T> t{queries,
                               keys,
                               width,
                               p.template input<T>("q", {queries, width}, assay::uniform(-1, 1)),
                               p.template input<T>("k", {keys, width}, assay::uniform(-1, 1)),
                               p.template input<T>("v", {keys, width}, assay::normal()),
                               p.template output<T>("y", {queries, width})};
  p.tolerance(assay::tolerance::accumulating(keys + width));
  p.oracle([=](auto at) {
    const auto q = at(t.q), k = at(t.k), v = at(t.v);
    const auto y = at(t.y);
    const double scale = 1.0 / std::sqrt(static_cast<double>(width));
    for (int64_t i = 0; i < queries; ++i) {
      const auto score = [&](int64_t j) {
        double dot = 0;
        for (int64_t d = 0; d < width; ++d) dot += q[i * width + d] * k[j * width + d];
        return dot * scale;
      };
      double top = -INFINITY, sum = 0;
      for (int64_t j = 0; j < keys; ++j) top = std::fmax(top, score(j));
      for (int64_t d = 0; d < width; ++d) y[i * width + d] = 0;
      for (int64_t j = 0; j < keys; ++j) {
        const double weight = std::exp(score(j) - top);
        sum += weight;
        for (int64_t d = 0; d < width; ++d) y[i * width + d] += weight * v[j * width + d];
      }
      for (int64_t d = 0; d < width; ++d) y[i * width + d] /= sum;
    }
  });
  return t;
}

}  // namespace zoo
