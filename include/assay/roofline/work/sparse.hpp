// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "assay/roofline/work/amounts.hpp"
#include "assay/roofline/work/shape_check.hpp"

namespace assay {

/// Y = A·X for a sparse matrix A of rows × columns in compressed sparse rows and a dense X with `width`
/// columns.
///
/// Flops: 2·nnz·width, all useful. Bytes: values and column numbers nnz·(s + 4), row offsets 4(m + 1), of X
/// the rows that some nonzero refers to, Y written: s·width·(m + referenced). Other formats have other
/// indices. Source: Williams et al., "Optimization of sparse matrix-vector multiplication on emerging
/// multicore platforms", SC 2007.
struct work::spmm {
  std::int64_t rows = 0, columns = 0, nonzeros = 0;
  std::int64_t width = 1;
  std::int64_t referenced = columns;  ///< columns with a nonzero
  dtype type = dtype::fp32;
  dtype index_type = dtype::int32;

  constexpr operator work() const { return counted("spmm"); }

 private:
  friend struct work::spmv;
  [[nodiscard]] constexpr work counted(const char* operation) const {
    detail::shape_check check(operation);
    check.at_least(0, "rows", rows)
        .at_least(0, "columns", columns)
        .at_least(0, "nonzeros", nonzeros)
        .at_least(0, "width", width)
        .at_least(nonzeros > 0 ? 1 : 0, "referenced", referenced)
        .at_most("referenced", referenced, "columns", columns)
        .at_most("nonzeros", nonzeros, "rows · columns", detail::product(rows, columns));
    if (!check) return check.refused();
    if (rows == 0 || width == 0) return {};
    const std::int64_t named = detail::smaller(referenced, nonzeros);
    return work()
        .add(default_resource(type), detail::product(2, nonzeros, width))
        .add_read(detail::bytes(type, detail::product(nonzeros)) +
                  detail::bytes(index_type, detail::product(nonzeros)) +
                  detail::bytes(index_type, detail::product(rows) + 1) +
                  detail::bytes(type, detail::product(named, width)))
        .add_written(detail::bytes(type, detail::product(rows, width)));
  }
};

/// y = A·x for a sparse matrix A: spmm with one column. Flops 2·nnz; bytes nnz(s + 4) + 4(m + 1) + s(n + m),
/// n being the columns with a nonzero.
struct work::spmv {
  std::int64_t rows = 0, columns = 0, nonzeros = 0;
  std::int64_t referenced = columns;
  dtype type = dtype::fp32;
  dtype index_type = dtype::int32;

  constexpr operator work() const {
    return spmm{rows, columns, nonzeros, 1, referenced, type, index_type}.counted("spmv");
  }
};

}  // namespace assay
