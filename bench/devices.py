#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""What several GPUs of one host gain, and whether the times that they take at once are those of one alone.

Runs the standing suite, as it was built last, or PROGRAM on 1, 2, 4, … of this machine's GPUs, twice on one for comparison, and
prints the wall time, the parallel efficiency (the time on one over that on N and over N), what the check of parallel timing has
said, and of how many records the time agrees with that on one GPU: the medians differ by no more than the margin of 2 % beyond
both intervals. Records that are not correct are told. The second run on one GPU says how many agree when nothing differs.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

MARGIN = 0.02
builds = pathlib.Path(__file__).resolve().parent.parent / "build"
suites = sorted(builds.glob("*/examples/suite/suite_cuda"), key=lambda path: path.stat().st_mtime)


def numbers(text):
    return [int(number) for number in text.split(",")]


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--counts", type=numbers, metavar="N,N,...",
                    help="how many GPUs each run has; the first is what others are compared with (default: 1,1,2,4,8, as there are)")
parser.add_argument("program", nargs="?", default=str(suites[-1]) if suites else "", help="a benchmark (default: the suite)")
parser.add_argument("arguments", nargs=argparse.REMAINDER, help="what it is given beside --devices")
options = parser.parse_args()
program, arguments = options.program, options.arguments


def gpus():
    if not program:
        return 0
    done = subprocess.run([program, "--ctest-resource-spec"], capture_output=True, text=True)
    return len(json.loads(done.stdout)["local"][0]["gpus"]) if done.returncode == 0 else 0


def run(count, folder):
    """Wall time, exit code, and the document."""
    path = pathlib.Path(folder) / "run.json"
    begin = time.monotonic()
    devices = ",".join(str(i) for i in range(count))
    done = subprocess.run([program, *arguments, "--devices", devices, "--quiet", "--json", path], stdout=subprocess.DEVNULL)
    return time.monotonic() - begin, done.returncode, json.loads(path.read_text())


def times(document):
    """(problem, axes, candidate): median and ends of the interval, s."""
    found = {}
    for record in document["records"]:
        time_of = record.get("time", {}).get("net") or record.get("time", {}).get("raw")
        if time_of and "lower" in time_of and "upper" in time_of:
            key = record["problem"], json.dumps(record["axes"]), record["candidate"]
            found[key] = time_of["median"], time_of["lower"], time_of["upper"]
    return found


def agree(one, other):
    reach = (one[2] - one[1]) / 2 + (other[2] - other[1]) / 2 + MARGIN * one[0]
    return abs(one[0] - other[0]) <= reach


available = gpus()
if available == 0:
    print(f"skipped: {program or 'suite_cuda'} {'has no GPU' if program else 'was not built'}")
    sys.exit(0)
counts = options.counts or [n for n in (1, 1, 2, 4, 8) if n <= available]
if wrong := [n for n in counts if not 1 <= n <= available]:
    parser.error(f"--counts: {wrong[0]} given, expected 1 to {available}, the GPUs of this machine")
with tempfile.TemporaryDirectory() as folder:
    first = None
    print(f"{'GPUs':>4} {'wall':>9} {'speedup':>8} {'efficiency':>10} {'agree':>12}  exit  parallel timing")
    for count in counts:
        wall, code, document = run(count, folder)
        if first is None:
            first = wall, times(document)
        here = times(document)
        common = [key for key in here if key in first[1]]
        same = sum(agree(first[1][key], here[key]) for key in common)
        said = document.get("parallel_timing", {"trusted": True, "reason": "one device"})
        print(f"{count:>4} {wall:>7.1f} s {first[0] / wall:>7.2f}x {first[0] / wall / count:>9.1%} {same:>5} of {len(common):<4} {code:>4}  "
              f"{'trusted' if said['trusted'] else 'not trusted'}: {said['reason']}", flush=True)
        for record in document["records"]:
            if record["verdict"]["outcome"] != "correct":
                print(f"       {record['problem']} {json.dumps(record['axes'])} {record['candidate']}: {record['verdict']['outcome']}, "
                      f"{record['verdict'].get('reason', '')}")
        for key in sorted(common, key=lambda k: -abs(here[k][0] / first[1][k][0] - 1))[:3]:
            if not agree(first[1][key], here[key]):
                print(f"       {key[0]} {key[1]} {key[2]}: {here[key][0] / first[1][key][0]:.3f} of the time on one")
