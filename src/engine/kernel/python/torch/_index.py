"""x[key] and x[key] = value. Ints, slices, None and ... make a view; lists and tensors of places, and masks, a copy."""

from math import prod
from operator import index as to_int

from ._data import as_tensor, tensor
from ._elementwise import where
from ._join import stack
from ._kernels import kernels
from ._register import methods
from ._shapes import broadcast_shapes, contiguous_strides, sizes_of, wrap_dim
from ._tensor import KINDS, Tensor
from ._types import bool_, int64


def get(x, key):
    view, places = resolve(x, key)
    if places is None:
        return view
    places = places.contiguous()
    return Tensor(kernels.take(x.dtype.name, x._storage, places._storage), places.shape, x.dtype)


def put(x, key, value):
    if not isinstance(value, (Tensor, int, float)):
        raise TypeError(f"can't assign a {type(value).__name__} to a torch.{x.dtype.name} tensor")
    view, places = resolve(x, key)
    if places is not None and isinstance(value, Tensor):
        check_chosen(view, key, value)
    value = as_tensor(value, x.dtype)
    target = view.shape if places is None else places.shape
    while value.ndim > len(target) and value.shape[0] == 1:
        value = value[0]
    if value.ndim > len(target) or any(size not in (1, target[len(target) - value.ndim + d]) for d, size in enumerate(value.shape)):
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {list(value.shape)} cannot be broadcast to indexing result of shape {list(target)}"
        )
    if places is None:
        view.copy_(value)
    else:
        places = places.contiguous()
        kernels.put(x._storage, places._storage, value.expand(target).clone()._storage, False)


def add(x, key, value):
    """x[key] += value, where a place that is named twice gets both."""
    if value.dtype is not x.dtype:
        raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
    places = resolve(x, key)[1].contiguous()
    kernels.put(x._storage, places._storage, value.expand(places.shape).clone()._storage, True)


