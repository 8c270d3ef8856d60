import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
print(model.W_out.shape, model.W_in.shape, model.W_Q.shape, model.W_O.shape, model.b_K.shape, model.b_out.shape, model.W_E_pos.shape)
print(model.blocks[9].mlp.W_out[1094].norm(), model.blocks[9].mlp.W_out)
scores = model.W_out[9, 1094] @ model.W_U
print(scores.topk(5), model.tokenizer.convert_ids_to_tokens(scores.topk(8).indices))
print(model.unembed.W_U.shape, model.unembed.b_U[:4], model.embed.embed.W_E.shape, model.W_E.shape, model.W_pos[3, :4], model.embed.token_type_embed.W_token_type.shape)
attn = model.blocks[3].attn
print(attn.W_Q[1, 2, :4], attn.W_K[3, :3, 5], attn.W_V[0].norm(), attn.W_O[2, :3, 7], attn.b_Q[1, :3], attn.b_V.shape, attn.b_O[:3], attn.W_O.shape)
print(model.blocks[0].mlp.W_in[:2, :3], model.blocks[0].mlp.b_in[:3], model.blocks[0].ln1.w[:3], model.blocks[0].ln2.b[:3], model.embed.ln.w[:3])
print(model.mlm_head.W[:2, :3], model.mlm_head.b[:2], model.mlm_head.ln.w[:2])
for name, p in model.named_parameters():
    if "blocks" not in name or "blocks.0." in name:
        print(name, p.shape, p.requires_grad, p.dtype)
print(sum(p.numel() for p in model.parameters()), len(list(model.named_parameters())), model.cfg.n_params)
print([key for key in model.state_dict() if "blocks" not in key or "blocks.0." in key], len(model.state_dict()))
print([name for name, _ in model.named_modules()][:12], [name for name, _ in model.named_children()], len(list(model.modules())))
print(model.get_parameter("blocks.2.mlp.b_out")[:3], model.get_submodule("blocks.2.mlp").W_out.shape, len(model.blocks), model.blocks[-1].mlp.b_in.shape, len(model.blocks[2:5]))
ids = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
logits, cache = model.run_with_cache(ids, names_filter=lambda name: name.endswith("hook_normalized_resid_post") or name == "blocks.9.mlp.hook_post")
last = cache["normalized_resid_post", 11]
print((model.unembed(model.mlm_head(last)) - logits).abs().max() < 1e-4)
for layer in (0, 6, 11):
    print(layer, model.unembed(model.mlm_head(cache["normalized_resid_post", layer]))[0, 4].topk(3).indices)
neuron = cache["post", 9][0, 4, 1094] * model.blocks[9].mlp.W_out[1094]
print(neuron[:4], model.blocks[0].ln2(neuron)[:3], model.blocks[1].mlp(last)[0, 0, :3])
model.embed.W_mine = torch.zeros(2)
print(model.embed.W_mine, torch.nn.functional.cosine_similarity(model.W_out[9], model.blocks[9].mlp.W_out[1094], dim=-1).topk(3))
