"""torch.nn has only its functional part here: the model's layers run in the page's engine."""

from .._types import missing as _missing
from . import functional


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise _missing("torch.nn", name, ["functional"])
