"""Tensors as torch prints them: one number format for all elements, three at each edge when there are many."""

import math
from types import SimpleNamespace

options = SimpleNamespace(precision=4, threshold=1000, edgeitems=3, linewidth=80, sci_mode=None)

PROFILES = {
    "default": dict(precision=4, threshold=1000, edgeitems=3, linewidth=80),
    "short": dict(precision=2, threshold=1000, edgeitems=2, linewidth=80),
    "full": dict(precision=4, threshold=math.inf, edgeitems=3, linewidth=80),
}


def set_printoptions(precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None):
    given = dict(precision=precision, threshold=threshold, edgeitems=edgeitems, linewidth=linewidth)
    vars(options).update(PROFILES.get(profile, {}))
    vars(options).update({name: value for name, value in given.items() if value is not None})
    options.sci_mode = sci_mode


def tensor(x):
    indent = len("tensor(")
    many = x.numel() > options.threshold
    suffixes = []
    if x.numel() == 0:
        if x.ndim != 1:
            suffixes.append(f"size={tuple(x.shape)}")
        if x.dtype.name != "float32":
            suffixes.append(f"dtype={x.dtype}")
        text = "[]"
    else:
        if x.dtype.name == "float64":
            suffixes.append(f"dtype={x.dtype}")
        shown = edges(x, many)
        text = nested(x.shape, shown, indent, many, number_format(leaves(shown), x.dtype.is_floating_point))
    if x.requires_grad:
        suffixes.append("requires_grad=True")
    out = "tensor(" + text
    for suffix in suffixes:
        # torch counts the line's length like this too
        if len(out) - out.rfind("\n") + 1 + len(suffix) + 2 > options.linewidth:
            out += ",\n" + " " * indent + suffix
        else:
            out += ", " + suffix
    return out + ")"


def edges(x, many):
    """What is shown, as nested lists."""
    if not x.shape:
        return x.tolist()
    n = options.edgeitems
    if many and x.shape[0] > 2 * n:
        return [edges(x[i], many) for i in [*range(n), *range(x.shape[0] - n, x.shape[0])]]
    return [edges(row, many) for row in x] if many and x.ndim > 1 else x.tolist()


def leaves(values):
    return [leaf for value in values for leaf in leaves(value)] if isinstance(values, list) else [values]


def number_format(values, floating):
    """One function for all elements, padding to one width."""
    if not floating:
        width = max(len(str(value)) for value in values)
        return lambda value: str(value).rjust(width), width
    finite = [value for value in values if math.isfinite(value) and value != 0]
    whole = all(value == math.ceil(value) for value in finite)
    sizes = [abs(value) for value in finite]
    science = options.sci_mode
    if science is None:
        science = bool(sizes) and (max(sizes) / min(sizes) > 1000 or max(sizes) > 1e8 or min(sizes) < 1e-4)
    science = science and bool(sizes)
    digits = options.precision
    spec = f".{digits}e" if science else ".0f" if whole else f".{digits}f"
    point = 1 if whole and not science else 0
    width = max([1] + [len(format(value, spec)) + point for value in finite])

    def show(value):
        text = format(value, spec)
        if point and math.isfinite(value):
            text += "."
        return text.rjust(width)

    return show, width


def nested(shape, values, indent, many, formatting):
    show, width = formatting
    if not shape:
        return show(values)
    n = options.edgeitems
    cut = many and shape[0] > 2 * n
    if len(shape) == 1:
        parts = [show(value) for value in values]
        if cut:
            parts.insert(n, " ...")
        each = max(1, (options.linewidth - indent) // (width + 2))
        lines = [", ".join(parts[i : i + each]) for i in range(0, len(parts), each)]
        return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
    parts = [nested(shape[1:], value, indent + 1, many, formatting) for value in values]
    if cut:
        parts.insert(n, "...")
    return "[" + ("," + "\n" * (len(shape) - 1) + " " * (indent + 1)).join(parts) + "]"
