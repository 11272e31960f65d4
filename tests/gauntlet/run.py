#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a gauntlet, and checks what became of each candidate: run.py host|gpu PROGRAM

All hostile candidates run in one program beside the good ones, whose names begin with "good"; then the good
ones run by themselves, and must have the same records."""
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from checks import check, finish

kind, program = sys.argv[1:3]

# What must become of whom, and words of the reason: (problem, candidate): (outcome, expression).
segmentation = r"its process was killed by signal 11 \(Segmentation fault\) at address 0x8"
twice = r".*; so twice$"
clean_exit = r"its process ended \(exit code 0\), in its code on the host"
trial = r"^fuzz: n=\d+ seed=\d+[^:]*: "
on_host = {
    ("signals", "wild pointer"): ("failed", segmentation + r", in its code on the host \(verify wild pointer\)" + twice),
    ("signals", "stack overflow"): ("failed", r"Segmentation fault\) by a stack overflow" + twice),
    ("signals", "divides by zero"): ("failed", r"signal 8 \(Floating point exception\)" + twice),
    ("signals", "traps"): ("failed", r"signal (4|5) " + twice),
    ("signals", "killed"): ("failed", r"signal 9 \(Killed\).*memory" + twice),
    ("signals", "signalled"): ("failed", r"signal 10 \(User defined signal 1\)" + twice),
    ("ends", "aborts"): ("failed", r"signal 6 \(Aborted\).*: invariant 7 does not hold; so twice"),
    ("ends", "throws where it may not"): ("failed", r"terminate called after.*runtime_error.*nobody catches this"),
    ("ends", "throws in a thread"): ("failed", r"terminate called after.*runtime_error.*from a thread"),
    ("ends", "exit(0)"): ("failed", clean_exit + twice),
    ("ends", "right and exit(0)"): ("failed", clean_exit + twice),
    ("ends", "_exit(0)"): ("failed", clean_exit + twice),
    ("ends", "quick_exit(3)"): ("failed", r"its process ended \(exit code 3\)" + twice),
    ("ends", "becomes another program"): ("failed", clean_exit + twice),
    ("ends", "leaves a child behind"): ("failed", clean_exit + twice),
    ("ends", "frees twice"): ("failed", r"signal 6 \(Aborted\)"),
    ("later", "crashes when it is timed"): ("failed", segmentation + r", while it was timed"),
    ("later", "crashes beside its case"): ("failed", trial + segmentation + r".*\(fuzz\)"),
    ("later", "crashes in its prepare step"): ("failed", segmentation),
    ("later", "crashes in a thread, later"): ("failed", segmentation),
    ("in a trial", "crashes at small shapes"): ("failed", trial + segmentation + r".*\(fuzz\)" + twice),
    ("in a trial", "crashes where all are equal"): ("failed", r"^fuzz: n=\d+ .*attack=.*: " + segmentation + r".*\(fuzz\)" + twice),
    ("in a trial", "exits at small shapes"): ("failed", trial + clean_exit + r" \(fuzz\)" + twice),
    ("in a trial", "hangs at small shapes"): ("failed", trial + r"its process gave no sign of life for .* s, in its code on the host \(fuzz\)"),
    ("its oracle crashes in a trial", "unlucky in a trial"): ("failed", trial + segmentation + r", in no candidate's code \(fuzz\)"),
    ("memory", "more memory than there is"): ("failed", r"^std::bad_alloc$"),
    ("memory", "memory until there is none"): ("failed", r"its process was killed by signal 11"),
    ("hangs", "spins"): ("failed", r"gave no sign of life for .* s, in its code on the host.*--timeout"),
    ("hangs", "waits for itself"): ("failed", r"gave no sign of life"),
    ("hangs", "stops its process"): ("failed", r"gave no sign of life"),
    ("hangs", "hangs when it is timed"): ("failed", r"gave no sign of life for .* s, while it was timed"),
    ("prints", "prints and aborts"): ("failed", r"signal 6 \(Aborted\)"),
    ("prints", "prints without end"): ("failed", r"gave no sign of life for .* s, in its code on the host"),
    ("forges", "writes a record"): ("invalid", r"not assay's was written to its socket: '\{\"type\":\"record\"" + twice),
    ("forges", "writes a trial and aborts"): ("invalid", r"^something that is not assay's was written to its socket: '\{\"type\":\"trial\""),
    ("forges", "says it all again"): ("invalid", r"not assay's was written to its socket"),
    ("forges", "says that it is done and exits"): ("invalid", r"not assay's was written to its socket: '\{\"type\":\"done\""),
    ("forges", "closes all it finds"): ("failed", r"a worker cannot answer: Bad file descriptor"),
    ("forges", "listens to the wrong end"): ("failed", r"gave no sign of life"),
    ("forges", "blames another and aborts"): ("failed", r"signal 6 \(Aborted\)"),
    ("forges", "has its own time"): ("invalid", r"its clock is .* s behind that of the process that watches it"),
    ("its body crashes", "(its declaration)"): ("failed", r"when it was declared, its process was killed by signal 11"),
    ("its body crashes in one case", "good baseline"): ("failed", r"signal 6 \(Aborted\), when the case was declared"),
    ("its body crashes in one case", "good"): ("failed", r"signal 6 \(Aborted\), when the case was declared"),
    ("its oracle crashes", "unlucky"): ("failed", segmentation + r", in no candidate's code \(oracle\)"),
    ("its oracle crashes", "unlucky, too"): ("failed", segmentation),
    ("what it keeps crashes", "crashes in its end"): ("failed", r"signal 6 \(Aborted\)"),
}
on_gpu = {
    ("device", "illegal address"): ("failed", "ErrorIllegalAddress"),
    ("device", "misaligned address"): ("failed", "ErrorMisalignedAddress"),
    ("device", "traps"): ("failed", "cudaError"),
    ("device", "fails an assertion"): ("failed", "ErrorAssert"),
    ("device", "overflows its stack"): ("failed", "cudaError"),
    ("device", "illegal address from prepare"): ("failed", "ErrorIllegalAddress"),
    ("device", "illegal address when it is timed"): ("failed", "ErrorIllegalAddress"),
    ("device", "illegal address beside its case"): ("failed", "ErrorIllegalAddress"),
    ("device", "illegal address on another stream"): ("failed", "ErrorIllegalAddress"),
    ("device hangs", "never ends"): ("failed", r"gave no sign of life for .* s, while its launch was waited for"),
    ("device hangs", "never ends when it is timed"): ("failed", r"gave no sign of life"),
    ("device hangs", "waits for the host, which waits for it"): ("failed", "gave no sign of life"),
    ("device memory", "more than there is"): ("failed", "ErrorMemoryAllocation"),
    ("device memory", "all there is, and then uses none"): ("failed", "cudaError"),
    ("device memory", "the heap of kernels"): ("failed", "cudaError"),
    ("host and device", "resets the device"): (None, ""),
    ("host and device", "exits while a kernel runs"): ("failed", r"its process ended \(exit code 0\)"),
    ("host and device", "aborts while a kernel runs"): ("failed", r"signal 6 \(Aborted\)"),
    ("host and device", "wild pointer while a kernel runs"): ("failed", segmentation),
    ("host and device", "aborts after an illegal address"): ("failed", r"signal 6 \(Aborted\)"),
    ("host and device", "prints from a kernel and hangs"): ("failed", "gave no sign of life"),
    ("host and device", "forks"): (None, ""),
    ("host and device", "writes a record"): ("invalid", "not assay's was written to its socket"),
    ("host and device", "stack overflow"): ("failed", "by a stack overflow"),
    ("host and device", "exit(0)"): ("failed", clean_exit),
    ("host and device", "throws where it may not"): ("failed", "terminate called after"),
    ("host and device", "stops its process"): ("failed", "gave no sign of life"),
}
expected = {"host": on_host, "gpu": on_gpu}[kind]
arguments = {"host": ["--hot", "--time-budget", "50ms", "--timeout", "4s"],
             "gpu": ["--no-ceilings-cache", "--time-budget", "200ms", "--timeout", "5s"]}[kind]
environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}


def run(*more):
    """Exit code, standard output and standard error, and the records."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "document.json")
        done = subprocess.run([program, *arguments, "--color", "never", "--json", path, *more], capture_output=True,
                              env=environment, timeout=1500)
        with open(path) as file:
            records = json.load(file)["records"]
    return done.returncode, done.stdout.decode(), done.stderr.decode(), records


