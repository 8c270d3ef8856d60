import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
torch.set_printoptions(sci_mode=False)
model = HookedEncoder.from_pretrained("minibert-blimp")
tok = model.tokenizer
prompts = ["Raymond is selling [MASK] sketches.", "[MASK] sketches bore Raymond.", "Craig isn't exploring [MASK] grocery stores that Carmen hates."]
enc = tok(prompts, return_tensors="pt", padding=True)
ids, mask = enc["input_ids"], enc["attention_mask"]
rows, cols = (ids == tok.mask_token_id).nonzero(as_tuple=True)
places = lambda name: "post" in name or "resid_pre" in name and "normalized" not in name or name == "hook_full_embed"
wanted = lambda name: places(name) and "hook_resid_post" not in name
logits, cache = model.run_with_cache(ids, one_zero_attention_mask=mask, names_filter=wanted)
print(len(cache), logits.shape, list(cache)[:4])
for name, value in cache.items():
    print(name, value.shape, value.mean(), value[2, -1, :2], value[1, -1, :2])
alone = [model.run_with_cache(tok(p, return_tensors="pt")["input_ids"], names_filter=wanted)[1] for p in prompts]
print(max(float((cache[name][i, :one[name].shape[1]] - one[name][0]).abs().max()) for i, one in enumerate(alone) for name in cache) < 1e-4)
_, unmasked = model.run_with_cache(ids, names_filter=wanted)
print(unmasked["post", 9][rows, cols, 1094], cache["post", 9][rows, cols, 1094])
stack = torch.stack([cache["post", layer][rows, cols, 1094] for layer in range(model.cfg.n_layers)])
print(stack.shape, stack, cache.stack_activation("post").shape)
_, some = model.run_with_cache(ids, one_zero_attention_mask=mask, names_filter=[utils.get_act_name("post", 3), "blocks.9.mlp.hook_post"])
print(list(some), some["post", 3][mask.bool()].mean(), some["post", 3][~mask.bool()].mean())
_, texts = model.run_with_cache(prompts, names_filter=wanted)
print(torch.equal(texts["post", 9], cache["post", 9]))
torch.set_printoptions(profile="default")
