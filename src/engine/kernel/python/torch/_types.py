"""dtypes, sizes, devices, and torch's rules for what type an operation's result has."""

from math import prod


class dtype:
    def __init__(self, name, category, *aliases):
        self.name, self.category, self.aliases = name, category, aliases

    is_floating_point = property(lambda self: self.category == 2)

    def __repr__(self):
        return f"torch.{self.name}"


# categories in the order in which they win: bool, integer, floating point
bool_ = dtype("bool", 0)
int64 = dtype("int64", 1, "long")
float32 = dtype("float32", 2, "float")
float64 = dtype("float64", 2, "double")
DTYPES = [bool_, int64, float32, float64]
PYTHON = {bool: bool_, int: int64, float: float64}


def kind_of(dtype):
    """A dtype; of Python's own types the one they stand for."""
    return PYTHON.get(dtype, dtype)


class Size(tuple):
    def __repr__(self):
        return f"torch.Size([{', '.join(map(str, self))}])"

    def numel(self):
        return prod(self)

    def __add__(self, other):
        return Size(tuple(self) + tuple(other))

    def __radd__(self, other):
        return Size(tuple(other) + tuple(self))

    def __mul__(self, times):
        return Size(tuple(self) * times)

    def __getitem__(self, key):
        found = tuple(self)[key]
        return Size(found) if isinstance(key, slice) else found


class device:
    """Any name is accepted and the tensor stays where it is: on the page there is one place, called cpu."""

    def __init__(self, type="cpu", index=None):
        self.type, self.index = "cpu", None

    def __repr__(self):
        return "device(type='cpu')"

    def __str__(self):
        return "cpu"

    def __eq__(self, other):
        return isinstance(other, device)

    def __hash__(self):
        return hash("cpu")


for _class in (dtype, Size, device):
    _class.__module__ = "torch"


def dtype_of(value):
    """The type a Python number takes part with."""
    if isinstance(value, bool):
        return bool_
    return int64 if isinstance(value, int) else float32


def promote(a, b):
    """The type of two types' result."""
    if a.category != b.category:
        return a if a.category > b.category else b
    return float64 if float64 in (a, b) else a


def result_type(*operands):
    """Of tensors and Python numbers: tensors with dimensions decide; those without, then numbers, only by a higher category."""
    found = None
    for rank in (0, 1, 2):  # tensors with dimensions, tensors without, numbers
        among = None
        for operand in operands:
            number = not hasattr(operand, "dtype")
            if (2 if number else 0 if operand.shape else 1) == rank:
                kind = dtype_of(operand) if number else operand.dtype
                among = kind if among is None else promote(among, kind)
        if among is not None and (found is None or among.category > found.category):
            found = among
    return found


def missing(what, name, names):
    """The error for a name this torch does not have: close names first, then all there are."""
    import difflib

    close = difflib.get_close_matches(name, names, 3)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    return AttributeError(
        f"{what} has no '{name}' in this page's small torch.{hint} There are: {', '.join(sorted(names))}"
    )
