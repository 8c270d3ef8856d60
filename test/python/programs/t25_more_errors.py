import torch
def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, str(error).split("\n")[0])
x = torch.arange(6.).reshape(2, 3)
attempt(lambda: x + torch.zeros(4, 1, 2))
attempt(lambda: x.view(7))
attempt(lambda: x.expand(3, 3))
attempt(lambda: x.unsqueeze(5))
attempt(lambda: x.transpose(0, 2))
attempt(lambda: torch.cat([x, x[:, :2]]))
attempt(lambda: x[torch.tensor([True, False, True])])
attempt(lambda: x[:, 7])
attempt(lambda: torch.tensor([[1, 2], [3]]))
attempt(lambda: x.t().view(6))
attempt(lambda: x.std().item() > 1 and x.item())
attempt(lambda: range(3)[torch.tensor(1.5)])
attempt(lambda: float(x))
attempt(lambda: x[0] if x else 0)
attempt(lambda: torch.stack([]) if False else torch.arange(3) @ torch.arange(3.))
