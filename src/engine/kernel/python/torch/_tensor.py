"""The tensor: shape, strides and type in Python, numbers in a typed array that JavaScript loops over.

A view shares its storage with what it was made of, so writing into one writes into the other, as in torch. Here is what
a tensor is and how it becomes Python's numbers; its other methods are in files by subject, which add them by @methods of _register.py.
"""

from math import prod

from . import _print
from ._kernels import kernels
from ._missing import NO_GRADIENTS, missing
from ._place import checked_place, device
from ._shapes import contiguous_strides
from ._types import Size, bool_, dtype, float32, float64, int64, kind_of

CPU = device()
KINDS_OF_TYPE = (dtype, type)
# what torch's errors call the types
NOT_OF_BOOL = {"neg", "abs", "relu", "round", "floor", "ceil", "trunc", "argmax", "argmin", "topk", "median"}
KINDS = {bool_: "Bool", int64: "Long", float32: "Float", float64: "Double"}


def is_number(value):
    return isinstance(value, (int, float))


class Tensor:
    __slots__ = ("_storage", "shape", "_strides", "_offset", "dtype", "__weakref__")
    __module__ = "torch"
    device = CPU
    grad = None
    grad_fn = None
    is_cuda = False
    is_leaf = True

    def __init__(self, storage, shape=None, dtype=None, strides=None, offset=0):
        if dtype is None:  # as notebooks call it: torch.Tensor([1, 2])
            if shape is not None or not isinstance(storage, (list, tuple)):
                raise TypeError("torch.Tensor() takes a list of numbers here. A tensor of a size is made by torch.zeros().")
            from ._data import tensor

            given = tensor(storage, dtype=float32)
            storage, shape, dtype = given._storage, given.shape, float32
        self._storage, self.dtype, self._offset = storage, dtype, offset
        self.shape = Size(shape)
        self._strides = contiguous_strides(shape) if strides is None else tuple(strides)

    # -- how operations reach the kernels

    def _layout(self):
        return self._storage, self._offset, len(self.shape), *self.shape, *self._strides

    def _unary(self, op, to=None):
        to = to or self.dtype
        self._refuse_bool(op)
        return Tensor(kernels.unary(op, to.name, *self._layout()), self.shape, to)

    def _refuse_bool(self, op):
        if self.dtype is bool_ and op in NOT_OF_BOOL:
            raise NotImplementedError(f"{op}() of a bool tensor is not supported. To invert a mask, use `~`.")

    def _float_unary(self, op):
        return self._as_float()._unary(op)

    def _as_float(self):
        return self if self.dtype.is_floating_point else self.to(float32)

    def _view(self, shape, strides, offset=None):
        return Tensor(self._storage, shape, self.dtype, strides, self._offset if offset is None else offset)

    # -- what it is

    @property
    def ndim(self):
        return len(self.shape)

    def dim(self):
        return self.ndim

    def size(self, dim=None):
        return self.shape if dim is None else self.shape[dim]

    def numel(self):
        return prod(self.shape)

    nelement = numel

    def stride(self, dim=None):
        return self._strides if dim is None else self._strides[dim]

    def is_contiguous(self):
        wanted = contiguous_strides(self.shape)
        return not self.numel() or all(size == 1 or a == b for size, a, b in zip(self.shape, self._strides, wanted))

    def is_floating_point(self):
        return self.dtype.is_floating_point

    def __len__(self):
        if not self.shape:
            raise TypeError("len() of a 0-d tensor")
        return self.shape[0]

    def __iter__(self):
        if not self.shape:
            raise TypeError("iteration over a 0-d tensor")
        return iter(self.unbind())

    __hash__ = object.__hash__

    def __repr__(self):
        return _print.tensor(self)

    def __format__(self, spec):
        return format(self.item(), spec) if not self.shape else object.__format__(self, spec)

    def __deepcopy__(self, memo):
        return self.clone()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise missing("Tensor", name, names(type(self)))

    # -- to and from Python

    def _flat(self):
        """The elements, row-major, as Python numbers."""
        read = kernels.read(*self._layout())
        values = read.to_py().tolist()
        if self.dtype is int64:
            return [int(value) for value in values]
        return [value != 0 for value in values] if self.dtype is bool_ else values

    def tolist(self):
        values = self._flat()
        if not self.shape:
            return values[0]
        for d in range(self.ndim - 1, 0, -1):
            size = self.shape[d]
            values = [values[i * size : (i + 1) * size] for i in range(prod(self.shape[:d]))]
        return values

    def item(self):
        if self.numel() != 1:
            raise RuntimeError(f"a Tensor with {self.numel()} elements cannot be converted to Scalar")
        value = kernels.get(self._storage, self._offset)
        if not value and self.dtype.is_floating_point:  # JavaScript's -0 comes as the int 0
            return self._flat()[0]
        return float(value) if self.dtype.is_floating_point else int(value) if self.dtype is int64 else value != 0

    def __bool__(self):
        if self.numel() != 1:
            few = "no values" if not self.numel() else "more than one value"
            raise RuntimeError(f"Boolean value of Tensor with {few} is ambiguous")
        return bool(self.item())

    def _only(self):
        if self.numel() != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        return self.item()

    def __float__(self):
        return float(self._only())

    def __int__(self):
        return int(self._only())

    def __index__(self):
        if self.dtype.is_floating_point or self.numel() != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def __contains__(self, value):
        if not isinstance(value, Tensor) and not is_number(value):
            raise RuntimeError(f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(value)}.")
        return bool((self == value).any())

    # -- type and place

    def to(self, *args, dtype=None, device=None, other=None, non_blocking=False, copy=False):
        """A type converts; a device changes nothing, since there is one."""
        flags = [arg for arg in args if isinstance(arg, bool)]  # non_blocking, then copy
        copy = copy or len(flags) > 1 and flags[1]
        for arg in [arg for arg in (*args, other) if arg is not None and not isinstance(arg, bool)]:
            if isinstance(arg, Tensor):
                dtype = arg.dtype
            elif isinstance(arg, KINDS_OF_TYPE):
                dtype = arg
            else:
                device = arg
        checked_place(device)
        target = kind_of(dtype)
        if target is None or target is self.dtype:
            return self.clone() if copy else self
        op = "truth" if target is bool_ else "integer" if int64 in (target, self.dtype) else "copy"
        return self._unary(op, target)

    def cpu(self):
        return self

    def cuda(self, device=None, non_blocking=False):
        checked_place(device)
        return self

    def detach(self):
        return self._view(self.shape, self._strides)

    data = property(detach)

    @property
    def requires_grad(self):
        return False

    @requires_grad.setter
    def requires_grad(self, flag):
        if flag:
            raise RuntimeError(f"requires_grad=True: {NO_GRADIENTS}.")

    def requires_grad_(self, requires_grad=True):
        self.requires_grad = requires_grad
        return self

    def clone(self):
        return self._unary("copy")

    def contiguous(self):
        return self if self.is_contiguous() else self.clone()

    def float(self):
        return self.to(float32)

    def double(self):
        return self.to(float64)

    def long(self):
        return self.to(int64)

    def bool(self):
        return self.to(bool_)

    def type_as(self, other):
        return self.to(other.dtype)


def names(kind=Tensor):
    return [name for name in dir(kind) if not name.startswith("_")]
