import torch
from collections import defaultdict
from transformer_lens import HookedEncoder
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
pairs = [("Raymond is selling", "sketches.", "these", "this"), ("Craig explored", "grocery stores.", "those", "that"), ("Carmen hasn't shocked", "customers.", "these", "this")]
score = defaultdict(list)
for left, right, good, bad in pairs:
    ids = model.tokenizer(f"{left} [MASK] {right}", return_tensors="pt")["input_ids"]
    at = ids[0].tolist().index(model.tokenizer.mask_token_id)
    lp = model(ids)[0, at].log_softmax(-1)
    g, b = lp[model.tokenizer.convert_tokens_to_ids([good, bad])].tolist()
    score["gap"].append(g - b)
    print(ids.shape[1], at, f"{g:.3f} {b:.3f}", "right" if g > b else "wrong")
print(f"{torch.tensor(score['gap']).mean():.3f} {torch.tensor(score['gap']).std().item():.3f}")
