"""Values as outputs: what they say of themselves (_repr_html_ and the like), tables of rows, and text for everything."""

import base64
import json
import pprint

from ._output import emit
from ._tables import table_of

REPRS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
    "application/json": "_repr_json_",
}


def display(*values, raw=False, metadata=None, clear=False, **_):
    """Show values now, as IPython's display does; with raw=True each is a dict of MIME types."""
    if clear:
        emit({"output_type": "clear"})
    for value in values:
        if raw and not (isinstance(value, dict) and all(isinstance(kind, str) for kind in value)):
            raise TypeError(f"display(…, raw=True) takes a dict from MIME types to values, not {type(value).__name__}.")
        data, about = (value, {}) if raw else mime_bundle(value)
        emit({"output_type": "display_data", "data": data, "metadata": {**about, **(metadata or {})}})


def show(value, count):
    """Put out the value of cell `count`."""
    data, about = mime_bundle(value)
    if data:
        emit({"output_type": "execute_result", "execution_count": count, "data": data, "metadata": about})


def mime_bundle(value):
    """(data by MIME type, metadata); text/plain is always there unless the value gives a bundle of its own."""
    if isinstance(value, type):
        return {"text/plain": repr(value)}, {}
    own, about = _own_bundle(value)
    if own is not None:
        return own, about
    data = {"text/plain": _plain(value)}
    for kind, method in REPRS.items():
        found = _call(value, method)
        if found is None:
            continue
        if isinstance(found, tuple):  # IPython allows (data, metadata)
            found, about[kind] = found
        data[kind] = base64.b64encode(found).decode() if isinstance(found, bytes) else found
    table = table_of(value) if "text/html" not in data else None
    if table:
        data["text/html"] = table
    return data, about


def _own_bundle(value):
    found = _call(value, "_repr_mimebundle_")
    if found is None:
        return None, {}
    data, about = found if isinstance(found, tuple) else (found, {})
    json.dumps(data)  # says now, in the cell, what could not be sent
    return {"text/plain": _plain(value), **data}, dict(about)


def _call(value, method):
    """What the method gives, or None where there is no such method; objects that have every attribute count as without."""
    function = getattr(type(value), method, None)
    return function(value) if callable(function) else None


def _plain(value):
    """repr, and over several lines where a collection is long."""
    if type(value) in (list, tuple, dict, set, frozenset):
        return pprint.pformat(value, width=79, compact=False, sort_dicts=False)
    return repr(value)
