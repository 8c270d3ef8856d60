"""What torch says of the hardware. Here it is a CPU; the switches of cuDNN can be set and change nothing."""

from ._missing import missing as _missing
from ._missing import module_getattr as _module_getattr


class _Backend:
    def __init__(self, name, **switches):
        vars(self).update(switches, _name=name, _switches=switches)

    def is_available(self):
        return False

    def is_built(self):
        return False

    def __setattr__(self, name, value):
        if name not in self._switches:
            raise _missing(f"torch.backends.{self._name}", name, list(self._switches))
        vars(self)[name] = value

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise _missing(f"torch.backends.{self._name}", name, ["is_available", "is_built", *self._switches])

    def __repr__(self):
        return f"<torch.backends.{self._name} of the page>"


mps = _Backend("mps")
cuda = _Backend("cuda")
cudnn = _Backend("cudnn", deterministic=False, benchmark=False, enabled=True, allow_tf32=True)
__getattr__ = _module_getattr("torch.backends", globals())
