"""Reference values of tiny BERT encoders, made with transformers and tokenizers.

Run:  python make_bert.py        (pip install torch transformers tokenizers)
Writes bert.json beside this file: for each variant its config.json and, of a few inputs, the last
hidden states, the pooler's output and the logits; of texts and pairs the ids and types at several
greatest lengths; the tokenizer itself. Weights are a formula of name and index (the one of
make_families.py), so none are stored; norms and biases are away from their defaults.
"""
import json
import pathlib

import numpy
import tokenizers
import torch
import transformers
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors

HERE = pathlib.Path(__file__).parent
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = "the cat sat on mat a dog was born in oslo 1814 is not sleeping . , ? ! ' é 日".split()
PIECES = [c for c in "abcdefghijklmnoprstuwy"] + ["##" + c for c in "abcdeginorstuy1234"]
TEXTS = [
    "The cat sat on the mat.",
    "",
    "A dog was born in Oslo, 1814!",
    "  ÉÉ naïve\tcafé 日本 [SEP] [MASK]x",
    "is not sleeping? " * 12,
    "the",
]
PAIRS = [(0, 2), (1, 1), (4, 5), (5, 4), (4, 4), (3, 0), (2, 4)]
LENGTHS = [None, 64, 17, 8, 5]


def tokenizer():
    vocabulary = list(dict.fromkeys(SPECIAL + WORDS + PIECES))
    ids = {token: number for number, token in enumerate(vocabulary)}
    result = tokenizers.Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    result.normalizer = normalizers.BertNormalizer(lowercase=True)
    result.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    result.decoder = decoders.WordPiece()
    result.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    result.add_special_tokens(SPECIAL)
    return result


def formula(name, count):
    """Numbers in [-1, 1): splitmix64 of the name's FNV-1a hash, 24 bits each."""
    with numpy.errstate(over="ignore"):
        state = numpy.uint64(14695981039346656037)
        for byte in name.encode():
            state = (state ^ numpy.uint64(byte)) * numpy.uint64(1099511628211)
        steps = numpy.arange(1, count + 1, dtype=numpy.uint64)
        z = state + steps * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z ^= z >> numpy.uint64(31)
    return (z >> numpy.uint64(40)).astype(numpy.float32) / numpy.float32(1 << 23) - 1


def fill(model):
    for stored, parameter in model.named_parameters():
        name = stored.removeprefix("bert.")
        values = torch.from_numpy(formula(name, parameter.numel()) * numpy.float32(0.3))
        if name.endswith("LayerNorm.weight"):
            values = values + 1
        parameter.data = values.reshape(parameter.shape)


def variants(vocabulary):
    common = dict(vocab_size=vocabulary, max_position_embeddings=64, layer_norm_eps=1e-6)
    three = {0: "contradiction", 1: "Entailment", 2: "neutral"}
    yield "gelu", transformers.BertForSequenceClassification, dict(
        common, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48,
        id2label=three, label2id={name: number for number, name in three.items()},
    )
    yield "gelu_new", transformers.BertModel, dict(
        common, hidden_size=24, num_hidden_layers=1, num_attention_heads=2, intermediate_size=40,
        hidden_act="gelu_new", type_vocab_size=3,
    )
    yield "relu", transformers.BertForSequenceClassification, dict(
        common, hidden_size=16, num_hidden_layers=3, num_attention_heads=1, intermediate_size=32,
        hidden_act="relu", id2label={0: "relevant"}, label2id={"relevant": 0},
    )


def rounded(values):
    return [round(float(value), 6) for value in values.reshape(-1)]


def inputs(vocabulary, types):
    generator = numpy.random.default_rng(5)
    for length in (1, 2, 9, 21):
        yield dict(
            ids=generator.integers(0, vocabulary, length).tolist(),
            types=generator.integers(0, types, length).tolist(),
        )


@torch.no_grad()
def make(kind, options, encode):
    config = transformers.BertConfig(**options)
    model = kind(config).float().eval()
    fill(model)
    config.architectures = [kind.__name__]
    encoder = getattr(model, "bert", model)
    rows = []
    for row in inputs(config.vocab_size, config.type_vocab_size):
        call = dict(
            input_ids=torch.tensor([row["ids"]]), token_type_ids=torch.tensor([row["types"]])
        )
        out = encoder(**call)
        row["hidden"] = rounded(out.last_hidden_state)
        row["pooler"] = rounded(out.pooler_output)
        if hasattr(model, "classifier"):
            row["logits"] = rounded(model(**call).logits)
        rows.append(row)
    embeddings = []
    for text in TEXTS:
        states = encoder(input_ids=torch.tensor([encode(text)])).last_hidden_state[0]
        embeddings.append(rounded(torch.nn.functional.normalize(states.mean(0), dim=0)))
    return dict(config=json.loads(config.to_json_string()), inputs=rows, embeddings=embeddings)


def tokens(reader):
    rows = []
    for length in LENGTHS:
        if length is None:
            reader.no_truncation()
        else:
            reader.enable_truncation(length)
        for text in TEXTS:
            found = reader.encode(text)
            rows.append(dict(length=length, first=text, ids=found.ids, types=found.type_ids))
        for first, second in PAIRS:
            found = reader.encode(TEXTS[first], TEXTS[second])
            row = dict(length=length, first=TEXTS[first], second=TEXTS[second])
            rows.append(dict(row, ids=found.ids, types=found.type_ids))
    reader.no_truncation()
    return rows


def main():
    reader = tokenizer()
    size = reader.get_vocab_size()
    content = {
        "versions": dict(
            torch=torch.__version__, transformers=transformers.__version__,
            tokenizers=tokenizers.__version__,
        ),
        "tokenizer": json.loads(reader.to_str()),
        "texts": TEXTS,
        "tokens": tokens(reader),
    }
    for name, kind, options in variants(size):
        content[name] = make(kind, options, lambda text: reader.encode(text).ids)
    lines = [
        f"{json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}"
        for name, value in content.items()
    ]
    (HERE / "bert.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
