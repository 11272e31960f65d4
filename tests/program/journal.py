#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""What ends runs half-way, how they are gone on with, and how several processes share one: journals, --resume,
Ctrl-C, files that cannot be written, shards, merging.

journal.py PROGRAM...: the executables of this folder, in any order."""
import csv
import itertools
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import time

from harness import check, environment, finish, folder, lines, problems, programs, run, run_json

many = programs["many_cases"]
quick = ["--verify-only", "--fuzz", "2", "--quiet"]
numbers = itertools.count()


def fresh(name="journal"):
    return folder / f"{name}{next(numbers)}.jsonl"


def start(journal, *options, program=problems, **how):
    return subprocess.Popen([program, *map(str, options), "--journal", journal], env=environment,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how)


def wait_until(condition, process):
    """Until that holds, or the process ends; not for ever."""
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline and process.poll() is None and not condition():
        time.sleep(0.005)


def wait_for(journal, count, process):
    """Until so many cases are done."""
    wait_until(lambda: journal.exists() and journal.read_text().count('"type":"done"') >= count, process)


def catches(process, number):
    """Whether a process does something else about a signal than to die of it, or to ignore it."""
    caught = re.search(r"^SigCgt:\s*(\w+)", pathlib.Path(f"/proc/{process.pid}/status").read_text(), re.MULTILINE)
    return bool(caught and int(caught[1], 16) >> (number - 1) & 1)


def end(process):
    out, err = process.communicate(timeout=100)
    return process.returncode, out, err


def names_of(entries):
    return [(e["problem"], *e["axes"].items(), e["candidate"]) for e in entries if e["type"] == "record"]


slow = ["--problem", "^slow$", "--verify-only", "--fuzz", "2", "--quiet"]
slow_cases = [("slow", ("n", n), "sleeps") for n in range(1, 41)]

# A journal outlives the program, which can be gone on with.
killed = fresh()
process = start(killed, *slow)
wait_for(killed, 4, process)
process.kill()
code, out, err = end(process)
check("the program was killed half-way", code == -9, (code, err))
before = killed.read_text()
entries = lines(killed)
check("a journal holds what was done", 4 <= sum(e["type"] == "done" for e in entries) < 40, before)
check("in the order of the plan", names_of(entries) == slow_cases[:len(names_of(entries))], names_of(entries))
check("and what was to be done", [(c["problem"], *c["axes"].items(), *c["candidates"]) for c in entries[0]["plan"]] == slow_cases)

code, out, err = run(*slow, "--journal", killed)
check("it is not written to by another run", (code, out) == (2, "") and killed.read_text() == before, (code, out, err))
check("which names both ways out", "holds" in err and "--resume goes on with it" in err and "another name or its removal" in err, err)
code, out, err = run(*slow, "--journal", killed, "--resume", "--seed", "5")
check("nor by a run with other options", (code, out) == (2, "") and "--seed: 0 there, 5 here" in err and killed.read_text() == before, err)
code, out, err = run(*slow, "--axis", "n=1..39", "--journal", killed, "--resume")
check("nor by one with another plan", code == 2 and "case 40 of the plan: 'slow n=40: sleeps' there, nothing here" in err, err)
code, out, err = run(*slow, "--journal", killed, "--resume", program=many)
check("nor by another program", code == 6 or (code == 2 and killed.read_text() == before), (code, err))
source = folder / "kernel.cpp"
source.write_text("int main() {}")
for extra, told in [(["--resume"], "--journal"), (["--allow-mixed"], "--allow-mixed is for"),
                    (["--journal", "/dev/null", "--resume"], "/dev/null is no file"),
                    (["--journal", source, "--resume"], "neither a journal nor"), (["--journal", source], "is no journal")]:
    code, out, err = run(*slow, *extra)
    check(f"{extra} is refused", (code, out) == (2, "") and told in err, (code, out, err))
check("and what is no journal is left as it was", source.read_text() == "int main() {}")

with open(killed, "a") as file:
    file.write('{"schema":1,"type":"rec')
code, out, err, document = run_json(*slow, "--journal", killed, "--resume")
check("it is gone on with", code == 0 and f"{sum(e['type'] == 'done' for e in entries)} of 40 cases are in" in err, (code, err))
check("half a line is told and dropped", "half a line" in err and killed.read_text().startswith(before), err)
check("nothing is measured twice, and nothing is missing", names_of(lines(killed)) == slow_cases, names_of(lines(killed)))
check("all of it is reported", names_of(document["records"]) == slow_cases and document["planned"] == document["executed"] == 40)
check("both processes are told", len(document["environments"]) == 2)
text = killed.read_text()
code, out, err, again = run_json(*slow, "--journal", killed, "--resume")
check("a complete journal is only reported", code == 0 and killed.read_text() == text and "40 of 40 cases are in" in err, (code, err))
check("with the same records and scores", again["records"] == document["records"] and again["scores"] == document["scores"])
code, out, err, merged = run_json("--from", killed)
check("and so are they from the journal", merged["records"] == document["records"] and merged["scores"] == document["scores"])
begun = fresh()
code, out, err = run("--problem", "^without", "--verify-only", "--journal", begun, "--resume")
check("where there is no journal --resume begins one", code == 0 and len(names_of(lines(begun))) == 1, (code, err))

# Times, samples, gates and scores of a run that was gone on with are those of all of it.
timed = ["--problem", "^scale$", "--hot", "--time-budget", "1ms", "--fuzz", "1", "--quiet", "--gate", "^scale: time<=10s"]
journal, samples = fresh(), folder / "samples.csv"
process = start(journal, *timed, "--samples", samples, program=many)
wait_for(journal, 1, process)
process.kill()
end(process)
code, out, err, document = run_json(*timed, "--samples", samples, "--journal", journal, "--resume", program=many)
with open(samples) as file:
    sampled = {(row["case"], row["candidate"]) for row in csv.DictReader(file)}
check("a timed run is gone on with", code == 0 and len(document["records"]) == 8 and sum("time" in r for r in document["records"]) == 8,
      (code, out, err))
check("all samples are there", len(sampled) == 8, sampled)
check("gates are of all of it", "met (8 of 8 candidates)" in out or document["gates"][0]["answer"] == "met", out)

# One writer.
busy = fresh()
process = start(busy, *slow)
wait_for(busy, 1, process)
report = folder / "report.html"
report.write_text("of the other process")
code, out, err = run(*slow, "--journal", busy, "--resume", "--html", report)
check("a journal has one writer", (code, out) == (2, "") and f"written by another process (process {process.pid})" in err, (code, err))
check("and files of the other are left alone", report.read_text() == "of the other process")

# Ctrl-C: of the whole process group, as a terminal does it.
process.send_signal(signal.SIGINT)
code, out, err = end(process)
check("SIGINT ends a run with exit code 7", code == 7, (code, out, err))
check("and says what is there", re.search(r"\n\d+ of 40 cases run; ", out) and "assay: stopped: interrupted by SIGINT\n" in out, out)
check("and how to go on", (line := re.search(r"assay: to go on: (.*)\n", err)) and line[1].endswith("--resume"), err)
if line:
    done = subprocess.run(line[1], shell=True, env=environment, capture_output=True, text=True, timeout=100)
    check("which does", done.returncode == 0 and names_of(lines(busy)) == slow_cases, (done.stdout, done.stderr))
for by, name in [(signal.SIGINT, "SIGINT"), (signal.SIGTERM, "SIGTERM")]:
    journal, document = fresh(), folder / "interrupted.json"
    process = start(journal, *slow, "--json", document, start_new_session=True)
    wait_for(journal, 2, process)
    os.killpg(process.pid, by)
    code, out, err = end(process)
    records = names_of(lines(journal))
    check(f"{name} to all processes ends a run", code == 7 and f"interrupted by {name}" in out, (code, out, err))
    check("no candidate is blamed", {r["verdict"]["outcome"] for r in lines(journal) if r["type"] == "record"} == {"correct"})
    told = json.loads(document.read_text())
    check("the document says so", told["interrupted"] and told["exit_code"] == 7 and told["executed"] < told["planned"] == 40, told["lost"])
    check("and has what is there", names_of(told["records"]) == records, (records, names_of(told["records"])))
    check("which is inconclusive, and nothing worse", run("--from", document)[0] == 4 and run("--from", journal)[0] == 4)
journal = fresh()
process = start(journal, *slow, "--axis", "n=1..2", preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
wait_for(journal, 1, process)
process.send_signal(signal.SIGINT)
check("who ignores SIGINT, as nohup does, is left alone", end(process)[0] == 0)
for attempt in range(1, 6):
    journal = fresh()
    process = start(journal, "--problem", "^slow$", "--verify-only", "--fuzz", "1000000", "--quiet", "--no-isolate")
    wait_until(lambda: catches(process, signal.SIGINT), process)
    time.sleep(0.5 * attempt)  # for the verification before the fuzzing, which is a step without an end
    process.send_signal(signal.SIGINT)
    told = ""
    while "once more ends at once" not in told and (line := process.stderr.readline()):
        told += line
    process.send_signal(signal.SIGINT)
    code, out, err = end(process)
    if code != 7:  # or it was still in a step that was soon over
        break
check("a second Ctrl-C ends at once", code == -signal.SIGINT and "once more ends at once" in told, (code, told + err))
process = start(fresh(), "--problem", "^slow$", "--verify-only", "--fuzz", "1000000", "--quiet")
wait_until(lambda: catches(process, signal.SIGINT), process)
time.sleep(1.5)  # as above
process.send_signal(signal.SIGINT)
code, out, err = end(process)
check("one is enough in a step without an end that a worker process is at", code == 7 and "interrupted by SIGINT" in out, (code, out, err))
code, out, err = run("--problem", "^without", "--verify-only", "--journal", journal)
check("a journal of nothing is begun anew", code == 0, (code, err))

# A file system that is full.
journal = fresh()
limit = 40_000
process = start(journal, *quick, program=many, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
code, out, err = end(process)
check("a full disk gives exit code 2 and is named", code == 2 and f"assay: cannot write {journal}: File too large" in err, (code, err))
check("what was measured is reported", re.search(r"\n\d+ of 26 cases run; ", out) and "stopped: cannot write" in out, out)
text = journal.read_text()
check("the journal ends with a whole line", text.endswith("}\n") and len(text) <= limit, len(text))
code, out, err = run("--from", journal)
check("and can be read", code == 4 and "half a line" not in err, (code, err))
code, out, err, document = run_json(*quick, "--journal", journal, "--resume", program=many)
check("when there is room it is gone on with", code == 0 and journal.read_text().startswith(text) and len(document["records"]) == 72,
      (code, err, len(document["records"])))

# Shards.
code, out, err = run("--dry-run", program=many)
cases = out.splitlines()[:-1]
parts = []
for i in range(1, 4):
    code, out, err = run("--dry-run", "--shard", f"{i}/3", program=many)
    check("--shard says what it runs", code == 0 and f"assay: shard {i}/3 (--shard): {len(out.splitlines()) - 1} of 26 cases\n" == err, err)
    parts.append(out.splitlines()[:-1])
check("shards make up the plan", sorted(sum(parts, [])) == sorted(cases) and all(len(part) >= 5 for part in parts), parts)
check("each in the order of the plan", all(part == [case for case in cases if case in part] for part in parts))
code, out, err = run("--list", "--shard", "2/3", program=many)
listed = [line for line in out.splitlines() if line.startswith("  shard 2/3: ")]
check("--list has a shard's cases", code == 0 and sum(line.count(";") + 1 for line in listed) == len(parts[1]), out)
for text, told in [("0/3", "counted from 1"), ("4/3", "there is no shard 4/3"), ("2", "expected I/N"), ("a/b", "expected I/N")]:
    code, out, err = run("--dry-run", "--shard", text)
    check(f"--shard {text} is refused", (code, out) == (2, "") and told in err, err)
for extra in [["--no-shard"], ["--shard-count", "3"], ["--limits"], ["--self-test"], ["--from", killed], ["--replay", "slow|sleeps|n=1|seed=0"]]:
    code, out, err = run("--shard", "1/3", *extra)
    check(f"--shard with {extra} is refused", (code, out) == (2, "") and "--shard" in err, err)

status = folder / "status"
shared = [*quick, "--journal", folder / "part-{shard}.jsonl", "--resume"]
for i in range(3):
    code, out, err = run(*shared, program=many, variables={"GTEST_SHARD_INDEX": str(i), "GTEST_TOTAL_SHARDS": "3",
                                                           "GTEST_SHARD_STATUS_FILE": str(status)})
    check("the environment says which shard", code == 0 and f"shard {i + 1}/3 (GTEST_SHARD_INDEX={i}, GTEST_TOTAL_SHARDS=3)" in err and
          "--no-shard runs all" in err and status.exists(), (code, err))
part = [folder / f"part-{i}of3.jsonl" for i in (1, 2, 3)]
check("each has its own journal", [len({tuple(e["axes"].items()) + (e["problem"],) for e in lines(p) if e["type"] == "record"}) for p in part] ==
      [len(p) for p in parts])
code, out, err, document = run_json("--from", *part)
check("merged they are the whole run", code == 0 and len(document["records"]) == 72 and document["planned"] == 26, (code, err))
code, out, err = run("--from", part[0], part[2])
missing = re.findall(r"assay: missing: (.*) \(shard 2/3\)", out)
check("what is missing is named, with its shard", code == 4 and len(missing) == len([e for e in lines(part[1]) if e["type"] == "record"]), (code, out))
shutil.copy(part[0], folder / "copy.jsonl")
code, out, err = run("--from", *part, folder / "copy.jsonl")
check("what is doubled is named with both places", code == 2 and re.search(r"part-1of3.jsonl:\d+ and \S*copy.jsonl:\d+ both hold", err), err)
code, out, err = run(*shared, "--shard", "2/3", program=many)
check("the option and the environment mean the same shard", code == 0 and "cases are in" in err, err)
part[1].rename(folder / "part-1of3.jsonl")
code, out, err = run(*shared, "--shard", "1/3", program=many)
check("another shard's journal is refused", code == 2 and "--shard: 2/3 there, 1/3 here" in err, err)
slurm = {"SLURM_PROCID": "1", "SLURM_NTASKS": "4"}
code, out, err = run("--dry-run", program=many, variables=slurm)
check("Slurm is understood", code == 0 and "shard 2/4 (SLURM_PROCID=1, SLURM_NTASKS=4)" in err, err)
code, out, err = run("--dry-run", program=many, variables=slurm | {"GTEST_SHARD_INDEX": "0", "GTEST_TOTAL_SHARDS": "2"})
check("a conflict is refused", (code, out) == (2, "") and "says both shard 1/2" in err, err)
code, out, err = run("--dry-run", "--no-shard", program=many, variables=slurm)
check("--no-shard runs all", code == 0 and out.splitlines()[:-1] == cases and err == "", err)
code, out, err = run("--dry-run", program=many, variables={"SLURM_JOB_ID": "1", "SLURM_PROCID": "0", "SLURM_NTASKS": "4"})
check("a script of a job runs all, and is told", code == 0 and out.splitlines()[:-1] == cases and "not started by srun" in err, err)
code, out, err = run("--dry-run", "--shard-count", "5", program=many, variables={"JOB_COMPLETION_INDEX": "4"})
check("Kubernetes is understood", code == 0 and "shard 5/5" in err, err)
code, out, err = run("--problem", "^without", "--verify-only", "--shard", "2/2", "--journal", empty := fresh())
check("a shard without cases passes", code == 0 and "0 of 1 cases" in err and lines(empty)[0]["shard"] == {"index": 2, "count": 2}, (code, err))
check("and has none to lose", run("--from", empty)[0] == 6)

finish()
