"""Ten full-weight updates of TRL on a tiny random Llama for every preference loss, in file order.

Run:  python make_trl_dpo.py [FOLDER] [SEED]     (pip install torch transformers trl)
Writes dpo/{config.json, model.safetensors}, the model every run starts from, and dpo.json: token
ids of the rows, and for each run its settings and what TRL logged, one list per metric.
"""
import json
import os
import pathlib
import sys
import tempfile

os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"

import datasets
import tokenizers
import torch
import transformers
import trl
import trl.experimental.cpo

VOCABULARY = 61
END = 1
# Not rewards/accuracies: before the policy moves, rounding decides whether c > r.
ALL = [
    "loss",
    "grad_norm",
    "learning_rate",
    "rewards/chosen",
    "rewards/rejected",
    "rewards/margins",
    "logps/chosen",
    "logps/rejected",
    "logits/chosen",
    "logits/rejected",
    "entropy",
    "mean_token_accuracy",
]
SOME = ["loss", "grad_norm", "rewards/chosen", "rewards/rejected", "logps/chosen", "logps/rejected"]
TRAINING = {
    "max_steps": 10,
    "lr_scheduler_type": "linear",
    "warmup_steps": 2,
    "max_grad_norm": 1.0,
    "weight_decay": 0.01,
    "logging_steps": 1,
    "bf16": False,
    "fp16": False,
    "use_cpu": True,
    "gradient_checkpointing": False,
    "report_to": [],
    "save_strategy": "no",
    "disable_tqdm": True,
    "train_sampling_strategy": "sequential",
}
RATE = 2e-3


def pair(losses, metrics=SOME, **settings):
    """A run of DPOTrainer."""
    return {"losses": losses, **settings}, metrics


RUNS = {
    "sigmoid": pair(["sigmoid"], ALL),
    "sigmoid+sft": pair(["sigmoid", "sft"], ALL, weights=[1.0, 0.2]),
    "ipo": pair(["ipo"], ALL),
    "hinge": pair(["hinge"]),
    "exo_pair": pair(["exo_pair"], label_smoothing=1e-3),
    "nca_pair": pair(["nca_pair"]),
    "robust": pair(["robust"], label_smoothing=0.1),
    "bco_pair": pair(["bco_pair"]),
    "sppo_hard": pair(["sppo_hard"]),
    "aot": pair(["aot"]),
    "aot smoothed": pair(["aot"], label_smoothing=0.1),
    "aot_unpaired": pair(["aot_unpaired"]),
    "aot_unpaired smoothed": pair(["aot_unpaired"], label_smoothing=0.1),
    "apo_zero": pair(["apo_zero"]),
    "apo_down": pair(["apo_down"]),
    "discopop": pair(["discopop"]),
    "discopop, wide": pair(["discopop"], discopop_tau=0.5),
    "sft": pair(["sft"]),
    "sigmoid_norm": pair(["sigmoid_norm"], beta=5.0),
    "sigmoid+bco_pair+sft": pair(["sigmoid", "bco_pair", "sft"], weights=[0.8, 0.2, 1.0]),
    "sigmoid, forward_kl": pair(["sigmoid"], f_divergence_type="forward_kl"),
    "sigmoid, js_divergence": pair(["sigmoid"], f_divergence_type="js_divergence"),
    "sigmoid, alpha_divergence": pair(["sigmoid"], f_divergence_type="alpha_divergence"),
    "hinge, alpha_divergence 2": pair(
        ["hinge"], f_divergence_type="alpha_divergence", f_alpha_divergence_coef=2.0
    ),
    "ipo, forward_kl": pair(["ipo"], f_divergence_type="forward_kl"),
    "sigmoid_norm, js_divergence": pair(
        ["sigmoid_norm"], beta=5.0, f_divergence_type="js_divergence"
    ),
    "exo_pair, js_divergence": pair(
        ["exo_pair"], label_smoothing=1e-3, f_divergence_type="js_divergence"
    ),
    "robust, alpha_divergence": pair(
        ["robust"], label_smoothing=0.1, f_divergence_type="alpha_divergence"
    ),
    "discopop, forward_kl": pair(["discopop"], f_divergence_type="forward_kl"),
    "sigmoid, ld_alpha": pair(["sigmoid"], ld_alpha=0.5),
    "ipo+sft, ld_alpha": pair(["ipo", "sft"], ld_alpha=0.25),
    "sigmoid, weighted": pair(["sigmoid"], use_weighting=True),
    "nca_pair, weighted": pair(["nca_pair"], use_weighting=True),
    "simpo": pair(["simpo"], ["loss", "grad_norm"], beta=2.0, simpo_gamma=0.5),
    "kto": pair(["kto"], SOME + ["kl"]),
    "kto, unequal": pair(
        ["kto"], SOME + ["kl"], beta=0.3, desirable_weight=1.5, undesirable_weight=0.75
    ),
    "apo_zero_unpaired": pair(["apo_zero_unpaired"]),
}


