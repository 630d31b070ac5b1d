"""Tiny random models with byte-level tokenizers, which compare_gguf.py exports and compares."""
import json
import pathlib

import tokenizers
import torch
import transformers
from tokenizers import decoders, pre_tokenizers, processors, trainers

TEXTS = [
    "Where was Arne Lund born? Arne Lund was born in Oslo in 1814, they'd say.",
    "Who wrote the book? Ida Berg wrote the book about déjà vu and 日本語 in 2026.",
    "It's 3.1415 or 2,718; we'll see what I'VE done... \n\n  Really?!\t",
]
TAIL = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
HEAD = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"
SPLITS = {
    "smollm": [
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    ],
    "llama-bpe": HEAD + r"\p{N}{1,3}" + TAIL,
    "qwen2": HEAD + r"\p{N}" + TAIL,
}
SHARED = dict(num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=128)
MODELS = {
    # tied, grouped queries
    "llama": dict(
        split="smollm",
        config=transformers.LlamaConfig(
            hidden_size=64, intermediate_size=96, num_key_value_heads=2, rms_norm_eps=1e-5,
            tie_word_embeddings=True, rope_parameters={"rope_type": "default", "rope_theta": 5e4},
            **SHARED,
        ),
    ),
    # all biases, a head of its own, scaled rotation, heads that do not fill the hidden size
    "llama3": dict(
        split="llama-bpe",
        config=transformers.LlamaConfig(
            hidden_size=64, intermediate_size=128, num_key_value_heads=4, head_dim=8,
            tie_word_embeddings=False, attention_bias=True, mlp_bias=True,
            rope_parameters={
                "rope_type": "llama3", "rope_theta": 5e5, "factor": 8.0, "low_freq_factor": 1.0,
                "high_freq_factor": 4.0, "original_max_position_embeddings": 32,
            },
            **SHARED,
        ),
    ),
    # a window
    "mistral": dict(
        split="smollm",
        config=transformers.MistralConfig(
            hidden_size=64, intermediate_size=96, num_key_value_heads=2, sliding_window=16,
            tie_word_embeddings=False, **SHARED,
        ),
    ),
    # rows that are no multiples of 32 long
    "qwen2": dict(
        split="qwen2",
        config=transformers.Qwen2Config(
            hidden_size=48, intermediate_size=64, num_key_value_heads=2, tie_word_embeddings=True,
            rope_parameters={"rope_type": "default", "rope_theta": 1e6}, **SHARED,
        ),
    ),
    # norms of heads
    "qwen3": dict(
        split="qwen2",
        config=transformers.Qwen3Config(
            hidden_size=64, intermediate_size=96, num_key_value_heads=2, head_dim=24,
            tie_word_embeddings=True, **SHARED,
        ),
    ),
}


def tokenizer(split):
    """A byte-level tokenizer of 400 tokens; that of Llama 3 puts a token before every text."""
    result = tokenizers.Tokenizer(
        tokenizers.models.BPE(ignore_merges=split == "llama-bpe", byte_fallback=False)
    )
    steps = SPLITS[split]
    if isinstance(steps, str):
        steps = [
            pre_tokenizers.Split(tokenizers.Regex(steps), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    result.pre_tokenizer = pre_tokenizers.Sequence(steps)
    result.decoder = decoders.ByteLevel()
    if split == "qwen2":
        result.normalizer = tokenizers.normalizers.NFC()
    result.train_from_iterator(
        TEXTS,
        trainers.BpeTrainer(
            vocab_size=400,
            special_tokens=["<|begin|>", "<|end|>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    result.add_tokens([tokenizers.AddedToken("[1]", normalized=False)])
    result.add_tokens([tokenizers.AddedToken("<|tool|>", normalized=False)])
    if split == "llama-bpe":
        result.post_processor = processors.TemplateProcessing(
            single="<|begin|> $A", pair="<|begin|> $A $B", special_tokens=[("<|begin|>", 0)]
        )
    return result


def save_tokenizer(path, split):
    """Writes a tokenizer with its roles and a template, and returns it."""
    made = tokenizer(split)
    made.save(str(path / "tokenizer.json"))
    roles = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<|begin|>" if split == "llama-bpe" else None,
        "eos_token": "<|end|>",
        "pad_token": "<|end|>",
        "chat_template": "{% for m in messages %}{{ m['content'] }}<|end|>{% endfor %}",
    }
    (path / "tokenizer_config.json").write_text(json.dumps(roles, indent=1) + "\n")
    return made


def write_all(directory):
    """Writes every model and returns their directories."""
    torch.manual_seed(5)
    paths = []
    for name, parts in MODELS.items():
        path = pathlib.Path(directory) / name
        path.mkdir(parents=True, exist_ok=True)
        made = save_tokenizer(path, parts["split"])
        config = parts["config"]
        config.vocab_size = made.get_vocab_size() + 7  # rows without a token
        config.bos_token_id, config.eos_token_id, config.pad_token_id = 0, 1, None
        model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32)
        for key, value in model.named_parameters():
            torch.nn.init.normal_(value, mean=1.0 if "norm" in key else 0.0, std=0.2)
        model.save_pretrained(path)
        paths.append(path)
    return paths
