#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""scipy_check.py CALCULATOR [--must-fail]: compares assay's statistics with SciPy's on random input.

CALCULATOR is scipy/calculator.cpp, compiled. With --must-fail each number that it gives is changed in turn by
a thousandth, and each change has to be noticed: what the comparison cannot see it does not test. Exits with 77
where SciPy is not installed.
"""
import math
import os
import subprocess
import sys

try:
    import numpy
    from scipy import stats
except ImportError:
    # The first python3 on the PATH need not be the one that the distribution installs SciPy for.
    system = "/usr/bin/python3"
    if os.path.exists(system) and os.path.realpath(sys.executable) != os.path.realpath(system):
        os.execv(system, [system, *sys.argv])
    print("skipped: SciPy is not installed")
    sys.exit(77)

SEED = 20260101


def mann_kendall(values):
    n = len(values)
    s = sum(numpy.sign(values[j] - values[i]) for j in range(n) for i in range(j))
    slope = stats.theilslopes(values)[0]
    if s == 0:
        return [0, 0, 1, slope]
    ties = numpy.unique(values, return_counts=True)[1]
    deviation = math.sqrt((n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18)
    tau, p = stats.kendalltau(range(n), values, method="asymptotic")
    # SciPy's p has no correction for continuity: hold S and its deviation against it, then correct.
    assert math.isclose(2 * stats.norm.sf(abs(s) / deviation), p, rel_tol=1e-9), (values, s, deviation, p)
    return [s, tau, 2 * stats.norm.sf((abs(s) - 1) / deviation), slope]


def hodges_lehmann(values):
    i, j = numpy.triu_indices(len(values))
    return [numpy.median((numpy.asarray(values)[i] + numpy.asarray(values)[j]) / 2)]


def median_ranks(n, confidence):
    k = max((k for k in range(n + 1) if stats.binom.cdf(k - 1, n, 0.5) <= (1 - confidence) / 2), default=0)
    return [k, n + 1 - k, 1 - 2 * stats.binom.cdf(k - 1, n, 0.5)] if k else [0, 0, 0]


def wilson(successes, trials, confidence):
    interval = stats.binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    return [successes / trials, interval.low, interval.high]


def student_t(confidence, freedom):
    return [stats.t.ppf((1 + confidence) / 2, freedom)]


def geometric_mean(confidence, *values):
    logs = numpy.log(values)
    if len(values) == 1:
        return [values[0], math.nan, math.nan]
    low, high = stats.t.interval(confidence, len(values) - 1, logs.mean(), stats.sem(logs))
    return [stats.gmean(values), math.exp(low), math.exp(high)]


def pass_at_k(n, c, k):
    """The share of draws with none that is correct is that of the hypergeometric distribution at 0."""
    return [1 - stats.hypergeom.pmf(0, n, c, k)]


def suite(p, *cases):
    """fast_p by lower ends with Wilson's interval; means over the cases whose candidate is correct, and the
    geometric mean of their times (1 / speedup) where that is all of them."""
    speedups, lower, right = cases[0::3], cases[1::3], cases[2::3]
    fast = sum(low > p and ok for low, ok in zip(lower, right))
    solved = [speedup for speedup, ok in zip(speedups, right) if ok]
    nothing = [math.nan] * 3
    return [*wilson(fast, len(speedups), 0.95), *(geometric_mean(0.95, *solved) if solved else nothing),
            numpy.mean(solved) if solved else math.nan,
            stats.gmean([1 / speedup for speedup in solved]) if len(solved) == len(speedups) else math.nan]


def cases():
    """(statistic, input as assay gets it, expected)"""
    random = numpy.random.default_rng(SEED)
    for n in (3, 4, 8, 12, 27, 60):
        drifting = random.normal(20, 1, n) + numpy.linspace(0, random.choice([0, 1, 4]), n)
        for values in (drifting, numpy.round(drifting * 2) / 2, random.permutation(n), numpy.full(n, 3.5)):
            values = [float(value) for value in values]
            yield "mann_kendall", values, mann_kendall(values)
            yield "hodges_lehmann", values, hodges_lehmann(values)
        values = [float(value) for value in random.lognormal(0.3, 0.5, n)]
        for confidence in (0.9, 0.95):
            yield "geometric_mean", [confidence, *values], geometric_mean(confidence, *values)
    for n in (1, 5, 6, 12, 18, 27, 40, 60, 250, 1001):
        for confidence in (0.5, 0.9, 0.95, 0.99):
            yield "median_ranks", [n, confidence], median_ranks(n, confidence)
    for trials in (1, 7, 50, 200):
        for successes in {0, 1, trials // 3, trials}:
            for confidence in (0.9, 0.95, 0.99):
                yield "wilson", [successes, trials, confidence], wilson(successes, trials, confidence)
    for freedom in (1, 2, 3, 11, 30, 199):
        for confidence in (0.5, 0.95, 0.99):
            yield "student_t", [confidence, freedom], student_t(confidence, freedom)
    for n, c, k in ((1, 0, 1), (1, 1, 1), (5, 2, 1), (5, 2, 3), (10, 3, 5), (100, 7, 10), (200, 1, 100), (50, 49, 2)):
        yield "pass_at_k", [n, c, k], pass_at_k(n, c, k)
    for n in (1, 2, 7, 40, 250):
        for share_right in (1.0, 0.7, 0.0):
            for p in (0.0, 0.8, 1.0, 1.5):
                values = []
                for _ in range(n):
                    speedup = float(random.lognormal(0.1, 0.4))
                    values += [speedup, speedup * 0.97, int(random.random() < share_right)]
                yield "suite", [p, *values], suite(p, *values)


def same(got, expected):
    return len(got) == len(expected) and all(
        (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-8, abs_tol=1e-13)
        for a, b in zip(got, expected))


def main():
    program, must_fail = sys.argv[1], sys.argv[2:] == ["--must-fail"]
    known = list(cases())
    text = "".join(" ".join([name, *(repr(value) for value in values)]) + "\n" for name, values, _ in known)
    done = subprocess.run([program], input=text, capture_output=True, text=True, timeout=60, check=True)
    answers = [[float(word) for word in line.split()] for line in done.stdout.splitlines()]
    if len(answers) != len(known):
        sys.exit(f"{len(known)} questions and {len(answers)} answers")
    wrong, unseen = [], []
    for (name, values, expected), got in zip(known, answers):
        if not same(got, expected):
            wrong.append(f"{name} of {values}: {got}, SciPy says {expected}")
        for place, number in enumerate(got if must_fail else []):
            changed = list(got)
            changed[place] = 0.001 if number == 0 or math.isnan(number) else number * 1.001
            if same(changed, expected):
                unseen.append(f"{name} of {values}: {changed} was taken for {expected}")
    counts = {name: sum(1 for other, _, _ in known if other == name) for name, _, _ in known}
    print(f"seed {SEED}:", ", ".join(f"{name} {count}" for name, count in counts.items()))
    for line in wrong + unseen:
        print(line)
    sys.exit(1 if wrong or unseen else 0)


main()
