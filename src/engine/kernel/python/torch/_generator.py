"""The generator of random numbers: a Mersenne Twister that gives the numbers torch gives on the CPU for the same seed."""

from ._create import full
from ._kernels import kernels
from ._place import checked_place, device
from ._register import function
from ._tensor import Tensor
from ._types import bool_, float64


class Generator:
    """Where random numbers come from: a Mersenne Twister and its seed."""

    __module__ = "torch"

    def __init__(self, device="cpu"):
        checked_place(device)
        self._state = kernels.full("float64", 626, 0)
        self.manual_seed(67280421310721)

    device = device("cpu")

    def manual_seed(self, seed):
        seed = int(seed)
        if not -(2**63) <= seed < 2**64:
            raise ValueError("Overflow when unpacking long long")
        self._seed = seed % 2**64
        kernels.seed(self._state, self._seed % 2**32)
        return self

    def seed(self):
        """A seed nobody knows, which is returned."""
        import random

        self.manual_seed(random.getrandbits(53))
        return self._seed

    def initial_seed(self):
        return self._seed

    def get_state(self):
        return Tensor(kernels.unary("copy", "float64", self._state, 0, 1, 626, 1), (626,), float64)

    def set_state(self, new_state):
        if not isinstance(new_state, Tensor) or new_state.shape != (626,) or new_state.dtype is not float64:
            raise TypeError("set_state() takes what get_state() gave on this page")
        self._state = new_state.clone()._storage

    def _draw(self, kind, to, count, a=0, b=0):
        return kernels.draw(kind, to.name, self._state, count, float(a), float(b))


default_generator = Generator()
default_generator.seed()


def drawn(kind, shape, to, generator, a=0, b=0):
    """A new tensor of random numbers of one kind."""
    if generator is not None and not isinstance(generator, Generator):
        raise TypeError(f"generator must be a torch.Generator, not {type(generator).__name__}")
    size = full(shape, 0, dtype=bool_).numel()  # which also says what is no size
    return Tensor((generator or default_generator)._draw(kind, to, size, a, b), shape, to)


# -- the generator that is used where none is given


@function
def manual_seed(seed):
    return default_generator.manual_seed(seed)


@function
def seed():
    return default_generator.seed()


@function
def initial_seed():
    return default_generator.initial_seed()


@function
def get_rng_state():
    return default_generator.get_state()


@function
def set_rng_state(new_state):
    default_generator.set_state(new_state)
