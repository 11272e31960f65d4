#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Times the launchers of kernels.cu with another tool, one process a tool; prints a line of JSON for each launcher.

  peers.py triton LIBRARY GROUP[,GROUP...]
  peers.py nvbench LIBRARY GROUP[,GROUP...] [option of nvbench...]

Times are seconds. `wall` is what the whole call for one launcher took. All else is the tool's default.
"""
import json
import os
import sys
import tempfile
import time

from common import Launchers


def triton(launchers, cases):
    """do_bench overwrites the L2 cache before each launch; do_bench_cudagraph leaves it as it is."""
    import torch
    import triton as package
    from triton.testing import do_bench, do_bench_cudagraph
    print(json.dumps({"tool": "triton", "version": package.__version__, "torch": torch.__version__}))
    default_stream = torch.cuda.current_stream().cuda_stream
    for index, name in cases:
        launchers.set_up(index)

        def on_default_stream():
            if launchers.launch(index, default_stream):
                raise RuntimeError(f"launch of {name} failed")

        def on_current_stream():
            if launchers.launch(index, torch.cuda.current_stream().cuda_stream):
                raise RuntimeError(f"launch of {name} failed")

        for tool, call in (("do_bench", lambda: do_bench(on_default_stream)),
                           ("do_bench_cudagraph", lambda: do_bench_cudagraph(on_current_stream))):
            start = time.perf_counter()
            try:
                milliseconds = call()
            except Exception as failure:  # e.g. a launcher that cannot be captured
                print(json.dumps({"tool": tool, "kernel": name, "failure": str(failure)}), flush=True)
                continue
            wall = time.perf_counter() - start
            print(json.dumps({"tool": tool, "kernel": name, "seconds": milliseconds * 1e-3, "wall": wall}), flush=True)


def nvbench(launchers, cases, options):
    """Its cold measurement (L2 overwritten, gated, one launch a sample), and its batches (back to back, caches as they
    are). `callback` is what the call through Python costs a launch: hidden by its gate, but part of its wall time."""
    import cuda.bench as bench
    walls, callbacks = {}, {}

    def benchmark(state):
        index = state.get_int64("launcher")
        launchers.set_up(index)
        stream = state.get_stream().addressof()

        def launch(_, call=launchers.launch):
            if call(index, stream):
                raise RuntimeError(f"launch of {index} failed")

        count = 20000
        start = time.perf_counter()
        for _ in range(count):
            launch(None, launchers.nothing)
        callbacks[index] = (time.perf_counter() - start) / count
        start = time.perf_counter()
        state.exec(launch)
        walls[index] = time.perf_counter() - start

    bench.register(benchmark).add_int64_axis("launcher", [index for index, _ in cases])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "nvbench.json")
        bench.run_all_benchmarks(["nvbench", "--devices", "0", "--quiet", "--json", path, *options])
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    print(json.dumps({"tool": "nvbench", "version": document["meta"]["version"]["nvbench"]["string"]}))
    names = dict(cases)
    for state in document["benchmarks"][0]["states"]:
        index = int(state["axis_values"][0]["value"])
        result = {"tool": "nvbench", "kernel": names[index]}
        if state["is_skipped"]:
            print(json.dumps(result | {"failure": state.get("skip_reason", "skipped")}))
            continue
        values = {summary["tag"]: float(datum["value"]) for summary in state["summaries"]
                  for datum in summary["data"] if datum["name"] == "value" and datum["type"] in ("int64", "float64")}
        for key, tag in (("seconds", "nv/cold/time/gpu/mean"), ("batch_seconds", "nv/batch/time/gpu/mean"),
                         ("cold_wall", "nv/cold/walltime"), ("samples", "nv/cold/sample_size"),
                         ("noise", "nv/cold/time/gpu/stdev/relative")):
            if tag in values:
                result[key] = values[tag]
        print(json.dumps(result | {"wall": walls[index], "callback": callbacks[index]}))


if len(sys.argv) < 4 or sys.argv[1] not in ("triton", "nvbench"):
    sys.exit(__doc__)
library = Launchers(sys.argv[2])
selected = library.of_groups(sys.argv[3].split(","))
if sys.argv[1] == "triton":
    triton(library, selected)
else:
    nvbench(library, selected, sys.argv[4:])
