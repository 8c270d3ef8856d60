"""transformer_lens as far as this page's engine carries it: HookedEncoder with hooks and caches where graphs are cut."""

from . import utils
from .ActivationCache import ActivationCache
from .HookedEncoder import HookedEncoder

_NAMES = ["ActivationCache", "HookedEncoder", "utils"]


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    instead = " The model here is a BERT: use HookedEncoder." if name.startswith(("Hooked", "Transformer")) else ""
    raise AttributeError(f"transformer_lens has no '{name}' on this page.{instead} There are: {', '.join(_NAMES)}")
