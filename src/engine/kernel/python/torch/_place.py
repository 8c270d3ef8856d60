"""Devices. On the page there is one place for tensors, called cpu; names of GPUs are accepted and mean it too."""

import re

KINDS = (
    "cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, lazy, vulkan, mps, meta, hpu, mtia, privateuseone"
).split(", ")


class device:
    """The name of a place, as torch.device("cuda:0"). Tensors are on the cpu whatever they are moved to."""

    __module__ = "torch"
    __slots__ = ("type", "index")

    def __init__(self, type="cpu", index=None):
        if isinstance(type, device):
            type, index = type.type, type.index if index is None else index
        if isinstance(type, int) and not isinstance(type, bool):
            type, index = "cuda", type
        if not isinstance(type, str):
            raise TypeError(f"device(): argument 'type' must be str, not {type.__class__.__name__}")
        parts = re.fullmatch(r"([a-z]+)(?::(\d+))?", type)
        if not parts:
            raise RuntimeError(f"Invalid device string: '{type}'")
        name, number = parts.groups()
        if name not in KINDS:
            raise RuntimeError(f"Expected one of {', '.join(KINDS)} device type at start of device string: {name}")
        if number is not None and index is not None:
            raise RuntimeError(f"type (string) must not include an index because index was passed explicitly: {type}")
        object.__setattr__(self, "type", name)
        object.__setattr__(self, "index", index if number is None else int(number))

    def __setattr__(self, name, value):
        raise AttributeError(f"attribute '{name}' of 'torch.device' objects is not writable")

    def __repr__(self):
        return f"device(type='{self.type}'{'' if self.index is None else f', index={self.index}'})"

    def __str__(self):
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other):
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self):
        return hash((self.type, self.index))

    def __enter__(self):
        checked_place(self)
        return self

    def __exit__(self, *_):
        return False


def checked_place(where):
    """A place that tensors may be asked to be in: the cpu, or the name of a GPU, which means the cpu here."""
    if where is not None and device(where).type not in ("cpu", "cuda", "mps"):
        raise RuntimeError(f"There is no device '{device(where)}' here: tensors are on the cpu, which 'cuda' and 'mps' mean too.")
