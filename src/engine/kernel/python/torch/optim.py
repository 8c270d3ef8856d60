"""Imported by many notebooks, and refused where it is used: nothing can be trained here."""

from ._missing import NO_TRAINING as _NO_TRAINING


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"torch.optim.{name} is not on the page: {_NO_TRAINING}.")
