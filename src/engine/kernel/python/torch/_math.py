"""More functions of one element or two: trigonometry, bounds, powers and their like."""

from math import pi

from ._arithmetic import binary
from ._data import as_tensor
from ._elementwise import _in_place, _of_one
from ._methods import trunc  # noqa: F401 (fix is another name of it)
from ._register import FUNCTIONS, both, function_of, method
from ._tensor import KINDS, Tensor

OF_ONE = (
    "tan asin acos atan sinh cosh asinh acosh atanh exp2 erfc".split()
)
for _name in OF_ONE:
    _of_one(_name, Tensor._float_unary)
for _name in "expm1 log1p log2 log10 rsqrt sin cos square reciprocal neg sign trunc erf".split():
    _in_place(_name)


@both
def positive(self):
    return self


@both
def frac(self):
    if not self.dtype.is_floating_point:
        raise NotImplementedError(f"\"frac\" not implemented for '{KINDS[self.dtype]}'")
    return self - self.trunc()


@both
def sgn(self):
    return self.sign()


@both
def signbit(self):
    return (self < 0) | ((1 / self) < 0) if self.dtype.is_floating_point else self < 0


@both
def isposinf(self):
    return self == float("inf")


@both
def isneginf(self):
    return self == float("-inf")


@both
def isreal(self):
    return self == self if not self.dtype.is_floating_point else (self == self) | self.isnan()


@both
def rad2deg(self):
    return self * (180 / pi)


@both
def deg2rad(self):
    return self * (pi / 180)


@both
def clamp_min(self, min):
    return self.clamp(min=min)


@both
def clamp_max(self, max):
    return self.clamp(max=max)


@both
def float_power(self, exponent):
    return binary("pow", self.double(), exponent.double() if isinstance(exponent, Tensor) else float(exponent))


@both
def fmod(self, other):
    return binary("fmod", self, other)


@both
def atan2(self, other):
    return binary("atan2", self._as_float(), other)


@both
def hypot(self, other):
    return binary("hypot", self, other)


@both
def fmax(self, other):
    return self.maximum(other).where(~other.isnan(), self).where(~self.isnan(), other)


@both
def fmin(self, other):
    return self.minimum(other).where(~other.isnan(), self).where(~self.isnan(), other)


@both
def copysign(self, other):
    return binary("copysign", self._as_float(), other)


@both
def logaddexp(self, other):
    return binary("logaddexp", self._as_float(), other)


@both
def xlogy(self, other):
    """self * log(other), 0 where self is 0."""
    return binary("xlogy", self._as_float(), other)


@both
def logit(self, eps=None):
    x = self if eps is None else self.clamp(eps, 1 - eps)
    return (x / (1 - x)).log()


@both
def heaviside(self, values):
    if self.dtype is not values.dtype:
        raise RuntimeError("heaviside is not yet implemented for tensors with different dtypes.")
    return (self > 0).to(self.dtype).where(self != 0, values)


@both
def bitwise_not(self):
    return ~self


def _bitwise(op):
    def method(self, other):
        return binary(op, self, other)

    method.__name__ = op
    return method


for _name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
    both(_bitwise(_name))
for _name in OF_ONE:
    FUNCTIONS[_name] = function_of(_name)
# other names of the same
for _name, _other in dict(
    absolute="abs", negative="neg", arccos="acos", arcsin="asin", arctan="atan", arctan2="atan2", greater="gt",
    greater_equal="ge", less="lt", less_equal="le", not_equal="ne", fix="trunc",
).items():  # fmt: skip
    if hasattr(Tensor, _other):
        setattr(Tensor, _name, getattr(Tensor, _other))
        FUNCTIONS[_name] = function_of(_other)


@both
def msort(self):
    return self.sort(0).values


@method
def lerp_(self, end, weight):
    return self.copy_(self.lerp(end, weight))


@both
def ldexp(self, other):
    return self * binary("pow", as_tensor(2.0), other)


