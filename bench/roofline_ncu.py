#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Declared operations and bytes against what ncu counts, and hard limits against ncu's own peaks.

python3 bench/roofline_ncu.py [BUILD_FOLDER]

Runs roofline_work --ncu and reads its records; then ncu once more for the peaks of DRAM and the tensor cores.
"""
import csv
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parent.parent
build = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else root / "build/bench"
program = build / "bench/roofline_work"
if not shutil.which("ncu") or not program.exists():
    print(f"skipped: it needs ncu on PATH, and {program}")
    sys.exit(0)

# What a kernel needs beyond what its problem declares, per declared one, and why.
explained = {
    ("attention causal", "fp32"): (
        5 / 256, "softmax: a subtraction and an addition a pair, and 3 + 1/32 a pair for scaling sums of 32 keys"),
    ("rmsnorm", "fp32"): (
        256 * 14 / (4 * 4096 + 1), "a row's sum over its threads, mean and epsilon: 14 in each of 256 threads"),
    ("gather width=8", "bytes"): (32 / (32 + 4 + 32),
                                  "the other half of the 64 bytes that HBM is read by, where rows are of 32"),
}
GEMM_EXTENT = 8192
uncounted = {"SFU"}  # no metric of ncu tells ex2 and rsqrt apart from what else these units do
streaming = {"copy", "triad", "rmsnorm", "gather width=8", "gather width=32"}
failures = []


def padding(kernel):
    """What a library's tiles add to a square product, per operation of it, and why; the tile is in the kernel's name."""
    tile = re.search(r"_(\d+)x(\d+)_", kernel)
    if not tile:
        return 0.0, ""
    rows, columns = (-(-GEMM_EXTENT // int(extent)) * int(extent) for extent in tile.groups())
    return rows * columns / GEMM_EXTENT**2 - 1, f"{rows} x {columns}, whole tiles of {tile[1]} x {tile[2]}"


with tempfile.TemporaryDirectory() as folder:
    document = pathlib.Path(folder) / "records.json"
    done = subprocess.run([program, "--ncu", "--fuzz", "0", "--time-budget", "200ms", "--json", document],
                          capture_output=True, text=True)
    print(done.stdout)
    print(done.stderr, file=sys.stderr)
    if not document.exists():
        sys.exit(f"roofline_work wrote no records: exit code {done.returncode}")
    whole = json.loads(document.read_text())
if not whole["records"]:
    failures.append("roofline_work has no records: nothing was compared")

print(f"{'problem':18} {'what':14} {'declared':>12} {'counted':>12} {'off':>8}")
for record in whole["records"]:
    name = " ".join([record["problem"], *(f"{axis}={value}" for axis, value in record["axes"].items())])
    profile = record.get("profile")
    if not profile:
        failures.append(f"{name}: no profile: {[f['message'] for f in record['findings'] if f['code'] == 'no-profile']}")
        continue

    if name == "gemm bf16":
        explained[name, "tensor bf16"] = padding(profile["kernels"][0])

    def row(what, declared, counted, allowed):
        share, why = explained.get((name, what), (0.0, ""))
        off = counted / (declared * (1 + share)) - 1
        print(f"{name:18} {what:14} {declared:12.5g} {counted:12.5g} {100 * off:+7.2f}%  "
              + (f"beside {100 * share:.2f} %: {why}" if why else ""))
        if allowed is not None and abs(off) > allowed:
            failures.append(f"{name}: {what}: {100 * off:+.2f} %, allowed is {100 * allowed:.0f} %; kernels: "
                            + ", ".join(profile["kernels"]))

    for resource, declared in record["work"].get("operations", {}).items():
        counted = profile.get("operations", {}).get(resource)
        if counted is None:
            print(f"{name:18} {resource:14} {declared:12.5g} {'not counted':>12}")
            if resource not in uncounted:
                failures.append(f"{name}: {resource}: ncu counted none")
            continue
        row(resource, declared, counted, 0.01)
    read, written = record["work"]["dram_bytes_read"], record["work"]["dram_bytes_written"]
    if "bytes_read" in profile and "bytes_written" in profile:
        row("bytes", read + written, profile["bytes_read"] + profile["bytes_written"],
            0.05 if name in streaming else None)
    else:
        failures.append(f"{name}: bytes: ncu counted none")

# Peaks: units x what each can do in a cycle, as ncu has it, at the clock of the run.
metrics = ["dram__bytes.sum.peak_sustained", "dram__cycles_elapsed.avg.per_second",
           "sm__ops_path_tensor_src_bf16_dst_fp32.sum.peak_sustained"]
peaks = subprocess.run(
    ["ncu", "--clock-control", "none", "--profile-from-start", "off", "--csv", "--page", "raw",
     "--print-units", "base", "--metrics", ",".join(metrics), program, "--profile", "--problem", "^gemm bf16$"],
    capture_output=True, text=True).stdout
lines = peaks[peaks.find('"ID",'):].splitlines()
lines = [line for line in lines if line.startswith('"')]
if len(lines) < 3:
    failures.append(f"ncu told no peaks: {peaks[-300:]}")
else:
    names, units, values = list(csv.reader(lines))[:3]
    told = dict(zip(names, values))
    print("\nncu's own:", {m: f"{told.get(m)} {dict(zip(names, units)).get(m)}" for m in metrics})

    def number(metric):
        try:
            return float(told[metric].replace(",", ""))
        except (KeyError, ValueError):
            return None

    def hertz(metric):
        value, unit = number(metric), dict(zip(names, units)).get(metric, "")
        return value and value * (1e9 if unit.endswith("nsecond") or unit.endswith("/ns") else 1)

    device = whole["environments"][0]["devices"][0]
    gemm = next(r for r in whole["records"] if r["problem"] == "gemm bf16")
    rates = {term["resource"]: term["rate"] for term in gemm["limit"]["terms"]}
    # ncu's peak of the path is that of products with structured sparsity, twice that of dense ones (NVIDIA H100 Tensor Core
    # GPU Architecture, table 1), and it tells none without.
    ops = number(metrics[2]) and number(metrics[2]) / 2
    for what, ours, theirs in [
            ("DRAM", rates.get("DRAM"), number(metrics[0]) and number(metrics[0]) * hertz(metrics[1])),
            ("tensor bf16", rates.get("tensor bf16"), ops and ops * device["max_clock"])]:
        if not ours or not theirs:
            failures.append(f"{what}: no hard limit or no peak of ncu to compare")
            continue
        print(f"hard {what}: {ours:.5g}, ncu's peak x clock: {theirs:.5g}, {100 * (ours / theirs - 1):+.2f} %")
        if abs(ours / theirs - 1) > 0.01:
            failures.append(f"hard {what}: {100 * (ours / theirs - 1):+.2f} %, allowed is 1 %")

print()
for failure in failures:
    print("not met:", failure)
print("all met" if not failures else f"{len(failures)} not met")
sys.exit(1 if failures else 0)
