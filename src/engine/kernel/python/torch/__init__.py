"""A small torch: exact tensors over float32, float64, int64 and bool, on the CPU, without gradients.

Arithmetic is done in float64 and rounded to the type once per operation, so results are torch's or nearer to the true
value by one unit in the last place. Random numbers are torch's own for the same seed. A name that is missing, an option
that is not known, raises one sentence that says what there is.
"""

from math import e, inf, nan, pi  # noqa: F401

from . import (  # noqa: F401 (they give Tensor its methods)
    _combine,
    _distances,
    _einsum,
    _index,
    _math,
    _matmul,
    _methods,
    _places,
    _random,
    _rearrange,
    _reduce,
    _rows,
    _running,
    _shape,
    _statistics,
    _write,
)
from ._data import as_tensor, tensor
from ._generator import Generator, default_generator
from ._grad import inference_mode, is_grad_enabled, is_inference_mode_enabled, no_grad, set_grad_enabled  # noqa: F401
from ._join import cat
from ._missing import missing as _missing
from ._missing import public_names as _public_names
from ._options import public as _public
from ._options import wrap_methods as _wrap_methods
from ._place import device
from ._print import set_printoptions
from ._register import FUNCTIONS as _FUNCTIONS
from ._register import MAKERS as _MAKERS
from ._register import function_of as _function_of
from ._tensor import Tensor
from ._types import DTYPES as _DTYPES
from ._types import Size, dtype, finfo, float32, iinfo, int64

__version__ = "2.0.0+neuron.notebook"

for _kind in _DTYPES:
    for _alias in (_kind.name, *_kind.aliases):
        globals()[_alias] = _kind
newaxis = None

for _name in (
    "abs add all allclose amax amin any argmax argmin argsort ceil chunk clamp clip cos cumsum div divide dot eq equal erf exp "
    "expm1 flatten floor floor_divide gather ge gt index_select isfinite isnan le log log10 log1p log2 log_softmax logical_and "
    "logical_not logical_or logical_xor logsumexp lt masked_fill masked_select matmul max maximum mean min minimum mm bmm movedim mul "
    "multiply narrow ne neg nonzero norm numel permute pow prod reciprocal relu remainder reshape round rsqrt sigmoid sign sin softmax "
    "sort split sqrt square squeeze std sub subtract sum t tanh topk transpose true_divide unbind unsqueeze var "
    "argwhere count_nonzero flip fliplr flipud isclose isin isinf median nan_to_num outer roll scatter tile trunc unique"
).split():
    _FUNCTIONS.setdefault(_name, _function_of(_name))
_wrap_methods(Tensor)
for _name, _defined in _FUNCTIONS.items():
    globals()[_name] = _public(_defined, _name, makes=_name in _MAKERS)


class _OfType(type):
    """Older names of constructors, which are also types to ask for: torch.LongTensor([1, 2])."""

    def __call__(cls, data):
        return tensor(data, dtype=cls.kind)

    def __instancecheck__(cls, value):
        return isinstance(value, Tensor) and value.dtype is cls.kind


class FloatTensor(metaclass=_OfType):
    kind = float32


class DoubleTensor(metaclass=_OfType):
    kind = globals()["float64"]


class LongTensor(metaclass=_OfType):
    kind = int64


class BoolTensor(metaclass=_OfType):
    kind = globals()["bool"]


_MODULES = ("backends", "cuda", "linalg", "nn", "optim", "return_types", "utils")


def __getattr__(name):
    if name in _MODULES:
        import importlib

        return importlib.import_module(f"torch.{name}")
    if name.startswith("__"):
        raise AttributeError(name)
    raise _missing("torch", name, __dir__())


def __dir__():
    return sorted({*_public_names(globals()), *_MODULES})
