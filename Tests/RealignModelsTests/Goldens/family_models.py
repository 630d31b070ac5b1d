"""Random models of every family in several sizes, with tokenizers, as transformers writes them.

The small ones are the variants of make_families.py and make_llama.py, longer; the others are
larger, with more blocks and the family's own pattern of windows.
"""

import json
import pathlib
import shutil

import tokenizers
import torch
import transformers

import gguf_models
import make_families
import make_llama

PIECES = pathlib.Path(__file__).resolve().parents[2] / "RealignTextTests/Goldens/Composed/llama2.json"

FAMILIES = ["llama", "mistral", "qwen2", "qwen3", "smollm3", "gpt2", "gemma2", "gemma3"]
SMALL = make_families.SIZES | dict(
    hidden_size=48, intermediate_size=72, max_position_embeddings=160
)
LARGE = dict(
    hidden_size=256,
    intermediate_size=400,
    num_hidden_layers=7,
    num_attention_heads=8,
    num_key_value_heads=2,
    max_position_embeddings=320,
    bos_token_id=0,
    eos_token_id=1,
    pad_token_id=None,
)
LARGE_VARIANTS = {
    "llama-large": dict(
        model_type="llama",
        tie_word_embeddings=False,
        rope_parameters={
            "rope_type": "llama3",
            "rope_theta": 500000.0,
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 64,
        },
    ),
    # one head of keys and values
    "mistral-large": dict(model_type="mistral", sliding_window=48, num_key_value_heads=1),
    "qwen2-large": dict(model_type="qwen2", tie_word_embeddings=True),
    "qwen3-large": dict(model_type="qwen3", head_dim=48, tie_word_embeddings=False),
    # every fourth block without positions
    "smollm3-large": dict(model_type="smollm3", tie_word_embeddings=True),
    "gpt2-large": dict(model_type="gpt2"),
    # bounds of the published models
    "gemma2-large": dict(
        model_type="gemma2", head_dim=64, sliding_window=48, query_pre_attn_scalar=64
    ),
    # five blocks with a window to one without
    "gemma3-large": dict(
        model_type="gemma3_text", head_dim=64, sliding_window=48, query_pre_attn_scalar=64
    ),
}
SPLITS = {"qwen2": "qwen2", "qwen3": "qwen2", "llama": "llama-bpe"}


def variants():
    """Name, family, sizes and options of every model."""
    llamas = {f"llama-{k}": dict(model_type="llama") | v for k, v in make_llama.VARIANTS.items()}
    small = {name: (SMALL, options) for name, options in (make_families.VARIANTS | llamas).items()}
    large = {name: (LARGE, options) for name, options in LARGE_VARIANTS.items()}
    for name, (sizes, options) in (small | large).items():
        yield name, options["model_type"].removesuffix("_text"), sizes, options


def save_tokenizer(path, family):
    """A tokenizer of the kind that the family has: pieces for Gemma, else bytes."""
    if not family.startswith("gemma"):
        return gguf_models.save_tokenizer(path, SPLITS.get(family, "smollm"))
    # The committed one: training breaks ties by chance, and the sizes of the model follow from it.
    made = tokenizers.Tokenizer.from_file(str(PIECES))
    made.save(str(path / "tokenizer.json"))
    roles = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "chat_template": "{{ bos_token }}{% for m in messages %}{{ m['content'] }}{% endfor %}",
    }
    (path / "tokenizer_config.json").write_text(json.dumps(roles, indent=1) + "\n")
    return made


def randomize(model, seed):
    """Norms and biases away from their defaults; logits spread, so that few are nearly equal.

    Embeddings are small beside what the blocks add and the last norm makes up for it: otherwise a
    tied head would say every token again. Matrices lengthen what they are given, so that a token
    changes all that follow; more in GPT-2, whose biases say the same everywhere.
    """
    generator = torch.Generator().manual_seed(seed)
    config = model.config
    around_one = config.model_type.startswith("gemma")
    scale = 0.3 if around_one else 1.0
    # Deeper models have it less: rounding grows from block to block as differences of tokens do.
    gain = 1.2 if config.num_hidden_layers <= 3 else 1.0
    if config.model_type == "gpt2":
        gain = 2.0
    spread = min(3.0, (getattr(config, "final_logit_softcapping", None) or 9.0) / 3)
    ends = {"model.norm.weight", "transformer.ln_f.weight"}
    with torch.no_grad():
        for name, value in model.named_parameters():
            random = torch.randn(value.shape, generator=generator)
            if any(part in name for part in ("embed", "wte", "wpe", "lm_head")):
                value.copy_(random * scale / config.hidden_size**0.5)
            elif value.dim() == 2:
                inputs = value.shape[0 if config.model_type == "gpt2" else 1]
                value.copy_(random * gain / inputs**0.5)
            else:
                value.copy_(random * 0.3 + (1.0 if name.endswith(".weight") else 0.0))
                if name in ends:
                    value.mul_(spread / scale)
                if around_one:
                    value.sub_(1.0)


def write(path, family, sizes, options, seed):
    """Writes a model directory and returns the ids that have a meaning of their own in texts."""
    options = sizes | options
    model_type = options.pop("model_type")
    if model_type == "gpt2":
        for name in ("intermediate_size", "num_key_value_heads"):
            del options[name]
    made = save_tokenizer(path, family)
    count = made.get_vocab_size()
    options |= dict(vocab_size=count + 7)  # rows without a token
    if family.startswith("gemma"):
        options |= dict(bos_token_id=1, eos_token_id=2)
    config = transformers.AutoConfig.for_model(model_type, **options)
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    randomize(model, seed)
    head = model.get_output_embeddings().weight
    # Logits of 0, which greedy decoding never takes: it must not end before its limit.
    with torch.no_grad():
        head[count:] = 0
        head[config.eos_token_id] = 0
    model.save_pretrained(path)
    return [index for index in range(count) if index != config.eos_token_id]


def write_version_4(path, target, ends):
    """The same model with the configuration that version 4 of transformers wrote.

    Rotation lies in `rope_theta` and `rope_scaling`, the type is `torch_dtype`, windows are said by
    the family's own switches where it has them, and generation ends at any of `ends`.
    """
    shutil.copytree(path, target)
    config = json.loads((path / "config.json").read_text())
    config["transformers_version"] = "4.44.0"
    config["torch_dtype"] = config.pop("dtype")
    rope = config.pop("rope_parameters", None)
    if config["model_type"] == "gemma3_text":
        config["rope_local_base_freq"] = rope["sliding_attention"]["rope_theta"]
        rope = rope["full_attention"]
    if rope is not None:
        config["rope_theta"] = rope.pop("rope_theta")
        config["rope_scaling"] = None if rope["rope_type"] == "default" else rope
    config["eos_token_id"] = ends
    (target / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    generation = json.loads((path / "generation_config.json").read_text())
    generation["eos_token_id"] = ends
    (target / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n")
