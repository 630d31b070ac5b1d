"""One measurement with TRL or transformers: `python torch_side.py CASE FOLDER` prints a line of
JSON with the seconds that each unit of work took and values by which the work is checked."""

import json
import pathlib
import sys
import tempfile
import time

import materials


class Clock:
    """The times at which steps ended; the first step is not counted, as with realign."""

    def __init__(self):
        self.marks = []

    def tick(self):
        self.marks.append(time.perf_counter())

    def median(self):
        steps = sorted(b - a for a, b in zip(self.marks, self.marks[1:]))
        return steps[len(steps) // 2]


def train(make_trainer, rows_per_step):
    """The seconds per row of a trainer, and the metrics of its first step."""
    import transformers

    clock = Clock()

    class Ticks(transformers.TrainerCallback):
        def on_step_end(self, *arguments, **keywords):
            clock.tick()

    with tempfile.TemporaryDirectory() as folder:
        trainer = make_trainer(folder)
        trainer.add_callback(Ticks())
        trainer.train()
        first = trainer.state.log_history[0]
    return clock.median() / rows_per_step, first


def settings(folder):
    """The settings of both trainers: single precision and nothing that costs time for memory."""
    return {
        "output_dir": folder, "use_cpu": True, "bf16": False, "gradient_checkpointing": False,
        "save_strategy": "no", "logging_steps": 1, "report_to": [], "disable_tqdm": True,
        "learning_rate": 1e-6, "lr_scheduler_type": "constant", "dataloader_num_workers": 0,
        "seed": 0,
    }


def preference(folder, adapter):
    import datasets
    import peft
    import torch
    import transformers
    import trl

    rows = materials.read(folder / "pairs.jsonl")

    def trainer(output):
        config = trl.DPOConfig(
            **settings(output), max_steps=materials.PREFERENCE_STEPS,
            per_device_train_batch_size=materials.PAIRS, max_length=None, beta=0.1,
        )
        lora = peft.LoraConfig(
            r=16, lora_alpha=32, lora_dropout=0, target_modules="all-linear",
            task_type="CAUSAL_LM",
        )
        model = transformers.AutoModelForCausalLM.from_pretrained(
            folder / "model", dtype=torch.float32
        )
        result = trl.DPOTrainer(
            model=model, args=config, train_dataset=datasets.Dataset.from_list(rows),
            processing_class=transformers.AutoTokenizer.from_pretrained(folder / "model"),
            peft_config=lora if adapter else None,
        )
        in_order(result)
        return result

    seconds, first = train(trainer, materials.PAIRS)
    return {"seconds": seconds, "values": [first["logps/chosen"], first["logps/rejected"]]}


def supervised(folder):
    import datasets
    import torch
    import transformers
    import trl

    rows = materials.read(folder / "texts.jsonl")

    def trainer(output):
        config = trl.SFTConfig(
            **settings(output), max_steps=materials.SFT_STEPS,
            per_device_train_batch_size=materials.SFT_BATCH, max_length=None,
        )
        model = transformers.AutoModelForCausalLM.from_pretrained(
            folder / "model", dtype=torch.float32
        )
        result = trl.SFTTrainer(
            model=model, args=config, train_dataset=datasets.Dataset.from_list(rows),
            processing_class=transformers.AutoTokenizer.from_pretrained(folder / "model"),
        )
        in_order(result)
        return result

    seconds, first = train(trainer, materials.SFT_BATCH)
    return {"seconds": seconds, "values": [first["loss"]]}


def in_order(trainer):
    """Takes the rows in file order, so that both programs compute the same."""
    import torch

    trainer._get_train_sampler = lambda *_: torch.utils.data.SequentialSampler(
        trainer.train_dataset
    )


def load(folder):
    import torch
    import transformers

    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder / "model", dtype=torch.float32
    )
    return model.eval()


def score(folder, keeps):
    """All candidates of a prompt are one batch; `keeps` leaves out the logits of the prompt."""
    import torch

    model = load(folder)
    rows = materials.read(folder / "scored.jsonl")
    groups = [
        rows[start:start + materials.CANDIDATES]
        for start in range(0, len(rows), materials.CANDIDATES)
    ]

    @torch.inference_mode()
    def sums(group):
        ids = torch.tensor([row["input_ids"] for row in group])
        start = group[0]["completion_start"]
        kept = {"logits_to_keep": ids.shape[1] - start + 1} if keeps else {}
        logits = model(ids, use_cache=False, **kept).logits[:, -(ids.shape[1] - start + 1):-1]
        chosen = torch.log_softmax(logits, -1).gather(-1, ids[:, start:, None])
        return chosen.sum((1, 2)).tolist()

    sums(groups[0])
    begin = time.perf_counter()
    values = [value for group in groups for value in sums(group)]
    return {"seconds": (time.perf_counter() - begin) / len(rows), "values": values}


def generate(folder):
    import torch

    model = load(folder)
    rows = materials.read(folder / "prompts.jsonl")
    prompts = torch.tensor([row["input_ids"] for row in rows])

    @torch.inference_mode()
    def run(tokens):
        return model.generate(
            prompts, attention_mask=torch.ones_like(prompts), do_sample=False,
            min_new_tokens=tokens, max_new_tokens=tokens, pad_token_id=0,
        )[:, prompts.shape[1]:]

    run(2)
    begin = time.perf_counter()
    found = run(materials.NEW_TOKENS)
    seconds = (time.perf_counter() - begin) / found.numel()
    return {"seconds": seconds, "values": found.tolist()}


def encode(folder):
    """Megabytes of text that one thread turns into ids and offsets; the faster of both calls."""
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer" / "tokenizer.json"))
    texts = materials.pieces(folder / "english.jsonl")
    megabytes = sum(len(text.encode()) for text in texts) / 1e6

    def seconds(work):
        found = work()
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            work()
            times.append(time.perf_counter() - begin)
        return sorted(times)[2], sum(len(encoding.ids) for encoding in found)

    batch, count = seconds(lambda: tokenizer.encode_batch(texts))
    single, _ = seconds(lambda: [tokenizer.encode(text) for text in texts])
    return {"seconds": min(batch, single) / megabytes, "values": [megabytes * 1e6 / count]}


CASES = {
    "dpo-lora": lambda folder: preference(folder, adapter=True),
    "dpo-full": lambda folder: preference(folder, adapter=False),
    "sft": supervised,
    "score": lambda folder: score(folder, keeps=False),
    "score-kept": lambda folder: score(folder, keeps=True),
    "generate": generate,
    "encode": encode,
}

if __name__ == "__main__":
    # Whatever the libraries print goes where messages go.
    output, sys.stdout = sys.stdout, sys.stderr
    result = CASES[sys.argv[1]](pathlib.Path(sys.argv[2]))
    print(json.dumps(result), file=output)
