# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""What the scripts of this folder share: the programs of this folder, known by the file names that were given as
arguments, each of which ends in that of its source; how they are run; and the count of what was checked."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import checks
import json_schema
from checks import check


sources = [path.stem for path in pathlib.Path(__file__).parent.glob("*.cpp")]
programs = {}
for path in sys.argv[1:]:
    stem = pathlib.Path(path).stem
    known = [source for source in sources if stem.endswith(source)]
    if known:
        programs[max(known, key=len)] = os.path.abspath(path)
missing = [source for source in sources if source not in programs]
if missing:
    sys.exit(f"{sys.argv[0]}: no executable was given for {', '.join(sorted(missing))}")
problems = programs["problems"]
environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
temporary = tempfile.TemporaryDirectory()
folder = pathlib.Path(temporary.name)


def run(*arguments, program=problems, variables={}, **options):
    """Exit code, standard output and standard error, whole and as it was written."""
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, timeout=300,
                          env=environment | variables, **options)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def run_json(*arguments, **options):
    """The same, with the document that --json wrote."""
    path = folder / "document.json"
    path.unlink(missing_ok=True)
    code, out, err = run(*arguments, "--json", str(path), **options)
    return code, out, err, json.loads(path.read_text())


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def finish():
    temporary.cleanup()
    checks.finish()
