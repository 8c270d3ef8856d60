"""What is done with two operands: arithmetic, comparison, logic, as operators, methods and in place."""

from functools import wraps

from ._data import as_tensor
from ._kernels import kernels
from ._shapes import broadcast_shapes
from ._tensor import KINDS, Tensor, is_number
from ._types import bool_, dtype_of, float32, int64, result_type

COMPARISONS = {"eq", "ne", "lt", "le", "gt", "ge", "and", "or", "xor"}


def binary(op, a, b):
    if not (isinstance(a, Tensor) or is_number(a)) or not (isinstance(b, Tensor) or is_number(b)):
        other = b if isinstance(a, Tensor) else a
        raise TypeError(f"{op}(): a Tensor and a {type(other).__name__} do not go together")
    within = result_type(a, b)
    if op == "sub" and bool_ in [x.dtype if isinstance(x, Tensor) else dtype_of(x) for x in (a, b)]:
        raise NotImplementedError("Subtraction, the `-` operator, with a bool tensor is not supported. To invert a mask, use `~`.")
    if op.startswith("bitwise_"):
        if within.is_floating_point:
            raise NotImplementedError(
                f"{op} is for bool and int64 tensors, not for {KINDS[within]}. Compare first, as in (x > 0) & (x < 1)."
            )
        op = op.removeprefix("bitwise_") if within is bool_ else op
    if op == "div" and not within.is_floating_point:
        within = float32
    if op == "pow" and within is int64 and isinstance(b, int) and b < 0:
        raise RuntimeError("Integers to negative integer powers are not allowed. Take .float() first.")
    to = bool_ if op in COMPARISONS else within
    a, b = as_tensor(a, within), as_tensor(b, within)
    shape = a.shape if a.shape == b.shape else broadcast_shapes(a.shape, b.shape)
    if op in ("floor_divide", "trunc_divide", "remainder") and within is int64 and (b == 0).any():
        raise RuntimeError("ZeroDivisionError")
    a, b = a.expand(shape), b.expand(shape)
    out = kernels.binary(
        op, to.name, a._storage, a._offset, b._storage, b._offset, len(shape), *shape, *a._strides, *b._strides
    )
    return Tensor(out, shape, to)


def _operators():
    def forward(op):
        def operate(self, other):
            return binary(op, self, other) if isinstance(other, Tensor) or is_number(other) else NotImplemented

        return operate

    def named(op):
        return lambda self, other: binary(op, self, other)

    def of_tensors(op):
        def operate(self, other):
            if not isinstance(other, Tensor):
                raise TypeError(f"{op}(): argument 'other' must be Tensor, not {type(other).__name__}")
            return binary(op, self, other)

        return operate

    def scaled(op):
        return lambda self, other, *, alpha=1: binary(op, self, other if alpha == 1 else other * alpha)

    def divide(self, other, *, rounding_mode=None):
        if rounding_mode not in (None, "floor", "trunc"):
            raise RuntimeError(f"div() has the rounding modes None, 'trunc' and 'floor', not {rounding_mode!r}")
        return binary(f"{rounding_mode}_divide" if rounding_mode else "div", self, other)

    def inplace(operate):
        @wraps(operate)
        def write(self, *args, **kwargs):
            result = operate(self, *args, **kwargs)
            return result if result is NotImplemented else self._write(result)

        return write

    arithmetic = "add sub mul div floor_divide remainder pow".split()
    special = dict(div="truediv", floor_divide="floordiv", remainder="mod")
    for op in arithmetic:
        name = special.get(op, op)
        method = scaled(op) if op in ("add", "sub") else divide if op == "div" else named(op)
        setattr(Tensor, op, method)
        setattr(Tensor, op + "_", inplace(method))
        setattr(Tensor, f"__{name}__", forward(op))
        setattr(Tensor, f"__r{name}__", lambda self, other, op=op: binary(op, other, self) if is_number(other) else NotImplemented)
        setattr(Tensor, f"__i{name}__", inplace(forward(op)))
    for op in "eq ne lt le gt ge".split():
        setattr(Tensor, op, named(op))
        setattr(Tensor, f"__{op}__", forward(op))
    for op in "and or xor".split():
        setattr(Tensor, f"logical_{op}", of_tensors(op))
        for name in (f"__{op}__", f"__r{op}__"):
            setattr(Tensor, name, forward("bitwise_" + op))
        setattr(Tensor, f"__i{op}__", inplace(forward("bitwise_" + op)))
    for op in ("maximum", "minimum"):
        setattr(Tensor, op, of_tensors(op))
    Tensor.multiply, Tensor.subtract, Tensor.divide, Tensor.true_divide = Tensor.mul, Tensor.sub, Tensor.div, Tensor.div


_operators()

