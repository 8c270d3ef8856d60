"""What a course's script does, from its start: load a checkpoint, silence a neuron, print a table. Prints its processor time last.

python bench/peers/tutorial.py CHECKPOINT
"""

import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "model-export/reference"))

import torch  # noqa: E402
from checkpoint import load_hooked_encoder  # noqa: E402

torch.set_num_threads(1)
folder = Path(sys.argv[1])
words = (folder / "vocab.txt").read_text().splitlines()
model = load_hooked_encoder(folder)
sentence = ["[CLS]", "Raymond", "is", "selling", "[MASK]", "sketches", ".", "[SEP]"]
ids = torch.tensor([[words.index(word) for word in sentence]])
place, layer, neuron = 4, min(9, model.cfg.n_layers - 1), 5


def patch(x, hook):
    x[0, place, neuron] = 0.0
    return x


with torch.no_grad():
    before = model(ids)[0, place].softmax(-1)
    hooks = [(f"blocks.{layer}.mlp.hook_post", patch)]
    after = model.run_with_hooks(ids, fwd_hooks=hooks)[0, place].softmax(-1)
for word in ("this", "these"):
    i = words.index(word)
    print(word, f"{before[i]:.3e}", f"{after[i]:.3e}")
used = resource.getrusage(resource.RUSAGE_SELF)
print("cpu", used.ru_utime + used.ru_stime)
