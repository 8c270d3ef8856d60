"""Errors as a notebook shows them: from the cell on, with the cell's own lines."""

import linecache
import sys
import traceback

from pyodide.ffi import JsException

from ._packages import HERE as OFFERED
from ._packages import missing

HERE = __file__.rpartition("/")[0]


def remember(name, source):
    """Keep a cell's lines, so that tracebacks can show them."""
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)


def error_output(error):
    """The .ipynb output of an error."""
    return {
        "output_type": "error",
        "ename": _name(error),
        "evalue": _message(error),
        "traceback": explain(error).rstrip("\n").split("\n"),
    }


def _name(error):
    """JavaScript's errors go by a name of Python's."""
    return "RuntimeError" if isinstance(error, JsException) else type(error).__name__


def _message(error):
    try:
        return error.message if isinstance(error, JsException) else str(error)
    except Exception as failure:
        return f"(its message could not be made: {type(failure).__name__} in __str__)"


def explain(error):
    """The traceback's text. Frames of the kernel and of the page's packages say nothing to who wrote the cell."""
    _add_hint(error)
    _add_line(error)
    if isinstance(error, JsException):
        error = RuntimeError(_message(error)).with_traceback(error.__traceback__)
    told = traceback.TracebackException(type(error), error, error.__traceback__)
    _shorten(told)
    text = "".join(told.format())
    return text.replace('  File "Cell [', "  Cell [").replace(']", line', "], line")


def warn_of(message, category, filename, lineno, line=None):
    """A warning's text. Where it was given in our own code says nothing to who wrote the cell."""
    if filename.startswith("Cell ["):
        code = line or linecache.getline(filename, lineno).strip()
        return f"{filename}, line {lineno}: {category.__name__}: {message}\n" + (f"  {code}\n" if code else "")
    return f"{category.__name__}: {message}\n"


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
    if isinstance(error, SyntaxError) and (error.text or "")[(error.offset or 1) - 1 :][:1] in set("!%?"):
        error.add_note("A command of Jupyter's (%, !, ?) stands on a line of its own, outside of brackets and strings.")
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return
    name = error.name.partition(".")[0]
    if name in sys.modules and name not in sys.stdlib_module_names:
        error.add_note(f"{error.name} is not on this page; it has {', '.join(OFFERED)} and Python's standard library.")
    elif name not in sys.stdlib_module_names:
        error.add_note(missing([name]))


def _say_what_is_there(error):
    """`from torch import rand` loses the sentence that torch.rand gives."""
    try:
        getattr(sys.modules.get(error.name), error.name_from)
    except AttributeError as missing:
        error.add_note(str(missing))
