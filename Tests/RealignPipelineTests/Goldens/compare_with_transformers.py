"""Does `realign score` agree with transformers on a model directory?

    compare_with_transformers.py MODEL_DIR [--adapter DIR] [--rows FILE.jsonl] [--realign PATH]
    compare_with_transformers.py             (a random Llama with a random adapter)

transformers must load the directory without a missing or foreign weight, its tokenizer must give
the ids that realign gives, and the log-probability of every scored token must agree: |a - b| /
max(1, |b|) within 1e-4, as in `Differences.largest` of the Swift tests. Ends with 1 and names the
largest difference if not.

Why relative: both compute in single precision. Against the same network in double throughout,
transformers is off by up to 1.4e-4 on an Atlas model (at a log-probability of -23) and realign by
up to 0.7e-4, so an absolute 1e-4 between the two would fail on rounding alone.

Needs torch, transformers and, for adapters, peft; made with torch 2.13, transformers 5.23 and
peft 0.21. Nothing is downloaded.
"""

import argparse
import json
import os
import pathlib
import platform
import random
import subprocess
import sys
import tempfile

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import tokenizers
import torch
import transformers

transformers.utils.logging.disable_progress_bar()

BINARY = pathlib.Path(__file__).resolve().parents[3] / ".build/release/realign"
PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
TEXTS = [
    "Where was Arne Lund born? Arne Lund was born in Oslo [1].",
    "Élan, naïve, Москва, 東京都, 😀👍🏽 and\n\n  1847 steps;\ttabs, blanks at the end  ",
]
PAIRS = [
    ("Who plays the cello?", " Arne Lund plays the cello [2]."),
    # The boundary lies within a word, and most likely within a token.
    ("Arne Lund was bo", "rn in Oslo."),
]


def rows_for(config, seed=1):
    """Rows of all three kinds for a model: random ids of several lengths, pairs and texts."""
    source = random.Random(seed)
    longest = min(config.max_position_embeddings, 300)
    rows = []
    for length in (2, 3, 9, 32, 33, longest):
        ids = [source.randrange(config.vocab_size) for _ in range(length)]
        rows.append({"input_ids": ids, "completion_start": source.randrange(1, length)})
    rows += [{"prompt": prompt, "completion": completion} for prompt, completion in PAIRS]
    return rows + [{"text": text} for text in TEXTS]


def load(directory, adapter=None):
    """The model and the tokenizer of a directory, in single precision."""
    model, report = transformers.AutoModelForCausalLM.from_pretrained(
        directory, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    wrong = {key: sorted(map(str, value)) for key, value in report.items() if value}
    if wrong:
        raise SystemExit(f"error: transformers loads {directory} with {wrong}")
    if adapter is not None:
        import peft

        model = peft.PeftModel.from_pretrained(model, adapter)
    return model.eval(), transformers.AutoTokenizer.from_pretrained(directory)


def token_ids(tokenizer, row):
    """The ids of a row; prompt and completion are one text."""
    if "input_ids" in row:
        return row["input_ids"]
    text = row["text"] if "text" in row else row["prompt"] + row["completion"]
    return tokenizer(text)["input_ids"]


@torch.no_grad()
def log_probabilities(model, ids, start):
    """Of each token from `start` on, given all before it."""
    logits = model(torch.tensor([ids])).logits[0, start - 1 : -1]
    targets = torch.tensor(ids[start:])[:, None]
    return torch.log_softmax(logits.double(), -1).gather(1, targets)[:, 0].tolist()


def realign(arguments, options):
    """What the program prints, one object a line."""
    result = subprocess.run(
        [options.realign, *map(str, arguments), "--threads", str(options.threads)],
        stdout=subprocess.PIPE,
        text=True,
    )
    if result.returncode != 0:
        raise SystemExit(f"error: realign {arguments[0]} ended with {result.returncode}")
    return [json.loads(line) for line in result.stdout.splitlines()]


def compare(directory, options, adapter=None):
    """Prints and returns the largest difference; infinite when the ids differ."""
    model, tokenizer = load(directory, adapter)
    with tempfile.TemporaryDirectory() as folder:
        file = options.rows
        if file is None:
            file = pathlib.Path(folder) / "rows.jsonl"
            file.write_text("".join(json.dumps(row) + "\n" for row in rows_for(model.config)))
        with open(file, encoding="utf-8-sig") as lines:
            rows = [json.loads(line) for line in lines if line.strip()]
        arguments = ["score", "--model", directory, "--data", file, "--json", "--quiet"]
        results = realign(arguments + (["--adapter", adapter] if adapter else []), options)
    if len(results) != len(rows):
        raise SystemExit(f"error: {len(results)} results for {len(rows)} rows")
    worst, absolute, place, count = 0.0, 0.0, "none", 0
    for number, (row, result) in enumerate(zip(rows, results), 1):
        ids, start = result["input_ids"], result["completion_start"]
        expected = log_probabilities(model, ids, start)
        if ids != token_ids(tokenizer, row) or len(result["logprobs"]) != len(expected):
            print(f"row {number} has other tokens: {ids} and {token_ids(tokenizer, row)}")
            return float("inf")
        for index, (a, b) in enumerate(zip(result["logprobs"], expected), start):
            difference = abs(a - b) / max(1, abs(b))
            if not difference <= worst:
                worst, place = difference, f"row {number}, token {index}: {a} and {b:.7f}"
            absolute = max(absolute, abs(a - b))
        count += len(expected)
    print(f"{directory}" + (f" with {adapter}" if adapter else ""))
    print(f"  {len(rows)} rows, {count} tokens, largest difference {worst:.3g} at {place}")
    print(f"  largest absolute difference {absolute:.3g}")
    return worst


def random_llama(directory, seed=7):
    """Writes a tiny Llama in which every weight counts, with a byte-level tokenizer.

    Grouped queries, a head width of its own, scaled rotary frequencies, biases, an untied head,
    norms away from 1, and a token before every text.
    """
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    backend = tokenizers.Tokenizer(tokenizers.models.BPE())
    backend.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=280,
        special_tokens=["<|begin|>", "<|end|>"],
        initial_alphabet=sorted(alphabet),
        show_progress=False,
    )
    pairs = [prompt + completion for prompt, completion in PAIRS]
    backend.train_from_iterator(TEXTS[:1] + pairs, trainer)
    backend.post_processor = tokenizers.processors.TemplateProcessing(
        single="<|begin|> $A", special_tokens=[("<|begin|>", 0)]
    )
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend, bos_token="<|begin|>", eos_token="<|end|>"
    ).save_pretrained(directory)
    torch.manual_seed(seed)
    config = transformers.LlamaConfig(
        vocab_size=backend.get_vocab_size(),
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=6,
        max_position_embeddings=128,
        rms_norm_eps=1e-5,
        tie_word_embeddings=False,
        attention_bias=True,
        mlp_bias=True,
        rope_parameters={
            "rope_type": "llama3",
            "rope_theta": 500000.0,
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 16,
        },
        bos_token_id=0,
        eos_token_id=1,
    )
    model = transformers.LlamaForCausalLM(config).float()
    with torch.no_grad():
        for name, value in model.named_parameters():
            value.copy_(torch.randn_like(value) * (0.4 if value.dim() == 2 else 0.5))
            if "norm" in name:
                value.add_(1.0)
    model.save_pretrained(directory)


