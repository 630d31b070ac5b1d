"""Do `realign` and PEFT mean the same by an adapter directory?

    python compare_with_peft.py --work DIR --json OUT.json [--realign BINARY]

For tiny decoders of four families: (a) adapters made by PEFT, scored by `realign score`; (b)
adapters trained by `realign sft`, loaded by PEFT; (c) both merged by `realign merge`, loaded by
transformers. Log-probabilities must agree: |a - b| / max(1, |b|) within 1e-4, single precision on
both sides. Writes one row for every case and ends with 1 unless all are within the bound.

Needs torch, transformers, tokenizers and peft; made with torch 2.13, transformers 5.23 and peft
0.21. Nothing is downloaded.
"""
import json
import pathlib
import sys
import warnings

import peft
import tokenizers
import torch
import transformers

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Parity"))
import contract
import reference

warnings.filterwarnings("ignore")

BOUND = 1e-4
SIZES = dict(num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=256)
WIDTHS = dict(hidden_size=32, intermediate_size=48, num_key_value_heads=2)
FAMILIES = {
    "llama": dict(tie_word_embeddings=False, attention_bias=True, mlp_bias=True, **WIDTHS),
    "qwen2": dict(tie_word_embeddings=True, **WIDTHS),
    "gpt2": dict(hidden_size=32, n_inner=48),
    "gemma2": dict(head_dim=8, sliding_window=8, query_pre_attn_scalar=8, **WIDTHS),
}
ALL = "all-linear"
# Under Llama's names; GPT-2's stand in NAMES.
CASES = {
    "lora": dict(target_modules=["q_proj", "v_proj"]),
    "rslora": dict(target_modules=ALL, use_rslora=True),
    "rank_pattern": dict(
        target_modules=ALL,
        rank_pattern={"q_proj": 1, r"1\.mlp\..*": 6},
        alpha_pattern={"v_proj": 3},
    ),
    "regex": dict(target_modules=r".*\.(?P<layer>[1-9])\.(.*\.)?(q|v|up)_proj"),
    "full paths": dict(target_modules=["model.layers.0.self_attn.q_proj", "1.mlp.down_proj"]),
    "layers_to_transform": dict(target_modules=["q_proj"], layers_to_transform=[1]),
    "exclude_modules": dict(target_modules=ALL, exclude_modules=["v_proj"]),
    "modules_to_save head": dict(target_modules=["q_proj"], modules_to_save=["lm_head"]),
    "modules_to_save embedding": dict(
        target_modules=["q_proj"], modules_to_save=["embed_tokens", "norm"]
    ),
    "dora": dict(target_modules=ALL, use_dora=True),
    "dora rslora": dict(target_modules=["q_proj", "down_proj"], use_dora=True, use_rslora=True),
    "dora dropout 0.1": dict(target_modules=ALL, use_dora=True, lora_dropout=0.1),
}
NAMES = [
    ("(q|v|up)_proj", "c_(attn|fc)"), ("model.layers.", "transformer.h."),
    ("self_attn.q_proj", "attn.c_attn"), ("q_proj", "c_attn"), ("v_proj", "attn.c_proj"),
    ("down_proj", "c_proj"), ("embed_tokens", "wte"), ("norm", "ln_f"),
]
TRAINED = {
    "lora": ["--lora-target-modules", "all-linear"],
    "rslora": ["--lora-target-modules", "all-linear", "--use-rslora"],
    "dora": ["--lora-target-modules", "all-linear", "--use-dora"],
    "dora, head": ["--use-dora", "--lora-target-modules", "all-linear",
                   "--lora-modules-to-save", "lm_head"],
    "regex": ["--lora-target-modules", r".*\.1\..*(_proj|c_attn|c_fc)"],
}


def renamed(value):
    """Options of a case under GPT-2's names."""
    if isinstance(value, str):
        for old, new in NAMES:
            value = value.replace(old, new)
        return value
    if isinstance(value, list):
        return [renamed(item) for item in value]
    if isinstance(value, dict):
        return {renamed(key): renamed(item) for key, item in value.items()}
    return value


