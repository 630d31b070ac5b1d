"""Makes what both programs are given: a model with random weights in the shape of SmolLM2-135M,
whose tokenizer turns each word into one token, so that rows have exactly the lengths of the
design, and the rows themselves."""

import ast
import importlib.util
import json
import pathlib
import random

VOCABULARY = 49152
WORDS = [f"w{index}" for index in range(VOCABULARY - 3)]
SHAPE = {
    "hidden_size": 576, "num_hidden_layers": 30, "num_attention_heads": 9,
    "num_key_value_heads": 3, "intermediate_size": 1536, "max_position_embeddings": 2048,
    "tie_word_embeddings": True, "rope_theta": 100000.0, "vocab_size": VOCABULARY,
}
PROMPT, COMPLETION = 384, 48
PAIRS, PREFERENCE_STEPS = 2, 5
SFT_BATCH, SFT_STEPS = 8, 4
CANDIDATES, SCORED_PROMPTS = 4, 8
GENERATED_PROMPTS, GENERATED_PROMPT, NEW_TOKENS = 16, 64, 64


def make(folder):
    """Writes everything that is not there yet."""
    if (folder / "done").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    make_model(folder / "model")
    draw = random.Random(1)
    write(folder / "pairs.jsonl", [pair(draw) for _ in range(PAIRS * PREFERENCE_STEPS)])
    lengths = [20 + round(480 * i / (SFT_BATCH - 1)) for i in range(SFT_BATCH)]
    texts = []
    for _ in range(SFT_STEPS):
        # Every batch has short and long rows, as batches of shuffled rows have.
        order = draw.sample(lengths, SFT_BATCH)
        texts += [{"text": words(draw, length - 1)} for length in order]
    write(folder / "texts.jsonl", texts)
    scored = []
    for _ in range(SCORED_PROMPTS):
        prompt = ids(draw, PROMPT)
        scored += [
            {"input_ids": prompt + ids(draw, COMPLETION), "completion_start": PROMPT}
            for _ in range(CANDIDATES)
        ]
    write(folder / "scored.jsonl", scored)
    prompts = [{"input_ids": ids(draw, GENERATED_PROMPT)} for _ in range(GENERATED_PROMPTS)]
    write(folder / "prompts.jsonl", prompts)
    english = documentation()
    write(folder / "english.jsonl", [{"text": text} for text in english])
    make_tokenizer(folder / "tokenizer", english)
    (folder / "done").touch()


def make_model(folder):
    import torch
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers

    vocabulary = {"<unk>": 0, "<s>": 1, "</s>": 2} | {w: i + 3 for i, w in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>", eos_token="</s>",
        pad_token="<unk>",
    ).save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.LlamaConfig(**SHAPE, pad_token_id=0)
    transformers.LlamaForCausalLM(config).save_pretrained(folder)


def documentation():
    """English prose: the documentation in the sources of the installed packages, whose versions
    are fixed."""
    texts = []
    for package in ["transformers", "torch", "trl", "peft"]:
        root = pathlib.Path(importlib.util.find_spec(package).origin).parent
        for path in sorted(root.rglob("*.py")):
            try:
                tree = ast.parse(path.read_text())
            except (SyntaxError, UnicodeDecodeError):
                continue
            for node in ast.walk(tree):
                if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                    text = ast.get_docstring(node)
                    if text and len(text) >= 200:
                        texts.append(text)
    return texts


def make_tokenizer(folder, texts):
    """A tokenizer like GPT-2's, trained on every tenth text, so that the others have new words."""
    from tokenizers import ByteLevelBPETokenizer

    tokenizer = ByteLevelBPETokenizer()
    tokenizer.train_from_iterator(texts[::10], vocab_size=VOCABULARY, show_progress=False)
    folder.mkdir(exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))


def pieces(path, size=2000, limit=8_000_000):
    """Rows joined to texts of at least `size` bytes, as `realign bench text` joins them."""
    result, text, total = [], "", 0
    for row in read(path):
        text += row["text"] + "\n"
        length = len(text.encode())
        if length >= size:
            result.append(text)
            text, total = "", total + length
            if total >= limit:
                return result
    return result + [text] if text else result


def words(draw, count):
    return " ".join(draw.choices(WORDS, k=count))


def ids(draw, count):
    return [draw.randrange(3, VOCABULARY) for _ in range(count)]


def pair(draw):
    """Both trainers append the end token, so the texts are one word shorter."""
    return {
        "prompt": words(draw, PROMPT),
        "chosen": " " + words(draw, COMPLETION - 1),
        "rejected": " " + words(draw, COMPLETION - 1),
    }


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()]
