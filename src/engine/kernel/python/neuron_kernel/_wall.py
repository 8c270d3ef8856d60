"""Takes from Python what leads to JavaScript. The wall itself is in the worker (wall.ts), where no Python can change it;
this is so that a cell is told at once, in one sentence, and finds nothing that does not work."""

import sys
import types

REFUSED = {
    "js": "cannot reach the page's JavaScript",
    "pyodide_js": "cannot reach the page's JavaScript",
    "_pyodide_core": "cannot reach the page's JavaScript",
    "ctypes": "can call no native code",
    "_ctypes": "can call no native code",
}


class _Refusing:
    """First of the finders: what is refused is not looked for."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        why = REFUSED.get(name.partition(".")[0])
        if why is not None:
            raise ImportError(f"{name} is not here: Python in this page {why}.", name=name)


def close():
    """Leave no module with JavaScript in it but `_neuron`."""
    import _neuron
    import pyodide.code
    from pyodide import webloop
    from pyodide.ffi import JsProxy
    from pyodide_js import _api

    # what Pyodide's event loop asks of JavaScript
    schedule = webloop.scheduleCallback = _neuron.schedule
    config = types.SimpleNamespace(enableRunUntilComplete=bool(_api.config.enableRunUntilComplete))
    stand_in = types.ModuleType("pyodide_js")
    stand_in._api = types.ModuleType("pyodide_js._api")
    stand_in._api.config = config
    del _api

    sys.meta_path[:] = [_Refusing, *(each for each in sys.meta_path if type(each).__name__ != "JsFinder")]
    for name in [name for name in sys.modules if name.partition(".")[0] in REFUSED]:
        del sys.modules[name]
    sys.modules["pyodide_js"], sys.modules["pyodide_js._api"] = stand_in, stand_in._api
    sys.modules["_pyodide._importhook"].jsfinder.jsproxies.clear()
    del pyodide.code.run_js
    for name, module in list(sys.modules.items()):
        if isinstance(module, JsProxy):
            if module is not _neuron:
                del sys.modules[name]
            continue
        for member, value in list(vars(module).items()):
            ours = value is schedule or getattr(module, "__name__", "").partition(".")[0] in OURS
            if isinstance(value, JsProxy) and not ours:
                delattr(module, member)


OURS = {"neuron_kernel", "neuron_notebook", "torch", "transformer_lens", "IPython"}
