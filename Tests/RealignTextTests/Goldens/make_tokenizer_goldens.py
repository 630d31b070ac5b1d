"""Writes small tokenizers and what the Hugging Face `tokenizers` library makes of awkward texts.

Made with tokenizers 0.23.3 on Python 3.11. For each kind NAME there is NAME.json, the tokenizer,
and NAME.jsonl, one row per text with its ids (template included), the ids without template, and the
text decoded with special tokens kept and left out.

    python3 make_tokenizer_goldens.py [OUTPUT_DIRECTORY [ROWS_PER_TOKENIZER [SEED]]]
"""

import json
import os
import random
import sys

from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers

CORPUS = [
    "The lighthouse at Harrow Point was built in 1847 and has 212 steps [1]. It doesn't turn any "
    "more, but they've kept the lamp; I'll show you what's left of it.",
    "Ships passed the lighthouse at night: 14 in March, 9 in April and 120 in the whole of 1848 [2].",
    "def steps(height):\n    return [height // 17 + 1 for _ in range(3)]\n\n\nprint(steps(36.04))\n",
    "Élan, café, naïve, Zürich, Ångström; Ελλάδα, Москва, 東京都, 서울, हिन्दी, العربية 😀👍🏽.",
    "She said: \"We're the keepers' children, aren't we?\"   Nobody knew -- not even the 3rd mate.",
] * 3

WORDS = [
    "[1]", "[2]", "<|end|>", "<|begin|>", "<mask>", "don't", "I'LL", "we've", "'ſ", "it'ſ", "  ",
    "lighthouse", " steps", "1847", "3.14", "\r\n", "\n\n", " \n ", "\t", "e\u0301", "a\u0308\u0323",
]
POOLS = [
    "abcdefghijklmnopqrstuvwxyz", "ABCDEFG", " ", " \n", "\t\r\n\x0b\x0c\x85\u00a0\u2003\u2028\u3000",
    "0123456789", "'stremdlvSTREMDLVſ", "!@#$%^&*()_+-=[]{};:\"\\|,.<>/?`~", "éèüßñçÅ", "αβγδΩ",
    "абвгд", "中文漢字日本語", "한국어", "العربية", "हिन्दी", "😀👨‍👩‍👧🇩🇪👍🏽",
    "\u200b\u200d\ufeff\u00ad\ufffd\x00\x01\x7f", "٣٤५½²Ⅷ\U00011de0\U00016ff4\U0001d7d8",
    "[1][2][9][<|end|><|", "ΐÅÅKKﬁ\u02bc\u0295\U0001e900ʰ",
]


def texts(count, seed):
    source = random.Random(seed)
    rows = ["", " ", "\n", "a" * 300, "^" * 90, "[1][1] [1]", "\u0301", "a\u0300" * 30]
    while len(rows) < count:
        parts = []
        for _ in range(source.randint(1, 9)):
            roll = source.random()
            if roll < 0.2:
                parts.append(source.choice(WORDS))
            elif roll < 0.25:
                value = source.randrange(0x110000 if source.random() < 0.5 else 0x3000)
                parts.append(chr(value) if not 0xD800 <= value < 0xE000 else "?")
            else:
                pool = source.choice(POOLS)
                parts.append("".join(source.choice(pool) for _ in range(source.randint(1, 6))))
        rows.append("".join(parts))
    return rows


def byte_level(**options):
    return pre_tokenizers.ByteLevel(add_prefix_space=False, **options)


def trained(pre_tokenizer, size, special=(), alphabet=True, normalizer=None, **options):
    tokenizer = Tokenizer(models.BPE(**options))
    tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(
            vocab_size=size, special_tokens=list(special), show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if alphabet else []))
    return tokenizer


def split(digits, letters=r"\p{L}", others=r"\p{L}\p{N}"):
    expression = (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?" + letters + "+|" + digits
        + r"| ?[^\s" + others + r"]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
    return pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(expression), "isolated"), byte_level(use_regex=False)])


