#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""The measured copy ceiling beside torch's copy between two tensors of one device, in turns in one run.

python3 bench/roofline_torch.py [BUILD_FOLDER]
"""
import pathlib
import statistics
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
build = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else root / "build/bench"
program = build / "bench/roofline"

try:
    import torch
except ImportError:
    print("skipped: torch is not installed")
    sys.exit(0)
if not torch.cuda.is_available() or not program.exists():
    print(f"skipped: it needs a GPU and {program}")
    sys.exit(0)


def torch_rate():
    """Bytes read and written per second, the median of single copies of half a GiB."""
    elements = 1 << 27
    source = torch.rand(elements, device="cuda")
    target = torch.empty_like(source)
    times = []
    for _ in range(60):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        target.copy_(source)
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end) * 1e-3)
    del source, target
    torch.cuda.empty_cache()
    return 2 * 4 * elements / statistics.median(times[10:])


ratios = []
print(f"{'assay GB/s':>12} {'torch GB/s':>12} {'ratio':>8}   by")
for _ in range(3):
    theirs = torch_rate()
    rate, how = subprocess.run([program, "copy"], capture_output=True, text=True, check=True).stdout.split(" ", 1)
    ours = float(rate)
    ratios.append(ours / theirs)
    print(f"{ours / 1e9:12.1f} {theirs / 1e9:12.1f} {ratios[-1]:8.3f}   {how.strip()}")
print(f"median ratio {statistics.median(ratios):.3f}, to be 0.98 or more")
sys.exit(0 if statistics.median(ratios) >= 0.98 else 1)
