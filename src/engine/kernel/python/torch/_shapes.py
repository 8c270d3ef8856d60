"""Shapes and dimensions as plain numbers: what broadcasts to what, which dimension is meant."""

from operator import index

from ._types import Size


def contiguous_strides(shape):
    strides, step = [], 1
    for size in reversed(shape):
        strides.append(step)
        step *= size or 1
    return tuple(reversed(strides))


def strides_as(wanted, shape, strides):
    """The strides with which elements are seen in another shape without a copy; None where that cannot be. As torch finds them."""
    if not shape or 0 in shape:
        return contiguous_strides(wanted)
    found, place = [0] * len(wanted), len(wanted) - 1
    step, size, seen = strides[-1], 1, 1
    for d in reversed(range(len(shape))):
        size *= shape[d]
        if d and (shape[d - 1] == 1 or strides[d - 1] == size * step):
            continue
        # the dimensions from d on, up to where the last stretch began, lie one after the other
        while place >= 0 and (seen < size or wanted[place] == 1):
            found[place] = seen * step
            seen *= wanted[place]
            place -= 1
        if seen != size:
            return None
        if d:
            step, size, seen = strides[d - 1], 1, 1
    return tuple(found) if place == -1 else None


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
    dims = [wrap_dim(d, ndim) for d in (dim if isinstance(dim, (tuple, list)) else (dim,))]
    if len(set(dims)) < len(dims):
        raise RuntimeError(f"a dimension appears multiple times in the list of dims {list(dim)}")
    return dims if ndim else []


def wrap_dim(dim, ndim):
    if not hasattr(dim, "__index__"):
        raise TypeError(f"a dimension must be an int, not {type(dim).__name__}")
    dim, most = index(dim), max(ndim, 1)
    if not -most <= dim < most:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-most}, {most - 1}], but got {dim})")
    return dim % most


def sizes_of(args):
    """Sizes given one by one or as one sequence."""
    sizes = args[0] if len(args) == 1 and isinstance(args[0], (tuple, list)) else args
    for size in sizes:
        if not hasattr(size, "__index__"):
            raise TypeError(f"a size must be an int, not {type(size).__name__}")
    return tuple(map(index, sizes))
