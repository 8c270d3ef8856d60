# the numbers of torch's CPU generator
import torch
for size in (1, 2, 15, 16, 17, 100, 1000):
    for dtype in (torch.float32, torch.float64):
        torch.manual_seed(size)
        for x in (torch.rand(size, dtype=dtype), torch.randn(size, dtype=dtype), torch.rand(size, dtype=dtype), torch.randn(3, dtype=dtype)):
            print(size, dtype, x[:4], x[-4:], f"{x.double().sum().item():.9f}")
    torch.manual_seed(size)
    for high in (2, 10, 2**28 - 1, 2**28, 2**40):
        i = torch.randint(0, high, (size,))
        print(size, high, i.dtype, i[:4], i[-4:], i.sum().item())
    p = torch.randperm(size)
    print(size, p[:6], (p * torch.arange(size)).sum().item())
torch.manual_seed(7)
# one normal number is kept between calls of fewer than 16
print(torch.randn(3), torch.randn(1), torch.rand(1), torch.randn(2), torch.randn(()), torch.randn(2, 3, 4)[0])
torch.manual_seed(7)
print(torch.randn(1), torch.manual_seed(7) is torch.default_generator, torch.randn(1), torch.initial_seed())
# bits of float32: every number exactly
torch.manual_seed(3)
print([f"{v:.9g}" for v in torch.randn(40).tolist()])
print([f"{v:.9g}" for v in torch.empty(20).normal_(3, 0.5).tolist()])
print([f"{v:.9g}" for v in torch.rand(5).tolist()], [f"{v:.9g}" for v in torch.empty(5).uniform_(-3, 7).tolist()])
