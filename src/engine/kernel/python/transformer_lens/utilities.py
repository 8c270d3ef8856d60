"""TransformerLens 3.9's newer name for its utils."""

from .utils import *  # noqa: F403
from .utils import __getattr__  # noqa: F401
