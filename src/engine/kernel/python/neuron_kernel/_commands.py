"""Finds Jupyter's commands (`%`, `!`, `?`) in a cell's source and puts calls of Python in their place.

A command stands where a statement begins, behind the `=` of an assignment, or ends a statement with `?`. So the source is
read by logical lines, with Python's own tokenizer: what stands in strings, brackets and continued lines is left alone.
"""

import re
import tokenize
from tokenize import OP, TokenError

CALL = "__jupyter__"  # a built-in of the kernel's, see _shell
MIGHT_HAVE = re.compile(r"^[^\S\n]*[!%?]|=[^\S\n]*[!%]|\?", re.MULTILINE)
CELL = re.compile(r"\s*%%(?!\?)([\w.]*)(.*)")
HELP = re.compile(r"(%{0,2}(?!\d)[\w*]+(?:\.(?!\d)[\w*]+|\[-?\d+\])*)\s*(\?\??)$")
NOTHING = {tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT}


def lines_of(source):
    """Its lines, as Python counts them."""
    return re.split(r"\r\n|\r|\n", source)


def translate(source):
    """(source with calls, numbers of the lines that are calls). Lines keep their numbers."""
    if not MIGHT_HAVE.search(source):
        return source, set()
    lines = lines_of(source)
    kept, calls = [], set()
    while len(kept) < len(lines):
        start = len(kept)
        call, length = _statement(lines, start)
        if call is None:
            kept += lines[start : start + length]
        else:
            rows = call.split("\n")
            kept += rows + [""] * (length - len(rows))
            calls.add(start + 1)
    return "\n".join(kept), calls


def call_of(kind, *texts):
    """The Python that carries out a command."""
    return f"{CALL}({', '.join(map(repr, (kind, *texts)))})"


def _statement(lines, start):
    """(the call that replaces the statement at a line or None, lines it has)."""
    line = lines[start]
    code = line.lstrip()
    indent = line[: len(line) - len(code)]
    if code[:1] in ("!", "%"):
        text, length = _continued(lines, start, len(indent))
        if asked := HELP.match(text):
            return indent + call_of("help", *asked.groups()), length
        return indent + _command(text), length
    if code[:1] == "?":
        name = code.strip().strip("?").strip()
        return indent + call_of("help", name, "??" if code.startswith("??") else "?"), 1
    return _python(lines, start, indent)


def _command(text):
    return call_of("shell", text[1:]) if text[0] == "!" else call_of("line", text[1:])


def _python(lines, start, indent):
    """A statement of Python, which may assign what a command gives, or end in ?."""
    depth, before, end = 0, None, start + 1
    try:
        for token in _tokens(lines, start):
            end = start + token.end[0]
            if token.type == tokenize.NEWLINE:
                return _help(lines[end - 1], indent, end - start, before), end - start
            if token.type == tokenize.NL and before is None:
                break
            if token.type in NOTHING:
                continue
            if depth == 0 and token.type == OP and token.string in "!%" and before and before.string == "=":
                row = start + token.start[0] - 1
                column = token.start[1] + (len(indent) if row == start else 0)
                text, length = _continued(lines, row, column)
                target = [*lines[start:row], lines[row][:column]]
                return "\n".join(target) + _command(text), row - start + length
            if token.type == OP:
                depth += (token.string in "([{") - (token.string in ")]}")
            before = token
    except (TokenError, SyntaxError):
        return None, len(lines) - start  # Python says better what is wrong with it
    return None, max(1, end - start)


def _help(line, indent, length, last):
    """The call that a statement ending in ? is, or None."""
    if last is None or last.string != "?" or last.end[0] != length:
        return None
    asked = HELP.search((line if length > 1 else line[len(indent) :])[: last.end[1]])
    return asked and indent + call_of("help", *asked.groups())


def _continued(lines, row, column):
    """(a command's text from a column on, lines it has): one that ends in \\ goes on in the next."""
    text, length = lines[row][column:], 1
    while text.endswith("\\") and row + length < len(lines):
        text = f"{text[:-1]} {lines[row + length].strip()}"
        length += 1
    return text.strip(), length


def _tokens(lines, start):
    rest = (line + "\n" for line in [lines[start].lstrip(), *lines[start + 1 :]])
    return tokenize.generate_tokens(lambda: next(rest, ""))
