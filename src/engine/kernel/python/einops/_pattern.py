"""One side of a pattern such as "batch pos (head d)": its axes, some of them put together in brackets."""

DOTS = "…"


class EinopsError(RuntimeError):
    """A pattern that says nothing, or does not fit the tensor."""

    __module__ = "einops"


class Number:
    """An axis without a name. Two are never the same."""

    def __init__(self, text):
        self.length = int(text)
        if self.length < 1:
            raise EinopsError(f"Anonymous axis should have positive length, not {self.length}")

    def __repr__(self):
        return f"{self.length}-axis"


class Side:
    """
    composition: for every axis of the tensor the names it is put together of, or DOTS
    names: all of them; lengths of 1 have none
    """

    def __init__(self, text, underscore=False, duplicates=False):
        if "." in text:
            if "..." not in text:
                raise EinopsError("Expression may contain dots only inside ellipsis (...)")
            if text.count("...") != 1 or text.count(".") != 3:
                raise EinopsError("Expression may contain dots only inside ellipsis (...); only one ellipsis for tensor ")
            text = text.replace("...", DOTS)
        self.composition, self.names, self.dots_in_brackets = [], {}, False
        self._underscore, self._duplicates = underscore, duplicates
        group, word = None, ""
        for character in text + " ":
            if character.isalnum() or character in ("_", DOTS):
                word += character
                continue
            if character not in "() ":
                raise EinopsError(f"Unknown character '{character}'")
            if word:
                self._add(word, group)
            word = ""
            if character == "(":
                if group is not None:
                    raise EinopsError("Axis composition is one-level (brackets inside brackets not allowed)")
                group = []
            elif character == ")":
                if group is None:
                    raise EinopsError("Brackets are not balanced")
                self.composition.append(group)
                group = None
        if group is not None:
            raise EinopsError(f'Imbalanced parentheses in expression: "{text}"')

    has_dots = property(lambda self: DOTS in self.names)
    has_numbers = property(lambda self: any(isinstance(name, Number) for name in self.names))

    def _add(self, word, group):
        if word in self.names and not self._duplicates and not (self._underscore and word == "_"):
            raise EinopsError(f'Indexing expression contains duplicate dimension "{word}"')
        if word.isdecimal() and int(word) == 1:
            if group is None:
                self.composition.append([])
            return
        if word == DOTS:
            self.dots_in_brackets = group is not None
        elif not word.isdecimal():
            check_name(word, self._underscore)
        name = Number(word) if word.isdecimal() else word
        self.names[name] = True
        if group is not None:
            group.append(name)
        else:
            self.composition.append(DOTS if name == DOTS else [name])


def check_name(word, underscore=False):
    """:raises EinopsError: when an axis cannot be called this"""
    if not word.isidentifier():
        raise EinopsError(f"Invalid axis identifier: {word}\nnot a valid python identifier")
    if (word[0] == "_" or word[-1] == "_") and not (underscore and word == "_"):
        raise EinopsError(f"Invalid axis identifier: {word}\naxis name should should not start or end with underscore")
