#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the hostile kernels (hostile.cu) and checks what became of each: run.py PATH_OF_HOSTILE"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from checks import check, finish

program = sys.argv[1]


def run(*arguments):
    """The exit code, all output, the records by (problem, axes, candidate), and the journal's."""
    with tempfile.TemporaryDirectory() as folder:
        document, journal = os.path.join(folder, "a.json"), os.path.join(folder, "a.jsonl")
        done = subprocess.run(
            [program, "--no-ceilings-cache", "--time-budget", "200ms", "--json", document, "--journal", journal, *arguments],
            capture_output=True, text=True, timeout=300)
        with open(document) as file:
            records = json.load(file)["records"]
        with open(journal) as file:
            lines = [json.loads(line) for line in file]
    check("the journal has every record", [r for r in lines if r["type"] == "record"] == records)
    return done.returncode, done.stdout + done.stderr, records


code, output, records = run("--problem", "^hostile$")
if absent := re.search("assay: no (CUDA|HIP) device", output):
    print(absent[0])
    sys.exit(6)
check("wrong kernels give exit code 3", code == 3, code)
outcomes = {
    "right": "correct", "also right": "correct", "synchronises": "correct", "default stream": "correct",
    "one wrong element": "wrong", "not a number": "wrong", "does not launch": "failed",
    "too much shared memory": "failed", "throws": "failed", "throws an int": "failed",
    "prepare throws": "failed", "touches nothing": "wrong", "leaves out the tail": "wrong",
    "leaves out the head": "wrong", "adds to the output": "wrong", "changes its input": "invalid",
    "right the first time": "wrong",
}
reasons = {
    "one wrong element": "1 of 100003 elements outside the tolerance, worst at [100002]", "not a number": "1 NaN",
    "does not launch": "ErrorInvalid", "too much shared memory": "ErrorInvalidValue",
    "throws": "no kernel for this shape", "throws an int": "not a std::exception",
    "prepare throws": "no plan for this shape", "touches nothing": "never written",
    "leaves out the tail": "3 never written", "leaves out the head": "1 never written",
    "changes its input": "changed the input x", "right the first time": "right at the first launch, but not at the second",
}
by_name = {r["candidate"]: r for r in records}
check("every candidate has its record", set(by_name) == set(outcomes), sorted(set(outcomes) ^ set(by_name)))
for name, expected in outcomes.items():
    verdict = by_name.get(name, {}).get("verdict", {})
    check(f"'{name}' is {expected}", verdict.get("outcome") == expected, verdict)
    check(f"'{name}' is timed only when right", ("time" in by_name[name]) == (expected == "correct"))
    check(f"'{name}' says why", reasons.get(name, "") in verdict.get("reason", ""), verdict.get("reason"))
findings = [f["code"] for f in by_name["synchronises"]["time"]["findings"]]
check("a launch that synchronises is found", "gate-opened" in findings, findings)
check("the right one is gated", by_name["right"]["time"]["gated"])

code, output, records = run("--problem", "^launches oddly$")
by_name = {r["candidate"]: r for r in records}
check("odd launches give exit code 3", code == 3, code)
of_cuda = ["compiles a kernel late"] if by_name["right"]["backend"] == "cuda" else []
for name in ["right", "sleeps", "loads a kernel late", *of_cuda]:
    check(f"'{name}' is correct", by_name[name]["verdict"]["outcome"] == "correct", by_name[name]["verdict"])
    check(f"'{name}' is timed", "time" in by_name[name])
for name in ("works on another stream", "launches from a thread later"):
    verdict = by_name[name]["verdict"]
    check(f"'{name}' is not taken for right and timed", verdict["outcome"] in ("wrong", "invalid"), verdict)
time = by_name["sleeps"].get("time", {})
check("sleep on the host is not in the time", time.get("raw", {}).get("median", 1) < 1e-3, time.get("raw"))
check("it is told as the host's", time.get("host_time", 0) > 0.049, time.get("host_time"))

code, output, records = run("--problem", "^writes out of bounds$")
by_name = {r["candidate"]: r["verdict"] for r in records}
for name, words in (("right", None), ("uses its workspace", None), ("right again", None),
                    ("behind the output", "wrote 4 bytes behind 'y', the first at byte 0 from its end"),
                    ("before the output", "wrote 4 bytes before 'y', the first at byte -4 from its beginning"),
                    ("one byte behind the workspace", "wrote 1 byte behind the workspace, the first at byte 0"),
                    ("before the input", "wrote 4 bytes before 'x'")):
    verdict = by_name.get(name, {})
    check(f"'{name}' is {'invalid' if words else 'correct'}", verdict.get("outcome") == ("invalid" if words else "correct"), verdict)
    check(f"'{name}' says where", (words or "") in verdict.get("reason", ""), verdict)

code, output, records = run("--problem", "^integers$")
by_name = {r["candidate"]: r["verdict"] for r in records}
check("integers all written are correct", by_name["right"]["outcome"] == "correct", by_name)
check("an integer never written is found", by_name["leaves out the tail"]["outcome"] == "wrong", by_name)

