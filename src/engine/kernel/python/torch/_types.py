"""dtypes, sizes, and torch's rules for what type an operation's result has."""

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


def kind_of(kind):
    """A dtype or None; of Python's own types the one they stand for."""
    kind = PYTHON.get(kind, kind)
    if kind is not None and not isinstance(kind, dtype):
        raise TypeError(f"dtype must be a torch.dtype, not {type(kind).__name__}")
    return kind


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


for _class in (dtype, Size):
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


class finfo:
    """The limits of a floating-point type."""

    __module__ = "torch"

    def __init__(self, type=None):
        kind = float32 if type is None else kind_of(type)
        if not kind.is_floating_point:
            raise TypeError(f"torch.finfo() requires a floating point input type. Use torch.iinfo to handle '{kind!r}'")
        bits, digits, top = (32, 24, 128) if kind is float32 else (64, 53, 1024)
        self.dtype, self.bits = kind.name, bits
        self.eps = 2.0 ** (1 - digits)
        self.max = (2 - self.eps) * 2.0 ** (top - 1)
        self.min = -self.max
        self.tiny = self.smallest_normal = 2.0 ** (2 - top)
        self.resolution = 1e-06 if bits == 32 else 1e-15

    def __repr__(self):
        names = "resolution min max eps smallest_normal tiny".split()
        return f"finfo({', '.join(f'{name}={getattr(self, name):.6g}' for name in names)}, dtype={self.dtype})"


class iinfo:
    """The limits of int64. Here whole numbers are exact up to 2 ** 53."""

    __module__ = "torch"

    def __init__(self, type):
        if kind_of(type) is not int64:
            raise TypeError(f"torch.iinfo() requires an integer input type. Use torch.finfo to handle '{kind_of(type)!r}'")
        self.dtype, self.bits, self.min, self.max = "int64", 64, -(2**63), 2**63 - 1

    def __repr__(self):
        return f"iinfo(min={self.min:.6g}, max={self.max:.6g}, dtype={self.dtype})"
