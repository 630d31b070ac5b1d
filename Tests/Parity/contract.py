"""What every script that compares realign with another program shares.

Such a script is run as

    python SCRIPT --work DIR --json OUT.json [--realign BINARY] [--test COMMAND]

puts its files below DIR and what it found into OUT.json:

    {"section": "losses",
     "rows": [{"item": "...", "cases": N, "worst": x, "bound": b, "ok": bool, "note": "..."}]}

`worst` is the largest difference or the number of cases that differ. The exit status is 0 only
when every row is ok. Where Swift internals are compared, the script writes files to DIR and starts
a Swift test with REALIGN_PARITY=DIR in its environment, which leaves its rows in DIR/SECTION.json.
"""

import argparse
import json
import math
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = ROOT / ".build/release/realign"


class Section:
    """The rows of one comparison."""

    def __init__(self, name):
        self.name = name
        self.rows = []

    def row(self, item, cases, worst, bound, note="", **more):
        """Adds a row, which is ok when `worst` is a number of at most `bound`."""
        worst = float(worst)
        # JSON knows no infinity.
        finite = worst if math.isfinite(worst) else None
        self.add(
            {"item": item, **more, "cases": cases, "worst": finite, "bound": bound,
             "ok": cases > 0 and worst <= bound, "note": note}
        )

    def add(self, row):
        """Adds and prints a row that is complete."""
        self.rows.append(row)
        name = " ".join(filter(None, [row["item"], row.get("check")]))
        sign = "ok" if row["ok"] else "FAILED"
        numbers = f"{row['cases']} cases, worst {shown(row['worst'])} of {row['bound']:.3g}"
        print(f"{name}: {numbers} {row['note']} {sign}", flush=True)

    def test(self, command, work):
        """Runs a Swift test over the files in `work` and adds the rows that it leaves there."""
        result = pathlib.Path(work).resolve() / f"{self.name}.json"
        result.unlink(missing_ok=True)
        environment = os.environ | {"REALIGN_PARITY": str(result.parent)}
        subprocess.run(shlex.split(command), env=environment, cwd=ROOT, check=False)
        if not result.exists():
            raise SystemExit(f"error: `{command}` left no {result.name}")
        for row in json.loads(result.read_text())["rows"]:
            self.add({"worst": None} | row)

    def finish(self, path):
        """Writes the rows, where a path is given, and ends the program."""
        if path is not None:
            content = {"section": self.name, "rows": self.rows}
            pathlib.Path(path).write_text(json.dumps(content, indent=1) + "\n")
        sys.exit(0 if self.rows and all(row["ok"] for row in self.rows) else 1)


def shown(worst):
    """A difference for people."""
    return "infinite" if worst is None else f"{worst:.3g}"


def parser(description, realign=False, test=None, needs_work=True):
    """Arguments that every such script takes; `test` names the Swift suite it runs."""
    result = argparse.ArgumentParser(description=description)
    result.add_argument("--work", metavar="DIR", required=needs_work, help="folder of its files")
    result.add_argument("--json", metavar="OUT", help="file of the rows found")
    if realign:
        result.add_argument("--realign", metavar="BINARY", default=BINARY, help="(%(default)s)")
    if test:
        command = f"swift test -c release -Xswiftc -enable-testing --filter {test}"
        result.add_argument("--test", metavar="COMMAND", default=command, help="(%(default)s)")
    return result


def fresh(path):
    """An empty folder at a path, what was there removed."""
    path = pathlib.Path(path)
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def realign(binary, *arguments):
    """What the program prints with `--json`, one object a line."""
    result = started(binary, *arguments)
    if result.returncode != 0:
        command = " ".join(map(str, arguments))
        raise SystemExit(
            f"error: realign {command} ended with {result.returncode}\n{result.stderr[-2000:]}"
        )
    return [json.loads(line) for line in result.stdout.splitlines()]


def started(binary, *arguments):
    """The finished program, however it ended."""
    return subprocess.run(
        [str(binary), *map(str, arguments), "--json", "--quiet"], capture_output=True, text=True
    )


def write_rows(path, rows):
    """A file of JSON Lines."""
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    pathlib.Path(path).write_text("".join(lines), encoding="utf-8")
    return path
