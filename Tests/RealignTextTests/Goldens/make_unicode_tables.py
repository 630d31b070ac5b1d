"""Writes UnicodeTables.swift: the Unicode properties that general tokenizers are made of.

Every property is asked of the Hugging Face `tokenizers` library itself, scalar by scalar, so that
a tokenizer agrees with it whatever Unicode version each of its parts was built with: regular
expressions (Oniguruma, Unicode 16), BERT's punctuation and controls, accents.
Made with tokenizers 0.23.3 on Python 3.11.

    python3 make_unicode_tables.py ../../../Sources/RealignText/Tokenization/Unicode/UnicodeTables.swift
"""

import sys

import tokenizers
from tokenizers import Regex
from tokenizers import normalizers
from tokenizers.pre_tokenizers import Punctuation, Split

SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
CATEGORIES = ("Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So "
              "Zs Zl Zp Cc Cf Co Cn").split()
SCRIPTS = ("Arabic Armenian Bengali Bopomofo Common Cyrillic Devanagari Ethiopic Georgian Greek "
           "Gujarati Gurmukhi Han Hangul Hebrew Hiragana Inherited Kannada Katakana Khmer Lao "
           "Latin Malayalam Mongolian Myanmar Oriya Sinhala Tamil Telugu Thai Tibetan").split()
PROPERTIES = ["Alphabetic", "Lowercase", "Uppercase"]


def isolated(splitter):
    """The scalars that a pre-tokenizer with the behavior "removed" removes."""
    rest = set()
    for start in range(0, len(SCALARS), 4096):
        chunk = SCALARS[start : start + 4096]
        for _, (low, high) in splitter.pre_tokenize_str("".join(map(chr, chunk))):
            rest.update(chunk[low:high])
    return set(SCALARS) - rest


def matching(pattern):
    return isolated(Split(Regex(pattern), "removed"))


def removed(**options):
    """The scalars that BERT's normalizer makes nothing of."""
    chosen = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    chosen.update(options)
    normalize = normalizers.BertNormalizer(**chosen).normalize_str
    return {c for c in SCALARS if normalize(chr(c)) == ""}


def stripped():
    normalize = normalizers.StripAccents().normalize_str
    return {c for c in SCALARS if normalize(chr(c)) == ""}


def reordered():
    """The scalars of a combining class other than 0: some mark changes places with them."""
    normalize = normalizers.NFD().normalize_str
    atoms = [chr(c) for c in SCALARS if normalize(chr(c)) == chr(c)]
    return {ord(c) for c in atoms
            if normalize(c + "\u0334") != c + "\u0334" or normalize("\u0345" + c) != "\u0345" + c}


def decomposed():
    normalize = normalizers.NFKD().normalize_str
    return {c for c in SCALARS if normalize(chr(c)) != chr(c)}


def runs(members):
    """Gap and length of every run, in hexadecimal."""
    result, end = [], 0
    start = None
    for c in sorted(members) + [None]:
        if start is not None and c != last + 1:
            result.append(f"{start - end:x},{last + 1 - start:x}")
            end, start = last + 1, None
        if start is None:
            start = c
        last = c
    return ",".join(result)


def wrapped(text, indent):
    width = 98 - indent
    lines = [text[k : k + width] for k in range(0, len(text), width)] or [""]
    return ("\\\n" + " " * indent).join(lines)


def literal(name, comment, text):
    return f'  /// {comment}\n  static let {name} = """\n    {wrapped(text, 4)}\n    """'


def general_categories():
    table = {}
    for letter, name in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ<>?", CATEGORIES):
        for c in matching(rf"\p{{{name}}}"):
            assert c not in table, hex(c)
            table[c] = letter
    for c in range(0xD800, 0xE000):
        table[c] = "!"  # surrogates, which no text has
    text, c = "", 0
    while c < 0x110000:
        stop = c
        while stop < 0x110000 and table.get(stop) == table.get(c):
            stop += 1
        text += table[c] + (f"{stop - c:x}" if stop - c > 1 else "")
        c = stop
    return text


def main():
    properties = "".join(f"{name}:{runs(matching(chr(92) + 'p{' + name + '}'))};"
                         for name in SCRIPTS + PROPERTIES)
    parts = [
        literal("generalCategories",
                "A letter for the general category of every run of scalars, then its length in "
                "hexadecimal\n  /// unless it is 1.", general_categories()),
        literal("properties", "Name, and runs, of scripts and other properties.", properties),
        literal("regexWords", r"Runs of `\w` in regular expressions.", runs(matching(r"\w"))),
        literal("punctuation", "Runs of BERT's punctuation.",
                runs(isolated(Punctuation(behavior="removed")))),
        literal("controls", "Runs of what BERT's normalizer cleans away.",
                runs(removed(clean_text=True))),
        literal("combiningMarks", "Runs of what stripping accents removes.", runs(stripped())),
        literal("nonspacingMarks", "Runs of what BERT's normalizer strips as accents.",
                runs(removed(strip_accents=True))),
        literal("reorderedMarks", "Runs of what canonical ordering moves.", runs(reordered())),
        literal("decomposed", "Runs of what canonical or compatibility decomposition changes.",
                runs(decomposed())),
    ]
    head = (
        "// Generated by Tests/RealignTextTests/Goldens/make_unicode_tables.py from tokenizers "
        f"{tokenizers.__version__}.\n\n"
        "/// Unicode properties as text: runs are pairs of a gap and a length, in hexadecimal.\n"
        "enum UnicodeTables {\n")
    with open(sys.argv[1], "w") as file:
        file.write(head + "\n\n".join(parts) + "\n}\n")


main()
