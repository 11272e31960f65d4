#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Draws what timing_truth.py wrote: plot_timing.py [FOLDER_OF_ITS_FILES [FOLDER_FOR_THE_PLOTS]]

timing_bias.svg: how far each tool is from CUPTI, by the kernel's duration. timing_series.svg: the samples of two
measurements in the order they were taken. Needs matplotlib. Folders default to build/bench and docs.
"""
import csv
import json
import os
import statistics
import sys

import common

try:
    import matplotlib
except ModuleNotFoundError:
    sys.exit("plot_timing.py needs the Python package matplotlib")
matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

# Okabe and Ito's colours, which the colour-blind can tell apart, and shapes for those who print in black.
TOOLS = [
    ("net_us", "assay, net", "#0072B2", "o"),
    ("raw_us", "gated events (assay, raw)", "#56B4E9", "s"),
    ("do_bench_us", "triton do_bench", "#D55E00", "^"),
    ("nvbench_us", "nvbench, cold", "#009E73", "D"),
    ("do_bench_cudagraph_us", "triton do_bench_cudagraph", "#E69F00", "v"),
    ("nvbench_batch_us", "nvbench, batch", "#CC79A7", "P"),
]
plt.rcParams.update({
    "font.size": 10, "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": "#E0E0E0",
    "axes.axisbelow": True, "savefig.facecolor": "white", "svg.hashsalt": "assay",  # the same file from the same data
})


def save(figure, folder, name):
    path = os.path.join(folder, name)
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    print(f"written: {path}")


def plot_bias(rows, folder):
    figure, (absolute, relative) = plt.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
    for column, label, colour, marker in TOOLS:
        for group, filled in (("one", True), ("several", False)):
            points = [(float(r["cupti_us"]), float(r[column])) for r in rows if r[column] and r["group"] == group]
            if not points:
                continue
            style = {"marker": marker, "color": colour, "linestyle": "none", "markersize": 5,
                     "fillstyle": "full" if filled else "none", "label": label if filled else None}
            durations = [cupti for cupti, _ in points]
            absolute.plot(durations, [time - cupti for cupti, time in points], **style)
            relative.plot(durations, [100 * abs(time - cupti) / cupti for cupti, time in points], **style)

    durations = sorted(float(r["cupti_us"]) for r in rows)
    ends = [durations[0] / 1.3, *(d for d in durations if durations[0] < d < durations[-1]), durations[-1] * 1.3]
    allowed = [max(0.15, 0.01 * d) for d in ends]
    absolute.fill_between(ends, [-a for a in allowed], allowed, color="#0072B2", alpha=0.12, linewidth=0)
    relative.fill_between(ends, [100 * a / d for a, d in zip(allowed, ends)], [1e-4] * len(ends), color="#0072B2",
                          alpha=0.12, linewidth=0, label="within 1 % or 0.15 µs")
    smallest = min(100 * abs(float(r[c]) - float(r["cupti_us"])) / float(r["cupti_us"])
                   for r in rows for c, *_ in TOOLS if r[c] and float(r[c]) != float(r["cupti_us"]))
    relative.set_ylim(bottom=max(1e-4, smallest / 1.5))
    absolute.set_yscale("symlog", linthresh=0.2, linscale=0.8)
    absolute.axhline(0, color="black", linewidth=0.8)
    relative.set_yscale("log")
    for axes, title in ((absolute, "time − CUPTI, µs"), (relative, "|time − CUPTI| / CUPTI, %")):
        axes.set_xscale("log")
        axes.set_xlabel("device time by CUPTI, µs")
        axes.set_title(title, loc="left", fontsize=10)
    figure.legend(*relative.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
    figure.suptitle("How far each tool's time is from the device's own (hollow: launchers of several kernels)",
                    fontsize=11)
    save(figure, folder, "timing_bias.svg")


def plot_series(series, folder):
    series = [s for s in series if s["cache"] == "cold" and s["overhead"] is not None]
    if not series:
        print("no samples with a net time: timing_series.svg is not drawn")
        return
    figure, grid = plt.subplots(len(series), 2, figsize=(11, 3 * len(series)), layout="constrained", squeeze=False,
                                sharey="row", gridspec_kw={"width_ratios": [5, 1]})
    for (samples, distribution), s in zip(grid, series):
        net = [1e6 * (t - s["overhead"]) for t in s["samples"]]
        cupti = [1e6 * t for t in s["cupti_samples"]]
        times = [1e3 * t for t in s["sample_times"]]
        samples.plot(times, net, linestyle="none", marker="o", markersize=3, color="#0072B2", alpha=0.5,
                     label="sample: events − calibrated overhead")
        if "lower" in s["net"]:
            samples.axhspan(1e6 * s["net"]["lower"], 1e6 * s["net"]["upper"], color="#0072B2", alpha=0.12, linewidth=0,
                            label="net, 95 % interval")
        samples.axhline(1e6 * s["net"]["median"], color="#0072B2", linewidth=1.2, label="net, median of round medians")
        samples.axhline(statistics.median(cupti), color="#D55E00", linewidth=1.2, linestyle="--",
                        label="CUPTI, another process, median")
        samples.set_title(f"{s['kernel']}, caches cold: µs", loc="left", fontsize=10)
        distribution.hist(net, bins=30, orientation="horizontal", histtype="step", color="#0072B2", density=True)
        distribution.hist(cupti, bins=30, orientation="horizontal", histtype="step", color="#D55E00", density=True)
        distribution.set_xticks([])
    grid[-1][0].set_xlabel("ms since the measurement began")
    figure.legend(*grid[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
    save(figure, folder, "timing_series.svg")


data = sys.argv[1] if len(sys.argv) > 1 else common.default_out()
plots = sys.argv[2] if len(sys.argv) > 2 else os.path.join(common.ROOT, "docs")
try:
    with open(os.path.join(data, "timing_truth.csv"), newline="", encoding="utf-8") as file:
        truth = list(csv.DictReader(file))
    with open(os.path.join(data, "timing_samples.json"), encoding="utf-8") as file:
        kept = json.load(file)
except FileNotFoundError as missing:
    sys.exit(f"{missing.filename} is not there: run ./dev bench timing_truth first")
os.makedirs(plots, exist_ok=True)
plot_bias(truth, plots)
plot_series(kept, plots)
