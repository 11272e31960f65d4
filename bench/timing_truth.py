#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""How far assay's net times are from the device's own, as CUPTI has them, and how far those of other tools.

Every launcher is timed with cold and hot caches. A net time is right when it is within 1 % or 0.15 µs of CUPTI's
(launchers of several kernels: 1 % or 0.5 µs), whichever is larger, and covered when its interval holds CUPTI's; else it
is missed, and the exit status is 1. CUPTI runs in processes of its own, since it makes events longer, before and after
assay's: `±` beside its column is half of what those passes differ by. `longer` is what events saw of a launch while CUPTI
watched, less what they saw without it: beyond some 0.2 µs the launch itself was lengthened, as chains of kernels are, and
CUPTI's time with it. Where that is more than 0.5 µs and the net time is right once it is taken off CUPTI's, the row says
`lengthened`. Tools that are not installed are left out.

Writes timing_truth.csv (µs) and timing_samples.json, which timing/plot_timing.py draws.
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

GROUPS = "one,several"
DISTURBED = 0.5e-6  # s by which CUPTI lengthens a launch of its own accord, beyond what it adds to one kernel
RELATIVE, ABSOLUTE = 0.01, {"one": 0.15e-6, "several": 0.5e-6}
PLOTTED = ("spin 10k cycles", "copy 16 MiB")  # whose samples are kept
# Which figure of a tool belongs to which state of the caches.
PEER_COLUMNS = [("do_bench", "cold"), ("nvbench", "cold"), ("do_bench_cudagraph", "hot"), ("nvbench batch", "hot")]


def by_row(lines):
    return {(line["kernel"], line["cache"]): line for line in lines if "kernel" in line}


def peer_times(tools, left_out, nvbench_timeout):
    """{(kernel, tool): seconds} of what is installed."""
    times = {}
    for name, options in (("triton", []), ("nvbench", ["--timeout", str(nvbench_timeout)])):
        if name in left_out:
            continue
        for line in tools.peer(name, GROUPS, *options) or []:
            if "failure" in line:
                print(f"left out: {line['tool']} of {line['kernel']}: {line['failure']}")
            elif "kernel" not in line:
                print(", ".join(f"{key} {value}" for key, value in line.items()))
            else:
                times[line["kernel"], line["tool"]] = line["seconds"]
                if "batch_seconds" in line:
                    times[line["kernel"], "nvbench batch"] = line["batch_seconds"]
    return times


def judge(row, usual):
    """ok, covered, lengthened or MISSED. `usual` is what CUPTI adds to the events of one kernel."""
    if row["net"] is None:
        return "no net"
    if abs(row["net"] - row["cupti"]) <= row["tolerance"]:
        return "ok"
    if row["lower"] <= row["cupti"] <= row["upper"]:
        return "covered"
    lengthened = row["longer"] - usual
    if lengthened > DISTURBED and abs(row["net"] - (row["cupti"] - lengthened)) <= row["tolerance"]:
        return "lengthened"
    return "MISSED"


def make_rows(measured, passes, peers):
    rows = []
    for key, line in by_row(measured).items():
        truths = [p[key]["cupti"]["median"] for p in passes if "cupti" in p.get(key, {})]
        if not truths:
            print(f"left out: {key[0]}, {key[1]}: CUPTI has no time for it")
            continue
        net, cupti = line.get("net", {}), statistics.mean(truths)
        row = {
            "kernel": key[0], "cache": key[1], "group": line["group"], "operations": passes[0][key]["operations"],
            "cupti": cupti, "cupti_shift": (max(truths) - min(truths)) / 2,
            "net": net.get("median"), "lower": net.get("lower", net.get("median")),
            "upper": net.get("upper", net.get("median")), "overhead": line.get("overhead"),
            "timer_uncertainty": line.get("timer_uncertainty"), "raw": line["raw"]["median"], "status": line["status"],
            "tolerance": max(RELATIVE * cupti, ABSOLUTE[line["group"]]), "wall_seconds": line["wall"],
        }
        row["longer"] = statistics.mean(p[key]["raw"]["median"] for p in passes if key in p) - row["raw"]
        for tool, cache in PEER_COLUMNS:
            row[tool] = peers.get((key[0], tool)) if cache == key[1] else None
        rows.append(row)
    usual = statistics.median(r["longer"] for r in rows if r["group"] == "one")
    for row in rows:
        row["verdict"] = judge(row, usual)
    return rows


