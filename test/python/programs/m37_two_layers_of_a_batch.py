import torch
from functools import partial
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
torch.set_printoptions(sci_mode=False)
model = HookedEncoder.from_pretrained("minibert-blimp")
tok = model.tokenizer
prompts = ["Raymond is selling [MASK] sketches.", "[MASK] sketches bore Raymond.", "Craig isn't exploring [MASK] grocery stores that Carmen hates.", "Some waiters explored [MASK] mall."]
enc = tok(prompts, return_tensors="pt", padding=True)
ids, mask = enc["input_ids"], enc["attention_mask"]
rows, cols = (ids == tok.mask_token_id).nonzero(as_tuple=True)
dets = tok.convert_tokens_to_ids(["this", "that", "these", "those"])
seen = {}
def edit(value, hook, neuron, factor):
    seen[hook.name] = value[rows, cols, neuron].clone()
    value[rows, cols, neuron] *= factor
    return value
def at(layer, neuron, factor):
    return utils.get_act_name("post", layer), partial(edit, neuron=neuron, factor=factor)
def after(*hooks):
    return model.run_with_hooks(ids, one_zero_attention_mask=mask, fwd_hooks=list(hooks))
print(model(ids, one_zero_attention_mask=mask)[rows, cols][:, dets])
for hooks in ([at(3, 17, 0)], [at(9, 1094, 0)], [at(3, 17, 0), at(9, 1094, 0)], [at(9, 1094, 3), at(3, slice(0, 200), -2)], [at(3, slice(None), 0), at(9, slice(None), 0)]):
    seen.clear()
    logits = after(*hooks)
    print(list(seen), logits[rows, cols][:, dets], logits[:, -1, 40:43])
    print(seen.get("blocks.9.mlp.hook_post"))
# the mean over a batch, put in at layer 3, and one sentence's activations put into the others at layer 9
_, cache = model.run_with_cache(ids, one_zero_attention_mask=mask)
def mean(value, hook):
    value[mask.bool()] = cache[hook.name][mask.bool()].mean(0)
def of_the_first(value, hook):
    value[rows[1:], cols[1:]] = value[0, cols[0]].clone()
    return value
print(after(("blocks.3.mlp.hook_post", mean), ("blocks.9.mlp.hook_post", of_the_first))[rows, cols][:, dets])
with model.hooks(fwd_hooks=[("blocks.3.mlp.hook_post", mean)]):
    _, edited = model.run_with_cache(ids, one_zero_attention_mask=mask)
for layer in (2, 3, 4, 9):
    print(layer, edited["post", layer].mean(), (edited["post", layer] - cache["post", layer]).abs().max() > 1e-4)
torch.set_printoptions(profile="default")
