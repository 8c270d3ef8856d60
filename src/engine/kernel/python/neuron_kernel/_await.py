"""`await` in a cell: what it waits for runs on the event loop, while the cell itself waits and can be stopped."""

import asyncio
import inspect

from pyodide.ffi import can_run_sync

from . import _interrupt
from ._depth import wait_for

PERIOD = 0.05  # seconds between looks for an interrupt


def result(value, code):
    """The value of what a cell's code gave: that of its coroutine, if it awaits something."""
    if not code.co_flags & inspect.CO_COROUTINE:
        return value
    if not can_run_sync():
        value.close()
        raise RuntimeError("This browser cannot let a cell await something; Chrome and Edge 137, Firefox 153 and Safari 27 can.")
    task = asyncio.ensure_future(value)
    task.get_loop().set_exception_handler(_handle)
    try:
        while not task.done():
            wait_for(asyncio.wait([task], timeout=PERIOD))
            _interrupt.look()
    finally:
        task.cancel()
    return task.result()


def _handle(loop, context):
    """What the loop says of errors that nobody waits for; that a task was stopped is none."""
    if not isinstance(context.get("exception"), _interrupt.Stopped):
        loop.default_exception_handler(context)
