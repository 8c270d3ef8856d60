"""How the fixtures write arrays: base64 of little-endian floats beside their shape.

    {"shape": [2, 3], "f32": "..."}                  all of an array
    {"rows": [4], "shape": [1, 3], "f32": "..."}     rows 4 (token positions) of a longer one
"""

import base64
import json

import torch

NAMES = {torch.float32: ("f32", "<f4"), torch.float64: ("f64", "<f8")}


def encode(array, rows=None):
    """A [T, n] tensor, or those `rows` of it, as a JSON value; the tensor's dtype decides between f32 and f64."""
    if rows is not None:
        return {"rows": list(rows), **encode(array[list(rows)])}
    name, layout = NAMES[array.dtype]
    data = array.contiguous().numpy().astype(layout).tobytes()
    return {"shape": list(array.shape), name: base64.b64encode(data).decode()}


def dumps(value, width=480, indent=""):
    """JSON with whatever fits `width` on one line: a list of ids, one candidate of an experiment."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) <= width or not isinstance(value, (dict, list)):
        return line
    deeper = indent + " "
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {dumps(item, width, deeper)}" for key, item in value.items()]
        opening, closing = "{", "}"
    else:
        items = [dumps(item, width, deeper) for item in value]
        opening, closing = "[", "]"
    return opening + "\n" + ",\n".join(deeper + item for item in items) + f"\n{indent}{closing}"


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dumps(value) + "\n", encoding="utf-8")
