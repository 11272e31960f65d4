#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the examples of integrations with problems that they must not pass, and checks what they print and return.

must_fail.py CATCH2_WRONG [GOOGLE_BENCHMARK_WRONG GOOGLE_BENCHMARK_EMPTY]: the executables, known by their file names."""
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from checks import check, finish


programs = {pathlib.Path(path).stem: path for path in sys.argv[1:]}


def run(program, *arguments):
    """Exit code and all output, its white space made single blanks: Catch2 breaks lines."""
    done = subprocess.run([programs[program], *arguments], capture_output=True, text=True, timeout=120)
    return done.returncode, " ".join((done.stdout + done.stderr).split())


code, out = run("catch2_wrong")
check("a test with a wrong kernel fails", code != 0, out)
for words in ["CHECK_THAT( assay::run_problem(\"saxpy\", options), is_correct() )", "3 records is correct",
              "but saxpy n=4096, whole vectors alone: it is wrong: fuzz: n=",
              "saxpy n=4096, one too large: it is wrong: y: 1 of 4096 elements outside the tolerance, worst at [2048]: got ",
              "! [2048] got ", "wrong_saxpy.cpp:", "is 0.0100x as fast as its baseline, or more but it is wrong: y: 1 of 4096"]:
    check(f"it says: {words}", words in out, out)

if "google_benchmark_wrong" in programs:
    def benchmarks(*arguments):
        """Exit code, and Google Benchmark's records by their names up to what it adds."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "out.json")
            status, text = run("google_benchmark_wrong", f"--benchmark_out={path}", "--benchmark_out_format=json", *arguments)
            document = json.loads(path.read_text()) if path.exists() else {"benchmarks": []}
        found = {}
        for one in document["benchmarks"]:
            found.setdefault(one["name"].split("/iterations:")[0], []).append(one)
        return status, text, found

    code, out, found = benchmarks()
    check("every case and candidate is a benchmark, and no counterexample", sorted(found) == sorted([
        "saxpy/n:4096/plain", "saxpy/n:4096/whole vectors alone", "saxpy/n:4096/one too large", "accepts all/right",
        "throws/always", "counterexample throws/right"]), out)
    for name, words in [("saxpy/n:4096/one too large", "wrong: y: 1 of 4096 elements outside the tolerance"),
                        ("throws/always", "failed: no kernel for this shape"),
                        ("accepts all/right", "the counterexample 'zeros' was accepted"),
                        ("counterexample throws/right", "the counterexample 'always' failed: no kernel for this shape")]:
        one = found.get(name, [{}])[0]
        check(f"{name} is an error", one.get("error_occurred") is True, one)
        check(f"{name} says why", words in one.get("error_message", ""), one)
        check(f"{name} has no counters", "correct" not in one and "GB/s" not in one, one)
    for name in ["saxpy/n:4096/plain", "saxpy/n:4096/whole vectors alone"]:  # nothing was fuzzed
        one = found.get(name, [{}])[0]
        check(f"{name} is none", "error_occurred" not in one, one)
        check(f"{name} is correct", one.get("correct") == 1, one)
        seconds = one.get("real_time", 0) * 1e-6
        check(f"{name} has a time", seconds > 0, one)
        check(f"{name} has its bytes", seconds and abs(one.get("GB/s", 0) * seconds * 1e9 / (3 * 4 * 4096) - 1) < 1e-6, one)
        check(f"{name} has a share of the speed of light", one.get("SoL", 0) > 0, one)
    check("a baseline has no speedup", "speedup" not in found["saxpy/n:4096/plain"][0], found)
    check("a candidate has one", found["saxpy/n:4096/whole vectors alone"][0].get("speedup", 0) > 0, found)

    code, out, found = benchmarks("--benchmark_filter=plain", "--benchmark_repetitions=3")
    times = [one["real_time"] for one in found.get("saxpy/n:4096/plain", []) if one["run_type"] == "iteration"]
    check("a filter leaves one, and repetitions measure anew", len(times) == 3 and len(set(times)) > 1, found)

    code, out = run("google_benchmark_empty")
    check("a program without problems is an error", code == 2 and "assay: no problem of this program is selected" in out, out)

finish()
