#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a suite on several made-up GPUs (several.cpp): which device has which case, who is timed while others work, and what
becomes of the run when one dies.

devices.py PROGRAM...: the executables of this folder, in any order."""
import json
import re
import shutil

from harness import check, finish, folder, lines, programs, run, run_json

several = programs["several"]
ones = ["--problem", "^ones$", "--fuzz", "0", "--time-budget", "2ms"]
trace = folder / "trace"


def run_on(gpus, *arguments, **variables):
    """Exit code, output, errors and document of a run on a machine with these GPUs, and a new trace."""
    shutil.rmtree(trace, ignore_errors=True)
    trace.mkdir()
    return run_json(*arguments, program=several, variables={"FAKE_GPUS": gpus, "FAKE_TRACE": str(trace)} | variables)


def launches():
    """Of each process: when it launched what, in order: (ns, UUID, n, timed)."""
    found = []
    for path in trace.glob("*.trace"):
        words = [line.split() for line in path.read_text().splitlines()]
        found.append([(int(at), uuid, int(n), how == "timed") for at, uuid, n, how in words])
    return found


def overlaps():
    """How many cases were timed while another process launched anything."""
    count = 0
    processes = launches()
    for process in processes:
        spans = {}
        for at, _, n, timed in process:
            if timed:
                first, last = spans.get(n, (at, at))
                spans[n] = min(first, at), max(last, at)
        for first, last in spans.values():
            count += any(first < at < last for other in processes if other is not process for at, *_ in other)
    return count


def names(document):
    return [(record["axes"]["n"], record["candidate"]) for record in document["records"]]


every = [(n, candidate) for n in range(1, 9) for candidate in ("slow", "quick")]

# Spread, and timed at once.
code, out, err, document = run_on("H200,H200,H200", *ones, "--devices", "all", "--parallel-timing", "yes")
check("a run on three devices passes", code == 0, (code, out, err))
check("records are in the order of the plan", names(document) == every, names(document))
check("and were made by all devices", {r["device_id"] for r in document["records"]} ==
      {"GPU-00000000", "GPU-00000001", "GPU-00000002"}, document["records"])
check("a case has one device", all(a["device_id"] == b["device_id"] for a, b in
                                   zip(document["records"][::2], document["records"][1::2])))
check("each process has used one device", all(len({uuid for _, uuid, _, _ in process}) == 1 for process in launches()))
check("and they were timed at once", overlaps() > 0, launches())
check("devices of one kind are one group of scores", len(document["scores"]["devices"]) == 1 and
      document["scores"]["devices"][0]["cases"] == 8, document["scores"])
check("the environment has all of them", len(document["environments"][0]["devices"]) == 3, document["environments"])
check("the table tells them", out.count("device: ") == 3 and "device: another H200, GPU-" in out, out)

# Verified in parallel, timed alone.
code, out, err, document = run_on("H200,H200,H200", *ones, "--devices", "all", "--parallel-timing", "no")
check("timed alone, it passes as well", code == 0 and names(document) == every, (code, out, err))
check("nobody launches anything while another is timed", overlaps() == 0, launches())
check("and all devices take part", {r["device_id"] for r in document["records"]} ==
      {"GPU-00000000", "GPU-00000001", "GPU-00000002"}, document["records"])
check("it says so", "not trusted: cases are verified in parallel and timed alone" in out, out)

# Fresh rounds, of cases that were timed alone.
stored, halved = folder / "stored.json", folder / "halved.json"
code, out, err, document = run_on("H200,H200", *ones, "--axis", "n=1..2", "--devices", "all", "--parallel-timing", "no",
                                  "--save-baseline", stored)
baseline = json.loads(stored.read_text())
for entry in baseline["entries"]:
    entry["time"] |= {key: entry["time"][key] / 2 for key in ("median", "lower", "upper")}
    entry["rounds"] = [time / 2 for time in entry["rounds"]]
halved.write_text(json.dumps(baseline))
code, out, err, document = run_on("H200,H200", *ones, "--axis", "n=1..2", "--devices", "all", "--parallel-timing", "no",
                                  "--compare-baseline", halved)
check("what was timed alone is confirmed with fresh rounds", code == 1 and out.count("with fresh rounds") >= 2, (code, out, err))

# The check.
few = [*ones, "--axis", "n=1..3"]
code, out, err, document = run_on("H200,H200", *few, "--devices", "all")
check("where others do not show in times, they are trusted", document["parallel_timing"]["trusted"] and
      "parallel timing: trusted" in out, (document.get("parallel_timing"), out, err))
check("the check looks at the least and the most work", all(f"ones n={n}, quick" in document["parallel_timing"]["reason"]
                                                            for n in (1, 3)), document["parallel_timing"])
check("what the check has timed is in no record", names(document) == every[:6], names(document))
code, out, err, document = run_on("H200,H200", *few, "--devices", "all", FAKE_DISTURBED="1")
check("where they show, they are not", not document["parallel_timing"]["trusted"] and
      "while the other devices work" in document["parallel_timing"]["reason"], document["parallel_timing"])
check("and the run passes all the same", code == 0 and names(document) == every[:6], (code, out, err))
code, out, err, document = run_on("H200,H200", *few, "--devices", "all", "--verify-only", FAKE_DISTURBED="1")
check("who takes no times asks nothing", code == 0 and "parallel_timing" not in document, (code, out, err))

# Chosen devices.
code, out, err, document = run_on("H200,A100,H200", *few, "--devices", "GPU-00000002,0", "--parallel-timing", "yes")
check("devices are chosen by number and UUID", code == 0 and {r["device_id"] for r in document["records"]} ==
      {"GPU-00000000", "GPU-00000002"}, (code, out, err))
code, out, err, document = run_on("H200,H200,H200", *few, "--devices", "0", "--parallel-timing", "yes",
                                  CUDA_VISIBLE_DEVICES="GPU-00000001")
check("what is hidden is no choice: number 0 is the first that is seen", code == 0 and
      {r["device_id"] for r in document["records"]} == {"GPU-00000001"}, (code, out, err))
check("one device is no question of parallel timing", "parallel_timing" not in document, document.get("parallel_timing"))
code, out, err, document = run_on("H200,H200", "--devices", "all", "--fuzz", "0", "--time-budget", "2ms", "--axis", "n=1..2",
                                  "--parallel-timing", "yes")
check("what is for the processor runs, too", code == 0 and
      [r["problem"] for r in document["records"]] == ["ones"] * 4 + ["on the processor"], (code, out, err))

# A candidate that takes its process with it.
code, out, err, document = run_on("H200,H200", *ones, "--devices", "all", "--parallel-timing", "no", FAKE_CRASH="1")
verdicts = {(r["axes"]["n"], r["candidate"]): r["verdict"]["outcome"] for r in document["records"]}
check("a crash on one device is that case's alone", code == 3 and
      {key for key, outcome in verdicts.items() if outcome != "correct"} == {(5, "slow"), (5, "quick")}, (code, out, err))
check("and nothing is lost", names(document) == every, names(document))

# A candidate that keeps all memory of its device, and is right.
def calibrated(document):
    return {r["axes"]["n"] for r in document["records"] if "net" in r["time"] and
            not any(f["code"] == "not-calibrated" for f in r["time"].get("findings", []))}


def workers(out):
    return tuple(map(int, re.search(r"isolation: (\d+) workers?, (\d+) replaced", out).groups()))


code, out, err, document = run_on("H200", *ones, FAKE_EATEN="none")
check("cases are calibrated, in one process", code == 0 and calibrated(document) == set(range(1, 9)) and
      workers(out) == (1, 0), (code, out, err))
code, out, err, document = run_on("H200", *ones, FAKE_EATEN=",3,6,")
check("who eats memory is right all the same", code == 0 and names(document) == every, (code, out, err))
check("and what comes after it has all that it needs", calibrated(document) >= {1, 2, 4, 5, 7, 8}, document["records"])
check("in new processes: no more than two for each who eats", workers(out)[1] <= 4, out)
code, out, err, document = run_on("H200", *ones, "--no-isolate", FAKE_EATEN=",3,6,")
check("in one process, what comes after it has not", calibrated(document) == {1, 2}, document["records"])

# Journals: what several devices have measured is gone on with by others.
journal = folder / "devices.jsonl"
code, out, err, document = run_on("H200,H200,H200", *ones, "--devices", "all", "--parallel-timing", "no", "--axis", "n=1..3",
                                  "--journal", journal)
check("several devices write one journal", code == 0 and sum(l["type"] == "record" for l in lines(journal)) == 6, (code, out, err))
code, out, err, document = run_on("H200,H200,H200", "--devices", "2,1", "--parallel-timing", "no", *ones, "--axis", "n=1..3",
                                  "--journal", journal, "--resume")
check("which holds for another choice of them", code == 0 and sum(l["type"] == "record" for l in lines(journal)) == 6 and
      not launches(), (code, out, err))
code, out, err = run("--from", journal, program=several)
check("and reads as one run", code == 0 and "3 of 3 cases" in out, (code, out, err))
path = folder / "shards.jsonl"
for part in ("1/2", "2/2"):
    code, out, err, document = run_on("H200,H200", *ones, "--devices", "all", "--parallel-timing", "no", "--shard", part,
                                      "--journal", f"{path}.{part[0]}")
    check(f"shard {part} has half of the cases", code == 0 and len(document["records"]) == 8, (code, out, err))
code, out, err = run("--from", f"{path}.1", f"{path}.2", program=several)
check("shards of several devices each are put together", code == 0 and "8 of 8 cases" in out, (code, out, err))

# Whatever ends a run, what was measured before is told.
whole = [line for line in journal.read_text().splitlines(keepends=True)]
first_done = next(i for i, line in enumerate(whole) if '"type":"done"' in line)
part = folder / "part.jsonl"
part.write_text("".join(line for line in whole[:first_done + 1]))
code, out, err = run(*ones, "--axis", "n=1..3", "--devices", "all", "--parallel-timing", "no", "--journal", part, "--resume",
                     program=several, variables={"FAKE_GPUS": "H200,H200,H200", "FAKE_STUBBORN": "GPU-00000000"})
check("an error in the middle leaves a report", code == 2 and "has opened" in err and
      re.search(r"[1-3] of 3 cases run", out) and "assay: stopped: " in out, (code, out, err))

# Devices that are not what they were listed as.
code, out, err = run(*ones, "--devices", "all", program=several, variables={"FAKE_GPUS": "H200,H200", "FAKE_ODD": "GPU-00000001"})
check("devices whose settings differ are refused when they are open", code == 2 and
      "are not of one kind (ECC: " in err, (code, out, err))
code, out, err = run(*ones, "--devices", "all", program=several,
                     variables={"FAKE_GPUS": "H200,H200", "FAKE_STUBBORN": "GPU-00000000"})
check("a worker that has another device than it was given is found out", code == 2 and
      "a worker that was to see device 1 H200 (GPU-00000001) alone has opened 0 H200 (GPU-00000000)" in err, (code, out, err))
code, out, err, document = run_on("H200,H200", *ones, "--devices", "all", "--parallel-timing", "no", FAKE_BUSY="GPU-00000001")
check("a device that cannot be opened ends the run, and is named", code == 3 and
      document["lost"] == "device 1 H200 (GPU-00000001) cannot be used: no CUDA device: another process has it", (code, out, err))
check("what the other one has measured is there", all(r["device_id"] == "GPU-00000000" for r in document["records"]) and
      document["executed"] == len(document["records"]) / 2 < 8, document["records"])
code, out, err, document = run_on("H200,H200", *few, "--devices", "all", FAKE_BUSY="GPU-00000001")
check("also where it was to be kept busy", document["lost"].startswith("device 1 H200"), (code, out, err))

# Refusals.
for gpus, arguments, told in [
        ("H200,A100", ["--devices", "all"], "are not of one kind (device: H200 there, A100 here)"),
        ("H200,H200", ["--devices", "2"], "'2' is none of 0 H200 (GPU-00000000), 1 H200 (GPU-00000001)"),
        ("H200,H200", ["--devices", "0,0"], "named twice"), ("H200,H200", ["--devices", "0,"], "expected all, or"),
        ("", ["--devices", "0"], "'0' is none of no devices"),
        ("H200", ["--devices", "all", "--no-isolate"], "--no-isolate"),
        ("H200", ["--parallel-timing", "yes"], "--devices"), ("H200", ["--devices", "all", "--list"], "--devices"),
        ("H200", ["--devices", "all", "--against", "x"], "--against"), ("H200", ["--devices", "all", "--ncu"], "--ncu"),
        ("H200", ["--devices", "all", "--sanitize"], "--sanitize")]:
    code, out, err = run(*ones, *arguments, program=several, variables={"FAKE_GPUS": gpus})
    check(f"{arguments} on '{gpus}' gives exit code 2", code == 2, (code, out, err))
    check(f"{arguments} on '{gpus}' says what is wrong", told in err, err)
code, out, err = run(*ones, "--devices", "all", program=several, variables={"FAKE_GPUS": ""})
check("no device is what it is without --devices", code == 6 and "assay: no CUDA device" in out + err, (code, out, err))

# For CTest.
code, out, err = run("--ctest-resource-spec", program=several, variables={"FAKE_GPUS": "H200,H200"})
check("the file for CTest names each GPU", (code, err) == (0, "") and json.loads(out)["local"] ==
      [{"gpus": [{"id": "gpu_00000000", "slots": 1}, {"id": "gpu_00000001", "slots": 1}]}], (code, out, err))
code, out, err, document = run_on("H200,H200,H200", *few, CTEST_RESOURCE_GROUP_0_GPUS="id:gpu_00000002,slots:1")
check("the GPU that CTest gives is the one that is used", code == 0 and
      {r["device_id"] for r in document["records"]} == {"GPU-00000002"}, (code, out, err))
code, out, err, document = run_on("H200,H200,H200", *few, "--devices", "all", "--parallel-timing", "yes",
                                  CTEST_RESOURCE_GROUP_0_GPUS="id:gpu_00000002,slots:1;id:gpu_00000001,slots:1")
check("of several all are", code == 0 and {r["device_id"] for r in document["records"]} ==
      {"GPU-00000001", "GPU-00000002"}, (code, out, err))
code, out, err = run("--ctest-resource-spec", program=several, variables={"FAKE_GPUS": ""})
check("without a GPU there is no such file", (code, out) == (6, ""), (code, out, err))

# By CTest itself: two tests that want a GPU each. Either begins when both have been given one, so that these are two.
together = folder / "together"
together.mkdir()
(together / "gpus.json").write_text(run("--ctest-resource-spec", program=several, variables={"FAKE_GPUS": "H200,H200"})[1])
text = ""
for name, other in (("first", "second"), ("second", "first")):
    script = f"touch {name}.has; until test -e {other}.has; do sleep 0.01; done; exec \"$0\" \"$@\""
    command = ["sh", "-c", script, several, *few, "--json", f"{name}.json"]
    text += f"add_test({name} {' '.join(f'[==[{word}]==]' for word in command)})\n"
    text += f'set_tests_properties({name} PROPERTIES RESOURCE_GROUPS "1,gpus:1" TIMEOUT 120)\n'
(together / "CTestTestfile.cmake").write_text(text)
ctest = shutil.which("ctest")
if ctest:
    code, out, err = run("-j2", "--resource-spec-file", "gpus.json", "--output-on-failure", program=ctest, cwd=together,
                         variables={"FAKE_GPUS": "H200,H200"})
    check("tests with a GPU each pass under CTest", code == 0, (code, out, err))
    documents = [json.loads(path.read_text()) for path in (together / "first.json", together / "second.json") if path.exists()]
    used = [{r["device_id"] for r in document["records"]} for document in documents]
    check("and each uses the one that CTest has given to it", sorted(map(sorted, used)) == [["GPU-00000000"], ["GPU-00000001"]],
          used)
    check("for all of its cases", all(names(document) == every[:6] for document in documents), documents)
else:
    print("ctest is not in the PATH: no test is run by it")

finish()
