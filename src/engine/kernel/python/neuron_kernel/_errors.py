"""Errors as a notebook shows them: from the cell on, with the cell's own lines."""

import linecache
import sys
import traceback

HERE = __file__.rpartition("/")[0]
OFFERED = "torch, transformer_lens, neuron_notebook"


def remember(name, source):
    """Keep a cell's lines, so that tracebacks can show them."""
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)


def error_output(error):
    """The .ipynb output of an error."""
    return {
        "output_type": "error",
        "ename": type(error).__name__,
        "evalue": _message(error),
        "traceback": explain(error).rstrip("\n").split("\n"),
    }


def _message(error):
    try:
        return str(error)
    except Exception as failure:
        return f"(its message could not be made: {type(failure).__name__} in __str__)"


def explain(error):
    """The traceback's text. Frames of the kernel and of the page's packages say nothing to who wrote the cell."""
    _add_hint(error)
    _add_line(error)
    told = traceback.TracebackException(type(error), error, error.__traceback__)
    _shorten(told)
    text = "".join(told.format())
    return text.replace('  File "Cell [', "  Cell [").replace(']", line', "], line")


def _shorten(told):
    """Drop our frames and what they call, here and in the errors this one came from."""
    while told is not None:
        told.stack[:] = _theirs(told.stack)
        if told.__cause__ is not None:
            _shorten(told.__cause__)
        told = None if told.__suppress_context__ else told.__context__


def _theirs(frames):
    """The frames of cells, and of what they call in Python's own library."""
    kept, ours = [], False
    for frame in frames:
        if _is_ours(frame):
            ours = True
        elif frame.filename.startswith("Cell ["):
            ours = False
        if not ours:
            kept.append(frame)
    return kept


def _is_ours(frame):
    return frame.filename.startswith(HERE) or "/site-packages/" in frame.filename


def _add_line(error):
    """The compiler, unlike the parser, looks for a line only in files."""
    if isinstance(error, SyntaxError) and error.text is None and error.filename and error.lineno:
        error.text = linecache.getline(error.filename, error.lineno) or None


def _add_hint(error):
    if type(error) is ImportError and error.name_from:
        _say_what_is_there(error)
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return
    name = error.name.partition(".")[0]
    if name not in sys.stdlib_module_names and name not in sys.modules:
        error.add_note(
            f"The page has {OFFERED} and Python's standard library. Packages cannot be installed here; "
            f"save the notebook and run it in Jupyter if it needs {name}."
        )


def _say_what_is_there(error):
    """`from torch import rand` loses the sentence that torch.rand gives."""
    try:
        getattr(sys.modules.get(error.name), error.name_from)
    except AttributeError as missing:
        error.add_note(str(missing))
