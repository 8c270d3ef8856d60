"""Turns a cell's source into a syntax tree, in which Jupyter's commands are calls of Python."""

import ast
import linecache

from ._commands import CELL, call_of, lines_of, translate
from ._errors import remember
from ._shell import WRAPPERS, refuse

FLAGS = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def parse(source, name):
    """The tree of a cell, and the Python it was made from as `tree.text`; `tree.silent` when its last statement ends in a
    semicolon, `tree.wrappers` the commands that it runs in (%%time). Raises SyntaxError."""
    remember(name, source)
    text, wrappers, calls = _split(source)
    if not calls:
        text, calls = translate(text)
    try:
        tree = compile(text, name, "exec", FLAGS)
    except SyntaxError as error:
        _show_written(error, calls)
        raise
    tree.text, tree.wrappers = text, wrappers
    tree.silent = bool(tree.body) and _after(text, tree.body[-1]).startswith(";")
    if calls:
        _place(tree, calls, lines_of(source))
    return tree


def _split(source):
    """(source without %% lines, wrappers, lines that are calls): other %% commands take the rest of the cell as it is."""
    wrappers = []
    lines = lines_of(source)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        command = CELL.match(line)
        if not command:
            break
        name, arguments = command[1], command[2].strip()
        if name not in WRAPPERS:
            body = "\n".join(lines[number:])
            return "\n" * (number - 1) + call_of("cell", name, arguments, body), wrappers, {number}
        if arguments:
            refuse(f"%%{name} takes no arguments on this page, not '{arguments}'.")
        wrappers.append(name)
        lines[number - 1] = ""
    return "\n".join(lines) if wrappers else source, wrappers, set()


def _after(text, statement):
    """What stands behind a statement, in its last line."""
    line = lines_of(text)[statement.end_lineno - 1].encode()
    return line[statement.end_col_offset :].decode().lstrip()


def _place(tree, calls, lines):
    """Let calls stand where their commands were written, as tracebacks underline them."""
    for node in ast.walk(tree):
        if getattr(node, "lineno", None) in calls:
            line = lines[node.lineno - 1]
            node.end_lineno = node.lineno
            node.col_offset = len(line) - len(line.lstrip())
            node.end_col_offset = len(line.rstrip().encode())


def _show_written(error, calls):
    """A syntax error shows the line as it was written."""
    if error.lineno in calls:
        error.text = linecache.getline(error.filename, error.lineno)
        error.end_offset = None
