"""Writes what transformers makes of every chat template in the installed TRL package.

    python3 compare_chat_templates.py OUTPUT.jsonl [TEMPLATE_DIRECTORY]
    REALIGN_PARITY=OUTPUT.jsonl swift test --filter ChatTemplateParityTests

The templates belong to TRL (Apache-2.0) and are read where it is installed; nothing of them is kept
here. Every case has the whole text that the reference gives.
"""

import glob
import os
import sys

from make_chat_goldens import rows, write


def main():
    if len(sys.argv) > 2:
        folder = sys.argv[2]
    else:
        import importlib.util
        folder = os.path.join(
            os.path.dirname(importlib.util.find_spec("trl").origin), "chat_templates")
    templates = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.jinja"))):
        with open(path, encoding="utf-8") as file:
            templates[os.path.basename(path)] = file.read()

    def whole(text, generated):
        return {"text": text, **({"generated": generated} if generated else {})}

    write(sys.argv[1], rows(templates, whole))
    print(f"{len(templates)} templates")


if __name__ == "__main__":
    main()
