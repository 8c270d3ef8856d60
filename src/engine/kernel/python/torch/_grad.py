"""Switching gradients off: there are none, so it is done. Each is a with block and a decorator that change nothing."""

from ._missing import NO_TRAINING


class GradMode:
    __module__ = "torch.autograd.grad_mode"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def __call__(self, function):
        return function


class set_grad_enabled(GradMode):
    __module__ = "torch.autograd.grad_mode"

    def __init__(self, mode):
        self.mode = mode
        if mode:
            import warnings

            warnings.warn(f"set_grad_enabled(True) changes nothing: {NO_TRAINING}.", stacklevel=2)

    def __repr__(self):
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self.mode})"


class no_grad(GradMode):
    __module__ = "torch.autograd.grad_mode"

    def __new__(cls, orig_func=None):
        """`@torch.no_grad` without brackets gives the function itself."""
        return orig_func if callable(orig_func) else super().__new__(cls)

    def __init__(self, orig_func=None):
        pass


class inference_mode(GradMode):
    __module__ = "torch.autograd.grad_mode"

    def __new__(cls, mode=True):
        return mode if callable(mode) else super().__new__(cls)

    def __init__(self, mode=True):
        pass


def is_grad_enabled():
    return False


def is_inference_mode_enabled():
    return False
