// No option is swallowed: whatever torch has here, called with an option it does not know, says so.

import { beforeAll, expect, test } from "vitest";
import { type Python, startPython } from "./python.ts";

let python: Python;
beforeAll(async () => {
  python = await startPython();
  python.run(`
import torch
from torch.nn import functional, init
x, layer = torch.zeros(2, 2), torch.nn.Linear(2, 2)
owners = {
    "torch": torch, "torch.nn": torch.nn, "functional": functional, "init": init, "linalg": torch.linalg,
    "cuda": torch.cuda, "mps": torch.backends.mps, "Tensor": x, "device": x.device, "Size": x.shape, "Linear": layer,
    "Sequential": torch.nn.Sequential(layer), "ModuleList": torch.nn.ModuleList([layer]),
    "ModuleDict": torch.nn.ModuleDict({"a": layer}), "Generator": torch.Generator(), "return_types": torch.return_types,
}
def called(function, **options):
    try:
        function(**options)
        return "returned"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
def sentence(expression):
    try:
        print(repr(eval(expression)))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
everything = [
    (where, name, getattr(owner, name))
    for where, owner in owners.items() for name in dir(owner)
    if not name.startswith("_") and callable(getattr(owner, name))
]`);
}, 120_000);

const lines = (source: string) => python.run(source).printed.trimEnd().split("\n");

test("every public function, class and method refuses an option it does not know, by name", () => {
  const [count, ...passed] = lines(`
print(len(everything))
for where, name, what in everything:
    said = called(what, no_such_option=1)
    if not said.startswith("TypeError") or "no_such_option" not in said and "takes no keyword arguments" not in said:
        print(where, name, said)`);
  expect(Number(count)).toBeGreaterThan(800);
  expect(passed).toEqual([]);
});

test.each([
  ["torch.zeros(2, device='cpu', dtype=torch.int64, requires_grad=False)", "tensor([0, 0])"],
  ["torch.zeros(2, device='cuda').device", "device(type='cpu')"],
  ["torch.zeros(2).to('cuda:0').device", "device(type='cpu')"],
  ["torch.zeros(2, device='meta')", "RuntimeError: There is no device 'meta' here: tensors are on the cpu"],
  ["torch.zeros(2).to('gpu')", "RuntimeError: Expected one of cpu, cuda,"],
  [
    "torch.zeros(2, requires_grad=True)",
    "RuntimeError: requires_grad=True: there are no gradients on the page",
  ],
  ["torch.zeros(2).requires_grad_()", "RuntimeError: requires_grad=True: there are no gradients on the page"],
  // what is given by its place has the place that it has in torch
  [
    "functional.mse_loss(x, x, 'sum')",
    "TypeError: mse_loss() takes 2 arguments by position here; name the others: reduction=, weight=",
  ],
  [
    "functional.cross_entropy(x, x, None, 1)",
    "TypeError: cross_entropy() takes 3 arguments by position here; name the others: ignore_index=, reduction=",
  ],
  ["functional.kl_div(x, x, 'sum', True)", "TypeError: kl_div() takes 2 arguments by position here"],
  [
    "functional.softmax(x, 1, torch.float64)",
    "TypeError: softmax() takes 2 arguments by position here; name the others: dtype=",
  ],
  [
    "torch.nn.MSELoss('sum')",
    "TypeError: MSELoss.__init__() takes no arguments by position here; name the others: reduction=",
  ],
  [
    "torch.nn.CosineEmbeddingLoss(.1, 'sum')",
    "TypeError: CosineEmbeddingLoss.__init__() takes 1 argument by position here; ",
  ],
  [
    "torch.nn.NLLLoss(None, 1)",
    "TypeError: NLLLoss.__init__() takes 1 argument by position here; name the others: ignore_index=",
  ],
  [
    "setattr(x, 'requires_grad', True)",
    "RuntimeError: requires_grad=True: there are no gradients on the page",
  ],
  ["torch.zeros(2, dtype='float32')", "TypeError: dtype must be a torch.dtype, not str"],
  ["torch.zeros(2, pin_memory=True)", "RuntimeError: zeros() pins no memory"],
  ["torch.sum(x, out=None)", "tensor(0.)"],
  [
    "torch.sum(x, out=x)",
    "TypeError: sum() writes into no tensor given as out= here: assign its result instead.",
  ],
  ["x.sum(axis=0, keepdims=True)", "tensor([[0., 0.]])"],
  ["x.sum(0, keepdimension=True)", "its options here: dim, keepdim, dtype"],
  [
    "functional.softmax([1, 2], dim=0)",
    "TypeError: softmax(): argument 'input' (position 1) must be Tensor, not list",
  ],
  ["torch.utils.data.DataLoader", "torch.utils.data.DataLoader is not on the page: slices make batches"],
  ["torch.save", "AttributeError: torch.save is not on the page: Python's json keeps numbers"],
  ["torch.optim.Adam", "AttributeError: torch.optim.Adam is not on the page: there are no gradients"],
  ["x.backward()", "AttributeError: Tensor.backward is not on the page: there are no gradients"],
  ["torch.zeros(10 ** 12)", "RuntimeError: not enough memory: the page cannot hold a tensor of this size"],
  ["torch.zeros(10 ** 6).expand(10 ** 6, 10 ** 6) + 1", "RuntimeError: not enough memory"],
  ["torch.tensor(3) ** 40", "RuntimeError: Whole numbers are exact below 2 ** 53 here"],
  ["torch.tensor([2 ** 60])", "RuntimeError: Whole numbers are exact below 2 ** 53 here"],
  ["torch.tensor(2 ** 53 + 1)", "RuntimeError: Whole numbers are exact below 2 ** 53 here"],
  ["torch.full((2,), 2 ** 53)", "RuntimeError: Whole numbers are exact below 2 ** 53 here"],
  ["torch.tensor([2 ** 53 - 1]) + 1", "RuntimeError: Whole numbers are exact below 2 ** 53 here"],
  [
    "torch.tensor([2 ** 53 - 1]).scatter_add_(0, torch.tensor([0]), torch.tensor([1]))",
    "RuntimeError: Whole numbers are exact below 2 ** 53 here",
  ],
  ["torch.tensor([float('inf')]).long() + 1", "RuntimeError: Whole numbers are exact below 2 ** 53 here"],
  ["-torch.tensor([float('nan')]).long()", "RuntimeError: Whole numbers are exact below 2 ** 53 here"],
  ["torch.tensor([float('nan')]).mode()", "RuntimeError: mode() counts no NaN here: leave them out first"],
  ["x.sum('a')", "TypeError: a dimension must be an int, not str"],
  ["torch.sqrt(2.0)", "TypeError: sqrt(): argument 'input' (position 1) must be Tensor, not float"],
])("%s", (expression, said) => {
  expect(lines(`sentence(${JSON.stringify(expression)})`)[0]).toContain(said);
});
