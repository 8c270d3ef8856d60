import torch
torch.set_grad_enabled(False)
with torch.no_grad():
    x = torch.ones(2)
    y = x * 2
with torch.inference_mode():
    z = x + y
@torch.no_grad()
def f(a):
    return a.sum()
print(x, y, f(y), x.requires_grad, torch.is_tensor(x), isinstance(x, torch.Tensor), x.cpu(), x.to('cpu'), x.detach().cpu(), torch.cuda.is_available())
device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
print(device, x.to(device).device, torch.zeros(2, device=device), str(device), x.device.type, x.to(device=device, dtype=torch.int64), torch.float, torch.long, torch.bool)
