import torch
from transformer_lens import HookedEncoder
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
ids = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
words = ["this", "that", "these", "those"]
columns = model.tokenizer.convert_tokens_to_ids(words)
late = lambda name: name.endswith("mlp.hook_post") and int(name.split(".")[1]) >= 9
norms = {}
def shrink(x, hook):
    norms[hook.layer()] = x[0, 4].norm().item()
    x[0, 4] *= 0.5
probs = model.run_with_hooks(ids, fwd_hooks=[(late, shrink)])[0, 4].softmax(-1)[columns]
for word, p in zip(words, probs):
    print(f"{word:>6} {p.item():.3e}")
print({layer: f"{norm:.3f}" for layer, norm in norms.items()})
calls = []
hooks = [("blocks.10.mlp.hook_post", lambda x, hook: calls.append(("b", hook.name))), ("blocks.2.mlp.hook_post", lambda x, hook: calls.append(("a", hook.name)))]
model.run_with_hooks(ids, fwd_hooks=hooks)
print(calls)
print(f"{model(ids)[0, 4].softmax(-1)[columns[2]].item():.3e}")
