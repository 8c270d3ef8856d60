"""Logits that are computed where they are looked at.

A pass ends with hidden states [B, T, D]; the head makes V numbers of each position's D, and V is large: of
`model(tokens)[0, 4]` one row leaves the engine instead of B * T. All parts of a Logits share one storage, so a view of
it is a view, as of any tensor.
"""

from weakref import WeakValueDictionary

import torch
from torch import _index
from torch._kernels import kernels
from torch._shapes import contiguous_strides
from torch._types import Size

from ._bridge import bridge, wait

# those that are not complete: what they lack is fetched before another model takes the engine
_open = WeakValueDictionary()


class Logits(torch.Tensor):
    __slots__ = ("_model", "_hidden", "_lacking", "_values")
    __module__ = "torch"

    def __init__(self, model, hidden, vocabulary):
        rows, length, width = hidden.shape
        self.shape = Size((rows, length, vocabulary))
        self.dtype, self._offset, self.requires_grad = torch.float32, 0, False
        self._strides = contiguous_strides(self.shape)
        self._model, self._hidden = model, hidden.reshape(-1, width)
        self._lacking = set(range(rows * length))
        self._values = None
        _open[id(self)] = self

    @property
    def _storage(self):
        self._fetch(self._lacking)
        return self._values

    def __getitem__(self, key):
        self._fetch(self._rows(key))
        return _index.get(torch.Tensor(self._values, self.shape, self.dtype), key)

    def _rows(self, key):
        """Positions, counted through the batch, of which a key takes something."""
        keys = key if isinstance(key, tuple) else (key,)
        lead, used = [], 0
        for k in keys:
            if k is None or k is ...:
                return self._lacking
            dims = k.ndim if isinstance(k, torch.Tensor) and k.dtype is torch.bool else 1
            if used < 2 < used + dims:
                return self._lacking
            if used < 2:
                lead.append(k)
            used += dims
        if used > 3:
            return set()
        try:
            return set(torch.arange(self.shape[0] * self.shape[1]).reshape(*self.shape[:2])[tuple(lead)].reshape(-1).tolist())
        except (IndexError, TypeError, ValueError):
            return set()  # the same key is refused by the tensor itself, in its own words

    def _fetch(self, rows):
        rows = sorted(self._lacking.intersection(rows))
        vocabulary = self.shape[-1]
        if rows:
            hidden = self._hidden if len(rows) == len(self._hidden) else self._hidden[rows]
            found = wait(bridge.predict(self._model, hidden.contiguous()._storage))
            if self._values is None and len(rows) == len(self._hidden):
                self._values = found
            else:
                self._allocate()
                for i, row in enumerate(rows):
                    kernels.copyInto(self._values, row * vocabulary, found, i * vocabulary, vocabulary)
            self._lacking -= set(rows)
        self._allocate()
        if not self._lacking and self._hidden is not None:
            self._hidden = None
            _open.pop(id(self), None)

    def _allocate(self):
        if self._values is None:
            size = self.shape[0] * self.shape[1] * self.shape[2]
            self._values = kernels.full("float32", size, 0)


Logits.__name__ = Logits.__qualname__ = "Tensor"


def fetch_all(but):
    """Complete the logits of every model other than this one, which is about to take the engine."""
    for logits in list(_open.values()):
        if logits._model != but:
            logits._fetch(logits._lacking)
