#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Scores, gates and baselines of whole programs: what they say of records of this and of earlier runs, and with which exit code.

scores.py PROGRAM...: the executables of this folder, in any order."""
import copy
import json
import os
import random
import re
import subprocess

from harness import check, environment, finish, folder, json_schema, lines, problems, programs, run, run_json

slower = programs["slower"]
quick = ["--hot", "--time-budget", "20ms"]


def write_lines(path, entries):
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return path


# A run of this process, and the same from its journal and its document.
journal, document = folder / "a.jsonl", folder / "a.json"
right = ["--problem", "^right$", "--axis", "layout=row", *quick]
code, out, err = run(*right, "--journal", journal, "--json", document, "--gate", "fast_0>=1", "--scores")
check("a run with scores passes", code == 0, (out, err))
check("and prints them", "scores of" in out and re.search(r"\n  candidate  +prepared", out) and "cases over p of SoL" in out, out)
scores = json.loads(document.read_text())["scores"]
for path in [journal, document]:
    code, out, err, again = run_json("--from", path, "--gate", "fast_0>=1", "--gate", "nothing: sol>=0")
    check(f"--from {path.name} has the same scores", again["scores"] == scores, (again["scores"], scores))
    check(f"--from {path.name} has the same records", again["records"] == json.loads(document.read_text())["records"])
    check(f"--from {path.name} decides gates", code == 4 and "gate fast_0>=1: met (2 of 2 cases)" in out and
          "gate nothing: sol>=0: inconclusive (the filter matches no candidate)" in out, out)
    check(f"--from {path.name} prints the table", "\nright\n" in out and "same loop" in out, out)
check("--from works in a program without problems", run("--from", journal, program=programs["no_problems"])[0] == 0)
code, out, err = run("--from", journal, "--fast-p", "0,0.25", "--pass-at", "1,2,3")
check("thresholds are those asked for", "fast_0.25" in out and "pass@2" in out and re.search(r"\n +0\.25 ", out), out)
for options, told in [(["--fast-p", "x"], "--fast-p x"), (["--fast-p", "1,"], "--fast-p"), (["--pass-at", "0"], "--pass-at 0"),
                      (["--margin", "-1%"], "--margin -1%"), (["--problem", "x"], "--problem has no effect with --from"),
                      (["--journal", str(folder / "x")], "--journal has no effect with --from"),
                      (["--as-device", "B200", "--gate", "sol<=0.001"], "--as-device has no effect with --from, which runs nothing")]:
    code, out, err = run("--from", journal, *options)
    check(f"--from with {options} gives exit code 2", code == 2 and told in err, (code, err))
code, out, err = run("--from", journal)
check("--from explains nothing that was not asked for", code == 0 and "to go faster: " not in out, out)
code, out, err = run("--from", journal, "--explain")
check("--from --explain explains by the limits of the records", code == 0 and err == "" and
      out.count("\n    term DRAM: ") == 6 and out.count("to go faster: ") >= 6, (code, out, err))
verified = folder / "verified.jsonl"
run(*right, "--verify-only", "--journal", verified)
code, out, err = run("--from", verified, "--explain")
check("and says so where there is no time", code == 0 and "--explain: there is no time to explain" in err, (code, err))

# Broken, foreign and doubled files.
whole = journal.read_text()
half = folder / "half.jsonl"
half.write_text(whole[:whole.rindex('"type":"record"') + 300])
code, out, err = run("--from", half)
check("half a line is dropped, told, and missed", code == 4 and "half.jsonl:11: half a line" in err and
      "assay: missing: right n=1000 layout=row, forgets the last\n" in out, (code, out, err))
half.write_text("".join(whole.splitlines(keepends=True)[:4]))
code, out, err = run("--from", half)
check("a journal of a killed run is inconclusive", code == 4 and out.count("assay: missing: ") == 6, (code, out, err))
entries = lines(journal)
broken = copy.deepcopy(entries)
del broken[2]["candidate"]
for name, path, told in [
        ("a record without its candidate", write_lines(folder / "b1.jsonl", broken), "b1.jsonl:3: the key 'candidate' is missing"),
        ("a file of another kind", problems, "neither a journal nor a document"),
        ("a missing file", folder / "none.jsonl", "cannot read"),
        ("a folder", folder, "Is a directory"),
        ("a newer schema", write_lines(folder / "b2.jsonl", [entries[0] | {"schema": 99}]), "schema 99"),
        ("a measurement twice", write_lines(folder / "b3.jsonl", entries + entries[2:3]), "both hold right n=64 layout=row, loop")]:
    code, out, err = run("--from", path)
    check(f"{name} gives exit code 2", code == 2 and told in err, (code, out, err))
code, out, err = run("--from", write_lines(folder / "empty.jsonl", []))
check("an empty journal gives exit code 6", code == 6 and "nothing was measured" in out and "is empty" in err, (code, out, err))
mixed = copy.deepcopy(entries)
mixed[1]["devices"][0]["name"] = "another CPU"
for entry in mixed[2:]:
    entry["device"] = "another CPU"
write_lines(folder / "mixed.jsonl", mixed)
code, out, err = run("--from", journal, folder / "mixed.jsonl")
check("mixed environments are refused", code == 2 and "different environments: device: " in err and "--allow-mixed" in err, err)
code, out, err = run("--from", journal, folder / "mixed.jsonl", "--allow-mixed", "--scores")
check("unless that is wanted", code == 0 and re.search(r"\n  device  +another CPU", out), (out, err))

# Gates without times.
code, out, err = run(*right, "--verify-only", "--gate", "pass@1>=0.5", "--gate", "pass@1<=0.5")
check("pass@k is decided without times", code == 1 and "gate pass@1>=0.5: met (1.00 over 1 problems)" in out and
      "gate pass@1<=0.5: not met" in out, (code, out, err))

# Gates from a file.
gates = folder / "gates.txt"
gates.write_text("# what must hold\nfast_0>=1\n^right n=64 .*/prepared$: time<=1000s  # seconds\n")
code, out, err = run("--from", journal, "--gates", gates)
check("gates of a file are met", code == 0 and out.count(": met (") == 2, (out, err))
gates.write_text("fast_0>=1\n\nspeed>=1\n")
code, out, err = run("--from", journal, "--gates", gates)
check("a mistake in a file of gates has its line", code == 2 and "gates.txt:3: speed>=1: unknown metric" in err, err)
code, out, err = run("--from", journal, "--gates", folder / "no gates")
check("a missing file of gates gives exit code 2", code == 2 and "cannot read" in err, err)

# A wrong kernel and NaN, from a file: never a pass.
for name, change in [("wrong", lambda r: r["verdict"].update(outcome="wrong")), ("NaN", lambda r: r["time"]["raw"].update(median="NaN"))]:
    bad = copy.deepcopy(entries)
    for entry in bad:
        if entry.get("candidate") == "prepared":
            change(entry)
    path = write_lines(folder / f"{name}.jsonl", bad)
    code, out, err = run("--from", path, "--gate", "prepared: time<=1000s", "--gate", "prepared: time>=0s")
    check(f"{name} never meets a gate", code == (3 if name == "wrong" else 1) and out.count(": not met (") == 2, (code, out))

# A baseline.
stored = folder / "baseline.json"
one = [*quick, "--candidate", "kernel", "--margin", "30%"]


def kernel(*arguments, **variables):
    return run(*one, *arguments, program=slower, variables=variables)


code, out, err = kernel("--compare-baseline", stored)
check("a missing baseline gives exit code 5 before any work", code == 5 and "--save-baseline makes one" in err and out == "", (code, out, err))
code, out, err = kernel("--save-baseline", stored)
check("a run that passes saves its baseline", code == 0 and "saved: 2 times" in out and stored.exists(), (code, out, err))
first = json.loads(stored.read_text())
check("with rounds and environment", len(first["entries"][0]["rounds"]) >= 6 and first["environment"]["devices"] and
      first["schema"] == 1 and "optimized" in first["entries"][0]["build"], first)
check("as the schema has it", first["type"] == "baseline" and not json_schema.mistake(first), json_schema.mistake(first))
code, out, err = kernel("--compare-baseline", stored)
check("the same again passes", code == 0 and re.search(r"spin, kernel: tied", out), (code, out, err))
code, out, err = run(*quick, "--candidate", "as it was", "--compare-baseline", stored, program=slower)
check("a filter that leaves nothing to compare gives exit code 5", code == 5 and "nothing was compared" in out, (code, out, err))
code, out, err = kernel("--compare-baseline", stored, SLOWER_FACTOR="0.4")
check("an improvement passes", code == 0 and "spin, kernel: faster" in out, (code, out, err))
code, out, err = kernel("--compare-baseline", stored, "--save-baseline", stored, SLOWER_FACTOR="2")
check("a regression gives exit code 1", code == 1 and re.search(r"spin, kernel: slower 0\.\d+x .*with fresh rounds", out), (code, out, err))
check("and does not replace the baseline", "not saved" in out and json.loads(stored.read_text()) == first, out)
code, out, err = kernel("--compare-baseline", stored, "--fuzz", "0", SLOWER_FACTOR="2", SLOWER_ONCE="1")
check("what fresh rounds do not show is no regression", code == 0 and "tied" in out and
      "with fresh rounds, after the first said slower" in out, (code, out, err))
code, out, err = kernel("--save-baseline", stored, SLOWER_WRONG="1")
check("a wrong kernel does not replace the baseline", code == 3 and json.loads(stored.read_text()) == first, (code, out, err))
forced = folder / "forced.json"
code, out, err = kernel("--save-baseline", forced, "--force", SLOWER_WRONG="1")
check("--force saves what is acceptable, and the exit code stays", code == 3 and
      [e["candidate"] for e in json.loads(forced.read_text())["entries"]] == ["as it was"], (code, out, err))
check("no half-written files are left", sorted(p.name for p in folder.glob("*.new-*")) == [])
slow_journal = folder / "slow.jsonl"
kernel("--journal", slow_journal, SLOWER_FACTOR="2")
code, out, err = run("--from", slow_journal, "--compare-baseline", stored, "--margin", "30%")
check("from a file a regression is unconfirmed", code == 1 and "unconfirmed: a file has no fresh rounds" in out, (code, out, err))
for key, value, words in [("power_limit", 300.0, "power limit: 300 W there, not known here"), ("multiprocessors", 1000, "cores: 1000 there")]:
    foreign = copy.deepcopy(first)
    foreign["environment"]["devices"][0][key] = value
    path = folder / "foreign.json"
    path.write_text(json.dumps(foreign))
    code, out, err = kernel("--compare-baseline", path)
    check(f"a baseline with another {key} is foreign", code == 5 and f"baseline-foreign: {words}" in out, (code, out, err))
for text, told in [("{", "not JSON"), ("{}", "the key 'schema' is missing"), ('{"schema": 7}', "schema 7"),
                   (json.dumps(first)[:-200], "not JSON")]:
    path = folder / "broken.json"
    path.write_text(text)
    for option in ["--compare-baseline", "--save-baseline"]:
        code, out, err = kernel(option, path)
        check(f"a broken baseline gives exit code 2 ({option})", code == 2 and told in err and path.read_text() == text, (code, err))
code, out, err = kernel("--save-baseline", "/nonexistent/b.json")
check("a baseline that cannot be written is found before the work", code == 2 and out == "" and "/nonexistent/b.json" in err, (out, err))
for options in [["--force"], ["--allow-mixed"], ["--verify-only", "--save-baseline", "x"], ["--self-test", "--gate", "sol>=1"],
                ["--against", "x", "--compare-baseline", "y"], ["--verify-only", "--against", "x"]]:
    check(f"{options} gives exit code 2", kernel(*options)[0] == 2)

# Planted changes of a suite of 256, from files: exact records, scaled.
template = [entry for entry in lines(slow_journal) if entry.get("candidate") == "kernel"][0]
header = [entry for entry in lines(slow_journal) if entry["type"] == "environment"][0]
rng = random.Random(20261121)


def suite(factor):
    records = []
    for n in range(256):
        record = copy.deepcopy(template)
        record["axes"] = {"n": n}
        level = 20e-6 * (n + 1) * factor
        medians = [level * (1 + rng.gauss(0, 0.003)) for _ in range(24)]
        time = record["time"]
        time["samples"], time["rounds"] = medians, list(range(24))
        time["sample_times"], time["outliers"] = [0.01 * i for i in range(24)], []
        ordered = sorted(medians)
        time["raw"] = {"median": (ordered[11] + ordered[12]) / 2, "lower": ordered[6], "upper": ordered[17], "confidence": 0.95,
                       "samples": 24}
        time.pop("net", None)
        record.pop("speedup", None)
        records.append(record)
    return [header, *records]


base = write_lines(folder / "base.jsonl", suite(1.0))
planted = folder / "planted.json"
code, out, err = run("--from", base, "--save-baseline", planted)
check("a baseline can be saved from files", code == 0 and "saved: 256 times" in out, (code, out, err))
for factor, margin, expected in [(1.0, "2%", 0), (1.05, "2%", 1), (1.03, "1%", 1), (0.97, "1%", 0), (0.5, "2%", 0)]:
    path = write_lines(folder / "now.jsonl", suite(factor))
    code, out, err = run("--from", path, "--compare-baseline", planted, "--margin", margin, "--quiet")
    slow = out.count(": slower ")
    check(f"x {factor} at a margin of {margin}", code == expected and (slow >= 250) == (expected == 1) and (expected == 1 or slow == 0),
          (code, slow, out[-300:]))


def suite_with_speedups(factor):
    """The same, each 1 / factor times as fast as a baseline, known to 0.3 %."""
    records = suite(factor)
    for record in records[1:]:
        value = (1 + rng.gauss(0, 0.001)) / factor
        record["speedup"] = {"value": value, "lower": value * 0.997, "upper": value * 1.003, "confidence": 0.95, "rounds": 24}
    return records


now = folder / "now.json"
for factor, expected in [(1.0, 0), (1.03, 1), (1.05, 1), (0.97, 0)]:
    path = write_lines(folder / "now.jsonl", suite_with_speedups(factor))
    code, out, err = run("--from", path, "--json", now, "--quiet")
    check(f"x {factor} is read without gates", code == 0, (code, err))
    for file in [path, now]:
        for gate in ["speedup>=1 within 1%", "geomean>=1 within 1%", "fast_0.99>=0.5"]:
            code, out, err = run("--from", file, "--gate", gate, "--quiet")
            told = f"gate {gate}: {'not met' if expected else 'met'} ("
            check(f"x {factor} at the gate {gate} ({file.name})", code == expected and told in out, (code, out[-300:], err))
code, out, err = run("--from", base, "--gate", "time<=1ns", "--quiet")
check("256 gates not met are exit code 1", code == 1, code)
wrong = suite(1.0)
for entry in wrong[1:]:
    entry["verdict"]["outcome"] = "wrong"
code, out, err = run("--from", write_lines(folder / "wrong256.jsonl", wrong), "--quiet")
check("256 wrong kernels are exit code 3", code == 3, code)
few = suite(1.0)[:11]
code, out, err = run("--from", write_lines(folder / "few.jsonl", few), "--save-baseline", planted)
check("a part keeps the rest of the baseline", code == 0 and "saved: 256 times" in out, (code, out))

# Against itself.
code, out, err = kernel("--self-test", "--save-baseline", folder / "noise.json")
check("a self-test passes and tells the noise", code == 0 and re.search(
    r"noise floor: [\d.]+% in the same rounds, [\d.]+% in separate ones", out) and "false alarms" in out, (code, out, err))
noise = json.loads((folder / "noise.json").read_text())
check("as the schema has it, too", not json_schema.mistake(noise), json_schema.mistake(noise))
check("and stores it", noise["noise"]["comparisons"] == 2 and noise["noise"]["separate_rounds"] >= 0 and len(noise["entries"]) == 2, noise)
check("which a comparison can use", kernel("--compare-baseline", folder / "noise.json")[0] == 0)

# Against another build.
def script(name, text):
    path = folder / name
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return path


code, out, err = kernel("--against", script("same", f'exec "{slower}" "$@"\n'))
check("a build ties with itself", code == 0 and "spin, kernel: tied" in out, (code, out, err))
code, out, err = kernel("--against", script("quicker", f'SLOWER_FACTOR=0.4 exec "{slower}" "$@"\n'))
check("a build that is slower than another gives exit code 1", code == 1 and re.search(r"spin, kernel: slower 0\.[345]", out), (code, out, err))
code, out, err = kernel("--against", script("slowed", f'SLOWER_FACTOR=2 exec "{slower}" "$@"\n'))
check("one that is faster passes", code == 0 and re.search(r"spin, kernel: faster [12]\.", out), (code, out, err))
for name, text, told in [
        ("dies", f'SLOWER_DIES=1 exec "{slower}" "$@"\n', r"dies was killed by signal 6 \(Aborted\) before it answered"),
        ("ends", "exit 3\n", r"ends ended \(exit code 3\) before it"),
        ("babbles", "while read line; do echo hello; done\n", "babbles answered with what is no record: 'hello'; is it built with assay"),
        ("lies", "while read line; do echo '{\"schema\": 1, \"type\": \"record\"}'; done\n", "the answer of .*lies: the key 'problem' is missing"),
        ("too new", "while read line; do echo '{\"schema\": 9, \"type\": \"record\"}'; done\n", "schema 9")]:
    code, out, err = kernel("--against", script(name, text))
    check(f"another build that {name} gives exit code 2", code == 2 and re.search(told, err), (code, err))
code, out, err = kernel("--against", folder / "no such build")
check("another build that is not there gives exit code 2 before the work", code == 2 and "cannot be started: No such file" in err and
      out == "", (code, out, err))
code, out, err = run(*quick, "--candidate", "as it was", "--against", slower, program=slower)
check("nothing to compare with another build gives exit code 5", code == 5 and "nothing was compared" in out, (code, out, err))
code, out, err = kernel("--against", problems)
check("another build without the case gives exit code 5", code == 5 and "there is no case spin" in out, (code, out, err))

finish()
