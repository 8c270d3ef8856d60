"""Methods of Tensor that are made of other methods."""

from builtins import sorted as ascending  # `sorted` is also an argument of unique
from math import inf

from . import _index
from ._create import arange, full
from ._data import as_tensor, tensor
from ._elementwise import where
from ._reduce import RETURNS
from ._register import function, method
from ._shapes import broadcast_shapes, dims_of, sizes_of, wrap_dim
from ._tensor import KINDS, Tensor
from ._types import bool_, float32, int64, kind_of


def along(dim, key):
    """An index that applies `key` to one dimension."""
    return (slice(None),) * dim + (key,)


@method
def flip(self, *dims):
    out = self
    for dim in dims_of(dims[0] if len(dims) == 1 else dims, self.ndim):
        out = out[along(dim, arange(self.shape[dim] - 1, -1, -1))]
    return out.clone() if out is self else out


@method
def flipud(self):
    return self.flip(0)


@method
def fliplr(self):
    return self.flip(1)


@method
def roll(self, shifts, dims=None):
    if dims is None:
        return self.flatten().roll(shifts, 0).reshape(self.shape)
    if isinstance(dims, (list, tuple)):
        out = self
        for shift, dim in zip(shifts, dims):
            out = out.roll(shift, dim)
        return out
    dim = wrap_dim(dims, self.ndim)
    size = self.shape[dim]
    return self[along(dim, (arange(size) - shifts) % size)] if size else self.clone()


@method
def tile(self, *dims):
    times = tuple(dims[0]) if len(dims) == 1 and not isinstance(dims[0], int) else dims
    return self.repeat((1,) * (self.ndim - len(times)) + times)


@method
def scatter_(self, dim, index, src):
    """self[index[i][j]][j] = src[i][j] for dim 0; `src` is a tensor or one number."""
    value = src[tuple(slice(size) for size in index.shape)] if isinstance(src, Tensor) else src
    _index.put(self, _index.places_along(self, dim, index), value)
    return self


@method
def scatter(self, dim, index, src):
    return self.clone().scatter_(dim, index, src)


@method
def unique(self, sorted=True, return_inverse=False, return_counts=False, dim=None):
    """The different elements, ascending; asked for, also which one each element is and how many there are of each."""
    if dim is not None:
        raise RuntimeError("unique() is for all elements together here; dim is not supported.")
    values = self.flatten().tolist()
    found = {value: i for i, value in enumerate(ascending(set(values), key=lambda value: (value != value, value)))}
    out = [tensor(list(found), dtype=self.dtype)]
    if return_inverse:
        out.append(tensor([found[value] for value in values], dtype=int64).reshape(self.shape))
    if return_counts:
        counts = dict.fromkeys(found, 0)
        for value in values:
            counts[value] += 1
        out.append(tensor(list(counts.values()), dtype=int64))
    return out[0] if len(out) == 1 else tuple(out)


@method
def median(self, dim=None, keepdim=False):
    """The lower of the two middle values where the count is even, as torch has it."""
    self._refuse_bool("median")
    if dim is None:
        return self.flatten().median(0).values
    dim = wrap_dim(dim, self.ndim)
    if not self.shape:
        return self.reshape(1).median(0)
    values, indices = self.sort(dim)
    nans = values.isnan().sum(dim, keepdim=True)
    middle = where(nans > 0, self.shape[dim] - nans, (self.shape[dim] - 1) // 2)  # the first nan, if there is one
    found = [part.gather(dim, middle) for part in (values, indices)]
    return RETURNS["median"](*(part if keepdim else part.squeeze(dim) for part in found))


@method
def isclose(self, other, rtol=1e-5, atol=1e-8, equal_nan=False):
    if isinstance(other, Tensor) and other.dtype is not self.dtype:
        raise RuntimeError(f"{KINDS[self.dtype]} did not match {KINDS[other.dtype]}")
    if self.dtype is bool_:
        return self == other
    apart = (self - other).abs()
    close = (apart <= atol + rtol * as_tensor(other).abs()) & apart.isfinite() | (self == other)
    return close | (self.isnan() & other.isnan()) if equal_nan else close


@method
def isinf(self):
    return (self == inf) | (self == -inf)


@method
def isin(self, test_elements):
    wanted = set(as_tensor(test_elements).flatten().tolist())
    return tensor([value in wanted for value in self.flatten().tolist()], dtype=bool_).reshape(self.shape)


@method
def nan_to_num(self, nan=0.0, posinf=3.4028234663852886e38, neginf=-3.4028234663852886e38):
    if not self.dtype.is_floating_point:
        return self.clone()
    out = self.masked_fill(self.isnan(), nan)
    return out.masked_fill(out == inf, posinf).masked_fill(out == -inf, neginf)


@method
def outer(self, other):
    if self.ndim != 1 or other.ndim != 1:
        raise RuntimeError(f"outer: expected 1-D arguments, but got {self.ndim}-D and {other.ndim}-D")
    return self.unsqueeze(1) * other.unsqueeze(0)


@method
def count_nonzero(self, dim=None):
    return (self != 0).sum(dim)


@method
def argwhere(self):
    return self.nonzero()


@method
def trunc(self):
    return self._unary("trunc")


@method
def new_tensor(self, data, dtype=None):
    return tensor(data, dtype=dtype or self.dtype)


@method
def new_full(self, size, fill_value, dtype=None):
    return full(size, fill_value, dtype=dtype or self.dtype)


@method
def new_ones(self, *size):
    return full(sizes_of(size), 1, dtype=self.dtype)


@method
def masked_select(self, mask):
    shape = broadcast_shapes(self.shape, mask.shape)
    return self.expand(shape)[mask.expand(shape)]


@function
def is_tensor(obj):
    return isinstance(obj, Tensor)


@function
def set_default_dtype(d):
    if kind_of(d) is not float32:
        raise RuntimeError("The default type is float32 here; give dtype=torch.float64 where a tensor is made.")


@function
def get_default_dtype():
    return float32
