"""Reference values of adapters on tiny decoders, made with PEFT.

Run:  python make_peft.py        (pip install torch transformers peft)
Writes peft.json beside this file: for every case the adapter_config.json that PEFT wrote, the names
and shapes of its tensors, log-probabilities of one sequence, and of the gradient of the mean
cross-entropy for every trained tensor its norm and its products with two directions. Base and
adapter weights are formulas of name and index (those of make_families.py), so none are stored.
"""
import json
import os
import pathlib
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"

import peft  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from peft.utils import get_peft_model_state_dict, set_peft_model_state_dict  # noqa: E402

from make_families import SIZES, VARIANTS, formula, seven, weights  # noqa: E402

HERE = pathlib.Path(__file__).parent
PREFIX = "base_model.model."
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
# Name: (family of families.json, options of LoraConfig).
CASES = {
    "lora": ("qwen2", dict(r=3, lora_alpha=5, target_modules=["q_proj", "v_proj"])),
    "lora gpt2": ("gpt2", dict(r=3, lora_alpha=5, target_modules=["c_attn", "mlp.c_proj"])),
    "rslora": ("gemma2", dict(r=4, lora_alpha=6, use_rslora=True, target_modules=ALL)),
    "rank pattern": (
        "smollm3",
        dict(
            r=2,
            lora_alpha=3,
            use_rslora=True,
            target_modules=ALL,
            rank_pattern={
                r"layers\.1\.mlp\..*": 5,
                "q_proj": 1,
                r"^model\.layers\.2.self_attn.v_proj": 4,
            },
            alpha_pattern={"self_attn.k_proj": 7, "up_proj": 0.5},
        ),
    ),
    "regex": (
        "qwen3",
        dict(
            r=2,
            lora_alpha=4,
            target_modules=r".*\.(?P<layer>[02])\.(self_attn\.[qk]|mlp\.up)_proj",
        ),
    ),
    "regex gpt2": (
        "gpt2",
        dict(r=2, lora_alpha=4, target_modules=r"transformer\.h\.\d+\.mlp\.c_(fc|proj)"),
    ),
    "all-linear": ("gemma3", dict(r=2, lora_alpha=4, target_modules="all-linear")),
    "all-linear gpt2": ("gpt2", dict(r=2, lora_alpha=4, target_modules="all-linear")),
    "full paths": (
        "llama-linear",
        dict(
            r=2,
            lora_alpha=4,
            target_modules=[
                "model.layers.0.self_attn.q_proj", "layers.2.mlp.down_proj", "mlp.gate_proj"
            ],
            exclude_modules=["layers.1.mlp.gate_proj"],
        ),
    ),
    "some layers": (
        "mistral",
        dict(
            r=2,
            lora_alpha=4,
            target_modules=["o_proj", "model.layers.0.mlp.up_proj"],
            layers_to_transform=[1, 2],
            layers_pattern=["layers"],
        ),
    ),
    "head": (
        "qwen2",
        dict(r=2, lora_alpha=4, target_modules=["q_proj"], modules_to_save=["lm_head"]),
    ),
    "tied head": (
        "gemma2",
        dict(r=2, lora_alpha=4, target_modules=["v_proj"], modules_to_save=["lm_head"]),
    ),
    "embedding and norms": (
        "qwen3",
        dict(
            r=2,
            lora_alpha=4,
            target_modules=["up_proj"],
            modules_to_save=["embed_tokens", "norm"],
        ),
    ),
    "both ends gpt2": (
        "gpt2",
        dict(
            r=2,
            lora_alpha=4,
            target_modules=["c_attn"],
            modules_to_save=["wte", "wpe", "ln_1", "ln_f", "lm_head"],
        ),
    ),
    "dora": ("qwen2", dict(r=3, lora_alpha=5, target_modules=ALL, use_dora=True)),
    "dora gemma2": (
        "gemma2",
        dict(
            r=2,
            lora_alpha=4,
            target_modules=["v_proj", "o_proj", "down_proj"],
            use_dora=True,
            use_rslora=True,
        ),
    ),
    "dora gpt2": (
        "gpt2",
        dict(
            r=2,
            lora_alpha=4,
            target_modules="all-linear",
            use_dora=True,
            modules_to_save=["ln_2"],
        ),
    ),
}


def base(family):
    """A model of make_families.py with the weights of its formula."""
    options = dict(VARIANTS[family])
    model_type = options.pop("model_type")
    sizes = dict(SIZES)
    if model_type == "gpt2":
        for name in ("intermediate_size", "num_key_value_heads"):
            del sizes[name]
    config = transformers.AutoConfig.for_model(model_type, **sizes, **options)
    config._attn_implementation = "eager"
    model = transformers.AutoModelForCausalLM.from_config(config).float().eval()
    with torch.no_grad():
        for name, value in model.named_parameters():
            value.copy_(weights(name, value, model_type.startswith("gemma")))
    return model


def values(name, like, around_one):
    """Adapter weights by PEFT's names: magnitudes around the norms, copies as the base has."""
    if ".lora_A." in name or ".lora_B." in name:
        return formula(name, like.numel()).reshape(like.shape) * 0.3
    if name.endswith("lora_magnitude_vector"):
        return formula(name, like.numel()).reshape(like.shape) * 0.4 + 1.2
    return weights(name, like, around_one)


def saved_name(name):
    name = name.replace(".lora_magnitude_vector.default.weight", ".lora_magnitude_vector")
    for part in (".lora_A", ".lora_B"):
        name = name.replace(part + ".default", part)
    return name.replace(".modules_to_save.default", "")


def make(family, options):
    around_one = family.startswith("gemma")
    model = base(family)
    config = peft.LoraConfig(task_type="CAUSAL_LM", **options)
    model = peft.get_peft_model(model, config).eval()
    state = get_peft_model_state_dict(model)
    set_peft_model_state_dict(model, {n: values(n, v, around_one) for n, v in state.items()})
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        written = json.loads(pathlib.Path(folder, "adapter_config.json").read_text())
    if isinstance(written["target_modules"], list):
        written["target_modules"].sort()
    generator = torch.Generator().manual_seed(23)
    ids = torch.randint(2, 51, (21,), generator=generator)
    logits = model(ids[None], use_cache=False).logits[0]
    picked = torch.log_softmax(logits[:-1], -1).gather(1, ids[1:, None])[:, 0]
    (-picked.mean()).backward()
    gradients = {}
    for name, value in model.named_parameters():
        if not value.requires_grad:
            continue
        name = saved_name(name)
        assert name in state, name
        flat = value.grad.flatten().double()
        gradients[name] = [seven(flat.norm().item())] + [
            seven((flat * formula(f"{name}/{k}", flat.numel()).double()).sum().item())
            for k in (1, 2)
        ]
    assert sorted(gradients) == sorted(state), set(state) ^ set(gradients)
    return {
        "family": family,
        "config": written,
        "shapes": {name: list(value.shape) for name, value in sorted(state.items())},
        "ids": ids.tolist(),
        "logprobs": [round(x, 6) for x in picked.tolist()],
        "gradients": gradients,
    }


def main():
    versions = {m.__name__: m.__version__ for m in (torch, transformers, peft)}
    lines = [f'"versions": {json.dumps(versions)}']
    for name, (family, options) in CASES.items():
        case = json.dumps(make(family, options), separators=(",", ":"))
        lines.append(f"{json.dumps(name)}: {case}")
    (HERE / "peft.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
