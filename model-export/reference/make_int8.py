"""Writes test/fixtures/reference/int8.json: matrices as int8 per row and back, by numpy in float32.

    python model-export/reference/make_int8.py [--out test/fixtures/reference/int8.json]

A row is its scale (largest magnitude / 127, a little-endian float32) and after it its numbers, one signed byte each: number / scale,
rounded to the nearest, ties to even. A number is then scale * byte. The cases are written out; of every matrix of two
checkpoints, sha256 of the stored bytes and of the numbers that come back.
"""

import argparse
import base64
import hashlib
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from checkpoint import REPO
from encoding import write_json

CHECKPOINTS = {
    "legacy": REPO / "test/fixtures/checkpoints/legacy",
    "half": REPO / "test/fixtures/checkpoints/half",
    "minibert-blimp": REPO / "model-export/minibert-blimp/checkpoint",
}


def to_int8(matrix):
    """[rows, width] float32 -> scales [rows, 1] float32, steps [rows, width] int8"""
    scales = np.abs(matrix).max(axis=1, keepdims=True) / np.float32(127)
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.where(scales == 0, np.float32(0), np.rint(matrix / scales))
    assert scales.dtype == np.float32 and (matrix / np.float32(3)).dtype == np.float32
    return scales, np.clip(steps, -127, 127).astype(np.int8)


def stored(scales, steps):
    return b"".join(scale.astype("<f4").tobytes() + row.tobytes() for scale, row in zip(scales, steps))


def plain(scales, steps):
    return (scales * steps.astype(np.float32)).astype("<f4").tobytes()


def cases():
    random = np.random.default_rng(8)
    normal = lambda *shape: random.standard_normal(shape, dtype=np.float32)
    halves = np.arange(-126.5, 127, 1, dtype=np.float32)
    yield "ties, to even", np.stack([np.append(halves, np.float32(127)), np.append(-halves, np.float32(-127))])
    yield "zeros of both signs", np.array([[0.0, -0.0, 0.0], [-0.0, -0.0, 1.0]], dtype=np.float32)
    yield "too small for a scale, or nearly", np.array([[1e-45, -2e-45, 0], [1.5e-43, 9e-44, -1e-45], [2.6e-43, 1, 0]], dtype=np.float32)
    yield "large numbers", np.array([[3.4e38, -3.4e38, 1e38, 1]], dtype=np.float32)
    yield "one number a row", normal(5, 1)
    yield "rows of every size", normal(64, 33) * np.exp(normal(64, 1) * 20).astype(np.float32)


def matrices(folder):
    """As float32, by their names."""
    for name, tensor in sorted(load_file(folder / "model.safetensors").items()):
        if tensor.ndim == 2 and tensor.dtype.kind == "f":
            yield name, tensor.astype(np.float32)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=REPO / "test/fixtures/reference/int8.json")
    out = parser.parse_args().out
    text = lambda data: base64.b64encode(data).decode()
    written = []
    for name, matrix in cases():
        rows = to_int8(matrix)
        numbers = {"f32": text(matrix.astype("<f4").tobytes()), "stored": text(stored(*rows)), "plain": text(plain(*rows))}
        written.append({"name": name, "shape": list(matrix.shape), **numbers})
    found = {}
    for checkpoint, folder in CHECKPOINTS.items():
        found[checkpoint] = {}
        for name, matrix in matrices(folder):
            rows = to_int8(matrix)
            found[checkpoint][name] = {"stored": sha256(stored(*rows)), "plain": sha256(plain(*rows))}
    write_json(out, {"numpy": np.__version__, "cases": written, "checkpoints": found})


if __name__ == "__main__":
    main()
