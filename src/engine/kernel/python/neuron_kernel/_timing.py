"""%time and %timeit, in the words of IPython's."""

import ast
import math
import re
import time
import timeit as clock
from contextlib import contextmanager

UNITS = [("s", 1), ("ms", 1e3), ("μs", 1e6), ("ns", 1e9)]
OPTION = re.compile(r"-([nr])\s*(\d+)\s+|-([nr])\s*(\d+)$")


def duration(seconds):
    """Such as 1.23 ms."""
    unit, scale = next((each for each in UNITS if seconds * each[1] >= 1), UNITS[-1])
    return f"{seconds * scale:.3g} {unit}"


@contextmanager
def timed():
    """What runs inside is timed; a browser tells no CPU times."""
    began = time.perf_counter()
    yield
    print(f"Wall time: {duration(time.perf_counter() - began)}")


def time_one(source, namespace):
    """Run a statement; its time is printed, and its value is the command's."""
    tree = ast.parse(source or "None")
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with timed():
        exec(compile(tree, "<time>", "exec"), namespace)
        return last and eval(compile(ast.Expression(last.value), "<time>", "eval"), namespace)


def timeit(line, cell, namespace):
    """How long a statement takes, of several runs of many loops each."""
    asked = {"r": 7}
    while option := OPTION.match(line):
        asked[option[1] or option[3]] = int(option[2] or option[4])
        line = line[option.end() :]
    if line.startswith("-"):
        raise RuntimeError(f"%timeit has the options -n and -r on this page, not {line.split()[0]}.")
    statement, setup = (cell, line or "pass") if cell else (line, "pass")
    timer = clock.Timer(statement, setup, globals=namespace)
    loops = asked.get("n") or next(10**n for n in range(10) if n == 9 or timer.timeit(10**n) >= 0.2)
    runs = [seconds / loops for seconds in timer.repeat(asked["r"], loops)]
    mean = math.fsum(runs) / len(runs)
    spread = math.sqrt(math.fsum((run - mean) ** 2 for run in runs) / len(runs))
    of = f"mean ± std. dev. of {len(runs)} run{'s' * (len(runs) != 1)}, {loops:,} loop{'s' * (loops != 1)} each"
    print(f"{duration(mean)} ± {duration(spread)} per loop ({of})")
