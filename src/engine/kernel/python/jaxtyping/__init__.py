"""Annotations such as Float[Tensor, "batch pos"]: they say what a value is, and nothing checks it here."""

from typing import Any

KINDS = ["Shaped", "Bool", "Key", "Num", "Inexact", "Float", "Float16", "Float32", "Float64", "BFloat16", "Complex"]
KINDS += ["Complex64", "Complex128", "Integer", "UInt", "UInt8", "UInt16", "UInt32", "UInt64", "Int", "Int8", "Int16", "Int32", "Int64", "Real"]
__all__ = [*KINDS, "jaxtyped"]


class _Annotation:
    """What Float[Tensor, "batch"] gives."""

    def __init__(self, kind, array, shape):
        self.dtypes, self.array_type, self.dim_str = kind, array, shape

    def __repr__(self):
        array = getattr(self.array_type, "__name__", self.array_type)
        return f'{self.dtypes}[{array}, "{self.dim_str}"]'

    def __eq__(self, other):
        return isinstance(other, _Annotation) and repr(self) == repr(other)

    def __hash__(self):
        return hash(repr(self))

    def __or__(self, other):
        return Any

    __ror__ = __or__

    def __call__(self, *_, **__):
        raise RuntimeError(f"{self!r} is an annotation and cannot be called.")

    def __instancecheck__(self, value):
        raise RuntimeError(f"isinstance(…, {self!r}) checks shapes, which is not done on this page: compare tensor.shape.")


class _Kind:
    def __init__(self, name):
        self._name = name

    def __getitem__(self, item):
        if not isinstance(item, tuple) or len(item) != 2 or not isinstance(item[1], str):
            raise ValueError(f'{self._name} takes an array type and a shape, such as {self._name}[Tensor, "batch pos"].')
        return _Annotation(self._name, *item)

    def __repr__(self):
        return self._name


globals().update({name: _Kind(name) for name in KINDS})

def jaxtyped(fn=None, *, typechecker=None):
    """Checks nothing when typechecker is None, which is all there is here."""
    if typechecker is not None:
        raise RuntimeError("jaxtyped checks no types on this page: leave it out, or pass typechecker=None.")
    return fn if fn is not None else lambda function: function


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"jaxtyping has no '{name}' on this page, where annotations are only read; it has {', '.join(__all__)}.")
