"""Methods that make one number of many, of all elements or along dimensions."""

from collections import namedtuple
from math import prod

from ._arithmetic import binary
from ._kernels import kernels
from ._register import methods
from ._shapes import dims_of, wrap_dim
from ._tensor import KINDS, Tensor, is_number
from ._types import bool_, float64, int64

PAIRS = "max min sort topk median nanmedian kthvalue mode cummax cummin".split()
RETURNS = {name: namedtuple(name, ["values", "indices"]) for name in PAIRS}
RETURNS["aminmax"] = namedtuple("aminmax", ["min", "max"])


def shown(pair):
    parts = ",\n".join(f"{name}={value!r}" for name, value in zip(pair._fields, pair))
    return f"torch.return_types.{type(pair).__name__}(\n{parts})"


for _kind in RETURNS.values():
    _kind.__module__ = "torch.return_types"
    _kind.__repr__ = shown


@methods
class Reductions:
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
        """The p-norm: of all elements, or along dimensions."""
        x = self
        if not x.dtype.is_floating_point:
            raise NotImplementedError(f"norm(): expected a floating point tensor, got {KINDS[x.dtype]}")
        if p == 1:
            return x.abs().sum(dim, keepdim)
        if p in (float("inf"), float("-inf")):
            return x.abs()._reduce("max" if p > 0 else "min", dim, keepdim)
        if p in (2, "fro", None):
            return x._reduce("norm", dim, keepdim)
        if not is_number(p):
            raise RuntimeError(f"norm() takes a number or 'fro' as p here, not {p!r}")
        if p == 0:
            return (x != 0).sum(dim, keepdim).to(x.dtype)
        return ((x.double().abs() ** p).sum(dim, keepdim) ** (1 / p)).to(x.dtype)

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
