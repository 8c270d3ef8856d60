import torch
@torch.no_grad()
def one(x):
    return x + 1
@torch.no_grad
def two(x):
    return x * 2
@torch.inference_mode()
def three(x):
    return x - 1
x = torch.tensor([1., 2.])
with torch.no_grad(), torch.inference_mode():
    print(one(x), two(x), three(x))
with torch.set_grad_enabled(False):
    print(torch.is_grad_enabled(), x.requires_grad)
device = torch.device("cpu")
print(device, device.type, torch.zeros(2, device=device).device, x.to(device) is x, x.to("cpu", torch.float64), x.to(torch.long), x.dtype == torch.float32)
print(torch.float, torch.long, torch.int64, torch.bool, torch.double, x.long().dtype, torch.tensor(True).dtype, torch.manual_seed(0) is None or True)
