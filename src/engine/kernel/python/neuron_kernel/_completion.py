"""Completions from the living session: names, attributes of what they hold, modules, and keys of dicts."""

import builtins
import inspect
import keyword
import re
import sys
import types

CHAIN = re.compile(r"((?:[^\W\d]\w*\.)*)([^\W\d]\w*)?$")
IMPORT = re.compile(r"^\s*(?:from|import)\s+([\w.]*)$")
FROM = re.compile(r"^\s*from\s+([\w.]+)\s+import\s+(?:\(?[\w\s,]*,\s*|\(?\s*)(\w*)$")
KEY = re.compile(r"((?:[^\W\d]\w*\.)*[^\W\d]\w*)\[(['\"])([^'\"\]]*)$")
MODULES = ["torch", "transformer_lens", "neuron_notebook", "einops", "fancy_einsum", "IPython", "tqdm", "jaxtyping"]
MOST = 400


def completions(source, position, namespace):
    """What fits before `position`: {"from": offset, "options": [{"label", "kind"}]}."""
    line = source[:position].rpartition("\n")[2]
    typed, options = _options(line, namespace)
    return {
        "from": position - len(typed),
        "options": [{"label": label, "kind": kind} for label, kind in options[:MOST]],
    }


def _options(line, namespace):
    """(the part already typed, options that start with it)."""
    if match := KEY.search(line):
        return match[3], _keys(_resolve(match[1], namespace), match[3])
    if "#" in line or line.count('"') % 2 or line.count("'") % 2:
        return "", []
    if match := FROM.match(line):
        return match[2], _attributes(_module(match[1]), match[2])
    if match := IMPORT.match(line):
        return match[1], _modules(match[1])
    path, typed = CHAIN.search(line).groups()
    typed = typed or ""
    if path:
        return typed, _attributes(_resolve(path[:-1], namespace), typed)
    before = line[: len(line) - len(typed)].rstrip()
    if before.endswith(".") or not typed:
        return typed, []
    return typed, _bare(typed, namespace)


def _bare(typed, namespace):
    names = {name: value for name, value in vars(builtins).items() if not name.startswith("_")}
    names |= {name: value for name, value in namespace.items() if isinstance(name, str) and not name.startswith("__")}
    found = [(name, _kind(names[name])) for name in sorted(names) if name.startswith(typed)]
    return found + [(word, "keyword") for word in keyword.kwlist if word.startswith(typed) and word not in names]


def _modules(typed):
    if "." in typed:
        parent, _, rest = typed.rpartition(".")
        return [(f"{parent}.{name}", kind) for name, kind in _attributes(_module(parent), rest) if kind == "module"]
    known = [*MODULES, *sorted(name for name in sys.stdlib_module_names if not name.startswith("_"))]
    return [(name, "module") for name in known if name.startswith(typed)]


def _module(name):
    """A module that is loaded, or one of the page's own; nothing else is imported for a completion."""
    if name.partition(".")[0] in MODULES:
        try:
            __import__(name)
        except ImportError:
            return None
    return sys.modules.get(name)


def _resolve(path, namespace):
    """What a dotted name holds, or None."""
    first, *rest = path.split(".")
    value = namespace.get(first, getattr(builtins, first, None))
    if value is None and first in MODULES:
        value = _module(first)
    try:
        for name in rest:
            value = getattr(value, name)
    except Exception:
        return None
    return value


def _attributes(value, typed):
    if value is None:
        return []
    try:
        names = [name for name in dir(value) if name.startswith(typed) and (typed.startswith("_") or not name.startswith("_"))]
    except Exception:
        return []
    return [(name, _attribute_kind(value, name)) for name in names]


def _attribute_kind(value, name):
    """Looked up without running properties."""
    try:
        found = inspect.getattr_static(value, name)
    except AttributeError:
        return "property"
    kind = _kind(found)
    return "property" if kind == "variable" else kind


def _kind(value):
    if isinstance(value, types.ModuleType):
        return "module"
    if inspect.isclass(value):
        return "class"
    if isinstance(value, (staticmethod, classmethod)) or inspect.isroutine(value):
        return "function"
    return "variable"


def _keys(value, typed):
    try:
        return [(key, "property") for key in value.keys() if isinstance(key, str) and key.startswith(typed)]
    except Exception:
        return []
