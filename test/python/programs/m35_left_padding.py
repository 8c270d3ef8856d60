import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
torch.set_printoptions(sci_mode=False)
model = HookedEncoder.from_pretrained("minibert-blimp")
tok = model.tokenizer
prompts = ["Raymond is selling [MASK] sketches.", "[MASK] sketches bore Raymond.", "Craig isn't exploring [MASK] grocery stores that Carmen hates."]
left = tok(prompts, return_tensors="pt", padding=True, padding_side="left")
ids, mask = left["input_ids"], left["attention_mask"]
print(ids, mask)
rows, cols = (ids == tok.mask_token_id).nonzero(as_tuple=True)
print(rows, cols)
dets = tok.convert_tokens_to_ids(["this", "that", "these", "those"])
masked = model(ids, one_zero_attention_mask=mask)
plain = model(ids)
print(masked[rows, cols][:, dets], plain[rows, cols][:, dets])
print(masked[:, 0, 100:104], masked[:, -1, 100:104])
right = tok(prompts, return_tensors="pt", padding=True)
where = (right["input_ids"] == tok.mask_token_id).nonzero(as_tuple=True)
print(model(right["input_ids"], one_zero_attention_mask=right["attention_mask"])[where][:, dets])
def off(value, hook):
    value[rows, cols, 1094] = 0
print(model.run_with_hooks(ids, one_zero_attention_mask=mask, fwd_hooks=[(utils.get_act_name("post", 9), off)])[rows, cols][:, dets])
_, cache = model.run_with_cache(ids, one_zero_attention_mask=mask)
print(cache["post", 9][:, :, 1094], cache["post", 9].isnan().any(), cache["normalized_resid_post", 11].sum(-1))
tok.padding_side = "left"
print(model(prompts)[rows, cols][:, dets])
tok.padding_side = "right"
torch.set_printoptions(profile="default")
