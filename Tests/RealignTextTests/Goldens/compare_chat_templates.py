"""Compares every chat template of the installed TRL package with transformers, byte for byte.

    python compare_chat_templates.py --work DIR [--json OUT] [--test COMMAND] [TEMPLATE_DIRECTORY]

The templates belong to TRL (Apache-2.0) and are read where it is installed; nothing of them is kept
here. Every case has the whole text that the reference gives; the Swift test ChatTemplateParityTests
renders it again.
"""

import importlib.util
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Parity"))
import contract
from make_chat_goldens import rows


def whole(text, generated):
    return {"text": text, **({"generated": generated} if generated else {})}


def main():
    parser = contract.parser("Compare chat templates.", test="ChatTemplateParityTests")
    package = pathlib.Path(importlib.util.find_spec("trl").origin).parent / "chat_templates"
    parser.add_argument("templates", nargs="?", type=pathlib.Path, default=package)
    options = parser.parse_args()
    work = contract.fresh(options.work)
    files = sorted(options.templates.glob("*.jinja"))
    templates = {file.name: file.read_text(encoding="utf-8") for file in files}
    contract.write_rows(work / "cases.jsonl", rows(templates, whole))
    section = contract.Section("templates")
    section.test(options.test, work)
    section.finish(options.json)


if __name__ == "__main__":
    main()
