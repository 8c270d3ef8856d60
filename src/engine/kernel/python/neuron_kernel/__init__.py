"""What the notebook's kernel does around Python: it runs cells, shows values, stops loops and completes names.

The worker calls `start()` once, then `run(source, cell, count)` for every cell and `complete(source, position)`. All that
a cell puts out leaves through `_output.emit`, as the outputs of an .ipynb file.
"""

import ast
import json
import sys

from . import _interrupt, _magic, _names, _output, _refused
from ._completion import completions
from ._display import display, show
from ._errors import error_output

NAMESPACE = sys.modules["__main__"].__dict__


def start():
    """Put output streams, display(), refusals and the interrupt handler in place, and import what cells will."""
    import builtins

    # a first cell should not wait for these
    import neuron_notebook  # noqa: F401
    import torch  # noqa: F401
    import transformer_lens  # noqa: F401

    sys.stdout, sys.stderr = _output.Stream("stdout"), _output.Stream("stderr")
    builtins.display = display
    _refused.install()
    _interrupt.install(run.__code__)
    # Pyodide leaves names of its own in __main__
    for name in [name for name in NAMESPACE if not name.startswith("__")]:
        del NAMESPACE[name]


def run(source, cell, count):
    """Run the cell of this id as number `count`; its last expression's value is displayed.

    Returns JSON: kind ("done", "failed" or "interrupted"), and the names it assigned and used. Errors are put out and
    never leave as exceptions: Pyodide's event loop would throw a KeyboardInterrupt once more.
    """
    outcome = {"kind": "done", "assigned": [], "used": []}
    try:
        try:
            _interrupt.watch(True)
            _run_cell(source, count, outcome)
        finally:
            _interrupt.watch(False)
    except BaseException as error:
        # an interrupt may have come just before the end of watching
        _interrupt.watch(False)
        outcome["kind"] = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
        _output.emit(error_output(error))
    return json.dumps(outcome)


def _run_cell(source, count, outcome):
    before, name = set(NAMESPACE), f"Cell [{count}]"
    tree = _magic.parse(source, name)
    outcome["assigned"], outcome["used"] = _names.of(tree, NAMESPACE)
    value = _evaluate(tree, name)
    # a star import's names are known only now
    new = {name for name in set(NAMESPACE) - before if not name.startswith("_")}
    outcome["assigned"] = sorted(new.union(outcome["assigned"]))
    if value is not None:
        NAMESPACE["_"] = value
        show(value, count)


def _evaluate(tree, name):
    """The value of a last expression, or None; a statement that ends in ; shows nothing, as in Jupyter."""
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), NAMESPACE)
    if last is None:
        return None
    value = eval(compile(ast.Expression(last.value), name, "eval"), NAMESPACE)
    return None if tree.silent else value


def complete(source, position):
    """JSON Completions for a position in a source, counted in characters as Python counts them."""
    return json.dumps(completions(source, position, NAMESPACE))
