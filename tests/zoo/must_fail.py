#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""The zoo's driver must fail where an entry is not what it says: must_fail.py PROGRAM, that of mislabelled.cpp."""
import os
import pathlib
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from checks import check, finish

program = sys.argv[1]


def run(*arguments, **variables):
    """Exit code, and all output."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=300, env=os.environ | variables)
    return done.returncode, done.stdout + done.stderr


# What is complained of: of which settings, and in which words.
missed = r"correct, twice n=1000: .* [nµ]s \(.*\)(, limit .* [nµ]s)?, and was to be seen by: "
wrong_labels = {
    "twice, zeros called honest": ({"default", "thorough"}, "wrong, twice n=1000: y: "),
    "twice, right called wrong": ({"default", "thorough"}, missed + "verification"),
    "twice, zeros called invalid": ({"default", "thorough"}, "wrong, twice n=1000: y: "),
    "twice, right called wrong for thorough settings": ({"thorough"}, missed + "fuzzed values"),
    "twice, right with a finding that it does not get": ({"default", "thorough"}, missed + "timing"),
    "sums of rows, in fp64 with the label of another": ({"default", "thorough"},
                                                        "correct, sums of rows rows=32: without the label order-sensitive"),
}
right_labels = ["twice, right", "twice, zeros", "sums of rows, in fp32"]

code, out = run("--no-peers")
complaints = re.findall(r"^not as expected, (\w+): ([^:]*): (.*)$", out, re.MULTILINE)
check("wrong labels fail the zoo", code == 1 and out.endswith("the zoo is NOT as expected\n"), (code, out))
for name, (settings, words) in wrong_labels.items():
    found = [(how, text) for how, entry, text in complaints if entry == name]
    check(f"'{name}' is complained of", len(found) == len(settings) and {how for how, _ in found} == settings, out)
    check(f"'{name}' says what became of it", all(re.match(words, text) for _, text in found), found)
check("and nobody else is", {entry for _, entry, _ in complaints} == set(wrong_labels), complaints)

# Each by itself is enough.
for name in wrong_labels:
    code, out = run("--no-peers", "--only", f"^{name}$")
    check(f"'{name}' alone fails the zoo", code == 1 and "the zoo is NOT as expected" in out, (code, out))
code, out = run("--no-peers", "--only", f"^({'|'.join(right_labels)})$")
check("without them it passes", code == 0 and "the zoo is as expected" in out, (code, out))

code, out = run("--list", ZOO_UNLABELLED="1")
check("a candidate that says nothing of itself is an error", code == 2 and
      re.search(r"mislabelled\.cpp:\d+: a candidate of the zoo that does not say what must become of it", out), (code, out))
code, out = run("--only", "no such entry")
check("and so is a choice of nothing", code == 2 and "no entry matches" in out, (code, out))
finish()
