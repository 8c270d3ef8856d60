import torch
from transformer_lens import HookedEncoder
import transformer_lens.utils as utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
ids = model.tokenizer("Raymond is selling [MASK] sketch.", return_tensors="pt")["input_ids"]
dets = ["this", "that", "these", "those"]
det_ids = torch.tensor(model.tokenizer.convert_tokens_to_ids(dets))
table = []
values = torch.arange(-2, 6.)
for v in values:
    def set_to(x, hook):
        x[0, 4, 1094] = v
        return x
    table.append(model.run_with_hooks(ids, fwd_hooks=[(utils.get_act_name("mlp_post", 9), set_to)])[0, 4].softmax(0)[det_ids])
table = torch.stack(table)
print("value", *dets, sep="\t")
for v, row in zip(values, table):
    print(v.item(), *[f"{p:.2e}" for p in row], sep="\t")
print(table.shape, table.argmax(1), [dets[i] for i in table.argmax(1)], (table[:, 2] > table[:, 0]).tolist())