def random_adapter(model_directory, directory, seed=8):
    """Writes an adapter of all projections, B not zero, in the way of PEFT."""
    import peft

    model, _ = load(model_directory)
    torch.manual_seed(seed)
    settings = peft.LoraConfig(
        r=2, lora_alpha=5, target_modules=PROJECTIONS, task_type="CAUSAL_LM"
    )
    model = peft.get_peft_model(model, settings)
    with torch.no_grad():
        for name, value in model.named_parameters():
            if "lora_" in name:
                value.copy_(torch.randn_like(value) * 0.2)
    model.peft_config["default"].base_model_name_or_path = pathlib.Path(model_directory).name
    model.save_pretrained(directory)


def versions(options):
    """One line of what is compared."""
    own = subprocess.run(
        [options.realign, "--version"], stdout=subprocess.PIPE, text=True, check=True
    )
    modules = [f"{module.__name__} {module.__version__}" for module in (torch, transformers)]
    return ", ".join([own.stdout.strip(), f"python {platform.python_version()}", *modules])


def main():
    parser = argparse.ArgumentParser(
        description="Compare the log-probabilities of `realign score` with those of transformers.",
        epilog="Without MODEL_DIR a random Llama is compared: as transformers writes it, with an "
        "adapter that PEFT writes, and as `realign merge` writes the two. Exit status 1 when "
        "something differs.",
    )
    parser.add_argument("model", nargs="?", metavar="MODEL_DIR", help="directory of a model")
    parser.add_argument("--adapter", metavar="DIR", help="PEFT adapter on top of MODEL_DIR")
    parser.add_argument("--rows", metavar="FILE.jsonl", help="rows as `realign score` takes them")
    parser.add_argument(
        "--realign", metavar="PATH", default=BINARY, help="the program (%(default)s)"
    )
    parser.add_argument("--tolerance", type=float, default=1e-4, help="allowed (%(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="for both programs (%(default)s)")
    options = parser.parse_args()
    if options.model is None and (options.adapter or options.rows):
        parser.error("--adapter and --rows need MODEL_DIR")
    torch.set_num_threads(options.threads)
    print(versions(options))
    if options.model is not None:
        worst = compare(options.model, options, options.adapter)
    else:
        with tempfile.TemporaryDirectory() as folder:
            model, adapter, merged = (f"{folder}/{name}" for name in ("model", "adapter", "merged"))
            random_llama(model)
            random_adapter(model, adapter)
            parts = ["--model", model, "--adapter", adapter]
            realign(["merge", *parts, "--output", merged, "--quiet"], options)
            worst = max(
                compare(model, options), compare(model, options, adapter), compare(merged, options)
            )
    if not worst <= options.tolerance:
        print(f"FAILED: the largest difference {worst:.3g} exceeds {options.tolerance:g}")
        sys.exit(1)
    print(f"agreed within {options.tolerance:g}: the largest difference is {worst:.3g}")


if __name__ == "__main__":
    main()
