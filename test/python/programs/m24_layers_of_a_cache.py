import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
tok = model.tokenizer
ids = tok("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
post = lambda name: name.endswith("mlp.hook_post")
logits, cache = model.run_with_cache(ids, names_filter=post)
print(torch.equal(cache["post", -1], cache["post", 11]), torch.equal(cache["mlp_post", -12], cache["post", 0]), cache["post", 0, None].shape)
print(cache["post", -1][0, 4].topk(3).indices, cache.stack_activation("post").shape, cache.stack_activation("mlp_post", 3).shape, torch.equal(cache.stack_activation("post")[9], cache["post", 9]))
for key in [("post", 12), "nonsense", ("nothing", 3), "blocks.20.mlp.hook_post"]:
    try:
        cache[key]
        print("there")
    except KeyError:
        print("KeyError")
acts = cache.stack_activation("post")[:, 0, 4]
print(acts.argmax(dim=-1), (acts > 0.2 * acts.max()).nonzero().tolist(), ("post", 3) in cache, "blocks.3.mlp.hook_post" in cache)
