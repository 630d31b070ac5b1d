"""Times realign beside TRL and transformers on the same model and rows.

    python compare.py --work DIR --realign BINARY [--rounds N] [--only CASE…]
    python compare.py --work DIR --readme README.md

The first runs each case in alternation, realign, peer, realign, peer, each time in a process of its
own, checks that both computed the same, and writes DIR/peers.json; the exit status is 0 only when
all agree and no ratio is below its floor. The second puts the table of that run into a file and
draws its chart, ratios.svg, beside this script.
"""

import argparse
import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys

import materials
import programs
import report
from cases import CASES

PACKAGES = ["torch", "transformers", "trl", "peft", "tokenizers"]


def difference(case, own, other):
    """How far apart the values of both programs are; infinite where they must be equal."""
    if case.tolerance is None:
        return 0 if own == other else float("inf")
    if len(own) != len(other):
        return float("inf")
    return max(abs(a - b) for a, b in zip(own, other))


def measure(case, options, folder):
    """The row of a case."""
    times, peaks, worst = {"realign": [], "peer": []}, {"realign": [], "peer": []}, 0
    work = options.work / "runs"
    for _ in range(options.rounds):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        own, own_values = case.run(options.realign, folder, work)
        peaks["realign"].append(programs.Started.last_peak)
        other, other_values = programs.peer(case.name, folder)
        peaks["peer"].append(programs.Started.last_peak)
        times["realign"].append(own)
        times["peer"].append(other)
        worst = max(worst, difference(case, own_values, other_values))
    shutil.rmtree(work, ignore_errors=True)
    ratios = [b / a for a, b in zip(times["realign"], times["peer"])]
    row = {
        "case": case.name, "figure": case.figure, "work": case.work, "peer": case.peer,
        "unit": case.unit, "rates": {k: 1 / statistics.median(v) for k, v in times.items()},
        "ratio": statistics.median(times["peer"]) / statistics.median(times["realign"]),
        "ratios": ratios, "target": case.target, "floor": case.floor,
        "difference": worst, "agree": worst <= (case.tolerance or 0),
    }
    if case.memory:
        figure, target, floor = case.memory
        row["memory"] = {
            "figure": figure, "target": target, "floor": floor,
            "bytes": {k: max(v) for k, v in peaks.items()},
            "share": max(peaks["realign"]) / max(peaks["peer"]),
        }
    return row


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def heading(options):
    own = subprocess.run(
        [options.realign, "--version"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    versions = {"realign": own.removeprefix("realign ")}
    versions |= {name: importlib.metadata.version(name) for name in PACKAGES}
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "machine": f"{processor()}, {os.cpu_count()} cores", "versions": versions,
        "rounds": options.rounds,
    }


def is_reached(row):
    memory = row.get("memory")
    return row["agree"] and row["ratio"] >= row["floor"] and (
        not memory or memory["share"] <= memory["floor"]
    )


def compare(options):
    folder = options.work / "materials"
    materials.make(folder)
    file = options.work / "peers.json"
    kept = {}
    if options.only and file.exists():
        kept = {row["case"]: row for row in json.loads(file.read_text())["rows"]}
    result = heading(options)
    for case in CASES:
        if options.only and case.name not in options.only:
            continue
        print(f"peers: {case.name} …", file=sys.stderr, flush=True)
        kept[case.name] = measure(case, options, folder)
        result["rows"] = [kept[c.name] for c in CASES if c.name in kept]
        file.write_text(json.dumps(result, indent=1) + "\n")
    print(report.text(result))
    return all(is_reached(row) for row in result["rows"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--realign")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=[case.name for case in CASES])
    parser.add_argument("--readme", type=pathlib.Path)
    options = parser.parse_args()
    if options.readme:
        result = json.loads((options.work / "peers.json").read_text())
        report.put(result, options.readme)
        chart = pathlib.Path(__file__).parent / "ratios.svg"
        chart.write_text(report.chart(result))
        return
    if not options.realign:
        parser.error("--realign is needed")
    sys.exit(0 if compare(options) else 1)


if __name__ == "__main__":
    main()
