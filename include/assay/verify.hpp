// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Verification alone: `assay::verify(result, reference, tolerance)` in any program or test.
#include "assay/core/error.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/numeric/element.hpp"
#include "assay/numeric/float16.hpp"
#include "assay/numeric/random.hpp"
#include "assay/numeric/ulp.hpp"
#include "assay/verify/attack.hpp"
#include "assay/verify/compare.hpp"
#include "assay/verify/comparison.hpp"
#include "assay/verify/explain.hpp"
#include "assay/verify/fill.hpp"
#include "assay/verify/fill_value.hpp"
#include "assay/verify/pairwise.hpp"
#include "assay/verify/poison.hpp"
#include "assay/verify/shrink.hpp"
#include "assay/verify/special.hpp"
#include "assay/verify/tolerance.hpp"
#include "assay/verify/verdict.hpp"
#include "assay/verify/verify.hpp"
