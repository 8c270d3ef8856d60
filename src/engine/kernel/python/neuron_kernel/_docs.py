"""What is known of an object: its signature and documentation, for `name?` in a cell and for Shift+Tab in an editor."""

import builtins
import inspect
import re

from ._output import emit

MOST = 20_000  # characters
LONGEST_VALUE = 400
AROUND = re.compile(r"(?:[^\W\d]\w*\.)*[^\W\d]\w*$")
CALLED = re.compile(r"((?:[^\W\d]\w*\.)*[^\W\d]\w*)\s*$")
CLOSES = {")": "(", "]": "[", "}": "{"}


def show_help(name, mark, namespace):
    """Put out what `name?` asks for; `name??` asks for the source too."""
    if not re.fullmatch(r"[\w.\[\]-]+", name):
        raise RuntimeError(f"{name}{mark} asks for what is not a name; write a name before the {mark}, such as print{mark}.")
    try:
        value = eval(name, namespace)
    except Exception:
        raise NameError(f"{name} is not found, so there is no documentation of it: run the cell that assigns it first.") from None
    emit({"output_type": "display_data", "data": {"text/plain": describe(name, value, mark == "??")}, "metadata": {}})


def at(source, position, namespace):
    """(name, text) on what stands at a position in a source, or on the function that is being called there; or None."""
    for name in _candidates(source, position):
        found, value = _find(name, namespace)
        if found:
            return name, describe(name, value)
    return None


def describe(name, value, with_source=False):
    """Signature, kind, value and documentation, as text."""
    parts = []
    if signature := _signature(name.rpartition(".")[2], value):
        parts.append(f"Signature: {signature}")
    parts.append(f"Type:      {type(value).__name__}")
    if not (inspect.isroutine(value) or inspect.isclass(value) or inspect.ismodule(value)):
        parts.append(f"Value:     {_shown(value)}")
    source = _source(value) if with_source else None
    if source:
        parts += ["Source:", source.rstrip()]
    else:
        parts += ["Docstring:", _documentation(value)]
    text = "\n".join(parts)
    return text if len(text) <= MOST else f"{text[:MOST]}\n…"


def _signature(name, value):
    if not callable(value):
        return ""
    try:
        return f"{name}{inspect.signature(value)}"
    except Exception:
        return ""  # some of C's functions tell none but in their documentation


def _documentation(value):
    try:
        own = inspect.getdoc(value)
        made = inspect.getdoc(value.__init__) if inspect.isclass(value) else None
    except Exception:
        return "none"
    if made and made != object.__init__.__doc__ and "See help(type(self))" not in made:
        own = f"{own or ''}\n\n{made}".strip()
    return own or "none"


def _shown(value):
    try:
        text = repr(value)
    except Exception as error:
        return f"(its repr() raises {type(error).__name__})"
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _source(value):
    try:
        return inspect.getsource(value)
    except Exception:
        return None


def _candidates(source, position):
    """The name at the position, then those of the calls around it, from the innermost one out."""
    end = position + len(re.match(r"\w*", source[position:])[0])
    if here := AROUND.search(source[:end]):
        yield here[0]
    open_brackets, before = [], source[:position]
    for index in range(len(before) - 1, -1, -1):
        character = before[index]
        if character in CLOSES:
            open_brackets.append(CLOSES[character])
        elif character in "([{":
            if not open_brackets:
                if character == "(" and (called := CALLED.search(before[:index])):
                    yield called[1]
            elif open_brackets.pop() != character:
                return


def _find(path, namespace):
    first, *rest = path.split(".")
    try:
        value = namespace[first] if first in namespace else getattr(builtins, first)
        for name in rest:
            value = getattr(value, name)
    except Exception:
        return False, None
    return True, value
