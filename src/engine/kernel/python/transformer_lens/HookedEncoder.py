"""HookedEncoder over the page's engine, which runs the model up to a hook point, hands the activation out and goes on."""

from contextlib import contextmanager
from types import SimpleNamespace

import torch

from ._bridge import bridge, wait
from .ActivationCache import ActivationCache
from ._logits import Logits, fetch_all
from .hook_points import HookPoint
from .tokenizer import Tokenizer


class HookedEncoder:
    """A BERT with its masked-LM head. Shapes: B batch, T positions, V vocabulary; ids [B, T], logits [B, T, V].

    Weights stay in the engine: `cfg`, `tokenizer` and `hook_dict` are here, W_in and the like are not.
    """

    def __init__(self, description):
        info = description
        # the engine holds one model at a time and refuses runs of another
        self._name = info.name
        self.cfg = SimpleNamespace(
            model_name=info.name.split("/")[-1], n_layers=info.layers, d_model=info.dModel, d_mlp=info.dMlp, n_heads=info.heads,
            d_head=info.dModel // info.heads, n_ctx=info.positions, d_vocab=info.dVocab, d_vocab_out=info.dVocab,
            act_fn="gelu", eps=info.eps, device="cpu", dtype=torch.float32, tokenizer_name=info.name, attention_dir="bidirectional",
        )  # fmt: skip
        self.tokenizer = Tokenizer(info)
        # where a run can stand still, and the hook points there; both in the order in which a run passes them
        self._stops = {stop: _points_at(stop, info.layers) for stop in info.points.to_py()}
        self.hook_dict = {point.name: point for points in self._stops.values() for point in points}
        self.blocks = [SimpleNamespace() for _ in range(info.layers)]
        for name, point in self.hook_dict.items():
            *path, last = name.split(".")
            place = self.blocks[point.layer()] if path else self
            for step in path[2:]:
                place.__dict__.setdefault(step, SimpleNamespace())
                place = getattr(place, step)
            setattr(place, last, point)

    @classmethod
    def from_pretrained(cls, model_name, **ignored):
        """`cache_dir`, `device` and whatever else is accepted: the page knows where its models are."""
        fetch_all(but=model_name.removeprefix("google-bert/"))
        model = cls(wait(bridge.open(model_name.removeprefix("google-bert/"))))
        print(f"Loaded pretrained model {model_name} into HookedEncoder")
        return model

    from_pretrained_no_processing = from_pretrained

    def to(self, *_, **__):
        return self

    cpu = cuda = eval = requires_grad_ = to

    def train(self, mode=True):
        if mode:
            raise RuntimeError("There is no training on this page.")
        return self

    # -- running

    def __call__(self, input, return_type="logits", token_type_ids=None, one_zero_attention_mask=None):
        """Logits [B, T, V] of ids [B, T], or of texts; return_type "predictions": the words at the masks."""
        if isinstance(input, (str, list)):
            input, _, mask = self.to_tokens(input)
            one_zero_attention_mask = mask if one_zero_attention_mask is None else one_zero_attention_mask
        if input.ndim != 2 or input.dtype is not torch.int64:
            what = f"{input.dtype} {list(input.shape)}"
            raise IndexError(f"Tokens are an int64 tensor [batch, position], not {what}. Of one row make row.unsqueeze(0).")
        logits = self._forward(input, one_zero_attention_mask, token_type_ids)
        if return_type == "predictions":
            rows = logits[input == self.tokenizer.mask_token_id]
            words = self.tokenizer.decode(rows.argmax(-1))
            if " " in words:
                return [f"Prediction {i}: {word}" for i, word in enumerate(words.split(" "))]
            return words
        return None if return_type is None else logits

    forward = __call__

    def _forward(self, ids, mask, types):
        """One pass of the whole batch, which stands still where hooks are; logits [B, T, V], fetched when they are looked at."""
        stops = [stop for stop, points in self._stops.items() if any(point.fwd_hooks for point in points)]
        rows = [None if given is None else given.tolist() for given in (ids, mask, types)]
        step = wait(bridge.start(self._name, *rows, stops))
        try:
            for stop in stops:
                value = activation = _tensor(step)
                for point in self._stops[stop]:
                    value = point(value)
                    _check(value, point.name, activation.shape)
                changed = not all(point.only_read() for point in self._stops[stop])
                step = wait(bridge.resume(step.run, _whole(value)._storage if changed else None))
        except BaseException:
            bridge.drop(step.run)
            raise
        return Logits(self._name, _tensor(step), self.cfg.d_vocab_out)

    # -- hooks: `name` is a hook point's name, several, or a function that is true for the names meant

    def add_hook(self, name, hook, dir="fwd", is_permanent=False, level=None, prepend=False):
        for point in self._points(name):
            point.add_hook(hook, dir, is_permanent, prepend=prepend)

    def reset_hooks(self, clear_contexts=True, direction="both", including_permanent=False, level=None):
        for point in self.hook_dict.values():
            point.remove_hooks(including_permanent=including_permanent)
            if clear_contexts:
                point.ctx = {}

    @contextmanager
    def hooks(self, fwd_hooks=(), bwd_hooks=(), reset_hooks_end=True, clear_contexts=False):
        if bwd_hooks:
            raise RuntimeError("There are no gradients on this page, so no backward hooks.")
        added = [(point, hook) for name, hook in fwd_hooks for point in self._points(name)]
        for point, hook in added:
            point.add_hook(hook)
        try:
            yield self
        finally:
            if reset_hooks_end:
                for point, hook in added:
                    if hook in point.fwd_hooks:
                        point.fwd_hooks.remove(hook)
                if clear_contexts:
                    for point in self.hook_dict.values():
                        point.ctx = {}

    def run_with_hooks(self, *args, fwd_hooks=(), bwd_hooks=(), reset_hooks_end=True, clear_contexts=False, **kwargs):
        """The model's answer while `fwd_hooks`, pairs (name, function), read or change activations on the way."""
        with self.hooks(fwd_hooks, bwd_hooks, reset_hooks_end, clear_contexts):
            return self(*args, **kwargs)

    def run_with_cache(self, *args, return_cache_object=True, remove_batch_dim=False, names_filter=None, **kwargs):
        """(answer, ActivationCache of the hook points asked for; of all of this page's without names_filter)."""
        for option in ("pos_slice", "stop_at_layer"):
            if kwargs.pop(option, None) is not None:
                raise ValueError(f"{option} is not on this page: the cache holds all positions of a whole run.")
        for option in ("device", "incl_bwd", "reset_hooks_end", "clear_contexts"):
            kwargs.pop(option, None)
        kept = {}

        def keep(value, hook):
            kept[hook.name] = value.detach()

        keep.only_reads = True

        names = list(self.hook_dict) if names_filter is None else names_filter
        names = names if isinstance(names, list) else [names]
        with self.hooks([(name, keep) for name in names]):
            out = self(*args, **kwargs)
        cache = ActivationCache(kept, self)
        if remove_batch_dim:
            cache.remove_batch_dim()
        return out, cache if return_cache_object else cache.cache_dict

    def _points(self, name):
        if callable(name):
            return [point for known, point in self.hook_dict.items() if name(known)]
        if isinstance(name, (list, tuple)):
            return [point for one in name for point in self._points(one)]
        if name in self.hook_dict:
            return [self.hook_dict[name]]
        raise ValueError(f"There is no hook point '{name}' on this page. There are: {_listed(self.hook_dict)}.")

    # -- text

    def to_tokens(self, input, move_to_device=True, truncate=True):
        found = self.tokenizer(input, return_tensors="pt", padding=True, truncation=truncate, max_length=self.cfg.n_ctx)
        return found.input_ids, found.token_type_ids, found.attention_mask

    def to_str_tokens(self, input):
        """Not in TransformerLens's HookedEncoder, but in its other models: the tokens of one text, as words."""
        ids = self.to_tokens(input)[0] if isinstance(input, str) else input
        return self.tokenizer.convert_ids_to_tokens(ids[0] if getattr(ids, "ndim", 1) == 2 else ids)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        have = sorted(n for n in {*dir(type(self)), *self.__dict__} if not n.startswith("_"))
        # Python itself goes on with ". Did you mean", where a name is near
        raise AttributeError(f"HookedEncoder has no '{name}' on this page, where weights stay in the engine. There are: {', '.join(have)}")


