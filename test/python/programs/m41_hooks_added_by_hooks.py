import torch
from transformer_lens import HookedEncoder
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
ids = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
def off(x, hook):
    x[:, :, 1094] = 0.
    seen.append(hook.name)
def adds(name):
    def hook_that_adds(x, hook):
        if not model.hook_dict[name].fwd_hooks[1:]:
            model.add_hook(name, off)
    return hook_that_adds
# on a point that has been passed, and on its own: for the next run
for name in ("blocks.2.mlp.hook_post", "blocks.9.mlp.hook_post"):
    seen = []
    model.reset_hooks()
    model.add_hook("blocks.2.mlp.hook_post", lambda x, hook: None)
    model.add_hook("blocks.9.mlp.hook_post", adds(name))
    for _ in range(2):
        print(model(ids)[0, 4, :3], seen)
# on one that is passed later, where a hook is already
seen = []
model.reset_hooks()
model.add_hook("blocks.11.mlp.hook_post", lambda x, hook: None)
model.add_hook("blocks.9.mlp.hook_post", adds("blocks.11.mlp.hook_post"))
print(model(ids)[0, 4, :3], seen)
# on one that is passed later, and away again before
def for_a_while(x, hook):
    with model.hooks(fwd_hooks=[("blocks.10.mlp.hook_post", off)]):
        pass
model.reset_hooks()
print(model.run_with_hooks(ids, fwd_hooks=[("blocks.9.mlp.hook_post", for_a_while)])[0, 4, :3])
