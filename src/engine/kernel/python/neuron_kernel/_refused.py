"""What cannot work in a page says so in one sentence, instead of waiting for ever or failing deep inside."""

import builtins
import sys


def _refuse(name, sentence):
    def refused(*_, **__):
        raise RuntimeError(f"{name}() {sentence}")

    refused.__name__ = name
    return refused


def install():
    """Replace the built-ins that need a terminal or a process of one's own."""
    asks = "cannot ask here: the page has no keyboard for it. Assign the value to a variable in the cell instead."
    leaves = "is not needed here: restart Python with the page's Restart button."
    builtins.input = _refuse("input", asks)
    builtins.breakpoint = _refuse("breakpoint", "has no debugger here: print the values, or end a cell with them.")
    for name in ("exit", "quit"):
        setattr(builtins, name, _refuse(name, leaves))
    sys.exit = _refuse("sys.exit", leaves)
