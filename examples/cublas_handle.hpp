// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
//
// A cuBLAS handle that is made once, in a prepare step, and destroyed with it.
#pragma once

#include <cublas_v2.h>

#include <stdexcept>

inline void check(cublasStatus_t status) {
  if (status != CUBLAS_STATUS_SUCCESS) throw std::runtime_error(cublasGetStatusString(status));
}

struct cublas {
  cublasHandle_t handle = nullptr;

  cublas() { check(cublasCreate(&handle)); }
  cublas(const cublas&) = delete;
  cublas& operator=(const cublas&) = delete;
  ~cublas() { cublasDestroy(handle); }
};
