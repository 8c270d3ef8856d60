"""How deep calls may go: a worker's stack is small, and where it ends Python ends with it.

Calls from Python to Python need none of it, but those through C do (an operator, repr, a sort's key), and Python does not
see how much is left. In Chromium, what needs most ended it at 550 levels, and most of what is common at 600 to 1000.
"""

import sys

from pyodide.ffi import run_sync

MOST = 400
# what Pyodide's event loop needs to wait: an error in the middle of it would be lost, and the promise with it
ROOM = 100


def limit():
    """Let recursion without an end be a RecursionError."""
    sys.setrecursionlimit(MOST)


def wait_for(promise):
    """run_sync, at whatever depth."""
    before = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(before + ROOM)
        return run_sync(promise)
    finally:
        sys.setrecursionlimit(before)
