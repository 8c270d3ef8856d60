"""Methods that work element by element on one tensor, and where()."""

from ._arithmetic import binary
from ._data import as_tensor
from ._kernels import kernels
from ._register import function, methods
from ._shapes import broadcast_shapes
from ._tensor import KINDS, Tensor, is_number
from ._types import bool_, result_type


@methods
class Elementwise:
    def abs(self):
        return self._unary("abs")

    def neg(self):
        return self._unary("neg")

    def sign(self):
        return self._unary("sign")

    def relu(self):
        return self._unary("relu")

    def round(self, decimals=0):
        return self._unary("round") if not decimals else (self * 10.0**decimals)._unary("round") / 10.0**decimals

    def isnan(self):
        return self._unary("isnan", bool_)

    def isfinite(self):
        return self._unary("isfinite", bool_)

    def logical_not(self):
        return self._unary("not", bool_)

    def __invert__(self):
        if self.dtype.is_floating_point:
            raise TypeError("~ is only implemented on integer and bool tensors")
        return self._unary("not" if self.dtype is bool_ else "invert")

    def __pos__(self):
        return self

    def square(self):
        return self * self

    def reciprocal(self):
        return 1 / self

    def clamp(self, min=None, max=None):
        for bound in (min, max):
            if not (bound is None or is_number(bound) or isinstance(bound, Tensor)):
                raise TypeError(f"clamp(): a bound must be a number or a Tensor, not {type(bound).__name__}")
        if min is None and max is None:
            raise RuntimeError("clamp(): at least one of 'min' or 'max' must not be None")
        out = self if min is None else binary("maximum", self, min)
        return out if max is None else binary("minimum", out, max)

    def clamp_(self, min=None, max=None):
        return self._write(self.clamp(min, max))

    def where(self, condition, other):
        return where(condition, self, other)

    def equal(self, other):
        return self.shape == other.shape and bool((self == other).all())

    def allclose(self, other, rtol=1e-5, atol=1e-8, equal_nan=False):
        return bool(self.isclose(other, rtol, atol, equal_nan).all())


def _of_one(op, how):
    def method(self):
        return how(self, op)

    method.__name__ = op
    method.__qualname__ = f"Tensor.{op}"
    setattr(Tensor, op, method)


def _in_place(op):
    def method(self):
        return self._write(getattr(self, op)())

    method.__name__ = op + "_"
    method.__qualname__ = f"Tensor.{op}_"
    setattr(Tensor, op + "_", method)


for _op in ("floor", "ceil"):
    _of_one(_op, Tensor._unary)
for _op in "exp expm1 log log2 log10 log1p sqrt rsqrt sin cos tanh sigmoid erf".split():
    _of_one(_op, Tensor._float_unary)
for _op in "exp log sqrt neg abs tanh sigmoid relu round floor ceil".split():
    _in_place(_op)
Tensor.__neg__, Tensor.__abs__, Tensor.clip = Tensor.neg, Tensor.abs, Tensor.clamp


@function
def where(condition, input=None, other=None):
    if input is None:
        return condition.nonzero(as_tuple=True)
    if condition.dtype is not bool_:
        raise RuntimeError(f"expected condition to be a bool tensor, but got one of dtype {KINDS[condition.dtype]}")
    to = result_type(input, other)
    a, b = as_tensor(input, to), as_tensor(other, to)
    shape = broadcast_shapes(condition.shape, a.shape, b.shape)
    c, a, b = condition.expand(shape), a.expand(shape), b.expand(shape)
    out = kernels.where(
        to.name, c._storage, c._offset, a._storage, a._offset, b._storage, b._offset,
        len(shape), *shape, *c._strides, *a._strides, *b._strides,
    )  # fmt: skip
    return Tensor(out, shape, to)
