"""torch.nn.functional: the functions that read activations and logits."""

from inspect import isfunction as _isfunction

from .._missing import module_getattr as _module_getattr
from .._options import public as _public
from .._tensor import Tensor as _Tensor
from . import _activations, _losses, _vectors

_HELPERS = {"implicit", "kept", "sizes", "padded", "reduced", "same_sizes", "where", "cat", "sqrt", "beside", "arange", "tril"}
for _module in (_activations, _vectors, _losses):
    for _name, _value in vars(_module).items():
        if _isfunction(_value) and _name not in _HELPERS:
            globals()[_name] = _public(_value, _name, wants=_Tensor)
__getattr__ = _module_getattr("torch.nn.functional", globals())
