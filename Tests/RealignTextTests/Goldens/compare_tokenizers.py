"""Writes what the Hugging Face `tokenizers` library makes of very many awkward texts, for the Swift
test "ids equal those of the reference on very many texts" to compare with.

    python3 compare_tokenizers.py FOLDER [ROWS_PER_TOKENIZER [SEED]]
    REALIGN_PARITY_TOKENIZERS=FOLDER swift test -c release --filter ComposedParityTests

For each kind NAME there is FOLDER/NAME.json, the tokenizer, and FOLDER/NAME.jsonl, a row per text
with its ids (template included) and the text decoded; every tenth row has offsets as well.
"""

import json
import os
import sys

import tokenizers

from composed_tokenizers import KINDS, row, texts


def main():
    print("tokenizers", tokenizers.__version__, "Python", sys.version.split()[0])
    directory = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    os.makedirs(directory, exist_ok=True)
    for number, (name, make) in enumerate(KINDS.items()):
        tokenizer = make()
        with open(os.path.join(directory, name + ".json"), "w") as file:
            file.write(tokenizer.to_str())
        with open(os.path.join(directory, name + ".jsonl"), "w") as file:
            for index, text in enumerate(texts(count, 1000 * seed + number)):
                file.write(json.dumps(row(tokenizer, text, index % 10 == 0), ensure_ascii=False) + "\n")
        print(name, count, "texts", flush=True)


main()
