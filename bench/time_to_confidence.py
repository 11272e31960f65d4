#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Seconds until a kernel's time is known to ±0.5 % at 95 %, beside nvbench and do_bench with their defaults.

Ten kernels, 1 µs to 2 ms long, caches cold. Every tool runs in several processes, in turn; the spread is the range of a
tool's answers over its processes. The goals, and what the exit status says:
  - the whole list in at most a twentieth of nvbench's wall time, and no case slower than nvbench's
  - every case converges in every process
  - a spread of at most 0.3 % or 32 ns, whichever is larger, and no larger than nvbench's and do_bench's
nvbench's wall time is that of one process with its defaults, which take a batch measurement as well; the column "cold"
is its cold measurement alone. What the call through Python costs is taken off both.

Writes time_to_confidence.csv, and what each process said in time_to_confidence.json.
"""
import argparse
import csv
import json
import os
import statistics
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "timing"))
import common  # noqa: E402
from common import us  # noqa: E402

GROUP = "confidence"
FASTER, RELATIVE_SPREAD, LEAST_SPREAD = 20, 0.003, 32e-9
SLACK = 1e-9  # s: a difference of spreads below what the clock can tell is none


def spread(values):
    """Of one value there is none to tell."""
    return max(values) - min(values) if len(values) > 1 else None


def collect(tools, processes, nvbench_processes, left_out):
    """{tool: {kernel: [line of each process]}}"""
    seen = {}
    missing = set(left_out)

    def add(tool, lines):
        for line in lines or []:
            if "failure" in line:
                print(f"left out: {tool} of {line['kernel']}: {line['failure']}")
            elif "kernel" in line:
                seen.setdefault(line.get("tool", tool), {}).setdefault(line["kernel"], []).append(line)
            elif line.get("tool") not in {key for key, _ in described}:
                described.append((line.get("tool"), line))

    described = []
    for process in range(processes):
        add("assay", tools.measure(GROUP))
        for peer, most in (("triton", processes), ("nvbench", nvbench_processes)):
            if peer in missing or process >= most:
                continue
            # The batch measurement counts once, for its wall time; it says nothing of the cold one's spread.
            options = ["--no-batch"] if peer == "nvbench" and process > 0 else []
            lines = tools.peer(peer, GROUP, *options)
            if lines is None:
                missing.add(peer)
            add(peer, lines)
    for _, line in described:
        print(", ".join(f"{key} {value}" for key, value in line.items()))
    return seen


def assay_row(kernel, lines):
    times = [(line.get("net") or line["raw"])["median"] for line in lines]
    widths = [(l["raw"]["upper"] - l["raw"]["lower"]) / 2 / l["raw"]["median"] for l in lines if "upper" in l["raw"]]
    return {
        "kernel": kernel, "time": statistics.median(times), "spread": spread(times),
        "wall": statistics.median(line["wall"] for line in lines), "slowest": max(line["wall"] for line in lines),
        "half_width": max(widths) if widths else None,
        "converged": sum(line["status"] == "converged" for line in lines), "processes": len(lines),
        "allowed": max(RELATIVE_SPREAD * statistics.median(times), LEAST_SPREAD),
    }


def nvbench_walls(line):
    """(whole, cold measurement) without what Python costs."""
    python = line["callback"] * line["samples"]
    return line["wall"] - python, line["cold_wall"] - python


def make_rows(seen):
    rows = []
    for kernel, lines in seen["assay"].items():
        row = assay_row(kernel, lines)
        if nvbench := seen.get("nvbench", {}).get(kernel):
            row["nvbench_wall"], row["nvbench_cold_wall"] = nvbench_walls(nvbench[0])
            row["nvbench_samples"] = nvbench[0]["samples"]
        for tool in ("nvbench", "do_bench", "do_bench_cudagraph"):
            if of_tool := seen.get(tool, {}).get(kernel):
                times = [line["seconds"] for line in of_tool]
                row[tool], row[tool + "_spread"] = statistics.median(times), spread(times)
                row[tool + "_processes"] = len(times)
                if tool != "nvbench":
                    row[tool + "_wall"] = statistics.median(line["wall"] for line in of_tool)
        row["faults"] = faults(row)
        rows.append(row)
    return rows


def faults(row):
    found = []
    if row["converged"] < row["processes"]:
        found.append("not converged")
    if row["slowest"] > row.get("nvbench_wall", float("inf")):
        found.append("slower than nvbench")
    if row["spread"] is None:
        return found
    if row["spread"] > row["allowed"] + SLACK:
        found.append("spread")
    for tool in ("nvbench", "do_bench"):
        # Fewer processes have a smaller range: nothing is said then.
        if row.get(tool + "_processes") == row["processes"] and row["spread"] > row[tool + "_spread"] + SLACK:
            found.append(f"spread over {tool}'s")
    return found


def print_rows(rows):
    def seconds(value):
        return "" if value is None else f"{value:.3f}"

    def with_percent(value, time):
        return "" if value is None else f"{value * 1e9:.0f} ({100 * value / time:.2f} %)"

    print("wall seconds for one case, median over the processes (nvbench: one); spread in ns")
    header = ["case", "time µs", "±% worst", "converged", "assay s", "slowest", "nvbench s", "cold", "do_bench s",
              "spread", "allowed", "nvbench's", "do_bench's", "faults"]
    table = []
    for r in rows:
        get = r.get
        table.append([
            r["kernel"], us(r["time"]), "" if r["half_width"] is None else f"{100 * r['half_width']:.2f}",
            f"{r['converged']}/{r['processes']}", seconds(r["wall"]), seconds(r["slowest"]),
            seconds(get("nvbench_wall")), seconds(get("nvbench_cold_wall")), seconds(get("do_bench_wall")),
            with_percent(r["spread"], r["time"]), f"{r['allowed'] * 1e9:.0f}",
            *(with_percent(get(t + "_spread"), get(t)) for t in ("nvbench", "do_bench")),
            ", ".join(r["faults"])])
    common.print_table(header, table)


def print_summary(rows):
    """Returns whether the goal for the whole list is met, as far as nvbench is here to say."""
    total = sum(r["wall"] for r in rows)
    print(f"\nassay: {total:.2f} s for the list of {len(rows)}")
    met = True
    if all("nvbench_wall" in r for r in rows):
        whole, cold = (sum(r[key] for r in rows) for key in ("nvbench_wall", "nvbench_cold_wall"))
        met = total * FASTER <= whole
        print(f"nvbench: {whole:.2f} s with its defaults, {cold:.2f} s of them for its cold measurements: "
              f"{whole / total:.1f} and {cold / total:.1f} times as long ({'at least' if met else 'NOT'} {FASTER})")
    for tool in ("do_bench", "do_bench_cudagraph"):
        if all(tool + "_wall" in r for r in rows):
            print(f"{tool}: {sum(r[tool + '_wall'] for r in rows):.2f} s")
    print(f"cases without a fault: {sum(not r['faults'] for r in rows)} of {len(rows)}")
    return met


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=common.default_build(), help="the folder of timing_runner")
    parser.add_argument("--out", default=common.default_out(), help="the folder for the CSV file")
    parser.add_argument("--processes", type=int, default=10)
    parser.add_argument("--nvbench-processes", type=int, help="fewer, since nvbench takes 40 s each (default: as many)")
    parser.add_argument("--without", action="append", default=[], choices=list(common.PEERS), help="leave a tool out")
    arguments = parser.parse_args()
    tools = common.Tools(arguments.build)
    if reason := tools.why_not():
        print(f"skipped: {reason}")
        return 0

    nvbench_processes = arguments.nvbench_processes
    if nvbench_processes is None:
        nvbench_processes = arguments.processes
    seen = collect(tools, arguments.processes, nvbench_processes, arguments.without)
    rows = make_rows(seen)
    print_rows(rows)
    met = print_summary(rows)
    os.makedirs(arguments.out, exist_ok=True)
    path = os.path.join(arguments.out, "time_to_confidence.csv")
    columns = list(dict.fromkeys(key for r in rows for key in r))
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for r in rows:
            writer.writerow(r | {"faults": "; ".join(r["faults"])})
    with open(path.replace(".csv", ".json"), "w", encoding="utf-8") as file:
        json.dump({tool: {kernel: [{k: v for k, v in line.items() if not isinstance(v, list)} for line in lines]
                          for kernel, lines in of_tool.items()} for tool, of_tool in seen.items()}, file, indent=1)
    print(f"\nwritten: {path} (seconds) and time_to_confidence.json beside it")
    return 0 if met and not any(r["faults"] for r in rows) else 1


sys.exit(main())
