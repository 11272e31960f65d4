#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Kills runs at random moments and goes on with their journals.

journal_kill.py [--kills N] [--seed N] [--workers] [--must-fail] PROGRAM...

Each journal is gone on with until it is complete, and killed again on the way there. After each kill the journal
has to be readable and hold, unchanged, whatever was complete before; in the end every candidate of every case
is there once, with the verdict of a run that nobody killed. --workers: also kill the processes that a run
starts, which it has to survive; a candidate that ran in one may be said to have failed by that signal. --must-fail: journals are broken between
two runs, which these checks have to notice."""
import argparse
import collections
import json
import os
import random
import signal
import subprocess
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--kills", type=int, default=20)
parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
parser.add_argument("--workers", action="store_true")
parser.add_argument("--must-fail", action="store_true")
parser.add_argument("--break", dest="breakage", choices=["lose", "double", "forget"], help=argparse.SUPPRESS)
arguments, sys.argv[1:] = parser.parse_known_args()

from harness import check, environment, finish, folder, programs, run, run_json  # takes the rest of the arguments

if arguments.must_fail:
    for breakage in ["lose", "double", "forget"]:
        done = subprocess.run([sys.executable, __file__, "--kills", "8", "--seed", "1", "--break", breakage, *programs.values()],
                              stdout=subprocess.PIPE, text=True)
        check(f"a journal that is broken is noticed: {breakage}", done.returncode == 1, done.stdout)
    finish()

program = programs["many_cases"]
options = ["--verify-only", "--fuzz", "2", "--quiet"]
rng = random.Random(arguments.seed)
print(f"seed {arguments.seed}", flush=True)


def entries_of(path):
    """The whole lines of a journal, as it lies on the disk, and whether there is half of one behind them."""
    if not path.exists():
        return [], False
    text = path.read_text()
    whole, _, half = text.rpartition("\n")
    entries = []
    for line in whole.splitlines():
        entry = json.loads(line)
        if entry["type"] == "record":
            entry["text"] = line
        entries.append(entry)
    return entries, bool(half)


def name_of(entry):
    return entry["problem"], tuple(entry["axes"].items())


def complete_records(entries):
    """The lines of the records of each case that is marked as done."""
    current, done = collections.defaultdict(dict), {}
    for entry in entries:
        if entry["type"] == "again":
            current.pop(name_of(entry), None)
            done.pop(name_of(entry), None)
        elif entry["type"] == "record":
            if entry["candidate"] in current[name_of(entry)]:
                check("no candidate is there twice", False, entry["text"])
            if name_of(entry) in done:
                check("nothing is measured that was done", False, entry["text"])
            current[name_of(entry)][entry["candidate"]] = entry["text"]
        elif entry["type"] == "done":
            done[name_of(entry)] = dict(current[name_of(entry)])
    return done


def children_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(child) for child in file.read().split()]
    except OSError:
        return []


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run_and_kill(path, whole_seconds, whole_bytes, counts):
    """One process, killed at a moment of time or when its journal has grown to a length. Its exit code."""
    # Where candidates run in the same process, records take longer to come, and more of them are cut off from the rest of their case.
    isolation = [] if rng.random() < 0.5 else ["--no-isolate"]
    process = subprocess.Popen([program, *options, *isolation, "--journal", path, "--resume"], env=environment,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    begin = time.monotonic()
    # Half of the kills by the clock, half just behind a write, where a case is cut in two.
    moment = begin + rng.uniform(0, 1.2 * whole_seconds) if rng.random() < 0.5 else None
    size = path.stat().st_size if path.exists() else 0
    length = size + rng.uniform(0, whole_bytes)
    while process.poll() is None:
        if time.monotonic() >= moment if moment else path.exists() and path.stat().st_size >= length:
            children = children_of(process.pid) if arguments.workers else []
            if children and rng.random() < 0.5:
                kill(rng.choice(children))
                counts["workers killed"] += 1
                moment = time.monotonic() + rng.uniform(0, whole_seconds)
                continue
            kill(process.pid)
            break
    err = process.communicate()[1].decode()
    return process.returncode, err


def damage(path, done):
    """Loses a record, has one twice, or forgets what is done."""
    text = path.read_text().splitlines(keepends=True)
    record = next(i for i, line in enumerate(text) if '"type":"record"' in line and name_of(json.loads(line)) in done)
    if arguments.breakage == "lose":
        text.pop(record)
    elif arguments.breakage == "double":
        text.append(text[record])
    else:
        text = [line for line in text if '"type":"done"' not in line]
    path.write_text("".join(text))


begin = time.monotonic()
code, out, err, reference = run_json(*options, program=program)
whole_seconds = time.monotonic() - begin
check("a run that nobody kills passes", code == 0, (out, err))
run(*options, "--journal", folder / "whole.jsonl", program=program)
whole_bytes = (folder / "whole.jsonl").stat().st_size
wanted = {(name_of(r), r["candidate"]): r["verdict"]["outcome"] for r in reference["records"]}
cases = {name for name, candidate in wanted}

counts = collections.Counter()
while counts["kills"] < arguments.kills:
    path = folder / f"{counts['journals']}.jsonl"
    counts["journals"] += 1
    before = {}
    while True:
        code, err = run_and_kill(path, whole_seconds, whole_bytes, counts)
        entries, half = entries_of(path)
        done = complete_records(entries)
        check("what was complete is unchanged", all(done.get(name) == records for name, records in before.items()),
              sorted(before))
        counts["cut lines"] += half
        counts["cut cases"] += any(e["type"] == "record" and name_of(e) not in done for e in entries)
        before = done
        if arguments.breakage and done and not counts["broken"]:
            counts["broken"] += 1
            damage(path, done)
        if code != -signal.SIGKILL:
            break
        counts["kills"] += 1
        if path.exists() and path.stat().st_size:
            read, out, err = run("--from", path, "--quiet", program=program)
            there = {(name_of(e), e["candidate"]) for e in entries if e["type"] == "record"}
            check("the journal can be read, and tells whether all is there",
                  read == (0 if there == set(wanted) else 4 if there else 6) or (read == 3 and arguments.workers),
                  (read, len(there), out, err))
            check("half a line is told", ("half a line" in err) == half, (half, err))
    counts["cases measured again"] += sum(e["type"] == "again" for e in entries)
    killed_in = {(name_of(e), e["candidate"]) for e in entries
                 if e["type"] == "record" and "signal 9" in e["verdict"].get("reason", "")}
    check("only what was killed is said to be", arguments.workers or not killed_in, killed_in)
    counts["candidates killed"] += len(killed_in)
    expected = 3 if killed_in else 0
    check("the run that went on to the end passes", code == expected, (code, err, killed_in))
    check("a complete journal is gone on with by nothing", (text := path.read_text()) and
          run(*options, "--journal", path, "--resume", program=program)[0] == expected and path.read_text() == text)
    check("every case is done", set(done) == cases, sorted(cases - set(done)))
    code, out, err = run("--from", path, "--json", folder / "merged.json", program=program)
    merged = json.loads((folder / "merged.json").read_text())["records"] if code != 2 else []
    found = [((name_of(r), r["candidate"]), r["verdict"]["outcome"]) for r in merged]
    check("nothing is lost and nothing is there twice",
          code == expected and len(found) == len(wanted) and
          dict(found) == wanted | {one: "failed" for one in killed_in}, (code, err, len(found), len(wanted)))
print(", ".join(f"{name}: {count}" for name, count in sorted(counts.items())))
finish()
