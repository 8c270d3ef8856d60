"""Writes what transformers makes of the checkpoints in test/fixtures/odd-checkpoints: one sentence each.

    python model-export/reference/make_odd_references.py [--out test/fixtures/odd-checkpoints/expected.json]

They are like what people publish: added tokens named in one file only, a mask with another name, rows without a token, a
config.json without a type, Greek and Chinese. `stale-bias`, whose bias is that of a smaller vocabulary, is not among them:
transformers cannot load it either.
"""

import argparse
from pathlib import Path

import torch

from checkpoint import REPO, load_bert, load_tokenizer, versions
from encoding import write_json

FOLDER = REPO / "test/fixtures/odd-checkpoints"
MARKED = "[E1] Raymond [/E1] is selling [MASK] sketches."
TWEET = "@USER is selling [MASK] sketches HTTPURL ."
TUTORIAL = "Raymond is selling [MASK] sketches."
EXPERIMENTS = {
    "markers-map": (MARKED, ["these", "this"]),
    "markers-decoder": (MARKED, ["these", "this"]),
    "added-decoder": (TWEET, ["these", "this"]),
    "added-json": (TWEET, ["these", "this"]),
    "json-added": ("COVID in New York is [MASK] press.", ["these", "this"]),
    "angle": (TUTORIAL.replace("[MASK]", "<mask>"), ["these", "this"]),
    "padded": (TUTORIAL, ["these", "this"]),
    "no-type": (TUTORIAL, ["these", "this"]),
    "el-lower": ("Ο ΟΔΥΣΣΕΥΣ ειναι [MASK].", ["το"]),
    "zh": ("今天[MASK][MASK]很好，我们去散步吧。", ["天", "心", "空", "气"]),
}
LAYER, NEURON = 1, 7


def probabilities(logits, ids):
    return torch.softmax(logits.double(), -1)[ids].tolist()


def record(name, sentence, words):
    """ids and tokens [T]; by word, the probability at the last mask before and after one neuron there is set to 0."""
    tokenizer = load_tokenizer(FOLDER / name)
    bert = load_bert(FOLDER / name)
    encoded = tokenizer(sentence, return_tensors="pt")
    masks = (encoded.input_ids[0] == tokenizer.mask_token_id).nonzero().flatten().tolist()
    ids = tokenizer.convert_tokens_to_ids(words)
    before = bert(**encoded).logits[0, masks[-1]]

    def suppress(module, arguments, output):
        output[0, masks[-1], NEURON] = 0
        return output

    handle = bert.bert.encoder.layer[LAYER].intermediate.register_forward_hook(suppress)
    after = bert(**encoded).logits[0, masks[-1]]
    handle.remove()
    return {
        "model": name,
        "sentence": sentence,
        "mask": len(masks) - 1,
        "ids": encoded.input_ids[0].tolist(),
        "tokens": encoded.tokens(),
        "rows": bert.config.vocab_size,
        "layer": LAYER,
        "neuron": NEURON,
        "before": dict(zip(words, probabilities(before, ids))),
        "after": dict(zip(words, probabilities(after, ids))),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=FOLDER / "expected.json")
    args = parser.parse_args()
    records = [record(name, *experiment) for name, experiment in EXPERIMENTS.items()]
    write_json(args.out, {"versions": versions(), "experiments": records})
    print(", ".join(EXPERIMENTS))


if __name__ == "__main__":
    main()
