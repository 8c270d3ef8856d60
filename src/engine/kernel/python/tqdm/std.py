"""The same tqdm as everywhere here."""

from . import tqdm, trange

__all__ = ["tqdm", "trange"]
