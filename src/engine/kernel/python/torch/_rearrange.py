"""Triangles, diagonals, repeats, windows: tensors whose elements are put elsewhere."""


from math import prod
from operator import index as to_int

from ._create import arange, zeros
from ._data import as_tensor, tensor
from ._elementwise import where
from ._register import FUNCTIONS, both, function, maker, method
from ._shapes import broadcast_shapes, sizes_of, wrap_dim
from ._tensor import Tensor
from ._types import int64


def triangle(name, x, keep):
    if x.ndim < 2:
        raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions")
    rows, columns = (arange(size) for size in x.shape[-2:])
    return where(keep(columns.unsqueeze(0) - rows.unsqueeze(1)), x, as_tensor(0, x.dtype))


@both
def tril(self, diagonal=0):
    return triangle("tril", self, lambda above: above <= diagonal)


@both
def triu(self, diagonal=0):
    return triangle("triu", self, lambda above: above >= diagonal)


@method
def tril_(self, diagonal=0):
    return self.copy_(self.tril(diagonal))


@method
def triu_(self, diagonal=0):
    return self.copy_(self.triu(diagonal))


@maker
def tril_indices(row, col, offset=0, *, dtype=int64):
    return tensor([list(part) for part in zip(*[(i, j) for i in range(row) for j in range(col) if j - i <= offset])] or [[], []], dtype=dtype)


@maker
def triu_indices(row, col, offset=0, *, dtype=int64):
    return tensor([list(part) for part in zip(*[(i, j) for i in range(row) for j in range(col) if j - i >= offset])] or [[], []], dtype=dtype)


@both
def diagonal(self, offset=0, dim1=0, dim2=1):
    """A view of the diagonal of two dimensions, as the last dimension."""
    first, second = wrap_dim(dim1, self.ndim), wrap_dim(dim2, self.ndim)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    rows, columns = self.shape[first], self.shape[second]
    size = min(rows, columns - offset) if offset >= 0 else min(rows + offset, columns)
    start = self._offset + (offset * self._strides[second] if offset >= 0 else -offset * self._strides[first])
    rest = [d for d in range(self.ndim) if d not in (first, second)]
    step = self._strides[first] + self._strides[second]
    return self._view([self.shape[d] for d in rest] + [max(size, 0)], [self._strides[d] for d in rest] + [step], start if size > 0 else self._offset)


@both
def diag(self, diagonal=0):
    """A matrix's diagonal, or the matrix that has this vector as its diagonal."""
    if self.ndim == 1:
        return diag_embed(self, diagonal)
    if self.ndim != 2:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {self.ndim}D")
    return self.diagonal(diagonal).clone()


@both
def diag_embed(self, offset=0):
    size = self.shape[-1] + abs(offset)
    out = zeros(self.shape[:-1] + (size, size), dtype=self.dtype)
    out.diagonal(offset, -2, -1).copy_(self)
    return out


@both
def diagflat(self, offset=0):
    return diag_embed(self.flatten(), offset)


@both
def trace(self):
    if self.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {self.ndim}")
    return self.diagonal().sum()


@method
def fill_diagonal_(self, fill_value, wrap=False):
    if self.ndim != 2:
        raise RuntimeError("fill_diagonal_() is for matrices here")
    if wrap:
        raise RuntimeError("fill_diagonal_() does not wrap here: leave wrap out")
    self.diagonal().fill_(fill_value)
    return self


@both
def rot90(self, k=1, dims=(0, 1)):
    """Quarter turns in the plane of two dimensions."""
    a, b = (wrap_dim(d, self.ndim) for d in dims)
    if a == b:
        raise RuntimeError(f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}")
    turned = {0: lambda: self.clone(), 1: lambda: self.flip(b).transpose(a, b), 2: lambda: self.flip(a, b), 3: lambda: self.transpose(a, b).flip(b)}
    return turned[k % 4]().contiguous()


@both
def swapaxes(self, axis0, axis1):
    return self.transpose(axis0, axis1)


@both
def swapdims(self, dim0, dim1):
    return self.transpose(dim0, dim1)


@both
def moveaxis(self, source, destination):
    return self.movedim(source, destination)


@both
def broadcast_to(self, size):
    return self.expand(size)


@function
def broadcast_tensors(*tensors):
    shape = broadcast_shapes(*(t.shape for t in tensors))
    return tuple(t.expand(shape) for t in tensors)


@both
def ravel(self):
    return self.contiguous().reshape(-1)


@both
def unflatten(self, dim, sizes):
    dim, sizes = wrap_dim(dim, self.ndim), list(sizes)
    if -1 in sizes and sizes.count(-1) == 1:
        sizes[sizes.index(-1)] = self.shape[dim] // -prod(sizes)
    if prod(sizes) != self.shape[dim]:
        raise RuntimeError(
            f"unflatten: Provided sizes {sizes} don't multiply up to the size of dim {dim} ({self.shape[dim]}) in the input tensor"
        )
    return self.reshape(self.shape[:dim] + tuple(sizes) + self.shape[dim + 1 :])


@method
def reshape_as(self, other):
    return self.reshape(other.shape)


@method
def view_as(self, other):
    return self.view(other.shape)


@both
def select(self, dim, index):
    dim = wrap_dim(dim, self.ndim)
    if not self.ndim:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    if not -self.shape[dim] <= index < self.shape[dim]:
        raise IndexError(f"select(): index {index} out of range for tensor of size {list(self.shape)} at dimension {dim}")
    return self[(slice(None),) * dim + (index,)]


@method
def unfold(self, dimension, size, step):
    """Windows of `size` elements, `step` apart, as a last dimension. A view."""
    dim = wrap_dim(dimension, self.ndim)
    if size > self.shape[dim]:
        raise RuntimeError(f"maximum size for tensor at dimension {dim} is {self.shape[dim]} but size is {size}")
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    shape, strides = list(self.shape), list(self._strides)
    shape[dim] = (shape[dim] - size) // step + 1
    return self._view(shape + [size], strides[:dim] + [strides[dim] * step] + strides[dim + 1 :] + [strides[dim]])


@both
def tensor_split(self, indices_or_sections, dim=0):
    dim = wrap_dim(dim, self.ndim)
    size = self.shape[dim]
    if isinstance(indices_or_sections, int):
        each, more = divmod(size, indices_or_sections)
        ends = [0]
        for i in range(indices_or_sections):
            ends.append(ends[-1] + each + (i < more))
    else:
        places = indices_or_sections.tolist() if isinstance(indices_or_sections, Tensor) else list(indices_or_sections)
        ends = [0, *(min(max(to_int(i) if i >= 0 else size + i, 0), size) for i in places), size]
    return tuple(self.narrow(dim, a, max(b - a, 0)) for a, b in zip(ends, ends[1:]))


@method
def new_empty(self, *size, dtype=None):
    return zeros(sizes_of(size), dtype=dtype or self.dtype)


@function
def broadcast_shapes_of(*shapes):
    return broadcast_shapes(*(tuple(s) if not isinstance(s, int) else (s,) for s in shapes))


FUNCTIONS["broadcast_shapes"] = FUNCTIONS.pop("broadcast_shapes_of")
