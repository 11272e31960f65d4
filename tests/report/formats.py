#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
"""formats.py WRITER READER [--must-fail]: gives every report of assay to a reader that was not written here.

WRITER is formats/writer.cpp, compiled: it writes all reports of made-up runs, usual and hostile ones. READER is one of the
functions below marked with @reader. With --must-fail good reports are broken in ways that the reader has to notice. Exits with
77 where the reader is not installed."""
import csv
import importlib
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "support"))
import json_schema as schema

SCENARIOS = ["typical", "hostile", "empty", "broken", "failures256", "large2000"]
readers = {}


class Refused(Exception):
    """What a check throws: the report is not as it should be."""


def reader(function):
    readers[function.__name__.replace("_", "-")] = function
    return function


def need(module):
    try:
        return importlib.import_module(module)
    except ImportError:
        print(f"skipped: the Python package {module} is not installed")
        sys.exit(77)


def check(condition, what):
    if not condition:
        raise Refused(what)


def strict_json(text):
    def no_constant(name):
        raise Refused(f"{name} is no JSON")
    try:
        return json.loads(text, parse_constant=no_constant)
    except json.JSONDecodeError as e:
        raise Refused(str(e)) from e


def records_of(folder):
    return strict_json((folder / "json").read_text())["records"]


def numeric(value):
    return isinstance(value, (int, float)) and math.isfinite(value)


def trackable(record):
    time = record.get("time", {})
    median = time.get("net", time.get("raw", {})).get("median")
    return record["verdict"]["outcome"] in ("correct", "unchecked") and record["role"] != "counterexample" and \
        numeric(median) and numeric(median * 1e9) and median > 0


# Each reader takes the folder of a scenario, and gives breakages: (file, how to change its text).


@reader
def google_benchmark(folder):
    """Google Benchmark's own compare.py, of the file with itself: a line for each row, all of them without a change."""
    script = next((p for p in [os.environ.get("ASSAY_COMPARE_PY", ""), "/usr/share/benchmark/compare.py"] if os.path.exists(p)), None)
    python = next((p for p in [sys.executable, "/usr/bin/python3"] if os.path.exists(p) and
                   subprocess.run([p, "-c", "import scipy"], capture_output=True).returncode == 0), None)
    if not script or not python:
        print("skipped: compare.py of Google Benchmark or SciPy is not installed (Debian: libbenchmark-tools, python3-scipy)")
        sys.exit(77)
    path = folder / "google-benchmark"
    document = strict_json(path.read_text())
    for key in ("date", "host_name", "executable", "caches", "load_avg", "library_build_type", "json_schema_version"):
        check(key in document["context"], f"the context has no {key}")
    rows = document["benchmarks"]
    expected = [r for r in records_of(folder) if trackable(r)]
    check(len(rows) == len(expected), f"{len(rows)} rows of {len(expected)} times")
    check(len({row["name"] for row in rows}) == len(rows), "a name twice")
    for row in rows:
        check(numeric(row.get("real_time")) and row["real_time"] > 0 and row.get("run_type") == "iteration", f"row {row['name']!r}")
    done = subprocess.run([python, script, "--no-color", "benchmarks", str(path), str(path)], capture_output=True, text=True)
    check(done.returncode == 0, done.stderr[-500:])
    changes = re.findall(r"^.*?\s([+-]\d+\.\d{4})\s+([+-]\d+\.\d{4})\s+\d+\s+\d+\s+\d+\s+\d+\s*$", done.stdout, re.MULTILINE)
    check(len(changes) == len(rows) + (len(rows) > 0), f"compare.py told of {len(changes)} rows of {len(rows)}, and their mean")
    check(all(float(a) == 0 and float(b) == 0 for a, b in changes), "a row differs from itself")


google_benchmark.breakages = [
    ("google-benchmark", lambda t: t[:-20]),
    ("google-benchmark", lambda t: t.replace('"time_unit": "ns"', '"time_unit": "fortnights"', 1)),
    ("google-benchmark", lambda t: t.replace('"real_time"', '"the_time"', 1)),
    ("google-benchmark", lambda t: re.sub(r'"cpu_time": [0-9.e+-]+', '"cpu_time": NaN', t, count=1)),
    ("google-benchmark", lambda t: t.replace('"caches"', '"hoards"', 1)),
    ("google-benchmark", lambda t: t.replace("/tiled", "/vendor", 1))]


