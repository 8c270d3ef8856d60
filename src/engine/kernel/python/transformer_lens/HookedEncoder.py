"""HookedEncoder over the page's engine, which runs the model up to a hook point, hands the activation out and goes on."""

import torch

from ._bridge import bridge, wait
from ._logits import Logits, fetch_all
from .ActivationCache import ActivationCache
from .components import bert
from .config import HookedTransformerConfig
from .from_pretrained import check_options, open_model
from .HookedRootModule import HookedRootModule
from .tokenizer import BertTokenizer


class HookedEncoder(HookedRootModule):
    """A BERT with its masked-LM head. Shapes: B batch, T positions, V vocabulary; ids [B, T], logits [B, T, V].

    It has TransformerLens 3.9's parts, weights and hook points by name. The engine computes; weights can be read, not written.
    """

    def __init__(self, description):
        info = description
        cfg = HookedTransformerConfig(
            d_model=info.dModel, d_head=info.dModel // info.heads, n_layers=info.layers, n_ctx=info.positions, n_heads=info.heads,
            d_mlp=info.dMlp, d_vocab=info.dVocab, eps=info.eps, model_name=info.name.split("/")[-1], tokenizer_name=info.name,
        )  # fmt: skip
        super().__init__(**bert(cfg, info.name, {each["name"]: each["shape"] for each in info.weights.to_py()}))
        # the engine holds one model at a time and refuses runs of another
        self._name, self.cfg, self.tokenizer = info.name, cfg, BertTokenizer(info)
        # where a run can stand still, and the hook points there; both in the order in which a run passes them
        stops = {stop: _points_at(stop, info.layers) for stop in info.points.to_py()}
        self.setup({name for names in stops.values() for name in names})
        self._stops = {stop: [self.hook_dict[name] for name in names] for stop, names in stops.items()}

    @classmethod
    def from_pretrained(
        cls, model_name, checkpoint_index=None, checkpoint_value=None, hf_model=None, device=None, tokenizer=None, move_to_device=True,
        dtype=torch.float32, **from_pretrained_kwargs,
    ):  # fmt: skip
        """A model of the page, by name. What says where to compute or to keep files is accepted: there is one place for each."""
        own = dict(checkpoint_index=checkpoint_index, checkpoint_value=checkpoint_value, hf_model=hf_model, device=device, tokenizer=tokenizer, dtype=dtype)
        check_options({**own, **from_pretrained_kwargs})
        fetch_all(but=model_name.removeprefix("google-bert/"))
        model = cls(open_model(model_name))
        print(f"Loaded pretrained model {model_name} into HookedEncoder")
        return model

    def to(self, device_or_dtype, print_details=True):
        """Says what TransformerLens says. A device changes nothing: there is one place here. Another type of numbers is refused."""
        if isinstance(device_or_dtype, torch.dtype):
            if device_or_dtype is not torch.float32:
                raise RuntimeError(f"The model computes in torch.float32 on this page, not in {device_or_dtype}.")
            said = ("Changing model dtype to", device_or_dtype)
        else:
            device = torch.device(device_or_dtype)
            said = ("Moving model to device: ", device_or_dtype if isinstance(device_or_dtype, str) else device.type)
        if print_details:
            print(*said)
        return self

    def cuda(self, device=None):
        return self.to("cuda" if device is None else f"cuda:{device}" if isinstance(device, int) else device)

    def cpu(self):
        return self.to("cpu")

    def mps(self):
        return self.to(torch.device("mps"))

    # -- running

    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)

    def forward(self, input, return_type="logits", token_type_ids=None, one_zero_attention_mask=None):
        """Logits [B, T, V] of ids [B, T], or of texts; return_type "predictions": the words at the masks."""
        if isinstance(input, (str, list)):
            input, types, mask = self.to_tokens(input)
            token_type_ids = types if token_type_ids is None else token_type_ids
            one_zero_attention_mask = mask if one_zero_attention_mask is None else one_zero_attention_mask
        ids = self._checked(input)
        if ids.numel() or self.list_hooks():
            logits = self._forward(ids, one_zero_attention_mask, token_type_ids)
        else:
            logits = torch.zeros(*ids.shape, self.cfg.d_vocab_out)
        if return_type == "predictions":
            rows = logits[input == self.tokenizer.mask_token_id]
            words = self.tokenizer.decode(rows.argmax(-1))
            if " " in words:
                return [f"Prediction {i}: {word}" for i, word in enumerate(words.split(" "))]
            return words
        return None if return_type is None else logits

    def _checked(self, ids):
        """Token ids that the model has, counted from 0; errors are of the classes that PyTorch raises for them."""
        if not isinstance(ids, torch.Tensor) or ids.ndim != 2 or ids.dtype is not torch.int64:
            what = f"{ids.dtype} {list(ids.shape)}" if isinstance(ids, torch.Tensor) else f"an object of type {type(ids).__name__}"
            raise IndexError(f"Tokens are an int64 tensor [batch, position], not {what}. Of one row make row.unsqueeze(0).")
        length, most, words = ids.shape[1], self.cfg.n_ctx, self.cfg.d_vocab
        if length > most:
            raise RuntimeError(
                f"The size of tensor a ({length}) must match the size of tensor b ({most}) at non-singleton dimension 1: "
                f"this model reads at most {most} tokens. Give the tokenizer truncation=True, or split the text."
            )
        if not ids.numel() and self.list_hooks():
            raise ValueError(f"No hook can see tokens of shape {list(ids.shape)} on this page; give at least one token.")
        strange = ids[(ids >= words) | (ids < -words)]
        if strange.numel():
            raise IndexError(f"index {strange[0].item()} is out of bounds for dimension 0 with size {words}: the model's token ids are 0 to {words - 1}.")
        return torch.where(ids < 0, ids + words, ids) if bool((ids < 0).any()) else ids

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

    def run_with_cache(self, *model_args, return_cache_object=True, remove_batch_dim=False, **kwargs):
        """(answer, ActivationCache of the hook points asked for; of all that this page has without names_filter)."""
        out, kept = super().run_with_cache(*model_args, remove_batch_dim=remove_batch_dim, **kwargs)
        return out, ActivationCache(kept, self, has_batch_dim=not remove_batch_dim) if return_cache_object else kept

    # -- weights of all layers at once

    W_U = property(lambda self: self.unembed.W_U)
    b_U = property(lambda self: self.unembed.b_U)
    W_E = property(lambda self: self.embed.embed.W_E)
    W_pos = property(lambda self: self.embed.pos_embed.W_pos)
    W_E_pos = property(lambda self: torch.cat([self.W_E, self.W_pos], dim=0))
    W_K = property(lambda self: self._stacked("attn", "W_K"))
    W_Q = property(lambda self: self._stacked("attn", "W_Q"))
    W_V = property(lambda self: self._stacked("attn", "W_V"))
    W_O = property(lambda self: self._stacked("attn", "W_O"))
    W_in = property(lambda self: self._stacked("mlp", "W_in"))
    W_out = property(lambda self: self._stacked("mlp", "W_out"))
    b_K = property(lambda self: self._stacked("attn", "b_K"))
    b_Q = property(lambda self: self._stacked("attn", "b_Q"))
    b_V = property(lambda self: self._stacked("attn", "b_V"))
    b_O = property(lambda self: self._stacked("attn", "b_O"))
    b_in = property(lambda self: self._stacked("mlp", "b_in"))
    b_out = property(lambda self: self._stacked("mlp", "b_out"))

    def _stacked(self, part, weight):
        return torch.stack([getattr(getattr(block, part), weight) for block in self.blocks])

    def all_head_labels(self):
        return [f"L{layer}H{head}" for layer in range(self.cfg.n_layers) for head in range(self.cfg.n_heads)]

    # -- text

    def to_tokens(self, input, move_to_device=True, truncate=True):
        found = self.tokenizer(input, return_tensors="pt", padding=True, truncation=truncate, max_length=self.cfg.n_ctx if truncate else None)
        return found.input_ids, found.token_type_ids, found.attention_mask

    def to_str_tokens(self, input):
        """Not in TransformerLens's HookedEncoder, but in its other models: the tokens of one text, as words."""
        ids = self.to_tokens(input)[0] if isinstance(input, str) else input
        return self.tokenizer.convert_ids_to_tokens(ids[0] if getattr(ids, "ndim", 1) == 2 else ids)


def _points_at(stop, layers):
    """The names of the hook points where a run stands: what leaves a layer is what the next one reads."""
    names, layer = [stop], 0 if stop == "hook_full_embed" else int(stop.split(".")[1]) + 1
    if not stop.endswith("mlp.hook_post") and layer < layers:
        names.append(f"blocks.{layer}.hook_resid_pre")
    return names


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
