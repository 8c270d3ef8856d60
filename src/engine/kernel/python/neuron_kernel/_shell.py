"""What Jupyter's commands do on this page: each is carried out, skipped where it has nothing to do, or refused in a sentence."""

import os
import re
import sys

from . import _output, _timing
from ._commands import CALL
from ._docs import show_help
from ._install import install

NAMESPACE = sys.modules["__main__"].__dict__
# they set up what this page does anyhow, or does without
SKIPPED = {"matplotlib", "load_ext", "reload_ext", "unload_ext", "autoreload", "aimport", "config", "xmode", "colors"}
PIP = re.compile(r"(?:\S*\s*-m\s+)?(?:uv\s+)?(pip[\d.]*|conda|mamba)\s+(.*)")
NETWORK = {"wget", "curl", "git", "huggingface-cli", "hf", "gdown", "ssh", "kaggle"}
REFUSED = {
    "reset": "variables are forgotten by the page's Restart button",
    "debug": "there is no debugger here: print the values, or end a cell with them",
    "pdb": "there is no debugger here: print the values, or end a cell with them",
    "run": "no other program runs here: put its code into a cell",
    "load": "put the code into a cell",
    "pylab": "there is neither numpy nor matplotlib here; torch has the arrays and the mathematics",
    "ls": "Python does it: import os; os.listdir()",
    "javascript": "no JavaScript of a notebook runs here; HTML and SVG are shown",
    "js": "no JavaScript of a notebook runs here; HTML and SVG are shown",
}
SHELLS = {"bash", "sh", "script", "cmd", "system", "sx"}
NO_SHELL = "there is no shell on this page; Python's os, pathlib and shutil work on the notebook's files"


def refuse(sentence):
    raise RuntimeError(sentence)


def command(kind, *texts):
    """Carry out a command found in a cell; its value is the cell's, where it is the last line."""
    if kind == "help":
        return show_help(*texts, NAMESPACE)
    if kind == "shell":
        return system(texts[0])
    if kind == "cell":
        return cell_magic(*texts)
    name, _, line = texts[0].partition(" ")
    return line_magic(name, line.strip())


def line_magic(name, line=""):
    """%name line"""
    if name.startswith("%"):
        refuse(f"%{name} stands in the first line of a cell, not further down.")
    if name in SKIPPED:
        return None
    if name in LINES:
        return LINES[name](line)
    if name in SHELLS:
        refuse(f"%{name}: {NO_SHELL}.")
    _unknown("%", name, LINES)


def cell_magic(name, line, cell):
    """%%name line, and the rest of the cell below it"""
    if name in CELLS:
        return CELLS[name](line, cell)
    if name in WRAPPERS:
        return _run_in(WRAPPERS[name], cell)
    if name in SHELLS:
        refuse(f"%%{name}: {NO_SHELL}.")
    _unknown("%%", name, {**WRAPPERS, **CELLS})


def system(line):
    """!line"""
    line = _expand(line.lstrip("!").strip())
    if pip := PIP.match(line):
        return install("!", pip[1], pip[2])
    program = line.partition(" ")[0] or "!"
    if program in NETWORK:
        refuse(f"!{program} cannot run: the page has no network for cells, so drop a file with the data onto the notebook, or put them into a cell.")
    refuse(f"!{program} cannot run: {NO_SHELL}.")


def _unknown(mark, name, there):
    if name in REFUSED:
        refuse(f"{mark}{name} is not on this page: {REFUSED[name]}.")
    have = ", ".join(f"{mark}{each}" for each in sorted(there))
    refuse(f"{mark}{name} is a command of Jupyter's that this page does not have; it has {have}.")


def _expand(line):
    """Values of the session in the place of {expression} and $name, as IPython puts them; what has none stays as it is."""

    def value(match):
        try:
            return str(eval(match[1] or match[2], NAMESPACE))
        except Exception:
            return match[0]

    return re.sub(r"\{([^{}]+)\}|\$([^\W\d]\w*)", value, line)