@reader
def trackers(folder):
    """github-action-benchmark and Bencher, by the JSON schemas of what they take."""
    jsonschema = need("jsonschema")
    expected = sum(trackable(r) for r in records_of(folder))
    smaller = {"type": "array", "items": {
        "type": "object", "required": ["name", "unit", "value"], "additionalProperties": False,
        "properties": {"name": {"type": "string", "minLength": 1}, "unit": {"const": "ns"}, "value": {"type": "number", "exclusiveMinimum": 0},
                       "range": {"type": "string"}, "extra": {"type": "string"}}}}
    measure = {"type": "object", "required": ["value"], "additionalProperties": False, "properties": {
        name: {"type": "number"} for name in ("value", "lower_value", "upper_value")}}
    bencher = {"type": "object", "propertyNames": {"minLength": 1, "maxLength": 1024}, "additionalProperties": {
        "type": "object", "required": ["latency"], "additionalProperties": measure}}
    for name, schema in (("smaller-is-better", smaller), ("bmf", bencher)):
        document = strict_json((folder / name).read_text())
        try:
            jsonschema.validate(document, schema)
        except jsonschema.ValidationError as e:
            raise Refused(f"{name}: {e.message[:300]}") from e
        check(len(document) == expected, f"{name}: {len(document)} entries of {expected} times")


trackers.breakages = [
    ("bmf", lambda t: t.replace('"value"', '"worth"', 1)),
    ("bmf", lambda t: t.replace('"latency"', '"delay"', 1)),
    ("smaller-is-better", lambda t: t.replace('"ns"', '"us"', 1)),
    ("smaller-is-better", lambda t: re.sub(r'"value": [0-9.e+-]+', '"value": Infinity', t, count=1)),
    ("smaller-is-better", lambda t: t.replace("[", "[[],", 1))]


@reader
def junit(folder):
    """junitparser, and the XML parser of Python."""
    parser = need("junitparser")
    import xml.etree.ElementTree as tree
    path = folder / "junit"
    try:
        tree.parse(path)
        report = parser.JUnitXml.fromfile(str(path))
    except Exception as e:
        raise Refused(str(e)) from e
    document = strict_json((folder / "json").read_text())
    cases = [case for suite in report for case in suite]
    kinds = [case.result[0] if case.result else None for case in cases]
    red = [k for k in kinds if isinstance(k, (parser.Failure, parser.Error))]
    for suite in report:
        inner = [case.result[0] if case.result else None for case in suite]
        check(suite.tests == len(inner), "the count of tests")
        check(suite.failures == sum(isinstance(k, parser.Failure) for k in inner), "the count of failures")
        check(suite.errors == sum(isinstance(k, parser.Error) for k in inner), "the count of errors")
        check(suite.skipped == sum(isinstance(k, parser.Skipped) for k in inner), "the count of skipped tests")
    check(report.tests == len(cases), "the count of all tests")
    check(len(cases) >= len(document["records"]), f"{len(cases)} tests of {len(document['records'])} records")
    check(bool(red) == (document["exit_code"] != 0), "red tests, and the exit code")
    wrong = sum(r["verdict"]["outcome"] == "wrong" and r["role"] != "counterexample" for r in document["records"])
    check(sum(isinstance(k, parser.Failure) and k.type == "wrong" for k in kinds) == wrong, "a failure for each wrong candidate")
    for case in cases:
        check(math.isfinite(case.time or 0), "a time that is none")


junit.breakages = [
    ("junit", lambda t: t.replace("</testsuite>", "", 1)),
    ("junit", lambda t: t.replace("<testcase", "<testcase & ", 1)),
    ("junit", lambda t: t.replace("softmax", "soft\x01max", 1)),
    ("junit", lambda t: re.sub(r'failures="\d+"', 'failures="99"', t)),
    ("junit", lambda t: re.sub(r"<(failure|error)[^>]*>.*?</\1>", "", t, flags=re.DOTALL))]


@reader
def junit_schema(folder):
    """xmllint, with the schema that is written down in formats/junit.xsd."""
    xmllint = shutil.which("xmllint")
    if not xmllint:
        print("skipped: xmllint is not installed")
        sys.exit(77)
    schema = ROOT / "tests" / "report" / "formats" / "junit.xsd"
    done = subprocess.run([xmllint, "--noout", "--nonet", "--schema", schema, folder / "junit"], capture_output=True,
                          text=True, errors="replace")
    check(done.returncode == 0, done.stderr[-2000:])


