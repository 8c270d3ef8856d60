"""What the notebook's kernel does around Python: it runs cells, shows values, stops loops and completes names.

The worker calls `start()` once, then `run` for every cell, `complete` and `inspect` while one is written. All that a
cell puts out leaves through `_output.emit`, as the outputs of an .ipynb file.
"""

import ast
import json
import sys
import warnings
from contextlib import ExitStack

from . import _above, _await, _depth, _docs, _interrupt, _magic, _names, _output, _refused, _shell
from ._completion import completions
from ._display import display, show
from ._errors import error_output, warn_of

NAMESPACE = sys.modules["__main__"].__dict__


def start():
    """Put output streams, display(), refusals, limits and the interrupt handler in place, and import what cells will."""
    import builtins

    # a first cell should not wait for these
    import neuron_notebook  # noqa: F401
    import torch  # noqa: F401
    import transformer_lens  # noqa: F401

    sys.stdout, sys.stderr = _output.Stream("stdout"), _output.Stream("stderr")
    builtins.display = display
    _refused.install()
    _shell.put_in_place()
    warnings.formatwarning = warn_of
    _depth.limit()
    _interrupt.install(run.__code__)
    # Pyodide leaves names of its own in __main__
    for name in [name for name in NAMESPACE if not name.startswith("__")]:
        del NAMESPACE[name]


def run(source, cell, count, unrun="[]"):
    """Run the cell of this id as number `count`; its last expression's value is displayed. `unrun` is as _above has it.

    Returns JSON: kind ("done", "failed" or "interrupted"), the names it assigned and used, and those that it imported
    although they were what it imports already. Errors are put out and
    never leave as exceptions: Pyodide's event loop would throw a KeyboardInterrupt once more.
    """
    outcome = {"kind": "done", "assigned": [], "used": [], "reimported": []}
    try:
        try:
            _interrupt.watch(True)
            _run_cell(source, count, outcome)
        finally:
            _interrupt.watch(False)
    except BaseException as error:
        # an interrupt may have come just before the end of watching
        _interrupt.watch(False)
        if isinstance(error, _interrupt.Stopped):
            error = KeyboardInterrupt().with_traceback(error.__traceback__)
        outcome["kind"] = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
        if sentence := _above.hint(error, unrun):
            error.add_note(sentence)
        _output.emit(error_output(error))
    return json.dumps(outcome)


def _run_cell(source, count, outcome):
    before, name = set(NAMESPACE), f"Cell [{count}]"
    tree = _magic.parse(source, name)
    statements, last = _compile(tree, name)
    outcome["assigned"], outcome["used"], imported = _names.of(tree, NAMESPACE)
    known = {name: NAMESPACE[name] for name in imported if name in NAMESPACE}
    try:
        with ExitStack() as stack:
            for wrapper in tree.wrappers:
                stack.enter_context(_shell.WRAPPERS[wrapper]())
            value = _evaluate(statements, last)
    finally:
        outcome["reimported"] = [name for name in known if NAMESPACE.get(name) is known[name]]
    # a star import's names are known only now
    new = {name for name in set(NAMESPACE) - before if isinstance(name, str) and not name.startswith("_")}
    outcome["assigned"] = sorted(new.union(outcome["assigned"]))
    # a statement that ends in ; shows nothing, as in Jupyter
    if value is not None and not tree.silent and "capture" not in tree.wrappers:
        NAMESPACE["_"] = value
        show(value, count)


def _compile(tree, name):
    """(code of the statements, code of a last expression or None). Raises SyntaxError before any of it runs."""
    last = tree.body[-1] if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    statements = compile(ast.Module(tree.body[:-1] if last else tree.body), name, "exec", flags)
    return statements, last and compile(ast.Expression(last.value), name, "eval", flags)


def _evaluate(statements, last):
    """The value of a last expression, or None; what the cell awaits is waited for."""
    _await.result(eval(statements, NAMESPACE), statements)
    return last and _await.result(eval(last, NAMESPACE), last)


def inspect(source, position):
    """JSON of {"name", "text"} on what stands at a position in a source: signature and documentation; or null."""
    try:
        found = _docs.at(source, position, NAMESPACE)
    except BaseException:
        found = None
    return json.dumps(found and dict(zip(("name", "text"), found)))


def complete(source, position):
    """JSON Completions for a position in a source, counted in characters as Python counts them.

    What the session's own objects do when they are looked at is no reason to end it: there is nothing to offer then.
    """
    try:
        return json.dumps(completions(source, position, NAMESPACE))
    except BaseException:
        return json.dumps({"from": position, "options": []})
