"""Writes what torch.autograd says in float64 of gradients and integrated gradients; the engine's way back is tested against it.

    python model-export/reference/make_gradients.py

One JSON file per checkpoint in test/fixtures/reference/gradients. The gradients are of metrics at the [MASK] of each sentence
of a padded batch, with respect to every hook point. Of each gradient [B, T, W] the file has its largest entry, its norm, and
every so many entries, so that about SAMPLES of them are stored.

Integrated gradients are of the first sentence alone, at its [MASK], in two layers:

- "layer": along the joint path of all neurons of the layer from 0 to their activations, as in Dai et al. 2022 and as in the
  code of Niu et al. 2024 (kn_thesis, KnowledgeNeurons.get_scores_for_layer): the mean of the gradients at
  torch.linspace(0, 1, steps), both ends included with the same weight, times the activation.
- "neuron": along each neuron's own path with all others as they are (equation 1 of Niu et al.), by the trapezoid rule over the
  same points. Its integral is the metric with the neuron minus the metric without it, which is stored beside it.
- "gradient": the first-order estimate of the same, activation times gradient.

Shapes: B batch, T positions, V vocabulary, F d_mlp, S points of a path.
"""

import torch

from checkpoint import REPO, default_folders, describe, load_bert, load_tokenizer, name_of, versions
from encoding import encode, write_json
from make_references import SENTENCES

SAMPLES = 16
"""entries of a gradient that are stored, about"""

STEPS = 20
"""points of a path, as in both papers"""

PLUS, MINUS = ["these", "those"], ["this", "that"]
METRICS = {
    "probability": {"kind": "probability", "word": "these"},
    "log-probability": {"kind": "log-probability", "word": "this"},
    "difference": {"kind": "difference", "plus": PLUS, "minus": MINUS},
    "log-odds": {"kind": "log-odds", "plus": PLUS, "minus": MINUS},
    "kl": {"kind": "kl"},
}
INTEGRATED = ("probability", "log-odds", "kl")
"""metrics whose integrated gradients are stored"""

OUT = REPO / "test/fixtures/reference/gradients"


def measure(metric, logits, untouched, ids):
    """The metric of logits [..., V] at [MASK]; ids: {word: id}."""
    logp = logits.log_softmax(-1)
    total = lambda words: logp[..., [ids[word] for word in words]].logsumexp(-1)
    match metric["kind"]:
        case "probability":
            return logp[..., ids[metric["word"]]].exp()
        case "log-probability":
            return logp[..., ids[metric["word"]]]
        case "difference":
            return total(metric["plus"]).exp() - total(metric["minus"]).exp()
        case "log-odds":
            return total(metric["plus"]) - total(metric["minus"])
        case "kl":
            before = untouched.log_softmax(-1)
            return (before.exp() * (before - logp)).sum(-1)


class Bert:
    """BertForMaskedLM in float64, whose hook points can be read with their gradients, and whose neurons can be replaced."""

    def __init__(self, folder):
        self.model = load_bert(folder, torch.float64)
        self.layers = self.model.bert.encoder.layer

    def run(self, ids, mask=None, replace=None):
        """ids [B, T] -> logits [B, T, V], and {hook point: what lies there}; replace: (layer, what makes of mlp_post)"""
        seen, hooks = {}, []

        def keep(module, name, change=lambda x: x):
            def hook(_module, _inputs, output):
                output = change(output)
                if output.requires_grad:
                    output.retain_grad()
                else:
                    output.requires_grad_()
                seen[name] = output
                return output
            hooks.append(module.register_forward_hook(hook))

        keep(self.model.bert.embeddings, "hook_full_embed")
        for layer, block in enumerate(self.layers):
            change = replace[1] if replace and replace[0] == layer else lambda x: x
            keep(block.intermediate, f"blocks.{layer}.mlp.hook_post", change)
            keep(block.output, f"blocks.{layer}.hook_normalized_resid_post")
        logits = self.model(ids, attention_mask=mask).logits
        for hook in hooks:
            hook.remove()
        return logits, seen