def make_base(name, folder):
    """A random model in which every weight counts, with a byte-level tokenizer."""
    backend = tokenizers.Tokenizer(tokenizers.models.BPE())
    backend.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = tokenizers.decoders.ByteLevel()
    backend.train_from_iterator(
        reference.TEXTS,
        tokenizers.trainers.BpeTrainer(
            vocab_size=280,
            special_tokens=["<|end|>"],
            initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    config = transformers.AutoConfig.for_model(
        name, vocab_size=backend.get_vocab_size(), bos_token_id=None, eos_token_id=0,
        pad_token_id=None, **SIZES, **FAMILIES[name],
    )
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    for key, value in model.named_parameters():
        is_norm = value.dim() == 1 and key.endswith("weight") and name != "gemma2"
        torch.nn.init.normal_(value, mean=1.0 if is_norm else 0.0, std=0.2)
    model.save_pretrained(folder)
    backend.save(str(folder / "tokenizer.json"))
    roles = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|end|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(roles, indent=1) + "\n")
    return folder


def make_adapter(family, options, base, folder):
    """An adapter as PEFT writes it, away from its initial values."""
    if family == "gpt2":
        options = renamed(options)
    config = peft.LoraConfig(task_type="CAUSAL_LM", r=4, lora_alpha=6, **options)
    model = peft.get_peft_model(reference.load_model(base), config)
    with torch.no_grad():
        for value in model.parameters():
            if value.requires_grad:
                value.add_(torch.randn_like(value) * 0.15)
    model.save_pretrained(folder)


def largest(model, results):
    """The largest relative difference to what realign printed, and the number of tokens."""
    worst, count = 0.0, 0
    for result in results:
        expected = reference.log_probabilities(
            model, result["input_ids"], result["completion_start"]
        )
        if len(expected) != len(result["logprobs"]):
            return float("inf"), count
        for a, b in zip(result["logprobs"], expected):
            difference = abs(a - b) / max(1, abs(b))
            worst = worst if difference <= worst else difference
        count += len(expected)
    return worst, count


class Comparison:
    """Scores by realign and by PEFT, row by row of the report."""

    def __init__(self, options):
        self.options, self.section = options, contract.Section("adapters")
        self.data = options.work / "rows.jsonl"

    def add(self, item, worst, count, note=""):
        self.section.row(item, count, worst, BOUND, note)

    def realign(self, *arguments):
        return contract.realign(
            self.options.realign, *arguments, "--threads", self.options.threads
        )

    def score(self, base, *arguments):
        return self.realign("score", "--model", base, "--data", self.data, *arguments)

    def check(self, item, base, adapter):
        """One adapter: scored with it, and merged."""
        model = reference.load_model(base, adapter)
        results = self.score(base, "--adapter", adapter)
        self.add(item, *largest(model, results))
        plain, _ = largest(reference.load_model(base), results)
        if not plain > 10 * BOUND:
            self.add(item + ": the adapter counts", float("inf"), 1, "it changes nothing")
        merged = adapter.parent / (adapter.name + " merged")
        self.realign("merge", "--model", base, "--adapter", adapter, "--output", merged)
        self.add(
            item + ", merged, in transformers", *largest(reference.load_model(merged), results)
        )

    def train(self, base, folder, flags):
        self.realign(
            "sft", "--model", base, "--data", self.options.work / "train.jsonl", "--output", folder,
            "--max-steps", 6, "--learning-rate", 0.01, "--lora-r", 4, *flags,
        )


def main():
    parser = contract.parser("Compare adapters with PEFT.", realign=True)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.manual_seed(13)
    torch.set_num_threads(options.threads)
    options.work = contract.fresh(options.work)
    pairs = [{"prompt": prompt, "completion": completion} for prompt, completion in reference.PAIRS]
    contract.write_rows(options.work / "train.jsonl", pairs * 4)
    comparison = Comparison(options)
    for family in FAMILIES:
        base = make_base(family, options.work / family)
        rows = reference.rows_for(reference.load_model(base).config)
        contract.write_rows(comparison.data, rows)
        for name, case in CASES.items():
            adapter = options.work / f"{family} {name}"
            make_adapter(family, case, base, adapter)
            comparison.check(f"{family}: {name}, by peft", base, adapter)
        for name, flags in TRAINED.items():
            adapter = options.work / f"{family} trained {name}"
            comparison.train(base, adapter, flags)
            comparison.check(f"{family}: {name}, trained by realign", base, adapter)
    comparison.section.finish(options.json)


if __name__ == "__main__":
    main()
