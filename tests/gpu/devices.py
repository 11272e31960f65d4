#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Spreads several.cu over the GPUs of this machine, where there are two or more: devices.py PATH_OF_SEVERAL"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import checks
from checks import check, finish

program = sys.argv[1]


def run(*arguments, **variables):
    """Exit code, all output, and the document."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "run.json")
        done = subprocess.run(
            [program, "--no-ceilings-cache", "--fuzz", "0", "--time-budget", "100ms", "--json", path, *arguments],
            capture_output=True, text=True, timeout=600, env=os.environ | variables)
        with open(path) as file:
            return done.returncode, done.stdout + done.stderr, json.load(file)


def used(document):
    return {record["device_id"] for record in document["records"]}


def outcomes(document):
    return {(record["axes"]["n"], record["candidate"]): record["verdict"]["outcome"] for record in document["records"]}


done = subprocess.run([program, "--ctest-resource-spec"], capture_output=True, text=True, timeout=120)
if done.returncode == 6:
    print("assay: no CUDA device")
    sys.exit(6)
check("the file for CTest is written", done.returncode == 0, done)
ids = [gpu["id"] for gpu in json.loads(done.stdout)["local"][0]["gpus"]]
uuids = ["GPU-" + name[4:].replace("_", "-") for name in ids]
if len(ids) < 2:
    print(f"assay: no CUDA device but one: {checks.passed} passed, and what needs two was left out")
    sys.exit(1 if checks.failed else 6)
print(f"{len(uuids)} GPUs: {', '.join(uuids)}")

code, out, one = run("--devices", "0")
check("one device is enough", code == 0 and used(one) == {uuids[0]}, (code, out))
check("every case is there", len(one["records"]) == 20, out)
for how in ("no", "yes", "check"):
    code, out, document = run("--devices", "all", "--parallel-timing", how)
    check(f"--parallel-timing {how}: all GPUs take part, and pass", code == 0 and used(document) == set(uuids), (code, out))
    check(f"--parallel-timing {how}: the same records in the same order", list(outcomes(document)) == list(outcomes(one)) and
          set(outcomes(document).values()) == {"correct"}, out)
    if how == "check":
        print(f"parallel timing: {document['parallel_timing']}")
code, out, document = run("--devices", uuids[1])
check("a GPU is chosen by its UUID", code == 0 and used(document) == {uuids[1]}, (code, out))
code, out, document = run("--devices", "0", CUDA_VISIBLE_DEVICES=uuids[1])
check("number 0 is the first that is seen", code == 0 and used(document) == {uuids[1]}, (code, out))
code, out, document = run(CTEST_RESOURCE_GROUP_0_GPUS=f"id:{ids[1]},slots:1")
check("the GPU that CTest gives is the one that is used", code == 0 and used(document) == {uuids[1]}, (code, out))

code, out, document = run("--devices", "all", SEVERAL_CRASH="1")
bad = {key: outcome for key, outcome in outcomes(document).items() if outcome != "correct"}
check("a kernel that takes one GPU down is named, and nothing else is lost", code == 3 and
      bad == {(1 << 14, "many blocks"): "failed"} and len(document["records"]) == 20, (code, bad, out))

finish()
