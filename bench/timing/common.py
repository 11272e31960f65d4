# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""What timing_truth.py and time_to_confidence.py share: the launchers' library, processes that time them, tables."""
import ctypes
import glob
import json
import os
import subprocess
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(FOLDER))
PEERS = {
    "triton": "triton's do_bench and do_bench_cudagraph (packages torch and triton)",
    "nvbench": "nvbench (package cuda-bench[cu13] or cuda-bench[cu12])",
}


class Failed(Exception):
    """A process that was to time something ended with an error; the last of what it said."""


class Launchers:
    """The library of kernels.cu, in this process."""

    def __init__(self, path):
        library = ctypes.CDLL(path)
        for call in (library.kernel_launch, library.kernel_nothing):
            call.argtypes = [ctypes.c_int, ctypes.c_void_p]
        library.kernel_name.restype = library.kernel_group.restype = ctypes.c_char_p
        self.launch, self.nothing, self._library = library.kernel_launch, library.kernel_nothing, library

    def of_groups(self, groups):
        """(index, name) of the launchers in these groups."""
        count = self._library.kernel_count()
        return [(i, self._library.kernel_name(i).decode()) for i in range(count)
                if self._library.kernel_group(i).decode() in groups]

    def set_up(self, index):
        if status := self._library.kernel_setup(index):
            raise RuntimeError(f"setup of launcher {index}: status {status}")


class Tools:
    """Where the build left its programs, and the processes that run them."""

    def __init__(self, build):
        self.runner = os.path.join(build, "timing_runner")
        self.library = os.path.join(build, "libtiming_kernels.so")
        self.log = None

    def why_not(self):
        """Why nothing can be timed here; empty where it can."""
        if not all(map(os.path.exists, (self.runner, self.library))):
            return f"{self.runner} was not built: it needs nvcc (./dev bench builds it)"
        if not os.path.exists("/dev/nvidia0") and not os.path.exists("/dev/nvidiactl"):
            return "no NVIDIA GPU here"
        return ""

    def measure(self, groups, caches="cold", *more):
        return run_for_json([self.runner, self.library, groups, caches, *more])

    def cupti_arguments(self):
        """How the runner finds CUPTI here: by itself, or in a Python package of NVIDIA's."""
        packages = [path for folder in sys.path for path in glob.glob(f"{folder}/nvidia/*/lib/libcupti.so.*")]
        for arguments in [["--cupti"], *(["--cupti", path] for path in sorted(packages))]:
            try:
                self.measure("one", "hot", *arguments, "--only", "empty <<<1, 32>>>")
                return arguments
            except Failed as failure:
                reason = failure
        raise reason

    def peer(self, name, groups, *more):
        """The lines of a peer's process. None, and a note, where it is not installed."""
        try:
            return run_for_json([sys.executable, os.path.join(FOLDER, "peers.py"), name, self.library, groups, *more])
        except Failed as failure:
            if "ModuleNotFoundError" not in str(failure) and "ImportError" not in str(failure):
                raise
            print(f"left out: {PEERS[name]}: {str(failure).splitlines()[-1]}")
            return None


def run_for_json(command):
    """Runs a command and returns the objects of its output's lines; the rest of the output is dropped."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"{' '.join(command[:3])} …: exit status {done.returncode}\n{(done.stderr or done.stdout)[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def print_table(header, rows):
    """Columns as wide as they need to be; the first is text, the others figures."""
    texts = [header] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in texts) for column in range(len(header))]
    for number, row in enumerate(texts):
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join(cells).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def us(seconds, digits=None):
    """Seconds as text in µs, to the 10 ns below 100 µs."""
    if seconds is None:
        return ""
    return f"{seconds * 1e6:.{(2 if abs(seconds) < 1e-4 else 1) if digits is None else digits}f}"


def default_build():
    return os.path.join(ROOT, "build", "bench", "bench", "timing")


def default_out():
    return os.path.join(ROOT, "build", "bench")