junit_schema.breakages = [
    ("junit", lambda t: t.replace("</testsuites>", "", 1)),
    ("junit", lambda t: t.replace("<testcase classname=", "<testcase class=", 1)),
    ("junit", lambda t: re.sub(r' time="[^"]*"', ' time="1e-3"', t, count=1)),
    ("junit", lambda t: re.sub(r' time="[^"]*"', ' time="nan"', t)),
    ("junit", lambda t: re.sub(r' tests="\d+"', ' tests="-1"', t, count=1)),
    ("junit", lambda t: re.sub(r' timestamp="([^"]*)"', r' timestamp="\1Z"', t, count=1)),
    ("junit", lambda t: t.replace("</system-out>", "</system-out><verdict/>", 1)),
    ("junit", lambda t: re.sub(r"<system-out>.*?</system-out>", "<system-out/><failure message='' type='late'/>", t,
                               count=1, flags=re.DOTALL)),
    ("junit", lambda t: t.replace("<testcase ", "stray words<testcase ", 1))]


@reader
def json_schema(folder):
    """docs/schema/assay.json, by jsonschema, of documents of each kind and of each line of journals."""
    need("jsonschema")
    validator = schema.validator()
    texts = [*((folder / name).read_text() for name in ("json", "limits", "ceilings", "baseline")),
             *filter(None, (folder / "journal").read_text().split("\n"))]
    # What is wrong with one of two thousand alike is wrong with the first hundred.
    for text in texts[:100]:
        value = strict_json(text)
        for many in ("records", "cases", "entries"):
            if many in value:
                value[many] = value[many][:100]
        mistake = schema.mistake(value, validator)
        check(mistake is None, mistake)


json_schema.breakages = [
    ("json", lambda t: t.replace('"median"', '"medium"', 1)),
    ("json", lambda t: t.replace('"outcome": "correct"', '"outcome": "splendid"', 1)),
    ("json", lambda t: re.sub(r'"seconds": [0-9.e-]+', '"seconds": "soon"', t, count=1)),
    ("json", lambda t: t.replace('"schema": 1', '"schema": 2', 1)),
    ("json", lambda t: re.sub(r'"median": [0-9.e-]+', '"median": NaN', t, count=1)),
    ("limits", lambda t: t.replace('"type": "limits"', '"type": "borders"', 1)),
    ("limits", lambda t: t.replace('"layer": "hard"', '"layer": "tough"', 1)),
    ("limits", lambda t: t.replace('"dram_bytes_read"', '"bytes_read"', 1)),
    ("limits", lambda t: t.replace('"absent"', '"missing"', 1)),
    ("ceilings", lambda t: t.replace('"basis": "measured"', '"basis": "guessed"', 1)),
    ("ceilings", lambda t: t.replace('"rate"', '"speed"', 1)),
    ("ceilings", lambda t: t.replace('"seen"', '"saw"', 1)),
    ("baseline", lambda t: t.replace('"type": "baseline"', '"type": "bassline"', 1)),
    ("baseline", lambda t: t.replace('"cache": "cold"', '"cache": "cool"', 1)),
    ("baseline", lambda t: t.replace('"same_rounds"', '"some_rounds"', 1)),
    ("baseline", lambda t: t.replace('"rounds"', '"grounds"', 1)),
    ("journal", lambda t: t.replace('"replay"', '"repeat"', 1)),
    ("journal", lambda t: t.replace('"type":"record"', '"type":"disc"', 1)),
    ("journal", lambda t: t.replace('"fingerprint"', '"footprint"', 1)),
    ("journal", lambda t: t.replace('"index":1', '"index":0', 1))]


@reader
def python_csv(folder):
    """Python's csv module, strictly: as many cells in each row, as many rows as records, and the same values."""
    records = records_of(folder)
    try:
        text = (folder / "csv").read_bytes().decode()
        rows = list(csv.reader(text.splitlines(keepends=True), strict=True))
    except csv.Error as e:
        raise Refused(str(e)) from e
    head = rows[0]
    check(len(rows) == len(records) + 1, f"{len(rows) - 1} rows of {len(records)} records")
    for row, record in zip(rows[1:], records):
        check(len(row) == len(head), f"{len(row)} cells below {len(head)} titles")
        cells = dict(zip(head, row))
        same = {key: record[key] for key in ("backend", "device", "problem", "candidate", "role", "replay", "file")}
        check(all(cells[key] == value.replace("\r\n", "\n").replace("\r", "\n") or cells[key] == value for key, value in same.items()), cells)
        if "time" in record and "net" not in record["time"] and numeric(record["time"]["raw"]["median"]):
            check(math.isclose(float(cells["time_s"]), record["time"]["raw"]["median"], rel_tol=1e-8, abs_tol=1e-320), cells)
        for key, value in (("net_s", record.get("time", {}).get("net", {}).get("median")), ("cycles", record.get("time", {}).get("cycles"))):
            check(cells[key] == "" if value is None else not numeric(value) or math.isclose(float(cells[key]), value, rel_tol=1e-8), (key, cells))
        if "time" not in record:
            check(cells["time_s"] == "", cells)


