"""Activations of one run by name, with TransformerLens's short keys: cache['post', 9] is cache['blocks.9.mlp.hook_post']."""

import torch

from ._listed import listed
from .utils import get_act_name


class ActivationCache:
    def __init__(self, cache_dict, model, has_batch_dim=True):
        self.cache_dict, self.model, self.has_batch_dim = cache_dict, model, has_batch_dim

    def __getitem__(self, key):
        name = key
        if key not in self.cache_dict:
            name = get_act_name(key) if isinstance(key, str) else get_act_name(key[0], *self._layer(*key[1:]))
        if name not in self.cache_dict:
            point = self.model.hook_dict.get(name)
            why = "no hook point of this model" if point is None else "not on this page" if point._refusal else "not in this cache"
            raise KeyError(f"{name} is {why}. The cache holds {listed(self.cache_dict)}.")
        return self.cache_dict[name]

    def _layer(self, layer=None, *kind):
        """A layer below 0 counts from the last."""
        return (layer + self.model.cfg.n_layers if isinstance(layer, int) and layer < 0 else layer, *kind)

    def stack_activation(self, activation_name, layer=-1, sublayer_type=None):
        """One activation of the layers before `layer`, of all without it, as one tensor whose first dimension is the layers."""
        layers = range(self.model.cfg.n_layers if layer in (None, -1) else layer)
        return torch.stack([self[activation_name, each, sublayer_type] for each in layers])

    def __contains__(self, key):
        return key in self.cache_dict

    def __len__(self):
        return len(self.cache_dict)

    def __iter__(self):
        return iter(self.cache_dict)

    def keys(self):
        return self.cache_dict.keys()

    def values(self):
        return self.cache_dict.values()

    def items(self):
        return self.cache_dict.items()

    def to(self, device):
        """The page has one place for tensors, so this changes nothing."""
        return self

    def remove_batch_dim(self):
        if self.has_batch_dim:
            for key, value in self.cache_dict.items():
                assert value.shape[0] == 1, f"Cannot remove batch dimension from cache with batch size {value.shape[0]}"
                self.cache_dict[key] = value[0]
            self.has_batch_dim = False
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        have = sorted(n for n in {*dir(type(self)), *self.__dict__} if not n.startswith("_"))
        raise AttributeError(f"ActivationCache has no '{name}' on this page. There are: {', '.join(have)}")

    def __repr__(self):
        return f"ActivationCache with keys {list(self.cache_dict.keys())}"
