#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""The README's program is examples/readme.cu, and the lines it gives for builds without CMake are those in the files. The
table of docs/backends.md knows every option, and says of each feature how it was tested. The tables of docs/findings.md have
every code that the headers give a finding, with its severities, and no other."""
import os
import re
import sys

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def read(name):
    with open(os.path.join(root, name), encoding="utf-8") as file:
        return file.read()


readme, failed = read("README.md"), 0
program = read("examples/readme.cu").split("\n", 2)[2]
if f"```cpp\n{program}```" not in readme:
    failed += 1
    print("FAILED: the first program of README.md is not examples/readme.cu without its two header lines")
for suffix in ("cpp", "cu"):
    line = next(l[3:].strip() for l in read(f"examples/single_file.{suffix}").splitlines() if "examples/single_file" in l)
    if " ".join(line.split()) not in [" ".join(l.split()) for l in readme.splitlines()]:
        failed += 1
        print(f"FAILED: README.md does not have the line that builds single_file.{suffix}: {line}")

table = read("docs/backends.md")
options = set(re.findall(r'add_(?:option|flag)\(\s*"(--[a-z-]{2,})', read("include/assay/report/command_line.hpp")))
options |= {f"--{name}" for name in re.findall(r'^    \{"([a-z-]+)", "', read("include/assay/report/report_files.hpp"), re.M)}
options -= {"--serve", "--worker"}  # how assay starts itself
missing = sorted(option for option in options if not re.search(rf"`{option}(?![a-z-])", table))
if missing or len(options) < 60:
    failed += 1
    print(f"FAILED: docs/backends.md does not say which backend has {missing} (of {len(options)} options)")
rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("|")][2:]
told = re.compile(r"(run|mapped|faked|compiled)\b|absent( [a-z0-9 ]+)?: ")
odd = [row for row in rows if len(row) != 4 or not all(told.match(cell) for cell in row[1:])]
if odd or len(rows) < 40:
    failed += 1
    print(f"FAILED: rows of docs/backends.md that do not say of host, CUDA and HIP how each was tested: {odd}")

# A literal and then the severity, in a finding or in a call that makes one; or case_labels' note(), which makes notes.
told, unread = {}, []
made = r'"([a-z][a-z-]+)",((?:[^",;]*\?)?\s*severity::\w+(?:\s*:\s*severity::\w+)?)'
for folder, _, names in os.walk(os.path.join(root, "include/assay")):
    for name in names:
        header = read(os.path.join(folder, name))
        for code, levels in re.findall(made, header):
            told.setdefault(code, set()).update(re.findall(r"severity::(\w+)", levels))
        for code in re.findall(r'\bnote\(\w+, "([a-z][a-z-]+)",', header):
            told.setdefault(code, set()).add("note")
        if name not in ("finding.hpp", "case_labels.hpp") and re.search("(?<![=!]= )severity::", re.sub(made, "", header)):
            unread.append(name)
rows = re.findall(r"^\| `([a-z-]+)` \| ([a-z, ]+) \| [^|]+ \| [^|]+ \|$", read("docs/findings.md"), re.M)
listed = {code: set(levels.split(", ")) for code, levels in rows}
odd = {"made in a way that this test does not read": unread,
       "not in the table": sorted(told.keys() - listed.keys()), "not in the headers": sorted(listed.keys() - told.keys()),
       "with other severities": sorted(code for code in told.keys() & listed.keys() if told[code] != listed[code]),
       "twice in the table": sorted(code for code in listed if [row[0] for row in rows].count(code) > 1)}
if any(odd.values()) or len(told) < 30:
    failed += 1
    print(f"FAILED: findings of docs/findings.md ({len(listed)}) and of the headers ({len(told)}): "
          + "; ".join(f"{what}: {', '.join(codes)}" for what, codes in odd.items() if codes))
print(f"{6 - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
