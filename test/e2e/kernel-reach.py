"""Everything that Python can reach, breadth-first: modules, what gc knows, frames, classes, errors, promises, and of each
object of JavaScript its attributes, elements, prototypes and what calling it gives. Prints what of JavaScript was found."""

import asyncio
import gc
import json
import re
import sys
from collections import deque

import _neuron
import torch
from pyodide import ffi

# names that lead on, whether or not an object lists them
NAMES = """constructor prototype __proto__ then catch finally_ call apply bind caller callee arguments buffer stack cause
js_error target currentTarget srcElement reason promise ports port port1 port2 source self globalThis parent top onmessage
_api _module public_api postMessage addEventListener new""".split()


def failure(call):
    try:
        call()
    except BaseException as error:
        return error


promise = _neuron.bridge.open("nothing of this name").promise
proxy = ffi.create_proxy(lambda *given: given)
given = []
roots = [
    sys.modules,
    sys.meta_path,
    sys._getframe(),
    asyncio.get_event_loop(),
    *gc.get_objects(),
    object.__subclasses__(),
    torch.zeros(3)._storage,
    promise,
    proxy,
    ffi.to_js([1, [2, {"a": 3}]]),
    _neuron.kernels.sort("float32", False, 2, torch.zeros(3)._storage, 0, 3, 1),
    _neuron.kernels.same(ffi.create_proxy(type("Odd", (), {"length": 1, "every": given.append})()), torch.zeros(1)._storage),
    given,
    failure(lambda: _neuron.kernels.unary("no", 1)),
    failure(lambda: _neuron.kernels.matmul("float32", None, None, 1, 1, 1, 1)),
    failure(lambda: _neuron.display("[")),
    failure(lambda: ffi.run_sync(promise)),
    failure(lambda: torch.zeros(3)._storage.constructor("return this")()),
]

queue = deque((("root",), each) for each in roots)
seen, seen_js, found = set(), set(), []


def attribute(value, name):
    """What is there, or how asking for it fails, which is an object, too."""
    try:
        return getattr(value, name, None)
    except Exception as error:
        return error


def reach(path, value):
    if id(value) not in seen:
        seen.add(id(value))
        queue.append((path, value))


def look_at(path, value):
    names = set(dir(value)) - set(dir(ffi.JsProxy))
    try:
        text = str(value)[:100]
    except Exception as error:
        text = str(error)
    # every look makes a new proxy: what looks the same, but for numbers in it, leads to the same
    look = (re.sub(r"-?\d+(\.\d+)?(e[+-]?\d+)?", "0", text), value.typeof, *sorted(names))
    if look in seen_js:
        return
    seen_js.add(look)
    found.append({"path": "/".join(path), "text": text, "type": str(value.typeof), "names": sorted(names)})
    for name in names | set(NAMES):
        reach((*path, name), attribute(value, name))
    for way in ("object_values", "object_entries", "to_py", "as_py_json", "new", "then", "__iter__", "__call__"):
        # what the kernel itself offers is called by others than this
        if way == "__call__" and len(path) < 3:
            continue
        try:
            for each in getattr(value, way)():
                reach((*path, way), each)
        except BaseException as error:
            reach((*path, way), error)


keep = []
while queue:
    path, value = queue.popleft()
    keep.append(value)  # an id must not be used again
    if isinstance(value, ffi.JsProxy):
        look_at(path, value)
    else:
        for each in gc.get_referents(value):
            reach(path[:1] if len(path) > 8 else path, each)
print(json.dumps([len(seen), found]))
