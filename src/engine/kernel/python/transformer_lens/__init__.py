"""transformer_lens as far as this page's engine carries it: TransformerLens 3.9's HookedEncoder, with hooks and caches where graphs are cut."""

import sys

from . import utilities, utils
from .ActivationCache import ActivationCache
from .config import HookedTransformerConfig
from .HookedEncoder import HookedEncoder
from .HookedRootModule import HookedRootModule

_NAMES = ["ActivationCache", "HookedEncoder", "HookedRootModule", "HookedTransformerConfig", "utilities", "utils"]


def _missing(name):
    return (
        f"transformer_lens has no '{name}' on this page, which has TransformerLens 3.9's HookedEncoder: "
        f"use HookedEncoder.from_pretrained('minibert-blimp'). There are: {', '.join(_NAMES)}"
    )


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(_missing(name))


class _Finder:
    """Asked for a module that nobody else has found; of other packages it says nothing."""

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        package, _, name = fullname.partition(".")
        if package == __name__ and name and not name.rpartition(".")[2].startswith("_"):
            raise ImportError(_missing(name), name=fullname)


sys.meta_path.append(_Finder)