reads = "--problem", "^reads out of bounds$"
code, output, records = run(*reads)
check("without a fence reads out of bounds are not seen", code == 0, output)
for fence, culprit, innocent in (("--fence", "reads behind", ("right", "reads the last", "reads before", "right again")),
                                 ("--fence=below", "reads before", ("right", "reads the last", "reads behind", "right again"))):
    code, output, records = run(*reads, fence)
    by_name = {r["candidate"]: r for r in records}
    if any(f["code"] == "no-fence" for f in by_name["right"].get("findings", [])):
        print("left out: fences, which this GPU or its driver does not have")
        break
    verdict = by_name[culprit]["verdict"]
    fence_in_replay = "fence=below" if fence == "--fence=below" else "fence=above"
    check(f"{fence}: exit code 3", code == 3, code)
    check(f"{fence}: '{culprit}' faults", verdict["outcome"] == "failed" and "ErrorIllegalAddress" in verdict["reason"], verdict)
    check(f"{fence}: and is told what that means", "out of bounds are faults" in verdict["reason"], verdict)
    check(f"{fence}: its replay has the fence", fence_in_replay in by_name[culprit]["replay"], by_name[culprit]["replay"])
    for name in innocent:
        check(f"{fence}: '{name}' stays correct", by_name[name]["verdict"]["outcome"] == "correct", by_name[name]["verdict"])
        check(f"{fence}: '{name}' keeps its time", "time" in by_name[name])

if records[0]["backend"] == "hip":
    print("left out: --sanitize, whose tool is CUDA's")
elif shutil.which("compute-sanitizer"):
    code, output, records = run(*reads, "--verify-only", "--sanitize")
    by_name = {r["candidate"]: r for r in records}
    for name in ("reads behind", "reads before"):
        verdict = by_name[name]["verdict"]
        check(f"--sanitize: '{name}' is invalid", verdict["outcome"] == "invalid" and "Invalid __global__ read" in verdict["reason"],
              by_name[name])
    for name in ("right", "reads the last", "right again"):
        check(f"--sanitize: '{name}' stays correct", by_name[name]["verdict"]["outcome"] == "correct", by_name[name])
        check(f"--sanitize: '{name}' says so", any("no errors" in f["message"] for f in by_name[name]["findings"]), by_name[name])
else:
    done = subprocess.run([program, *reads, "--sanitize"], capture_output=True, text=True, timeout=300)
    check("--sanitize without compute-sanitizer is a usage error",
          done.returncode == 2 and "was not found on PATH" in done.stderr, done)
    print("left out: compute-sanitizer, which is not on PATH")

modes = "--problem", "^modes$"
for arguments, mode, cache in (
        ([], "plain", "cold"), (["--hot"], "plain", "hot"), (["--cache", "rotate"], "plain", "rotate"),
        (["--cache", "cold-dirty"], "plain", "cold-dirty"), (["--mode", "graph"], "graph", "cold"),
        (["--mode", "throughput"], "throughput", "hot"),
        (["--mode", "throughput", "--cache", "rotate"], "throughput", "rotate")):
    what = " ".join(arguments) or "no option"
    code, output, records = run(*modes, *arguments)
    verdict, time = records[0]["verdict"], records[0].get("time", {})
    check(f"{what}: correct", code == 0 and verdict["outcome"] == "correct", (code, verdict))
    check(f"{what}: {mode} and {cache} are on record", (time.get("mode"), time.get("cache")) == (mode, cache),
          (time.get("mode"), time.get("cache")))
    check(f"{what}: there is a net time", time.get("net", {}).get("median", 0) > 0, time.get("net"))
    check(f"{what}: several launches a sample back to back alone",
          (time.get("launches_per_sample", 0) > 1) == (mode == "throughput"), time.get("launches_per_sample"))

for arguments, key, code_without in ((["--timer", "cupti"], "cupti", "no-cupti"), (["--energy"], "energy", "no-energy")):
    code, output, records = run(*modes, *arguments)
    time = records[0].get("time", {})
    findings = [f["code"] for f in time.get("findings", [])]
    check(f"{arguments[0]}: correct", code == 0, output)
    check(f"{arguments[0]} gives {key} or says why not", (key in time) != (code_without in findings), findings)
    if code_without in findings:
        print(f"left out: {key}, which this machine does not tell")

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "samples.csv")
    code, output, records = run(*modes, "--samples", path)
    with open(path) as file:
        lines = file.read().splitlines()
samples = sum(len(r["time"]["samples"]) for r in records)
check("--samples writes each sample and a head line", len(lines) == 1 + samples > 1, (len(lines), samples))

done = subprocess.run([program, *modes, "--require-locked-clocks"], capture_output=True, text=True, timeout=300)
output = done.stdout + done.stderr
check("clocks that are not known to be locked give exit code 2", done.returncode == 2, done.returncode)
check("and the sentence says how to lock them, or that nothing can be read",
      "to lock: sudo nvidia-smi" in output or "is unknown" in output, output)

