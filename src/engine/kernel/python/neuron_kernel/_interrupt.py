"""Stops a running cell without a shared buffer.

A page that is not isolated has no SharedArrayBuffer, so nobody outside can set a flag that Python would read. But
Pyodide polls its interrupt buffer from JavaScript, and the worker gives it one that says SIGINT every 50 ms. The handler
here then waits for a moment by JSPI, in which the worker reads its messages, and raises only when asked to. What is one
long call into C code cannot be stopped so; the page then ends the worker.
"""

import signal
import time

from _neuron import yielding
from pyodide.ffi import can_run_sync

from ._depth import wait_for

# what run_sync calls to prepare: its C code begins with an isinstance, which is abc's
LOOP = {"asyncio", "pyodide", "_pyodide", "abc"}
_looking = _watching = False
_run = None


def install(run):
    """Look for interrupts while the function with the code `run` is on the stack."""
    global _run
    _run = run
    signal.signal(signal.SIGINT, _look)
    time.sleep = _sleep


def watch(on):
    """Whether a cell may be stopped now."""
    global _watching
    _watching = on


def _in_cell(frame):
    """Not so in the event loop's own code, nor in what that calls.

    Callbacks run while the cell waits, and an error raised there would be lost. And run_sync is the loop's code, too:
    to wait inside of its preparations breaks the thread state that it is about to save, and Python dies.
    """
    while frame and frame.f_code is not _run:
        if frame.f_globals.get("__name__", "").partition(".")[0] in LOOP:
            return False
        frame = frame.f_back
    return frame is not None


def _look(_, frame):
    if _watching and _in_cell(frame):
        look()


def look():
    """Let the worker read its messages, and raise KeyboardInterrupt if one asked to stop."""
    global _looking
    if _looking or not can_run_sync():
        return
    _looking = True
    try:
        wait_for(yielding.tick().promise)
    finally:
        _looking = False
    if yielding.take():
        raise KeyboardInterrupt


def _sleep(seconds):
    """time.sleep that can be stopped: Emscripten's own would block the worker."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        look()
