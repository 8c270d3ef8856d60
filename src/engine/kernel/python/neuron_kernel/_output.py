"""Everything a cell puts out, on its way to the page: printed text as it comes, other outputs as JSON."""

import io
import json
from contextlib import contextmanager

import _neuron

_silent = False
DEEPEST = 100  # levels of lists and dicts: the page opens no notebook with many more


@contextmanager
def silenced():
    """Nothing that is put out inside leaves."""
    global _silent
    before, _silent = _silent, True
    try:
        yield
    finally:
        _silent = before


def emit(output):
    """Send an output in the form of an .ipynb file; it comes after what was printed before it."""
    if not isinstance(output, dict) or not isinstance(output.get("output_type"), str):
        raise TypeError("An output is a dict with an output_type, as in an .ipynb file.")
    text = json.dumps(output, allow_nan=False)
    if _depth(output) > DEEPEST:
        raise ValueError(f"An output may be nested {DEEPEST} levels deep. Show less of it, or its repr().")
    if not _silent:
        _neuron.display(text)


def _depth(value):
    """Levels of lists and dicts, of a value that JSON can hold."""
    depth, level = 0, [value]
    while level:
        depth += 1
        insides = (outer.values() if isinstance(outer, dict) else outer for outer in level)
        level = [each for inside in insides for each in inside if isinstance(each, (dict, list, tuple))]
    return depth


class Stream(io.TextIOBase):
    """stdout or stderr of the cells. The worker puts neighbouring texts together."""

    encoding = "utf-8"

    def __init__(self, name):
        self.name = name

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text and not _silent:
            _neuron.stream(self.name, text)
        return len(text)
