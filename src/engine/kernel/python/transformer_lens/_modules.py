"""A model's parts as torch.nn.Module shows them: nested, printed as a tree, with their weights. Nothing here trains."""

READ_ONLY = (
    "Weights cannot be changed on this page, since the engine computes with its own copy: change an activation by a hook, "
    "such as model.run_with_hooks(tokens, fwd_hooks=[('blocks.9.mlp.hook_post', hook)]), or write on a clone()."
)


class Module:
    """A part of the model, with parts and weights of its own in the order in which they are printed."""

    training = True

    def __init__(self, **inside):
        self.__dict__.update(_parts={}, _weights={}, _buffers={}, name=None)
        for name, value in inside.items():
            kind = self._parts if isinstance(value, Module) else self._weights
            kind[name] = value

    def _inside(self):
        return {**self._weights, **self._buffers, **self._parts}

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        inside = self._inside() if "_parts" in self.__dict__ else {}
        if name in inside:
            return inside[name]
        raise AttributeError(f"{type(self).__name__} has no '{name}' on this page. There are: {', '.join(self._public())}")

    def _public(self):
        """What can be asked for, for sentences and completion."""
        return sorted(name for name in dir(self) if not name.startswith("_"))

    def __dir__(self):
        return [*object.__dir__(self), *self._inside()]

    def __setattr__(self, name, value):
        if name in self._weights or name in self._buffers:
            raise RuntimeError(READ_ONLY)
        if name in self._parts:
            raise RuntimeError(f"'{name}' of {type(self).__name__} cannot be replaced on this page, where the engine runs the model.")
        self.__dict__[name] = value

    def __repr__(self):
        lines = [f"({name}): {part!r}".replace("\n", "\n  ") for name, part in self._parts.items()]
        return f"{type(self).__name__}({''.join(f'{chr(10)}  {line}' for line in lines)}{chr(10) if lines else ''})"

    def __call__(self, *args, **kwargs):
        raise RuntimeError(
            f"{type(self).__name__} cannot be run on its own on this page, where the engine runs the whole model; "
            "LayerNorm, MLP, BertMLMHead and Unembed can, and hooks read and change what passes."
        )

    # -- walking the tree

    def named_children(self):
        return iter(self._parts.items())

    def children(self):
        return iter(self._parts.values())

    def named_modules(self, memo=None, prefix="", remove_duplicate=True):
        if memo is not None or not remove_duplicate:
            raise ValueError("named_modules() takes a prefix only on this page: no part of a BERT is there twice.")
        yield prefix, self
        for name, part in self._parts.items():
            yield from part.named_modules(prefix=f"{prefix}.{name}" if prefix else name)

    def modules(self):
        return (part for _, part in self.named_modules())

    def get_submodule(self, target):
        found = self
        for step in target.split(".") if target else []:
            if step not in found._parts:
                raise AttributeError(f"{type(found).__name__} has no part '{step}'. There are: {', '.join(found._parts)}")
            found = found._parts[step]
        return found

    def _leaves(self, kinds, prefix, recurse):
        parts = self.named_modules(prefix=prefix) if recurse else [(prefix, self)]
        for path, part in parts:
            for kind in kinds:
                for name, value in getattr(part, kind).items():
                    yield f"{path}.{name}" if path else name, value

    def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
        if not remove_duplicate:
            raise ValueError("named_parameters(remove_duplicate=False) is not on this page: no weight of the model is there twice.")
        return self._leaves(["_weights"], prefix, recurse)

    def parameters(self, recurse=True):
        return (value for _, value in self.named_parameters(recurse=recurse))

    def get_parameter(self, target):
        *path, name = target.split(".")
        return getattr(self.get_submodule(".".join(path)), name)

    def named_buffers(self, prefix="", recurse=True, remove_duplicate=True):
        if not remove_duplicate:
            raise ValueError("named_buffers(remove_duplicate=False) is not on this page: no buffer of the model is there twice.")
        return self._leaves(["_buffers"], prefix, recurse)

    def buffers(self, recurse=True):
        return (value for _, value in self.named_buffers(recurse=recurse))

    def state_dict(self, *, prefix="", keep_vars=False):
        """Every weight and buffer by name; numbers are fetched when they are looked at."""
        found = self._leaves(["_weights", "_buffers"], prefix.removesuffix("."), True)
        return dict(found) if keep_vars else {name: value.detach() for name, value in found}

    # -- what changes nothing here, and what cannot be

    def eval(self):
        return self

    def train(self, mode=True):
        if mode:
            raise RuntimeError("There is no training on this page.")
        return self

    def requires_grad_(self, requires_grad=True):
        if requires_grad:
            raise RuntimeError("There are no gradients in this page's torch.")
        return self

    def zero_grad(self, set_to_none=True):
        """There are no gradients to clear, whichever way."""

    def load_state_dict(self, state_dict, strict=True, assign=False):
        raise RuntimeError(READ_ONLY)


class TypedModuleList(Module):
    """The blocks: by number, as a slice, in a loop."""

    def __init__(self, modules):
        super().__init__(**{str(i): module for i, module in enumerate(modules)})

    def __len__(self):
        return len(self._parts)

    def __iter__(self):
        return iter(self._parts.values())

    def __getitem__(self, index):
        parts = list(self._parts.values())
        if isinstance(index, slice):
            return TypedModuleList(parts[index])
        if not -len(parts) <= index < len(parts):
            raise IndexError(f"index {index} is out of range")
        return parts[index]
