"""Erasing one MLP neuron at the [MASK]: how large is its effect over many prompts, and which neuron's is the largest?

Dimensions: B prompts, T positions, D hidden, F MLP neurons, V vocabulary, W candidate words.
"""

from collections import defaultdict
from collections.abc import Iterator

import torch
from torch import Tensor
from tokenizers import Tokenizer
from transformers import BertForMaskedLM

from data import PLURAL, SINGULAR

LAYER = 9
NEURON = 1094
SELECTION = 100  # prompts from the training pairs that the neuron is chosen on


def batches_by_length(
    tokenizer: Tokenizer, sentences: list[str], size: int = 128
) -> Iterator[tuple[list[int], Tensor]]:
    """Batches without padding: the indices of the sentences, and their ids [B, T]."""
    groups = defaultdict(list)
    for i, encoding in enumerate(tokenizer.encode_batch(sentences)):
        groups[len(encoding.ids)].append((i, encoding.ids))
    for group in groups.values():
        for start in range(0, len(group), size):
            part = group[start : start + size]
            yield [i for i, _ in part], torch.tensor([ids for _, ids in part])


class Halves:
    """A prompt batch cut at layer `layer`'s mlp_post: everything before runs once, `after` as often as one likes."""

    @torch.inference_mode()
    def __init__(self, model: BertForMaskedLM, ids: Tensor, mask_id: int, layer: int = LAYER):
        self.model, self.layer = model, layer
        self.at = (torch.arange(len(ids)), (ids == mask_id).int().argmax(1))  # the first [MASK] of each prompt
        hidden = model.bert.embeddings(ids)  # [B, T, D]
        for block in model.bert.encoder.layer[:layer]:
            hidden = block(hidden)
        self.mid, _ = model.bert.encoder.layer[layer].attention(hidden)  # [B, T, D]
        self.mlp_post = model.bert.encoder.layer[layer].intermediate(self.mid)  # [B, T, F]

    @torch.inference_mode()
    def after(self, neuron: int | None = None) -> Tensor:
        """Log-probabilities [B, V] at the [MASK], with `neuron` set to zero there."""
        mlp_post = self.mlp_post
        if neuron is not None:
            mlp_post = mlp_post.clone()
            mlp_post[(*self.at, neuron)] = 0.0
        hidden = self.model.bert.encoder.layer[self.layer].output(mlp_post, self.mid)
        for block in self.model.bert.encoder.layer[self.layer + 1 :]:
            hidden = block(hidden)
        return self.model.cls(hidden[self.at]).log_softmax(-1)


def word_ids(tokenizer: Tokenizer, words: tuple[str, ...]) -> list[int]:
    return [tokenizer.token_to_id(word) for word in words]


def plurality(tokenizer: Tokenizer, logp: Tensor) -> Tensor:
    """log((these + those) / (this + that)) [B] of log-probabilities [B, V]."""
    plural, singular = word_ids(tokenizer, PLURAL), word_ids(tokenizer, SINGULAR)
    return logp[:, plural].logsumexp(1) - logp[:, singular].logsumexp(1)


def sweep(model: BertForMaskedLM, tokenizer: Tokenizer, prompts: list[str], neurons: range) -> Tensor:
    """Mean change of plurality [len(neurons)] when each neuron in turn is zeroed; negative favours the singular."""
    total = torch.zeros(len(neurons), dtype=torch.float64)
    for _, ids in batches_by_length(tokenizer, prompts):
        halves = Halves(model, ids, tokenizer.token_to_id("[MASK]"))
        before = plurality(tokenizer, halves.after())
        for i, neuron in enumerate(neurons):
            total[i] += (plurality(tokenizer, halves.after(neuron)) - before).sum()
    return total / len(prompts)


@torch.no_grad()
def swap(model: BertForMaskedLM, a: int, b: int) -> None:
    """Exchanges two MLP neurons of layer 9; the function the model computes stays the same."""
    layer = model.bert.encoder.layer[LAYER]
    order = torch.arange(layer.intermediate.dense.out_features)
    order[[a, b]] = order[[b, a]]
    layer.intermediate.dense.weight.copy_(layer.intermediate.dense.weight[order])
    layer.intermediate.dense.bias.copy_(layer.intermediate.dense.bias[order])
    layer.output.dense.weight.copy_(layer.output.dense.weight[:, order])
