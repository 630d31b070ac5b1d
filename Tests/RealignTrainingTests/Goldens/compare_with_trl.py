"""Ten updates of every preference loss beside TRL, from a fresh random model and fresh rows.

    python compare_with_trl.py --work DIR [--json OUT] [--test COMMAND] [--seed 12]

Makes TRL's values in DIR with make_trl_dpo.py, lets the Swift test repeat the updates, and writes
the worst difference of each run; the exit code is 0 only when all are within their bounds.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Parity"))
import contract
import make_trl_dpo


def main():
    parser = contract.parser("Compare preference losses with TRL.", test="TRLParityTests")
    parser.add_argument("--seed", type=int, default=12, help="(%(default)s)")
    options = parser.parse_args()
    work = contract.fresh(options.work)
    make_trl_dpo.make(work, options.seed)
    section = contract.Section("losses")
    section.test(options.test, work)
    section.finish(options.json)


if __name__ == "__main__":
    main()
