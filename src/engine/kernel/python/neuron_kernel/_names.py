"""Which of the session's names a cell assigns, imports and uses, read from its source: for marking stale cells."""

import ast
import builtins
import copy
import symtable
import warnings

from ._commands import CALL

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def of(tree, known):
    """(assigned, used, imported): top-level names, sorted; none of a cell that is nested too deeply to be read.

    `tree` is of _magic.parse. `known` is the namespace, which may hide built-ins. What is imported is assigned too; it is
    imported when nothing else in the cell assigns it.
    """
    try:
        return _of(tree, known)
    except Exception:
        return [], [], []


def _of(tree, known):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they have been given where the cell was compiled
        try:
            table = symtable.symtable(tree.text, "cell", "exec")
        except SyntaxError:  # it knows no await outside of functions
            table = symtable.symtable(ast.unparse(_WithoutAwait().visit(copy.deepcopy(tree))), "cell", "exec")
    deep = [s for child in table.get_children() if child.get_type() != "module" for s in _symbols(child)]
    read_first, assigned = _walk(tree.body)
    deeply_assigned = {s.get_name() for s in deep if s.is_declared_global() and s.is_assigned()}
    assigned |= deeply_assigned
    imported = {s.get_name() for s in table.get_symbols() if s.is_imported() and not s.is_assigned()} - deeply_assigned
    inside = {s.get_name() for s in deep if s.is_global() and s.is_referenced()}
    used = (inside - assigned) | read_first
    used = {name for name in used if name in known or not hasattr(builtins, name)}
    return sorted(assigned), sorted(used), sorted(imported)


class _WithoutAwait(ast.NodeTransformer):
    """Makes of a cell's own awaits what uses the same names without them."""

    def _keep(self, node):
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _keep

    def visit_Await(self, node):
        return self.visit(node.value)

    def visit_AsyncFor(self, node):
        return ast.copy_location(ast.For(**dict(ast.iter_fields(self.generic_visit(node)))), node)

    def visit_AsyncWith(self, node):
        return ast.copy_location(ast.With(**dict(ast.iter_fields(self.generic_visit(node)))), node)

    def visit_comprehension(self, node):
        node.is_async = 0
        return self.generic_visit(node)


def _symbols(table):
    """All symbols of a function's or class's table and of those in it."""
    yield from table.get_symbols()
    for child in table.get_children():
        yield from _symbols(child)


def _walk(nodes):
    """(names read before these nodes write them, names they write), in order; bodies of functions are left out."""
    reads, writes = set(), set()
    for node in nodes:
        read, written = _of_node(node)
        reads |= read - writes
        writes |= written
    return reads, writes


def _of_node(node):
    if isinstance(node, ast.Name):
        return ({node.id}, set()) if isinstance(node.ctx, ast.Load) else (set(), {node.id})
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return set(), {(alias.asname or alias.name).partition(".")[0] for alias in node.names} - {"*"}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == CALL:
        return _of_command(*(argument.value for argument in node.args))
    reads, writes = _walk(_in_order(node))
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        writes |= {node.name}
    if isinstance(node, COMPREHENSIONS):
        own = {name.id for generator in node.generators for name in ast.walk(generator.target) if isinstance(name, ast.Name)}
        return reads - own, writes - own
    return reads, writes


def _of_command(kind, text, *_):
    """A statement behind %time or %timeit is the cell's; other commands use no names."""
    name, _, statement = text.partition(" ")
    return _walk(ast.parse(statement.strip()).body) if kind == "line" and name == "time" else (set(), set())


def _in_order(node):
    """Children in the order in which they are evaluated: values before the targets they go to."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        defaults = [*node.args.defaults, *(default for default in node.args.kw_defaults if default)]
        return [*getattr(node, "decorator_list", []), *defaults]
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases]
    if isinstance(node, COMPREHENSIONS):
        values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        return [*node.generators, *values]
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        return [ast.Name(node.target.id, ast.Load()), node.value, node.target]
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        return [node.value, *(node.targets if isinstance(node, ast.Assign) else [node.target])]
    if isinstance(node, ast.AnnAssign):
        return [part for part in (node.value, node.target) if part]
    if isinstance(node, (ast.For, ast.AsyncFor)):
        return [node.iter, node.target, *node.body, *node.orelse]
    return ast.iter_child_nodes(node)