code, output, records = run("--problem", "^too large$")
check("a case that does not fit leaves the other", [r["verdict"]["outcome"] for r in records] == ["correct", "failed"], records)
check("what was needed is named", "are needed" in records[1]["verdict"]["reason"], records[1]["verdict"])

code, output, records = run("--problem", "^unmeasured bytes$")
check("faster than light is invalid", records[0]["verdict"]["outcome"] == "invalid", records[0]["verdict"])
check("and says so", "faster than light" in records[0]["verdict"]["reason"])
check("its ratio is not clamped", records[0]["sol_ratio"] > 1)
code, output, records = run("--problem", "^unmeasured bytes$", "--hot")
check("hot caches say nothing of DRAM", records[0]["verdict"]["outcome"] == "correct", records[0]["verdict"])



def rungs(record):
    return {r["rung"]: r for r in record.get("diagnosis", {}).get("rungs", [])}


def cause(record):
    return next((r["rung"] for r in record.get("diagnosis", {}).get("rungs", []) if r["outcome"] == "cause"), None)


code, output, records = run("--problem", "^declared twice$")
check("bytes declared twice are invalid", records[0]["verdict"]["outcome"] == "invalid", records[0]["verdict"])
check("and that is named", cause(records[0]) == "bytes" and "are declared" in records[0]["verdict"]["reason"],
      records[0].get("diagnosis"))
check("its byte stream is slower", rungs(records[0]).get("byte-stream", {}).get("outcome") == "evidence",
      records[0].get("diagnosis"))
check("a larger sweep does not matter to it", rungs(records[0]).get("warm-cache", {}).get("outcome") == "cleared",
      records[0].get("diagnosis"))

code, output, records = run("--problem", "^stays in L2$")
check("a copy out of L2 that is declared cold is not correct",
      records[0]["verdict"]["outcome"] in ("invalid", "suspect"), records[0])
check("and its declared bytes are named", cause(records[0]) == "bytes", records[0].get("diagnosis"))

code, output, records = run("--problem", "^skips half of its terms$", "--time-only")
by_name = {r["candidate"]: r for r in records}
check("half of the terms skipped is invalid without any verification",
      by_name["half"]["verdict"]["outcome"] == "invalid", by_name["half"]["verdict"])
check("and what is not read is named",
      cause(by_name["half"]) == "bytes" and "of 'a' makes no difference" in by_name["half"]["verdict"]["reason"],
      by_name["half"].get("diagnosis"))
check("the whole product stays unchecked", by_name["whole"]["verdict"]["outcome"] == "unchecked", by_name["whole"]["verdict"])

code, output, records = run("--problem", "^half beside the stream$")
check("work beside the stream is invalid", records[0]["verdict"]["outcome"] == "invalid", records[0]["verdict"])
check("and is named", "escapes the time" in records[0]["verdict"]["reason"], records[0]["verdict"])

code, output, records = run("--problem", "^hostile$", "--candidate", "^(also right|synchronises)$", "--explain")
by_name = {r["candidate"]: r for r in records}
launch = by_name["also right"].get("explanation", {}).get("launch", {})
check("--explain tells the kernels", [k.get("grid") for k in launch.get("kernels", [])] == [[132, 1, 1]], launch)
check("and what they were compiled to",
      all("twice" in k.get("name", "") and k.get("registers", 0) > 0 and k.get("waves", 0) > 0
          for k in launch.get("kernels", [])), launch)
check("a launch that cannot be captured says so",
      "cannot be captured" in by_name["synchronises"].get("explanation", {}).get("launch", {}).get("absent", ""),
      by_name["synchronises"].get("explanation"))
check("--explain prints what would have to change", "to go faster:" in output, output)

code, output, records = run("--problem", "takes the device down|never reached")
by_name = {r["candidate"]: r["verdict"] for r in records}
check("a lost device gives exit code 3", code == 3, code)
check("the culprit is named", "ErrorIllegalAddress" in by_name["illegal address"].get("reason", ""), by_name)
check("the others are right all the same", [by_name[name]["outcome"] for name in ("before", "after", "right")] == ["correct"] * 3,
      by_name)
check("nothing stopped the run", "assay: stopped" not in output and "replaced" in output, output)
code, output, records = run("--problem", "takes the device down|never reached", "--no-isolate")
by_name = {r["candidate"]: r["verdict"] for r in records}
check("in one process a lost device gives exit code 3", code == 3, code)
check("the others say who it was", "'illegal address' took the device down" in by_name["after"]["reason"], by_name)
check("nothing is run after it", len(records) == 3, len(records))
check("the run says why it stopped", "assay: stopped: the device was lost in takes the device down" in output, output)

code, output, records = run("--problem", "^hostile$", "--candidate", "^also right$", "--gate", "speedup>=0.5",
                            "--gate", "fast_1>=0")
check("a right candidate passes its gates", code == 0, output)
code, output, records = run("--problem", "^hostile$", "--candidate", "^also right$", "--gate", "speedup>=100")
check("a gate that is not met gives exit code 1", code == 1, output)

finish()
