// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "assay/suite/plan.hpp"
#include "assay/suite/record.hpp"
#include "assay/suite/run_observer.hpp"
#include "assay/suite/run_options.hpp"

namespace support {

/// What runner makes of one item, in this process. It is compiled by the host compiler, once for all GPU
/// tests: nvcc takes half a minute longer for a source file that has the engine in it.
std::vector<assay::record> run_item(const assay::plan_item& item, const assay::run_options& options,
                                    std::vector<assay::run_observer*> observers = {});

}  // namespace support