def _points_at(stop, layers):
    """The hook points where a run stands: what leaves a layer is what the next one reads."""
    names, layer = [stop], 0 if stop == "hook_full_embed" else int(stop.split(".")[1]) + 1
    if not stop.endswith("mlp.hook_post") and layer < layers:
        names.append(f"blocks.{layer}.hook_resid_pre")
    return [HookPoint(name) for name in names]


def _listed(names):
    """Hook points for a sentence: those that differ in the layer only together, such as blocks.{l}.mlp.hook_post (l = 0 to 11)."""
    kinds = {}
    for name in names:
        block, *rest = name.split(".", 2)
        kind = ".".join([block, "{l}", *rest[1:]]) if rest else name
        kinds.setdefault(kind, []).extend(map(int, rest[:1]))
    return ", ".join(kind + _span(layers) for kind, layers in kinds.items())


def _span(layers):
    if not layers:
        return ""
    whole = len(layers) > 2 and layers == list(range(layers[0], layers[-1] + 1))
    return f" (l = {f'{layers[0]} to {layers[-1]}' if whole else ', '.join(map(str, layers))})"


def _tensor(step):
    return torch.Tensor(step.data, tuple(step.shape.to_py()), torch.float32)


def _whole(value):
    """The same numbers as a tensor that is all of its storage, in order."""
    whole = value.is_contiguous() and not value._offset and value._storage.length == value.numel()
    return value if whole else value.clone()


def _check(value, name, shape):
    if not isinstance(value, torch.Tensor) or value.shape != shape or value.dtype is not torch.float32:
        what = f"an object of type {type(value).__name__}" if not isinstance(value, torch.Tensor) else f"{value.dtype} {list(value.shape)}"
        raise ValueError(f"The hook on {name} returned {what}; it must return a float32 tensor of shape {list(shape)}, or nothing.")
