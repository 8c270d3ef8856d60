"""Writes what Hugging Face transformers and TransformerLens compute for a checkpoint; the engine is tested against it.

    python model-export/reference/make_references.py [checkpoint folder ...] [--out test/fixtures/reference] [--brief]

Without folders: the checkpoints in test/fixtures/checkpoints, and the practice model. One JSON file per checkpoint;
README.md beside this file describes it. The script stops if the two libraries disagree by more than TOLERANCE.

Shapes: B batch, T positions, V vocabulary, D d_model, F d_mlp.
"""

import argparse
from pathlib import Path

import torch

from checkpoint import (
    REPO, default_folders, describe, load_bert, load_hooked_encoder, load_tokenizer, name_of, versions
)
from encoding import encode, write_json

TOLERANCE = 4e-5
"""largest absolute difference allowed between the libraries; TransformerLens's own tests allow the same"""

ROUNDING = 5e-6
"""relative error of a probability in float32: both libraries stay within 4e-6 of their float64 values"""

SENTENCES = [
    "Raymond is selling [MASK] sketches.",
    "Tracy passed [MASK] art galleries.",
    "[MASK]",
    "These cats, and [MASK] old dog, see [MASK]!",
    "Zelda bought [MASK] xylophones?",
    "Raymond's café - in [MASK] naïve house;",
]
CANDIDATES = ["this", "that", "these", "those", "the", "some"]

TUTORIAL_NEURONS = [(9, 1094), (9, 5)]
"""in a model that has them: the tutorial's neuron, and one that means nothing, beside those found by the sweep"""

SMALL = 1000
"""up to this vocabulary every position is stored; beyond it the [MASK]s, and exact logits of the first sentence only"""

LONG = 32
"""from this length on a sentence is stored at its ends and its [MASK]s only"""


# ---- the two libraries, asked the same questions

def keep_output(module, kept, key):
    """From now on kept[key] is what `module` last returned, without its batch of one."""
    return module.register_forward_hook(lambda _module, _inputs, output: kept.update({key: output[0]}))


def resid_post(layer):
    """TransformerLens's name of a layer's output, behind its last LayerNorm"""
    return f"blocks.{layer}.hook_normalized_resid_post"


class Bert:
    """BertForMaskedLM; mlp_post is what `intermediate` returns, normalized_resid_mid what `attention.output` does.

    The residual stream is what `embeddings` and each layer's `output` return.
    """

    def __init__(self, folder, dtype):
        self.model = load_bert(folder, dtype)

    def layers(self):
        return self.model.bert.encoder.layer

    def run(self, ids, layers):
        """ids [T] -> logits [T, V], {layer: mlp_post [T, F]}, {layer: normalized_resid_mid [T, D]}, {point: residual [T, D]}"""
        mlp_post, resid, residual = {}, {}, {}
        hooks = [keep_output(self.model.bert.embeddings, residual, "hook_full_embed")]
        for layer in layers:
            block = self.layers()[layer]
            hooks.append(keep_output(block.intermediate, mlp_post, layer))
            hooks.append(keep_output(block.attention.output, resid, layer))
            hooks.append(keep_output(block.output, residual, resid_post(layer)))
        logits = self.model(ids[None]).logits[0]
        for hook in hooks:
            hook.remove()
        return logits, mlp_post, resid, residual

    def suppress(self, ids, position, layer, neuron):
        """ids [T] -> logits [T, V] with that neuron set to 0 at that position"""
        return self.suppress_each(ids, position, layer, [neuron])[0]

    def suppress_each(self, ids, position, layer, neurons):
        """ids [T] -> logits [B, T, V], in run b with neurons[b] set to 0"""
        def patch(module, inputs, out):
            out = out.clone()
            out[torch.arange(len(neurons)), position, neurons] = 0.0
            return out

        hook = self.layers()[layer].intermediate.register_forward_hook(patch)
        logits = self.model(ids.expand(len(neurons), -1)).logits
        hook.remove()
        return logits


class Hooked:
    """HookedEncoder, used as the course uses it."""

    def __init__(self, folder):
        self.model = load_hooked_encoder(folder)

    def run(self, ids, layers):
        """As Bert.run. normalized_resid_mid has no hook point of its own here; it is what `ln1` returns."""
        resid = {}
        hooks = [keep_output(self.model.blocks[layer].ln1, resid, layer) for layer in layers]
        logits, cache = self.model.run_with_cache(ids[None])
        for hook in hooks:
            hook.remove()
        mlp_post = {layer: cache[f"blocks.{layer}.mlp.hook_post"][0] for layer in layers}
        points = ["hook_full_embed", *(resid_post(layer) for layer in layers)]
        return logits[0], mlp_post, resid, {point: cache[point][0] for point in points}

    def suppress(self, ids, position, layer, neuron):
        """As Bert.suppress."""
        def patch(x, hook):
            x[0, position, neuron] = 0.0
            return x

        return self.model.run_with_hooks(ids[None], fwd_hooks=[(f"blocks.{layer}.mlp.hook_post", patch)])[0]


