import torch
nan, inf = float("nan"), float("inf")
values = [
    torch.tensor([nan, inf, -inf, 1.]), torch.tensor([nan, nan]), torch.tensor([inf]), torch.tensor(nan), torch.tensor([nan, 1.5e10]),
    torch.tensor([1e-5, 1.]), torch.tensor([1e8, 1.]), torch.tensor([1e9]), torch.tensor([123456.789]), torch.tensor([0.0001]), torch.tensor([0.00009]),
    torch.tensor([1., 2., 1000.]), torch.tensor([1., 1001.5]), torch.tensor([-0., 0.]), torch.tensor([-1.5, 200.25]), torch.tensor([1e-40]), torch.tensor([3.4e38, 1.]),
    torch.tensor([1e-300, 1.], dtype=torch.float64), torch.tensor([1 / 3], dtype=torch.float64), torch.tensor(2**40), torch.tensor([-1, 100000]), torch.tensor([True, False]), torch.tensor(True),
    torch.arange(1001), torch.arange(1001.) / 7, torch.zeros(40, 40), torch.arange(2000).reshape(2, 10, 100), torch.ones(1001, dtype=torch.bool), torch.arange(1200.).reshape(3, 400) * 1e5,
    torch.zeros(0), torch.zeros(0, 3), torch.zeros(2, 0, dtype=torch.int64), torch.tensor([], dtype=torch.float64), torch.zeros(2, 2, 0, dtype=torch.bool),
    torch.arange(30.), torch.arange(100).reshape(4, 25), torch.arange(24.).reshape(1, 2, 3, 4), torch.arange(40.) * 1e-7, torch.zeros(3, dtype=torch.float64), torch.zeros(12, dtype=torch.float64),
    torch.tensor([0.5, nan, 1e-8]), torch.tensor([1., nan, 3.]), torch.tensor([[1.0, inf], [nan, 2.0]]), torch.tensor(3.0), torch.tensor(-2.5e-9), torch.arange(1001)[None, :, None].expand(2, 1001, 2), torch.linspace(0, 1, 13, dtype=torch.float64),
]
def show(**options):
    torch.set_printoptions(**options)
    print(options)
    for value in values:
        print(value)
show()
show(precision=2)
show(sci_mode=True)
show(sci_mode=False)
show(profile="short")
show(profile="full", linewidth=40)
show(profile="default", threshold=5, edgeitems=1)
show(threshold=5, edgeitems=2, precision=8)
show(profile="default")
print([torch.ones(2)], (torch.tensor(1), torch.zeros(2, 2)), {"a": torch.ones(1)}, f"{torch.tensor(1.25):.1f}", f"{torch.ones(2)}", str(torch.tensor(3)), repr(torch.tensor(2.)))
for wrong in (dict(profile="x"), dict(precisions=3)):
    try:
        torch.set_printoptions(**wrong)
        print(torch.ones(1))
    except Exception as error:
        print(type(error).__name__)
