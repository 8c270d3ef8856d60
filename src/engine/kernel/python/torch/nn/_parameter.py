"""A module's weights."""

from .._tensor import Tensor


class Parameter(Tensor):
    """A tensor that a module owns. It prints as torch's does; what is computed from it has no gradient here."""

    __module__ = "torch.nn.parameter"

    def __init__(self, data=None, requires_grad=True):
        if data is None:
            from .._create import zeros

            data = zeros(0)
        super().__init__(data._storage, data.shape, data.dtype, data._strides, data._offset)
        self._requires_grad = bool(requires_grad)

    @property
    def requires_grad(self):
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, flag):
        self._requires_grad = bool(flag)

    def __repr__(self):
        return f"Parameter containing:\n{super().__repr__()}"

    def __deepcopy__(self, memo):
        return Parameter(self.clone(), self.requires_grad)
