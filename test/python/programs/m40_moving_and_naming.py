import torch
from transformer_lens import HookedEncoder
model = HookedEncoder.from_pretrained("minibert-blimp", device="cpu", cache_dir="models", token=None)
print(model.to("cpu") is model, model.cpu() is model, model.cuda() is model)
model.to(torch.device("cpu")).to("cuda:0").to(torch.device("cuda", 0)).to(torch.float32)
model.to("cpu", print_details=False)
for name in ("no-such-model", "minibert"):
    try:
        HookedEncoder.from_pretrained(name)
    except Exception as error:
        print(type(error).__name__, name in str(error))
