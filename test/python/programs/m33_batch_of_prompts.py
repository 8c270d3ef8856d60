import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
tok = model.tokenizer
prompts = ["Raymond is selling [MASK] sketches.", "[MASK] sketches bore Raymond.", "Craig isn't exploring [MASK] grocery stores that Carmen hates.", "Some waiters explored [MASK] mall."]
enc = tok(prompts, return_tensors="pt", padding=True)
print(enc["input_ids"].shape, enc["attention_mask"].sum(-1))
ids, mask = enc["input_ids"], enc["attention_mask"]
rows, cols = (ids == tok.mask_token_id).nonzero(as_tuple=True)
print(rows, cols)
dets = tok.convert_tokens_to_ids(["this", "that", "these", "those"])
alone = torch.stack([model(tok(p, return_tensors="pt")["input_ids"])[0, c] for p, c in zip(prompts, cols.tolist())]).softmax(-1)[:, dets]
masked = model(ids, one_zero_attention_mask=mask)[rows, cols].softmax(-1)[:, dets]
plain = model(ids)[rows, cols].softmax(-1)[:, dets]
print((alone - masked).abs().max() < 1e-5, (alone - plain).abs().max() > 1e-4)
print([[f"{p:.4f}" for p in r] for r in plain.tolist()])
def off(x, hook, where):
    x[torch.arange(x.size(0)), where, 1094] = 0
from functools import partial
hooked = model.run_with_hooks(ids, one_zero_attention_mask=mask, fwd_hooks=[(utils.get_act_name("mlp_post", 9), partial(off, where=cols))])
after = hooked[rows, cols].softmax(-1)[:, dets]
print([[f"{d:+.1%}" for d in r] for r in ((after - masked) / masked).tolist()])
_, cache = model.run_with_cache(ids, one_zero_attention_mask=mask)
acts = cache["post", 9][rows, cols]
print(acts.shape, acts[:, 1094], acts.argmax(-1), torch.isnan(cache["post", 9]).any())
print(cache["post", 9].mean(), cache["post", 9][mask.bool()].mean(), cache["post", 9].shape)
mean_act = cache["post", 9].mean(dim=(0, 1))
def mean_ablate(x, hook):
    x[:, :, 1094] = mean_act[1094]
    return x
out = model.run_with_hooks(ids, one_zero_attention_mask=mask, fwd_hooks=[("blocks.9.mlp.hook_post", mean_ablate)])
print([[f"{p:.4f}" for p in r] for r in out[rows, cols].softmax(-1)[:, dets].tolist()])
left = tok(prompts[:2], return_tensors="pt", padding="max_length", max_length=12, truncation=True)
print(left["input_ids"].shape, left["attention_mask"])