def key_of(record):
    return record["problem"], json.dumps(record["axes"]), record["candidate"]


code, out, err, records = run()
if absent := re.search("assay: no (CUDA|HIP) device", out):
    print(absent[0])
    sys.exit(6)
check("candidates that are not right give exit code 3", code == 3, (code, out[-2000:], err[-2000:]))
check("nothing ended the run", "assay: stopped" not in out, out)
cases = re.search(r"(\d+) of (\d+) cases run", out)
check("every case was run", cases and cases[1] == cases[2], out[-500:])
keys = [key_of(r) for r in records]
check("nobody has two records", len(set(keys)) == len(keys), [k for k in keys if keys.count(k) > 1])

bad_cases = {("its body crashes in one case", '{"n": 96}')}
seen = set()
for r in records:
    name = (r["problem"], r["candidate"])
    verdict, reason = r["verdict"]["outcome"], r["verdict"].get("reason", "")
    good = r["candidate"].startswith("good") and (r["problem"], json.dumps(r["axes"])) not in bad_cases
    if good:
        check(f"{name} is measured", verdict == "correct" and "time" in r, r["verdict"])
        continue
    seen.add(name)
    wanted, words = expected.get(name, ("in the table", ""))
    if wanted is None:
        check(f"{name} has a verdict", verdict in ("correct", "wrong", "failed", "invalid"), r["verdict"])
        print(f"{name[0]}, {name[1]}: {verdict} {reason}")
        continue
    check(f"{name} is {wanted}", verdict == wanted, r["verdict"])
    check(f"{name} says why", re.search(words, reason, re.DOTALL), reason)
    check(f"{name} has no time", "time" not in r, r)
    check(f"{name} is printed", reason.split(";")[0][:60] in out, reason)
