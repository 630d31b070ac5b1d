"""Does `realign score` agree with transformers on a model directory?

    compare_with_transformers.py [--work DIR] [--json OUT] [--realign BINARY]
    compare_with_transformers.py MODEL_DIR [--adapter DIR] [--rows FILE.jsonl] [--realign BINARY]

Without MODEL_DIR a random Llama is compared: as transformers writes it, with an adapter that PEFT
writes, and as `realign merge` writes the two. transformers must load the directory without a
missing or foreign weight, its tokenizer must give the ids that realign gives, and the
log-probability of every scored token must agree: |a - b| / max(1, |b|) within 1e-4, as in
`Differences.largest` of the Swift tests.

Why relative: both compute in single precision. Against the same network in double throughout,
transformers is off by up to 1.4e-4 on an Atlas model (at a log-probability of -23) and realign by
up to 0.7e-4, so an absolute 1e-4 between the two would fail on rounding alone.

Needs torch, transformers and, for adapters, peft; made with torch 2.13, transformers 5.23 and
peft 0.21. Nothing is downloaded.
"""

import json
import pathlib
import sys
import tempfile

import tokenizers
import torch
import transformers

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Parity"))
import contract
import reference

PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def compare(section, directory, options, adapter=None):
    """One row: the largest difference; infinite when the ids differ."""
    directory = pathlib.Path(directory)
    name = directory.name + (" with adapter" if adapter else "")
    model, tokenizer = reference.load_model(directory, adapter), reference.load_tokenizer(directory)
    file = options.rows
    if file is None:
        file = contract.write_rows(options.work / "rows.jsonl", reference.rows_for(model.config))
    with open(file, encoding="utf-8-sig") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    arguments = ["score", "--model", directory, "--data", file, "--threads", options.threads]
    results = contract.realign(
        options.realign, *arguments, *(["--adapter", adapter] if adapter else [])
    )
    if len(results) != len(rows):
        raise SystemExit(f"error: {len(results)} results for {len(rows)} rows")
    worst, absolute, place, count = 0.0, 0.0, "none", 0
    for number, (row, result) in enumerate(zip(rows, results), 1):
        ids, start = result["input_ids"], result["completion_start"]
        expected = reference.log_probabilities(model, ids, start)
        other = reference.token_ids(tokenizer, row)
        if ids != other or len(result["logprobs"]) != len(expected):
            section.row(name, number, float("inf"), options.tolerance, f"{ids} and {other}")
            return
        for index, (a, b) in enumerate(zip(result["logprobs"], expected), start):
            difference = abs(a - b) / max(1, abs(b))
            if not difference <= worst:
                worst, place = difference, f"row {number}, token {index}: {a} and {b:.7f}"
            absolute = max(absolute, abs(a - b))
        count += len(expected)
    note = f"at {place}; largest absolute difference {absolute:.2g}"
    section.row(name, count, worst, options.tolerance, note)


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
    pairs = [prompt + completion for prompt, completion in reference.PAIRS]
    backend.train_from_iterator(reference.TEXTS[:1] + pairs, trainer)
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

    model = reference.load_model(model_directory)
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


def compare_random(section, options):
    """A random Llama, with an adapter, and with that adapter merged."""
    model, adapter, merged = (options.work / name for name in ("llama", "adapter", "merged"))
    random_llama(model)
    random_adapter(model, adapter)
    parts = ["--model", model, "--adapter", adapter]
    contract.realign(options.realign, "merge", *parts, "--output", merged)
    compare(section, model, options)
    compare(section, model, options, adapter)
    compare(section, merged, options)


def main():
    parser = contract.parser(
        "Compare the log-probabilities of `realign score` with those of transformers.",
        realign=True,
        needs_work=False,
    )
    parser.add_argument("model", nargs="?", metavar="MODEL_DIR", help="directory of a model")
    parser.add_argument("--adapter", metavar="DIR", help="PEFT adapter on top of MODEL_DIR")
    parser.add_argument("--rows", metavar="FILE.jsonl", help="rows as `realign score` takes them")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="allowed (%(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="for both programs (%(default)s)")
    options = parser.parse_args()
    if options.model is None and (options.adapter or options.rows):
        parser.error("--adapter and --rows need MODEL_DIR")
    torch.set_num_threads(options.threads)
    section = contract.Section("scoring")
    with tempfile.TemporaryDirectory() as folder:
        options.work = contract.fresh(options.work or pathlib.Path(folder) / "files")
        if options.model is None:
            compare_random(section, options)
        else:
            compare(section, options.model, options, options.adapter)
    section.finish(options.json)


if __name__ == "__main__":
    main()
