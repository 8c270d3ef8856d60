"""The named tuples of functions that give two things, as torch.return_types.topk."""

from ._missing import module_getattr as _module_getattr
from ._reduce import RETURNS as _RETURNS

globals().update(_RETURNS)
__getattr__ = _module_getattr("torch.return_types", globals())
