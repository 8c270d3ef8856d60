"""torch.utils: of it notebooks import torch.utils.data, which says what to do instead."""

from .._missing import module_getattr as _module_getattr
from . import data  # noqa: F401

__getattr__ = _module_getattr("torch.utils", globals())
