"""A place in the model where functions may read and change the activation."""

from dataclasses import dataclass
from typing import Any

from ._modules import Module

NO_GRADIENTS = "There are no gradients on this page, so no backward hooks."


@dataclass
class LensHandle:
    """A hook where it was added; `user_hook` is the function itself."""

    user_hook: Any
    is_permanent: bool = False
    context_level: int | None = None


class HookPoint(Module):
    def __init__(self):
        super().__init__()
        self.fwd_hooks = []
        self.bwd_hooks = []
        self.ctx = {}
        # why no hook can be here; None where a run can stand still
        self._refusal = None

    def layer(self):
        return int(self.name.split(".")[1])

    def add_hook(self, hook, dir="fwd", is_permanent=False, level=None, prepend=False, alias_names=None):
        if dir != "fwd":
            raise RuntimeError(NO_GRADIENTS)
        if alias_names is not None:
            raise ValueError("alias_names is not on this page: a hook point has one name.")
        if self._refusal:
            raise ValueError(self._refusal([self.name]))
        self.fwd_hooks.insert(0 if prepend else len(self.fwd_hooks), LensHandle(hook, is_permanent, level))

    def add_perma_hook(self, hook, dir="fwd"):
        self.add_hook(hook, dir, is_permanent=True)

    def has_hooks(self, dir="both", including_permanent=True, level=None):
        _check(dir)
        return dir != "bwd" and any(
            (including_permanent or not handle.is_permanent) and (level is None or handle.context_level == level) for handle in self.fwd_hooks
        )

    def remove_hooks(self, dir="fwd", including_permanent=False, level=None):
        _check(dir)
        if dir != "bwd" and including_permanent:
            self.fwd_hooks = []
        elif dir != "bwd":
            self.fwd_hooks = [
                handle for handle in self.fwd_hooks if handle.is_permanent or level is not None and handle.context_level != level
            ]

    def clear_context(self):
        self.ctx = {}

    def only_read(self):
        """Whether no hook here can change the activation, so that it need not go back to the engine."""
        return all(getattr(handle.user_hook, "only_reads", False) for handle in self.fwd_hooks)

    def __call__(self, value):
        for handle in list(self.fwd_hooks):
            changed = handle.user_hook(value, hook=self)
            value = value if changed is None else changed
        return value

    def __repr__(self):
        count = f", {len(self.fwd_hooks)} fwd" if self.fwd_hooks else ""
        return f"HookPoint(name={self.name!r}{count})"


def _check(dir):
    if dir not in ("fwd", "bwd", "both"):
        raise ValueError(f"Invalid direction {dir}")
