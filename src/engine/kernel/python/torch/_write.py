"""Methods that write into a tensor."""

from ._data import as_tensor
from ._kernels import kernels
from ._register import methods
from ._tensor import KINDS


@methods
class Writing:
    def copy_(self, source):
        source = as_tensor(source, self.dtype)
        if source.shape and self.numel() and any(size > 1 and not step for size, step in zip(self.shape, self._strides)):
            raise RuntimeError(
                "unsupported operation: more than one element of the written-to tensor refers to a single memory location. "
                "Please clone() the tensor before performing the operation."
            )
        source = source.expand(self.shape)
        if source._storage is self._storage or source._storage == self._storage:
            source = source.clone()
        kernels.assign(
            self._storage, self._offset, source._storage, source._offset,
            self.ndim, *self.shape, *self._strides, *source._strides,
        )  # fmt: skip
        return self

    def fill_(self, value):
        return self.copy_(value)

    def zero_(self):
        return self.copy_(0)

    def _write(self, result):
        if result.dtype.category > self.dtype.category:
            raise RuntimeError(
                f"result type {KINDS[result.dtype]} can't be cast to the desired output type {KINDS[self.dtype]}"
            )
        if result.shape != self.shape:
            raise RuntimeError(
                f"output with shape {list(self.shape)} doesn't match the broadcast shape {list(result.shape)}"
            )
        return self.copy_(result)
