"""fancy_einsum on the page's tensors: einsum whose axes have long names."""

import re
from string import ascii_lowercase, ascii_uppercase

import torch

MARKS = ("...", ",", "->")


def convert_equation(equation):
    """The equation with a letter for every name: the name's first one, where it is free."""
    terms = re.findall(r"\.{3}|\w+|,|->", equation)
    names = [term for term in terms if term not in MARKS]
    if "->" not in terms:
        once = sorted(name for name in names if names.count(name) == 1)
        terms += ["->", *(["..."] if "..." in terms else []), *once]
    letters, waiting = {}, []
    for name in dict.fromkeys(term for term in terms if term not in MARKS):
        first = name[0]
        other = first.upper() if first == first.lower() else first.lower()
        free = [letter for letter in (first, other) if letter not in letters.values()]
        if free:
            letters[name] = free[0]
        else:
            waiting.append(name)
    available = [letter for letter in ascii_uppercase + ascii_lowercase if letter not in letters.values()]
    if waiting and not available:
        raise ValueError("Ran out of letters to use for dimension names!")
    letters.update(zip(waiting, available))
    return "".join(letters.get(term, term) for term in terms)


def einsum(equation, *operands):
    """einsum("batch pos d, d mlp -> batch pos mlp", x, w)"""
    if not isinstance(operands[0], torch.Tensor):
        raise RuntimeError(f"Tensor type unknown: {type(operands[0])}")
    return torch.einsum(convert_equation(equation), *operands)


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"fancy_einsum has no '{name}' on this page. There are: convert_equation, einsum")
