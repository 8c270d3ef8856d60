import torch
s = torch.tensor(2.5)
print(s.sum(0), s.mean(-1, keepdim=True), s.max(dim=0), s.argmax(-1), s.any(0), s.std(0, correction=0), s.logsumexp(-1), s.median(0), s.norm(dim=0), s.softmax(0), s.sort())
print(s[s > 0], s[s > 3], s[True], s[None][False].shape, s.nonzero(), s.nonzero(as_tuple=True), torch.tensor(0).nonzero().shape, s[...], s[()])
s[s > 2] = 1.
s[s > 2] *= 3
print(s, torch.tensor(True).sum(dim=0), s.flip(0), (s > 0).all(0))
e = torch.zeros(2, 0, 3)
print(e[e > 0], e[[0]].shape, e[:, :, [0, 2]].shape, e[..., torch.tensor([1, 1, 0])].shape, e.nonzero(), e.sum(), e.sum(1), e.prod(1), e.stride(), e.transpose(0, 2).view(-1), e.is_contiguous())
e[e > 0] = 1.
e[[1]] = 2.
print(e.logsumexp(1), e.softmax(0).shape, e.sort(0).indices.shape, e.cumsum(2).shape, torch.cat([e, torch.ones(2, 1, 3)], 1), e.tolist(), len(e), e.mean(), torch.zeros(0, 3).max(1).values)
x = torch.arange(6.).reshape(2, 3)
print(x[x > 9], x[x > 9].sum(), x[x > 9].mean(), x[:, x[0] > 5].shape, x[torch.tensor([], dtype=torch.int64)], x[[]], (x > 9).nonzero(), x[True].shape, x[:, True].shape, x[2:].shape, x[2:].sum(0))
