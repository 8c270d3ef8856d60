"""display, clear_output and the classes that say what a text is."""

from neuron_kernel._display import display
from neuron_kernel._output import emit

__all__ = ["display", "clear_output", "DisplayObject", "HTML", "Markdown", "Latex", "Math", "SVG", "JSON", "Pretty"]


class DisplayObject:
    """A text or value with the MIME type it is shown as."""

    mime = "text/plain"

    def __init__(self, data=None, **_):
        self.data = data

    def __repr__(self):
        return f"<IPython.core.display.{type(self).__name__} object>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {self.mime: self.data}


class Pretty(DisplayObject):
    pass


class HTML(DisplayObject):
    mime = "text/html"


class Markdown(DisplayObject):
    mime = "text/markdown"


class Latex(DisplayObject):
    mime = "text/latex"


class Math(Latex):
    def __init__(self, data=None, **options):
        super().__init__(f"$\\displaystyle {data}$", **options)


class SVG(DisplayObject):
    mime = "image/svg+xml"


class JSON(DisplayObject):
    mime = "application/json"


def clear_output(wait=False):
    """Remove what the running cell has put out so far."""
    emit({"output_type": "clear"})
