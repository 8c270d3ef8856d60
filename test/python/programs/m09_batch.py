import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
texts = ["Raymond is selling [MASK] sketches.", "Raymond is selling [MASK] sketch.", "Raymond is hiding [MASK] cats."]
tokens = model.tokenizer(texts, return_tensors="pt", padding=True)
ids = tokens["input_ids"]
print(ids.shape, tokens["attention_mask"].sum(1))
words = ["this", "these"]
wid = model.tokenizer.convert_tokens_to_ids(words)
probs = model(ids)[:, 4].softmax(-1)[:, wid]
print(probs.shape, [[f"{p:.3f}" for p in row] for row in probs.tolist()])
def patch(x, hook):
    print(x.shape)
    x[1:, 4, 1094] = 0.
    return x
after = model.run_with_hooks(ids, fwd_hooks=[(utils.get_act_name("mlp_post", 9), patch)])[:, 4].softmax(-1)[:, wid]
for text, b, a in zip(texts, probs, after):
    print(text, [f"{d:+.1%}" for d in (a - b) / b])
logits = model(["these sketches are here.", "this"])
print(logits.shape, logits[0].argmax(-1), logits[1, :3].argmax(-1))
