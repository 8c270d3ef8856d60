"""The tensor: shape, strides and type in Python, numbers in a typed array that JavaScript loops over.

A view shares its storage with what it was made of, so writing into one writes into the other, as in torch.
"""

from array import array
from collections import namedtuple
from math import isfinite, prod
from operator import index

from _neuron import kernels

from . import _print
from ._types import Size, bool_, device, dtype, dtype_of, float32, float64, int64, kind_of, missing, promote, result_type

CPU = device()
# what torch's errors call the types
NOT_OF_BOOL = {"neg", "abs", "relu", "round", "floor", "ceil", "trunc", "argmax", "argmin", "topk", "median"}
KINDS = {bool_: "Bool", int64: "Long", float32: "Float", float64: "Double"}


def contiguous_strides(shape):
    strides, step = [], 1
    for size in reversed(shape):
        strides.append(step)
        step *= size or 1
    return tuple(reversed(strides))


def broadcast_shapes(*shapes):
    out = []
    for d in range(max(map(len, shapes), default=0)):
        sizes = {shape[-1 - d] for shape in shapes if d < len(shape)} - {1}
        if len(sizes) > 1:
            a, b = (shapes[0][-1 - d], shapes[1][-1 - d]) if len(shapes) == 2 else sorted(sizes)[:2]
            raise RuntimeError(
                f"The size of tensor a ({a}) must match the size of tensor b ({b}) "
                f"at non-singleton dimension {max(map(len, shapes)) - 1 - d}"
            )
        out.append(sizes.pop() if sizes else 1)
    return Size(reversed(out))


def dims_of(dim, ndim):
    """The dimensions named by None, an int or several, counted from the front."""
    if dim is None or dim in ((), []):
        return list(range(ndim))
    dims = [wrap_dim(d, ndim) for d in ((dim,) if isinstance(dim, int) else dim)]
    if len(set(dims)) < len(dims):
        raise RuntimeError(f"a dimension appears multiple times in the list of dims {list(dim)}")
    return dims if ndim else []


def wrap_dim(dim, ndim):
    dim, most = index(dim), max(ndim, 1)
    if not -most <= dim < most:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-most}, {most - 1}], but got {dim})")
    return dim % most


def is_number(value):
    return isinstance(value, (int, float))


def sizes_of(args):
    """Sizes given one by one or as one sequence."""
    return tuple(map(index, args[0] if len(args) == 1 and not hasattr(args[0], "__index__") else args))


