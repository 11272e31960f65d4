#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""The speed of torch.allclose on a GPU, for the table of bench/verifier: bytes that are read over time."""
import sys

try:
    import torch
except ImportError:
    sys.exit("left out: torch is not installed")
if not torch.cuda.is_available():
    sys.exit("left out: torch has no GPU")


def seconds(call, repetitions=20):
    for _ in range(3):
        call()
    begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    begin.record()
    for _ in range(repetitions):
        call()
    end.record()
    torch.cuda.synchronize()
    return begin.elapsed_time(end) * 1e-3 / repetitions


for kind in (torch.float32, torch.bfloat16, torch.float16):
    for mebibytes in (1, 16, 256, 1024):
        count = (mebibytes << 20) // torch.finfo(kind).bits * 8
        got = torch.zeros(count, dtype=kind, device="cuda")
        right = torch.zeros_like(got)
        copy = seconds(lambda: got.copy_(right))
        time = seconds(lambda: torch.allclose(got, right, 1e-2, 1e-2))
        copied = 2 * count * got.element_size() / copy
        read = 2 * count * got.element_size() / time
        print(f"torch.allclose {str(kind):16s} {mebibytes:5d} MiB  {time * 1e6:9.1f} us  {read * 1e-12:5.2f} TB/s  "
              f"{100 * read / copied:4.0f} % of torch's copy ({copied * 1e-12:.2f} TB/s)")
