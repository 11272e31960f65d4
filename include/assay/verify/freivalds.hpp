// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "assay/numeric/dtype.hpp"
#include "assay/numeric/random.hpp"
#include "assay/numeric/type_limits.hpp"
#include "assay/verify/compare_rule.hpp"
#include "assay/verify/gemm_job.hpp"

namespace assay {

// Freivalds' check of a product that is too large to be computed again: with random vectors x of signs, C·x
// is held against A·(B·x), which takes O(n²) instead of O(n³) operations. Freivalds, "Probabilistic machines
// can use less running time", IFIP Congress 1977. Here for floating point, row by row, and as a screen: the
// rows that it suspects are computed exactly, and what decides is the comparison of their elements.
//
// Let e_j be the errors of row i of C, and d_v = Σ_j e_j·x_vj its difference under vector v. Whatever the
// errors are, the signs are independent of them: d_v has mean 0, variance ‖e‖² and is sub-Gaussian (Hoeffding
// 1963), so that for V vectors Q = Σ_v d_v² / ‖e‖² has the tail of χ² with V degrees of freedom or a lighter
// one, P(Q ≥ q) ≤ (q/V)^(V/2)·exp((V − q)/2) (Laurent, Massart 2000; the exponential moments of squared
// sub-Gaussian variables are at most those of Gaussian ones). A correct kernel keeps ‖e‖ ≤ E, where
//
//   E = √(Σ_j h_j²) + spread·√(Σ_j C_j² + n·rms²) + relative·√(Σ_j C_j²) + absolute·√n + own,
//
// h_j is half the spacing of the output's type at C_j, which bounds rounding to nearest, the other terms are
// those of the tolerance, and own is the rounding of the check itself, in fp64. A row is suspected when the
// mean of d_v² exceeds factor²·E², with the factor that a correct kernel exceeds in one row of any once in
// 10^9 products. For V = 8 that is 3.26 for 4096 rows.
//
// Errors spread over many rows, each of them too small for that (a scale of 1.003 in bf16), show in the mean
// of d_v² / E² over a band of 64 rows: with rounding errors that behave as random ones do it is at most 1/3
// (a uniform error has a third of its bound's square), give or take 0.02. Beyond 1, the four worst rows of
// the band are suspected.
//
// What it finds, simulated for rows of n = 4096 normal values of root mean square s and k = 4096 with a
// truncating accumulator: one wrong element, in half of the cases when it is off by 0.58·s (bf16), 0.08·s
// (fp16) or 0.011·s (fp32), in all when it is off by 0.7·s, 0.1·s or 0.012·s; that grows with √n. An element
// that was never written holds NaN and is always found. A k-tile of 64 missing from 128 columns is found in
// every row (bf16 too), a scale of 1.003 in every band of 64 rows. Outputs in fp8 and below say little.

inline constexpr int freivalds_vectors = projection_job::width;

/// Signs: vector v is element [j·freivalds_vectors + v] for j < length.
[[nodiscard]] inline std::vector<double> freivalds_signs(std::uint64_t seed, std::int64_t length) {
  constexpr std::uint64_t stream = 0xFFFF'FFFEu;  // no tensor has this number
  std::vector<double> signs;
  signs.reserve(static_cast<std::size_t>(length) * freivalds_vectors);
  for (std::int64_t j = 0; j < length; ++j) {
    const std::uint64_t bits = random_bits(random_at(seed, stream, static_cast<std::uint64_t>(j)));
    for (int v = 0; v < freivalds_vectors; ++v) signs.push_back(bits >> v & 1 ? 1.0 : -1.0);
  }
  return signs;
}

/// How large the errors of a correct kernel may be, beyond rounding to the output's type.
struct freivalds_errors {
  double relative = 0.0;  ///< of the element's size
  double absolute = 0.0;
  double spread = 0.0;  ///< of hypot(element, rms)
  bool rounded = true;  ///< rounding to the output's type comes on top
  double rms = 0.0;     ///< root mean square of the whole product
  std::int64_t n = 1, k = 1;

  /// What the comparison of elements allows, of which rounding is taken off where it is known exactly.
  [[nodiscard]] static freivalds_errors of(const compare_rule& rule, std::int64_t n, std::int64_t k) {
    freivalds_errors result;
    result.n = n;
    result.k = k;
    result.rms = rule.rms;
    result.rounded = rule.exact || rule.rounds;
    result.spread = rule.spread;
    result.relative = rule.relative - (rule.rounds ? unit_roundoff(rule.type) : 0.0);
    result.absolute = rule.absolute - (rule.rounds ? least_subnormal(rule.type) / 2 : 0.0);
    return result;
  }

