import torch
a = torch.arange(6.).reshape(2, 3)
b = torch.arange(12.).reshape(3, 4) / 10
v = torch.tensor([1., -1., 2.])
print(a @ b, a @ v, v @ b, v @ v, torch.matmul(a, b).shape, a.mm(b)[0], torch.dot(v, v), (a @ a.T))
batch = torch.arange(12.).reshape(2, 2, 3)
print(batch @ b, (batch @ v), batch @ batch.transpose(1, 2), torch.bmm(batch, batch.mT).shape)
