#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the shell steps of the recipes in examples/ci, as GitHub and GitLab would, on examples/ci/project: with the same
kernels as the base, with a wrong one, with a slower one, and with one that misses its gate. Needs git, cmake and PyYAML.

recipes.py EXAMPLES_CI ASSAY_BUILD [CMAKE_ARGUMENT...]: the folder, a configured build to install, and what cmake needs here."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from checks import check, finish

try:
    import yaml
except ImportError:
    print("left out: PyYAML is not here")
    sys.exit(77)
if not shutil.which("git"):
    print("left out: git is not here")
    sys.exit(77)

recipes, build, arguments = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3:]

temporary = tempfile.TemporaryDirectory()
folder = pathlib.Path(temporary.name)
cmake = shutil.which("cmake")
prefix = folder / "prefix"
subprocess.run([cmake, "--install", build, "--prefix", prefix], check=True, capture_output=True)


def program(name, text):
    """A program that the recipes find before others of its name."""
    path = folder / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return path


launcher = f"{pathlib.Path(__file__).resolve().parents[1] / 'support/compile_once.sh'};{build}/tests/main_object"
# What cmake is to know without the recipes' saying so.
initial = folder / "initial.cmake"
initial.write_text("".join(f'set({name} "{value}" CACHE STRING "")\n' for name, value in [
    ("CMAKE_PREFIX_PATH", prefix), ("CMAKE_CXX_COMPILER_LAUNCHER", launcher), ("CMAKE_CXX_FLAGS_RELEASE", "-O0")]))
words = " ".join(f"'{a}'" for a in arguments)
program("cmake", f'case $1 in -S) exec {cmake} -C "{initial}" {words} "$@" ;; *) exec {cmake} "$@" ;; esac\n')
environment = {key: value for key, value in os.environ.items() if not key.startswith(("CI_", "GITHUB_", "CTEST_"))}
environment |= {"PATH": f"{folder}/bin:{os.environ['PATH']}", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b",
                "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b", "GIT_CONFIG_GLOBAL": os.devnull}


def git(*words, cwd):
    return subprocess.run(["git", *words], cwd=cwd, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def checkout(name):
    """A clone of a repository that holds examples/ci/project, and its first commit."""
    work = folder / name / "work"
    shutil.copytree(recipes / "project", work)
    (work / ".gitignore").write_text("build/\nrun.*\n")
    git("init", "--quiet", cwd=work)
    git("add", "--all", cwd=work)
    git("commit", "--quiet", "--message", "the base", cwd=work)
    return work, git("rev-parse", "HEAD", cwd=work)


def shell(script, cwd, **more):
    """Exit code and output, run as a step is: bash, and the first command that fails ends it."""
    done = subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=cwd, env=environment | more, capture_output=True,
                          text=True, timeout=1200)
    return done.returncode, done.stdout + done.stderr


def next_job(work):
    """Both services clear the folder for a job, of ignored files too; the build stays here, for time."""
    for left in work.glob("run.*"):
        left.unlink()


def change(work, old, new):
    next_job(work)
    source = work / "kernels.cpp"
    text = source.read_text()
    assert text.count(old) == 1, old
    source.write_text(text.replace(old, new))


# 0: passed; 4: this machine is too noisy to tell; 1: it was noisier than it knew.
undisturbed = (0, 1, 4)
kernel = "out[i] += 2.0f * x[i]"
# Right, and at least three times as slow: volatile, or the optimiser would do it once.
slower = ("{ const float was = out[i]; for (volatile int again = 0; again < 3; again = again + 1) "
          "out[i] = was + 2.0f * x[i]; }")

# GitHub.
document = yaml.safe_load((recipes / "github.yml").read_text())
steps = document["jobs"]["kernels"]["steps"]
check("GitHub: every step is an action or a script", all(("uses" in s) != ("run" in s) for s in steps), steps)
check("GitHub: every script has a name", all("name" in s for s in steps if "run" in s), steps)
work, base = checkout("github")
summary = folder / "summary.md"


def step(name, turned=False):
    """Exit code and output; `turned` judges the base against the pull request."""
    script = next(s["run"] for s in steps if s.get("name") == name)
    script = script.replace("${{ github.event.pull_request.base.sha }}", base)
    check(f"GitHub: nothing is left to be put in for {name}", "${{" not in script, script)
    if turned:
        script = script.replace("../base/", f"../{work.name}/")
    summary.unlink(missing_ok=True)  # each step has one of its own
    return shell(script, work.parent / "base" if turned else work, GITHUB_STEP_SUMMARY=str(summary), GITHUB_ACTIONS="true",
                 GITHUB_WORKSPACE=os.path.realpath(work))


def summary_has(*words):
    return summary.exists() and all(word in summary.read_text() for word in words)


def leave_a_base(work, base):
    """What a job leaves that was killed before it could remove the base."""
    git("worktree", "add", "../base", base, cwd=work)
    (work.parent / "base" / "left.txt").write_text("left\n")


