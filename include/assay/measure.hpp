// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Timing alone: `assay::measure<assay::cuda>(callable)` in any program.
#include "assay/backend/backend.hpp"
#include "assay/backend/devices.hpp"
#include "assay/backend/host.hpp"
#include "assay/measure/cache_state.hpp"
#include "assay/measure/cupti_timer.hpp"
#include "assay/measure/device_ceilings.hpp"
#include "assay/measure/launch_mode.hpp"
#include "assay/measure/measure.hpp"
#include "assay/measure/measure_ceilings.hpp"
#include "assay/measure/measure_options.hpp"
#include "assay/measure/measurement.hpp"
#include "assay/measure/sampler.hpp"
#include "assay/measure/timer_calibration.hpp"
#include "assay/stats/format_estimate.hpp"
