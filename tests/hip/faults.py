#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""What becomes of a HIP program when calls of the runtime fail: faults.py PROGRAM FAKE_HIP FAKE_HIP_CPP

Runs PROGRAM with support/fake_hip.cpp in front of the runtime. Whatever fails, the program must end by itself with an exit
code of assay's, say which call failed, and never call a candidate correct: no kernel runs on the fake device."""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from checks import check, finish

program, fake, source = sys.argv[1:]
timed = ("--time-only", "--time-budget", "20ms", "--problem", "softmax", "--axis", "columns=1024", "--axis", "T=fp32")
verified = ("--verify-only", "--fence", *timed[3:])
exit_codes = {"pass": 0, "gate": 1, "usage": 2, "verification": 3, "inconclusive": 4, "nothing": 6}

# Clean-up, which must not throw, and what a device need not tell: the run goes on, and nobody is told.
silent = {"hipFree", "hipHostFree", "hipEventDestroy", "hipStreamDestroy", "hipGraphDestroy", "hipGraphExecDestroy",
          "hipMemUnmap", "hipMemAddressFree", "hipMemRelease", "hipDeviceGetAttribute", "hipDeviceGetPCIBusId"}
# The first is the timer's; later ones are of experiments, which then are not tried.
captures = {"hipStreamBeginCapture", "hipStreamEndCapture", "hipGraphInstantiate"}
# Where fences do not work, that is said in assay's words.
fences = {"hipMemGetAllocationGranularity", "hipMemCreate", "hipMemAddressReserve", "hipMemMap", "hipMemSetAccess"}


def run(arguments, **asked):
    """Exit code, output with the findings of the records, and whether the failure that was asked for came about."""
    with tempfile.TemporaryDirectory() as folder:
        told, document = os.path.join(folder, "told"), os.path.join(folder, "records.json")
        # Ceilings that another run has kept would leave out what is to fail here.
        settings = dict(os.environ, LD_PRELOAD=fake, ASSAY_FAKE_HIP_TOLD=told, XDG_CACHE_HOME=folder)
        settings.update({f"ASSAY_FAKE_HIP_{name.upper()}": value for name, value in asked.items()})
        try:
            done = subprocess.run([program, "--color", "never", "--json", document, *arguments], env=settings,
                                  capture_output=True, text=True, errors="replace", timeout=300)
        except subprocess.TimeoutExpired:
            check(f"{asked}: the program ends", False)
            return None, "", False
        output = done.stdout + done.stderr
        if os.path.exists(document) and os.path.getsize(document) > 0:
            with open(document) as file:
                for record in json.load(file)["records"]:
                    findings = record.get("findings", []) + record.get("time", {}).get("findings", [])
                    output += "".join(f"\n{f['code']}: {f['message']}" for f in findings)
        return done.returncode, output, os.path.exists(told)


def judge(what, code, output):
    check(f"{what}: ends with an exit code of assay's", code in exit_codes.values(), f"{code}\n{output}")
    check(f"{what}: nothing is called correct", not re.search(r"\bcorrect\b(?! \()", output.split("cases run")[0]), output)


code, output, _ = run(timed)
judge("no failure", code, output)
check("the program takes the fake device for one", "fake AMD GPU (gfx90a, 104 multiprocessors, 1700 MHz" in output, output)
check("times of a device that does nothing are impossible", "faster than light" in output and code == 3, output)
code, output, _ = run(verified)
judge("no failure", code, output)
check("a comparison that never ran is no pass", "nothing was checked" in output and code == 3, output)

code, output, _ = run(timed, devices="0")
check("no device is said, with its exit code", code == 6 and "assay: no HIP device: hipGetDeviceCount: " in output, output)

with open(source) as file:
    calls = re.findall(r"^hipError_t (hip\w+)\([^{]*\{\n  ASSAY_FAKE_CALL", file.read(), re.MULTILINE)
check("the calls are known", "hipMalloc" in calls and len(calls) > 30, calls)
reached = set()


def fail(call, arguments):
    """Makes a call fail at its first and seventh time."""
    for nth in (1, 7):
        what = f"{call} fails at call {nth}, {' '.join(arguments[:2])}"
        code, output, came = run(arguments, fail=f"{call}:{nth}")
        if not came:
            break
        reached.add(call)
        judge(what, code, output)
        # A launch that failed is found by hipGetLastError, which knows the status alone.
        # Giving back a fence waits for the device first, and is clean-up.
        told = call in output or call in silent or (call in fences and code == 3) or (
            call == "hipLaunchKernel" and "hipErrorInvalidValue" in output) or (
            call == "hipDeviceSynchronize" and "--verify-only" in arguments) or (
            call in captures and nth > 1) or (
            call == "hipMemGetInfo" and nth == 1)  # it matters to processes whose memory somebody keeps, and to no record
        check(f"{what}: it is told", told, output)


def fail_and_lose(call):
    # What ceilings wait for is errors to be forgotten: these compute nothing on a fake device.
    run_timed = ("--no-ceilings-cache", *timed) if call == "hipDeviceSynchronize" else timed
    for arguments in (run_timed, verified):
        fail(call, arguments)
    if call not in reached:  # a worker process leaves the last clean-up to the system
        fail(call, ("--no-isolate", *timed))
    code, output, came = run(timed, lost=f"{call}:20")
    if came:
        judge(f"the device is lost in {call}", code, output)
        check(f"the device is lost in {call}: it is told",
              "hipErrorIllegalAddress" in output and code in (exit_codes["verification"], exit_codes["nothing"]),
              f"{code}\n{output}")


# A gate that no kernel of this device ever sees is waited for, so that most of a run is waiting.
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    list(pool.map(fail_and_lose, calls))
# Of padded rows, which this program does not have, and of --explain.
untried = set(calls) - reached - {"hipMemcpy2DAsync", "hipGraphGetNodes"}
check("every call came to fail", not untried, sorted(untried))
finish()
