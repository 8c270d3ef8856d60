"""The loops that JavaScript runs (arrays.ts). What one cannot do is said as an error of torch's, not of JavaScript's."""

from _neuron import kernels as loops
from pyodide.ffi import JsException


class Kernels:
    def __getattr__(self, name):
        """Each loop is looked up once."""
        loop = getattr(loops, name)

        def run(*args):
            try:
                return loop(*args)
            except JsException as error:
                text = str(error)
            if "2 ** 53" in text:
                raise RuntimeError("Whole numbers are exact up to 2 ** 53 here, and this result would be larger: take .double() first.")
            raise RuntimeError("not enough memory: the page cannot hold a tensor of this size")

        setattr(self, name, run)
        return run


kernels = Kernels()
