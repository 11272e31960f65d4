// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "assay/numeric/dtype.hpp"
#include "assay/roofline/work.hpp"

namespace support {

/// What arithmetic was done: flops and other operations.
struct operation_counts {
  double matrix = 0;   ///< multiply_add_matrix(), two each
  double vector = 0;   ///< + − · max, one each, and multiply_add(), two
  double special = 0;  ///< exp, log, rsqrt, reciprocal
};

/// A number that counts what is done with it, in the counter that lives. Negation, absolute values and
/// conversions are free, as operand modifiers are on GPUs.
class number {
 public:
  number(double value = 0) : value_(value) {}
  [[nodiscard]] double value() const { return value_; }

  friend number operator+(number a, number b) { return vector(a.value_ + b.value_); }
  friend number operator-(number a, number b) { return vector(a.value_ - b.value_); }
  friend number operator*(number a, number b) { return vector(a.value_ * b.value_); }
  friend number operator-(number a) { return {-a.value_}; }
  friend number max(number a, number b) { return vector(std::fmax(a.value_, b.value_)); }
  friend number magnitude(number a) { return {std::fabs(a.value_)}; }
  friend number multiply_add(number a, number b, number c) {
    counts().vector += 2;
    return {a.value_ * b.value_ + c.value_};
  }
  friend number multiply_add_matrix(number a, number b, number c) {
    counts().matrix += 2;
    return {a.value_ * b.value_ + c.value_};
  }
  friend number exp(number a) { return special(std::exp(a.value_)); }
  friend number log(number a) { return special(std::log(a.value_)); }
  friend number rsqrt(number a) { return special(1 / std::sqrt(a.value_)); }
  friend number reciprocal(number a) { return special(1 / a.value_); }

  static inline operation_counts* current = nullptr;

 private:
  static operation_counts& counts() {
    if (!current) throw std::logic_error("arithmetic outside of a counter");
    return *current;
  }
  static number vector(double value) {
    counts().vector += 1;
    return {value};
  }
  static number special(double value) {
    counts().special += 1;
    return {value};
  }

  double value_;
};

/// An array in DRAM that notes which of its bytes are read before they are written, and which are written.
/// What is read after it was written comes from the chip.
class counted_array {
 public:
  counted_array(assay::dtype type, std::int64_t count, bool whole_sectors)
      : bits_(assay::bits_of(type)),
        whole_sectors_(whole_sectors),
        values_(static_cast<std::size_t>(count), 1.0),
        touched_(static_cast<std::size_t>(assay::bytes_for(type, count))) {}

  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(values_.size()); }
  number read(std::int64_t i) {
    touch(i, [](access& byte) { byte.read = byte.read || !byte.written; });
    return values_.at(static_cast<std::size_t>(i));
  }
  void write(std::int64_t i, number value) {
    touch(i, [](access& byte) { byte.written = true; });
    values_.at(static_cast<std::size_t>(i)) = value.value();
  }
  /// Sets a value without an access.
  void set(std::int64_t i, double value) { values_.at(static_cast<std::size_t>(i)) = value; }

  [[nodiscard]] double bytes_read() const { return bytes(&access::read); }
  [[nodiscard]] double bytes_written() const { return bytes(&access::written); }

 private:
  struct access {
    bool read = false, written = false;
  };
  template <class Function>
  void touch(std::int64_t i, Function function) {
    const std::int64_t first = i * bits_ / 8, last = (i * bits_ + bits_ - 1) / 8;
    for (std::int64_t byte = first; byte <= last; ++byte)
      function(touched_.at(static_cast<std::size_t>(byte)));
  }
  [[nodiscard]] double bytes(bool access::*which) const {
    if (!whole_sectors_)
      return static_cast<double>(
          std::count_if(touched_.begin(), touched_.end(), [&](const access& a) { return a.*which; }));
    double total = 0;
    for (std::size_t sector = 0; sector < touched_.size(); sector += 32) {
      const std::size_t end = std::min(sector + 32, touched_.size());
      for (std::size_t byte = sector; byte < end; ++byte)
        if (touched_[byte].*which) {
          total += 32;
          break;
        }
    }
    return total;
  }

  int bits_;
  bool whole_sectors_;
  std::vector<double> values_;
  std::vector<access> touched_;
};

/// Counts the operations and the bytes of a plain loop on the host:
///
///   counter seen;
///   counted_array& x = seen.array(dtype::fp32, n);
///   … numbers are read, computed with, written …
///   CHECK(differences(work::softmax{rows, columns}, seen.total(resource::fp32)) == "");
class counter {
 public:
  counter() : before_(std::exchange(number::current, &operations)) {}
  ~counter() { number::current = before_; }
  counter(const counter&) = delete;
  counter& operator=(const counter&) = delete;

  operation_counts operations;
  double link_bytes = 0;

  counted_array& array(assay::dtype type, std::int64_t count) {
    return arrays_.emplace_back(type, count, false);
  }
  /// One that begins at a sector and is moved in whole sectors of 32 bytes.
  counted_array& array_in_sectors(assay::dtype type, std::int64_t count) {
    return arrays_.emplace_back(type, count, true);
  }

  [[nodiscard]] assay::work total(assay::resource vector_unit,
                                  assay::resource matrix_unit = assay::resource::tensor_bf16) const {
    assay::work result;
    result.add(vector_unit, operations.vector).add(matrix_unit, operations.matrix);
    result.add(assay::resource::sfu, operations.special).add(assay::resource::link, link_bytes);
    for (const counted_array& one : arrays_)
      result.add_read(one.bytes_read()).add_written(one.bytes_written());
    return result;
  }

 private:
  operation_counts* before_;
  std::deque<counted_array> arrays_;
};

/// What a work claims beside what was seen, a line for each amount that is not the same; empty when all are.
[[nodiscard]] inline std::string differences(const assay::work& claimed, const assay::work& seen) {
  std::string text;
  const auto compare = [&](const char* what, double claim, double count) {
    if (!(std::fabs(claim - count) <= 1e-9 * std::fabs(count)))
      text +=
          std::string(what) + ": claimed " + std::to_string(claim) + ", seen " + std::to_string(count) + "\n";
  };
  for (std::size_t i = 1; i < assay::resource_count; ++i)
    compare(to_string(static_cast<assay::resource>(i)), claimed.operations[i], seen.operations[i]);
  compare("bytes read", claimed.dram_bytes_read, seen.dram_bytes_read);
  compare("bytes written", claimed.dram_bytes_written, seen.dram_bytes_written);
  return text;
}

/// Shapes that follow from a seed, which a test prints with CAPTURE(seed).
class random_shapes {
 public:
  explicit random_shapes(std::uint64_t seed) : engine_(seed) {}
  /// From `low` to `high`, both included.
  [[nodiscard]] std::int64_t operator()(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  template <class Value>
  [[nodiscard]] Value one_of(std::initializer_list<Value> values) {
    return values.begin()[(*this)(0, static_cast<std::int64_t>(values.size()) - 1)];
  }
  [[nodiscard]] bool flip() { return (*this)(0, 1) == 1; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace support
