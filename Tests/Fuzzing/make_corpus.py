"""Writes seeds of the fuzzers into Corpus, cut from the goldens of the tests.

Needs nothing but Python 3; run it in this folder. Files that it did not write are left alone.
"""

import json
import pathlib
import struct

HERE = pathlib.Path(__file__).parent
TEXT = HERE.parent / "RealignTextTests" / "Goldens"
MODELS = HERE.parent / "RealignModelsTests" / "Goldens"


def rows(path):
    return [json.loads(line) for line in path.read_text().split("\n") if line]


def write(target, name, content):
    folder = HERE / "Corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else content.encode()
    (folder / f"seed-{name}").write_bytes(data)


def small_tokenizer(path):
    """A tokenizer with at most 24 tokens of its own and the merges among them."""
    root = json.loads(path.read_text())
    model = root["model"]
    if isinstance(model["vocab"], list):
        model["vocab"] = model["vocab"][:24]
        return root
    added = {token["content"] for token in root.get("added_tokens") or []}
    kept = {}
    for token, number in model["vocab"].items():
        if token in added or token == model.get("unk_token") or len(kept) < 24:
            kept[token] = number
    model["vocab"] = kept
    pairs = [m if isinstance(m, list) else m.split(" ") for m in model.get("merges", [])]
    if "merges" in model:
        model["merges"] = [p for p in pairs if p[0] in kept and p[1] in kept and "".join(p) in kept]
    return root


def calibration():
    """What `realign bench calibrate --save` writes, in short."""
    device = {"cpu": "x", "cores": 2, "isa": "avx512", "kernel": "realign", "threads": 2}
    shape = {"shape": "tiny", "parameters": 1196032, "generation": []}
    shape["scoring"] = [
        {"batch_size": size, "examples_per_second": 700.5 + size, "model_gflops": 300}
        for size in (1, 2, 4)
    ]
    shape["training"] = [{"pairs": 2, "pairs_per_second": 74.8, "model_gflops": 265.7}]
    shape |= {"tokens_per_example": 144, "tokens_per_pair": 480}
    root = {"format": "realign-calibration-1", "realign": "0.1.0", "date": "2026-11-24T03:33:54Z"}
    root |= {"device": device | {"memory_gb": 25.3}, "peak_gflops": 505.4}
    root |= {"memory_bandwidth_gbs": 122.2, "shapes": [shape]}
    return json.dumps(root)


def main():
    for folder, prefix in ((TEXT, "fast"), (TEXT / "Composed", "composed")):
        for path in sorted(folder.glob("*.json")):
            if path.name != "corpus.json":
                root = small_tokenizer(path)
                text = json.dumps(root, ensure_ascii=False, separators=(",", ":"))
                write("tokenizer", f"{prefix}-{path.name}", text)

    templates = [row["template"] for row in rows(TEXT / "chat-snippets.jsonl")]
    for number in range(0, len(templates), 6):
        text = "\n".join(templates[number : number + 6])
        write("chat-template", f"snippets-{number:03}.jinja", text)
    for row in rows(TEXT / "chat-features.jsonl"):
        if "source" in row:
            write("chat-template", f"{row['template']}.jinja", row["source"])

    for number, row in enumerate(rows(TEXT / "regexes.jsonl")):
        text = "".join(case["text"] for case in row["cases"])[:80]
        if number % 3 == 0 and "\n" not in row["pattern"]:
            write("regex", f"{number:03}", row["pattern"] + "\n" + text)

    for path in sorted(MODELS.glob("*/config.json")):
        write("configuration", f"{path.parent.name}.json", path.read_bytes())
    for name, row in sorted(json.loads((MODELS / "families.json").read_text()).items()):
        if isinstance(row, dict) and "config" in row:
            write("configuration", f"{name}.json", json.dumps(row["config"]))
    adapter = {"peft_type": "LORA", "r": 4, "lora_alpha": 8, "lora_dropout": 0.1}
    adapter |= {"use_rslora": True, "target_modules": ["q_proj", "v_proj"]}
    write("configuration", "adapter.json", json.dumps(adapter))

    values = {"a": ("F32", [2, 3], 24), "b": ("F16", [4], 8), "c": ("BF16", [], 2)}
    values["d"] = ("F32", [0], 0)
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, (kind, shape, size) in values.items():
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    body = bytes(range(offset))
    write("safetensors", "types", struct.pack("<Q", len(text)) + text + body)
    write("safetensors", "empty", struct.pack("<Q", 2) + b"{}")
    write("safetensors", "short", struct.pack("<Q", 1 << 40) + b"{}")

    kinds = '{"a":[1,-0.5e+3,true,false,null,"\\u00e9\\ud83d\\ude00\\n"],"b":{},"c":[]}'
    write("json", "kinds.json", kinds)
    write("json", "rows.jsonl", '{"prompt":"a","chosen":"b"}\n\n{"prompt":"é","score":1e-7}\r\n')
    numbers = "[0,-0,1e22,1e23,9007199254740993,1.7976931348623157e308,5e-324,1234567890123456789]"
    write("json", "numbers.json", numbers)

    node = {"node": "a", "throughput": 3.86, "memory_gb": 128, "batch_size": 32}
    node["timestamp"] = "2026-11-20T12:00:00Z"
    write("node-file", "given.json", json.dumps([node, node | {"node": "b", "throughput": 0}]))
    named = [{"node": "m4", "profile": "M4 Max"}, {"node": "m3", "profile": "M3 Ultra"}]
    write("node-file", "named.json", json.dumps(named))
    write("node-file", "missing.json", json.dumps([named[0], {"node": "c", "throughput": None}]))
    write("node-file", "calibration.json", calibration())


main()
