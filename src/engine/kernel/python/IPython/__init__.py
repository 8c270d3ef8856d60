"""As much of IPython as notebooks import: what shows things, and the shell that carries out commands."""

from neuron_kernel import _shell

from . import display


def get_ipython():
    """The notebook's shell, which has run_line_magic and run_cell_magic."""
    return _shell.SHELL


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"IPython has only 'display' and 'get_ipython' on this page, not '{name}'.")
