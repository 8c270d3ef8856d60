"""What TransformerLens takes on one thread for a batch of sentences, the lowest of some turns: python.bench.ts asks.

    OMP_NUM_THREADS=1 python lens.py CHECKPOINT LAYER TURNS < ids.json

Prints JSON: for each task {"cpu": ms, "wall": ms}.
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "model-export/reference"))

import torch  # noqa: E402
from checkpoint import load_hooked_encoder  # noqa: E402  (one thread, no gradients)

folder, layer, turns = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
base = torch.tensor(json.load(sys.stdin))
model = load_hooked_encoder(folder)


def silence(value, hook):
    value[:, 4, 5] = 0
    return value


TASKS = {
    "plain": lambda tokens: model(tokens),
    "hook": lambda tokens: model.run_with_hooks(tokens, fwd_hooks=[(f"blocks.{layer}.mlp.hook_post", silence)]),
    "cache": lambda tokens: model.run_with_cache(tokens),
}
lowest = {}
for turn in range(turns + 1):  # the first one warms up
    for name, task in TASKS.items():
        tokens = base.clone()
        tokens[:, 3] = 100 + turn
        cpu, wall = time.process_time(), time.perf_counter()
        task(tokens)
        took = {"cpu": (time.process_time() - cpu) * 1000, "wall": (time.perf_counter() - wall) * 1000}
        if turn and took["cpu"] < lowest.get(name, took)["cpu"] or name not in lowest:
            lowest[name] = took
print(json.dumps(lowest))
