// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The declaring part: all that a file of problems includes, next to the backend of its choice.
#include "assay/core/callable.hpp"
#include "assay/core/source_location.hpp"
#include "assay/core/version.hpp"
#include "assay/numeric/block_scaled.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/roofline/resource.hpp"
#include "assay/roofline/work.hpp"
#include "assay/roofline/work_catalogue.hpp"
#include "assay/suite/axis_domain.hpp"
#include "assay/suite/block_scaled_tensor.hpp"
#include "assay/suite/declaration.hpp"
#include "assay/suite/oracle_access.hpp"
#include "assay/suite/problem.hpp"
#include "assay/suite/registry.hpp"
#include "assay/suite/tensor.hpp"
#include "assay/verify/fill.hpp"
#include "assay/verify/gemm.hpp"
#include "assay/verify/special.hpp"
#include "assay/verify/tolerance.hpp"
