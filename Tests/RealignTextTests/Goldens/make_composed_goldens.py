"""Writes Composed/NAME.json, a tokenizer of each kind, and Composed/NAME.jsonl, what the Hugging
Face `tokenizers` library makes of awkward texts with it.

    python3 make_composed_goldens.py [ROWS_PER_TOKENIZER]
"""

import json
import os
import sys

import tokenizers

from composed_tokenizers import KINDS, row, texts


def main():
    print("tokenizers", tokenizers.__version__, "Python", sys.version.split()[0])
    directory = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Composed")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    os.makedirs(directory, exist_ok=True)
    for number, (name, make) in enumerate(KINDS.items()):
        tokenizer = make()
        with open(os.path.join(directory, name + ".json"), "w") as file:
            json.dump(json.loads(tokenizer.to_str()), file, ensure_ascii=False, separators=(",", ":"))
        with open(os.path.join(directory, name + ".jsonl"), "w") as file:
            for text in texts(count, number):
                file.write(json.dumps(row(tokenizer, text), ensure_ascii=False) + "\n")


main()
