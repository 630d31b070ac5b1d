"""Trains the tokenizers of `make_composed_goldens.py` and `compare_tokenizers.py`, one of each
family that `tokenizer.json` knows, on a small synthetic corpus, and makes awkward texts.

Made with tokenizers 0.23.3 on Python 3.11.
"""

import base64
import json
import random
import struct

from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers

CORPUS = [
    "The lighthouse at Harrow Point was built in 1847 and has 212 steps [1]. It doesn't turn any "
    "more, but they've kept the lamp; I'll show you what's left of it.",
    "Ships passed the lighthouse at night: 14 in March, 9 in April and 120 in the whole of 1848 [2].",
    "def steps(height):\n    return [height // 17 + 1 for _ in range(3)]\n\n\nprint(steps(36.04))\n",
    "Élan, café, naïve, Zürich, Ångström; Ελλάδα, Москва, 東京都, 서울, हिन्दी, العربية 😀👍🏽.",
    "She said: \"We're the keepers' children, aren't we?\"   Nobody knew -- not even the 3rd mate.",
    "HTTPServer camelCase snake_case SCREAMING CamelCaseHTML iPhone12Pro x=y+z*2; 50% off €3.50!",
] * 3

WORDS = [
    "[1]", "[2]", "<|end|>", "<|begin|>", "<mask>", "<s>", "</s>", "<unk>", "[UNK]", "[CLS]",
    "[SEP]", "<0x41>", "▁", "##ing", "</w>", "don't", "I'LL", "we've", "'ſ", "it'ſ", "  ", "STEPS",
    "lighthouse", " steps", "1847", "3.14", "\r\n", "\n\n", " \n ", "\t", "e\u0301", "a\u0308\u0323",
    "\u1100\u1161\u11a8", "가\u11a8", "ﬁ", "①", "Å", "ǅ", "İ", "ς", "ẞ", "ﬃ", "½", "㎏", "한국", "HTTPServer",
]
POOLS = [
    "abcdefghijklmnopqrstuvwxyz", "ABCDEFG", " ", " \n", "\t\r\n\x0b\x0c\x85\u00a0\u2003\u2028\u3000",
    "0123456789", "'stremdlvSTREMDLVſ", "!@#$%^&*()_+-=[]{};:\"\\|,.<>/?`~", "éèüßñçÅ", "αβγδΩς",
    "абвгд", "中文漢字日本語", "한국어", "العربية", "हिन्दी", "😀👨‍👩‍👧🇩🇪👍🏽",
    "\u200b\u200d\ufeff\u00ad\ufffd\x00\x01\x7f", "٣٤५½²Ⅷ\U00011de0\U00016ff4\U0001d7d8",
    "[1][2][9][<|end|><|", "ΐÅÅKKﬁ\u02bc\u0295\U0001e900ʰ", "\u0300\u0316\u0323\u0345\u0591\u05b0",
    "aé\u0301o\u0302\u0327", "ｱﾞｶﾞＡｂ１２", "▁ ▁", "<0x41>", "\u09c7\u09be\u0b47\u0b57\u0dd9\u0dcf\u0dca",
]


def texts(count, seed):
    source = random.Random(seed)
    rows = ["", " ", "\n", "a" * 300, "^" * 90, "[1][1] [1]", "\u0301", "a\u0300" * 30, "▁", " ▁ a"]
    while len(rows) < count:
        parts = []
        for _ in range(source.randint(1, 9)):
            roll = source.random()
            if roll < 0.25:
                parts.append(source.choice(WORDS))
            elif roll < 0.30:
                value = source.randrange(0x110000 if source.random() < 0.5 else 0x3000)
                parts.append(chr(value) if not 0xD800 <= value < 0xE000 else "?")
            elif roll < 0.40:
                parts.append(" " + source.choice(source.choice(CORPUS).split()))
            else:
                pool = source.choice(POOLS)
                parts.append("".join(source.choice(pool) for _ in range(source.randint(1, 6))))
        rows.append("".join(parts))
    return rows


def byte_level(**options):
    return pre_tokenizers.ByteLevel(add_prefix_space=False, **options)


def trained(tokenizer, trainer):
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def byte_pairs(size, special=(), alphabet=True, **options):
    return trainers.BpeTrainer(
        vocab_size=size, special_tokens=list(special), show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if alphabet else [], **options)