class Tensor:
    __slots__ = ("_storage", "shape", "_strides", "_offset", "dtype", "requires_grad", "__weakref__")
    __module__ = "torch"
    device = CPU
    grad = None
    grad_fn = None
    is_cuda = False

    def __init__(self, storage, shape=None, dtype=None, strides=None, offset=0):
        if dtype is None:  # as notebooks call it: torch.Tensor([1, 2])
            if shape is not None or not isinstance(storage, (list, tuple)):
                raise TypeError("torch.Tensor() takes a list of numbers here. A tensor of a size is made by torch.zeros().")
            given = tensor(storage, dtype=float32)
            storage, shape, dtype = given._storage, given.shape, float32
        self._storage, self.dtype, self._offset = storage, dtype, offset
        self.shape = Size(shape)
        self._strides = contiguous_strides(shape) if strides is None else tuple(strides)
        self.requires_grad = False

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

    def _last(self, dims):
        """A view with these dimensions moved to the end."""
        return self.permute([d for d in range(self.ndim) if d not in dims] + dims)

    def _reduce(self, op, dim, keepdim, to=None):
        self._refuse_bool(op)
        if op in ("argmax", "argmin", "prod") and dim is not None:
            dim = wrap_dim(dim, self.ndim)
        dims = dims_of(dim, self.ndim)
        if not prod(self.shape[d] for d in dims) and op in ("max", "min", "argmax", "argmin"):
            raise (RuntimeError if dim is None else IndexError)(f"{op}(): Expected reduction dim to be specified for input.numel() == 0.")
        to = to or self.dtype
        out = kernels.reduce(op, to.name, len(dims), *self._last(dims)._layout())
        kept = [1 if d in dims else size for d, size in enumerate(self.shape)]
        return Tensor(out, kept if keepdim else [s for d, s in enumerate(self.shape) if d not in dims], to)

    def _scan(self, op, dim, to):
        dim = wrap_dim(dim, self.ndim)
        last = self._last([dim]) if self.ndim else self._view((1,), (1,))
        out = Tensor(kernels.scan(op, to.name, *last._layout()), last.shape, to)
        return out.movedim(-1, dim) if self.ndim else out[0]

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
        raise missing("Tensor", name, names())

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

    def to(self, *args, **kwargs):
        """A type converts; a device changes nothing."""
        target = kwargs.get("dtype")
        for arg in args:
            target = arg if isinstance(arg, (dtype, type)) else arg.dtype if isinstance(arg, Tensor) else target
        target = kind_of(target)
        if target is None or target is self.dtype:
            return self
        op = "truth" if target is bool_ else "integer" if int64 in (target, self.dtype) else "copy"
        return self._unary(op, target)

    def cpu(self):
        return self

    def cuda(self, *_):
        return self

    def detach(self):
        return self._view(self.shape, self._strides)

    data = property(detach)

    def requires_grad_(self, flag=True):
        if flag:
            raise RuntimeError("There are no gradients in this page's torch.")
        return self

    def clone(self, **_):
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

    # -- shape

    def reshape(self, *shape):
        shape = list(sizes_of(shape))
        if shape.count(-1) > 1:
            raise RuntimeError("only one dimension can be inferred")
        if -1 in shape:
            known = -prod(shape)
            shape[shape.index(-1)] = self.numel() // known if known else 0
        if prod(shape) != self.numel():
            raise RuntimeError(f"shape '{list(shape)}' is invalid for input of size {self.numel()}")
        whole = self.contiguous()
        return whole._view(shape, contiguous_strides(shape))

    def view(self, *shape):
        if not self.is_contiguous():
            raise RuntimeError(
                "view size is not compatible with input tensor's size and stride (at least one dimension spans across "
                "two contiguous subspaces). Use .reshape(...) instead."
            )
        return self.reshape(*shape)

    def flatten(self, start_dim=0, end_dim=-1):
        if not self.shape:
            return self.reshape(1)
        start, end = wrap_dim(start_dim, self.ndim), wrap_dim(end_dim, self.ndim)
        if start > end:
            raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
        return self.reshape(self.shape[:start] + (prod(self.shape[start : end + 1]),) + self.shape[end + 1 :])

    def permute(self, *dims):
        dims = [wrap_dim(d, self.ndim) for d in sizes_of(dims)]
        if sorted(dims) != list(range(self.ndim)):
            raise RuntimeError(f"permute() needs each of the {self.ndim} dimensions once, not {dims}")
        return self._view([self.shape[d] for d in dims], [self._strides[d] for d in dims])

    def transpose(self, a, b):
        dims = list(range(self.ndim))
        a, b = wrap_dim(a, self.ndim), wrap_dim(b, self.ndim)
        if dims:
            dims[a], dims[b] = dims[b], dims[a]
        return self.permute(dims)

    def movedim(self, source, destination):
        dims = [d for d in range(self.ndim) if d != wrap_dim(source, self.ndim)]
        dims.insert(wrap_dim(destination, self.ndim), wrap_dim(source, self.ndim))
        return self.permute(dims)

    def t(self):
        if self.ndim > 2:
            raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {self.ndim}D")
        return self.transpose(0, 1) if self.ndim == 2 else self

    @property
    def T(self):
        return self.permute(list(range(self.ndim))[::-1])

    @property
    def mT(self):
        if self.ndim < 2:
            raise RuntimeError(f"mT is only supported on matrices or batches of matrices, not on {self.ndim}-D tensors")
        return self.transpose(-2, -1)

    def unsqueeze(self, dim):
        dim = wrap_dim(dim, self.ndim + 1)
        shape, strides = list(self.shape), list(self._strides)
        shape.insert(dim, 1)
        strides.insert(dim, 0)
        return self._view(shape, strides)

    def squeeze(self, dim=None):
        dims = dims_of(dim, self.ndim)
        kept = [d for d, size in enumerate(self.shape) if size != 1 or d not in dims]
        return self._view([self.shape[d] for d in kept], [self._strides[d] for d in kept])

    def expand(self, *shape):
        shape = sizes_of(shape)
        extra = len(shape) - self.ndim
        if extra < 0:
            raise RuntimeError(
                f"The number of sizes provided ({len(shape)}) must be greater or equal to the number of dimensions ({self.ndim})"
            )
        if any(size < 0 for size in shape[:extra]):
            raise RuntimeError(f"The expanded size of the tensor isn't allowed to be negative in a leading dimension: {list(shape)}")
        sizes, strides = list(shape), [0] * extra
        for d, size in enumerate(self.shape):
            wanted = shape[extra + d]
            if wanted not in (-1, size) and size != 1:
                raise RuntimeError(
                    f"The expanded size of the tensor ({wanted}) must match the existing size ({size}) at non-singleton "
                    f"dimension {extra + d}.  Target sizes: {list(shape)}.  Tensor sizes: {list(self.shape)}"
                )
            sizes[extra + d] = size if wanted == -1 else wanted
            strides.append(self._strides[d] if size == sizes[extra + d] else 0)
        return self._view(sizes, strides)

    def expand_as(self, other):
        return self.expand(other.shape)

    def repeat(self, *times):
        times = sizes_of(times)
        if len(times) < self.ndim:
            raise RuntimeError(f"repeat() of {self.ndim} dimensions needs as many numbers at least, not {len(times)}")
        out = self.expand((1,) * (len(times) - self.ndim) + self.shape)
        for d, n in enumerate(times):
            out = cat([out] * n, d)
        return out.clone()

    def unbind(self, dim=0):
        dim = wrap_dim(dim, self.ndim)
        rest = [d for d in range(self.ndim) if d != dim]
        shape, strides, step = [self.shape[d] for d in rest], [self._strides[d] for d in rest], self._strides[dim]
        return tuple(self._view(shape, strides, self._offset + i * step) for i in range(self.shape[dim]))

    def split(self, size, dim=0):
        dim, total = wrap_dim(dim, self.ndim), self.shape[dim]
        sizes = [min(size, total - i) for i in range(0, total, size)] if isinstance(size, int) else size
        if sum(sizes) != total:
            raise RuntimeError(f"split() expects sizes that sum exactly to {total}, but got {list(sizes)}")
        starts = [sum(sizes[:i]) for i in range(len(sizes))]
        return tuple(self.narrow(dim, start, length) for start, length in zip(starts, sizes))

    def chunk(self, chunks, dim=0):
        return self.split(-(-self.shape[dim] // chunks), dim)

    def narrow(self, dim, start, length):
        if start + length > self.shape[dim]:
            raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({self.shape[dim]}).")
        return self[(slice(None),) * wrap_dim(dim, self.ndim) + (slice(start, start + length),)]

    def diagonal(self):
        if self.ndim != 2:
            raise RuntimeError("diagonal() is for matrices here")
        return self._view([min(self.shape)], [sum(self._strides)])

    diag = diagonal

    # -- indexing

    def __getitem__(self, key):
        from ._index import get

        return get(self, key)

    def __setitem__(self, key, value):
        from ._index import put

        put(self, key, value)

    def gather(self, dim, index):
        from ._index import along

        return along(self, dim, index)

    def index_select(self, dim, index):
        return self[(slice(None),) * wrap_dim(dim, self.ndim) + (index.reshape(-1),)]

    def masked_fill(self, mask, value):
        return where(mask, as_tensor(value, self.dtype), self)

    def masked_fill_(self, mask, value):
        return self.copy_(where(mask, value, self))

    def nonzero(self, as_tuple=False):
        from ._index import nonzero

        found = nonzero(self)
        return tuple(found) if as_tuple else stack(found, 1)[:, : self.ndim]

    # -- writing

    def copy_(self, source):
        source = as_tensor(source, self.dtype)
        if source.shape and self.numel() and any(size > 1 and not step for size, step in zip(self.shape, self._strides)):
            raise RuntimeError(
                "unsupported operation: more than one element of the written-to tensor refers to a single memory location. "
                "Please clone() the tensor before performing the operation."
            )
        source = source.expand(self.shape)
        if source._storage is self._storage or source._storage == self._storage:
            source = source.clone()
        kernels.assign(
            self._storage, self._offset, source._storage, source._offset,
            self.ndim, *self.shape, *self._strides, *source._strides,
        )  # fmt: skip
        return self

    def fill_(self, value):
        return self.copy_(value)

    def zero_(self):
        return self.copy_(0)

    def _write(self, result):
        if result.dtype.category > self.dtype.category:
            raise RuntimeError(
                f"result type {KINDS[result.dtype]} can't be cast to the desired output type {KINDS[self.dtype]}"
            )
        if result.shape != self.shape:
            raise RuntimeError(
                f"output with shape {list(self.shape)} doesn't match the broadcast shape {list(result.shape)}"
            )
        return self.copy_(result)

    # -- reductions

    def sum(self, dim=None, keepdim=False, dtype=None):
        to = dtype or (self.dtype if self.dtype.is_floating_point else int64)
        return self.to(to)._reduce("sum", dim, keepdim)

    def prod(self, dim=None, keepdim=False):
        return self._reduce("prod", dim, keepdim, self.dtype if self.dtype.is_floating_point else int64)

    def mean(self, dim=None, keepdim=False, dtype=None):
        if not (dtype or self.dtype).is_floating_point:
            raise NotImplementedError(
                "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. "
                f"Got: {'Bool' if self.dtype is bool_ else 'Long'}"
            )
        return self._reduce("mean", dim, keepdim, dtype)

    def var(self, dim=None, unbiased=True, keepdim=False, correction=None):
        return self._variance(dim, unbiased, keepdim, correction)

    def std(self, dim=None, unbiased=True, keepdim=False, correction=None):
        return self._variance(dim, unbiased, keepdim, correction).sqrt().to(self.dtype)

    def _variance(self, dim, unbiased, keepdim, correction):
        if not self.dtype.is_floating_point:
            raise NotImplementedError("std and var only support floating point and complex dtypes")
        if isinstance(dim, bool):  # the older form std(unbiased)
            dim, unbiased = None, dim
        dims = dims_of(dim, self.ndim)
        count = prod(self.shape[d] for d in dims)
        free = count - (correction if correction is not None else 1 if unbiased else 0)
        squares = self._reduce("squares", dim, keepdim, float64)
        return (squares / max(free, 0)).to(self.dtype)

    def norm(self, p=2, dim=None, keepdim=False):
        """The 2-norm; p=1 and p=inf too."""
        x = self
        if not x.dtype.is_floating_point:
            raise NotImplementedError(f"norm(): expected a floating point tensor, got {KINDS[x.dtype]}")
        if p == 1:
            return x.abs().sum(dim, keepdim)
        if p == float("inf"):
            return x.abs()._reduce("max", dim, keepdim)
        if p not in (2, "fro"):
            raise RuntimeError(f"norm() knows p = 1, 2 and inf here, not {p}")
        return x._reduce("norm", dim, keepdim)

    def logsumexp(self, dim, keepdim=False):
        return self._as_float()._reduce("logsumexp", dim, keepdim)

    def any(self, dim=None, keepdim=False):
        return self._reduce("any", dim, keepdim, bool_)

    def all(self, dim=None, keepdim=False):
        return self._reduce("all", dim, keepdim, bool_)

    def argmax(self, dim=None, keepdim=False):
        return self._reduce("argmax", dim, keepdim, int64)

    def argmin(self, dim=None, keepdim=False):
        return self._reduce("argmin", dim, keepdim, int64)

    def max(self, dim=None, keepdim=False):
        return self._extreme("max", "maximum", dim, keepdim)

    def min(self, dim=None, keepdim=False):
        return self._extreme("min", "minimum", dim, keepdim)

    def amax(self, dim=(), keepdim=False):
        return self._reduce("max", dim, keepdim)

    def amin(self, dim=(), keepdim=False):
        return self._reduce("min", dim, keepdim)

    def _extreme(self, op, pairwise, dim, keepdim):
        if isinstance(dim, Tensor):
            return binary(pairwise, self, dim)
        if dim is None:
            return self._reduce(op, None, False)
        numbers = self.long() if self.dtype is bool_ else self
        indices = numbers._reduce("arg" + op, dim, keepdim, int64)
        return RETURNS[op](self._reduce(op, dim, keepdim), indices)

    # -- along a dimension

    def softmax(self, dim=None, dtype=None):
        return self._normalise("softmax", dim, dtype)

    def log_softmax(self, dim=None, dtype=None):
        return self._normalise("log_softmax", dim, dtype)

    def _normalise(self, op, dim, dtype):
        if dim is None:
            raise TypeError(f"{op}() missing 1 required positional argument: 'dim'")
        source = self.to(dtype) if dtype else self
        if not source.dtype.is_floating_point:
            raise NotImplementedError(f'"{op}_lastdim_kernel_impl" not implemented for \'{"Bool" if source.dtype is bool_ else "Long"}\'')
        return source._scan(op, dim, source.dtype)

    def cumsum(self, dim, dtype=None):
        to = dtype or (self.dtype if self.dtype.is_floating_point else int64)
        return self.to(to)._scan("cumsum", dim, to)

    def sort(self, dim=-1, descending=False, stable=False):
        return self._sort("sort", None, dim, descending)

    def argsort(self, dim=-1, descending=False, stable=False):
        return self._sort("sort", None, dim, descending).indices

    def topk(self, k, dim=-1, largest=True, sorted=True):
        if not 0 <= k <= (self.shape[dim] if self.shape else 1):
            raise RuntimeError("selected index k out of range")
        return self._sort("topk", k, dim, largest)

    def _sort(self, name, keep, dim, descending):
        self._refuse_bool(name)
        dim = wrap_dim(dim, self.ndim)
        last = self._last([dim]) if self.ndim else self._view((1,), (1,))
        keep = last.shape[-1] if keep is None else keep
        found = kernels.sort(self.dtype.name, bool(descending), keep, *last._layout())
        shape = last.shape[:-1] + (keep,)
        both = [Tensor(found[i], shape, kind) for i, kind in enumerate((self.dtype, int64))]
        return RETURNS[name](*(t.movedim(-1, dim) if self.ndim else t[0] for t in both))

    # -- element by element

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
        if min is None and max is None:
            raise RuntimeError("clamp(): at least one of 'min' or 'max' must not be None")
        out = self if min is None else binary("maximum", self, min)
        return out if max is None else binary("minimum", out, max)

    def clamp_(self, min=None, max=None):
        return self._write(self.clamp(min, max))

    def matmul(self, other):
        return matmul(self, other)

    def __matmul__(self, other):
        return matmul(self, other) if isinstance(other, Tensor) else NotImplemented

    def dot(self, other):
        return matmul(*_both("dot", 1, self, other))

    def mm(self, other):
        return matmul(*_both("mm", 2, self, other))

    def bmm(self, other):
        return matmul(*_both("bmm", 3, self, other))

    def equal(self, other):
        return self.shape == other.shape and bool((self == other).all())

    def allclose(self, other, rtol=1e-5, atol=1e-8, equal_nan=False):
        return bool(self.isclose(other, rtol, atol, equal_nan).all())

    def where(self, condition, other):
        return where(condition, self, other)

    def new_zeros(self, *shape):
        return Tensor(kernels.full(self.dtype.name, prod(sizes_of(shape)), 0), sizes_of(shape), self.dtype)


RETURNS = {name: namedtuple(name, ["values", "indices"]) for name in ("max", "min", "sort", "topk", "median")}
for _kind in RETURNS.values():
    _kind.__module__ = "torch.return_types"
    _kind.__repr__ = lambda self: (
        f"torch.return_types.{type(self).__name__}(\nvalues={self.values!r},\nindices={self.indices!r})"
    )

for _op in ("floor", "ceil"):
    setattr(Tensor, _op, lambda self, op=_op: self._unary(op))
for _op in "exp expm1 log log2 log10 log1p sqrt rsqrt sin cos tanh sigmoid erf".split():
    setattr(Tensor, _op, lambda self, op=_op: self._float_unary(op))

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
    for op in "exp log sqrt neg abs tanh sigmoid relu round floor ceil".split():
        setattr(Tensor, op + "_", lambda self, op=op: self._write(getattr(self, op)()))
    Tensor.__neg__, Tensor.__abs__ = Tensor.neg, Tensor.abs
    Tensor.clip = Tensor.clamp
    Tensor.multiply, Tensor.subtract, Tensor.divide, Tensor.true_divide = Tensor.mul, Tensor.sub, Tensor.div, Tensor.div


_operators()


def as_tensor(data, dtype=None):
    """A tensor of this type from a tensor, a number or (nested) sequences; a tensor of the type is returned itself."""
    if isinstance(data, Tensor):
        return data if dtype is None else data.to(dtype)
    if is_number(data):
        kind = kind_of(dtype) or dtype_of(data)
        if kind is int64 and not isfinite(data):
            raise RuntimeError("value cannot be converted to type int64 without overflow")
        value = bool(data) if kind is bool_ else int(data) if kind is int64 else data
        return Tensor(kernels.full(kind.name, 1, float(value)), (), kind)
    return tensor(data, dtype=dtype)


def tensor(data, dtype=None, device=None, requires_grad=False):
    if isinstance(data, Tensor):
        return data.clone() if dtype is None else data.clone().to(dtype)
    if is_number(data):
        return as_tensor(data, dtype)
    shape, level = [], data
    while not is_number(level) and not isinstance(level, Tensor):
        if not isinstance(level, (list, tuple, range)):
            raise TypeError(f"tensor() is made of numbers in lists, not of {type(level).__name__}")
        shape.append(len(level))
        if not len(level):
            break
        level = level[0]
    flat, kinds = [], set()

    def walk(value, depth):
        if depth == len(shape):
            if isinstance(value, Tensor):
                kinds.add(value.dtype)
                if value.numel() != 1:
                    error = ValueError if value.dtype.is_floating_point else TypeError
                    raise error("only one element tensors can be converted to Python scalars; torch.stack() joins tensors")
                value = value.item()
            elif is_number(value):
                kinds.add(dtype_of(value))
            else:
                raise TypeError(f"not a sequence of equal lengths at dim {depth}: found {type(value).__name__}")
            flat.append(value)
        else:
            if is_number(value) or len(value) != shape[depth]:
                raise ValueError(f"expected sequence of length {shape[depth]} at dim {depth} (got {len(value) if hasattr(value, '__len__') else 'a number'})")
            for item in value:
                walk(item, depth + 1)

    walk(data, 0)
    kind = kind_of(dtype)
    if kind is None:
        kind = float32
        if kinds:
            kind, *others = kinds
            for other in others:
                kind = promote(kind, other)
    if kind is int64:
        if not all(map(isfinite, flat)):
            raise RuntimeError("value cannot be converted to type int64 without overflow")
        flat = [int(value) for value in flat]
    if kind is bool_:
        flat = [bool(value) for value in flat]
    return Tensor(kernels.load(kind.name, array("d", flat)), shape, kind)


def where(condition, a=None, b=None):
    if a is None:
        return condition.nonzero(as_tuple=True)
    if condition.dtype is not bool_:
        raise RuntimeError(f"expected condition to be a bool tensor, but got one of dtype {KINDS[condition.dtype]}")
    to = result_type(a, b)
    a, b = as_tensor(a, to), as_tensor(b, to)
    shape = broadcast_shapes(condition.shape, a.shape, b.shape)
    c, a, b = condition.expand(shape), a.expand(shape), b.expand(shape)
    out = kernels.where(
        to.name, c._storage, c._offset, a._storage, a._offset, b._storage, b._offset,
        len(shape), *shape, *c._strides, *a._strides, *b._strides,
    )  # fmt: skip
    return Tensor(out, shape, to)


def _list_of(name, tensors):
    if not isinstance(tensors, (list, tuple)):
        raise TypeError(f"{name}(): argument 'tensors' must be a list or tuple of Tensors, not {type(tensors).__name__}")
    for i, t in enumerate(tensors):
        if not isinstance(t, Tensor):
            raise TypeError(f"{name}(): expected Tensor as element {i} in argument 0, but got {type(t).__name__}")
    return tensors


def cat(tensors, dim=0):
    tensors = _list_of("cat", tensors)
    if not tensors:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    to = result_type(*tensors)
    if any(not t.shape for t in tensors):
        raise RuntimeError("zero-dimensional tensor (at position 0) cannot be concatenated")
    tensors = [t for t in tensors if t.shape != (0,)] or tensors[:1]
    dim = wrap_dim(dim, tensors[0].ndim)
    shape = list(tensors[0].shape)
    for i, t in enumerate(tensors):
        if t.ndim != len(shape):
            raise RuntimeError(f"Tensors must have same number of dimensions: got {len(shape)} and {t.ndim}")
        for d, (wanted, size) in enumerate(zip(shape, t.shape)):
            if d != dim and wanted != size:
                raise RuntimeError(
                    f"Sizes of tensors must match except in dimension {dim}. "
                    f"Expected size {wanted} but got size {size} for tensor number {i} in the list."
                )
    shape[dim] = sum(t.shape[dim] for t in tensors)
    out = Tensor(kernels.full(to.name, prod(shape), 0), shape, to)
    start = 0
    for t in tensors:
        out.narrow(dim, start, t.shape[dim]).copy_(t)
        start += t.shape[dim]
    return out


def stack(tensors, dim=0):
    tensors = _list_of("stack", tensors)
    if not tensors:
        raise RuntimeError("stack expects a non-empty TensorList")
    for i, t in enumerate(tensors):
        if t.shape != tensors[0].shape:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(tensors[0].shape)} at entry 0 and "
                f"{list(t.shape)} at entry {i}"
            )
    return cat([t.unsqueeze(dim) for t in tensors], dim)