def make_tokenizer():
    words = {"<pad>": 0, "</s>": END, "<unk>": 2}
    words |= {f"w{i}": i for i in range(3, VOCABULARY)}
    backend = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="<unk>"))
    backend.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend, eos_token="</s>", pad_token="<pad>", unk_token="<unk>"
    )


def make_model():
    config = transformers.LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=64,
        rms_norm_eps=1e-5,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=END,
        pad_token_id=0,
        attn_implementation="eager",
    )
    model = transformers.LlamaForCausalLM(config).float()
    with torch.no_grad():
        for key, value in model.named_parameters():
            value.copy_(torch.randn_like(value) * (0.15 if value.dim() == 2 else 0.1))
            if "norm" in key:
                value.add_(1.0)
    return model


def text(length):
    return " ".join(f"w{i}" for i in torch.randint(3, VOCABULARY, (length,)).tolist())


def make_pairs():
    return [
        {
            "prompt": text(3 + index % 7),
            "chosen": " " + text(2 + index % 5),
            "rejected": " " + text(1 + (index * 3) % 6),
        }
        for index in range(24)
    ]


def unpaired(pairs):
    """One answer of each pair, two of three desirable, so that KTO's estimate of the KL grows."""
    return [
        {
            "prompt": row["prompt"],
            "completion": row["rejected" if index % 3 == 0 else "chosen"],
            "label": index % 3 != 0,
        }
        for index, row in enumerate(pairs)
    ]


def train(folder, tokenizer, pairs, settings, metrics):
    """Ten updates; the metrics TRL logs after each."""
    losses = settings["losses"]
    options = {key: value for key, value in settings.items() if key not in ("losses", "weights")}
    rows = pairs
    batches = {"per_device_train_batch_size": 4, "gradient_accumulation_steps": 2}
    if losses[0] in ("kto", "apo_zero_unpaired"):
        kind, trainer_kind, rows = trl.KTOConfig, trl.KTOTrainer, unpaired(pairs)
        options["loss_type"] = losses[0]
        # One micro-batch an update: TRL logs means of its micro-batches' means, which differ from
        # means over the rows where micro-batches have unlike shares of desirable rows.
        batches = {"per_device_train_batch_size": 8, "gradient_accumulation_steps": 1}
    elif losses[0] == "simpo":
        kind, trainer_kind = trl.experimental.cpo.CPOConfig, trl.experimental.cpo.CPOTrainer
        options |= {"loss_type": "simpo", "cpo_alpha": 0.0, "max_length": 64}
    else:
        kind, trainer_kind = trl.DPOConfig, trl.DPOTrainer
        options |= {"loss_type": losses, "loss_weights": settings.get("weights")}
    model = transformers.LlamaForCausalLM.from_pretrained(
        folder / "dpo", dtype=torch.float32, attn_implementation="eager"
    )
    options.setdefault("beta", 0.1)
    with tempfile.TemporaryDirectory() as output:
        trainer = trainer_kind(
            model=model,
            args=kind(output_dir=output, learning_rate=RATE, **batches, **TRAINING, **options),
            train_dataset=datasets.Dataset.from_list(rows),
            processing_class=tokenizer,
        )
        trainer.train()
        logs = [entry for entry in trainer.state.log_history if "loss" in entry]
    return {
        "losses": losses,
        "settings": {key: settings[key] for key in settings if key != "losses"},
        **batches,
        "metrics": {
            key: [float(f"{float(entry[key]):.8g}") for entry in logs] for key in metrics
        },
    }


def compact(value, indent=0):
    """JSON with one line for each list of numbers."""
    pad = " " * (indent + 1)
    if isinstance(value, dict):
        lines = [f"{pad}{json.dumps(key)}: {compact(item, indent + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + "\n" + " " * indent + "}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(pad + json.dumps(item) for item in value) + "\n" + " " * indent + "]"
    return json.dumps(value)


def make(folder, seed=11):
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    tokenizer = make_tokenizer()
    make_model().save_pretrained(folder / "dpo")
    (folder / "dpo" / "generation_config.json").unlink(missing_ok=True)
    pairs = make_pairs()

    def ids(piece):
        return tokenizer(piece, add_special_tokens=False)["input_ids"]

    result = {
        "versions": {
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "trl": trl.__version__,
        },
        "learning_rate": RATE,
        "pairs": [
            {
                "prompt": ids(row["prompt"]),
                "chosen": ids(row["chosen"]) + [END],
                "rejected": ids(row["rejected"]) + [END],
            }
            for row in pairs
        ],
        "rows": [
            {
                "prompt": ids(row["prompt"]),
                "completion": ids(row["completion"]) + [END],
                "label": row["label"],
            }
            for row in unpaired(pairs)
        ],
        "runs": {
            name: train(folder, tokenizer, pairs, *run) for name, run in RUNS.items()
        },
    }
    (folder / "dpo.json").write_text(compact(result) + "\n")


if __name__ == "__main__":
    make(
        pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent,
        int(sys.argv[2]) if len(sys.argv) > 2 else 11,
    )