def template(single, tokenizer, *tokens):
    return processors.TemplateProcessing(
        single=single, pair=f"{single} $B:1",
        special_tokens=[(t, tokenizer.token_to_id(t)) for t in tokens])


def byte_level_bpe(pre_tokenizer, special, normalizer=None):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.decoder = decoders.ByteLevel()
    return trained(tokenizer, byte_pairs(400, special))


def make_gpt2():
    """Byte-level BPE with a space put in front, as RoBERTa has it."""
    tokenizer = byte_level_bpe(pre_tokenizers.ByteLevel(add_prefix_space=True), ["<s>", "</s>"])
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", 1), ("<s>", 0), trim_offsets=False, add_prefix_space=True)
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=False)])
    return tokenizer


CL100K = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|%s"
          r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def make_llama3():
    split = pre_tokenizers.Split(Regex(CL100K % r"\p{N}{1,3}"), "isolated")
    tokenizer = byte_level_bpe(
        pre_tokenizers.Sequence([split, byte_level(use_regex=False)]), ["<|begin|>", "<|end|>"])
    tokenizer.post_processor = processors.Sequence(
        [processors.ByteLevel(trim_offsets=False), template("<|begin|> $A", tokenizer, "<|begin|>")])
    content = json.loads(tokenizer.to_str())
    content["model"]["ignore_merges"] = True
    for word in ["zqxj", "Ġqqq"]:
        content["model"]["vocab"][word] = len(content["model"]["vocab"])
    return Tokenizer.from_str(json.dumps(content))


def make_qwen2():
    split = pre_tokenizers.Split(Regex(CL100K % r"\p{N}"), "isolated")
    tokenizer = byte_level_bpe(
        pre_tokenizers.Sequence([split, byte_level(use_regex=False)]), ["<|end|>"],
        normalizers.NFC())
    tokenizer.add_tokens([AddedToken("e\u0301x", normalized=True), AddedToken("[1]", normalized=False)])
    return tokenizer


def make_o200k():
    """Patterns that only the regular-expression engine reads: o200k's, and DeepSeek's punctuation."""
    lower = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
    upper = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
    ending = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    pattern = (rf"[^\r\n\p{{L}}\p{{N}}]?{upper}*{lower}+{ending}|[^\r\n\p{{L}}\p{{N}}]?{upper}+{lower}*"
               rf"{ending}|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
    splits = [
        pre_tokenizers.Split(Regex("[一-龥぀-ゟ゠-ヿ]+"), "isolated"),
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.Split(Regex(
            r"[!-/:-~&&[^<>]][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]++[\r\n]*"
            r"|\s*[\r\n]+|\s+$|\s+(?!\S)|\s+|(?<=\d)\w\b"), "isolated"),
        byte_level(use_regex=False),
    ]
    return byte_level_bpe(pre_tokenizers.Sequence(splits), ["<|end|>"])


def make_llama2():
    """As SentencePiece's BPE models are written: no pre-tokenizer, bytes for what is unknown."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")  # for training only
    pieces = ["<unk>", "<s>", "</s>"] + [f"<0x{k:02X}>" for k in range(256)]
    trained(tokenizer, byte_pairs(620, pieces, alphabet=False, limit_alphabet=60))
    content = json.loads(tokenizer.to_str())
    content["pre_tokenizer"] = None
    content["added_tokens"] = content["added_tokens"][:3]
    content["model"].update(byte_fallback=True, fuse_unk=True)
    tokenizer = Tokenizer.from_str(json.dumps(content))
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
        decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = template("<s> $A", tokenizer, "<s>")
    return tokenizer


def make_metaspace():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="first")
    trained(tokenizer, byte_pairs(300, ["<unk>", "<s>", "</s>"], alphabet=False, limit_alphabet=50))
    tokenizer.add_tokens([
        AddedToken("steps", single_word=True, normalized=False), AddedToken("[1]", rstrip=True),
        AddedToken("light", normalized=True), AddedToken("[2]", lstrip=True, rstrip=True)])
    return tokenizer


def make_clip():
    """BPE over characters with marks at word ends and within words."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(
            Regex(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), "removed",
            invert=True),
        pre_tokenizers.Punctuation("contiguous")])
    tokenizer.decoder = decoders.BPEDecoder()
    return trained(tokenizer, byte_pairs(
        330, ["<unk>", "<s>"], alphabet=False, limit_alphabet=60, end_of_word_suffix="</w>"))


