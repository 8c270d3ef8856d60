import torch
from transformer_lens import HookedEncoder
from transformer_lens.utils import get_act_name
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
ids = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
these = model.tokenizer.convert_tokens_to_ids("these")
name = get_act_name("post", 9)
p = lambda hook: f"{model.run_with_hooks(ids, fwd_hooks=[(name, hook)])[0, 4, these].item():.4f}"
def nothing(x, hook): pass
def written(x, hook): x[0, 4, 1094] = 0.
def through_view(x, hook):
    row = x[0, 4]
    row[1094] = 0.
def through_slice(x, hook): x[:, 4:5, 1090:1100].zero_()
def by_mask(x, hook): x[x > 1.5] = 1.5
def by_list(x, hook): x[0, [2, 4], 1094] = torch.tensor([0.5, 0.25])
def clamped(x, hook): x.clamp_(max=1.)
def not_in_place(x, hook): x = x * 0
def returned(x, hook): return x * 0.9
def added(x, hook): x += 0.1
def filled(x, hook): x[0].fill_(0.2)
def transposed(x, hook): x.transpose(1, 2)[0, 1094, 4] = 3.
for hook in (nothing, written, through_view, through_slice, by_mask, by_list, clamped, not_in_place, returned, added, filled, transposed):
    print(hook.__name__, p(hook))
