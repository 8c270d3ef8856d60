import torch
i, f, b, d = torch.tensor([1, 2, 3]), torch.tensor([0.5, 1.5, 2.5]), torch.tensor([True, False, True]), torch.tensor([1., 2., 3.], dtype=torch.float64)
for name, x in dict(ii=i + i, i_f=i + f, ib=i + b, bb=b + b, i1=i + 1, i15=i + 1.5, b1=b + 1, b15=b * 1.5, f1=f + 1, fd=f + d, id=i * d, div=i / 2, idiv=i // 2, fb=f * b, zf=i + torch.tensor(1.5), z64=f + torch.tensor(1., dtype=torch.float64), zi=f + torch.tensor(2), pw=i ** 2, sumb=b.sum(), sumi=i.sum(), cmp=i < f).items():
    print(name, x.dtype, x)
print(i.float(), f.long(), f.int if False else f.to(torch.int64), b.float(), f.bool(), i.double(), (i > 1).long(), f.to(torch.float64).dtype)
