"""Ten updates of every preference loss beside TRL, from a fresh random model and fresh rows.

Run:  python compare_with_trl.py --work DIR --json OUT.json [--seed 12] [--test COMMAND]
Makes TRL's values in DIR with make_trl_dpo.py, lets the Swift test repeat the updates, and writes
the worst difference of each run; the exit code is 0 only when all are within their bounds.
"""
import argparse
import json
import os
import pathlib
import shlex
import subprocess
import sys

import make_trl_dpo

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--work", required=True, type=pathlib.Path)
parser.add_argument("--json", required=True, type=pathlib.Path)
parser.add_argument("--seed", type=int, default=12)
parser.add_argument(
    "--test",
    default="swift test --filter TRLParityTests",
    help="command that runs the Swift test, started in the current folder",
)
options = parser.parse_args()

work = options.work.resolve()
make_trl_dpo.make(work, options.seed)
result = work / "losses.json"
result.unlink(missing_ok=True)
subprocess.run(
    shlex.split(options.test), env=os.environ | {"REALIGN_PARITY": str(work)}, check=False
)
if not result.exists():
    sys.exit("the Swift test left no losses.json; run this in the package's folder")
report = json.loads(result.read_text())
options.json.write_text(json.dumps(report, indent=1) + "\n")
sys.exit(0 if report["rows"] and all(row["ok"] for row in report["rows"]) else 1)
