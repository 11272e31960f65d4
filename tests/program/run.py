#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the programs of this folder with many command lines and checks what they print, write and return.

run.py PROGRAM...: the executables of this folder, in any order."""
import json
import os
import pty
import re
import subprocess
import threading
import time

from harness import check, environment, finish, folder, json_schema, lines, problems, programs, run, run_json

quick = ["--hot", "--time-budget", "1ms"]

# What is printed without running anything.
code, out, err = run("--help")
check("--help succeeds", (code, err) == (0, ""), err)
for option in ["--list", "--dry-run", "--limits", "--as-device", "--assume-clock", "--device-facts", "--problem", "--candidate", "--axis", "--verify-only", "--time-only", "--hot", "--seed",
               "--precision", "--time-budget", "--oracle-samples", "--gate", "--json", "--journal", "--quiet", "--color", "--fuzz",
               "--fuzz-time", "--strict", "--replay", "--fence", "--sanitize", "--separate-allocations", "--trust", "--help",
               "--version", "Exit codes", "--gates", "--scores", "--fast-p", "--pass-at", "--margin", "--from", "--allow-mixed",
               "--save-baseline", "--force", "--compare-baseline", "--against", "--self-test", "--devices", "--parallel-timing", "--ctest-resource-spec"]:
    check(f"--help mentions {option}", option in out, out)
code, out, err = run("--version")
check("--version tells the version", code == 0 and re.fullmatch(r"assay \d+\.\d+\.\d+\n", out), (code, out, err))

code, out, err = run("--list")
check("--list succeeds", (code, err) == (0, ""), (code, err))
titles = [line.rsplit(" (", 1)[0] for line in out.splitlines() if not line.startswith(" ")]
check("--list has the problems in their order", titles == [
    "right", "without a baseline", "wrong", "it's (odd) [a|b] $HOME", "accepted counterexample", "broken oracle", "too large",
    "slow"], out)
for line in ["  axis n: 64 1000\n", "  axis layout: row column\n", "  baseline loop\n", "  candidate prepared\n",
             "  counterexample forgets the last\n"]:
    check(f"--list has '{line.strip()}'", line in out, out)
check("--list says where", re.search(r"right \(host, .*problems\.cpp:\d+\)", out), out)
code, out, err = run("--list", "--problem", "^right$")
check("--list keeps to the selection", code == 0 and "wrong" not in out and "right" in out, out)

code, out, err = run("--dry-run", "--problem", "^(right|wrong)$")
check("--dry-run prints the cases in order", (code, out.splitlines()[:5]) == (0, [
    "right n=64 layout=row: loop, same loop, prepared, forgets the last",
    "right n=64 layout=column: loop, same loop, prepared, forgets the last",
    "right n=1000 layout=row: loop, same loop, prepared, forgets the last",
    "right n=1000 layout=column: loop, same loop, prepared, forgets the last",
    "wrong n=64: right, one wrong element, throws, throws an int, touches nothing, changes its input, right once"]), out)
check("--dry-run counts", out.endswith("\n5 cases, 23 candidates in all\n"), out)
check("--dry-run is the same each time", run("--dry-run") == run("--dry-run"))
code, out, err = run("--dry-run", "--problem", "right", "--axis", "n=500..", "--axis", "layout=row", "--candidate", "same")
check("filters hold together", (code, out) == (0, "right n=1000 layout=row: same loop\n1 cases, 1 candidates in all\n"), out)

# Limits, of devices that are not here.
code, out, err = run("--limits", "--as-device", "B200", "--assume-clock", "1500MHz", program=programs["no_device"])
check("--limits needs no device", (code, err) == (0, ""), (code, out, err))
check("--limits says whose", out.startswith("homeless, B200\n"), out)
check("--limits has a row for each term of each layer",
      [out.count(word) for word in (" DRAM ", " assumed ", " hard       DRAM ", " datasheet ")] == [6, 2, 2, 2], out)
code, out, err = run("--limits", program=programs["no_device"])
check("--limits without a device says what would help", code == 6 and "--as-device" in out, (code, out, err))
path = folder / "limits.json"
code, out, err = run("--limits", "--as-device", "H200", "--problem", "^right$", "--axis", "n=1000", "--json", str(path))
document = json.loads(path.read_text())
check("--limits writes JSON", code == 0 and len(document["cases"]) == 2, (code, err))
check("as the schema has it", document["type"] == "limits" and not json_schema.mistake(document), json_schema.mistake(document))
limit = document["cases"][0]["limits"][0]
check("--limits: 8000 bytes over the datasheet's 4.8 TB/s",
      (limit["layer"], limit["binding"], limit["seconds"]) == ("hard", "DRAM", 8000 / 4.8e12), limit)
facts = folder / "facts.json"
facts.write_text('{"schema": 1, "devices": [{"name": "H200 SXM", "peak": {"DRAM": "8 TB/s"}}]}')
code, out, err = run("--limits", "--as-device", "H200", "--device-facts", str(facts), "--problem", "^right$", "--axis", "n=1000",
                     "--json", str(path))
limit = json.loads(path.read_text())["cases"][0]["limits"][0]
check("--device-facts changes a figure", (code, limit["seconds"]) == (0, 1e-9), (code, err, limit))
facts.write_text('{"schema": 1, "devices": [{"name": "H200 SXM", "peak": {"DRAM": 8}}]}')
code, out, err = run("--limits", "--as-device", "H200", "--device-facts", str(facts))
check("--device-facts tells file, key and unit", code == 2 and "facts.json: devices[0].peak.DRAM: 8 is not plausible: in B/s" in err,
      (code, err))
code, out, err = run("--limits", "--problem", "^right$", "--axis", "n=64")
check("--limits on the processor measures", code == 0 and "measured" in out, (code, out, err))

# Times against another device.
code, out, err, document = run_json("--problem", "^right$", "--axis", "n=1000", "--axis", "layout=row", "--as-device", "H200", *quick)
record = document["records"][0]
check("--as-device is what SoL is made from", code == 0 and record["limit"]["layer"] == "assumed"
      and record["other_limits"][0]["layer"] == "measured", record.get("limit"))
check("--as-device is told", "limits are assumed" in out and "(NVIDIA H200)" in out, out)

# Nothing to do.
for arguments in [["--problem", "no such"], ["--candidate", "no such"], ["--problem", "^right$", "--axis", "n=3"],
                  ["--dry-run", "--problem", "no such"], ["--list", "--problem", "no such"]]:
    code, out, err = run(*arguments)
    check(f"{arguments} gives exit code 6", (code, out) == (6, ""), (code, out, err))
    check(f"{arguments} says so", err.startswith("assay: ") and "--list" in err, err)

# Bad command lines.
for arguments, told in [
        (["--fast"], "--fast"), (["gemm"], "gemm"), (["--problem"], "--problem"), (["--problem", "("], "--problem ("),
        (["--problem", ""], "--problem"), (["--axis", "n"], "--axis n"), (["--axis", "n=2..1"], "2..1"),
        (["--axis", "size=3"], "--axis size"), (["--seed", "x"], "--seed"), (["--seed", "-1"], "--seed"),
        (["--time-budget", "10"], "--time-budget 10"), (["--precision", "0"], "--precision 0"),
        (["--oracle-samples", "0"], "--oracle-samples"), (["--fuzz", "some"], "--fuzz some"), (["--replay", "right"], "--replay 'right'"),
        (["--replay", "right|loop|n=64|seed=0"], "no value for axis 'layout'"),
        (["--replay", "right|loop|n=65,layout=row|seed=0"], "axis 'n' cannot be 65"), (["--color", "mauve"], "--color"), (["--gate", "sol"], "--gate sol"),
        (["--gate", "time<=3"], "--gate time<=3"), (["--gate", "beauty>=1"], "beauty"),
        (["--verify-only", "--time-only"], "--verify-only"), (["--list", "--dry-run"], "choose one"),
        (["--limits", "--list"], "choose one"), (["--as-device", "H100"], "could be any of: H100 SXM5"),
        (["--as-device", "GTX 970"], "--as-device 'GTX 970': unknown"), (["--assume-clock", "fast"], "--assume-clock fast"),
        (["--device-facts", "none.json"], "--device-facts none.json: cannot be read"),
        (["--verify-only", "--gate", "sol>=0.1"], "--gate"), (["--fence=beside"], "--fence beside"),
        (["--fence", "--time-only"], "--fence"), (["--save-baseline", "x.json", "--time-only"], "--save-baseline counts times"),
        (["--compare-baseline", "x.json", "--time-only"], "--compare-baseline counts times"),
        (["--against", "x", "--time-only"], "--against counts times"), (["--sanitize=lint"], "--sanitize lint")]:
    code, out, err = run(*arguments)
    check(f"{arguments} gives exit code 2", (code, out) == (2, ""), (code, out, err))
    check(f"{arguments} says what is wrong", told in err, err)

# Mistakes in declarations, whatever was asked for.
for arguments in [[], ["--list"], ["--dry-run"]]:
    code, out, err = run(*arguments, program=programs["one_name_twice"])
    check("two problems of one name give exit code 2", (code, out) == (2, ""), (code, out, err))
    check("and both places", re.search(r"two problems are named 'saxpy': \S*one_name_twice\.cpp:8 and \S*one_name_twice\.cpp:14",
                                       err), err)
code, out, err = run(program=programs["no_oracle"])
check("a candidate without an oracle gives exit code 2", (code, out) == (2, ""), (code, out, err))
check("and names both", re.search(r"no_oracle\.cpp:8: problem 'unproven': candidate 'hopeful' has no oracle", err), err)
code, out, err = run(program=programs["empty_axis"])
check("an axis without values gives exit code 2", (code, out) == (2, ""), (code, out, err))
check("and says where", re.search(r"empty_axis\.cpp:12: problem 'empty': axis 'n' has no values", err), err)
check("and so does the other mistake", re.search(r"empty_axis\.cpp:18: problem 'throws': .*no tables on this machine", err), err)
check("--help works all the same", run("--help", program=programs["empty_axis"])[0] == 0)
for arguments in [[], ["--dry-run"], ["--list"]]:
    code, out, err = run(*arguments, program=programs["no_problems"])
    check("a program without problems gives exit code 6", (code, out) == (6, ""), (code, out, err))
    check("and says so", "no problems" in err, err)

# No device.
code, out, err = run(program=programs["no_device"])
check("no device gives exit code 6", code == 6, (code, out, err))
check("and says why", "assay: no absent device: there is none\n" in out and "nothing was measured" in out, out)
check("once", out.count("no absent device") == 1, out)
code, quiet_out, err = run("--quiet", program=programs["no_device"])
check("no device is said even when quiet", code == 6 and "assay: no absent device: there is none\n" in quiet_out, quiet_out)

# Files that cannot be written are found before the work, and a full disk after it.
for option in ["--json", "--journal"]:
    for path, why in [("/nonexistent/x", "No such file"), (str(folder), "Is a directory")]:
        code, out, err = run("--problem", "^right$", option, path)
        check(f"{option} {path} gives exit code 2", (code, out) == (2, ""), (code, out, err))
        check(f"{option} {path} is named", err == f"assay: cannot write {path}: {why}" + err[-1:] or
              err.startswith(f"assay: cannot write {path}: {why}"), err)
if os.path.exists("/dev/full"):
    for option in ["--json", "--journal"]:
        code, out, err = run("--problem", "^without a baseline$", "--verify-only", option, "/dev/full")
        check(f"{option} on a full disk gives exit code 2", code == 2, (code, out, err))
        check(f"{option} on a full disk is named", "assay: cannot write /dev/full: No space left" in err, err)

# Everything but what is slow, into a pipe.
journal = folder / "all.jsonl"
everything = ["--problem", "^[^s]", "--seed", "7", *quick]
code, out, err, document = run_json(*everything, "--journal", str(journal))
check("a wrong candidate gives exit code 3", code == 3, code)
check("a pipe gets no escape codes", "\x1b" not in out and "\r" not in out)
check("a pipe gets no progress line", err == "", err)
records = document["records"]
outcomes = {(r["problem"], r["candidate"]): r["verdict"]["outcome"] for r in records}
check("each candidate ends as it must", outcomes == {
    ("right", "loop"): "correct", ("right", "same loop"): "correct", ("right", "prepared"): "correct",
    ("right", "forgets the last"): "wrong", ("without a baseline", "loop"): "correct", ("wrong", "right"): "correct",
    ("wrong", "one wrong element"): "wrong", ("wrong", "throws"): "failed", ("wrong", "throws an int"): "failed",
    ("wrong", "touches nothing"): "wrong", ("wrong", "changes its input"): "invalid", ("wrong", "right once"): "wrong",
    ("it's (odd) [a|b] $HOME", "no \"one's\" fault\\"): "wrong", ("accepted counterexample", "loop"): "correct",
    ("accepted counterexample", "not wrong"): "correct", ("broken oracle", "loop"): "unverifiable",
    ("too large", "loop"): "correct"}, outcomes)
reasons = {r["candidate"]: r["verdict"].get("reason", "") for r in records if r["problem"] == "wrong"}
for candidate, reason in {
        "right": "", "one wrong element": "y: 1 of 64 elements outside the tolerance, worst at [17]: got ",
        "throws": "no kernel for this shape", "throws an int": "threw something that is not a std::exception",
        "touches nothing": "y: never written: all 64 checked elements hold what was there before",
        "changes its input": "changed the input x: 1 of 64 elements",
        "right once": "right when it was verified, but not when it was timed: y: never written"}.items():
    check(f"the reason of '{candidate}'", reasons[candidate].startswith(reason) and bool(reason) == bool(reasons[candidate]),
          reasons)
    check(f"the reason of '{candidate}' is printed", f"  wrong n=64, {candidate}: {reason}" in out or not reason, out)
check("a broken oracle is told", "broken oracle, loop: the oracle used index 64 of 'x'" in out, out)
check("a case that does not fit is told", re.search(r"too large n=281474976710656, loop: .*needed.*available", out), out)
check("and the one that fits runs", [r["verdict"]["outcome"] for r in records if r["problem"] == "too large"] ==
      ["failed", "correct"])
check("a counterexample is caught", "forgets the last  caught" in out, out)
check("a counterexample that passes is not", re.search(r"not wrong +not caught", out), out)
check("and says so", "accepted counterexample, not wrong: verification did not reject it" in out, out)
check("exactly those that are right are timed", all(
    ("time" in r) == (r["verdict"]["outcome"] == "correct" and r["role"] != "counterexample") for r in records))
check("the baseline gives speedups", all(
    ("speedup" in r) == (r["problem"] == "right" and r["role"] == "candidate") for r in records))
check("a prepare step is timed", all(("prepare_seconds" in r) == (r["candidate"] == "prepared") for r in records))
check("the last line counts", re.match(r"12 of 12 cases run; 12 of 22 candidates correct; \d+ fuzz trials; \d+ timed launches checked in [^;]+; fast_1 ",
                                       out.splitlines()[-1]), out.splitlines()[-1])
check("every problem has its table", all(f"\n{title}\n" in out for title in titles if title != "slow"), out)
check("the document tells the command line",
      document["environments"][0]["command_line"] == [problems, *everything, "--journal", str(journal), "--json",
                                                  str(folder / "document.json")], document["environments"])
check("the document tells the device", [d["vendor"] for d in document["environments"][0]["devices"]] == ["cpu"])
check("the document has fast_p", [entry["p"] for entry in document["scores"]["all"]["fast_p"]] == [0, 0.5, 0.8, 1, 1.5, 2])
entries = lines(journal)
check("the journal begins with what the run is", entries[0]["type"] == "run" and len(entries[0]["plan"]) == 12, entries[0])
check("then comes the environment", entries[1]["type"] == "environment" and
      entries[1]["devices"] == document["environments"][0]["devices"])
check("the journal has every record", [e for e in entries[2:] if e["type"] == "record"] == records)
check("and a mark for each case", [e["axes"] for e in entries if e["type"] == "done"] == [e["axes"] for e in entries[0]["plan"]])

# The replay line of each verdict repeats it, through a shell and from another folder.
replays = {}
for line, replay in re.findall(r"^  (.+)\n    declared at .*; replay: (.+)$", out, re.MULTILINE):
    replays[line] = replay
wanted = ["wrong n=64, one wrong element", "wrong n=64, right once", "it's (odd) [a|b] $HOME layout=row, major, no \"one's\" fault\\",
          "accepted counterexample, not wrong"]
for name in wanted:
    found = [replay for line, replay in replays.items() if line.startswith(name + ": ")]
    check(f"'{name}' has a replay line", len(found) == 1, replays)
    if not found:
        continue
    path = folder / "replay.json"
    path.unlink(missing_ok=True)
    done = subprocess.run(f"{found[0]} {' '.join(quick)} --json replay.json", shell=True, cwd=folder, capture_output=True,
                          env=environment, timeout=120)
    check(f"the replay of '{name}' fails again", done.returncode == 3, done)
    again = [r for r in json.loads(path.read_text())["records"] if r["role"] != "baseline"] if path.exists() else []
    before = [r for r in records if f"{r['problem']} {' '.join(f'{k}={v}' for k, v in r['axes'].items())}".strip() + ", " +
              r["candidate"] == name]
    check(f"the replay of '{name}' is of the same record", len(again) == len(before) == 1 and all(
        again[0][key] == before[0][key] for key in ["problem", "axes", "candidate", "verdict", "seed"]), (again, before))

# What is right for its cases and wrong beside them is found by default, shrunk, and repeated by its replay line.
fuzzed = programs["fuzzed"]
path = folder / "fuzzed.json"
code, out, err = run("--verify-only", "--json", str(path), program=fuzzed)
records = json.loads(path.read_text())["records"]
check("fuzzing finds what the cases do not", code == 3 and {(r["candidate"], r["verdict"]["outcome"]) for r in records} ==
      {("whole", "correct"), ("by four", "wrong"), ("from the first", "correct"), ("from zero", "wrong")}, out)
check("and tells the smallest shape", out.count("by four: fuzz: n=1 seed=0: y: never written") == 2, out)
check("a counterexample may be caught by fuzzing alone", re.search(r"from zero +caught", out), out)
check("the records have both trials", all(
    ("smallest_failure" in r["fuzz"]) == (r["verdict"]["outcome"] == "wrong") for r in records), records)
check("the last line counts the trials", re.search(r"\n3 of 3 cases run; 3 of 5 candidates correct; \d+ fuzz trials\n", out) or
      re.search(r"; \d+ fuzz trials", out.splitlines()[-1]), out)
replays = set(re.findall(r"replay: (.+)", out))
check("the replay is of the smallest trial", len(replays) == 1 and "'tails|by four|n=1|seed=0'" in min(replays, default=""), out)
for replay in replays:
    done = subprocess.run(replay, shell=True, cwd=folder, capture_output=True, env=environment, timeout=120)
    check("the replay of a fuzzed verdict fails again", done.returncode == 3 and
          "tails n=1, by four: y: never written" in done.stdout.decode(), done)
code, out, err = run("--verify-only", "--fuzz", "0", "--candidate", "four", program=fuzzed)
check("without fuzzing it is not found", code == 0, out)
code, out, err = run("--replay", "tails|by four|n=64|seed=0", program=fuzzed)
check("a replay of what is right is right", (code, err) == (0, "") and "1 of 1 cases run; 1 of 1 candidates correct" in out, out)
start = time.monotonic()
code, out, err = run("--verify-only", "--fuzz-time", "200ms", "--candidate", "whole", program=fuzzed)
check("fuzzing for a time ends with it", code == 0 and 0.35 < time.monotonic() - start < 20, out)

# Verdicts that decide the exit code.
code, out, err = run("--problem", "^right$", "--verify-only")
check("verifying what is right gives exit code 0", code == 0, out)
check("verifying prints no times", " time" not in out and "speedup" not in out, out)
code, out, err = run("--problem", "^broken oracle$", "--verify-only")
check("what cannot be verified gives exit code 4", code == 4, out)
code, out, err, document = run_json("--problem", "^wrong$", "--candidate", "^(touches nothing|right)$", "--time-only", *quick)
check("timing without verifying judges nothing", code == 0 and {r["verdict"]["outcome"] for r in document["records"]} ==
      {"unchecked"}, out)
check("and times", all("time" in r for r in document["records"]), document)

# Ceilings and profilers.
code, out, err, document = run_json("--problem", "^right$", "--ceilings")
check("--ceilings measures the processor, and runs nothing", code == 0 and "DRAM" in out and "cases run" not in out, out)
check("and puts what it measured into the document",
      [c["basis"] for c in document["devices"][0]["seen"]["ceilings"] if c["name"] == "DRAM"] == ["measured"], document)
check("which is as the schema has it", document["type"] == "ceilings" and not json_schema.mistake(document),
      json_schema.mistake(document))
code, out, err, document = run_json("--problem", "^right$", "--profile")
check("--profile neither verifies nor times", code == 0 and {(r["verdict"]["outcome"], "time" in r) for r in document["records"]} ==
      {("unchecked", False)}, out)
code, out, err = run("--problem", "^right$", "--ncu", *quick)
check("--ncu without ncu is a usage error", code in (0, 2) and (code == 0 or "ncu was not found on PATH" in err), err)

# The seed decides the inputs, and nothing else does.
select = ["--problem", "^wrong$", "--candidate", "one wrong", "--verify-only"]
default, zero, one = [run_json(*select, *seed)[3]["records"][0]["verdict"] for seed in [[], ["--seed", "0"], ["--seed", "1"]]]
check("the default seed is 0", default == zero, (default, zero))
check("another seed gives other inputs", zero["comparisons"] != one["comparisons"], (zero, one))
check("which are as right, and as wrong", one["reason"].startswith("y: 1 of 64 elements"), one)

# Gates.
right = ["--problem", "^(right|without a baseline)$", "--axis", "n=64", "--axis", "layout=row", *quick]
code, out, err, document = run_json(*right, "--gate", "time<=1000s", "--gate", "sol>=0")
check("gates that are met give exit code 0", code == 0, out)
check("and say so", "gate time<=1000s: met (" in out and "gate sol>=0: met (" in out, out)
check("and are in the document", [(g["condition"], g["answer"]) for g in document["gates"]] ==
      [("time<=1000s", "met"), ("sol>=0", "met")], document.get("gates"))
code, out, err = run(*right, "--gate", "time<=1000s", "--gate", "sol>=1e9", "--gate", "speedup>=0")
check("a gate that is not met gives exit code 1", code == 1, out)
check("and says which", re.search(r"gate sol>=1e9: not met \(.+\)", out) and "gate time<=1000s: met" in out, out)
code, out, err = run(*right, "--gate", "speedup>=0", "--quiet")
check("a gate without its figure gives exit code 4", code == 4, out)
check("and says so", "gate speedup>=0: inconclusive (without a baseline, loop: has no such figure; 1 of 3 candidates and cases inconclusive)" in out, out)
code, out, err = run("--problem", "^wrong$", *quick, "--gate", "time<=1000s")
check("a wrong candidate outweighs a gate", code == 3 and "gate time<=1000s: not met" in out, out)

# Quiet.
code, out, err = run("--problem", "^right$", "--verify-only", "--quiet")
check("quiet prints only the last line when all is well",
      (code, err) == (0, "") and out.strip("\n").count("\n") == 0 and out.strip().startswith("4 of 4 cases run"), out)
code, out, err = run("--problem", "^wrong$", "--candidate", "^(right|throws)$", "--verify-only", "--quiet")
check("quiet prints what went wrong", [line.split(";")[0] for line in out.splitlines() if line] ==
      ["  wrong n=64, throws: no kernel for this shape",
       next((line.split(";")[0] for line in out.splitlines() if "declared at" in line), "nowhere"), "1 of 1 cases run"] and
      "replay: " in out, out)

# Whoever starts it may have closed its standard streams, whose numbers the next files would get.
samples = folder / "closed.csv"
done = subprocess.run(["/bin/sh", "-c", '"$@" <&- >&- 2>&-', "sh", problems, "--problem", "^without a baseline$", *quick,
                       "--no-isolate", "--journal", str(folder / "closed.jsonl"), "--samples", str(samples)],
                      env=environment, timeout=120)
check("it runs with closed standard streams", done.returncode == 0, done.returncode)
check("and files hold nothing that was printed", all(line.startswith('"host",') for line in samples.read_text().splitlines()[1:]),
      samples.read_text())

# Color and progress, on a terminal and not.
code, out, err = run("--problem", "^without a baseline$", "--verify-only", "--color", "always")
check("--color always colors a pipe", "\x1b[32mcorrect\x1b[0m" in out, out)
check("--color always shows no progress in a pipe", err == "", err)


def run_on_terminal(*arguments, program=problems, **variables):
    """Standard output and standard error, each on a terminal of its own."""
    ends = [pty.openpty(), pty.openpty()]
    process = subprocess.Popen([program, *arguments], stdout=ends[0][1], stderr=ends[1][1], stdin=subprocess.DEVNULL,
                               env=environment | variables)
    texts = [b"", b""]

    def read(which):
        try:
            while part := os.read(ends[which][0], 65536):
                texts[which] += part
        except OSError:  # all was read
            pass

    for ours, theirs in ends:
        os.close(theirs)
    readers = [threading.Thread(target=read, args=(which,)) for which in (0, 1)]
    for reader in readers:
        reader.start()
    process.wait(timeout=120)
    for reader in readers:
        reader.join()
    for ours, theirs in ends:
        os.close(ours)
    return [text.decode() for text in texts]


out, err = run_on_terminal("--problem", "^without a baseline$", "--verify-only")
check("a terminal gets color", "\x1b[32mcorrect\x1b[0m" in out, out)
check("a terminal gets a progress line", "[1/1] without a baseline: verify loop" in err, err)
check("which is wiped at the end", err.endswith("\r\x1b[K"), err)
out, err = run_on_terminal("--problem", "^without a baseline$", "--verify-only", "--quiet", NO_COLOR="1")
check("NO_COLOR is heeded", "\x1b" not in out, out)
check("quiet has no progress line", err == "", err)
# Nothing that a name holds draws on a terminal, whatever is printed, and one that shows ASCII alone gets that.
for arguments in (["--list"], ["--dry-run"], ["--limits"], ["--scores"], ["--self-test"], ["--ceilings", "--no-ceilings-cache"],
                  ["--explain"]):
    out, err = run_on_terminal(*arguments, *(quick if arguments[0] in ("--scores", "--self-test", "--explain") else []),
                               "--color", "never", program=programs["hostile_names"], LC_ALL="C", COLUMNS="200")
    drawn = err.replace("\r\x1b[K", "")  # the progress line
    check(f"{arguments[0]} draws nothing", not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", (out + drawn).replace("\r\n", "\n")), repr(out + drawn))
    check(f"{arguments[0]} on a terminal of ASCII is in ASCII", (out + drawn).isascii(), repr(out + drawn))
    check(f"{arguments[0]} keeps names on their lines", "\nsecond line" not in (out + drawn).replace("\r", ""), out)
    check(f"{arguments[0]} tells something", "red" in out or arguments[0] == "--ceilings", out + err)

finish()