# ---- what is written

def printed(before, after):
    """The three strings of the course's table."""
    return {"before": f"{before:.3e}", "after": f"{after:.3e}", "delta": f"{(after - before) / before:+.2%}"}


def steady(before, after, others):
    """Those of the strings that the float32 computations print too, and that outlast float32's own error."""
    nudged = [(before * (1 + s * ROUNDING), after * (1 + t * ROUNDING)) for s in (-1, 0, 1) for t in (-1, 0, 1)]
    strings = [printed(*pair) for pair in nudged + others]
    return [name for name in strings[0] if len({s[name] for s in strings}) == 1]


def candidate_rows(words, ids, before, after):
    """before, after: {library: mask-row logits [V]} -> one record per candidate."""
    p, q = ({name: row.softmax(0) for name, row in rows.items()} for rows in (before, after))
    log_p, log_q = before["float64"].log_softmax(0), after["float64"].log_softmax(0)
    records = []
    for word, i in zip(words, ids):
        b, a = p["float64"][i].item(), q["float64"][i].item()
        float32 = [(p[name][i].item(), q[name][i].item()) for name in ("transformers", "hookedEncoder")]
        records.append({
            "word": word, "id": i,
            "before": b, "after": a, "delta": (a - b) / b,
            "logBefore": log_p[i].item(), "logAfter": log_q[i].item(),
            "transformers": list(float32[0]), "hookedEncoder": list(float32[1]),
            "printed": printed(b, a), "steady": steady(b, a, float32),
        })
    return records


def largest_difference(a, b):
    return (a.double() - b.double()).abs().max().item()


def most_telling(bert, ids, position, layer, candidate_ids, before):
    """The neuron of a layer whose removal moves the candidates' log-probabilities most, by trying every one."""
    d_mlp = bert.layers()[layer].intermediate.dense.out_features
    start = before.log_softmax(-1)[candidate_ids]
    effect = []
    for neurons in torch.arange(d_mlp).split(128):
        after = bert.suppress_each(ids, position, layer, neurons)[:, position]
        effect.append((after.log_softmax(-1)[:, candidate_ids] - start).abs().amax(-1))
    return torch.cat(effect).argmax().item()


