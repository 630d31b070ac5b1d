"""A random Llama with an adapter, and what transformers and peft make of a few rows.

    python3 make_score_goldens.py

Made with torch 2.13, transformers 5.23, tokenizers 0.23 and peft 0.21. Writes beside this file the
directories llama and adapter, rows.jsonl as `realign score` takes it, and scores.jsonl with the
ids, the index of the first scored token and the log-probabilities of each row, without and with the
adapter.
"""

import json
import pathlib
import shutil

import compare_with_transformers as comparison
import reference

HERE = pathlib.Path(__file__).resolve().parent


def completion_start(tokenizer, row):
    """The first token that does not lie wholly in the prompt; the second of a text."""
    if "input_ids" in row:
        return row["completion_start"]
    if "text" in row:
        return 1
    encoding = tokenizer(row["prompt"] + row["completion"], return_offsets_mapping=True)
    ends = [end for _, end in encoding["offset_mapping"]]
    return next(index for index, end in enumerate(ends) if end > len(row["prompt"]))


def main():
    llama, adapter = HERE / "llama", HERE / "adapter"
    for folder in (llama, adapter):
        shutil.rmtree(folder, ignore_errors=True)
    comparison.random_llama(llama)
    comparison.random_adapter(llama, adapter)
    (adapter / "README.md").unlink(missing_ok=True)
    plain, tokenizer = reference.load_model(llama), reference.load_tokenizer(llama)
    rows = reference.rows_for(plain.config)
    scores = []
    for row in rows:
        ids, start = reference.token_ids(tokenizer, row), completion_start(tokenizer, row)
        scores.append({"input_ids": ids, "completion_start": start})
    # peft changes the modules of the model that it is put on.
    for name, model in (("logprobs", plain), ("adapter", reference.load_model(llama, adapter))):
        for score in scores:
            ids, start = score["input_ids"], score["completion_start"]
            found = reference.log_probabilities(model, ids, start)
            score[name] = [round(value, 6) for value in found]
    for name, lines in (("rows", rows), ("scores", scores)):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (HERE / f"{name}.jsonl").write_text(text, encoding="utf-8")


main()
