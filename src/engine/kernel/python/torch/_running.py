"""What is reckoned along a dimension from one element to the next: running extremes, products, differences."""

from ._join import cat
from ._reduce import RETURNS
from ._register import both
from ._rows import scanned
from ._shapes import wrap_dim
from ._types import bool_, int64


def extremes_so_far(self, name, dim):
    at = scanned(self, name, dim, int64)
    return RETURNS[name](self.gather(dim, at) if self.ndim else self.clone(), at)


@both
def cummax(self, dim):
    return extremes_so_far(self, "cummax", dim)


@both
def cummin(self, dim):
    return extremes_so_far(self, "cummin", dim)


@both
def cumprod(self, dim, *, dtype=None):
    to = dtype or (self.dtype if self.dtype.is_floating_point else int64)
    return scanned(self.to(to), "cumprod", dim, to)


@both
def logcumsumexp(self, dim):
    return scanned(self, "logcumsumexp", dim, self.dtype)


@both
def diff(self, n=1, dim=-1, prepend=None, append=None):
    dim = wrap_dim(dim, self.ndim)
    if not self.ndim:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    out = cat([part for part in (prepend, self, append) if part is not None], dim)
    for _ in range(min(n, out.shape[dim])):
        size = out.shape[dim]
        ends = out.narrow(dim, 1, size - 1), out.narrow(dim, 0, size - 1)
        out = ends[0] != ends[1] if out.dtype is bool_ else ends[0] - ends[1]
    return out
