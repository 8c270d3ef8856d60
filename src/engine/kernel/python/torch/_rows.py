"""Methods that work along a dimension and keep it: softmax, running sums, sorting."""

from ._kernels import kernels
from ._reduce import RETURNS
from ._register import methods
from ._shapes import wrap_dim
from ._tensor import Tensor
from ._types import bool_, int64


def scanned(x, op, dim, to):
    """One of the kernels' scans along a dimension."""
    dim = wrap_dim(dim, x.ndim)
    last = x._last([dim]) if x.ndim else x._view((1,), (1,))
    out = Tensor(kernels.scan(op, to.name, *last._layout()), last.shape, to)
    return out.movedim(-1, dim) if x.ndim else out[0]


@methods
class Rows:
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
        return scanned(source, op, dim, source.dtype)

    def cumsum(self, dim, dtype=None):
        to = dtype or (self.dtype if self.dtype.is_floating_point else int64)
        return scanned(self.to(to), "cumsum", dim, to)

    def sort(self, dim=-1, descending=False, stable=False):
        return self._sort("sort", None, dim, descending)

    def argsort(self, dim=-1, descending=False, stable=False):
        return self._sort("sort", None, dim, descending).indices

    def topk(self, k, dim=-1, largest=True, sorted=True):
        if not hasattr(k, "__index__"):
            raise TypeError(f"topk(): argument 'k' (position 1) must be int, not {type(k).__name__}")
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
