# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""How tests in Python check: each check is counted, those that fail are told, and finish() ends with what came of all."""
import sys

passed = failed = 0
LONGEST = 4000  # characters of a detail at either end


def check(what, condition, detail=""):
    """Counts, and tells what failed. Returns whether it held."""
    global passed, failed
    passed, failed = passed + bool(condition), failed + (not condition)
    if not condition:
        text = str(detail)
        if len(text) > 2 * LONGEST:
            text = f"{text[:LONGEST]}\n[...]\n{text[-LONGEST:]}"
        print(f"FAILED: {what}\n{text}", flush=True)
    return bool(condition)


def finish(must_fail=False):
    """Prints the counts and ends the program: 0 when no check failed or, of a test that must, when one did."""
    print(f"{passed} passed, {failed} failed")
    sys.exit(0 if bool(failed) == must_fail else 1)
