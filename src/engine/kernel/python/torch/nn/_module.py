"""torch.nn.Module: parameters, buffers and modules under their names, and how it all prints."""

from .._tensor import Tensor
from ._answers import Handle, Keys
from ._parameter import Parameter

PARTS = ("_parameters", "_buffers", "_modules")


class Module:
    __module__ = "torch.nn.modules.module"
    training = True

    def __init__(self):
        for part in PARTS:
            object.__setattr__(self, part, {})
        object.__setattr__(self, "_hooks", {"before": {}, "after": {}})

    def forward(self, *input):
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *args, **kwargs):
        for hook in list(self._hooks["before"].values()):
            changed = hook(self, args)
            if changed is not None:
                args = changed if isinstance(changed, tuple) else (changed,)
        out = self.forward(*args, **kwargs)
        for hook in list(self._hooks["after"].values()):
            changed = hook(self, args, out)
            out = out if changed is None else changed
        return out

    def register_forward_hook(self, hook):
        """Call hook(module, args, output) after every forward(); what it returns replaces the output."""
        return Handle(self._hooks["after"], hook)

    def register_forward_pre_hook(self, hook):
        return Handle(self._hooks["before"], hook)

    # -- what it has

    def __setattr__(self, name, value):
        if "_modules" not in vars(self):
            if isinstance(value, (Parameter, Module)):
                kind = "parameters" if isinstance(value, Parameter) else "module"
                raise AttributeError(f"cannot assign {kind} before Module.__init__() call")
            return object.__setattr__(self, name, value)
        for part, kind in (("_parameters", Parameter), ("_modules", Module)):
            if isinstance(value, kind):
                for other in PARTS:
                    vars(self)[other].pop(name, None)
                vars(self).pop(name, None)
                vars(self)[part][name] = value
                return None
        if self._parameters.get(name) is not None and value is not None:
            raise TypeError(f"cannot assign '{type(value).__name__}' as parameter '{name}' (torch.nn.Parameter or None expected)")
        for part in PARTS:
            if name in vars(self)[part]:
                vars(self)[part][name] = value
                return None
        return object.__setattr__(self, name, value)

    def __getattr__(self, name):
        for part in PARTS:
            if name in vars(self).get(part, ()):
                return vars(self)[part][name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __delattr__(self, name):
        for part in PARTS:
            if name in vars(self)[part]:
                del vars(self)[part][name]
                return
        object.__delattr__(self, name)

    def __dir__(self):
        return sorted({*object.__dir__(self), *(name for part in PARTS for name in vars(self)[part])})

    def register_buffer(self, name, tensor, persistent=True):
        self._buffers[name] = tensor
        if not persistent:
            vars(self).setdefault("_not_saved", set()).add(name)

    def register_parameter(self, name, param):
        self._parameters[name] = param

    def add_module(self, name, module):
        self._modules[name] = module

    register_module = add_module

    def get_submodule(self, target):
        found = self
        for name in target.split(".") if target else []:
            found = getattr(found, name)
        return found

    def named_modules(self, memo=None, prefix="", remove_duplicate=True):
        memo = set() if memo is None else memo
        if self in memo and remove_duplicate:
            return
        memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                yield from module.named_modules(memo, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def modules(self):
        return (module for _, module in self.named_modules())

    def named_children(self):
        return ((name, module) for name, module in self._modules.items() if module is not None)

    def children(self):
        return (module for _, module in self.named_children())

    def _named(self, part, prefix, recurse):
        seen = set()
        for path, module in self.named_modules(prefix=prefix) if recurse else [(prefix, self)]:
            for name, value in vars(module)[part].items():
                if value is not None and id(value) not in seen:
                    seen.add(id(value))
                    yield f"{path}.{name}" if path else name, value

    def named_parameters(self, prefix="", recurse=True):
        return self._named("_parameters", prefix, recurse)

    def parameters(self, recurse=True):
        return (value for _, value in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix="", recurse=True):
        return self._named("_buffers", prefix, recurse)

    def buffers(self, recurse=True):
        return (value for _, value in self.named_buffers(recurse=recurse))

    def state_dict(self):
        from collections import OrderedDict

        out = OrderedDict()
        for path, module in self.named_modules(remove_duplicate=False):
            kept = {**module._parameters, **module._buffers}
            for name, value in kept.items():
                if value is not None and name not in vars(module).get("_not_saved", ()):
                    out[f"{path}.{name}" if path else name] = value.detach()
        return out

    def load_state_dict(self, state_dict, strict=True):
        own = self.state_dict()
        missing, more = [key for key in own if key not in state_dict], [key for key in state_dict if key not in own]
        wrong = [key for key in own if key in state_dict and own[key].shape != state_dict[key].shape]
        lines = [f"Missing key(s) in state_dict: {', '.join(map(repr, missing))}. ".replace("'", '"')] if missing and strict else []
        lines = ([f"Unexpected key(s) in state_dict: {', '.join(map(repr, more))}. ".replace("'", '"')] if more and strict else []) + lines
        lines += [
            f"size mismatch for {key}: copying a param with shape {state_dict[key].shape} from checkpoint, the shape in current model is {own[key].shape}."
            for key in wrong
        ]
        if lines:
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t" + "\n\t".join(lines))
        for key in own:
            if key in state_dict:
                own[key].copy_(state_dict[key])
        return Keys(missing, more)

    # -- what can be done to all of it

    def apply(self, fn):
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def train(self, mode=True):
        for module in self.modules():
            object.__setattr__(module, "training", mode)
        return self

    def eval(self):
        return self.train(False)

    def requires_grad_(self, requires_grad=True):
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none=True):
        """There are no gradients, so there is nothing to set to zero."""

    def to(self, *args, dtype=None, device=None, non_blocking=False):
        for module in self.modules():
            for part in ("_parameters", "_buffers"):
                for name, value in vars(module)[part].items():
                    if value is None or not value.dtype.is_floating_point:
                        continue
                    moved = value.to(*args, dtype=dtype, device=device, non_blocking=non_blocking)
                    if moved is not value:
                        vars(module)[part][name] = Parameter(moved, value.requires_grad) if part == "_parameters" else moved
        return self

    def cpu(self):
        return self

    def cuda(self, device=None):
        return self.to(device=device)

    def float(self):
        return self.to(Tensor.float(Tensor([0])).dtype)

    def double(self):
        return self.to(Tensor.double(Tensor([0])).dtype)

    # -- how it prints

    def extra_repr(self):
        return ""

    def _get_name(self):
        return type(self).__name__

    def __repr__(self):
        extra = self.extra_repr().split("\n") if self.extra_repr() else []
        children = [f"({name}): {indented(repr(module))}" for name, module in self._modules.items()]
        lines = extra + children
        if not lines:
            return f"{self._get_name()}()"
        if len(extra) == 1 and not children:
            return f"{self._get_name()}({extra[0]})"
        return f"{self._get_name()}(\n  " + "\n  ".join(lines) + "\n)"


def indented(text):
    first, *rest = text.split("\n")
    return "\n".join([first, *("  " + line for line in rest)])
