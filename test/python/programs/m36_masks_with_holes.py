import torch
from transformer_lens import HookedEncoder
torch.set_grad_enabled(False)
torch.set_printoptions(sci_mode=False)
model = HookedEncoder.from_pretrained("minibert-blimp")
tok = model.tokenizer
ids = tok(["Raymond is selling [MASK] sketches.", "Craig explored [MASK] grocery store."], return_tensors="pt", padding=True)["input_ids"]
print(ids.shape)
dets = tok.convert_tokens_to_ids(["this", "that", "these", "those"])
masks = (ids == tok.mask_token_id).nonzero(as_tuple=True)
whole = torch.ones_like(ids)
holes = whole.clone()
holes[0, 1] = holes[0, 5] = holes[1, 2] = 0
only_first = torch.zeros_like(ids)
only_first[:, 0] = 1
not_first = 1 - only_first
def double(value, hook):
    value[:, :, 1094] *= 2
for mask in (whole, holes, only_first, not_first):
    print(mask.tolist())
    print(model(ids, one_zero_attention_mask=mask)[masks][:, dets])
    print(model(ids, one_zero_attention_mask=mask)[:, 2, 500:504])
    print(model.run_with_hooks(ids, one_zero_attention_mask=mask, fwd_hooks=[("blocks.9.mlp.hook_post", double)])[masks][:, dets])
    _, cache = model.run_with_cache(ids, one_zero_attention_mask=mask)
    print(cache["post", 9][:, :, 1094], cache["post", 3].mean())
# without each word in turn: which ones the model needs
base = model(ids[:1])[0, 4].softmax(-1)[dets]
for place in range(1, 7):
    mask = torch.ones_like(ids[:1])
    mask[0, place] = 0
    print(place, tok.convert_ids_to_tokens(int(ids[0, place])), [f"{p:.3f}" for p in model(ids[:1], one_zero_attention_mask=mask)[0, 4].softmax(-1)[dets].tolist()])
print([f"{p:.3f}" for p in base.tolist()])
torch.set_printoptions(profile="default")