check("every hostile candidate has its record", seen == set(expected), seen ^ set(expected))
print(f"{len(seen)} hostile candidates, {len(records) - len(seen)} records of good ones")
summary = re.search(r"; isolation: (\d+) workers, (\d+) replaced, ", out)
check("the summary counts the workers", summary and int(summary[1]) == int(summary[2]) + 1 > len(seen), out[-500:])

# The same good candidates by themselves.
alone = run("--candidate", "^good")[3]
alone = {key_of(r): r for r in alone if r["candidate"].startswith("good")}
together = {key_of(r): r for r in records if r["candidate"].startswith("good")}
check("alone they are the same", set(alone) == set(together), set(alone) ^ set(together))
apart = []
for key, r in together.items():
    if key not in alone:
        continue
    other = alone[key]
    check(f"{key} has the same verdict alone", r["verdict"] == other["verdict"] or
          r["verdict"]["outcome"] == other["verdict"]["outcome"] != "correct", (r["verdict"], other["verdict"]))
    check(f"{key} is timed alone if it is with others", ("time" in r) == ("time" in other), key)
    if "time" in r and "time" in other:
        one, two = (x["time"].get("net", x["time"]["raw"]) for x in (r, other))
        # Two runs differ by more than the interval of either: a clock may have changed between them.
        wide = 0.05
        if one.get("lower", 0) * (1 - wide) > two.get("upper", 1) or two.get("lower", 0) * (1 - wide) > one.get("upper", 1):
            apart.append((key, one["median"], two["median"]))
print(f"times of good candidates that differ by more than their intervals and 5 %: {len(apart)} of {len(together)}", *apart,
      sep="\n  ")
if kind == "gpu":
    check("the times of nearly all are the same", len(apart) <= 0.1 * len(together), apart)

