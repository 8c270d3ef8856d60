"""Writes what TransformerLens computes for padded batches with edits in several layers; the engine's pass is tested against it.

    python model-export/reference/make_batches.py

Five sentences of different lengths, padded at the end and masked there. One JSON file per checkpoint in
test/fixtures/reference/batches: the batch, and for each list of edits the logits at some tokens, padding included, and what
a hook saw at the last edited point before its edits. The script stops if transformers disagrees about the untouched batch.

Shapes: B batch, T positions, V vocabulary.
"""

import torch

from checkpoint import REPO, describe, load_bert, load_hooked_encoder, load_tokenizer, name_of, versions, PRACTICE, TINY
from encoding import encode, write_json
from make_references import SENTENCES, TOLERANCE

LAYERS = {"minibert-blimp": (3, 9), "legacy": (0, 2), "untied": (1, 3)}
STRIDE = 7
"""every seventh element of an activation is stored"""

OUT = REPO / "test/fixtures/reference/batches"


def post(layer):
    return f"blocks.{layer}.mlp.hook_post"


def resid(layer):
    return f"blocks.{layer}.hook_normalized_resid_post"


def change(operation, before, values):
    """An element, or several, after an operation."""
    match operation["kind"]:
        case "suppress":
            return torch.zeros_like(before)
        case "enhance":
            return before * 2
        case "scale":
            return before * operation["factor"]
        case "set":
            return torch.full_like(before, operation["value"])
        case "add":
            return before + operation["value"]
        case "replace":
            return values


def apply(edit, x):
    """Change x [B, T, W] in place."""
    rows, positions, indexes = (
        edit.get(name, list(range(size))) for name, size in zip(("rows", "positions", "indexes"), x.shape)
    )
    where = torch.meshgrid(torch.tensor(rows), torch.tensor(positions), torch.tensor(indexes), indexing="ij")
    values = torch.tensor(edit["operation"].get("values", [0.0]))
    x[where] = change(edit["operation"], x[where], values.expand(len(rows), len(positions), len(values)))


def run(model, ids, mask, edits):
    """Logits [B, T, V], and {point: what its first edit saw, [B, T, W]}."""
    seen = {}

    def hook(x, hook):
        seen[hook.name] = x.clone()
        for edit in edits:
            if edit["point"] == hook.name:
                apply(edit, x)
        return x

    points = dict.fromkeys(edit["point"] for edit in edits)
    logits = model.run_with_hooks(ids, one_zero_attention_mask=mask, fwd_hooks=[(point, hook) for point in points])
    return logits, seen


def edits_of(first, second, masks, means):
    """The lists of edits: at each sentence's own [MASK], at all positions, at chosen ones, in two layers at once."""
    at_mask = [(row, position) for row, position in enumerate(masks) if position is not None]
    return [
        [],
        [
            {"point": post(layer), "rows": [row], "positions": [position], "indexes": [neuron], "operation": operation}
            for layer, neuron, operation in ((first, 7, {"kind": "suppress"}), (second, 11, {"kind": "set", "value": 2.5}))
            for row, position in at_mask
        ],
        [
            {"point": post(first), "indexes": [1, 2], "operation": {"kind": "scale", "factor": -1.5}},
            {"point": post(first), "indexes": [2, 3], "operation": {"kind": "add", "value": 0.75}},
            {"point": post(second), "operation": {"kind": "enhance"}},
        ],
        [
            {"point": post(first), "positions": [1, 2], "indexes": [0, 5, 9], "operation": {"kind": "replace", "values": means}},
            {"point": resid(first), "positions": [1], "operation": {"kind": "scale", "factor": 0.5}},
            {"point": post(second), "rows": [0, 3], "positions": [2], "indexes": [4], "operation": {"kind": "set", "value": 3.0}},
            {"point": post(second), "rows": [3], "positions": [2], "indexes": [4], "operation": {"kind": "scale", "factor": 0.25}},
        ],
    ]


def make(folder):
    name = name_of(folder)
    first, second = LAYERS[name]
    tokenizer, model = load_tokenizer(folder), load_hooked_encoder(folder)
    sentences = [SENTENCES[i] for i in (0, 1, 2, 3, 4)]
    encoded = tokenizer(sentences, padding=True, return_tensors="pt")
    ids, mask = encoded.input_ids, encoded.attention_mask
    lengths = mask.sum(1).tolist()
    assert len(set(lengths)) >= 4, lengths
    masks = [row.index(tokenizer.mask_token_id) for row in ids.tolist()]

    bert = load_bert(folder, torch.float32)
    difference = (bert(ids, attention_mask=mask).logits - run(model, ids, mask, [])[0]).abs().max().item()
    assert difference < TOLERANCE, difference

    _, cache = model.run_with_cache(ids, one_zero_attention_mask=mask, names_filter=post(first))
    means = cache[post(first)][mask.bool()].mean(0)[[0, 5, 9]].tolist()
    # the last token is padding in all sentences but the longest
    asked = [[row, position] for row, at in enumerate(masks) for position in sorted({1, at, ids.shape[1] - 1})]
    rows, positions = (torch.tensor(each) for each in zip(*asked))
    runs = []
    for edits in edits_of(first, second, masks, means):
        logits, seen = run(model, ids, mask, edits)
        record = {"edits": edits, "logits": encode(logits[rows, positions])}
        if edits:
            point = edits[-1]["point"]
            record["seen"] = {"point": point, **encode(seen[point].flatten(1)[:, ::STRIDE])}
        runs.append(record)
    write_json(
        OUT / f"{name}.json",
        {
            "checkpoint": describe(folder),
            "versions": versions(),
            "difference": difference,
            "sentences": sentences,
            "ids": ids.tolist(),
            "mask": mask.tolist(),
            "asked": asked,
            "stride": STRIDE,
            "runs": runs,
        },
    )
    print(name, "lengths", lengths, f"difference between the libraries {difference:.1e}")


if __name__ == "__main__":
    for folder in (PRACTICE, TINY / "legacy", TINY / "untied"):
        make(folder)
