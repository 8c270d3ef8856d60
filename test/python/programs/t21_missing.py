import torch
import torch.nn.functional as F
x = torch.arange(6.).reshape(2, 3)
print(hasattr(torch, "arange"), hasattr(x, "softmax"), hasattr(x, "no_such_method"), getattr(torch, "no_such_function", None), hasattr(F, "softmax"))
try:
    x.no_such_method()
except AttributeError:
    print("AttributeError")
try:
    torch.no_such_function
except AttributeError:
    print("AttributeError")
