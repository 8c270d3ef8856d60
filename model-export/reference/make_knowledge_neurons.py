"""Writes which neurons a search over several prompts finds in the practice model, from exact effects in float64.

    python model-export/reference/make_knowledge_neurons.py

Each neuron of some layers is set to 0 at the [MASK], and what a metric loses is its score; the search is that of Dai et al.
2022, "Knowledge Neurons in Pretrained Transformers", section 3.3: a prompt keeps the neurons that score at least a
threshold of its best one, and those remain that at least a share of the prompts keep. The share starts at 70 % and is moved
by 5 % until 2 to 5 remain; where it jumps over that, or runs out, the last one tried stands.

Shapes: B neurons, T positions, D d_model, F d_mlp, V vocabulary.
"""

import torch

from checkpoint import PRACTICE, REPO, describe, load_bert, load_tokenizer, versions
from encoding import write_json

OUT = REPO / "test/fixtures/reference/knowledge-neurons.json"

TEMPLATE = "{name} is selling [MASK] {noun}."
PROMPTS = [
    TEMPLATE.format(name=name, noun=noun)
    for name, noun in (("Raymond", "sketches"), ("Carla", "hats"), ("Raymond", "books"), ("Carla", "dogs"))
] + ["Some women praised [MASK] reports."]
LAYERS = range(7, 11)
"""the layers where the model carries number (model-export/minibert-blimp/README.md), and their neighbours"""

PLUS, MINUS = ("these", "those"), ("this", "that")
THRESHOLDS = (20, 2, 1)

STORED = 0.01
"""neurons that score at least this share of the best in some prompt are stored; no threshold here reaches lower"""


def probability(logits, tokenizer):
    """p(these) of logits [B, V]."""
    return logits.softmax(-1)[:, tokenizer.convert_tokens_to_ids(PLUS[0])]


def log_odds(logits, tokenizer):
    """ln of (p(these) + p(those)) / (p(this) + p(that)) of logits [B, V]."""
    plus, minus = (logits[:, tokenizer.convert_tokens_to_ids(list(words))] for words in (PLUS, MINUS))
    return plus.logsumexp(-1) - minus.logsumexp(-1)


METRICS = {"probability:these": probability, "log-odds:these,those/this,that": log_odds}


def scores_of(bert, tokenizer, prompt):
    """{metric: {(layer, neuron): what it loses when the neuron is set to 0}}"""
    ids = tokenizer(prompt, return_tensors="pt").input_ids
    mask = ids[0].tolist().index(tokenizer.mask_token_id)
    hidden = bert.bert.embeddings(ids)
    scores = {name: {} for name in METRICS}
    head = lambda x: bert.cls(x[:, mask])
    states = [hidden]
    for layer in bert.bert.encoder.layer:
        states.append(layer(states[-1]))
    assert (head(states[-1]) - bert(ids).logits[:, mask]).abs().max() < 1e-12, "the steps are not those of the whole model"
    for number in LAYERS:
        layer = bert.bert.encoder.layer[number]
        attended = layer.attention(states[number])[0]
        post = layer.intermediate(attended)  # [1, T, F]
        neurons = torch.arange(post.shape[-1])
        for part in neurons.split(128):
            changed = post.repeat(len(part), 1, 1)
            changed[torch.arange(len(part)), mask, part] = 0.0
            x = layer.output(changed, attended.expand(len(part), -1, -1))
            for later in bert.bert.encoder.layer[number + 1 :]:
                x = later(x)
            logits = head(x)
            for name, metric in METRICS.items():
                lost = metric(head(states[-1]), tokenizer) - metric(logits, tokenizer)
                scores[name] |= {(number, n): s for n, s in zip(part.tolist(), lost.tolist())}
    return scores


def search(tables, threshold, share=70, step=5, fewest=2, most=5):
    """The neurons that remain, [(layer, neuron, prompts that keep it, mean score)], and the shares tried, [(share, count)].

    :param tables: one {(layer, neuron): score} for each prompt
    :param threshold: per cent of a prompt's best score
    """
    kept = {}
    for table in tables:
        best = max(0.0, *table.values())
        for key, score in table.items():
            if score > 0 and score * 100 >= threshold * best:
                kept[key] = kept.get(key, 0) + 1
    found = [(*key, count, sum(table[key] for table in tables) / len(tables)) for key, count in kept.items()]
    found.sort(key=lambda one: (-one[2], -one[3], one[0], one[1]))
    tried, direction = [], 0
    while 0 < share <= 100:
        remaining = [one for one in found if one[2] * 100 >= share * len(tables)]
        tried.append((share, len(remaining)))
        wanted = 1 if len(remaining) > most else -1 if len(remaining) < fewest else 0
        if wanted in (0, -direction):
            break
        direction = wanted
        share += direction * step
    return remaining, tried


def main():
    tokenizer, bert = load_tokenizer(PRACTICE), load_bert(PRACTICE, torch.float64)
    tables = [scores_of(bert, tokenizer, prompt) for prompt in PROMPTS]
    cases = []
    for metric in METRICS:
        of_metric = [table[metric] for table in tables]
        stored = sorted({key for table in of_metric for key, score in table.items() if score >= STORED * max(table.values())})
        searches = []
        for threshold in THRESHOLDS:
            found, tried = search(of_metric, threshold)
            # what only the stored neurons are told gives the same answer
            assert search([{key: table[key] for key in stored} for table in of_metric], threshold)[1] == tried
            assert any(one[:2] == (9, 1094) for one in found), (metric, threshold, found)
            searches.append({"threshold": threshold, "tried": tried, "found": found})
            print(metric, threshold, tried, [(layer, neuron, count, f"{score:.4g}") for layer, neuron, count, score in found])
        scores = [[table[key] for key in stored] for table in of_metric]
        cases.append({"metric": metric, "neurons": stored, "scores": scores, "searches": searches})
    about = {"checkpoint": describe(PRACTICE), "versions": versions(), "prompts": PROMPTS, "layers": list(LAYERS)}
    write_json(OUT, about | {"cases": cases})


if __name__ == "__main__":
    main()