for name in ("Build", "Right, and within its gates", "Build the base"):
    if name == "Build the base":
        leave_a_base(work, base)
    code, out = step(name)
    check(f"GitHub: {name}", code == 0, out)
    if name == "Right, and within its gates":
        check("GitHub: its summary is written", summary_has("saxpy", "gate"), summary)
code, out = step("No slower than the base")
check("GitHub: the same kernels are compared", code in undisturbed, out)
check("GitHub: the summary of that is written", summary_has("saxpy"), summary)
for written in ("run.jsonl", "run.json", "run.xml", "run.html"):
    check(f"GitHub: {written} is written", (work / written).stat().st_size > 0 if (work / written).exists() else False)

change(work, kernel, "if (i + 1 < n) " + kernel)
code, out = step("Build")
check("GitHub: a wrong kernel builds", code == 0, out)
code, out = step("Right, and within its gates")
check("GitHub: and is not let through", code == 3 and "wrong" in out, (code, out))
check("GitHub: its annotation says why", "::error" in out and "saxpy" in out, out)
code, out = step("No slower than the base")
check("GitHub: nor compared with the base", code == 3, (code, out))
git("checkout", "--quiet", "--", "kernels.cpp", cwd=work)

change(work, kernel, slower)
code, out = step("Build")
check("GitHub: a slower kernel builds", code == 0, out)
code, out = step("No slower than the base")
check("GitHub: and is not let through", code == 1 and re.search(r"saxpy n=65536, plain: slower 0\.", out), (code, out))
check("GitHub: the annotation at its line says so", re.search(
    r"^::error file=kernels\.cpp,line=\d+,title=saxpy n=65536%2C plain%3A slower than the other build::", out, re.M), out)
check("GitHub: and so does the summary", summary_has("other build: saxpy n=65536, plain: slower"),
      summary.read_text() if summary.exists() else summary)
code, out = step("No slower than the base", turned=True)
check("GitHub: the other way round it is faster, and let through", code == 0 and "plain: faster" in out, (code, out))
git("checkout", "--quiet", "--", "kernels.cpp", cwd=work)

next_job(work)
(work / "gates.txt").write_text("time<=1ns  # nothing is that fast\n")
code, out = step("Build")
code, out = step("Right, and within its gates")
check("GitHub: a gate that is not met is not let through", code == 1 and "not met" in out, (code, out))
code, out = step("Remove the base")
check("GitHub: the base is removed", code == 0 and not (work.parent / "base").exists(), out)

# GitLab.
document = yaml.safe_load((recipes / "gitlab.yml").read_text())
job = document["kernels"]
work, base = checkout("gitlab")
script = "\n".join(job["script"])
leave_a_base(work, base)
code, out = shell(script, work, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
check("GitLab: the script runs, and compares with the base", code in undisturbed and (work.parent / "base" / "build").exists(),
      (code, out))
reports = sorted(path.name for path in work.glob(job["artifacts"]["reports"]["junit"]))
check("GitLab: the reports that it names are written", reports == ["run.base.xml", "run.xml"], (reports, out))
check("GitLab: the comparison is in one of them", any('name="other build"' in (work / path).read_text() for path in reports), out)
check("GitLab: all of them can be looked at", all(any((work / path).match(kept) for kept in job["artifacts"]["paths"])
                                                  for path in reports), job["artifacts"])
code, out = shell("\n".join(job["after_script"]), work)
check("GitLab: the base is removed", code == 0 and not (work.parent / "base").exists(), out)
change(work, kernel, "if (i + 1 < n) " + kernel)
code, out = shell(script, work)
check("GitLab: outside of a merge request a wrong kernel is not let through either", code == 3, (code, out))
git("checkout", "--quiet", "--", "kernels.cpp", cwd=work)

# CTest, with two GPUs as --ctest-resource-spec names them.
ids = ["gpu_5f3a1b2c_0d4e_4f60_8a7b_9c0d1e2f3a4b", "gpu_00000000_0000_0000_0000_000000000001"]
(folder / "gpus.json").write_text(json.dumps(
    {"version": {"major": 1, "minor": 0}, "local": [{"gpus": [{"id": name, "slots": 1} for name in ids]}]}))
tests = folder / "ctest"
tests.mkdir()
(tests / "CTestTestfile.cmake").write_text("".join(
    f'add_test(t{i} "sh" "-c" "echo $CTEST_RESOURCE_GROUP_0_GPUS; sleep 0.3")\n'
    f'set_tests_properties(t{i} PROPERTIES RESOURCE_GROUPS "1,gpus:1")\n' for i in range(4)))
code, out = shell(f"ctest --test-dir {tests} --resource-spec-file {folder}/gpus.json --parallel 4 --verbose", folder)
check("CTest: takes them, and gives each test one", code == 0 and set(re.findall(r"id:(\w+),slots:1", out)) ==
      set(ids), out)

temporary.cleanup()
finish()
