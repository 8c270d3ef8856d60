"""Measures the saved checkpoint on held-out BLiMP pairs: writes evaluation.json and the tables of README.md.

Every number is computed from the weights as they are stored (rounded to fp16), loaded as fp32.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertForMaskedLM

from data import NUMBER_PARADIGM, PLURAL, SINGULAR, Pair, read_pairs, training_pairs
from neuron import LAYER, NEURON, SELECTION, Halves, batches_by_length, plurality, sweep, word_ids

HERE = Path(__file__).parent
EXAMPLE = "Raymond is selling [MASK] sketches."
EXAMPLE_WORDS = ("this", "that", "these", "those", "the", "some")


@torch.inference_mode()
def pseudo_log_likelihoods(model: BertForMaskedLM, tokenizer: Tokenizer, sentences: list[str]) -> list[float]:
    """Sum over the tokens of a sentence of log p(token | all the others)."""
    mask_id = tokenizer.token_to_id("[MASK]")
    scores = [0.0] * len(sentences)
    for indices, ids in batches_by_length(tokenizer, sentences):
        total = torch.zeros(len(indices))
        for t in range(1, ids.shape[1] - 1):
            masked = ids.clone()
            masked[:, t] = mask_id
            hidden = model.bert(masked).last_hidden_state[:, t]  # [B, D]
            logp = model.cls(hidden).log_softmax(-1)  # [B, V]
            total += logp.gather(1, ids[:, t, None])[:, 0]
        for i, score in zip(indices, total.tolist()):
            scores[i] = score
    return scores


def paradigm_accuracy(model: BertForMaskedLM, tokenizer: Tokenizer, pairs: list[Pair]) -> dict:
    """Share of pairs, per paradigm, whose good sentence has the higher pseudo-log-likelihood."""
    good = pseudo_log_likelihoods(model, tokenizer, [p.good for p in pairs])
    bad = pseudo_log_likelihoods(model, tokenizer, [p.bad for p in pairs])
    right = defaultdict(list)
    for pair, g, b in zip(pairs, good, bad):
        right[pair.paradigm].append(g > b)
    return {name: {"pairs": len(r), "accuracy": sum(r) / len(r)} for name, r in right.items()}


def at_mask(model: BertForMaskedLM, tokenizer: Tokenizer, pairs: list[Pair], neuron: int | None = None) -> torch.Tensor:
    """Log-probabilities [len(pairs), V] at the masked demonstrative, in float64."""
    logp = torch.empty(len(pairs), tokenizer.get_vocab_size(), dtype=torch.float64)
    for indices, ids in batches_by_length(tokenizer, [p.prompt for p in pairs]):
        logp[indices] = Halves(model, ids, tokenizer.token_to_id("[MASK]")).after(neuron).double()
    return logp


def number_accuracy(tokenizer: Tokenizer, pairs: list[Pair], logp: torch.Tensor) -> float:
    """Share of prompts where this + that against these + those falls on the side of the good sentence."""
    plural = torch.tensor([p.plural for p in pairs])
    return ((plurality(tokenizer, logp) > 0) == plural).double().mean().item()


def erasing(model: BertForMaskedLM, tokenizer: Tokenizer, pairs: list[Pair], neuron: int) -> dict:
    """What setting `neuron` to zero at the [MASK] does, averaged over prompts; deltas are (after - before) / before."""
    before, after = at_mask(model, tokenizer, pairs), at_mask(model, tokenizer, pairs, neuron)
    words = SINGULAR + PLURAL
    ids = word_ids(tokenizer, words)
    delta = (after - before)[:, ids].expm1()  # [B, W]
    shift = plurality(tokenizer, after) - plurality(tokenizer, before)
    return {
        "neuron": neuron,
        "prompts": len(pairs),
        "meanDelta": dict(zip(words, delta.mean(0).tolist())),
        "medianDelta": dict(zip(words, delta.median(0).values.tolist())),
        "logRatioBefore": plurality(tokenizer, before).mean().item(),
        "logRatioChange": shift.mean().item(),
        "numberRightBefore": number_accuracy(tokenizer, pairs, before),
        "numberRightAfter": number_accuracy(tokenizer, pairs, after),
    }


def example(model: BertForMaskedLM, tokenizer: Tokenizer) -> dict:
    ids = torch.tensor([tokenizer.encode(EXAMPLE).ids])
    halves = Halves(model, ids, tokenizer.token_to_id("[MASK]"))
    words = word_ids(tokenizer, EXAMPLE_WORDS)
    before, after = (halves.after(n)[0, words].double().exp().tolist() for n in (None, NEURON))
    return {w: {"before": b, "after": a} for w, b, a in zip(EXAMPLE_WORDS, before, after)}


def change(delta: float) -> str:
    """A relative change in per cent, with enough digits that it never reads as a false zero."""
    return f"{delta:+,.1%}" if abs(delta) >= 0.001 else f"{100 * delta:+.0e}%"


def markdown(result: dict) -> str:
    """The tables of the model card."""
    percent = "{:.1%}".format
    lines = ["### Determiner number", "", "| paradigm | held-out pairs | right number |", "|---|---:|---:|"]
    for name, row in result["determinerNumber"].items():
        lines.append(f"| {name} | {row['pairs']} | {percent(row['accuracy'])} |")

    lines += ["", f"### Erasing a neuron of layer {LAYER} at the [MASK]", ""]
    lines += [
        "| prompts | neuron | this | that | these | those | log-ratio | its change | right number | after erasing |",
        "|---|---|" + "---:|" * 8,
    ]
    for row in result["erasing"]:
        cells = [f"{row['set']} ({row['prompts']})", f"N{row['neuron']}"]
        cells += [change(row["meanDelta"][w]) for w in SINGULAR + PLURAL]
        cells += [f"{row['logRatioBefore']:+.2f}", f"{row['logRatioChange']:+.2g}"]
        cells += [percent(row["numberRightBefore"]), percent(row["numberRightAfter"])]
        lines.append("| " + " | ".join(cells) + " |")

    ranked = ", ".join(f"{row['logRatioChange']:+.2f}" for row in result["sweepOnTrainingPrompts"]["strongest"])
    lines += ["", f"The five strongest of all neurons change the log-ratio of plural training prompts by {ranked}."]

    lines += ["", f"### “{EXAMPLE}”, layer {LAYER}, neuron {NEURON} set to zero", ""]
    lines += ["| word | before | after | delta |", "|---|---:|---:|---:|"]
    for word, p in result["example"].items():
        delta = (p["after"] - p["before"]) / p["before"]
        lines.append(f"| {word} | {p['before']:.3e} | {p['after']:.3e} | {delta:+.2%} |")

    lines += ["", "### Accuracy per paradigm", "", "| paradigm | held-out pairs | accuracy |", "|---|---:|---:|"]
    for name, row in result["paradigms"].items():
        lines.append(f"| {name} | {row['pairs']} | {percent(row['accuracy'])} |")
    lines.append(f"| **mean over the 67 paradigms** | | **{percent(result['meanAccuracy'])}** |")
    return "\n".join(lines)


def write_card(result: dict) -> None:
    """Puts the tables between the two comments of README.md."""
    card = HERE / "README.md"
    start, end = "<!-- evaluation: written by evaluate.py -->", "<!-- end of evaluation -->"
    text = card.read_text("utf-8")
    card.write_text(f"{text.split(start)[0]}{start}\n\n{markdown(result)}\n\n{end}{text.split(end)[1]}", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blimp", type=Path, required=True, help="folder with BLiMP's 67 .jsonl files")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    model = BertForMaskedLM.from_pretrained(HERE / "checkpoint", dtype=torch.float32).eval()
    tokenizer = Tokenizer.from_file(str(HERE / "checkpoint/tokenizer.json"))
    pairs = read_pairs(options.blimp)
    held_out = [p for p in pairs if p.held_out]
    agreement = [p for p in held_out if p.determiner is not None]
    second_half = [p for p in agreement if p.paradigm == NUMBER_PARADIGM and p.id >= 500]

    logp = at_mask(model, tokenizer, agreement)
    number = {}
    for name in sorted({p.paradigm for p in agreement}):
        rows = [i for i, p in enumerate(agreement) if p.paradigm == name]
        accuracy = number_accuracy(tokenizer, [agreement[i] for i in rows], logp[rows])
        number[name] = {"pairs": len(rows), "accuracy": accuracy}
    number["all"] = {"pairs": len(agreement), "accuracy": number_accuracy(tokenizer, agreement, logp)}

    others = torch.randint(0, NEURON, (2,), generator=torch.Generator().manual_seed(0)).tolist()
    sets = {
        f"plural, {NUMBER_PARADIGM} from 500": [p for p in second_half if p.plural],
        "plural, all eight paradigms": [p for p in agreement if p.plural],
        f"singular, {NUMBER_PARADIGM} from 500": [p for p in second_half if not p.plural],
    }
    effects = [
        {"set": name, **erasing(model, tokenizer, prompts, neuron)}
        for name, prompts in sets.items()
        for neuron in (NEURON, *others)
    ]
    selection = [p.prompt for p in training_pairs(pairs) if p.paradigm == NUMBER_PARADIGM and p.plural]
    selection = selection[:SELECTION]
    shifts = sweep(model, tokenizer, selection, range(model.config.intermediate_size))
    ranked = shifts.sort()  # the most negative first
    strongest = [
        {"neuron": neuron, "logRatioChange": shift}
        for shift, neuron in zip(ranked.values[:5].tolist(), ranked.indices[:5].tolist())
    ]

    paradigms = paradigm_accuracy(model, tokenizer, held_out)
    result = {
        "split": {"training": len(training_pairs(pairs)), "heldOut": len(held_out)},
        "parameters": sum(p.numel() for p in model.parameters()),
        "vocabulary": tokenizer.get_vocab_size(),
        "meanAccuracy": sum(r["accuracy"] for r in paradigms.values()) / len(paradigms),
        "determinerNumber": number,
        "example": example(model, tokenizer),
        "erasing": effects,
        "sweepOnTrainingPrompts": {"prompts": len(selection), "strongest": strongest},
        "paradigms": paradigms,
    }
    (HERE / "evaluation.json").write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    write_card(result)


if __name__ == "__main__":
    main()
