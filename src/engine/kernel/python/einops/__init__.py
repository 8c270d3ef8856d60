"""einops on the page's tensors: rearrange, reduce, repeat, einsum and parse_shape, with einops 0.8's results and errors."""

from string import ascii_letters

import torch

from ._pattern import DOTS, EinopsError, Number, Side
from ._recipe import recipe

__all__ = ["EinopsError", "einsum", "parse_shape", "rearrange", "reduce", "repeat"]


def rearrange(tensor, pattern, **axes_lengths):
    """Axes in another order, split and put together: rearrange(x, "batch pos (head d) -> batch head pos d", head=12)."""
    return reduce(tensor, pattern, "rearrange", **axes_lengths)


def repeat(tensor, pattern, **axes_lengths):
    """Elements along new axes: repeat(x, "pos d -> batch pos d", batch=4)."""
    return reduce(tensor, pattern, "repeat", **axes_lengths)


def reduce(tensor, pattern, reduction, **axes_lengths):
    """Axes that are not on the right are reduced: reduce(x, "batch pos d -> batch d", "mean"); a list of tensors is stacked."""
    if isinstance(tensor, list):
        if not tensor:
            raise TypeError("Rearrange/Reduce/Repeat can't be applied to an empty list")
        _checked(tensor[0])
        tensor = torch.stack(tensor)
    shape = _checked(tensor).shape
    try:
        split, order, kept, added, joined = recipe(pattern, reduction, axes_lengths, shape)
    except EinopsError as error:
        raise EinopsError(
            f' Error while processing {reduction}-reduction pattern "{pattern}".\n'
            f" Input tensor shape: {shape}. Additional info: {axes_lengths}.\n {error}"
        ) from None
    tensor = tensor.reshape(split).permute(order)
    if kept < len(order):
        tensor = _reduced(tensor, reduction, tuple(range(kept, len(order))))
    if added:
        lengths = [-1] * (kept + len(added))
        for place, length in added.items():
            tensor, lengths[place] = tensor.unsqueeze(place), length
        tensor = tensor.expand(lengths)
    return tensor.reshape(joined)


def _reduced(tensor, reduction, axes):
    if callable(reduction):
        return reduction(tensor, axes)
    if reduction == "mean" and not tensor.is_floating_point():
        raise NotImplementedError("reduce_mean is not available for non-floating tensors")
    if reduction in ("any", "all", "prod"):
        for axis in reversed(axes):
            tensor = getattr(tensor, reduction)(dim=axis)
        return tensor
    return getattr(tensor, {"min": "amin", "max": "amax"}.get(reduction, reduction))(dim=axes)


def einsum(*tensors_and_pattern):
    """A product named by its axes, the pattern last: einsum(x, w, "batch pos d, d mlp -> batch pos mlp")."""
    if len(tensors_and_pattern) <= 1:
        raise ValueError("`einops.einsum` takes at minimum two arguments: the tensors (at least one), followed by the pattern.")
    *tensors, pattern = tensors_and_pattern
    if not isinstance(pattern, str):
        raise ValueError("The last argument passed to `einops.einsum` must be a string, representing the einsum pattern.")
    if "->" not in pattern:
        raise ValueError("Einsum pattern must contain '->'.")
    left, right = pattern.split("->")
    letters = {}

    def short(side, output=False):
        found = ""
        for axes in side.composition:
            name = DOTS if axes == DOTS else _only(axes)
            if output and name != DOTS and name not in letters:
                raise EinopsError(f"Unknown axis {name} on right side of einsum {pattern}.")
            if name != DOTS and name not in letters:
                if len(letters) == len(ascii_letters):
                    raise RuntimeError("Too many axes in einsum.")
                letters[name] = ascii_letters[len(letters)]
            found += "..." if name == DOTS else letters[name]
        return found

    sides = [Side(part, underscore=True, duplicates=True) for part in left.split(",")]
    right = Side(right, underscore=True)
    terms = ",".join([short(side) for side in sides])
    return torch.einsum(f"{terms}->{short(right, output=True)}", *map(_checked, tensors))


def _only(axes):
    """The name of an axis that is not put together of several."""
    if not axes:
        raise NotImplementedError("Singleton () axes are not yet supported in einsum.")
    if len(axes) > 1:
        raise NotImplementedError("Shape rearrangement is not yet supported in einsum.")
    if isinstance(axes[0], Number):
        raise NotImplementedError("Anonymous axes are not yet supported in einsum.")
    return axes[0]


def parse_shape(x, pattern):
    """Lengths by name: parse_shape(x, "batch _ d") is {"batch": 2, "d": 96}; an axis called _ is left out."""
    side, shape = Side(pattern, underscore=True), _checked(x).shape
    axes = list(side.composition)
    if any(axis != DOTS and len(axis) > 1 for axis in axes):
        raise RuntimeError(f"Can't parse shape with composite axes: {pattern} {shape}")
    if DOTS in axes and len(shape) < len(axes) - 1:
        raise RuntimeError(f"Can't parse shape with this number of dimensions: {pattern} {shape}")
    if DOTS in axes:
        place = axes.index(DOTS)
        axes[place : place + 1] = [["_"]] * (len(shape) - len(axes) + 1)
    elif len(shape) != len(axes):
        raise RuntimeError(f"Can't parse shape with different number of dimensions: {pattern} {shape}")
    found = {}
    for axis, length in zip(axes, shape):
        if not axis and length != 1:
            raise RuntimeError(f"Length of axis is not 1: {pattern} {shape}")
        if axis and isinstance(axis[0], Number) and axis[0].length != length:
            raise RuntimeError(f"Length of anonymous axis does not match: {pattern} {shape}")
        if axis and isinstance(axis[0], str) and axis[0] != "_":
            found[axis[0]] = length
    return found


def _checked(tensor):
    if not isinstance(tensor, torch.Tensor):
        raise RuntimeError(f"Tensor type unknown to einops {type(tensor)}")
    return tensor


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"einops has no '{name}' on this page. There are: {', '.join(__all__)}")
