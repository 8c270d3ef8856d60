import torch
import torch.nn.functional as F
x = torch.tensor([[1.0, 2.0, 3.0, 4.0], [0.1, 0.0, -0.1, 10.0]])
print(x.softmax(0), x.softmax(-1), torch.softmax(x, dim=1), F.softmax(x, dim=-1), F.log_softmax(x, dim=-1), x.log_softmax(0))
p = x[0].softmax(0)
print(p[[3, 1]], p.log(), -(p * p.log()).sum(), f"{p[3].item():.3e} {p[3]:.2%} {p.max():.4f}")
print((p - 0.25) / 0.25, (p / p.min()).log2())
q = x[1].softmax(-1)
print(f"{F.kl_div(q.log(), p, reduction='sum').item():.5f}", F.cosine_similarity(p, q, dim=0), F.relu(x - 2), F.gelu(x / 2), F.normalize(x, dim=-1))
