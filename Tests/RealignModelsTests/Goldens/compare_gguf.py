"""Compares GGUF files with the model directories that they were exported from.

    python compare_gguf.py --work DIR [--json OUT] [--realign BINARY] [MODEL_DIR...]

Exports each model, those of gguf_models.py unless others are given, in every precision, reads the
file with gguf, the package of llama.cpp, and checks: every tensor of the checkpoint is
there under the name of gguf's own table, in the shape and order llama.cpp expects, bit for bit what
gguf's own encoder makes of it; every key says what config.json says; tokens, kinds, merges and
roles are those of tokenizer.json as gguf's own reader finds them; and texts cut by the regular
expressions that llama.cpp has for `tokenizer.ggml.pre`, merged by what the file says, give the ids
of Hugging Face tokenizers.
"""
import json
import pathlib
import sys

import gguf
import numpy
import regex
import safetensors.numpy
import tokenizers

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Parity"))
import contract
import gguf_models

PRECISIONS = ["f16", "bf16", "q8_0"]
KINDS = gguf.GGMLQuantizationType
ARCHITECTURES = {
    "llama": gguf.MODEL_ARCH.LLAMA,
    "mistral": gguf.MODEL_ARCH.LLAMA,
    "qwen2": gguf.MODEL_ARCH.QWEN2,
    "qwen3": gguf.MODEL_ARCH.QWEN3,
}
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)"
LLAMA3 = (
    r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# What llama.cpp (src/llama-vocab.cpp) applies one after the other, and whether whole words of the
# vocabulary are taken without merging.
PRE = {
    "gpt-2": ([GPT2], False),
    "smollm": ([r"\p{N}", GPT2], False),
    "llama-bpe": ([LLAMA3], True),
    "smaug-bpe": ([LLAMA3], False),
    "qwen2": ([LLAMA3.replace("{1,3}", "")], False),
}
SAMPLES = [
    "Arne Lund was born in 1814. Who'd SAY it's 12345?",
    "  two  spaces\n\n\ttab\r\nIt'S we'll  ",
    "日本語 déjà vu — ½ ２３ naïve €5.00, [1] see <|tool|> x\n",
    "a",
]


class Comparison:
    def __init__(self, file, directory):
        self.reader = gguf.GGUFReader(file)
        self.directory = pathlib.Path(directory)
        self.config = json.loads((self.directory / "config.json").read_text())
        self.failures = []
        self.checks = 0
        self.arch = ARCHITECTURES[self.config["model_type"]]

    def check(self, what, found, expected):
        self.checks += 1
        if found != expected:
            self.failures.append(f"{what}: found {found!r:.200}, expected {expected!r:.200}")

    def value(self, key):
        field = self.reader.get_field(key)
        return None if field is None else field.contents()

    def heads(self, name):
        if self.arch != gguf.MODEL_ARCH.LLAMA:
            return None
        if ".attn_q." in name:
            return self.config["num_attention_heads"]
        return self.config["num_key_value_heads"] if ".attn_k." in name else None

    def tensors(self):
        kept = {tensor.name: tensor for tensor in self.reader.tensors}
        names = gguf.get_tensor_name_map(self.arch, self.config["num_hidden_layers"])
        wanted = KINDS[gguf.LlamaFileType(self.value("general.file_type")).name.split("_", 1)[1]]
        worst = 0.0
        for path in sorted(self.directory.glob("*.safetensors")):
            for key, values in sorted(safetensors.numpy.load_file(path).items()):
                if key == "lm_head.weight" and self.config.get("tie_word_embeddings"):
                    continue
                name = names.get_name(key, try_suffixes=(".weight", ".bias"))
                tensor = kept.pop(name, None)
                if tensor is None:
                    self.failures.append(f"{key}: {name} is missing")
                    continue
                worst = max(worst, self.tensor(name, tensor, values.astype(numpy.float32), wanted))
        kept.pop("rope_freqs.weight", None)
        self.check("tensors beyond the checkpoint", sorted(kept), [])
        return worst

    def tensor(self, name, tensor, values, wanted):
        kind = KINDS.F32 if values.ndim == 1 else wanted
        if kind == KINDS.Q8_0 and values.shape[-1] % 32:
            kind = KINDS.F16
        self.check(name + " type", tensor.tensor_type, kind)
        self.check(name + " shape", [int(n) for n in tensor.shape], list(values.shape)[::-1])
        self.check(name + " alignment", int(tensor.data_offset) % 32, 0)
        ordered, heads = values, self.heads(name)
        if heads:  # the converter's permutation
            halves = values.reshape(heads, 2, values.shape[0] // heads // 2, *values.shape[1:])
            ordered = halves.swapaxes(1, 2).reshape(values.shape)
        expected = gguf.quants.quantize(ordered, kind).tobytes()
        self.check(name + " bytes", tensor.data.tobytes() == expected, True)
        back = gguf.quants.dequantize(tensor.data, kind).reshape(values.shape)
        if heads:  # and back
            pairs = back.reshape(heads, values.shape[0] // heads // 2, 2, *values.shape[1:])
            back = pairs.swapaxes(1, 2).reshape(values.shape)
        error = float(numpy.abs(back - values).max() / numpy.abs(values).max())
        # Half a step relative to the greatest value; in a block also the rounding of its scale.
        bounds = {KINDS.F32: 0, KINDS.F16: 2**-11, KINDS.BF16: 2**-8}
        bound = bounds.get(kind, 1 / 254 + 2**-11)
        self.check(f"{name} error {error}", error <= bound, True)
        return error

    def rotation(self):
        rope = self.config.get("rope_parameters") or self.config.get("rope_scaling") or {}
        name = gguf.MODEL_ARCH_NAMES[self.arch]
        theta = rope.get("rope_theta", self.config.get("rope_theta", 10000.0))
        self.near("rope.freq_base", self.value(name + ".rope.freq_base"), theta)
        found = [t for t in self.reader.tensors if t.name == "rope_freqs.weight"]
        if rope.get("rope_type") != "llama3":
            self.check("rope_freqs", found, [])
            return
        width = self.value(name + ".rope.dimension_count")
        expected = []
        for index in range(width // 2):
            length = 2 * numpy.pi * theta ** (2 * index / width)
            original = rope["original_max_position_embeddings"]
            low, high = rope["low_freq_factor"], rope["high_freq_factor"]
            if length < original / high:
                expected.append(1.0)
            elif length > original / low:
                expected.append(rope["factor"])
            else:
                smooth = (original / length - low) / (high - low)
                expected.append(1 / ((1 - smooth) / rope["factor"] + smooth))
        for a, b in zip(found[0].data.tolist(), expected, strict=True):
            self.near("rope_freqs", a, b)

    def near(self, what, found, expected):
        close = found is not None and abs(found - expected) <= 1e-6 * abs(expected)
        self.check(f"{what} ({found}, {expected})", close, True)

    def metadata(self):
        c, name = self.config, gguf.MODEL_ARCH_NAMES[self.arch]
        width = c.get("head_dim") or c["hidden_size"] // c["num_attention_heads"]
        self.check("general.architecture", self.value("general.architecture"), name)
        self.check("general.type", self.value("general.type"), "model")
        self.check("quantization", self.value("general.quantization_version"), 2)
        keys = gguf.Keys
        for key, expected in {
            keys.LLM.VOCAB_SIZE: c["vocab_size"],
            keys.LLM.CONTEXT_LENGTH: c["max_position_embeddings"],
            keys.LLM.EMBEDDING_LENGTH: c["hidden_size"],
            keys.LLM.BLOCK_COUNT: c["num_hidden_layers"],
            keys.LLM.FEED_FORWARD_LENGTH: c["intermediate_size"],
            keys.Attention.HEAD_COUNT: c["num_attention_heads"],
            keys.Attention.HEAD_COUNT_KV: c["num_key_value_heads"],
            keys.Attention.KEY_LENGTH: width,
            keys.Attention.VALUE_LENGTH: width,
            keys.Rope.DIMENSION_COUNT: width,
        }.items():
            self.check(key, self.value(key.format(arch=name)), expected)
        epsilon = keys.Attention.LAYERNORM_RMS_EPS.format(arch=name)
        self.near(epsilon, self.value(epsilon), c["rms_norm_eps"])

    def vocabulary(self):
        made = tokenizers.Tokenizer.from_file(str(self.directory / "tokenizer.json"))
        root = json.loads((self.directory / "tokenizer.json").read_text())
        added = {token["id"]: token for token in root["added_tokens"]}
        tokens, kinds = [], []
        for index in range(self.config["vocab_size"]):
            token = made.id_to_token(index)
            tokens.append(f"[PAD{index}]" if token is None else token)
            kind = gguf.TokenType.UNUSED if token is None else gguf.TokenType.NORMAL
            if index in added:
                control = added[index]["special"] or token.startswith("<|")
                kind = gguf.TokenType.CONTROL if control else gguf.TokenType.USER_DEFINED
            kinds.append(int(kind))
        keys = gguf.Keys.Tokenizer
        self.check("model", self.value(keys.MODEL), "gpt2")
        self.check("tokens", self.value(keys.LIST), tokens)
        self.check("kinds", self.value(keys.TOKEN_TYPE), kinds)
        special = gguf.SpecialVocab(self.directory, load_merges=True)
        self.check("merges", self.value(keys.MERGES), special.merges)
        self.check("template", self.value(keys.CHAT_TEMPLATE), special.chat_template)
        for key, role in [(keys.BOS_ID, "bos"), (keys.EOS_ID, "eos"), (keys.PAD_ID, "pad")]:
            self.check(role, self.value(key), special.special_token_ids.get(role))
        adds = special.add_special_token
        self.check("add_bos", self.value(keys.ADD_BOS), adds.get("bos", False))
        self.check("add_eos", self.value(keys.ADD_EOS), adds.get("eos", False))
        for text in SAMPLES:
            self.check("ids of " + repr(text), self.encode(text), made.encode(text).ids)

    def encode(self, text):
        """What llama.cpp does with a text, from the file alone."""
        keys = gguf.Keys.Tokenizer
        tokens = self.value(keys.LIST)
        ids = {token: index for index, token in enumerate(tokens)}
        ranks = {pair: rank for rank, pair in enumerate(self.value(keys.MERGES))}
        expressions, whole = PRE[self.value(keys.PRE)]
        kinds = self.value(keys.TOKEN_TYPE)
        marked = [t for t, kind in zip(tokens, kinds, strict=True) if kind in (3, 4)]
        parts = regex.split("(" + "|".join(map(regex.escape, marked)) + ")", text)
        result = [self.value(keys.BOS_ID)] if self.value(keys.ADD_BOS) else []
        for part in parts:
            if part in marked:
                result.append(ids[part])
                continue
            words = [part] if part else []
            for expression in expressions:
                words = [piece for word in words for piece in cut(expression, word)]
            for word in words:
                spelled = "".join(ALPHABET[byte] for byte in word.encode())
                symbols = [spelled] if whole and spelled in ids else list(spelled)
                result += [ids[symbol] for symbol in merged(symbols, ranks)]
        return result


def cut(expression, word):
    """Matches and what lies between them, in order."""
    pieces, end = [], 0
    for match in regex.finditer(expression, word):
        if match.start() > end:
            pieces.append(word[end : match.start()])
        if match.group():
            pieces.append(match.group())
        end = match.end()
    return pieces + ([word[end:]] if end < len(word) else [])


def merged(symbols, ranks):
    while True:
        pairs = [ranks.get(f"{a} {b}", len(ranks)) for a, b in zip(symbols, symbols[1:])]
        if not pairs or min(pairs) == len(ranks):
            return symbols
        at = pairs.index(min(pairs))
        symbols = symbols[:at] + [symbols[at] + symbols[at + 1]] + symbols[at + 2 :]


def alphabet():
    """The character that stands for each byte in a byte-level vocabulary."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {b: chr(b) for b in printable} | {b: chr(256 + n) for n, b in enumerate(others)}


ALPHABET = alphabet()


def compare(section, directory, precision, options):
    """One row: how many checks of the exported file fail."""
    file = pathlib.Path(options.work) / f"{directory.name}-{precision}.gguf"
    file.unlink(missing_ok=True)
    contract.realign(
        options.realign, "export", "--model", directory, "--output", file, "--precision", precision
    )
    comparison = Comparison(file, directory)
    error = comparison.tensors()
    comparison.metadata()
    comparison.rotation()
    comparison.vocabulary()
    for failure in comparison.failures:
        print("differs:", failure)
    note = f"largest rounding {error:.1e} of the greatest weight"
    failed = len(comparison.failures)
    section.row(f"{directory.name} {precision}", comparison.checks, failed, 0, note)


def main():
    parser = contract.parser("Compare exported GGUF files with their models.", realign=True)
    parser.add_argument("models", nargs="*", type=pathlib.Path, metavar="MODEL_DIR")
    options = parser.parse_args()
    section = contract.Section("gguf")
    models = options.models or gguf_models.write_all(contract.fresh(options.work))
    for directory in models:
        for precision in PRECISIONS:
            compare(section, directory, precision, options)
    section.finish(options.json)


if __name__ == "__main__":
    main()