def _run_in(wrapper, source):
    """Run a source as a cell's, inside of what a command like %%time does."""
    from ._magic import parse

    with wrapper():
        exec(compile(parse(source, f"<{wrapper.__name__}>"), f"<{wrapper.__name__}>", "exec"), NAMESPACE)


def _env(line):
    name, separator, value = _expand(line).partition("=") if "=" in line else line.partition(" ")
    if not name:
        return dict(os.environ)
    if not separator:
        return os.environ.get(name) or refuse(f"%env: there is no environment variable {name}.")
    os.environ[name.strip()] = value.strip()
    print(f"env: {name.strip()}={value.strip()}")


def _cd(line):
    os.chdir(os.path.expanduser(_expand(line).strip("\"'") or "~"))
    print(os.getcwd())


def _names():
    return sorted(name for name in NAMESPACE if isinstance(name, str) and not name.startswith("_"))


def _who(_):
    print("\t ".join(_names()) if _names() else "Interactive namespace is empty.")


def _write_file(line, cell):
    append, name = re.fullmatch(r"(-a\s+|--append\s+)?(.*)", _expand(line)).groups()
    name = name.strip("\"'") or refuse("%%writefile needs the file's name behind it.")
    print("Appending to" if append else "Overwriting" if os.path.exists(name) else "Writing", name)
    with open(name, "a" if append else "w") as file:
        file.write(cell if cell.endswith("\n") else cell + "\n")


def _display(kind):
    def shown(line, cell):
        from IPython import display

        if line:
            refuse(f"%%{kind.lower()} takes no arguments on this page, not '{line}'.")
        display.display(getattr(display, kind)(cell))

    return shown


LINES = {
    "pip": lambda line: install("%", "pip", _expand(line)),
    "conda": lambda line: install("%", "conda", _expand(line)),
    "mamba": lambda line: install("%", "mamba", _expand(line)),
    "env": _env,
    "set_env": _env,
    "cd": _cd,
    "pwd": lambda _: os.getcwd(),
    "who": _who,
    "who_ls": lambda _: _names(),
    "time": lambda line: _timing.time_one(line, NAMESPACE),
    "timeit": lambda line: _timing.timeit(line, "", NAMESPACE),
}
CELLS = {
    "html": _display("HTML"),
    "HTML": _display("HTML"),
    "latex": _display("Latex"),
    "markdown": _display("Markdown"),
    "svg": _display("SVG"),
    "SVG": _display("SVG"),
    "timeit": lambda line, cell: _timing.timeit(line, cell, NAMESPACE),
    "writefile": _write_file,
}
# what a cell runs inside of
WRAPPERS = {"time": _timing.timed, "capture": _output.silenced}


class InteractiveShell:
    """What get_ipython() gives."""

    user_ns = NAMESPACE

    def run_line_magic(self, magic_name, line="", _stack_depth=1):
        """Carry out %magic_name line; its value, if it has one."""
        return line_magic(magic_name, line.strip())

    def run_cell_magic(self, magic_name, line, cell):
        """Carry out %%magic_name line on the text of a cell."""
        return cell_magic(magic_name, line.strip(), cell)

    def magic(self, arg_s):
        """Carry out a line such as "matplotlib inline"."""
        return command("line", arg_s.lstrip("%"))

    def system(self, cmd):
        """Refuses all but what installs packages that are here already."""
        return system(cmd)

    getoutput = system_piped = system_raw = system

    def __repr__(self):
        return "<the notebook's shell>"

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(
            f"get_ipython() has no '{name}' on this page; it has run_line_magic, run_cell_magic, system and user_ns."
        )


SHELL = InteractiveShell()


def put_in_place():
    """The built-ins that cells need: get_ipython, and what commands become."""
    import builtins

    builtins.get_ipython = lambda: SHELL
    setattr(builtins, CALL, command)
