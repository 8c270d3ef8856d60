"""Hooks and caches of a model. Names are TransformerLens's, all of them; a run can stand still at some, and at the others says so."""

from contextlib import contextmanager

from ._listed import listed
from ._modules import Module
from .hook_points import NO_GRADIENTS, HookPoint


class HookedRootModule(Module):
    def setup(self, served):
        """Name every part, and note where hooks can be.

        :param served: the names of the hook points at which the engine can stop
        """
        self.mod_dict, self.hook_dict = {}, {}
        self.is_caching, self.context_level = False, 0
        for name, part in self.named_modules():
            if not name:
                continue
            part.name = name
            self.mod_dict[name] = part
            if isinstance(part, HookPoint):
                self.hook_dict[name] = part
                if name not in served:
                    part._refusal = self._refusal

    def hook_points(self):
        return self.hook_dict.values()

    def _served(self):
        return [name for name, point in self.hook_dict.items() if not point._refusal]

    def _refusal(self, names):
        return f"No hook can be on {listed(names)} on this page. Hooks and caches can be on {listed(self._served())}."

    def _points(self, name):
        """The hook points that a name means, or a function that is true for the names meant."""
        if callable(name):
            names = [known for known in self.hook_dict if name(known)]
        elif isinstance(name, str):
            if name not in self.mod_dict:
                raise KeyError(f"HookedEncoder has no hook point '{name}'. Hooks and caches can be on {listed(self._served())}.")
            if name not in self.hook_dict:
                raise AssertionError(f"{name} is no hook point but a part of the model. Hooks and caches can be on {listed(self._served())}.")
            names = [name]
        else:
            raise TypeError(f"A hook's place is a name or a function of names, not an object of type {type(name).__name__}.")
        missing = [one for one in names if self.hook_dict[one]._refusal]
        if missing:
            raise ValueError(self._refusal(missing))
        return [self.hook_dict[one] for one in names]

    # -- adding and removing

    def check_and_add_hook(self, hook_point, hook_point_name, hook, dir="fwd", is_permanent=False, level=None, prepend=False):
        hook_point.add_hook(hook, dir, is_permanent, level, prepend)

    def add_hook(self, name, hook, dir="fwd", is_permanent=False, level=None, prepend=False):
        for point in self._points(name):
            point.add_hook(hook, dir, is_permanent, level, prepend)

    def add_perma_hook(self, name, hook, dir="fwd"):
        self.add_hook(name, hook, dir, is_permanent=True)

    def remove_all_hook_fns(self, direction="both", including_permanent=False, level=None):
        for point in self.hook_points():
            point.remove_hooks(direction, including_permanent, level)

    def clear_contexts(self):
        for point in self.hook_points():
            point.clear_context()

    def reset_hooks(self, clear_contexts=True, direction="both", including_permanent=False, level=None):
        if clear_contexts:
            self.clear_contexts()
        self.remove_all_hook_fns(direction, including_permanent, level)
        self.is_caching = False

    def list_hooks(self, name_filter=None, dir="both", including_permanent=True):
        """The hooks that are there, by hook point."""
        meant = self._filter(name_filter)
        found = {
            name: [handle for handle in point.fwd_hooks if including_permanent or not handle.is_permanent]
            for name, point in self.hook_dict.items()
            if dir != "bwd" and meant(name)
        }
        return {name: handles for name, handles in found.items() if handles}

    @staticmethod
    def _filter(names):
        if names is None or callable(names):
            return names or (lambda name: True)
        return {names}.__contains__ if isinstance(names, str) else set(names).__contains__

    # -- running

    @contextmanager
    def hooks(self, fwd_hooks=(), bwd_hooks=(), reset_hooks_end=True, clear_contexts=False):
        if bwd_hooks:
            raise RuntimeError(NO_GRADIENTS)
        added = [(point, hook) for name, hook in fwd_hooks for point in self._points(name)]
        self.context_level += 1
        try:
            for point, hook in added:
                point.add_hook(hook, level=self.context_level)
            yield self
        finally:
            if reset_hooks_end:
                self.reset_hooks(clear_contexts, level=self.context_level)
            self.context_level -= 1

    def run_with_hooks(self, *model_args, fwd_hooks=(), bwd_hooks=(), reset_hooks_end=True, clear_contexts=False, **model_kwargs):
        """The model's answer while `fwd_hooks`, pairs (name, function), read or change activations on the way."""
        with self.hooks(fwd_hooks, bwd_hooks, reset_hooks_end, clear_contexts):
            return self.forward(*model_args, **model_kwargs)

    def get_caching_hooks(self, names_filter=None, incl_bwd=False, device=None, remove_batch_dim=False, cache=None, pos_slice=None):
        """(a dictionary that will hold activations, the hooks that fill it, []). Without names_filter, of all the page's hook points."""
        if incl_bwd:
            raise RuntimeError(NO_GRADIENTS)
        if pos_slice is not None:
            raise ValueError("pos_slice is not on this page: the cache holds all positions; take cache[name][:, position] afterwards.")
        kept = {} if cache is None else cache

        def keep(value, hook):
            value = value.detach().to(device)
            kept[hook.name] = value[0] if remove_batch_dim else value

        keep.only_reads = True
        if names_filter is None:
            points = [self.hook_dict[name] for name in self._served()]
        elif isinstance(names_filter, list):
            wanted = {point.name for name in names_filter for point in self._points(name)}
            points = [point for name, point in self.hook_dict.items() if name in wanted]
        elif isinstance(names_filter, str) or callable(names_filter):
            points = self._points(names_filter)
        else:
            raise ValueError("names_filter must be a string, list of strings, or function")
        self.is_caching = True
        return kept, [(point.name, keep) for point in points], []

    def add_caching_hooks(self, names_filter=None, incl_bwd=False, device=None, remove_batch_dim=False, cache=None):
        """Hooks that stay and fill the dictionary which this returns; the model is to be run afterwards."""
        kept, hooks, _ = self.get_caching_hooks(names_filter, incl_bwd, device, remove_batch_dim, cache)
        for name, keep in hooks:
            self.add_hook(name, keep)
        return kept

    def run_with_cache(
        self, *model_args, names_filter=None, device=None, remove_batch_dim=False, incl_bwd=False, reset_hooks_end=True,
        clear_contexts=False, pos_slice=None, **model_kwargs,
    ):  # fmt: skip
        """(the model's answer, a dictionary of the activations asked for)."""
        kept, hooks, _ = self.get_caching_hooks(names_filter, incl_bwd, device, remove_batch_dim, None, pos_slice)
        with self.hooks(hooks, (), reset_hooks_end, clear_contexts):
            return self(*model_args, **model_kwargs), kept
