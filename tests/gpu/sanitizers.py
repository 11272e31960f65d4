#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a Catch2 program under compute-sanitizer: sanitizers.py PROGRAM [--tools memcheck,racecheck,...]

Each tool takes minutes, mostly of the host's time. So the test cases are dealt out to several processes of each tool, side by
side, spread over the GPUs that CUDA_VISIBLE_DEVICES leaves, and the longest tools start first. Ends with a line of each tool,
and with 0 only where every test case ran to its end under every tool and none found anything.
"""
import argparse
import concurrent.futures
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

# Test cases tagged [timing] compare times, which mean nothing under a sanitizer; those tagged [exhaustive] have a shorter one
# beside them; those tagged [alone] need the GPU to themselves.
TESTS = "~[timing]~[exhaustive]~[alone]"
# Races between accesses of cuBLAS's own kernels, which racecheck tells of those that wait at barriers for copies by TMA, are not
# ours to mend. Their kernels cannot be left out: then they read addresses that are not there.
FOREIGN = re.compile(r"nvjet_")
TOOLS = ("racecheck", "initcheck", "memcheck", "synccheck")  # the longest first
FOUND = 9  # exit code of a tool that found something
TOLD = 60  # lines of a failed process's output

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("program")
parser.add_argument("--tools", default=",".join(TOOLS), help="default: all four")
parser.add_argument("--tests", default=TESTS, help="which test cases, as the program takes them (default: %(default)s)")
parser.add_argument("--shards", type=int, default=4, help="processes of each tool (default: %(default)s)")
parser.add_argument("--timeout", type=float, default=600, help="seconds for each process (default: %(default)s)")
options = parser.parse_args()
tools = options.tools.split(",")
if unknown := set(tools) - set(TOOLS):
    parser.error(f"--tools: {', '.join(sorted(unknown))} given, expected some of {', '.join(TOOLS)}")
if options.shards < 1:
    parser.error(f"--shards: {options.shards} given, expected 1 or more")


def names_of_tests():
    for arguments in (["--list-tests", "--verbosity", "quiet"], ["--list-test-names-only"]):  # Catch2 v3, then v2
        done = subprocess.run([options.program, options.tests, *arguments], capture_output=True, text=True)
        if done.returncode == 0 or arguments[-1] == "--list-test-names-only":  # v2 ends with the number of tests
            return [line for line in done.stdout.splitlines() if line.strip()]


def gpus():
    """What CUDA_VISIBLE_DEVICES may hold for one GPU each."""
    if seen := os.environ.get("CUDA_VISIBLE_DEVICES"):
        return seen.split(",")
    try:
        done = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True)
    except OSError:
        return ["0"]
    return re.findall(r"^GPU (\d+):", done.stdout, re.M) or ["0"]


def pattern(name):
    """As Catch2 takes a name in a list of tests."""
    return re.sub(r'([\\,\[\]"])', r"\\\1", name)


def foreign_races(output):
    """How many races there are of foreign kernels; none where anything else was found."""
    errors = re.findall(r"^========= (?:Error|Warning): (.*)", output, re.M)
    places = re.findall(r"(?:Read|Write) access at (\S+)", output)
    foreign = places and all(error.startswith("Race reported") for error in errors) and all(map(FOREIGN.match, places))
    return len(errors) if foreign else 0


def run(tool, tests, gpu):
    """Seconds, what went wrong (or none), output, how many test cases passed, and how many foreign races there were."""
    command = ["compute-sanitizer", "--tool", tool, "--report-api-errors", "no", "--error-exitcode", str(FOUND),
               options.program, ",".join(map(pattern, tests)), "--durations", "yes"]
    begin = time.monotonic()
    with tempfile.TemporaryFile() as file:
        # The tool starts the program as a process of its own, which is to end with it.
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
                                   env=os.environ | {"CUDA_VISIBLE_DEVICES": gpu})
        try:
            wrong = {0: None, FOUND: "found something"}.get(process.wait(options.timeout), f"exit code {process.returncode}")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGTERM)  # the program tells in which test case it was
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            wrong = f"not through after {options.timeout:g} s"
        seconds = time.monotonic() - begin
        file.seek(0)
        output = file.read().decode(errors="replace")
    told = re.search(r"^All tests passed \(.* in (\d+) test cases?\)|^test cases: +\d+ \| +(\d+) passed", output, re.M)
    cases = int(told[1] or told[2]) if told else 0
    foreign = foreign_races(output)
    if foreign and wrong == "found something":
        wrong = None
    if wrong is None and cases != len(tests):
        wrong = f"{cases} of {len(tests)} test cases passed"
    return seconds, wrong, output, cases, foreign


names = names_of_tests()
if not names:
    sys.exit(f"{options.program} has no test case of {options.tests}")
# Test cases of one file, which are alike in what they take, go to different processes.
shards = [names[i::options.shards] for i in range(min(options.shards, len(names)))]
devices = gpus()
jobs = [(tool, shard) for tool in tools for shard in shards]
print(f"{len(names)} test cases under {', '.join(tools)}: {len(jobs)} processes on {len(devices)} GPU(s)", flush=True)
results = {tool: [] for tool in tools}
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    waiting = {pool.submit(run, tool, shard, devices[i % len(devices)]): tool for i, (tool, shard) in enumerate(jobs)}
    for ended in concurrent.futures.as_completed(waiting):
        seconds, wrong, output, cases, foreign = ended.result()
        results[waiting[ended]].append((seconds, wrong, cases, foreign))
        if wrong:
            lines = output.splitlines()
            told = next((i for i, line in enumerate(lines) if re.search("^========= (?!COMPUTE)|FAILED:|error:", line)), 0)
            first = max(told - 5, 0)
            print(f"{waiting[ended]}: {wrong}", *lines[first:first + TOLD], "[...]", *lines[-10:], sep="\n", flush=True)
failed = False
for tool, processes in results.items():
    seconds, wrong, cases, foreign = zip(*processes)
    told = "; ".join(filter(None, wrong)) or "nothing found"
    failed |= any(wrong)
    if any(foreign):
        told += f" but {sum(foreign)} races within kernels of cuBLAS"
    print(f"{tool}: {sum(cases)} of {len(names)} test cases passed, {told} ({max(seconds):.0f} s, {sum(seconds):.0f} s of processes)")
sys.exit(failed)
