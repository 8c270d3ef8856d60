"""Writes what transformers makes of a real pytorch_model.bin: AntiBERTy, a BERT of antibody sequences.

    python model-export/reference/make_antiberty.py [--out test/fixtures/torch-files/antiberty.json]

The wheel antiberty 0.1.3 on PyPI (MIT licence; Ruffolo, Gray and Sulam 2021, arXiv 2112.07782) holds it, with config.json
and vocab.txt. It is downloaded by pip, opened as a zip, and nothing of it is run.
"""

import argparse
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import torch
from transformers import BertForMaskedLM, BertTokenizer

from checkpoint import REPO, versions
from encoding import encode, write_json

WHEEL = "antiberty-0.1.3-py3-none-any.whl"
MODEL = "antiberty/trained_models/AntiBERTy_md_smooth"
VOCABULARY = "antiberty/trained_models/vocab.txt"
SENTENCE = "E V Q L V E S G G G L V Q P G G S L R L S C A A [MASK] G F T F S"
WORDS = ["S", "P", "T", "G"]
LAYER, NEURON = 6, 100


def unpack(folder):
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder), "antiberty==0.1.3"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with zipfile.ZipFile(folder / WHEEL) as wheel:
        for name in ("config.json", "pytorch_model.bin"):
            (folder / name).write_bytes(wheel.read(f"{MODEL}/{name}"))
        (folder / "vocab.txt").write_bytes(wheel.read(VOCABULARY))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=REPO / "test/fixtures/torch-files/antiberty.json")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        unpack(folder)
        tokenizer = BertTokenizer(str(folder / "vocab.txt"), do_lower_case=False)
        bert, info = BertForMaskedLM.from_pretrained(folder, output_loading_info=True)
        assert not info["missing_keys"], info["missing_keys"]
        bert.eval()
    encoded = tokenizer(SENTENCE, return_tensors="pt")
    mask = encoded.input_ids[0].tolist().index(tokenizer.mask_token_id)
    ids = tokenizer.convert_tokens_to_ids(WORDS)

    def run(*hooks):
        handles = [bert.bert.encoder.layer[LAYER].intermediate.register_forward_hook(hook) for hook in hooks]
        with torch.no_grad():
            logits = bert(**encoded).logits[0]
        for handle in handles:
            handle.remove()
        return logits

    def suppress(module, arguments, output):
        output[0, mask, NEURON] = 0
        return output

    def by_word(logits):
        return dict(zip(WORDS, torch.softmax(logits[mask].double(), -1)[ids].tolist()))

    logits = run()
    record = {
        "versions": versions(),
        "wheel": WHEEL,
        "model": MODEL,
        "vocabulary": VOCABULARY,
        "sentence": SENTENCE,
        "ids": encoded.input_ids[0].tolist(),
        "layer": LAYER,
        "neuron": NEURON,
        "logits": encode(logits),
        "before": by_word(logits),
        "after": by_word(run(suppress)),
    }
    write_json(args.out, record)
    print(record["before"], record["after"])


if __name__ == "__main__":
    main()
