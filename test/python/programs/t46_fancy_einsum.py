import torch
from fancy_einsum import convert_equation, einsum
x, w = torch.arange(24.).reshape(2, 3, 4), torch.arange(12.).reshape(4, 3)
print(einsum("batch pos d_model, d_model d_mlp -> batch pos d_mlp", x, w), einsum("pos1 d, pos2 d -> pos1 pos2", x[0], x[1]))
print(einsum("batch ... dim, dim out", x, w).shape, einsum("row col", w).shape, einsum("out dim, dim rest", w.T, w), einsum("a b ->", w), einsum("i i", w[:3]))
for equation in ("time batch, batch tail -> time tail", "time two three, two Three -> time", "b a", "one two, two three", "... long last, last", "h a A, a A hh->hh", "x,x->x"):
    print(convert_equation(equation))
def attempt(call):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__)
attempt(lambda: einsum("a b -> a", 5))
attempt(lambda: einsum("a b c -> a", w))
attempt(lambda: einsum("a b -> c", w))
attempt(lambda: einsum("1 b -> b", w))
attempt(lambda: einsum("a b"))