def template(token, tokenizer):
    return processors.TemplateProcessing(
        single=f"{token} $A", pair=f"{token} $A {token}:1 $B:1",
        special_tokens=[(token, tokenizer.token_to_id(token))])


def make_gpt2():
    return trained(byte_level(), 420, ["<|end|>"])


def make_smollm():
    digits = pre_tokenizers.Digits(individual_digits=True)
    tokenizer = trained(pre_tokenizers.Sequence([digits, byte_level()]), 420, ["<|end|>", "<|begin|>"])
    tokenizer.add_tokens([AddedToken("[1]", normalized=False), AddedToken("[2]", normalized=False)])
    return tokenizer


def make_grouped_digits():
    digits = pre_tokenizers.Digits(individual_digits=False)
    return trained(pre_tokenizers.Sequence([digits, byte_level()]), 420, ["<|end|>"])


def make_llama3():
    tokenizer = trained(split(r"\p{N}{1,3}"), 420, ["<|begin|>", "<|end|>"])
    tokenizer.post_processor = processors.Sequence(
        [processors.ByteLevel(trim_offsets=False), template("<|begin|>", tokenizer)])
    # A whole word of the vocabulary that the merges do not reach, taken because of ignore_merges.
    content = json.loads(tokenizer.to_str())
    content["model"]["ignore_merges"] = True
    content["model"]["vocab"]["zqxj"] = len(content["model"]["vocab"])
    content["model"]["vocab"]["Ġqqq"] = len(content["model"]["vocab"])
    return Tokenizer.from_str(json.dumps(content))


def make_qwen2():
    return trained(split(r"\p{N}"), 420, ["<|end|>"], normalizer=normalizers.NFC())


def make_qwen35():
    return trained(split(r"\p{N}", r"[\p{L}\p{M}]", r"\p{L}\p{M}\p{N}"), 420, ["<|end|>"])


def make_added_tokens():
    tokenizer = trained(byte_level(), 400, ["<|end|>"])
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=False)])
    tokenizer.add_tokens([
        AddedToken("[1]", rstrip=True, normalized=False),
        AddedToken("[1][2]", normalized=False),
        AddedToken("steps", single_word=True, normalized=False),
        AddedToken("light", normalized=True),
        AddedToken("lighthouse", normalized=True),
        AddedToken("[2]", lstrip=True, rstrip=True, normalized=True),
    ])
    return tokenizer


def make_partial_bytes():
    return trained(byte_level(), 200, ["<|end|>"], alphabet=False)


KINDS = {
    "gpt2": make_gpt2, "smollm": make_smollm, "grouped-digits": make_grouped_digits,
    "llama3": make_llama3, "qwen2": make_qwen2, "qwen35": make_qwen35,
    "added-tokens": make_added_tokens, "partial-bytes": make_partial_bytes,
}


def row(tokenizer, text):
    ids = tokenizer.encode(text).ids
    return {
        "text": text,
        "ids": ids,
        "bare": tokenizer.encode(text, add_special_tokens=False).ids,
        "decoded": tokenizer.decode(ids, skip_special_tokens=False),
        "skipped": tokenizer.decode(ids),
    }


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    directory = sys.argv[1] if len(sys.argv) > 1 else here
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    for number, (name, make) in enumerate(KINDS.items()):
        tokenizer = make()
        content = json.loads(tokenizer.to_str())
        if name == "gpt2":  # merges as older files spell them
            content["model"]["merges"] = [" ".join(pair) for pair in content["model"]["merges"]]
        with open(os.path.join(directory, name + ".json"), "w") as file:
            json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
        with open(os.path.join(directory, name + ".jsonl"), "w") as file:
            for text in texts(count, 1000 * seed + number):
                file.write(json.dumps(row(tokenizer, text), ensure_ascii=False) + "\n")
    with open(os.path.join(directory, "corpus.json"), "w") as file:
        json.dump(CORPUS, file, ensure_ascii=False)


if __name__ == "__main__":
    main()
