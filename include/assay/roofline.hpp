// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Limits alone: `assay::speed_of_light(assay::hard_ceilings(device), work)`; no GPU is needed.
#include "assay/core/device_info.hpp"
#include "assay/roofline/bottleneck.hpp"
#include "assay/roofline/bound_quality.hpp"
#include "assay/roofline/ceiling_layers.hpp"
#include "assay/roofline/ceilings.hpp"
#include "assay/roofline/declared_utilisation.hpp"
#include "assay/roofline/device_facts.hpp"
#include "assay/roofline/device_table.hpp"
#include "assay/roofline/per_clock_table.hpp"
#include "assay/roofline/resource.hpp"
#include "assay/roofline/sol_score.hpp"
#include "assay/roofline/speed_of_light.hpp"
#include "assay/roofline/validate_work.hpp"
#include "assay/roofline/work.hpp"
#include "assay/roofline/work_catalogue.hpp"