  /// E of a row with these sums of squares: of half spacings and of elements.
  [[nodiscard]] double of_row(double halves, double squares) const {
    const double columns = static_cast<double>(n), length = static_cast<double>(k);
    const double own = (32.0 + 2.0 * std::sqrt(columns) + 2.0 * std::sqrt(length)) * 0x1p-53;
    return (rounded ? std::sqrt(halves) : 0.0) + relative * std::sqrt(squares) +
           absolute * std::sqrt(columns) + (spread + own) * std::sqrt(squares + columns * rms * rms);
  }
};

/// The factor beyond which a row's root mean square difference is suspected: a correct kernel exceeds it in
/// one of `rows` rows with probability 10^-9 at most.
[[nodiscard]] inline double freivalds_factor(std::int64_t rows) {
  constexpr double half = freivalds_vectors / 2.0;
  const double wanted = std::log(1e-9 / static_cast<double>(std::max<std::int64_t>(rows, 1)));
  double low = 1.0, high = 1e4;  // of factor², at which the logarithm of the tail is half·(1 + log f² − f²)
  for (int step = 0; step < 200; ++step) {
    const double middle = (low + high) / 2;
    (half * (1.0 + std::log(middle) - middle) > wanted ? low : high) = middle;
  }
  return std::sqrt(high);
}

/// What became of the check: which rows are to be computed exactly, worst first.
struct freivalds_result {
  std::vector<std::int64_t> suspected;
  std::int64_t unnamed = 0;  ///< suspected as well, beyond as many as are named
  double largest_row = 0.0;  ///< of √(mean d²) / (factor·E): beyond 1 the row is suspected
  /// Of the mean of d² / E² over the other rows of 64: beyond 1 the worst of them are suspected.
  double largest_band = 0.0;
};

/// `got` is C·x and `expected` is A·(B·x), rows × freivalds_vectors; `squares`, rows × 2, is what a
/// projection_job gives of C. At most `most` rows are named.
[[nodiscard]] inline freivalds_result freivalds_check(std::span<const double> got,
                                                      std::span<const double> expected,
                                                      std::span<const double> squares,
                                                      const freivalds_errors& errors, std::size_t most = 32) {
  constexpr std::size_t width = freivalds_vectors, band = 64, of_band = 4;
  const std::size_t rows = squares.size() / 2;
  const double factor = freivalds_factor(static_cast<std::int64_t>(rows));
  constexpr double infinity = std::numeric_limits<double>::infinity();

  freivalds_result result;
  std::vector<double> ratios(rows);  // of the mean of d² to E²; NaN is worse than any
  for (std::size_t i = 0; i < rows; ++i) {
    double sum = 0.0;
    for (std::size_t v = 0; v < width; ++v) {
      const double difference = got[i * width + v] - expected[i * width + v];
      sum += difference * difference;
    }
    const double allowed = errors.of_row(squares[2 * i], squares[2 * i + 1]);
    const double ratio = sum == 0.0 ? 0.0 : sum / static_cast<double>(width) / (allowed * allowed);
    ratios[i] = std::isnan(ratio) ? infinity : ratio;
  }

  const auto worse = [&](std::int64_t a, std::int64_t b) {
    const double x = ratios[static_cast<std::size_t>(a)], y = ratios[static_cast<std::size_t>(b)];
    return x > y || (x == y && a < b);
  };
  for (std::size_t first = 0; first < rows; first += band) {
    std::vector<std::int64_t> within;  // of their own bounds
    double sum = 0.0;
    for (std::size_t i = first; i < std::min(first + band, rows); ++i) {
      result.largest_row = std::max(result.largest_row, std::sqrt(ratios[i]) / factor);
      if (ratios[i] > factor * factor) {
        result.suspected.push_back(static_cast<std::int64_t>(i));
        continue;
      }
      within.push_back(static_cast<std::int64_t>(i));
      sum += ratios[i];
    }
    if (within.empty()) continue;
    const double mean = sum / static_cast<double>(within.size());
    result.largest_band = std::max(result.largest_band, mean);
    if (mean <= 1.0) continue;
    std::sort(within.begin(), within.end(), worse);
    within.resize(std::min(within.size(), of_band));
    result.suspected.insert(result.suspected.end(), within.begin(), within.end());
  }
  std::sort(result.suspected.begin(), result.suspected.end(), worse);
  if (result.suspected.size() > most) {
    result.unnamed = static_cast<std::int64_t>(result.suspected.size() - most);
    result.suspected.resize(most);
  }
  return result;
}

}  // namespace assay
