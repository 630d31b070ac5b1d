"""Reference values of a tiny random Llama, made with transformers.

Run:  python make_llama.py        (pip install torch transformers safetensors)
Writes llama/{config.json, model.safetensors} and llama.json beside this file: log-probabilities of
a few sequences, and gradients of a mean cross-entropy for every parameter.
"""
import json
import pathlib

import torch
import transformers

HERE = pathlib.Path(__file__).parent
VARIANTS = {
    # grouped queries, tied head, no biases
    "tied": dict(tie_word_embeddings=True),
    # untied head, biases everywhere, llama3 frequency scaling, own head width
    "biased": dict(
        tie_word_embeddings=False,
        attention_bias=True,
        mlp_bias=True,
        head_dim=12,
        rope_parameters={
            "rope_type": "llama3",
            "rope_theta": 500000.0,
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 16,
        },
    ),
}


def make(name, options):
    torch.manual_seed(7)
    config = transformers.LlamaConfig(
        vocab_size=61,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=64,
        rms_norm_eps=1e-5,
        bos_token_id=0,
        eos_token_id=1,
        attn_implementation="eager",
        **options,
    )
    model = transformers.LlamaForCausalLM(config).float().eval()
    with torch.no_grad():
        for key, value in model.named_parameters():
            # away from the defaults, so that a forgotten norm weight or bias shows
            value.copy_(torch.randn_like(value) * (0.3 if value.dim() == 2 else 0.5))
            if "norm" in key:
                value.add_(1.0)
    target = HERE / ("llama-" + name)
    target.mkdir(exist_ok=True)
    model.save_pretrained(target)
    (target / "generation_config.json").unlink(missing_ok=True)
    sequences = [
        torch.randint(2, 61, (length,)).tolist() for length in (2, 7, 8, 31, 40)
    ]
    rows = []
    loss = 0.0
    count = 0
    for ids in sequences:
        logits = model(torch.tensor([ids])).logits[0]
        logps = torch.log_softmax(logits[:-1], -1)
        picked = logps.gather(1, torch.tensor(ids[1:])[:, None])[:, 0]
        rows.append({"ids": ids, "logprobs": picked.tolist()})
        loss = loss - picked.sum()
        count += len(ids) - 1
    (loss / count).backward()
    gradients = {}
    for key, value in model.named_parameters():
        flat = value.grad.flatten()
        gradients[key] = {
            "norm": flat.norm().item(),
            "first": flat[:4].tolist(),
            "last": flat[-4:].tolist(),
        }
    greedy = model.generate(
        torch.tensor([sequences[1]]), max_new_tokens=12, do_sample=False, eos_token_id=1,
        pad_token_id=1,
    )[0].tolist()
    return {
        "sequences": rows,
        "loss": (loss / count).item(),
        "gradients": gradients,
        "greedy": {"prompt": sequences[1], "ids": greedy[len(sequences[1]):]},
    }


def main():
    result = {
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "variants": {name: make(name, options) for name, options in VARIANTS.items()},
    }
    (HERE / "llama.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
