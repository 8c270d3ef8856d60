import torch
i = torch.tensor([0, 5, 6, -3])
m = torch.tensor([True, False, True, True])
print(i & 3, i | 8, i ^ i, 1 & i, i & m, m & m, m | False, m ^ True, i & torch.tensor([[1], [2]]))
i &= 6
m &= i > 0
print(i, m, m & (i < 5), torch.logical_and(i, m))
try:
    torch.ones(4) & m
except NotImplementedError as error:
    print(type(error).__name__)
