"""A small torch: exact tensors over float32, float64, int64 and bool, on the CPU, without gradients.

Arithmetic is done in float64 and rounded to the type once per operation, so results are torch's or nearer to the true
value by one unit in the last place. What is missing raises an AttributeError that lists what there is.
"""

from math import e, inf, nan, pi

from . import _index, _reduce, _rows, _shape, _write  # noqa: F401 (they give Tensor its methods)
from . import _methods  # after them: it wraps the methods of all
from ._create import arange, eye, full, full_like, linspace, ones, ones_like, zeros, zeros_like
from ._data import as_tensor, tensor
from ._elementwise import where
from ._join import cat, stack
from ._matmul import matmul
from ._print import set_printoptions
from ._tensor import Tensor
from ._types import DTYPES as _DTYPES
from ._types import Size, device, dtype, float32, float64, int64, result_type
from ._types import missing as _missing

__version__ = "2.0.0+neuron.notebook"

for _kind in _DTYPES:
    for _alias in (_kind.name, *_kind.aliases):
        globals()[_alias] = _kind
cat, stack = _methods.numpy_names(cat), _methods.numpy_names(stack)
concat = concatenate = cat
newaxis = None
empty, empty_like = zeros, zeros_like


# -- functions that are methods too


def _function(name):
    method = getattr(Tensor, name)

    def function(input, *args, **kwargs):
        first = input if isinstance(input, Tensor) else as_tensor(input)
        return method(first, *args, **kwargs)

    function.__name__ = name
    return function


for _name in (
    "abs add all allclose amax amin any argmax argmin argsort ceil chunk clamp clip cos cumsum diag div divide dot eq equal erf exp "
    "expm1 flatten floor floor_divide gather ge gt index_select isfinite isnan le log log10 log1p log2 log_softmax logical_and "
    "logical_not logical_or logical_xor logsumexp lt masked_fill masked_select max maximum mean min minimum mm bmm movedim mul multiply narrow ne neg "
    "nonzero norm numel permute pow prod reciprocal relu remainder reshape round rsqrt sigmoid sign sin softmax sort split "
    "sqrt square squeeze std sub subtract sum t tanh topk transpose true_divide unbind unsqueeze var "
    "argwhere count_nonzero flip fliplr flipud isclose isin isinf median nan_to_num outer roll scatter tile trunc unique"
).split():
    globals()[_name] = _function(_name)


def vstack(tensors):
    return cat([t if t.ndim > 1 else t.reshape(1, -1) for t in tensors])


def hstack(tensors):
    tensors = [t if t.ndim else t.reshape(1) for t in tensors]
    return cat(tensors, 0 if tensors[0].ndim == 1 else 1)


def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    from .nn import functional

    return functional.cosine_similarity(x1, x2, dim, eps)


def is_tensor(value):
    return isinstance(value, Tensor)


def manual_seed(seed):
    """Accepted, since nothing in this torch is random: there is no rand, randn or dropout to seed."""


def set_default_dtype(kind):
    if kind is not float32:
        raise RuntimeError("The default type is float32 here.")


# -- gradients: there are none, so switching them off is done


class _GradMode:
    """A with block and a decorator that change nothing."""

    __module__ = "torch.autograd.grad_mode"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def __call__(self, function):
        return function


class set_grad_enabled(_GradMode):
    def __init__(self, mode):
        self.mode = mode
        if mode:
            import warnings

            warnings.warn("There are no gradients in this page's torch.", stacklevel=2)

    def __repr__(self):
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self.mode})"


class no_grad(_GradMode):
    def __new__(cls, function=None):
        """`@torch.no_grad` without brackets gives the function itself."""
        return function if callable(function) else super().__new__(cls)

    def __init__(self, function=None):
        pass


class inference_mode(no_grad):
    pass


def is_grad_enabled():
    return False


class cuda:
    """There is no CUDA; `.to('cuda')` and `.cuda()` are accepted and change nothing."""

    is_available = staticmethod(lambda: False)
    device_count = staticmethod(lambda: 0)
    empty_cache = staticmethod(lambda: None)
    manual_seed_all = staticmethod(lambda seed: None)


class backends:
    class mps:
        is_available = staticmethod(lambda: False)


class return_types:
    max, min, sort, topk = (_reduce.RETURNS[_name] for _name in ("max", "min", "sort", "topk"))
    median = _reduce.RETURNS["median"]


class _OfType(type):
    """Older names of constructors, which are also types to ask for: torch.LongTensor([1, 2])."""

    def __call__(cls, data):
        return tensor(data, dtype=cls.kind)

    def __instancecheck__(cls, value):
        return isinstance(value, Tensor) and value.dtype is cls.kind


class FloatTensor(metaclass=_OfType):
    kind = float32


class LongTensor(metaclass=_OfType):
    kind = int64


class BoolTensor(metaclass=_OfType):
    kind = globals()["bool"]


_NAMES = [name for name in list(globals()) if not name.startswith("_")] + ["nn"]


def __getattr__(name):
    if name == "nn":
        import importlib

        return importlib.import_module("torch.nn")
    if name.startswith("__"):
        raise AttributeError(name)
    raise _missing("torch", name, _NAMES)


def __dir__():
    return _NAMES
