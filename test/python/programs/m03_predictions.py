import torch
from transformer_lens import HookedEncoder
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
for text in ["Raymond is selling [MASK] sketches.", "Raymond is selling [MASK] sketch.", "Some cat [MASK] the dog."]:
    tokens = model.tokenizer(text, return_tensors="pt")
    at = (tokens.input_ids[0] == model.tokenizer.mask_token_id).nonzero().item()
    probs = model(tokens.input_ids)[0, at].softmax(-1)
    top = probs.topk(5)
    print(text, at)
    for p, i in zip(top.values, top.indices):
        print("   ", model.tokenizer.decode(i), f"{p.item():.4f}", model.tokenizer.convert_ids_to_tokens(i.item()))
print(model("Raymond is selling [MASK] sketches.", return_type="predictions"))
