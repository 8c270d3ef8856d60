"""What TransformerLens takes on one thread for each neuron of a layer, the lowest of some turns: sweep.bench.ts asks.

A batch of one sentence, in each row of which another neuron is set to 0: whole forward passes, and passes that start at
the layer from what lies there (start_at_layer).

    OMP_NUM_THREADS=1 python sweep.py CHECKPOINT LAYER POSITION TURNS BATCH < ids.json

Prints JSON: for each way {"cpu": ms, "wall": ms} of a neuron.
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "model-export/reference"))

import torch  # noqa: E402
from checkpoint import load_hooked_encoder  # noqa: E402  (one thread, no gradients)

folder, (layer, position, turns, batch) = Path(sys.argv[1]), map(int, sys.argv[2:])
tokens = torch.tensor(json.load(sys.stdin)).repeat(batch, 1)
model = load_hooked_encoder(folder)
point = f"blocks.{layer}.mlp.hook_post"
rows = torch.arange(batch)


def silence(first):
    def hook(value, hook):
        value[rows, position, first + rows] = 0
        return value

    return [(point, hook)]


def from_layer(first):
    with model.hooks(fwd_hooks=silence(first)):
        hidden = stream
        for block in model.blocks[layer:]:
            hidden = block(hidden)
        return model.unembed(model.mlm_head(hidden[:, position : position + 1]))


_, cache = model.run_with_cache(tokens)
stream = cache[f"blocks.{layer}.hook_resid_pre"]
WAYS = {
    "whole": lambda first: model.run_with_hooks(tokens, fwd_hooks=silence(first)),
    "from the layer": from_layer,
}
lowest = {}
for turn in range(turns + 1):  # the first one warms up
    for name, way in WAYS.items():
        cpu, wall = time.process_time(), time.perf_counter()
        way(turn * batch)
        took = {"cpu": (time.process_time() - cpu) * 1000 / batch, "wall": (time.perf_counter() - wall) * 1000 / batch}
        if turn and took["cpu"] < lowest.get(name, took)["cpu"] or name not in lowest:
            lowest[name] = took
print(json.dumps(lowest))
