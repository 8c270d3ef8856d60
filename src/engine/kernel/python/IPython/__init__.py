"""As much of IPython as notebooks import to show things."""

from . import display


def get_ipython():
    """There is no IPython shell here, as in plain Python."""
    return None


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"IPython has only 'display' on this page, not '{name}'.")
