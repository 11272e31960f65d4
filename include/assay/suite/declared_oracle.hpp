// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "assay/core/source_location.hpp"
#include "assay/suite/declaration.hpp"

namespace assay {

/// An oracle on the host for one output: by element or by row.
struct declared_oracle {
  int tensor;
  declaration::element_oracle_function element;
  declaration::row_oracle_function row;
};

/// An oracle on the device for one output: a function, or a product of two inputs.
struct declared_device_oracle {
  int tensor;
  declaration::device_oracle_function function;
  gemm product;  ///< with `a` and `b`, where there is no function
  int a = -1, b = -1;
  source_location where = {};
};

}  // namespace assay
