"""Ten full-weight DPO steps of TRL on a tiny random Llama, in file order.

Run:  python make_trl_dpo.py      (pip install torch transformers trl)
Writes dpo/{config.json, model.safetensors} and dpo.json beside this file: token ids of the pairs
and TRL's logged metrics of every step.
"""
import json
import pathlib
import tempfile

import datasets
import tokenizers
import torch
import transformers
import trl

HERE = pathlib.Path(__file__).parent
VOCABULARY = 61

torch.manual_seed(11)
words = {f"t{i}": i for i in range(VOCABULARY)}
backend = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="t2"))
backend.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
tokenizer = transformers.PreTrainedTokenizerFast(
    tokenizer_object=backend, eos_token="t1", pad_token="t0", unk_token="t2"
)
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
    eos_token_id=1,
    pad_token_id=0,
    attn_implementation="eager",
)
model = transformers.LlamaForCausalLM(config).float()
with torch.no_grad():
    for key, value in model.named_parameters():
        value.copy_(torch.randn_like(value) * (0.15 if value.dim() == 2 else 0.1))
        if "norm" in key:
            value.add_(1.0)
model.save_pretrained(HERE / "dpo")
(HERE / "dpo" / "generation_config.json").unlink(missing_ok=True)


def text(length):
    return " ".join(f"t{i}" for i in torch.randint(3, VOCABULARY, (length,)).tolist())


rows = []
for index in range(24):
    rows.append(
        {
            "prompt": text(3 + index % 7),
            "chosen": " " + text(2 + index % 5),
            "rejected": " " + text(1 + (index * 3) % 6),
        }
    )


class InOrder(trl.DPOTrainer):
    def _get_train_sampler(self, *arguments):
        return torch.utils.data.SequentialSampler(self.train_dataset)


def run(loss_type, loss_weights=None):
    policy = transformers.LlamaForCausalLM.from_pretrained(
        HERE / "dpo", dtype=torch.float32, attn_implementation="eager"
    )
    with tempfile.TemporaryDirectory() as output:
        settings = trl.DPOConfig(
            output_dir=output,
            per_device_train_batch_size=4,
            gradient_accumulation_steps=2,
            max_steps=10,
            learning_rate=2e-3,
            lr_scheduler_type="linear",
            warmup_steps=2,
            beta=0.1,
            loss_type=loss_type,
            loss_weights=loss_weights,
            max_grad_norm=1.0,
            weight_decay=0.01,
            logging_steps=1,
            bf16=False,
            fp16=False,
            use_cpu=True,
            gradient_checkpointing=False,
            report_to=[],
            save_strategy="no",
            disable_tqdm=True,
        )
        trainer = InOrder(
            model=policy,
            args=settings,
            train_dataset=datasets.Dataset.from_list(rows),
            processing_class=tokenizer,
        )
        trainer.train()
        logs = [entry for entry in trainer.state.log_history if "loss" in entry]
    keys = [
        "loss",
        "grad_norm",
        "learning_rate",
        "rewards/chosen",
        "rewards/rejected",
        "rewards/accuracies",
        "rewards/margins",
        "logps/chosen",
        "logps/rejected",
        "logits/chosen",
        "logits/rejected",
        "entropy",
        "mean_token_accuracy",
    ]
    return [{key: float(entry[key]) for key in keys if key in entry} for entry in logs]


def ids(piece):
    return tokenizer(piece, add_special_tokens=False)["input_ids"]


result = {
    "versions": {
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "trl": trl.__version__,
    },
    "rows": [
        {
            "prompt": ids(row["prompt"]),
            "chosen": ids(row["chosen"]) + [1],
            "rejected": ids(row["rejected"]) + [1],
        }
        for row in rows
    ],
    "runs": {
        "sigmoid": run(["sigmoid"]),
        "sigmoid+sft": run(["sigmoid", "sft"], [1.0, 0.2]),
        "ipo": run(["ipo"]),
    },
}
(HERE / "dpo.json").write_text(json.dumps(result, indent=1) + "\n")
