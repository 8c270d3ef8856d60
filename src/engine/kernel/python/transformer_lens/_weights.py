"""The model's weights under TransformerLens's names, read from the engine when their numbers are first looked at."""

from math import prod

import torch

from ._bridge import bridge, wait
from ._modules import READ_ONLY


class _Locked(torch.Tensor):
    """Weights, or a view of some: whatever would write into them says why it cannot."""

    __module__, __qualname__ = "torch", "Tensor"
    # what PyTorch says of weights and their views; nothing is trained here, whatever it says
    requires_grad = property(lambda self: self.__dict__.get("_trainable", False), lambda self, flag: self.__dict__.update(_trainable=flag))

    def _view(self, shape, strides, offset=None):
        view = _Locked(self._storage, shape, self.dtype, strides, self._offset if offset is None else offset)
        view.requires_grad = self.requires_grad
        return view

    def detach(self):
        view = self._view(self.shape, self._strides)
        view.requires_grad = False
        return view

    def __getattribute__(self, name):
        if name.endswith("_") and not name.startswith("_") and name != "requires_grad_":
            raise RuntimeError(READ_ONLY)
        return super().__getattribute__(name)

    def _refuse(self, *_):
        raise RuntimeError(READ_ONLY)

    __setitem__ = __iadd__ = __isub__ = __imul__ = __itruediv__ = __ifloordiv__ = __imod__ = __ipow__ = _refuse
    __iand__ = __ior__ = __ixor__ = _refuse
    data = property(lambda self: self.detach(), _refuse)


class _Unread(_Locked):
    """Weights whose numbers are read when they are first looked at."""

    def __init__(self, read, shape):
        self.__dict__.update(_read=read, _numbers=None)
        super().__init__(None, shape, torch.float32)

    @property
    def _storage(self):
        if self._numbers is None:
            self._numbers = self._read()
        return self._numbers

    @_storage.setter
    def _storage(self, numbers):
        self._numbers = numbers

    def detach(self):
        return _Unread(lambda: self._storage, self.shape)


class Parameter(_Unread):
    __module__ = "torch.nn.parameter"
    __qualname__ = "Parameter"

    def __init__(self, read, shape):
        super().__init__(read, shape)
        self.requires_grad = True

    def __repr__(self):
        return f"Parameter containing:\n{super().__repr__()}"


class Weights:
    """Makes the parameters of one model out of the tensors of its checkpoint.

    :param listed: shapes by the checkpoint's own names
    """

    def __init__(self, model, listed):
        self._model, self._listed = model, listed

    def has(self, source):
        return source in self._listed

    def plain(self, source, *shape):
        """A tensor as it is; `shape` may give its numbers another one."""
        return self._parameter(source, shape or self._listed[source])

    def linear(self, source, into, out):
        """[in, out] of a linear layer's weight [out, in]."""
        return self._parameter(source, (into, out), (1, into))

    def into_heads(self, source, heads, d_model, d_head):
        """[heads, d_model, d_head] of a weight [heads * d_head, d_model]."""
        return self._parameter(source, (heads, d_model, d_head), (d_head * d_model, 1, d_model))

    def out_of_heads(self, source, heads, d_model, d_head):
        """[heads, d_head, d_model] of a weight [d_model, heads * d_head]."""
        return self._parameter(source, (heads, d_head, d_model), (d_head, 1, heads * d_head))

    def absent(self, what, *shape):
        """A weight that TransformerLens has and the page's files have not, since no masked-LM output depends on it."""

        def read():
            raise RuntimeError(f"The weights of the {what} are not on this page, which keeps what the masked-LM head needs.")

        return Parameter(read, shape)

    def _parameter(self, source, shape, strides=None):
        if prod(self._listed.get(source, ())) != prod(shape):
            return self.absent(f"tensor {source}", *shape)

        def read():
            data = wait(bridge.weights(self._model, source)).data
            return data if strides is None else torch.Tensor(data, shape, torch.float32, strides).contiguous()._storage

        return Parameter(read, shape)
