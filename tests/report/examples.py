#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""examples.py WRITER [--update]: the examples in docs/reports.md are what assay writes.

Below a comment `<!-- FORMAT -->` comes a block of code; it has to be, whole, what WRITER (formats/writer.cpp, compiled) writes of
its `example`. With --update the blocks are replaced by that."""
import pathlib
import re
import subprocess
import sys
import tempfile

path = pathlib.Path(__file__).resolve().parents[2] / "docs/reports.md"
text, failed, found = path.read_text(), 0, 0
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.argv[1], "example", folder], check=True, timeout=60)

    def written(match):
        global failed, found
        found += 1
        new = (pathlib.Path(folder) / match[1]).read_text()
        if match[4] != new:
            failed += 1
            print(f"{'updated' if '--update' in sys.argv else 'FAILED: not what is written'}: {match[1]}")
        return f"<!-- {match[1]} -->\n{match[2]}{match[3]}\n{new}{match[2]}\n"

    changed = re.sub(r"<!-- ([a-z-]+) -->\n(`{3,})(\w*)\n(.*?)^\2\n", written, text, flags=re.DOTALL | re.MULTILINE)
if "--update" in sys.argv:
    path.write_text(changed)
    sys.exit(0)
print(f"{found - failed} passed, {failed} failed")
sys.exit(1 if failed or not found else 0)
