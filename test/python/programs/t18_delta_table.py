import torch
before = torch.tensor([6.41e-4, 9.948e-5, 3.287e-2, 7.001e-3])
after = torch.tensor([2.875e-3, 3.343e-4, 1.379e-2, 2.543e-3])
words = ['this', 'that', 'these', 'those']
delta = (after - before) / before
paper = (after - before) / torch.minimum(before, after)
for w, b, a, d, p in zip(words, before, after, delta, paper):
    print(w.ljust(8), f'{b.item():.3e}', f'{a.item():.3e}', f'{d:+.2%}', f'{p.item():+.1f}', sep='\t')
print(before, after, delta, delta.abs().argmax(), words[delta.argmax()], delta.mean(), (before > 1e-3).tolist())
