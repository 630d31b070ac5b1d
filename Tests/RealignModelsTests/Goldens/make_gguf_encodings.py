"""Reference bytes of F16, BF16 and Q8_0, made with gguf, the package of llama.cpp.

Run:  python make_gguf_encodings.py        (pip install gguf)
Writes gguf_encodings.json beside this file. Numbers and results are hexadecimal, little-endian:
`edges` (ties, subnormals, infinities) for F16 and BF16, `blocks` of 32 for all three.
"""
import importlib.metadata
import json
import pathlib

import gguf
import numpy

TYPES = gguf.GGMLQuantizationType


def edges():
    """Ties of both halves, the borders of their ranges, zeros and infinities, with both signs."""
    values = [0.0, 65504.0, 65519.996, 65520.0, 65536.0, 1e38, 3.3895314e38, 3.4028235e38]
    values.append(numpy.inf)
    for base in [1.0, 1.5, 3.0, 2047.0, 0.1, 1024.0]:
        for step in [2.0**-11, 2.0**-8, 2.0**-9]:
            for count in range(1, 6):
                tie = numpy.float32(base * (1 + count * step))
                values += [numpy.nextafter(tie, numpy.float32(0)), tie]
                values += [numpy.nextafter(tie, numpy.float32(numpy.inf))]
    for count in range(8):  # subnormal halves and what lies between them
        values += [(count + 0.5) * 2.0**-24, (count + 0.49) * 2.0**-24, (count + 1023) * 2.0**-24]
    values += [2.0**-14, 2.0**-15, 2.0**-25, 2.0**-26, 1e-38, 1e-40, 1.4e-45, 1.1754944e-38]
    values = numpy.array(values, dtype=numpy.float32)
    values = numpy.concatenate([values, -values])
    return values[: len(values) // 32 * 32]


def blocks():
    """Normal numbers of many scales, ties, zeros, scales that are subnormal or zero as halves."""
    random = numpy.random.default_rng(20260101)
    rows = [random.standard_normal(32) * 10.0**power for power in range(-9, 6) for _ in range(2)]
    ties = numpy.arange(32) - 15.5
    ties[0] = 127.0
    rows += [ties, -ties, ties * 0.125, ties / 127]
    lone = numpy.zeros(32)
    lone[7] = -3.5
    rows += [numpy.zeros(32), lone, numpy.full(32, 1e-36), numpy.full(32, -0.0)]
    rows += [numpy.linspace(-1, 1, 32), random.integers(-127, 128, 32).astype(float)]
    return numpy.array(rows, dtype=numpy.float32)


def encoded(values, kind):
    with numpy.errstate(over="ignore", divide="ignore"):
        return gguf.quants.quantize(values, kind).tobytes().hex()


def main():
    edge, block = edges().reshape(-1, 32), blocks()
    result = {
        "versions": {name: importlib.metadata.version(name) for name in ["gguf", "numpy"]},
        "edges": {
            "values": edge.tobytes().hex(),
            "f16": encoded(edge, TYPES.F16),
            "bf16": encoded(edge, TYPES.BF16),
        },
        "blocks": {
            "values": block.tobytes().hex(),
            "f16": encoded(block, TYPES.F16),
            "bf16": encoded(block, TYPES.BF16),
            "q8_0": encoded(block, TYPES.Q8_0),
        },
    }
    path = pathlib.Path(__file__).parent / "gguf_encodings.json"
    path.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
