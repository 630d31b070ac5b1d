"""Writes regexes.jsonl: where patterns match in awkward texts, as the regular expressions of the
Hugging Face `tokenizers` library (Oniguruma) say.

Each row has a pattern, and texts with the UTF-8 byte ranges of all matches that are not empty.
Made with tokenizers 0.23.3 on Python 3.11.

    python3 make_regex_goldens.py [OUTPUT [TEXTS_PER_PATTERN [SEED]]]
"""

import json
import os
import random
import sys

import tokenizers
from tokenizers import Regex
from tokenizers.pre_tokenizers import Split

LETTERS = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
PATTERNS = [
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    LETTERS + r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+",
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
    r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"[\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lo}&&[^\p{Han}]]+",
    r"\d", r"\d+", r"\d{2}", r"\d{1,2}", r"\d{2,}", r"\d{,2}", r"\d{1,2}?", r"\d{1,2}+", r"\d+?1",
    r"a*b|a", r"a|ab|abc", r"(?:ab|a)(?:c|bcd)?", r"(a|b)*c", r"x*", r"a?+b", r"a++b", r"[ab]*+a",
    r"(?>a+)b", r"a{", r"a{1", r"a{,}", r"a**", r"(?:a+b?)+c",
    r"^\w+", r"\w+$", r"\A\w", r"\w\z", r"\w\Z", r"\bab?", r"\Bb", r"^$", r"(?<=a)b", r"(?<!a)b",
    r"a(?=b|c)", r"a(?!b)", r"(?!\s+\S)\s+", r"\d+(?=\d)", r"(?=.*b)a", r"(?<=\s|\d)\w",
    r"[[:alpha:]]+", r"[[:digit:][:punct:]]+", r"[[:space:]]", r"[[:^upper:]]+", r"[[:alnum:]]+",
    r"[^\S\r\n]+", r"[a-z&&[^aeiou]]+", r"[\w&&[^\d_]]+", r"[^a-c&&b-z]", r"[]a]+", r"[a\]]", r"[-a]",
    r"[a-]", r"[\]\[-]+", r"[\x{4E00}-\x{9FFF}\u3040-\u30FF]+", r"\x41|\x{e9}|\t|\n", r"\h+", r"\H",
    r"\p{L}\p{M}*", r"\P{L}+", r"\p{^L}+", r"\p{Lu}\p{Ll}*", r"\p{Letter}", r"\p{LC}+", r"\p{Any}",
    r"\p{Cn}|\p{Co}|\p{Cc}|\p{Cf}", r"\p{P}+|\p{S}+", r"\p{Zs}|\p{Zl}", r"\p{Nd}|\p{Nl}|\p{No}",
    r"\p{Hiragana}+|\p{Katakana}+", r"\p{Cyrillic}+|\p{Greek}+|\p{Latin}+|\p{Arabic}+",
    r"\p{Common}+", r"\p{Inherited}", r"\W+", r"\D+", r"\S+",
    r"(?i:abc)+", r"(?i)s", r"(?i:k)", r"(?i:[a-k]+)", r"(?i:[^a-k]+)", r"(?i:\p{Lu})", r"(?i:σ)",
    r"(?i:[α-ω]+)", r"a(?i:b)c", r"(?i:é)", r"(?-i:a)(?#comment)b", r"(?i:µ|å|ǆ)",
    r".", r".+", r"(?:)", r"a|", r"\.|\*|\+|\?|\(|\)|\||\\|\/", " ?[a-z]+", r"\s+", r"\s*\n",
]
POOLS = [
    "aaabbbc", "abc ABC", "0123456789", " \n\r\t", "\u00a0\u2003\u2028\x85", "'sStTdDlLvVeErR'",
    "!\"#$%()*+,-./:;<=>?@[\\]^_`{|}~", "éÉèàÅåÀ\u0301\u0308", "αβσςΣΩ", "абВГ", "中文漢字", "ひらカタ",
    "한국", "العر", "😀👍🏽🇩", "٣५½²Ⅷ", "\x00\x7f\u200b\ufeff", "KkK\u212aſsSµμΜåÅÅǄǅǆ",
    "\u0378\ue000\U0001e900\U00011de0ʰǅ",
]


def text(source):
    parts = []
    for _ in range(source.randint(0, 7)):
        pool = source.choice(POOLS if source.random() < 0.6 else POOLS[:4])
        parts.append("".join(source.choice(pool) for _ in range(source.randint(1, 5))))
    return "".join(parts)


def matches(pattern, text):
    places = [0]
    for character in text:
        places.append(places[-1] + len(character.encode()))
    rest = set()
    for _, (low, high) in Split(Regex(pattern), "removed").pre_tokenize_str(text):
        rest.update(range(low, high))
    result = []
    for _, (low, high) in Split(Regex(pattern), "isolated").pre_tokenize_str(text):
        if low not in rest:
            result.append([places[low], places[high]])
    return result


def rows(count, source):
    """Each pattern with `count` texts."""
    for pattern in PATTERNS:
        texts = [text(source) for _ in range(count)]
        yield {
            "pattern": pattern,
            "cases": [{"text": t, "matches": matches(pattern, t)} for t in texts],
        }


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "regexes.jsonl")
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    source = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    print("tokenizers", tokenizers.__version__, "Python", sys.version.split()[0])
    with open(path, "w") as file:
        for row in rows(count, source):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