class Reference:
    """Everything about one checkpoint."""

    def __init__(self, folder, brief=False):
        self.folder, self.brief = folder, brief
        self.tokenizer = load_tokenizer(folder)
        self.bert, self.exact, self.hooked = Bert(folder, torch.float32), Bert(folder, torch.float64), Hooked(folder)
        self.config = self.bert.model.config
        self.small = self.config.vocab_size <= SMALL
        self.tutorial = self.config.num_hidden_layers > 9 and self.config.intermediate_size > 1094
        self.layers = [7, 9] if self.tutorial else [0, self.config.num_hidden_layers - 1]
        self.candidate_ids = self.tokenizer.convert_tokens_to_ids(CANDIDATES)
        assert self.tokenizer.unk_token_id not in self.candidate_ids, "a candidate is not one token"

    def sentences(self):
        """Those that fit the model's positions, and one that fills them to the last; if brief, the tutorial's alone."""
        if self.brief:
            return SENTENCES[:1]
        texts = [s for s in SENTENCES if len(self.tokenizer(s).input_ids) <= self.config.max_position_embeddings]
        assert len(texts) >= 4
        longest = "[MASK] dogs see the house and the cat"
        spare = self.config.max_position_embeddings - len(self.tokenizer(longest).input_ids)
        return texts + [longest + " ." * spare]

    def neurons(self, ids, position, before):
        """(layer, neuron) pairs whose suppression is recorded."""
        if self.brief:
            return TUTORIAL_NEURONS
        found = [
            (layer, most_telling(self.bert, ids, position, layer, self.candidate_ids, before)) for layer in self.layers
        ]
        return list(dict.fromkeys((TUTORIAL_NEURONS if self.tutorial else []) + found))

    def experiment(self, ids, position, layer, neuron, before, activation):
        """One suppression; `before` is {library: logits [T, V]}."""
        libraries = {"float64": self.exact, "transformers": self.bert, "hookedEncoder": self.hooked}
        after = {name: library.suppress(ids, position, layer, neuron) for name, library in libraries.items()}
        difference = largest_difference(after["transformers"], after["hookedEncoder"])
        assert difference <= TOLERANCE, (self.folder, layer, neuron, difference)
        at = lambda rows: {name: logits[position] for name, logits in rows.items()}
        return {
            "position": position, "layer": layer, "neuron": neuron,
            "activation": activation,
            "candidates": candidate_rows(CANDIDATES, self.candidate_ids, at(before), at(after)),
            "logitsAfter": encode(after["transformers"], [position]),
            "difference": difference,
        }

    def sentence(self, text, first):
        ids = self.tokenizer(text, return_tensors="pt").input_ids[0]
        masks = (ids == self.tokenizer.mask_token_id).nonzero()[:, 0].tolist()
        logits, mlp_post, resid, residual = self.bert.run(ids, self.layers)
        exact_logits, exact_mlp_post, *_ = self.exact.run(ids, range(self.config.num_hidden_layers))
        hooked_logits, hooked_mlp_post, hooked_resid, hooked_residual = self.hooked.run(ids, self.layers)

        last = self.layers[-1]
        difference = {
            "logits": largest_difference(logits, hooked_logits),
            "mlpPost": max(largest_difference(mlp_post[l], hooked_mlp_post[l]) for l in self.layers),
            "normalizedResidMid": largest_difference(resid[last], hooked_resid[last]),
            "residual": max(largest_difference(residual[point], hooked_residual[point]) for point in residual),
            "float64": largest_difference(logits, exact_logits),
        }
        assert max(difference.values()) <= TOLERANCE, (self.folder, text, difference)

        everywhere, ends = range(len(ids)), {0, len(ids) - 1}
        rows = masks if not self.small else everywhere if len(ids) < LONG else sorted(ends.union(masks))
        before = {"float64": exact_logits, "transformers": logits, "hookedEncoder": hooked_logits}
        experiments = [
            self.experiment(ids, p, layer, neuron, before, exact_mlp_post[layer][p, neuron].item())
            for p in masks
            for layer, neuron in self.neurons(ids, p, logits[p])
        ]
        if not self.small:
            for experiment in experiments[1 if first and not self.brief else 0:]:
                experiment["logitsAfter"] = None
        return {
            "text": text,
            "ids": ids.tolist(),
            "tokens": self.tokenizer.convert_ids_to_tokens(ids.tolist()),
            "maskPositions": masks,
            "logits": encode(logits, rows),
            "exactLogits": encode(exact_logits, masks) if self.small or first and not self.brief else None,
            "mlpPost": [{"layer": l, **encode(mlp_post[l], rows)} for l in self.layers],
            "normalizedResidMid": [{"layer": last, **encode(resid[last], rows)}],
            "residual": [{"point": point, **encode(values, rows)} for point, values in residual.items()],
            "difference": difference,
            "experiments": experiments,
        }

    def json(self):
        c = self.config
        sentences = [self.sentence(text, first=i == 0) for i, text in enumerate(self.sentences())]
        experiments = [e for s in sentences for e in s["experiments"]]
        return {
            "checkpoint": describe(self.folder),
            "versions": versions(),
            "model": {
                "layers": c.num_hidden_layers, "heads": c.num_attention_heads, "dModel": c.hidden_size,
                "dMlp": c.intermediate_size, "vocabulary": c.vocab_size, "positions": c.max_position_embeddings,
                "tokenTypes": c.type_vocab_size, "layerNormEps": c.layer_norm_eps,
            },
            "difference": {
                name: max(s["difference"][name] for s in sentences) for name in sentences[0]["difference"]
            } | {"logitsAfter": max(e["difference"] for e in experiments)},
            "sentences": sentences,
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--out", type=Path, default=REPO / "test/fixtures/reference")
    parser.add_argument("--brief", action="store_true", help="the tutorial's sentence and neuron only: for a full-size model")
    args = parser.parse_args()
    for folder in args.folders or default_folders():
        name = name_of(folder)
        reference = Reference(folder.resolve(), args.brief).json()
        path = args.out / f"{name}.json"
        write_json(path, reference)
        worst = ", ".join(f"{key} {value:.1e}" for key, value in reference["difference"].items())
        print(f"{name:15} {path.stat().st_size / 1024:6.1f} KiB  largest difference: {worst}")


if __name__ == "__main__":
    main()
