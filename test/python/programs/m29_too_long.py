import torch
from transformer_lens import HookedEncoder
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
tok = model.tokenizer
print(model.cfg.n_ctx, tok.model_max_length)
long = "Raymond is selling [MASK] sketches. " * 60
def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, str(error).partition(":")[0][:60])
ids = tok(long, return_tensors="pt")["input_ids"]
print(ids.shape)
attempt(lambda: model(ids).shape)
short = tok(long, return_tensors="pt", truncation=True)["input_ids"]
print(short.shape, short[0, -2:], model(short)[0, 4].argmax())
short = tok(long, return_tensors="pt", truncation=True, max_length=16)["input_ids"]
print(short.shape, short[0])
print(tok(long, return_tensors="pt", truncation=True, max_length=4096)["input_ids"].shape)
print(model(long).shape, model("").shape)
attempt(lambda: model(torch.tensor([[999999]])))
print(model(torch.tensor([[-1]])))
print(model(torch.zeros(1, 0, dtype=torch.long)))
attempt(lambda: model(torch.tensor([[5, -4000]])).shape)