def _both(name, ndim, *tensors):
    if any(t.ndim != ndim for t in tensors):
        raise RuntimeError(f"{name}(): {ndim}D tensors expected, but got {' and '.join(f'{t.ndim}D' for t in tensors)} tensors")
    return tensors


def matmul(a, b):
    if a.dtype is not b.dtype:
        if a.ndim == b.ndim == 1:
            first, second = (KINDS[t.dtype] for t in (a, b))
            raise RuntimeError(f"dot : expected both vectors to have same dtype, but found {first} and {second}")
        names = {bool_: "bool", int64: "long int", float32: "float", float64: "double"}
        raise RuntimeError(f"expected m1 and m2 to have the same dtype, but got: {names[a.dtype]} != {names[b.dtype]}")
    first, last = a.ndim == 1, b.ndim == 1
    if not a.shape or not b.shape:
        raise RuntimeError("both arguments to matmul need to be at least 1D")
    a = a.unsqueeze(0) if first else a
    b = b.unsqueeze(1) if last else b
    (m, k), (inner, n) = a.shape[-2:], b.shape[-2:]
    if k != inner:
        raise RuntimeError(f"mm: mat1 and mat2 shapes cannot be multiplied ({m}x{k} and {inner}x{n})")
    batch = broadcast_shapes(a.shape[:-2], b.shape[:-2])
    left, right = a.expand(batch + (m, k)).contiguous(), b.expand(batch + (k, n)).contiguous()
    left, right = (t if t._offset == 0 else t.clone() for t in (left, right))
    out = Tensor(kernels.matmul(a.dtype.name, left._storage, right._storage, prod(batch), m, k, n), batch + (m, n), a.dtype)
    out = out.squeeze(-2) if first else out
    return out.squeeze(-1) if last else out


def names():
    return [name for name in dir(Tensor) if not name.startswith("_")]
