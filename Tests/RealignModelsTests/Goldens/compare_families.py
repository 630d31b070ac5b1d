"""Compares every family of decoders with transformers, on random models in several sizes.

    python compare_families.py --work DIR [--json OUT] [--realign BINARY] [--test COMMAND]

For each family: log-probabilities by `realign score` (absolute differences from transformers in
single precision, both also set beside double), greedy ids and texts by `realign generate`, and what
`realign merge` writes, loaded by transformers again. Every model is read with the configuration
file of transformers 5 and with that of version 4. The Swift test FamilyAutogradTests compares the
gradient of every parameter with that of torch autograd, which this script leaves in DIR/gradients.
"""

import json
import pathlib
import sys

import peft
import safetensors.torch
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Parity"))
import contract
import family_models
import reference

NEW_TOKENS = 64
PROMPTS = 6
# Left out are prompts whose continuation single precision leaves open, two logits being this close,
# and those that are answered by a few tokens over and over.
MARGIN = 1e-3
DISTINCT = 8
TRIES = 200
CHAT = [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Arne Lund."}]


class Tally:
    """Cases and the largest difference of one column of one family."""

    def __init__(self):
        self.cases = 0
        self.worst = 0.0
        self.notes = {}

    def add(self, cases, difference=0.0):
        self.cases += cases
        # Not a number counts as the largest of all.
        self.worst = self.worst if difference <= self.worst else difference
        if difference != difference:
            self.worst = float("inf")

    def largest(self, what, value):
        self.notes[what] = max(value, self.notes.get(what, 0))

    def note(self):
        return ", ".join(f"{what} {value:.3g}" for what, value in self.notes.items())


class Comparison:
    """One model directory, `path`, its twin of version 4 and all that is asked of them."""

    def __init__(self, name, family, sizes, options, seed, work, binary):
        self.name, self.work, self.binary = name, work, binary
        self.path = work / name
        self.path.mkdir()
        self.ids = family_models.write(self.path, family, sizes, options, seed)
        self.model = reference.load_model(self.path)
        self.tokenizer = reference.load_tokenizer(self.path)
        self.generator = torch.Generator().manual_seed(seed)

    def random_ids(self, length):
        places = torch.randint(len(self.ids), (length,), generator=self.generator)
        return [self.ids[place] for place in places.tolist()]

    def run(self, *arguments, model=None):
        return contract.realign(self.binary, *arguments, "--model", model or self.path)

    def log_probabilities(self, tally):
        rows = reference.rows_for(self.model.config, ids=self.ids)
        self.rows = contract.write_rows(self.work / f"{self.name}.jsonl", rows)
        self.scores = self.run("score", "--data", self.rows)
        double = reference.load_model(self.path, dtype=torch.float64)
        for row, result in zip(rows, self.scores, strict=True):
            ids, start = result["input_ids"], result["completion_start"]
            if ids != reference.token_ids(self.tokenizer, row):
                tally.add(1, float("inf"))
                continue
            single = reference.log_probabilities(self.model, ids, start)
            exact = reference.log_probabilities(double, ids, start)
            tally.add(len(ids) - start, largest(result["logprobs"], single))
            tally.largest("to float64", largest(result["logprobs"], exact))
            tally.largest("of transformers", largest(single, exact))

    def continuation(self, prompt):
        """New ids, and the smallest distance of the greatest logit from the next."""
        ids = torch.tensor([prompt])
        result = self.model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=NEW_TOKENS, do_sample=False,
            pad_token_id=0, return_dict_in_generate=True, output_logits=True,
        )
        top = torch.cat(result.logits).topk(2).values
        return result.sequences[0, len(prompt):].tolist(), float((top[:, 0] - top[:, 1]).min())

    def greedy(self, tally):
        self.prompts, self.expected = [], []
        for _ in range(TRIES):
            if len(self.prompts) == PROMPTS:
                break
            prompt = self.random_ids((1, 4, 9, 16, 33, 64)[len(self.prompts)])
            ids, margin = self.continuation(prompt)
            if margin < MARGIN or len(set(ids)) < DISTINCT:
                tally.notes["prompts left out"] = tally.notes.get("prompts left out", 0) + 1
                continue
            self.prompts.append(prompt)
            self.expected.append(ids)
        if len(self.prompts) < PROMPTS:
            raise SystemExit(f"error: {self.name} answers too few prompts with varied text")
        self.compare_generated(tally, self.path, self.expected)

    def compare_generated(self, tally, model, expected):
        file = contract.write_rows(
            self.work / f"{self.name}-prompts.jsonl", [{"input_ids": ids} for ids in self.prompts]
        )
        arguments = ["--data", file, "--max-new-tokens", NEW_TOKENS]
        results = self.run("generate", *arguments, model=model)
        for result, ids in zip(results, expected, strict=True):
            text = self.tokenizer.decode(ids, skip_special_tokens=True)
            reason = "length" if len(ids) == NEW_TOKENS else "stop"
            wanted = {"index": result["index"], "text": text, "ids": ids, "finish_reason": reason}
            tally.add(len(ids), result != wanted)
            if result != wanted:
                print(f"{model} continues differently: {result}, not {wanted}")

    def version_4(self, scores, greedy):
        """The twin scores the same to the bit, and ends at the second of its two end tokens."""
        end = self.expected[0][NEW_TOKENS // 2]
        path = self.work / f"{self.name}-v4"
        family_models.write_version_4(self.path, path, [self.model.config.eos_token_id, end])
        for a, b in zip(self.scores, self.run("score", "--data", self.rows, model=path)):
            scores.add(1, largest(b["logprobs"], a["logprobs"]))
        twin = reference.load_model(path)
        ids = self.prompts[-1] + self.expected[-1]
        scores.add(1, float((self.logits(twin, ids) - self.logits(self.model, ids)).abs().max()))
        until = [ids[: ids.index(end)] if end in ids else ids for ids in self.expected]
        self.compare_generated(greedy, path, until)

    @torch.no_grad()
    def logits(self, model, ids):
        return model(torch.tensor([ids]), use_cache=False).logits[0]

    def saving(self, tally):
        """What the program writes holds the same weights to the bit and the same tokenizer."""
        adapter, merged = self.work / f"{self.name}-adapter", self.work / f"{self.name}-merged"
        is_gpt2 = self.model.config.model_type == "gpt2"
        settings = peft.LoraConfig(
            r=2, target_modules=["c_attn" if is_gpt2 else "q_proj"], task_type="CAUSAL_LM",
            fan_in_fan_out=is_gpt2,
        )
        # The matrices B of a new adapter are zero.
        peft.get_peft_model(reference.load_model(self.path), settings).save_pretrained(adapter)
        self.run("merge", "--adapter", adapter, "--output", merged)
        again = reference.load_model(merged)
        weights, others = self.model.state_dict(), again.state_dict()
        same = weights.keys() == others.keys() and all(
            torch.equal(value, others[key]) for key, value in weights.items()
        )
        tally.add(len(weights), 0 if same else float("inf"))
        ids = self.prompts[-1] + self.expected[-1]
        tally.add(1, float((self.logits(again, ids) - self.logits(self.model, ids)).abs().max()))
        for key in ("bos_token_id", "eos_token_id", "pad_token_id", "max_position_embeddings"):
            tally.add(1, getattr(again.config, key) != getattr(self.model.config, key))
        generation = again.generation_config.eos_token_id
        tally.add(1, generation != self.model.generation_config.eos_token_id)
        self.compare_tokenizers(tally, reference.load_tokenizer(merged))
        for a, b in zip(self.scores, self.run("score", "--data", self.rows, model=merged)):
            tally.add(1, largest(b["logprobs"], a["logprobs"]))

    def compare_tokenizers(self, tally, other):
        own = self.tokenizer
        for text in [*reference.TEXTS, "<s> x</s> <|end|> [1]"]:
            tally.add(1, own(text)["input_ids"] != other(text)["input_ids"])
        tally.add(1, own.special_tokens_map != other.special_tokens_map)
        chats = [t.apply_chat_template(CHAT, tokenize=False) for t in (own, other)]
        tally.add(1, chats[0] != chats[1])

    def gradients(self):
        """Writes the gradient of a mean cross-entropy, and returns what the Swift test needs."""
        sequences = [self.random_ids(length) for length in (2, 7, 31, 120)]
        files = []
        for dtype in (torch.float32, torch.float64):
            model = reference.load_model(self.path, dtype=dtype)
            losses = [cross_entropy(model, ids) for ids in sequences]
            loss = torch.stack(losses).sum() / sum(len(ids) - 1 for ids in sequences)
            loss.backward()
            file = self.work / "gradients" / f"{self.name}-{dtype.itemsize * 8}.safetensors"
            tensors = {name: value.grad.float() for name, value in model.named_parameters()}
            safetensors.torch.save_file(tensors, file)
            files.append(file.name)
        return {
            "model": self.name, "sequences": sequences, "loss": loss.item(),
            "single": files[0], "double": files[1],
        }


def cross_entropy(model, ids):
    """The sum of -log p over all tokens but the first."""
    logits = model(torch.tensor([ids]), use_cache=False).logits[0, :-1]
    return torch.nn.functional.cross_entropy(logits, torch.tensor(ids[1:]), reduction="sum")


def largest(found, expected):
    """The largest absolute difference; infinite where counts differ."""
    if len(found) != len(expected):
        return float("inf")
    return max((abs(a - b) for a, b in zip(found, expected)), default=0.0)


def main():
    options = contract.parser(
        "Compare every family with transformers.", realign=True, test="FamilyAutogradTests"
    ).parse_args()
    section = contract.Section("families")
    work = contract.fresh(options.work)
    (work / "gradients").mkdir()
    columns = {"log-probs": 1e-4, "greedy": 0, "save/load": 0}
    tallies = {family: {c: Tally() for c in columns} for family in family_models.FAMILIES}
    cases = []
    for number, (name, family, sizes, variant) in enumerate(family_models.variants()):
        tally = tallies[family]
        one = Comparison(name, family, sizes, variant, number, work, options.realign)
        one.log_probabilities(tally["log-probs"])
        one.greedy(tally["greedy"])
        one.version_4(tally["log-probs"], tally["greedy"])
        one.saving(tally["save/load"])
        cases.append({"family": family} | one.gradients())
        shown = ", ".join(f"{c} {t.worst:.2g}" for c, t in tally.items())
        print(f"{name}: {shown}", flush=True)
    (work / "gradients/cases.json").write_text(json.dumps({"cases": cases}) + "\n")
    for family, columns_of_family in tallies.items():
        for column, t in columns_of_family.items():
            section.row(family, t.cases, t.worst, columns[column], t.note(), check=column)
    section.test(options.test, work)
    section.finish(options.json)


if __name__ == "__main__":
    main()
