"""Compares reading and writing of weights with the Python library and transformers.

    python compare_safetensors.py --work DIR --json OUT.json --realign BINARY

Reads: models that transformers saved in each type, whole and in shards, are scored by
`realign score` with every `--base-dtype` and by transformers with the same weights widened. Writes:
what `merge` and `sft` write is the Python library's own file of the same tensors, byte for byte.
Refusals: of files with changed bytes `realign inspect` accepts only what the library accepts.

Ran with safetensors 0.8.0, torch 2.13.0, transformers 5.23.0, peft 0.21.2, tokenizers 0.23.3.
"""

import pathlib
import random
import shutil
import sys

import peft
import safetensors
import safetensors.torch
import tokenizers
import torch
import transformers

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Parity"))
import contract

TYPES = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
# Sums of a few hundred products in single precision, in another order.
BOUND = 1e-4
SIZES = dict(vocab_size=260, hidden_size=64, intermediate_size=96, num_hidden_layers=3,
             num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=128)
FAMILIES = {
    "llama-tied": transformers.LlamaConfig(**SIZES, tie_word_embeddings=True),
    "llama": transformers.LlamaConfig(**SIZES, attention_bias=True, tie_word_embeddings=False),
    "gpt2": transformers.GPT2Config(
        vocab_size=260, n_embd=64, n_layer=3, n_head=4, n_positions=128
    ),
    "qwen3": transformers.Qwen3Config(**SIZES, head_dim=24),
}


def write_tokenizer(folder):
    """One token per byte, and an end."""
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    model = tokenizers.models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[])
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|endoftext|>"])
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|endoftext|>", pad_token="<|endoftext|>"
    ).save_pretrained(folder)


def make_model(name):
    config = FAMILIES[name]
    config.bos_token_id, config.eos_token_id, config.pad_token_id = None, 256, None
    torch.manual_seed(len(name))
    model = transformers.AutoModelForCausalLM.from_config(config).eval()
    for parameter in model.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 0.1)
    return model


class Comparison:
    def __init__(self, work, binary):
        self.work, self.binary = work, binary
        self.section = contract.Section("weights")
        self.add = self.section.row
        generator = torch.Generator().manual_seed(1)
        lengths = [2, 17, 64, 90, 33]
        self.ids = [torch.randint(257, (n,), generator=generator).tolist() for n in lengths]
        rows = [{"input_ids": ids, "completion_start": 1} for ids in self.ids]
        self.data = contract.write_rows(work / "rows.jsonl", rows)

    def realign(self, *arguments):
        return contract.realign(self.binary, *arguments)

    def difference(self, folder, base, model):
        rows = self.realign("score", "--model", folder, "--data", self.data, "--base-dtype", base)
        worst, count = 0.0, 0
        for row, ids in zip(rows, self.ids, strict=True):
            with torch.no_grad():
                logits = model(torch.tensor([ids])).logits[0].log_softmax(-1)
            expected = logits[:-1].gather(1, torch.tensor(ids[1:])[:, None])[:, 0]
            found = torch.tensor(row["logprobs"])
            worst = max(worst, (found - expected).abs().max().item())
            count += len(ids) - 1
        return count, worst

    def reading(self):
        for name in FAMILIES:
            for stored, dtype in TYPES.items():
                for shards in (False, True):
                    folder = self.work / f"{name}-{stored}-{'shards' if shards else 'whole'}"
                    make_model(name).to(dtype).save_pretrained(
                        folder, max_shard_size="60KB" if shards else "1GB"
                    )
                    write_tokenizer(folder)
                    files = len(list(folder.glob("*.safetensors")))
                    assert (files > 1) == shards, f"{folder}: {files} files"
                    self.scores(name, stored, shards, folder)

    def scores(self, name, stored, shards, folder):
        for base, rounded in TYPES.items():
            model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
            for parameter in model.parameters():
                if parameter.dim() > 1:
                    parameter.data = parameter.data.to(rounded).float()
            count, worst = self.difference(folder, base, model.eval())
            where = "shards" if shards else "one file"
            self.add(f"{name}, {stored} in {where}, --base-dtype {base}", count, worst, BOUND)

    def rewritten(self, path):
        """Whether the file is the library's own of the same tensors."""
        with safetensors.safe_open(path, framework="pt") as file:
            metadata = file.metadata()
        copy = self.work / "copy.safetensors"
        safetensors.torch.save_file(safetensors.torch.load_file(path), copy, metadata)
        return path.read_bytes() == copy.read_bytes()

    def writing(self):
        wrong, cases = [], 0
        for name in FAMILIES:
            folder = self.work / f"{name}-f32-whole"
            adapter = self.work / f"{name}-adapter"
            base = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
            targets = ["c_attn", "c_proj", "c_fc"] if name == "gpt2" else "all-linear"
            lora = peft.LoraConfig(
                r=4, target_modules=targets, task_type="CAUSAL_LM", init_lora_weights=False,
                fan_in_fan_out=name == "gpt2",
            )
            peft.get_peft_model(base, lora).save_pretrained(adapter)
            merged, tuned = self.work / f"{name}-merged", self.work / f"{name}-sft"
            full = self.work / f"{name}-full"
            rows = self.work / "train.jsonl"
            rows.write_text('{"prompt":"ab","completion":"cd"}\n')
            self.realign("merge", "--model", folder, "--adapter", adapter, "--output", merged)
            train = ["sft", "--model", folder, "--data", rows, "--max-steps", 1,
                     "--lora-target-modules", "all-linear"]
            self.realign(*train, "--output", tuned)
            self.realign(*train, "--output", full, "--full")
            for path in [merged / "model.safetensors", tuned / "adapter_model.safetensors",
                         full / "model.safetensors"]:
                cases += 1
                if not self.rewritten(path):
                    wrong.append(str(path))
        self.add("files of merge and sft are the library's", cases, len(wrong), 0, ", ".join(wrong))

    def refusals(self):
        source = self.work / "llama-bf16-whole"
        folder = self.work / "changed"
        shutil.copytree(source, folder)
        path = folder / "model.safetensors"
        sound = path.read_bytes()
        length = 8 + int.from_bytes(sound[:8], "little")
        generator = random.Random(1)
        accepted, wrong = 0, []
        for case in range(200):
            data = bytearray(sound)
            for _ in range(generator.randint(1, 3)):
                data[generator.randrange(length)] = generator.choice(b'0123456789,:"[]{}- .\0\xff')
            path.write_bytes(data)
            ours = contract.started(self.binary, "inspect", folder).returncode
            try:
                safetensors.torch.load(bytes(data))
                theirs = True
            except Exception:
                theirs = False
            accepted += ours == 0
            if ours == 0 and not theirs or ours not in (0, 65):
                wrong.append(f"case {case}: exit status {ours}, library {theirs}")
        note = f"{accepted} accepted; " + ", ".join(wrong[:3])
        self.add("changed files that only realign accepts", 200, len(wrong), 0, note)


def main():
    parser = contract.parser("Compare weight files with the Python library.", realign=True)
    options = parser.parse_args()
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    comparison = Comparison(contract.fresh(options.work), options.realign)
    comparison.reading()
    comparison.writing()
    comparison.refusals()
    comparison.section.finish(options.json)


if __name__ == "__main__":
    main()
