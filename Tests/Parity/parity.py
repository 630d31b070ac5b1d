"""Runs every comparison with another program and prints one table.

    python parity.py --work DIR [--realign BINARY] [--swift-test COMMAND] [--only SECTION…]
    python parity.py --work DIR --readme README.md

The first starts the script of each section of sections.py with a folder of its own, DIR/SECTION,
and writes its rows and its output to DIR/SECTION.json and DIR/SECTION.log, and all to
DIR/parity.json; the exit status is 0 only when every section is there and within its bounds. The
second puts the table of an earlier run into a file, between the marks of tables.py.
"""

import argparse
import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import subprocess
import sys
import time

import contract
import tables
from sections import SECTIONS

# Models of a few thousand weights gain nothing from threads that wait for each other.
ENVIRONMENT = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1"}
PACKAGES = [
    "torch", "transformers", "tokenizers", "safetensors", "peft", "trl", "jinja2", "gguf",
    "sentence-transformers",
]
TIME_LIMIT = 1200


def command(section, script, folder, rows, options):
    """How the script of a section is started."""
    result = [sys.executable, script, "--work", folder, "--json", rows]
    if section.realign:
        result += ["--realign", options.realign]
    if section.test:
        result += ["--test", f"{options.swift_test} --filter {section.test}"]
    return list(map(str, result))


def run(section, options):
    """The rows of a section, or why there are none."""
    folder = options.work / section.name
    rows = options.work / f"{section.name}.json"
    folder.mkdir(parents=True, exist_ok=True)
    rows.unlink(missing_ok=True)
    result = {"section": section.name, "summary": section.summary, "rows": [], "error": None}
    script = contract.ROOT / "Tests" / section.script
    start = time.monotonic()
    if not script.exists():
        result["error"] = f"missing: there is no Tests/{section.script}"
    else:
        log = options.work / f"{section.name}.log"
        status = started(command(section, script, folder, rows, options), log)
        if rows.exists():
            result["rows"] = json.loads(rows.read_text())["rows"]
        if status != 0 and all(row["ok"] for row in result["rows"]):
            result["error"] = f"the script ended with {status}; see {log}"
    result["seconds"] = round(time.monotonic() - start)
    return result


def started(arguments, log):
    """The exit status of a program whose output goes to a file."""
    with open(log, "w") as output:
        try:
            return subprocess.run(
                arguments, stdout=output, stderr=subprocess.STDOUT, cwd=contract.ROOT,
                env=os.environ | ENVIRONMENT, timeout=TIME_LIMIT,
            ).returncode
        except subprocess.TimeoutExpired:
            return f"nothing after {TIME_LIMIT} s"


def is_ok(section):
    rows = section["rows"]
    complete = not tables.is_family_table(section) or all(
        None not in columns for _, columns in tables.families(section)
    )
    return section["error"] is None and bool(rows) and complete and all(row["ok"] for row in rows)


def heading(options):
    """When, where and with what."""
    own = subprocess.run(
        [options.realign, "--version"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    versions = {"realign": own.removeprefix("realign "), "Python": platform.python_version()}
    versions |= {name: importlib.metadata.version(name) for name in PACKAGES}
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "versions": versions,
    }


def compare(options):
    """Runs the sections asked for; of the others what an earlier run found is kept."""
    file = options.work / "parity.json"
    found = {}
    if options.only and file.exists():
        found = {s["section"]: s for s in json.loads(file.read_text())["sections"]}
    report = heading(options)
    for section in SECTIONS:
        if options.only and section.name not in options.only:
            continue
        print(f"parity: {section.name} …", file=sys.stderr, flush=True)
        result = run(section, options)
        verdict = "ok" if is_ok(result) else "FAILED"
        if result["error"]:
            verdict += f", {result['error']}"
        line = f"parity: {section.name}: {verdict}, {result['seconds']} s"
        print(line, file=sys.stderr, flush=True)
        found[section.name] = result
        report["sections"] = [
            found[s.name] | {"summary": s.summary} for s in SECTIONS if s.name in found
        ]
        file.write_text(json.dumps(report, indent=1) + "\n")
    print(tables.text(report))
    failed = [s["section"] for s in report["sections"] if not is_ok(s)]
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nall within the bounds")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description="Compare realign with other programs.")
    parser.add_argument("--work", metavar="DIR", type=pathlib.Path, required=True)
    parser.add_argument("--realign", metavar="BINARY", type=pathlib.Path, default=contract.BINARY)
    parser.add_argument(
        "--swift-test", metavar="COMMAND", default="swift test -c release --skip-build",
        help="starts the Swift tests, --filter follows (%(default)s)",
    )
    parser.add_argument("--only", nargs="+", choices=[s.name for s in SECTIONS])
    parser.add_argument("--readme", metavar="FILE", type=pathlib.Path)
    options = parser.parse_args()
    options.work = options.work.resolve()
    options.realign = options.realign.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    if options.readme:
        tables.update_readme(options.readme, json.loads((options.work / "parity.json").read_text()))
        return
    sys.exit(compare(options))


if __name__ == "__main__":
    main()