# What ended in a fuzz trial names it, and the replay line that is printed ends in the same way; so does one of who was timed.
in_trials = [r for r in records if r["verdict"].get("reason", "").startswith("fuzz: ")]
for r in in_trials:
    name = (r["problem"], r["candidate"])
    fuzz = r.get("fuzz", {})
    first, failure = fuzz.get("first_failure", {}), fuzz.get("failure", {})
    check(f"{name} has the trial in its document", "seed" in first and (first["axes"], first["seed"]) != (r["axes"], r["seed"])
          and fuzz["trials"] > 0 and r["verdict"]["reason"].endswith(": " + failure.get("reason", "?")), fuzz)
    shape = ",".join(f"{axis}={value}" for axis, value in first.get("axes", {}).items())
    check(f"{name} has the trial in its replay line", f"|{shape}|seed={first.get('seed')}" in r["replay"], r)
    check(f"{name} has its replay line printed", r["replay"] in out, r["replay"])
when_timed = [r for r in records if ", while it was timed" in r["verdict"].get("reason", "")]
for r in when_timed:
    check(f"{r['candidate']} is to be timed when it is replayed", r["replay"].endswith("|timed=yes'"), r)
if kind == "host":
    check("what ends in trials is replayed, and when it is timed", len(in_trials) >= 6 and len(when_timed) >= 2,
          (in_trials, when_timed))
    for r in in_trials + when_timed:
        code, _, _, again = run(*shlex.split(r["replay"]))
        again = [a for a in again if a["candidate"] == r["candidate"]]
        check(f"{r['candidate']} has one record when it is replayed", len(again) == 1, again)
        # What a trial leaves behind ends in the trial; what a case leaves behind, when all else is done.
        words = [a["verdict"].get("reason", "") for a in again if a["verdict"]["outcome"] == "failed" and code == 3]
        words += [f["message"].removeprefix("when all was done, ") for a in again for f in a["findings"]
                  if r["candidate"] == "crashes in its end" and f["code"] == "worker-lost"]
        how = re.search(r"its process (was killed by signal \d+|ended \(.*?\)|gave no sign of life)",
                        r["verdict"]["reason"])[0]
        check(f"{r['candidate']} does the same when it is replayed", words and words[0].startswith(how),
              (r["replay"], r["verdict"], again))

# What candidates print is not in a document on the standard output.
if kind == "host":
    done = subprocess.run([program, *arguments, "--problem", "^prints$", "--json", "-"], capture_output=True, env=environment,
                          timeout=300)
    try:
        document = json.loads(done.stdout)
    except ValueError as wrong:
        document = {"records": []}
        check("the standard output is the document alone", False, (wrong, done.stdout[:300]))
    check("what was printed is on the standard error", b'{"not": "a record"}' in done.stderr and
          done.stderr.count(b"#") >= 1 << 22, done.stderr[:300])
    printed = {r["candidate"]: [f["message"] for f in r["findings"] if f["code"] == "printed"] for r in document["records"]}
    check("who printed has a finding", any("20 bytes" in m and '{"not": "a record"}' in m for m in printed.get("good but prints", [])),
          printed)
    check("and nobody else", not printed.get("good last") and not printed.get("good baseline"), printed)

    # How children end is told whoever started the program ignores it.
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "document.json")
        subprocess.run([program, *arguments, "--problem", "^ends$", "--candidate", r"^exit\(0\)$", "--json", path],
                       capture_output=True, env=environment, timeout=300,
                       preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        with open(path) as file:
            reasons = [r["verdict"].get("reason", "") for r in json.load(file)["records"] if r["candidate"] == "exit(0)"]
    check("where SIGCHLD is ignored a process ends with its exit code", len(reasons) == 1 and
          re.search(clean_exit, reasons[0]), reasons)
    check("what is printed without end is not passed on without end", 0 < done.stderr.count(b"~") <= 16 << 20 and
          b"the rest is not shown" in done.stderr, done.stderr.count(b"~"))

    # In one process the first of them ends it all: the test must be able to fail.
    def run_in_one_process(*more):
        return subprocess.run([program, "--hot", "--time-budget", "50ms", "--no-isolate", *more], capture_output=True,
                              env=environment | {"ASSAY_GAUNTLET_DECLARED": "1"}, timeout=300)

    done = run_in_one_process("--problem", "^signals$")
    check("without isolation the first crash is the end", done.returncode == -11 and b"cases run" not in done.stdout, done)
    done = run_in_one_process("--problem", "^prints$", "--candidate", "^good but prints$")
    check("without isolation what is right is right", done.returncode == 0 and b"isolation:" not in done.stdout, done)

finish()
