#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""The README's program is examples/readme.cu, and the lines it gives for builds without CMake are those in the files."""
import os
import sys

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def read(name):
    with open(os.path.join(root, name), encoding="utf-8") as file:
        return file.read()


readme, failed = read("README.md"), 0
program = read("examples/readme.cu").split("\n", 2)[2]
if f"```cpp\n{program}```" not in readme:
    failed += 1
    print("FAILED: the first program of README.md is not examples/readme.cu without its two header lines")
for suffix in ("cpp", "cu"):
    line = next(l[3:].strip() for l in read(f"examples/single_file.{suffix}").splitlines() if "examples/single_file" in l)
    if " ".join(line.split()) not in [" ".join(l.split()) for l in readme.splitlines()]:
        failed += 1
        print(f"FAILED: README.md does not have the line that builds single_file.{suffix}: {line}")
print(f"{3 - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
