import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp").eval()
ids, _, _ = model.to_tokens("Raymond is selling [MASK] sketches.")
these, this = model.tokenizer.convert_tokens_to_ids(["these", "this"])
neurons = [(9, 1094), (10, 33), (3, 700), (11, 5)]
def erase(index):
    def hook(x, hook):
        x[0, 4, index] = 0.
        return x
    return hook
hooks = [(utils.get_act_name("mlp_post", l), erase(i)) for l, i in neurons]
base, logits = model(ids)[0, 4].log_softmax(-1), model.run_with_hooks(ids, fwd_hooks=hooks)[0, 4].log_softmax(-1)
print(f"{base[these]:.4f} {logits[these]:.4f} {base[this].item():.4f} {logits[this].item():.4f}")
seen = []
out = model.run_with_hooks(ids, fwd_hooks=[(lambda name: name.endswith("mlp.hook_post"), lambda x, hook: seen.append(hook.layer()))])
print(seen, torch.allclose(out, model(ids), atol=1e-4))
for layer in range(12):
    out = model.run_with_hooks(ids, fwd_hooks=[(f"blocks.{layer}.mlp.hook_post", lambda x, hook: x * 0)])
    print(layer, f"{out[0, 4].softmax(0)[these].item():.3e}")