def resolve(x, key):
    """(view, None), or (view, places): the place in the storage of every element asked for, in the result's shape."""
    keys = [normalise(k) for k in (key if isinstance(key, tuple) else (key,))]
    used = sum(k.ndim if isinstance(k, Tensor) and k.dtype is bool_ else 1 for k in keys if k is not None and k is not ...)
    if used > x.ndim:
        raise IndexError(f"too many indices for tensor of dimension {x.ndim}")
    if not any(k is ... for k in keys):
        keys.append(...)
    at = next(i for i, k in enumerate(keys) if k is ...)
    keys[at : at + 1] = [slice(None)] * (x.ndim - used)

    shape, strides, offset = [], [], x._offset
    chosen = {}  # dimension of the view -> tensor of places along it
    dim = 0
    for k in keys:
        if k is None:
            shape.append(1)
            strides.append(0)
            continue
        if isinstance(k, Tensor) and not k.shape:  # True or False: everything or nothing, along a dimension of its own
            chosen[len(shape)] = tensor([0] * k.item(), dtype=int64)
            shape.append(1)
            strides.append(0)
            continue
        size, step = x.shape[dim], x._strides[dim]
        if isinstance(k, Tensor):
            for index in nonzero(check_mask(k, x, dim)) if k.dtype is bool_ else [k]:
                size, step = x.shape[dim], x._strides[dim]
                chosen[len(shape)] = check_places(index, size, dim)
                shape.append(size)
                strides.append(step)
                dim += 1
            continue
        if isinstance(k, slice):
            start, stop, stride = k.indices(size)
            if stride <= 0:
                raise ValueError("step must be greater than zero")
            shape.append(max(0, -(-(stop - start) // stride)))
            strides.append(step * stride)
            offset += start * step
        else:
            if not -size <= k < size:
                raise IndexError(f"index {k} is out of bounds for dimension {dim} with size {size}")
            offset += (k % size) * step
        dim += 1
    view = x._view(shape, strides, offset)
    return view, places_of(view, chosen) if chosen else None


def normalise(k):
    if k is None or k is ... or isinstance(k, slice):
        if isinstance(k, slice):
            return slice(*(None if part is None else to_int(part) for part in (k.start, k.stop, k.step)))
        return k
    if isinstance(k, bool):
        return as_tensor(k)
    if isinstance(k, int):
        return k
    if isinstance(k, (list, range, tuple)):
        k = tensor(list(k)) if len(k) else tensor([], dtype=int64)
    if not isinstance(k, Tensor):
        raise IndexError(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices "
            f"(got {type(k).__name__})"
        )
    if k.dtype.is_floating_point:
        raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
    return int(k.item()) if not k.shape and k.dtype is not bool_ else k


def check_chosen(view, key, value):
    """Places that tensors and lists choose take a tensor only of their own type, and none that lies in the same memory."""
    chosen = [k for k in map(normalise, key if isinstance(key, tuple) else (key,)) if isinstance(k, Tensor)]
    if len(chosen) == 1 and chosen[0].dtype is bool_ and value.numel() == 1:  # to torch that is filling
        return
    if value.dtype is not view.dtype:
        raise RuntimeError(
            f"Index put requires the source and destination dtypes match, got {KINDS[view.dtype]} for the destination "
            f"and {KINDS[value.dtype]} for the source."
        )
    apart = max(view._offset, value._offset) >= min(view._offset + view.numel(), value._offset + value.numel())
    if value._storage == view._storage and view.is_contiguous() and value.is_contiguous() and not apart:
        raise RuntimeError(
            "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory "
            "location. Please clone() the tensor before performing the operation."
        )


def check_mask(mask, x, dim):
    for d, size in enumerate(mask.shape):
        if size != x.shape[dim + d]:
            raise IndexError(
                f"The shape of the mask {list(mask.shape)} at index {d} does not match the shape of the indexed tensor "
                f"{list(x.shape)} at index {dim + d}"
            )
    return mask


def check_places(index, size, dim):
    if index.numel():
        for bad in (index.min().item(), index.max().item()):
            if not -size <= bad < size:
                raise IndexError(f"index {bad} is out of bounds for dimension {dim} with size {size}")
    return where(index < 0, index + size, index)


def places_of(view, chosen):
    """Broadcast the chosen places, and the other dimensions' own, into one int64 tensor of storage places."""
    dims = list(chosen)
    try:
        common = broadcast_shapes(*(index.shape for index in chosen.values()))
    except RuntimeError:
        shapes = ", ".join(str(list(index.shape)) for index in chosen.values())
        raise IndexError(f"shape mismatch: indexing tensors could not be broadcast together with shapes {shapes}") from None
    # neighbours' result takes their place, otherwise it comes first
    front = dims[0] if dims == list(range(dims[0], dims[0] + len(dims))) else 0
    rest = [d for d in range(view.ndim) if d not in chosen]
    before, after = rest[:front], rest[front:]
    total = as_tensor(view._offset)
    for d, index in chosen.items():
        spread = index.reshape(index.shape + (1,) * len(after))
        total = total + spread * view._strides[d]
    ndim = len(before) + len(common) + len(after)
    for i, d in enumerate(before + after):
        at = i if i < len(before) else i + len(common)
        steps = Tensor(kernels.range("int64", 0, view._strides[d], view.shape[d]), view.shape[d : d + 1], int64)
        total = total + steps.reshape(steps.shape + (1,) * (ndim - at - 1))
    shape = tuple(view.shape[d] for d in before) + tuple(common) + tuple(view.shape[d] for d in after)
    return total.expand(shape)


def nonzero(x):
    """One int64 tensor of places per dimension; a tensor without dimensions counts as having one."""
    flat = kernels.nonzero(*x._layout())
    rest = Tensor(flat, (flat.length,), int64)
    out = []
    for step in contiguous_strides(x.shape) or (1,):
        out.append(rest // step)
        rest = rest % step
    return out


def along(x, dim, index):
    """gather: out[i][j] = x[index[i][j]][j] for dim 0."""
    if index.ndim != x.ndim:
        raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
    try:
        return get(x, places_along(x, dim, index))
    except IndexError as error:
        raise RuntimeError(str(error)) from None


def places_along(x, dim, index):
    """The key that takes `index` along one dimension and every place of index's shape along the others."""
    dim = wrap_dim(dim, x.ndim)
    keys = []
    for d, size in enumerate(index.shape):
        steps = Tensor(kernels.range("int64", 0, 1, size), (size,), int64)
        keys.append(index if d == dim else steps.reshape((-1,) + (1,) * (index.ndim - d - 1)))
    return tuple(keys)


@methods
class Indexing:
    def __getitem__(self, key):
        return get(self, key)

    def __setitem__(self, key, value):
        put(self, key, value)

    def gather(self, dim, index):
        return along(self, dim, index)

    def index_select(self, dim, index):
        return self[(slice(None),) * wrap_dim(dim, self.ndim) + (index.reshape(-1),)]

    def masked_fill(self, mask, value):
        return where(mask, as_tensor(value, self.dtype), self)

    def masked_fill_(self, mask, value):
        return self.copy_(where(mask, value, self))

    def nonzero(self, as_tuple=False):
        found = nonzero(self)
        return tuple(found) if as_tuple else stack(found, 1)[:, : self.ndim]

    def new_zeros(self, *shape):
        return Tensor(kernels.full(self.dtype.name, prod(sizes_of(shape)), 0), sizes_of(shape), self.dtype)
