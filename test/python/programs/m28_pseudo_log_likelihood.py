import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
tok = model.tokenizer
def masked_copies(sentence):
    """one copy of the sentence per token, with that token masked"""
    ids = tok(sentence, return_tensors="pt").input_ids
    n = ids.size(1) - 2
    rows = ids.repeat(n, 1)
    spots = torch.arange(1, n + 1)
    targets = rows[torch.arange(n), spots].clone()
    rows[torch.arange(n), spots] = tok.mask_token_id
    return rows, spots, targets

def pll(sentence, hooks=()):
    rows, spots, targets = masked_copies(sentence)
    logits = model.run_with_hooks(rows, fwd_hooks=list(hooks))
    scores = logits[torch.arange(len(rows)), spots].log_softmax(-1).gather(1, targets.unsqueeze(1)).squeeze(1)
    return scores, targets

pairs = [("Raymond is selling this sketch.", "Raymond is selling these sketch."),
         ("Craig explored that grocery store.", "Craig explored those grocery store."),
         ("Some waiters haven't left.", "Some waiter haven't left.")]
for good, bad in pairs:
    a, ids = pll(good)
    b, _ = pll(bad)
    print(f"{a.sum():.3f} {b.sum():.3f} {'ok' if a.sum() > b.sum() else 'wrong'}", [f"{t} {s:.2f}" for t, s in zip(tok.convert_ids_to_tokens(ids), a.tolist())])
def off(x, hook):
    x[:, :, 1094] = 0
hooks = [(utils.get_act_name("mlp_post", 9), off)]
table = torch.tensor([[pll(g)[0].sum(), pll(b)[0].sum(), pll(g, hooks)[0].sum(), pll(b, hooks)[0].sum()] for g, b in pairs])
print(table.round(decimals=2))
print((table[:, 0] > table[:, 1]).float().mean(), (table[:, 2] > table[:, 3]).float().mean())
# within word, left to right: what follows in the same word is masked too
def l2r(sentence):
    rows, spots, targets = masked_copies(sentence)
    pieces = tok.convert_ids_to_tokens(targets)
    for i in range(len(pieces)):
        j = i + 1
        while j < len(pieces) and pieces[j].startswith("##"):
            rows[i, spots[j]] = tok.mask_token_id
            j += 1
    return pieces, model(rows)[torch.arange(len(rows)), spots].log_softmax(-1)[torch.arange(len(rows)), targets]
pieces, scores = l2r("Carmen hasn't shocked the unbelievable customers.")
print(pieces, [round(s, 3) for s in scores.tolist()], f"{scores.exp().prod() ** (-1 / len(scores)):.2f}")
