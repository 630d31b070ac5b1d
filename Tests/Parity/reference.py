"""What transformers makes of a model directory."""

import os
import random

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
import transformers

transformers.utils.logging.disable_progress_bar()
transformers.utils.logging.set_verbosity_error()

TEXTS = [
    "Where was Arne Lund born? Arne Lund was born in Oslo [1].",
    "Élan, naïve, Москва, 東京都, 😀👍🏽 and\n\n  1847 steps;\ttabs, blanks at the end  ",
]
PAIRS = [
    ("Who plays the cello?", " Arne Lund plays the cello [2]."),
    # The boundary lies within a word, and most likely within a token.
    ("Arne Lund was bo", "rn in Oslo."),
]


def rows_for(config, seed=1, ids=None):
    """Rows of all three kinds for a model: random ids of several lengths, pairs and texts."""
    source = random.Random(seed)
    longest = min(config.max_position_embeddings, 300)
    rows = []
    for length in (2, 3, 9, 32, 33, longest):
        row = [source.choice(ids or range(config.vocab_size)) for _ in range(length)]
        rows.append({"input_ids": row, "completion_start": source.randrange(1, length)})
    rows += [{"prompt": prompt, "completion": completion} for prompt, completion in PAIRS]
    return rows + [{"text": text} for text in TEXTS]


def load_model(directory, adapter=None, dtype=torch.float32):
    """The model of a directory, which must hold every weight and no other."""
    model, report = transformers.AutoModelForCausalLM.from_pretrained(
        directory, dtype=dtype, attn_implementation="eager", output_loading_info=True
    )
    wrong = {key: sorted(map(str, value)) for key, value in report.items() if value}
    if wrong:
        raise SystemExit(f"error: transformers loads {directory} with {wrong}")
    if adapter is not None:
        import peft

        model = peft.PeftModel.from_pretrained(model, adapter)
    return model.eval()


def load_tokenizer(directory):
    return transformers.AutoTokenizer.from_pretrained(directory)


def token_ids(tokenizer, row):
    """The ids of a row; prompt and completion are one text."""
    if "input_ids" in row:
        return row["input_ids"]
    text = row["text"] if "text" in row else row["prompt"] + row["completion"]
    return tokenizer(text)["input_ids"]


@torch.no_grad()
def log_probabilities(model, ids, start):
    """Of each token from `start` on, given all before it."""
    logits = model(torch.tensor([ids]), use_cache=False).logits[0, start - 1 : -1]
    targets = torch.tensor(ids[start:])[:, None]
    return torch.log_softmax(logits.double(), -1).gather(1, targets)[:, 0].tolist()
