"""torch.nn: modules that compute forwards. There are no gradients, so none of them can be trained."""

from .._missing import WHY as _WHY
from .._missing import module_getattr as _module_getattr
from . import _plain, functional, init  # noqa: F401
from ._containers import ModuleDict, ModuleList, Sequential  # noqa: F401
from ._layers import Dropout, Embedding, Flatten, Identity, LayerNorm, Linear  # noqa: F401
from ._module import Module
from ._parameter import Parameter  # noqa: F401

for _name, _value in vars(_plain).items():
    if isinstance(_value, type) and issubclass(_value, Module):
        globals()[_name] = _value
_WHY["torch.nn"] = dict.fromkeys(
    "Transformer TransformerEncoder TransformerEncoderLayer MultiheadAttention LSTM GRU RNN Conv1d Conv2d".split(),
    "the model's own layers run in the page's engine; of other layers there are Linear, Embedding, LayerNorm and Dropout",
)
__getattr__ = _module_getattr("torch.nn", globals())
