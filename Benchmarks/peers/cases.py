"""What is compared: how each program is started, and what the figures must reach."""

import dataclasses
import re

import materials
import programs

TRAINER = ["--no-shuffle", "--logging-steps", "1", "--lr-scheduler-type", "constant",
           "--learning-rate", "1e-6", "--json", "--quiet"]
LORA = ["--lora-r", "16", "--lora-alpha", "32", "--lora-dropout", "0",
        "--lora-target-modules", "all-linear"]


@dataclasses.dataclass(frozen=True)
class Case:
    """One row of the table; rates are units of work per second."""

    name: str
    figure: str
    work: str
    peer: str
    unit: str
    target: float
    floor: float
    # What realign is asked, and how its answer becomes seconds per unit and values.
    run: object
    # Largest difference of the values that both programs compute; None for equality.
    tolerance: float | None
    # Whether the peak memory is compared as well, and its bound as a share of the peer's.
    memory: tuple | None = None


def trainer(command, rows, options, per_step, steps):
    """A training: the median of the steps after the first, and the reference where there is one.

    The reference's time counts in full, as in a run of one epoch; epochs after it are free of it.
    """

    def run(realign, folder, work):
        output = work / "output"
        result = programs.json_of(realign, [
            command, "--model", folder / "model", "--data", folder / rows, "--output", output,
            "--per-device-train-batch-size", str(per_step), "--max-steps", str(steps),
            *options, *TRAINER,
        ])
        seconds = result["median_step_seconds"] / per_step
        seconds += result.get("reference_runtime", 0) / result["rows"]
        first = materials.read(output / "metrics.jsonl")[0]
        names = ["logps/chosen", "logps/rejected"] if command == "dpo" else ["loss"]
        return seconds, [first[name] for name in names]

    return run


def rate(text, unit):
    """The rate that a command reports when it ends."""
    return float(re.search(rf"([\d,.]+) {unit}/s", text)[1].replace(",", ""))


def score(realign, folder, work):
    rows, messages = programs.rows_of(realign, [
        "score", "--model", folder / "model", "--data", folder / "scored.jsonl",
    ])
    return 1 / rate(messages, "rows"), [row["sum"] for row in rows]


def generate(realign, folder, work):
    rows, messages = programs.rows_of(realign, [
        "generate", "--model", folder / "model", "--data", folder / "prompts.jsonl",
        "--temperature", "0", "--max-new-tokens", str(materials.NEW_TOKENS),
    ])
    return 1 / rate(messages, "tokens"), [row["ids"] for row in rows]


def encode(realign, folder, work):
    result = programs.json_of(realign, [
        "bench", "text", "--data", folder / "english.jsonl", "--model", folder / "tokenizer",
        "--json", "--quiet",
    ])
    row = next(row for row in result["rows"] if row["name"].startswith("encode with offsets"))
    return 1 / row["value"], [result["bytes_per_token"]]


PREFERENCES = ("pairs.jsonl", materials.PAIRS, materials.PREFERENCE_STEPS)


def preference(options):
    rows, per_step, steps = PREFERENCES
    return trainer("dpo", rows, options, per_step, steps)


CASES = [
    Case("dpo-lora", "P1", "LoRA DPO, prompt 384 + 2×48 tokens, 2 pairs", "TRL", "pairs",
         6, 4, preference(LORA), 1e-3, memory=("P7", 0.5, 0.7)),
    Case("dpo-full", "P2", "the same, all weights", "TRL", "pairs", 4, 2.5,
         preference(["--full"]), 1e-3),
    Case("sft", "P3", "SFT, rows of 20–500 tokens, batch 8", "TRL", "rows", 3, 2,
         trainer("sft", "texts.jsonl", ["--full"], materials.SFT_BATCH, materials.SFT_STEPS),
         1e-3),
    Case("score", "P4", "scoring, 4 candidates of 48 tokens after 384", "transformers", "rows",
         4, 3, score, 1e-2),
    Case("score-kept", "P4", "the same, peer with logits_to_keep", "transformers", "rows",
         4, 3, score, 1e-2),
    Case("generate", "P5", "generation, 16 prompts of 64 × 64 tokens", "transformers",
         "tokens", 2.5, 1.8, generate, None),
    Case("encode", "P9", "ids and offsets of English text, 1 thread", "tokenizers", "MB",
         1, 0.5, encode, 1e-9),
]
