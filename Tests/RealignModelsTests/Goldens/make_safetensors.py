#!/usr/bin/env python3
"""Writes small files with the Python library; SafeTensorsWriterTests rewrites them byte for byte.

python make_safetensors.py

Ran with safetensors 0.8.0, torch 2.13.0.
"""

import pathlib

import torch
from safetensors.torch import save_file

FOLDER = pathlib.Path(__file__).parent / "safetensors"


def tensors(names, dtype, generator):
    """One tensor per name: a vector, a matrix, a scalar, an empty one, a cube, in turn."""
    shapes = [(5,), (3, 4), (), (0, 7), (2, 3, 2)]
    return {
        name: torch.randn(shapes[i % len(shapes)], generator=generator).to(dtype)
        for i, name in enumerate(names)
    }


def main():
    FOLDER.mkdir(exist_ok=True)
    generator = torch.Generator().manual_seed(1)
    names = ["model.b", "model.a.10", "model.a.9", "Z", "é \"quoted\"\\", "日本", "a", "model.a"]
    types = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
    for name, dtype in types.items():
        path = FOLDER / f"{name}.safetensors"
        save_file(tensors(names, dtype, generator), path, {"format": "pt"})
    mixed = {}
    for i, (name, dtype) in enumerate(types.items()):
        mixed |= tensors([f"{n}.{i}" for n in names], dtype, generator)
    save_file(mixed, FOLDER / "mixed.safetensors", {"format": "pt"})
    save_file({"only": torch.ones(1)}, FOLDER / "plain.safetensors")


if __name__ == "__main__":
    main()