def sample(gradient):
    """Every so many entries of a gradient [B, T, W], its largest one and its norm."""
    flat = gradient.flatten()
    stride = max(1, len(flat) // SAMPLES) | 1
    return {"stride": stride, "largest": flat.abs().max().item(), "norm": flat.norm().item(), "values": encode(flat[::stride])}


def gradients(bert, ids, mask, masks, words):
    """[{metric, value [B], points: {hook point: its gradient}}] of every metric that has one where nothing is changed"""
    records = []
    for name, metric in METRICS.items():
        if name == "kl":
            continue  # 0 everywhere: the untouched prediction is where it is smallest
        logits, seen = bert.run(ids, mask)
        value = measure(metric, logits[torch.arange(len(ids)), masks], None, words)
        value.sum().backward()
        points = {point: sample(tensor.grad) for point, tensor in seen.items()}
        records.append({"metric": metric, "value": value.tolist(), "points": points})
    return records


def along(bert, ids, position, layer, path, metric, untouched, words):
    """The metric [S] along a path of mlp_post at one position [S, F], and its gradients there [S, F]."""
    points = path.clone().requires_grad_()

    def change(mlp_post):
        mlp_post = mlp_post.clone()
        mlp_post[:, position] = points
        return mlp_post

    logits, _ = bert.run(ids.expand(len(path), -1), replace=(layer, change))
    value = measure(metric, logits[:, position], untouched, words)
    return value.detach(), torch.autograd.grad(value.sum(), points)[0]


def integrated(bert, ids, position, layer, words):
    """Integrated gradients of a layer's neurons by both kinds of path."""
    logits, seen = bert.run(ids)
    untouched = logits[0, position].detach()
    activation = seen[f"blocks.{layer}.mlp.hook_post"][0, position].detach()
    share = torch.linspace(0, 1, STEPS, dtype=torch.float64)
    stride = max(1, len(activation) // SAMPLES) | 1
    strongest = activation.abs().argmax().item()
    chosen = sorted({3, len(activation) // 2, strongest})
    weights = torch.full((STEPS,), 1 / (STEPS - 1), dtype=torch.float64)
    weights[[0, -1]] /= 2
    records = []
    for metric in (METRICS[name] for name in INTEGRATED):
        joint, gradient = along(bert, ids, position, layer, share[:, None] * activation, metric, untouched, words)
        scores, first_order = gradient.mean(0) * activation, gradient[-1] * activation
        own = []
        for neuron in chosen:
            path = activation.repeat(STEPS, 1)
            path[:, neuron] *= share
            value, gradient = along(bert, ids, position, layer, path, metric, untouched, words)
            score = (weights @ gradient[:, neuron]) * activation[neuron]
            own.append({"neuron": neuron, "attribution": score.item(), "without": value[0].item(), "with": value[-1].item()})
        records.append({
            "metric": metric,
            "layer": {
                "stride": stride, "largest": scores.abs().max().item(), "sum": scores.sum().item(),
                "without": joint[0].item(), "with": joint[-1].item(), "values": encode(scores[::stride]),
            },
            "neurons": own,
            "gradient": {"stride": stride, "largest": first_order.abs().max().item(), "values": encode(first_order[::stride])},
        })
    return {"layer": layer, "metrics": records}


def make(folder):
    name = name_of(folder)
    tokenizer, bert = load_tokenizer(folder), Bert(folder)
    words = dict(zip(PLUS + MINUS, tokenizer.convert_tokens_to_ids(PLUS + MINUS)))
    assert tokenizer.unk_token_id not in words.values(), words
    sentences = [SENTENCES[i] for i in (0, 3, 1)]
    encoded = tokenizer(sentences, padding=True, return_tensors="pt")
    ids, mask = encoded.input_ids, encoded.attention_mask
    assert ids.shape[1] <= bert.model.config.max_position_embeddings and len(set(mask.sum(1).tolist())) > 1
    masks = [row.index(tokenizer.mask_token_id) for row in ids.tolist()]
    alone = tokenizer(sentences[0], return_tensors="pt").input_ids
    layers = (6, 9) if len(bert.layers) > 9 else (0, len(bert.layers) - 1)
    with torch.enable_grad():
        record = {
            "checkpoint": describe(folder),
            "versions": versions(),
            "sentences": sentences,
            "ids": ids.tolist(),
            "mask": mask.tolist(),
            "positions": masks,
            "words": words,
            "gradients": gradients(bert, ids, mask, masks, words),
            "alone": {"ids": alone[0].tolist(), "position": masks[0], "steps": STEPS},
            "integrated": [integrated(bert, alone, masks[0], layer, words) for layer in layers],
        }
    write_json(OUT / f"{name}.json", record)
    print(name, [(each["metric"]["kind"], each["value"][0]) for each in record["gradients"]])


if __name__ == "__main__":
    for folder in default_folders():
        make(folder)
