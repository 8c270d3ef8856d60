"""Writes the tiny checkpoint "legacy" of test/fixtures/checkpoints once more, as torch.save and transformers publish weights.

    python model-export/reference/make_torch_files.py [--out test/fixtures/torch-files]

- pytorch_model.bin: today's torch.save, a zip; the tied decoder shares the word embeddings' storage, and one tensor is a
  part of a larger storage
- small.bin: a few of its tensors, for tests that damage it thousands of times
- old.bin: those in the format of torch before 1.6
- sharded: as save_pretrained cuts a checkpoint that is too large for one file
- expected.json: shapes, types, first and last numbers of pytorch_model.bin's tensors
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file

from checkpoint import REPO, load_bert, versions

SOURCE = REPO / "test/fixtures/checkpoints/legacy"


def tensors():
    stored = load_file(SOURCE / "model.safetensors")
    # a decoder that is the word embeddings, as old checkpoints save it; and a slice of a longer tensor
    stored["cls.predictions.decoder.weight"] = stored["bert.embeddings.word_embeddings.weight"]
    bias = stored["cls.predictions.bias"]
    stored["cls.predictions.bias"] = torch.cat([torch.zeros(7), bias, torch.ones(5)])[7:-5]
    stored["bert.embeddings.position_ids"] = torch.arange(64).unsqueeze(0)
    return stored


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=REPO / "test/fixtures/torch-files")
    out = parser.parse_args().out
    shutil.rmtree(out / "sharded", ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    state = tensors()
    torch.save(state, out / "pytorch_model.bin")
    small = {name: tensor for name, tensor in state.items() if tensor.numel() < 40}
    torch.save(small, out / "old.bin", _use_new_zipfile_serialization=False)
    torch.save(small, out / "small.bin")
    load_bert(SOURCE).save_pretrained(out / "sharded", max_shard_size="80KB")
    loaded = torch.load(out / "pytorch_model.bin", weights_only=True)
    expected = {
        name: {"shape": list(t.shape), "dtype": str(t.dtype), "ends": [t.flatten()[0].item(), t.flatten()[-1].item()]}
        for name, t in loaded.items()
    }
    (out / "expected.json").write_text(json.dumps({"versions": versions(), "tensors": expected}, indent=1) + "\n")


if __name__ == "__main__":
    main()
