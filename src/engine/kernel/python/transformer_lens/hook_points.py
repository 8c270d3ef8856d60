"""A place in the model where functions may read and change the activation."""


class HookPoint:
    def __init__(self, name):
        self.name = name
        self.fwd_hooks = []
        self._permanent = []
        self.ctx = {}

    def layer(self):
        return int(self.name.split(".")[1])

    def add_hook(self, hook, dir="fwd", is_permanent=False, level=None, prepend=False):
        if dir != "fwd":
            raise RuntimeError("There are no gradients on this page, so no backward hooks.")
        self.fwd_hooks.insert(0 if prepend else len(self.fwd_hooks), hook)
        if is_permanent:
            self._permanent.append(hook)

    def remove_hooks(self, dir="fwd", including_permanent=False, level=None):
        self._permanent = [] if including_permanent else self._permanent
        self.fwd_hooks = list(self._permanent)

    def only_read(self):
        """Whether no hook here can change the activation, so that it need not go back to the engine."""
        return all(getattr(hook, "only_reads", False) for hook in self.fwd_hooks)

    def __call__(self, value):
        for hook in list(self.fwd_hooks):
            changed = hook(value, hook=self)
            value = value if changed is None else changed
        return value

    def __repr__(self):
        count = f", {len(self.fwd_hooks)} fwd" if self.fwd_hooks else ""
        return f"HookPoint(name={self.name!r}{count})"
