#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the manifests of examples/cluster/kubernetes, and runs their containers' commands as the pods of an indexed job
would, one of them lost in the middle.

kubernetes.py MANIFESTS KERNELS [--must-fail]: the folder of the manifests, and the program of kernels.cpp. With
--must-fail pods forget to resume, which has to be noticed."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from checks import check, finish

try:
    import yaml
except ImportError:
    print("left out: PyYAML is not here")
    sys.exit(77)

manifests, kernels = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()


def job_of(name):
    """The job of a manifest, and its one container."""
    job = yaml.safe_load((manifests / name).read_text())
    check(f"{name} is a job", (job["apiVersion"], job["kind"]) == ("batch/v1", "Job"), job)
    pod = job["spec"]["template"]["spec"]
    container, = pod["containers"]
    volumes = {volume["name"] for volume in pod["volumes"]}
    check(f"{name}: what is mounted is there", {m["name"] for m in container["volumeMounts"]} <= volumes, volumes)
    check(f"{name}: it works where the volume is", container["workingDir"] in
          [m["mountPath"] for m in container["volumeMounts"]], container)
    return job["spec"], pod, container


shards, shard_pod, shard = job_of("shards.yml")
merge, merge_pod, merger = job_of("merge.yml")
check("the job is indexed", shards["completionMode"] == "Indexed", shards)
must_fail = sys.argv[3:] == ["--must-fail"]
if must_fail:
    assert shard["args"][0].count(" --resume\n") == 1
    shard["args"][0] = shard["args"][0].replace(" --resume\n", "\n")
variables = {entry["name"]: entry["value"] for entry in shard["env"]}
check("the shards are as many as the completions", int(variables["SHARDS"]) == shards["completions"], variables)
check("each pod has a GPU", shard["resources"]["limits"]["nvidia.com/gpu"] == 1, shard)
check("of one kind", "nvidia.com/gpu.product" in shard_pod["nodeSelector"], shard_pod)
check("pods are replaced by the job, not restarted in place", shard_pod["restartPolicy"] == merge_pod["restartPolicy"] ==
      "Never", (shard_pod, merge_pod))
check("there are tries for pods that are lost, and none for a run that does not pass",
      shards["backoffLimit"] > 0 and merge["backoffLimit"] == 0, (shards, merge))
check("both have the same volume", shard_pod["volumes"] == merge_pod["volumes"], (shard_pod, merge_pod))

with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    (folder / "bin").mkdir()
    # The image's program, in a hurry.
    program = folder / "bin" / "kernels"
    program.write_text(f'#!/bin/sh\ncase " $* " in *" --from "*) exec "{kernels}" "$@" ;; esac\n'
                       f'exec "{kernels}" "$@" --hot --fuzz 0 --time-budget 50ms --axis n=1..12\n')
    program.chmod(0o755)
    run = folder / "run"
    run.mkdir()
    base = {key: value for key, value in os.environ.items() if not key.startswith(("SLURM", "GTEST", "CTEST"))}
    base["PATH"] = f"{folder}/bin:{base['PATH']}"

    def start(container, **more):
        return subprocess.Popen([*container["command"], *container["args"]], cwd=run, env=base | more, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)

    def pod(index, **more):
        return start(shard, JOB_COMPLETION_INDEX=str(index), **variables, **more)

    def end(process):
        out, _ = process.communicate(timeout=120)
        return process.returncode, out

    first = run / f"shard-1of{variables['SHARDS']}.jsonl"
    for _ in range(5):  # where this machine was busy with something else, the pod may have been done
        first.unlink(missing_ok=True)
        lost = pod(0)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (first.exists() and '"record"' in first.read_text()):
            time.sleep(0.02)
        os.killpg(lost.pid, signal.SIGKILL)
        end(lost)
        before = first.read_text().count('"type":"record"')
        if 0 < before < 6:
            break
    check("a pod is lost in the middle", 0 < before < 6, first.read_text())
    for index in range(shards["completions"]):
        code, out = end(pod(index))
        check(f"pod {index} completes", code == 0, (code, out))
    code, out = end(start(merger))
    check("the merge passes", code == 0, (code, out))
    document = json.loads((run / "run.json").read_text())
    names = [(r["problem"], json.dumps(r["axes"]), r["candidate"]) for r in document["records"]]
    check("and has every item, once", len(names) == len(set(names)) == 24 and document["planned"] == 12, names)

    for path in run.iterdir():
        path.unlink()
    for index in range(shards["completions"]):
        code, out = end(pod(index, KERNELS_WRONG="1"))
        check(f"a wrong kernel is no reason to start pod {index} again", code == 0, (code, out))
    code, out = end(start(merger))
    check("and is the exit code of the merge", code == 3, (code, out))
    (run / "gates.txt").write_text("time<=1ns\n")
    code, out = end(start(merger))
    check("as gates are", code in (1, 3) and "not met" in out, (code, out))
    (run / f"shard-2of{variables['SHARDS']}.jsonl").unlink()
    code, out = end(start(merger))
    check("a shard that is not there is told", "missing" in out, (code, out))
    code, out = end(start(shard, JOB_COMPLETION_INDEX="0", SHARDS="nought"))
    check("a pod that was set up wrong fails", code == 2, (code, out))

finish(must_fail)
