#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Checks sanitizers.py with a stand-in for compute-sanitizer and one for the tests: what a tool finds, a test that fails, one
that is never run and one that hangs must each be told."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
sys.path.append(str(here.parents[0] / "support"))
from checks import check, finish

# Names that Catch2 takes apart unless they are escaped.
NAMES = ["a copy", "spans [0, 1), and more", 'a "quoted" one', "a race", "the last"]
PROGRAM = f"""#!{sys.executable}
import os, re, sys, time
names = {NAMES!r}
if "--list-test-names-only" in sys.argv:
    print("\\n".join(names)); sys.exit(len(names))
if "--list-tests" in sys.argv:
    sys.exit(1)
asked = [re.sub(r"\\\\(.)", r"\\1", name) for name in re.split(r"(?<!\\\\),", sys.argv[1])]
assert set(asked) <= set(names), asked
print("runs on", os.environ["CUDA_VISIBLE_DEVICES"])
what = os.environ.get("WHAT", "")
if what == "hangs" and "the last" in asked:
    time.sleep(60)
if what == "crashes" and "the last" in asked:
    os.abort()
if what == "fails" and "the last" in asked:
    print("the last\\n----\\nx.cu:1: FAILED:\\n  CHECK( 1 == 2 )")
    print(f"test cases: {{len(asked)}} | {{len(asked) - 1}} passed | 1 failed"); sys.exit(1)
if what == "skips":
    asked = asked[1:]
print(f"All tests passed ({{7 * len(asked)}} assertions in {{len(asked)}} test case{{'s' * (len(asked) != 1)}})")
"""
TOOL = f"""#!{sys.executable}
import os, subprocess, sys
tool, program = sys.argv[2], next(i for i, a in enumerate(sys.argv) if a.endswith("program"))
print("========= COMPUTE-SANITIZER", flush=True)
code = subprocess.run(sys.argv[program:]).returncode
hazard = "========= Error: Race reported between Read access at {{}}+0x9b0\\n=========     and Write access at {{}}+0x3eb0 [7 hazards]"
if os.environ.get("WHAT") == "cublas race" and tool == "racecheck" and "a race" in sys.argv[program + 1]:
    print(hazard.format("nvjet_sm90_tst", "nvjet_sm90_tst"), flush=True); sys.exit(9)
if os.environ.get("WHAT") == "race beside cublas" and tool == "racecheck":
    print(hazard.format("nvjet_sm90_tst", "mine(float *)"), flush=True); sys.exit(9)
if os.environ.get("WHAT") == "race" and tool == "racecheck" and "a race" in sys.argv[program + 1]:
    print("========= Error: Race reported between Write access and Read access", flush=True); sys.exit(9)
sys.exit(1 if code else 0)
"""

with tempfile.TemporaryDirectory() as folder:
    for name, text in (("program", PROGRAM), ("compute-sanitizer", TOOL)):
        path = pathlib.Path(folder, name)
        path.write_text(text)
        path.chmod(0o755)

    def run(what="", *arguments):
        done = subprocess.run([sys.executable, here / "sanitizers.py", f"{folder}/program", "--shards", "2", *arguments],
                              capture_output=True, text=True, timeout=60,
                              env=os.environ | {"PATH": f"{folder}:{os.environ['PATH']}", "WHAT": what,
                                                "CUDA_VISIBLE_DEVICES": "3,GPU-5"})
        return done.returncode, done.stdout + done.stderr

    def line(tool, out):
        """The tool's own line, which is the last: those of processes that failed come before it, in any order."""
        found = re.findall(rf"^{tool}: \d+ of .*", out, re.M)
        return found[-1] if found else ""

    code, out = run()
    check("all tools pass, each with every test", code == 0 and "5 test cases under racecheck, initcheck, memcheck, synccheck: 8 "
          "processes on 2 GPU(s)" in out, (code, out))
    for tool in ("racecheck", "initcheck", "memcheck", "synccheck"):
        check(f"{tool} tells how many", line(tool, out).startswith(f"{tool}: 5 of 5 test cases passed, nothing found ("), out)
    code, out = run("race")
    check("what a tool finds is told, of that tool alone", code == 1 and "Race reported between" in out and
          "found something" in line("racecheck", out) and "nothing found" in line("memcheck", out), (code, out))
    code, out = run("cublas race")
    check("a race within cuBLAS is told, and is not ours", code == 0 and "nothing found but 1 races within kernels of cuBLAS" in
          line("racecheck", out), (code, out))
    code, out = run("race beside cublas")
    check("a race with a kernel of cuBLAS is told", code == 1 and "found something" in line("racecheck", out), (code, out))
    code, out = run("race", "--tools", "memcheck")
    check("a tool that is not asked for is not run", code == 0 and not line("racecheck", out), (code, out))
    code, out = run("fails")
    check("a test that fails is told", code == 1 and "4 of 5 test cases passed, exit code 1" in line("memcheck", out) and
          "CHECK( 1 == 2 )" in out, (code, out))
    code, out = run("crashes")
    check("a test that crashes is told", code == 1 and "exit code 1" in line("memcheck", out), (code, out))
    code, out = run("skips")
    check("a test that is never run is told", code == 1 and "2 of 3 test cases passed" in line("synccheck", out), (code, out))
    code, out = run("hangs", "--timeout", "2")
    check("a test that hangs is ended and told", code == 1 and "not through after 2 s" in line("initcheck", out), (code, out))
    code, out = run("", "--tools", "memchek")
    check("an unknown tool is told", code == 2 and "memchek given, expected some of racecheck" in out, (code, out))
    code, out = run("", "--shards", "0")
    check("no processes are refused", code == 2 and "--shards: 0 given" in out, (code, out))

finish()
