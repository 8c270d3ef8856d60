"""Stops a running cell without a shared buffer.

A page that is not isolated has no SharedArrayBuffer, so nobody outside can set a flag that Python would read. But
Pyodide polls its interrupt buffer from JavaScript, and the worker gives it one that says SIGINT every 50 ms. The handler
here then waits for a moment by JSPI, in which the worker reads its messages, and raises only when asked to. What is one
long call into C code cannot be stopped so; the page then ends the worker.
"""

import inspect
import signal
import time

from _neuron import yielding
from pyodide.ffi import can_run_sync

from ._depth import wait_for

# what run_sync calls to prepare: its C code begins with an isinstance, which is abc's
LOOP = {"asyncio", "pyodide", "_pyodide", "abc"}
WAITING = {__name__, f"{__package__}._depth", f"{__package__}._await"}
_watching = _stopped = False
_run = None


class Stopped(BaseException):
    """Ends a task of a cell's that runs while the cell waits for it. The loop would end with a KeyboardInterrupt."""


def install(run):
    """Look for interrupts while the function with the code `run` is on the stack."""
    global _run
    _run = run
    signal.signal(signal.SIGINT, _look)
    time.sleep = _sleep


def watch(on):
    """Whether a cell may be stopped now."""
    global _watching, _stopped
    _watching, _stopped = on, False


def _is_loops(frame):
    name = frame.f_globals.get("__name__", "")
    return name in WAITING or name.partition(".")[0] in LOOP


def _runs(frame):
    """Who is running: the "cell", a "task" of its that the event loop runs while the cell waits, or None.

    None is the event loop's own code, and what that calls: an error raised there would be lost. And run_sync is the
    loop's code, too: to wait inside of its preparations breaks the thread state that it is about to save, and Python dies.
    """
    outermost = None
    while frame and not _is_loops(frame):
        if frame.f_code is _run:
            return "cell"
        outermost, frame = frame, frame.f_back
    if outermost is None or not outermost.f_code.co_flags & inspect.CO_COROUTINE:
        return None
    while frame and _is_loops(frame):
        frame = frame.f_back
    return None if frame else "task"


def _look(_, frame):
    runs = _watching and _runs(frame)
    if runs == "cell":
        look()
    elif runs == "task" and _asked():
        global _stopped
        _stopped = True
        raise Stopped


def look():
    """Let the worker read its messages, and raise KeyboardInterrupt if one asked to stop."""
    if _asked() or _stopped:
        raise KeyboardInterrupt


def _asked():
    if not can_run_sync():
        return False
    wait_for(yielding.tick().promise)
    return yielding.take()


def _sleep(seconds):
    """time.sleep that can be stopped: Emscripten's own would block the worker."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        look()
