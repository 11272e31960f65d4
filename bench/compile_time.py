#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Seconds that the includes of a kernel file cost, beside an empty file and beside what other tools' users include.

Each file is compiled several times, in turn with the others, at -O0; the least is printed, because everything
that disturbs a compilation makes it longer. What is not installed is named and left out. The last column is the
time over the empty file's; the budget of assay's row is in docs/design.md.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REPETITIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 5

SAXPY = """
ASSAY_PROBLEM("saxpy", assay::BACKEND, p) {
  const auto n = p.axis("n", {1 << 16, 1 << 20});
  const auto x = p.input<float>("x", {n});
  const auto y = p.inout<float>("y", {n});
  p.flops(2.0 * static_cast<double>(n));
  p.oracle([=](auto at) { auto X = at(x); auto Y = at(y); for (std::int64_t i = 0; i < n; ++i) Y[i] += 2.0 * X[i]; });
  p.candidate("a", [=](assay::BACKEND::stream_type s) { LAUNCH });
}
"""
KERNEL = """
__global__ void saxpy(std::int64_t n, float a, const float* x, float* y) {
  for (std::int64_t i = blockIdx.x * std::int64_t(blockDim.x) + threadIdx.x; i < n; i += gridDim.x * blockDim.x) y[i] += a * x[i];
}
"""

HOST_FILES = [
    ("an empty file", ""),
    ("assay, the declaring part", "#include <assay/assay.hpp>\n#include <assay/backend/host.hpp>\n"),
    ("assay, with the saxpy problem", "#include <assay/assay.hpp>\n#include <assay/backend/host.hpp>\n"
     + SAXPY.replace("BACKEND", "host").replace("LAUNCH", "(void)s; for (std::int64_t i = 0; i < n; ++i) y[i] += 2 * x[i];")),
    ("assay, measure.hpp alone", "#include <assay/measure.hpp>\n"),
    ("nanobench", "#include <nanobench.h>\n"),
    ("Catch2 v3, test macros", "#include <catch2/catch_test_macros.hpp>\n"),
    ("Catch2 v2, catch.hpp", "#include <catch2/catch.hpp>\n"),
    ("Google Benchmark", "#include <benchmark/benchmark.h>\n"),
]
CUDA_FILES = [
    ("an empty file", ""),
    ("assay, the declaring part", "#include <assay/assay.hpp>\n#include <assay/backend/cuda.hpp>\n"),
    ("assay, with the saxpy problem", "#include <assay/assay.hpp>\n#include <assay/backend/cuda.hpp>\n" + KERNEL
     + SAXPY.replace("BACKEND", "cuda").replace("LAUNCH", "saxpy<<<1024, 256, 0, s>>>(n, 2.0f, x, y);")),
    ("Google Benchmark", "#include <benchmark/benchmark.h>\n"),
    ("Catch2 v2, catch.hpp", "#include <catch2/catch.hpp>\n"),
    ("nvbench", "#include <nvbench/nvbench.cuh>\n"),
    ("thrust, device_vector", "#include <thrust/device_vector.h>\n"),
]


def seconds(command, source):
    start = time.monotonic()
    done = subprocess.run([*command, source, "-o", source + ".o"], capture_output=True, text=True)
    return time.monotonic() - start, done


def table(title, command, suffix, files):
    print(f"\n{title}: {' '.join(command)}")
    with tempfile.TemporaryDirectory() as folder:
        runnable = []
        for name, text in files:
            source = os.path.join(folder, re.sub(r"\W+", "_", name) + suffix)
            with open(source, "w", encoding="utf-8") as file:
                file.write(text)
            _, done = seconds(command, source)  # also reads the headers into the page cache
            if done.returncode == 0:
                runnable.append((name, source, []))
            elif re.search(r"No such file|cannot open source file", done.stderr):
                print(f"  {name}: not installed")
            else:
                sys.exit(f"{name} does not compile:\n{done.stderr}")
        for _ in range(REPETITIONS):
            for name, source, times in runnable:
                times.append(seconds(command, source)[0])
        empty = min(runnable[0][2])
        print(f"  {'':32}{'seconds':>9}{'over empty':>12}")
        for name, _, times in runnable:
            print(f"  {name:32}{min(times):9.2f}{min(times) - empty:12.2f}")


include = [f"-I{ROOT}/include"] + ([f"-I{ROOT}/.deps/include"] if os.path.isdir(f"{ROOT}/.deps/include") else [])
table("host", ["g++", "-std=c++20", "-O0", "-c", *include], ".cpp", HOST_FILES)
if shutil.which("nvcc"):
    table("CUDA", ["nvcc", "-std=c++20", "-O0", "-arch=sm_90", "-c", *include], ".cu", CUDA_FILES)
else:
    print("\nCUDA: nvcc is not installed")
