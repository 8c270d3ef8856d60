import torch
x, y = torch.tensor([[1., 2., 4.]]), torch.tensor([[1., 2., 4.], [0., 1., 5.]])
small, large = torch.tensor([1e-25, 2e-25]), torch.tensor([1e20, 3e20])
print(small.std(), large.std(), large.var(), small.std(0, keepdim=True), torch.std_mean(large), torch.var_mean(large), x.double().std())
print(x.cov(), x.corrcoef(), y.cov(), y.corrcoef(), x[0].cov(), x.cov(correction=0), torch.tensor(2.).cov(), torch.zeros(2, 1).cov())
