"""Where the files of this package put what they define: functions of `torch`, methods of Tensor, or both."""

from inspect import Parameter, signature
from types import FunctionType

from ._tensor import Tensor, is_number

FUNCTIONS = {}
# functions that make tensors, and take device= and requires_grad=
MAKERS = set()
# functions whose first operand may be a number
NUMBERS_TOO = {"pow", "remainder", "float_power", "xlogy"}


def function(defined):
    FUNCTIONS[defined.__name__] = defined
    return defined


def maker(defined):
    MAKERS.add(defined.__name__)
    return function(defined)


def method(defined):
    defined.__qualname__ = f"Tensor.{defined.__name__}"
    setattr(Tensor, defined.__name__, defined)
    return defined


def methods(group):
    """A class decorator: what the class defines becomes Tensor's."""
    for name, value in vars(group).items():
        if name in ("__module__", "__qualname__", "__doc__", "__dict__", "__weakref__", "__firstlineno__", "__static_attributes__"):
            continue
        if isinstance(value, FunctionType):
            value.__qualname__ = f"Tensor.{value.__name__}"
        setattr(Tensor, name, value)
    return group


def both(defined):
    """torch.name(input, ...) and input.name(...)."""
    method(defined)
    FUNCTIONS[defined.__name__] = function_of(defined.__name__)
    return defined


def function_of(name):
    """The function that is a method too; it wants a tensor first."""

    from ._data import as_tensor

    def call(input, *args, **kwargs):
        if name in NUMBERS_TOO and is_number(input):
            input = as_tensor(input)
        if not isinstance(input, Tensor):
            raise TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
        return getattr(input, name)(*args, **kwargs)

    of = signature(getattr(Tensor, name))
    first, *others = of.parameters.values()
    call.__signature__ = of.replace(parameters=[first.replace(name="input", kind=Parameter.POSITIONAL_OR_KEYWORD), *others])
    call.__name__ = call.__qualname__ = name
    call.__doc__ = getattr(Tensor, name).__doc__
    return call
