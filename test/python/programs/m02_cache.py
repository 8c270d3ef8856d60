import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
tokens = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
logits, cache = model.run_with_cache(tokens)
print(logits.shape, logits.dtype, tokens, cache["post", 9].shape, cache["blocks.9.mlp.hook_post"].shape, cache["mlp_post", 3][0, 4, :3])
post = cache[utils.get_act_name("mlp_post", 9)]
print(f"{post[0, 4, 1094].item():.4f}", post[0, 4].argmax(), post[0, 4].topk(3).indices, post[0].max(-1).indices)
for layer in range(model.cfg.n_layers):
    print(layer, f"{cache['post', layer][0, 4].max().item():.4f}", (cache["post", layer] > 1).sum().item())
