#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""What it costs to run candidates in a process of their own: wall time with isolation over that without.

Runs the standing suite, as it was built last (suite_cuda where there is a GPU, else suite_host), or PROGRAM in turns, with,
without, without, with, and so on, and prints the ratio of each pair, their median, and what the runs themselves say that
isolation took. The goal is below 1.02. How long a run measures does not depend on isolation alone: samples are taken until the
interval is narrow enough, so --time-budget and a --precision that is never reached make the two take the same ones.

isolation.py [PROGRAM [ARGUMENT...]]"""
import pathlib
import re
import statistics
import subprocess
import sys
import time

PAIRS = 4
# A run stops early where a median is precise enough, which is chance: here all take their whole time.
WHOLE_TIME = ["--precision", "0.000001%", "--time-budget", "100ms"]
builds = pathlib.Path(__file__).resolve().parent.parent / "build"


def last_built(name):
    found = sorted(builds.glob(f"*/examples/suite/{name}"), key=lambda path: path.stat().st_mtime)
    return [str(found[-1])] if found else []


def run(*more):
    begin = time.monotonic()
    done = subprocess.run([*command, *more], capture_output=True, text=True)
    return time.monotonic() - begin, done


command = sys.argv[1:] if len(sys.argv) > 1 else (last_built("suite_cuda") + last_built("suite_host"))[:1] + WHOLE_TIME
if len(sys.argv) == 1:
    if len(command) == len(WHOLE_TIME):
        print("skipped: the standing suite was not built")
        sys.exit(0)
    if "assay: no CUDA device" in run("--problem", "^softmax", "--verify-only")[1].stdout:
        command = last_built("suite_host") + WHOLE_TIME
print(" ".join(command))
run()  # pages, caches of files, compiled PTX
ratios, said = [], []
for pair in range(PAIRS):
    walls, codes = {}, {}
    for isolated in ((True, False) if pair % 2 == 0 else (False, True)):
        walls[isolated], done = run(*([] if isolated else ["--no-isolate"]))
        codes[isolated] = done.returncode
        if isolated and (found := re.search(r"isolation: .*", done.stdout)):
            said.append(found[0].strip())
    if codes[True] != codes[False]:
        sys.exit(f"the two do not end alike: exit code {codes[True]} with isolation, {codes[False]} without")
    ratios.append(walls[True] / walls[False])
    print(f"with {walls[True]:.2f} s, without {walls[False]:.2f} s: {ratios[-1]:.4f}; {said[-1] if said else 'no isolation'}")
print(f"wall time with isolation over without, median of {PAIRS} pairs: {statistics.median(ratios):.4f} "
      f"[{min(ratios):.4f}, {max(ratios):.4f}]")
