#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""How likely is it that a right element lies outside of its tolerance? For sums of L random terms, added one after
another, and several factors of the square root of L in the bound (docs/design.md, "Tolerance"). Needs numpy and scipy.

The running sum is a random walk W on [0, 1] that ends in R = W(1), in units of rms(R). Each addition rounds with a
standard deviation of 0.4247 u |S| (a uniform error of half a last place, the significand's logarithm uniform), so that the
error is normal with the deviation 0.4247 u sqrt(L) sqrt(integral of W^2), given the walk. The bound is
(16 + f sqrt(L)) u hypot(R, 1). Rare walks are drawn more often, by a density tilted by exp(theta^2/2 integral of W^2)."""
import math
import sys

try:
    import numpy as np
    from scipy.special import log_ndtr, logsumexp
except ImportError as missing:
    sys.exit(f"tolerance_tail.py: {missing}")

STEPS, WALKS, TILT = 128, 200_000, 1.35
OF_ROUNDING = 0.4247

step = 1.0 / STEPS
times = np.arange(1, STEPS + 1) * step
precision = np.linalg.inv(np.minimum.outer(times, times))
tilted = precision - TILT**2 * step * np.eye(STEPS)
normal = np.random.default_rng(1).standard_normal((WALKS, STEPS))
walks = np.linalg.solve(np.linalg.cholesky(tilted).T, normal.T).T
squares = step * (walks**2).sum(1)
log_weights = -0.5 * TILT**2 * squares + 0.5 * (np.linalg.slogdet(precision)[1] - np.linalg.slogdet(tilted)[1])


def probability(length, factor):
    """That an element is outside, and the standard error of that as a share of it."""
    bound = (16 / math.sqrt(length) + factor) * np.hypot(walks[:, -1], 1.0)
    terms = math.log(2) + log_ndtr(-bound / (OF_ROUNDING * np.sqrt(squares))) + log_weights
    log_mean = logsumexp(terms) - math.log(WALKS)
    spread = np.exp(2 * (terms - log_mean)).mean() - 1
    return math.exp(log_mean), math.sqrt(max(spread, 0.0) / WALKS)


factors = (2.0, 2.5, 3.0, 3.5, 4.0)
print("probability that a right element is outside, by length of the sum and factor of its square root")
print("        L" + "".join(f"{f:>16.1f}" for f in factors))
for length in (64, 1024, 4096, 16384, 1_000_000):
    cells = (probability(length, f) for f in factors)
    print(f"{length:9d}" + "".join(f"{p:10.1e} ±{100 * e:3.0f}%" for p, e in cells))