def make_bert():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=20))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trained(tokenizer, trainers.WordPieceTrainer(
        vocab_size=320, show_progress=False, limit_alphabet=70,
        special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"]))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.add_tokens([AddedToken("STEPS", normalized=True)])
    return tokenizer


def make_wordlevel():
    tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Strip(), normalizers.NFKD(), normalizers.StripAccents(),
        normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=False),
        pre_tokenizers.CharDelimiterSplit("_")])
    trained(tokenizer, trainers.WordLevelTrainer(
        vocab_size=200, show_progress=False, special_tokens=["<unk>", "<s>"]))
    tokenizer.post_processor = template("<s> $A", tokenizer, "<s>")
    return tokenizer


def charsmap(entries):
    """A SentencePiece character map: a double-array trie and the texts that its keys become."""
    texts, values = b"", {}
    for key, text in sorted(entries.items(), key=lambda item: item[0].encode()):
        values[key.encode()] = len(texts)
        texts += text.encode() + b"\0"
    units, used = [0] * 4096, {0}

    def place(prefix, node):
        """Gives the children of a node, at which a key may end too, places of their own."""
        children = sorted({key[len(prefix)] for key in values
                           if key.startswith(prefix) and len(key) > len(prefix)})
        is_key = prefix in values
        labels = ([0] if is_key else []) + children
        base = next(b for b in range(1, 3000)
                    if all(b ^ label not in used for label in labels))
        units[node] |= (node ^ base) << 10 | (1 << 8 if is_key else 0)
        used.update(base ^ label for label in labels)
        if is_key:
            units[base] = 1 << 31 | values[prefix]
        for label in children:
            units[base ^ label] = label
            place(prefix + bytes([label]), base ^ label)

    place(b"", 0)
    trie = struct.pack(f"<{len(units)}I", *units)
    return base64.b64encode(struct.pack("<I", len(trie)) + trie + texts).decode()


def make_unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    trained(tokenizer, trainers.UnigramTrainer(
        vocab_size=300, show_progress=False, unk_token="<unk>",
        special_tokens=["<unk>", "<s>", "</s>"]))
    content = json.loads(tokenizer.to_str())
    charmap = charsmap({
        "ﬁ": "fi", "ﬃ": "ffi", "①": "1", "\u212b": "Å", "\t": " ", "\u00a0": " ", "\u3000": " ",
        "e\u0301": "é", "a\u0308": "ä", "½": "1/2", "Ａ": "A", "１": "1", "\u200b": "", "\n": " "})
    content["normalizer"] = {"type": "Sequence", "normalizers": [
        {"type": "Precompiled", "precompiled_charsmap": charmap},
        {"type": "Nmt"},
        {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]}
    tokenizer = Tokenizer.from_str(json.dumps(content))
    tokenizer.post_processor = template("$A </s>", tokenizer, "</s>")
    return tokenizer


def make_unigram_bytes():
    """Unigram with bytes for what is unknown, as in newer SentencePiece models."""
    content = json.loads(make_unigram().to_str())
    vocabulary = content["model"]["vocab"]
    content["model"]["vocab"] = vocabulary + [[f"<0x{k:02X}>", -20.0] for k in range(256)]
    content["model"]["byte_fallback"] = True
    content["normalizer"] = {"type": "NFKC"}
    tokenizer = Tokenizer.from_str(json.dumps(content))
    tokenizer.decoder = decoders.Sequence([
        decoders.ByteFallback(), decoders.Metaspace(prepend_scheme="always")])
    return tokenizer


KINDS = {
    "gpt2": make_gpt2, "llama3": make_llama3, "qwen2": make_qwen2, "o200k": make_o200k,
    "llama2": make_llama2, "metaspace": make_metaspace, "clip": make_clip, "bert": make_bert,
    "wordlevel": make_wordlevel, "unigram": make_unigram, "unigram-bytes": make_unigram_bytes,
}


def row(tokenizer, text, full=True):
    """A text with its ids and texts decoded; in full with the UTF-8 bytes that each id stands for."""
    ids = tokenizer.encode(text).ids
    result = {"text": text, "ids": ids, "decoded": tokenizer.decode(ids, skip_special_tokens=False)}
    if full:
        bare = tokenizer.encode(text, add_special_tokens=False)
        result["skipped"] = tokenizer.decode(ids)
        result["bare"] = bare.ids
        places = [0]
        for character in text:
            places.append(places[-1] + len(character.encode()))
        result["offsets"] = [place for low, high in bare.offsets for place in (places[low], places[high])]
    return result
