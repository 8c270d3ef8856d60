"""Methods that give a tensor another shape. Nearly all are views."""

from math import prod

from ._join import cat
from ._register import methods
from ._shapes import contiguous_strides, dims_of, sizes_of, strides_as, wrap_dim


@methods
class Shape:
    def reshape(self, *shape):
        """A view where the elements lie so that one can be, else a copy."""
        shape = self._meant(shape)
        strides = strides_as(shape, self.shape, self._strides)
        return self.contiguous()._view(shape, contiguous_strides(shape)) if strides is None else self._view(shape, strides)

    def _meant(self, shape):
        """The sizes, with what -1 stands for."""
        shape = list(sizes_of(shape))
        if shape.count(-1) > 1:
            raise RuntimeError("only one dimension can be inferred")
        if -1 in shape:
            known = -prod(shape)
            shape[shape.index(-1)] = self.numel() // known if known else 0
        if prod(shape) != self.numel():
            raise RuntimeError(f"shape '{list(shape)}' is invalid for input of size {self.numel()}")
        return shape

    def view(self, *shape):
        shape = self._meant(shape)
        strides = strides_as(shape, self.shape, self._strides)
        if strides is None:
            raise RuntimeError(
                "view size is not compatible with input tensor's size and stride (at least one dimension spans across "
                "two contiguous subspaces). Use .reshape(...) instead."
            )
        return self._view(shape, strides)

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

    def _last(self, dims):
        """A view with these dimensions moved to the end."""
        return self.permute([d for d in range(self.ndim) if d not in dims] + dims)

    def transpose(self, a, b):
        dims = list(range(self.ndim))
        a, b = wrap_dim(a, self.ndim), wrap_dim(b, self.ndim)
        if dims:
            dims[a], dims[b] = dims[b], dims[a]
        return self.permute(dims)

    def movedim(self, source, destination):
        froms, tos = (dims_of(d if isinstance(d, int) else tuple(d), self.ndim) for d in (source, destination))
        if len(froms) != len(tos):
            raise RuntimeError(f"movedim: Invalid source or destination dims: {source} and {destination} must be as many")
        dims = [d for d in range(self.ndim) if d not in froms]
        for to, at in sorted(zip(tos, froms)):
            dims.insert(to, at)
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
        if isinstance(size, int) and size <= 0 and total:
            raise RuntimeError(f"split_size can only be 0 if dimension size is 0, but got dimension size of {total}")
        sizes = [min(size, total - i) for i in range(0, total, size)] if isinstance(size, int) else size
        if sum(sizes) != total:
            raise RuntimeError(f"split() expects sizes that sum exactly to {total}, but got {list(sizes)}")
        starts = [sum(sizes[:i]) for i in range(len(sizes))]
        return tuple(self.narrow(dim, start, length) for start, length in zip(starts, sizes))

    def chunk(self, chunks, dim=0):
        if chunks <= 0:
            raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
        return self.split(-(-self.shape[dim] // chunks), dim)

    def narrow(self, dim, start, length):
        if start + length > self.shape[dim]:
            raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({self.shape[dim]}).")
        return self[(slice(None),) * wrap_dim(dim, self.ndim) + (slice(start, start + length),)]
