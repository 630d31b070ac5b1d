"""Reference values of tiny decoders of every family, made with transformers.

Run:  python make_families.py        (pip install torch transformers safetensors)
Writes families.json beside this file: configurations, log-probabilities of a few sequences, greedy
continuations, and of the gradient of a mean cross-entropy for every parameter its norm and its
products with two directions. Weights are a formula of name and index, so none are stored, except
those of GPT-2 (gpt2/model.safetensors), whose file layout is its own.
"""
import json
import pathlib

import numpy
import torch
import transformers

HERE = pathlib.Path(__file__).parent
SIZES = dict(
    vocab_size=51,
    hidden_size=16,
    intermediate_size=24,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    bos_token_id=0,
    eos_token_id=1,
    pad_token_id=None,
)
VARIANTS = {
    # a window on the last block only, biases on queries, keys and values
    "qwen2": dict(
        model_type="qwen2",
        tie_word_embeddings=False,
        use_sliding_window=True,
        sliding_window=5,
        max_window_layers=2,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0},
    ),
    # head norms, a head width of its own, all biases of attention
    "qwen3": dict(
        model_type="qwen3",
        head_dim=6,
        attention_bias=True,
        tie_word_embeddings=True,
        use_sliding_window=True,
        sliding_window=7,
        layer_types=["sliding_attention", "full_attention", "sliding_attention"],
    ),
    "mistral": dict(model_type="mistral", sliding_window=6, tie_word_embeddings=False),
    "mistral-full": dict(model_type="mistral", sliding_window=None, head_dim=10),
    # the second block without positions, and with a window
    "smollm3": dict(
        model_type="smollm3",
        no_rope_layers=[1, 0, 1],
        use_sliding_window=True,
        sliding_window=6,
        attention_bias=True,
        mlp_bias=True,
    ),
    "gpt2": dict(model_type="gpt2", n_inner=40),
    "gemma2": dict(
        model_type="gemma2",
        head_dim=6,
        sliding_window=5,
        query_pre_attn_scalar=9,
        attn_logit_softcapping=2.0,
        final_logit_softcapping=3.0,
    ),
    "gemma3": dict(
        model_type="gemma3_text",
        head_dim=6,
        sliding_window=5,
        query_pre_attn_scalar=7,
        final_logit_softcapping=4.0,
        layer_types=["sliding_attention", "full_attention", "sliding_attention"],
        rope_parameters={
            "full_attention": {"rope_type": "linear", "rope_theta": 100000.0, "factor": 4.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
        },
    ),
    "llama-linear": dict(
        model_type="llama",
        rope_parameters={"rope_type": "linear", "rope_theta": 10000.0, "factor": 4.0},
    ),
    "llama-yarn": dict(
        model_type="llama",
        head_dim=16,
        rope_parameters={
            "rope_type": "yarn",
            "rope_theta": 10000.0,
            "factor": 4.0,
            "original_max_position_embeddings": 16,
            "beta_fast": 4.0,
            "beta_slow": 1.0,
        },
    ),
}


def formula(name, count):
    """Numbers in [-1, 1) from a name: splitmix64 of its FNV-1a hash, 24 bits each."""
    mask = (1 << 64) - 1
    state = 14695981039346656037
    for byte in name.encode():
        state = ((state ^ byte) * 1099511628211) & mask
    values = numpy.empty(count, dtype=numpy.float32)
    for i in range(count):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        z ^= z >> 31
        values[i] = (z >> 40) / float(1 << 23) - 1.0
    return torch.from_numpy(values)


def weights(name, like, around_one):
    """Norms and biases away from their defaults; a norm that adds one itself stays around zero."""
    offset = 0.0
    if like.dim() == 1 and name.endswith(".weight") and not around_one:
        offset = 1.0
    return formula(name, like.numel()).reshape(like.shape) * 0.5 + offset


def seven(value):
    return float(f"{value:.7g}")


def make(options):
    options = dict(options)
    model_type = options.pop("model_type")
    sizes = dict(SIZES)
    if model_type == "gpt2":
        for name in ("intermediate_size", "num_key_value_heads"):
            del sizes[name]
    config = transformers.AutoConfig.for_model(model_type, **sizes, **options)
    config._attn_implementation = "eager"
    model = transformers.AutoModelForCausalLM.from_config(config).float().eval()
    around_one = model_type.startswith("gemma")
    with torch.no_grad():
        for name, value in model.named_parameters():
            value.copy_(weights(name, value, around_one))
    generator = torch.Generator().manual_seed(11)
    sequences = [
        torch.randint(2, 51, (length,), generator=generator).tolist() for length in (2, 7, 19, 40)
    ]
    rows = []
    loss = 0.0
    count = 0
    for ids in sequences:
        logits = model(torch.tensor([ids]), use_cache=False).logits[0]
        picked = torch.log_softmax(logits[:-1], -1).gather(1, torch.tensor(ids[1:])[:, None])[:, 0]
        rows.append({"ids": ids, "logprobs": [round(x, 6) for x in picked.tolist()]})
        loss = loss - picked.sum()
        count += len(ids) - 1
    (loss / count).backward()
    gradients = {}
    for name, value in model.named_parameters():
        flat = value.grad.flatten().double()
        gradients[name] = [seven(flat.norm().item())] + [
            seven((flat * formula(f"{name}/{k}", flat.numel()).double()).sum().item())
            for k in (1, 2)
        ]
    prompt = sequences[1]
    greedy = list(prompt)
    for _ in range(14):
        with torch.no_grad():
            logits = model(torch.tensor([greedy]), use_cache=False).logits[0, -1]
        greedy.append(int(logits.argmax()))
    if model_type == "gpt2":
        (HERE / "gpt2").mkdir(exist_ok=True)
        model.save_pretrained(HERE / "gpt2")
        (HERE / "gpt2/generation_config.json").unlink(missing_ok=True)
    saved = config.to_dict()
    saved["architectures"] = [type(model).__name__]
    return {
        "config": saved,
        "sequences": rows,
        "loss": (loss / count).item(),
        "gradients": gradients,
        "greedy": {"prompt": prompt, "ids": greedy[len(prompt):]},
    }


def main():
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    lines = [f'"versions": {json.dumps(versions)}']
    for name, options in VARIANTS.items():
        lines.append(f"{json.dumps(name)}: {json.dumps(make(options), separators=(',', ':'))}")
    (HERE / "families.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
