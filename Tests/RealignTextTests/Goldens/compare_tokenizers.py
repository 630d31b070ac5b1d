"""Compares tokenizers of every kind with the Hugging Face `tokenizers` library on awkward texts.

    python compare_tokenizers.py --work DIR [--json OUT] [--test COMMAND] [--texts N] [--seed N]

For each kind NAME there is DIR/NAME.json, the tokenizer, and DIR/NAME.jsonl, a row per text with
its ids (template included) and the text decoded; every tenth row has offsets as well. The kinds
`bytes-...` are those that the fast byte-level tokenizer reads. DIR/regexes.jsonl has the matches of
regular expressions. The Swift test ComposedParityTests encodes and matches all again.
"""

import json
import multiprocessing
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Parity"))
import contract
import composed_tokenizers
import make_regex_goldens
import make_tokenizer_goldens

KINDS = composed_tokenizers.KINDS | {
    f"bytes-{name}": make for name, make in make_tokenizer_goldens.KINDS.items()
}
# Its vocabulary lacks bytes; the reference's offsets are off by what it leaves out.
WITHOUT_OFFSETS = "bytes-partial-bytes"


def write(job):
    """The tokenizer of one kind, and what it makes of its texts."""
    name, work, count, seed = job
    tokenizer = KINDS[name]()
    (work / f"{name}.json").write_text(tokenizer.to_str(), encoding="utf-8")
    contract.write_rows(
        work / f"{name}.jsonl",
        (
            composed_tokenizers.row(tokenizer, text, index % 10 == 0 and name != WITHOUT_OFFSETS)
            for index, text in enumerate(composed_tokenizers.texts(count, seed))
        ),
    )


def main():
    parser = contract.parser("Compare tokenizers.", test="ComposedParityTests")
    parser.add_argument("--texts", type=int, default=100_000, help="of each (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="(%(default)s)")
    options = parser.parse_args()
    work = contract.fresh(options.work)
    jobs = [
        (name, work, options.texts, 1000 * options.seed + number)
        for number, name in enumerate(KINDS)
    ]
    with multiprocessing.Pool() as pool:
        pool.map(write, jobs, chunksize=1)
    regexes = make_regex_goldens.rows(options.texts // 200, random.Random(options.seed))
    contract.write_rows(work / "regexes.jsonl", regexes)
    (work / "kinds.json").write_text(json.dumps({"kinds": list(KINDS)}) + "\n")
    section = contract.Section("tokenizers")
    section.test(options.test, work)
    section.finish(options.json)


if __name__ == "__main__":
    main()