python_csv.breakages = [
    ("csv", lambda t: t.replace('"saxpy"', '"sax"py"', 1)),
    ("csv", lambda t: t.replace('"saxpy"', '"sax","py"', 1)),
    ("csv", lambda t: t.replace("tiled", "riled", 1)),
    ("csv", lambda t: t[:t.rindex("\n", 0, -1)] + "\n")]


@reader
def markdown(folder):
    """markdown-it-py with GitHub's tables: a row for each record, as many cells in each, and no markup from names."""
    parser = need("markdown_it").MarkdownIt("commonmark", {"html": True}).enable("table")
    for name in ("markdown", "github-summary"):
        text = (folder / name).read_bytes().decode()
        check(len(text.encode()) <= 1024 * 1024 or name == "markdown", "larger than a step's summary may be")
        rows, cells, count, texts = [], 0, 0, []
        for token in parser.parse(text):
            if token.type == "tr_open":
                cells = 0
            elif token.type in ("td_open", "th_open"):
                cells += 1
            elif token.type == "inline" and cells == 2 and rows:
                texts.append("".join(child.content for child in token.children))
            elif token.type == "tr_close":
                rows.append(cells)
            check(token.type != "html_block", "a block of HTML")
            for child in token.children or []:
                count += child.type in ("html_inline", "link_open", "image")
        records = records_of(folder)
        check(len(rows) == len(records) + 1 if records else not rows, f"{name}: {len(rows)} rows of {len(records)} records")
        check(all(row == 10 for row in rows), f"{name}: cells")
        for record, text in zip(records, texts):
            if record["candidate"].isalnum():
                check(text.split(" (")[0] == record["candidate"], f"{name}: {text!r} is not {record['candidate']!r}")
        check(count == 0, f"{name}: links, images or HTML")
    lines = (folder / "github-annotations").read_bytes().decode().split("\n")[:-1]
    for line in lines:
        check(re.fullmatch(r"::(error|warning) ((file|line|title)=[^,:\r\n]*,?)+::[^\r\n]*", line), f"annotation {line!r}")
    check(len(lines) <= 20, "more annotations than are shown")


markdown.breakages = [
    ("markdown", lambda t: t.replace("saxpy n", "sax|py n")),
    ("markdown", lambda t: t.replace("tiled", "<b>tiled</b>", 1)),
    ("markdown", lambda t: t.replace("tiled", "[tiled](there)", 1)),
    ("github-summary", lambda t: t[:t.rstrip().rindex("\n")]),
    ("github-annotations", lambda t: t.replace("title=", "title=a:b,", 1)),
    ("github-annotations", lambda t: t.replace("::error ", "::horror ", 1))]


@reader
def kernelbot(folder):
    """KernelBot's way to read: key and value to either side of the first colon, and its own arithmetic on them."""
    values = {}
    for line in (folder / "kernelbot").read_bytes().decode().split("\n")[:-1]:
        key, colon, value = line.partition(":")
        check(colon and re.fullmatch(r"check|(test|benchmark)(-count|\.\d+\.[a-z]+)", key), f"line {line[:80]!r}")
        check(key not in values, f"{key} twice")
        values[key] = value.strip()
    candidates = [r for r in records_of(folder) if r["role"] == "candidate"]
    verified = [r for r in candidates if r["verdict"]["outcome"] != "unchecked"]
    check(int(values["test-count"]) == len(verified), "the count of tests")
    passed = [values[f"test.{i}.status"] for i in range(len(verified))]
    check(passed == ["pass" if r["verdict"]["outcome"] == "correct" else "fail" for r in verified], "a status")
    all_passed = verified == candidates and set(passed) == {"pass"}
    check(values["check"] == ("pass" if all_passed else "fail"), "the check")
    for i in range(int(values["benchmark-count"])):
        spec, runs = values[f"benchmark.{i}.spec"], int(values[f"benchmark.{i}.runs"])
        check(spec.startswith("problem: ") and runs > 0, spec)
        if f"benchmark.{i}.mean" in values:
            best, mean, worst = (float(values[f"benchmark.{i}.{key}"]) for key in ("best", "mean", "worst"))
            check(best <= mean <= worst, f"{best} {mean} {worst}")
            if f"benchmark.{i}.err" in values:
                check(math.isclose(float(values[f"benchmark.{i}.err"]) * math.sqrt(runs), float(values[f"benchmark.{i}.std"]),
                                   rel_tol=1e-3, abs_tol=1e-3), "the error of the mean")


