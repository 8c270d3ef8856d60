"""What functions and methods do with their options: an option that they do not have is an error, whoever it is given to."""

from functools import wraps
from inspect import Parameter, isfunction, signature

from ._missing import NO_GRADIENTS
from ._place import checked_place

# numpy's names, which torch takes too
ALIASES = {"axis": "dim", "keepdims": "keepdim", "x": "input", "a": "input", "x1": "input", "x2": "other"}


def public(function, name=None, makes=False, wants=None):
    """`function` with its options checked. One that makes tensors (`makes`) takes the options that say where to put them;
    `wants` is the class that its first argument must have.
    """
    name = name or function.__name__
    parameters = list(signature(function).parameters.values())
    options = [p.name for p in parameters if p.kind is not Parameter.VAR_KEYWORD and p.name != "self"]
    known = {p.name for p in parameters if p.kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)} - {"self"}
    # sizes may come one by one or, by name, all at once
    several = next((p.name for p in parameters if p.kind is Parameter.VAR_POSITIONAL), "")
    before = [p.name for p in parameters if p.kind is Parameter.POSITIONAL_OR_KEYWORD]
    if makes:
        options += ["device", "requires_grad"]

    @wraps(function)
    def call(*args, **kwargs):
        if kwargs and not kwargs.keys() <= known:
            kwargs = renamed(kwargs, known | {several})
            if several in kwargs and several not in known:
                args += tuple(kwargs.pop(key) for key in before[len(args) :] if key in kwargs) + (kwargs.pop(several),)
            if makes:
                place(name, kwargs)
            refuse_unknown(name, kwargs, known, options)
        if wants and args and not isinstance(args[0], wants):
            given = type(args[0]).__name__
            raise TypeError(f"{name}(): argument '{before[0]}' (position 1) must be {wants.__name__}, not {given}")
        return function(*args, **kwargs)

    call.__name__ = name
    call.is_public = True
    return call


def renamed(kwargs, known):
    return {ALIASES[key] if key not in known and ALIASES.get(key, ...) in known else key: value for key, value in kwargs.items()}


def place(name, kwargs):
    """Take the options that say where a new tensor lies: there is one place, and there are no gradients."""
    checked_place(kwargs.pop("device", None))
    if kwargs.pop("requires_grad", False):
        raise RuntimeError(f"requires_grad=True: {NO_GRADIENTS}.")
    if kwargs.pop("pin_memory", False):
        raise RuntimeError(f"{name}() pins no memory: there is no GPU to copy to. Leave pin_memory out.")
    if repr(kwargs.pop("layout", None)) not in ("None", "torch.strided"):
        raise RuntimeError(f"{name}() makes dense tensors only. Leave layout out.")
    if repr(kwargs.pop("memory_format", None)) not in ("None", "torch.contiguous_format", "torch.preserve_format"):
        raise RuntimeError(f"{name}() makes contiguous tensors only. Leave memory_format out.")


def refuse_unknown(name, kwargs, known, options):
    if kwargs.get("out", 0) is None and "out" not in known:
        del kwargs["out"]
    for key in kwargs:
        if key == "out" and "out" not in known:
            raise TypeError(f"{name}() writes into no tensor given as out= here: assign its result instead.")
        if key not in known:
            has = f"its options here: {', '.join(options)}" if options else "it has no options here"
            raise TypeError(f"{name}() got an unexpected keyword argument '{key}'; {has}")


def wrap_methods(kind):
    """Check the options of every method that has any."""
    for name, value in list(vars(kind).items()):
        if not name.startswith("_") and isfunction(value) and len(signature(value).parameters) > 1:
            setattr(kind, name, public(value, name))
