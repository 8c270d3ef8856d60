"""Where a missing name would have come from: a cell above that has not run."""

import ast
import json

from . import _commands, _names


def hint(error, unrun):
    """A sentence on a NameError whose name a cell above assigns, or None. `unrun` is JSON: label and source of the cells
    above that have not run in this session, from the first one on."""
    if not isinstance(error, NameError) or isinstance(error, UnboundLocalError) or not error.name:
        return None
    for cell in reversed(json.loads(unrun)):
        if error.name in _assigned(cell["source"]):
            return f"{error.name} is assigned in {cell['label']} above, which has not run in this session: run it first."
    return None


def _assigned(source):
    try:
        text, _ = _commands.translate(source)
        tree = ast.parse(text)
    except SyntaxError:
        return []
    tree.text = text
    return _names.of(tree, {})[0]