def print_rows(rows):
    header = ["µs", "caches", "ops", "CUPTI", "±", "longer", "net", "interval", "net − CUPTI", "allowed", "", "raw",
              "do_bench", "nvbench", "cudagraph", "nvb. batch"]
    table = []
    for r in rows:
        known = r["net"] is not None
        table.append([
            r["kernel"], r["cache"], r["operations"], us(r["cupti"]), us(r["cupti_shift"]),
            f"{r['longer'] * 1e6:+.2f}", us(r["net"]),
            f"{us(r['lower'])} … {us(r['upper'])}" if known else "",
            f"{(r['net'] - r['cupti']) * 1e6:+.2f}" if known else "", us(r["tolerance"]), r["verdict"], us(r["raw"]),
            us(r["do_bench"]), us(r["nvbench"]), us(r["do_bench_cudagraph"]), us(r["nvbench batch"])])
    common.print_table(header, table)


def print_summary(rows):
    print("\ndistance from CUPTI, median and largest over the rows that a tool has")
    table = []
    for tool in ("net", "raw", *(tool for tool, _ in PEER_COLUMNS)):
        seen = [r for r in rows if r[tool] is not None]
        if seen:
            absolute = [abs(r[tool] - r["cupti"]) for r in seen]
            relative = [100 * a / r["cupti"] for a, r in zip(absolute, seen)]
            table.append([tool, len(seen), us(statistics.median(absolute)), us(max(absolute)),
                          f"{statistics.median(relative):.1f}", f"{max(relative):.1f}",
                          sum(a <= r["tolerance"] for a, r in zip(absolute, seen))])
    common.print_table(["", "rows", "median µs", "largest µs", "median %", "largest %", "within allowed"], table)
    for group in ABSOLUTE:
        of_group = [r for r in rows if r["group"] == group]
        if not of_group:
            continue
        verdicts = [r["verdict"] for r in of_group]
        print(f"launchers of {'one kernel' if group == 'one' else 'several kernels'}: "
              + ", ".join(f"{verdicts.count(v)} {v}" for v in ("ok", "covered", "lengthened", "MISSED", "no net") if v in verdicts))
    

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=common.default_build(), help="the folder of timing_runner")
    parser.add_argument("--out", default=common.default_out(), help="the folder for the CSV and JSON files")
    parser.add_argument("--without", action="append", default=[], choices=list(common.PEERS), help="leave a tool out")
    parser.add_argument("--nvbench-timeout", type=float, default=1.0, metavar="S",
                        help="of each nvbench measurement; its mean does not need the 15 s of its default")
    parser.add_argument("--graph", action="store_true",
                        help="time captured graphs of the launchers of one kernel, without the other tools")
    arguments = parser.parse_args()
    tools = common.Tools(arguments.build)
    if reason := tools.why_not():
        print(f"skipped: {reason}")
        return 0

    # What lies between several kernels is another thing in a graph, and CUPTI sees them launched one by one.
    groups, mode = ("one", ["--graph"]) if arguments.graph else (GROUPS, [])
    cupti = tools.cupti_arguments()
    before = tools.measure(groups, "cold,hot", *cupti)
    measured = tools.measure(groups, "cold,hot", *mode)
    after = tools.measure(groups, "cold,hot", *cupti)
    print(", ".join(f"{key} {value}" for key, value in measured[0].items()))
    peers = {} if arguments.graph else peer_times(tools, arguments.without, arguments.nvbench_timeout)

    rows = make_rows(measured, [by_row(before), by_row(after)], peers)
    print_rows(rows)
    print_summary(rows)
    write(arguments.out, rows, by_row(measured), by_row(before))
    return 0 if rows and all(r["verdict"] in ("ok", "covered", "lengthened") for r in rows) else 1


def write(folder, rows, measured, truth):
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "timing_truth.csv")
    with open(path, "w", newline="", encoding="utf-8") as file:
        in_us = ["cupti", "cupti_shift", "longer", "net", "lower", "upper", "overhead",
                 "timer_uncertainty", "raw", "tolerance", *(t for t, _ in PEER_COLUMNS)]
        plain = ["kernel", "cache", "group", "operations", "status", "verdict", "wall_seconds"]
        writer = csv.writer(file)
        writer.writerow(plain + [name.replace(" ", "_") + "_us" for name in in_us])
        for r in rows:
            writer.writerow([r[n] for n in plain] + ["" if r[n] is None else f"{r[n] * 1e6:.4f}" for n in in_us])
    series = [{"kernel": kernel, "cache": cache, "raw": line["raw"], "net": line.get("net"),
               "overhead": line.get("overhead"), "samples": line["samples"], "sample_times": line["sample_times"],
               "cupti_samples": truth[kernel, cache]["samples"]}
              for (kernel, cache), line in measured.items() if kernel in PLOTTED]
    with open(os.path.join(folder, "timing_samples.json"), "w", encoding="utf-8") as file:
        json.dump(series, file)
    print(f"\nwritten: {path} and timing_samples.json beside it")


sys.exit(main())
