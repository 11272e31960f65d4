#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the batch scripts of examples/cluster/slurm on a real Slurm of three nodes, and cuts one off in the middle: its
shard is requeued on another node, goes on from its journal, and in the end every item was measured once.

slurm.py SCRIPTS KERNELS [--must-fail]: the folder of the scripts, and the program of kernels.cpp. With --must-fail the
scripts forget to resume, which has to be noticed."""
import collections
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from checks import check, finish

import slurm_cluster
from slurm_cluster import Cluster, wait_until

if reason := slurm_cluster.why_not():
    print(f"left out: {reason}")
    sys.exit(77)

scripts, kernels = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
quick = ["--hot", "--fuzz", "0", "--time-budget", "50ms"]
steady = [*quick[:-1], "200ms"]  # a shard takes long enough to be found half done


def records(path):
    """What a journal holds, whole lines only: (problem, axes, candidate) and the line itself."""
    found = []
    for line in path.read_text().splitlines():
        try:
            value = json.loads(line)
        except ValueError:  # half a line, of a run that was killed
            continue
        if value.get("type") == "record":
            found.append(((value["problem"], json.dumps(value["axes"]), value["candidate"]), line))
    return found


def journals(folder):
    return sorted(folder.glob("shard-*.jsonl"))


def all_records(folder):
    return [record for path in journals(folder) for record in records(path)]


def logs(folder):
    return "\n".join(f"{path.name}: {path.read_text()}" for path in sorted(folder.glob("*.log")))


def submitted(cluster, *arguments, **more):
    """submit.sh, which waits for the end of its jobs."""
    return subprocess.Popen(["sh", scripts / "submit.sh", *arguments], env=cluster.environment | more, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def exit_code(cluster, folder, run):
    """That of the merge, as the controller has it. `sbatch --wait` asks for it less and less often, up to half a minute
    apart, so it is not waited for where it has had to wait for long."""
    def merged():
        return next((j for j in cluster.jobs() if j.get("JobName") == "assay-merge" and j["WorkDir"] == str(folder) and
                     j["JobState"] in ("COMPLETED", "FAILED")), None)
    code = int(wait_until("the merge is done", merged, 100)["ExitCode"].split(":")[0])
    run.kill()
    run.communicate()
    return code


def merge(*paths):
    """Exit code and output of putting journals together, as the merge job does."""
    done = subprocess.run([kernels, "--from", *paths, "--quiet"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=60)
    return done.returncode, done.stdout


def test_lost_node(cluster, folder):
    """The long one: 32 cases in four shards on three nodes, and then on two."""
    run = submitted(cluster, folder, "4", kernels, *steady)

    def half_done():
        """A task that runs and has measured some of its cases."""
        for job in cluster.jobs():
            if job.get("JobState") != "RUNNING" or "ArrayTaskId" not in job:
                continue
            path = folder / f"shard-{job['ArrayTaskId']}of4.jsonl"
            if path.exists() and 4 <= len(records(path)) <= 8:  # of 16
                return job, path
        return None

    job, path = wait_until("a task is in the middle of its shard", half_done)
    node, task = job["NodeList"], job["ArrayTaskId"]
    check("the node had a daemon, a step, the script and its program", cluster.lose(node) >= 3)
    before = records(path)
    check("the journal of the lost task reads", 4 <= len(before) < 16, path.read_text())

    wait_until("the task is requeued", lambda: any(
        j.get("ArrayTaskId") == task and j.get("Restarts") == "1" for j in cluster.jobs()))
    code = exit_code(cluster, folder, run)
    check("the merge passes", code == 0, (code, logs(folder)))
    states = cluster.states()
    check("the controller knows that the node is down", states[node].startswith("down"), states)
    again = next(j for j in cluster.jobs() if j.get("ArrayTaskId") == task)
    check("the task was done by another node", again["JobState"] == "COMPLETED" and again["NodeList"] not in ("", node), again)
    log = (folder / f"shard-{task}.log").read_text()
    check("its log says so", f"shard {task} on {node}, start 1" in log and
          f"shard {task} on {again['NodeList']}, start 2" in log, log)

    after = records(path)
    check("what was measured before is as it was", after[:len(before)] == before, (len(before), len(after)))
    counts = collections.Counter(name for name, _ in all_records(folder))
    check("there are four journals", len(journals(folder)) == 4, journals(folder))
    check("every item is there", len(counts) == 64, len(counts))
    check("and was measured once", set(counts.values()) == {1}, counts)

    document = json.loads((folder / "run.json").read_text())
    check("the report has all of them", (document["planned"], document["executed"], len(document["records"])) == (32, 32, 64),
          {key: document[key] for key in ("planned", "executed")})
    check("and nothing is missing", not document.get("missing"), document.get("missing"))
    check("reports are written", all((folder / name).stat().st_size > 0 for name in ("run.xml", "run.html")))


def test_again(cluster, folder):
    """The same command when all is done measures nothing."""
    before = all_records(folder)
    code, out = cluster.run("sh", scripts / "submit.sh", folder, "4", kernels, *steady)
    check("submitted again, a run that is done passes", code == 0, (code, out, logs(folder)))
    check("and nothing is measured again", all_records(folder) == before, logs(folder))


def test_outcomes(cluster, folder):
    """What the merge makes of shards that end in other ways."""
    wrong = folder / "wrong"
    run = submitted(cluster, wrong, "2", kernels, *quick, "--axis", "n=5..12", KERNELS_WRONG="1")
    # As when something more important wants its node: asked to end, it does, and comes back.
    path = wrong / "shard-1of2.jsonl"
    wait_until("a task has measured something", lambda: path.exists() and records(path))
    task = next(j for j in cluster.jobs() if j.get("ArrayTaskId") == "1" and str(wrong) in j["WorkDir"])
    code, out = cluster.run("scontrol", "requeue", task["JobId"])
    check("a task is requeued", code == 0, out)
    code = exit_code(cluster, wrong, run)
    check("a wrong kernel in one shard is the exit code of all", code == 3, (code, logs(wrong)))
    check("the merge says which", "n=7" in (wrong / "merge.log").read_text(), logs(wrong))
    log = (wrong / "shard-1.log").read_text()
    check("the requeued task was interrupted, and then done", "interrupted by SIGTERM" in log and "start 2" in log and
          "cases are in shard-1of2.jsonl already" in log, log)
    names = [name for name, _ in all_records(wrong)]
    check("and every item was measured once", len(names) == len(set(names)) == 16, names)

    gated = folder / "gated"
    gated.mkdir()
    (gated / "gates.txt").write_text("time<=1ns\n")
    code, out = cluster.run("sh", scripts / "submit.sh", gated, "3", kernels, *quick, "--axis", "n=5..6")
    check("gates are those of the whole run, its exit code is that of submit.sh, and a shard without a case does no harm",
          code == 1 and "not met" in (gated / "merge.log").read_text(), (code, out, logs(gated)))


def test_merge(folder):
    """The merge notices what a cluster can do to journals."""
    good = journals(folder)
    check("the journals together are a run", merge(*good)[0] == 0, merge(*good))
    code, out = merge(*good[1:])
    check("a journal that is not there is noticed", code == 4 and "missing" in out, (code, out))
    spoiled = folder / "spoiled.jsonl"
    lines = good[0].read_text().splitlines(keepends=True)
    last = max(i for i, line in enumerate(lines) if '"type":"record"' in line.replace(" ", ""))
    spoiled.write_text("".join(lines[:last] + lines[last + 1:]))
    code, out = merge(spoiled, *good[1:])
    check("a record that is not there is noticed", code == 4 and "missing" in out, (code, out))
    code, out = merge(good[0], *good)
    check("a journal that is there twice is refused", code == 2, (code, out))
    device = json.loads(next(line for line in lines if '"type":"record"' in line.replace(" ", "")))["device"]
    spoiled.write_text(good[0].read_text().replace(device, "another device"))
    code, out = merge(spoiled, *good[1:])
    check("two kinds of device are refused", code == 2 and "another device" in out, (code, out))


must_fail = sys.argv[3:] == ["--must-fail"]
with tempfile.TemporaryDirectory() as temporary:
    shared = pathlib.Path(temporary) / "shared"
    shared.mkdir()
    if must_fail:
        scripts = shutil.copytree(scripts, shared / "scripts")
        text = (scripts / "shard.sbatch").read_text()
        assert text.count(" --resume\n") == 1
        (scripts / "shard.sbatch").write_text(text.replace(" --resume\n", "\n"))
    with Cluster(temporary, ["node1", "node2", "node3"]) as slurm:
        test_lost_node(slurm, shared / "run")
        if not must_fail:
            test_again(slurm, shared / "run")
            test_outcomes(slurm, shared)
    if not must_fail:
        test_merge(shared / "run")

finish(must_fail)
