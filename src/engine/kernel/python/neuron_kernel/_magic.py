"""Turns a cell's source into a syntax tree; Jupyter's commands, which are not Python, are skipped or refused clearly."""

import ast
import re
import sys

from ._errors import OFFERED, remember

COMMAND = re.compile(r"^\s*(?:[!%]|%%)\s*(\w+)")
INSTALL = re.compile(r"^\s*[!%]\s*(?:python3? -m )?pip\s+install\s+(.*)$")
HERE_ALREADY = {"torch", "transformer_lens", "transformer-lens", "neuron_notebook"}


def parse(source, name):
    """The tree of a cell, and its text without commands as `tree.text`; `tree.silent` when its last statement ends in
    a semicolon. Raises SyntaxError."""
    remember(name, source)
    lines = source.split("\n")
    try:
        tree = _tree(source, name)
    except SyntaxError as error:
        if error.lineno is None or not COMMAND.match(_line(lines, error.lineno)):
            raise
        tree = _tree("\n".join(_without_commands(lines, name)), name)
    return tree


def _tree(source, name):
    tree = compile(source, name, "exec", ast.PyCF_ONLY_AST)
    tree.text = source
    tree.silent = bool(tree.body) and _after(source, tree.body[-1]).startswith(";")
    return tree


def _after(source, statement):
    """What stands behind a statement, in its last line."""
    line = re.split(r"\r\n|\r|\n", source)[statement.end_lineno - 1].encode()
    return line[statement.end_col_offset :].decode().lstrip()


def _line(lines, number):
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _without_commands(lines, name):
    """Lines that install what is here already become empty; other commands are an error."""
    kept = []
    for number, line in enumerate(lines, 1):
        command = COMMAND.match(line)
        install = INSTALL.match(line)
        if install and _all_here(install[1]):
            print(f"Skipped: {line.strip()} (it is here already)", file=sys.stderr)
            line = ""
        elif command:
            problem = f"{line.strip().split()[0]} is a command of Jupyter's, not Python; the page has {OFFERED} and Python's standard library"
            raise SyntaxError(problem, (name, number, 1, line, number, len(line) + 1))
        kept.append(line)
    return kept


def _all_here(arguments):
    names = [word for word in arguments.split() if not word.startswith("-")]
    return bool(names) and all(re.split(r"[<>=!~\[]", word.strip("\"'"))[0] in HERE_ALREADY for word in names)