kernelbot.breakages = [
    ("kernelbot", lambda t: t.replace("test-count: ", "test-count: 1", 1)),
    ("kernelbot", lambda t: t.replace("status: fail", "status: pass", 1)),
    ("kernelbot", lambda t: t.replace("spec: ", "spec: two\nlines ", 1)),
    ("kernelbot", lambda t: re.sub(r"err: [0-9.]+", "err: 77", t, count=1)),
    ("kernelbot", lambda t: t.replace("check: fail", "check: pass"))]


@reader
def html(folder):
    """html5lib, which takes no mistake when strict; ids are there once, and what refers to one finds it."""
    html5lib = need("html5lib")
    text = (folder / "html").read_bytes().decode()
    try:
        html5lib.HTMLParser(strict=True).parse(text)
    except html5lib.html5parser.ParseError as e:
        raise Refused(str(e)) from e
    # What is in scripts and styles is no markup.
    markup = re.sub(r"(<(script|style)>).*?(</\2>)", r"\1\3", text, flags=re.DOTALL)
    ids = re.findall(r'\bid="([^"]*)"', markup)
    check(len(ids) == len(set(ids)), "an id twice")
    for reference in re.findall(r'(?:href="#|aria-labelledby="|aria-controls=")([^"]*)"', markup):
        check(reference in ids or not records_of(folder), f"nothing has the id {reference}")
    check(len(re.findall(r'<tr id="r\d+"', markup)) == len(records_of(folder)), "a row for each record")
    check(not re.search(r'(src|href)="(?!#)', markup), "something from elsewhere")
    check(len(text) < 4_000_000, f"{len(text)} bytes")


html.breakages = [
    ("html", lambda t: t.replace("</table>", "", 1)),
    ("html", lambda t: t.replace('id="r1"', 'id="r0"', 1)),
    ("html", lambda t: t.replace("<bdi>saxpy", "<bdi>sax<py", 1)),
    ("html", lambda t: t.replace("<bdi>saxpy", "<bdi>&nonsense;saxpy", 1)),
    ("html", lambda t: t.replace('href="#r1"', 'href="#nowhere"')),
    ("html", lambda t: t.replace('id="r3"', 'name="r3"', 1)),
    ("html", lambda t: t.replace("<h1>", '<h1><img src="http://example.com/x.png" alt="">', 1))]


def read(name, folder):
    """Whether the reader takes what is in the folder; what it says if it does not."""
    try:
        readers[name](folder)
    except Refused as e:
        return str(e) or "refused"
    return None


def main():
    writer, name, must_fail = os.path.abspath(sys.argv[1]), sys.argv[2], "--must-fail" in sys.argv[3:]
    passed = failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        for scenario in ["typical"] if must_fail else SCENARIOS:
            folder = pathlib.Path(temporary) / scenario
            folder.mkdir()
            subprocess.run([writer, scenario, str(folder)], check=True, timeout=300)
            why = read(name, folder)
            passed, failed = passed + (why is None), failed + (why is not None)
            if why is not None:
                print(f"FAILED: {name}, {scenario}: {why}")
        for number, (file, change) in enumerate(readers[name].breakages if must_fail else []):
            path = folder / file
            good = path.read_bytes()
            bad = change(good.decode()).encode()
            assert bad != good, f"breakage {number} of {name} changes nothing"
            path.write_bytes(bad)
            try:
                why = read(name, folder)
            except Exception as e:  # a reader may give up in its own words
                why = repr(e)
            passed, failed = passed + (why is not None), failed + (why is None)
            if why is None:
                print(f"FAILED: {name} takes breakage {number} of {file}")
            path.write_bytes(good)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
