// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Scores and gates alone, from records and estimates.
#include "assay/score/baseline.hpp"
#include "assay/score/environment_key.hpp"
#include "assay/score/fast_p.hpp"
#include "assay/score/gate.hpp"
#include "assay/score/gate_result.hpp"
#include "assay/score/parallel_check.hpp"
#include "assay/score/pass_at_k.hpp"
#include "assay/score/score_value.hpp"
#include "assay/score/scorecard.hpp"
#include "assay/score/speedup.hpp"
#include "assay/stats/change.hpp"
#include "assay/stats/drift.hpp"
#include "assay/stats/estimate.hpp"
#include "assay/stats/geometric_mean.hpp"
#include "assay/stats/modality.hpp"
#include "assay/stats/order_statistics.hpp"
#include "assay/stats/outliers.hpp"
#include "assay/stats/paired_ratio.hpp"
#include "assay/stats/round_estimate.hpp"
#include "assay/stats/serial_correlation.hpp"
#include "assay/stats/student_t.hpp"
#include "assay/stats/wilson.hpp"
