"""Reading and writing at places that another tensor names."""

from ._data import as_tensor
from ._index import add, places_along
from ._register import both, method
from ._shapes import broadcast_shapes, wrap_dim
from ._tensor import KINDS
from ._types import int64


@both
def take(self, index):
    return self.flatten()[index]


@both
def take_along_dim(self, indices, dim=None):
    """gather() whose other dimensions broadcast."""
    if indices.dtype is not int64:
        raise RuntimeError(f"torch.take_along_dim(): dtype of indices should be Long but got {KINDS[indices.dtype]}")
    if dim is None:
        return self.flatten().gather(0, indices.flatten())
    dim = wrap_dim(dim, self.ndim)
    if indices.ndim != self.ndim:
        raise RuntimeError(
            "torch.take_along_dim(): input and indices should have the same number of dimensions, "
            f"but got {self.ndim} dimensions for input, and {indices.ndim} dimensions for indices"
        )
    rest = broadcast_shapes(*(t.shape[:dim] + (1,) + t.shape[dim + 1 :] for t in (self, indices)))
    wide = [t.expand(rest[:dim] + (t.shape[dim],) + rest[dim + 1 :]) for t in (self, indices)]
    return wide[0].gather(dim, wide[1])


def chosen(x, dim, index):
    return (slice(None),) * wrap_dim(dim, x.ndim) + (index.reshape(-1),)


@method
def index_fill_(self, dim, index, value):
    self[chosen(self, dim, index)] = as_tensor(value, self.dtype)
    return self


@both
def index_fill(self, dim, index, value):
    return self.clone().index_fill_(dim, index, value)


@method
def index_copy_(self, dim, index, source):
    self[chosen(self, dim, index)] = source
    return self


@both
def index_copy(self, dim, index, source):
    return self.clone().index_copy_(dim, index, source)


@method
def index_add_(self, dim, index, source, *, alpha=1):
    if source.dtype is not self.dtype:
        raise RuntimeError(f"index_add_(): self ({KINDS[self.dtype]}) and source ({KINDS[source.dtype]}) must have the same scalar type")
    at = (slice(None),) * wrap_dim(dim, self.ndim)
    for i, place in enumerate(index.reshape(-1).tolist()):
        self[at + (place,)] += (source[at + (i,)] if source.ndim else source) * alpha
    return self


@both
def index_add(self, dim, index, source, *, alpha=1):
    return self.clone().index_add_(dim, index, source, alpha=alpha)


@method
def index_put_(self, indices, values, accumulate=False):
    if accumulate:
        raise RuntimeError("index_put_() does not add up here: use index_add_() or scatter_add_()")
    self[tuple(indices)] = values
    return self


@method
def scatter_add_(self, dim, index, src):
    """Like scatter_(), where what lands on the same place is added up."""
    add(self, places_along(self, dim, index), src[tuple(slice(size) for size in index.shape)])
    return self


@both
def scatter_add(self, dim, index, src):
    return self.clone().scatter_add_(dim, index, src)


@both
def masked_scatter(self, mask, source):
    out = self.clone()
    mask = mask.expand(self.shape)
    out[mask] = source.flatten()[: int(mask.sum())]
    return out


@method
def addcmul_(self, tensor1, tensor2, *, value=1):
    return self._write(self + tensor1 * tensor2 * value)


@both
def addcmul(self, tensor1, tensor2, *, value=1):
    return self + tensor1 * tensor2 * value


@both
def addcdiv(self, tensor1, tensor2, *, value=1):
    return self + tensor1 / tensor2 * value
