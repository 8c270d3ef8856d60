import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
ids = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
these = model.tokenizer.convert_tokens_to_ids("these")
name = utils.get_act_name("mlp_post", 9)
_, cache = model.run_with_cache(ids, names_filter=name)
candidates = cache[name][0, 4].abs().topk(12).indices.tolist()
base = model(ids)[0, 4].softmax(0)[these].item()
rows = []
for n in candidates:
    def zero(x, hook):
        x[0, 4, n] = 0.
        return x
    p = model.run_with_hooks(ids, fwd_hooks=[(name, zero)])[0, 4].softmax(0)[these].item()
    rows.append((n, (p - base) / base))
for n, d in sorted(rows, key=lambda r: r[1])[:5]:
    print(f"N{n}\t{d:+.2%}")
print(len(cache), list(cache.keys()), base < 1)
