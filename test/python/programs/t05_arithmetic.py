import torch
a = torch.tensor([[1., 2., 3.], [4., 5., 6.]])
b = torch.tensor([10., 20., 30.])
c = torch.tensor([[1.], [2.]])
print(a + b, a - c, a * b, a / c, a ** 2, 2 ** a, 1 / a, 1 - a, -a)
print(a // 2, a % 2, -a // 4, -a % 4, b + c, (a + 1) * 0.1)
print(a.exp(), a.log(), a.sqrt(), a.sigmoid(), a.tanh(), (a - 3).abs(), (a - 3).relu(), (a / 4).round(), (a / 4).floor(), (a / 4).ceil())
print(a.clamp(2, 5), a.clamp(min=3), a.clamp(max=2.5), torch.maximum(a, b / 8), torch.erf(a / 4), a.rsqrt(), a.sign())
