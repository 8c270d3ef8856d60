"""The way to the engine. Its answers may be promises; Python waits for them without being asynchronous itself."""

import _neuron
from _neuron import bridge
from neuron_kernel._depth import wait_for
from pyodide.ffi import can_run_sync

yielding = getattr(_neuron, "yielding", None)


def wait(answer):
    """The value of what the engine answered, once it is there. Its errors become RuntimeError with the same sentence.

    Raises ValueError, as TransformerLens does, when there is no model of a name, and KeyboardInterrupt when the cell was
    stopped meanwhile.
    """
    promise = getattr(answer, "promise", None)
    if promise is None:  # a bridge that blocks its thread
        return answer
    if not can_run_sync():
        raise RuntimeError(
            "This browser cannot let Python wait for the model (WebAssembly JSPI is missing). "
            "Chrome and Edge 137, Firefox 153 and Safari 27 have it; or run the notebook in Jupyter."
        )
    value = wait_for(promise)
    if failed := getattr(value, "failed", None):
        raise (ValueError if value.code == "manifest-missing" else RuntimeError)(failed)
    # while Python waited, the worker read its messages
    if yielding is not None and yielding.take():
        raise KeyboardInterrupt
    return value
