// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#include "assay/roofline/work/fft.hpp"

#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/counting.hpp"

using namespace assay;
using support::counted_array;
using support::counter;
using support::differences;
using support::number;

TEST_CASE("FFT: by hand", "[roofline]") {
  const work transform = work::fft{.points = 1 << 20, .batch = 2};
  CHECK(transform.amount(resource::fp32) == 2 * 5.0 * 20 * (1 << 20));
  CHECK(transform.dram_bytes() == 2 * 16.0 * (1 << 20));
  CHECK(transform.nominal);
  const work of_reals = work::fft{.points = 1000, .type = dtype::fp64, .real = true};
  CHECK(of_reals.amount(resource::fp64) == Approx(2.5 * 1000 * std::log2(1000)));
  CHECK(of_reals.dram_bytes_read == 8000);
  CHECK(of_reals.dram_bytes_written == 16 * 501);
  CHECK(differences(work::fft{.points = 8, .batch = 0}, work()).empty());
}

TEST_CASE("FFT: what a radix-2 transform does", "[roofline]") {
  for (std::int64_t points = 1; points <= 64; points *= 2)
    for (const std::int64_t batch : {1, 3}) {
      CAPTURE(points, batch);
      counter seen;
      counted_array &x = seen.array(dtype::fp32, 2 * points * batch),
                    &y = seen.array(dtype::fp32, 2 * points * batch);
      for (std::int64_t b = 0; b < batch; ++b) {
        const auto size = static_cast<std::size_t>(points);
        std::vector<number> real(size), imaginary(size);
        for (std::size_t i = 0; i < size; ++i) {  // in bit-reversed order
          std::size_t reversed = 0;
          for (std::size_t bit = 1; bit < size; bit *= 2) reversed = reversed * 2 + (i & bit ? 1 : 0);
          const std::int64_t at = 2 * (b * points + static_cast<std::int64_t>(reversed));
          x.set(at, std::sin(static_cast<double>(reversed)));
          real[i] = x.read(at);
          imaginary[i] = x.read(at + 1);
        }
        for (std::size_t half = 1; half < size; half *= 2)
          for (std::size_t first = 0; first < size; first += 2 * half)
            for (std::size_t j = 0; j < half; ++j) {
              const double angle = -std::numbers::pi * static_cast<double>(j) / static_cast<double>(half);
              const number c = std::cos(angle), s = std::sin(angle);
              number &a = real[first + j], &a_i = imaginary[first + j], &d = real[first + j + half],
                     &d_i = imaginary[first + j + half];
              const number turned = d * c - d_i * s, turned_i = d * s + d_i * c;
              d = a - turned, d_i = a_i - turned_i;
              a = a + turned, a_i = a_i + turned_i;
            }
        for (std::size_t i = 0; i < size; ++i) {
          y.write(2 * (b * points + static_cast<std::int64_t>(i)), real[i]);
          y.write(2 * (b * points + static_cast<std::int64_t>(i)) + 1, imaginary[i]);
        }
        // It is a Fourier transform.
        std::complex<double> sum = 0;
        for (std::size_t i = 0; i < size; ++i)
          sum += std::complex<double>(std::sin(static_cast<double>(i)), 1.0) *
                 std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(size));
        CHECK(real[1 % size].value() == Approx(sum.real()).margin(1e-9));
        CHECK(imaginary[1 % size].value() == Approx(sum.imag()).margin(1e-9));
      }
      CHECK(differences(work::fft{points, batch}, seen.total(resource::fp32)) == "");
    }
}
