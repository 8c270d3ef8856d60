"""What cannot work in a page says so in one sentence, instead of waiting for ever or failing deep inside."""

import builtins
import io
import sys
from importlib.machinery import PathFinder

ASKS = "cannot ask here, as the page has no keyboard for it: assign the value to a variable in the cell instead"
LEAVES = "is not needed here: restart Python with the page's Restart button"
NO_DEBUGGER = "has no debugger here: print the values, or end a cell with them"
NO_THREADS = "cannot start a thread, as Python has only one on this page: call the function itself, or run its parts in a loop"
NO_POOL = "cannot start others, as Python has one thread and one process on this page: use map() or a loop"
NO_PROCESS = "cannot start a program, as there are none on this page: Python's os, pathlib and shutil work on the notebook's files"
NO_NETWORK = "cannot connect, as the page has no network for cells: drop a file with the data onto the notebook, or put them into a cell"


def _refuse(name, sentence):
    def refused(*_, **__):
        raise RuntimeError(f"{name} {sentence}.")

    refused.__name__ = refused.__qualname__ = name.removesuffix("()").rpartition(".")[2]
    refused.__doc__ = f"{name} {sentence}."
    return refused


# by module, what in it stands for something that a page lacks; put in place when a cell imports the module
IN_MODULES = {
    "getpass": {"getpass": ASKS},
    "_thread": {"start_new_thread": NO_THREADS},
    "threading": {"Thread.start": NO_THREADS},
    "concurrent.futures.thread": {"ThreadPoolExecutor.__init__": NO_POOL},
    "concurrent.futures.process": {"ProcessPoolExecutor.__init__": NO_POOL},
    "multiprocessing.context": dict.fromkeys((f"BaseContext.{name}" for name in ("Pool", "Manager", "Queue", "Pipe")), NO_POOL),
    "multiprocessing.process": {"BaseProcess.start": NO_POOL},
    "subprocess": {"Popen.__init__": NO_PROCESS},
    "os": dict.fromkeys(("system", "popen", "fork", "execv", "execve", "posix_spawn"), NO_PROCESS),
    "socket": dict.fromkeys(("socket.connect", "socket.connect_ex", "create_connection", "getaddrinfo"), NO_NETWORK),
    "http.client": {"HTTPConnection.connect": NO_NETWORK},
    "urllib.request": {"urlopen": NO_NETWORK, "urlretrieve": NO_NETWORK},
}


def _patch(module):
    """Put the refusals of a module in place."""
    for path, sentence in IN_MODULES[module.__name__].items():
        *owners, name = path.split(".")
        owner = module
        for each in owners:
            owner = getattr(owner, each)
        # what it is called by: Pool() rather than multiprocessing.context.BaseContext.Pool()
        shown = path.removesuffix(".__init__").removeprefix("BaseContext.").removeprefix("Base")
        setattr(owner, name, _refuse(f"{shown}()" if shown[0].isupper() else f"{module.__name__}.{shown}()", sentence))


class _Loader:
    """Loads a module, and patches it."""

    def __init__(self, loader):
        self.loader = loader

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        module.__loader__ = module.__spec__.loader = self.loader
        self.loader.exec_module(module)
        _patch(module)


class _Finder:
    """Finds the modules that are patched as they are imported."""

    def find_spec(self, name, path=None, target=None):
        spec = PathFinder.find_spec(name, path) if name in IN_MODULES else None
        if spec:
            spec.loader = _Loader(spec.loader)
        return spec


class Keyboard(io.TextIOBase):
    """sys.stdin, which refuses to be read."""

    encoding = "utf-8"
    name = "<stdin>"

    read = readline = readlines = __iter__ = __next__ = _refuse("sys.stdin", ASKS)


def install():
    """Replace what needs a terminal, a process, a thread or a network of one's own."""
    sys.stdin = Keyboard()
    builtins.input = _refuse("input()", ASKS)
    builtins.breakpoint = _refuse("breakpoint()", NO_DEBUGGER)
    builtins.exit, builtins.quit, sys.exit = (_refuse(f"{name}()", LEAVES) for name in ("exit", "quit", "sys.exit"))
    for name in IN_MODULES.keys() & sys.modules.keys():
        _patch(sys.modules[name])
    sys.meta_path.insert(0, _Finder())
