"""Names of activations, and small helpers that notebooks import from transformer_lens.utils."""

import re

__all__ = ["get_act_name", "get_device", "test_prompt", "to_numpy"]

PLACES = {"a": "attn", "attention": "attn", "m": "mlp", "b": "", "block": "", "blocks": ""}
SHORT = dict(attn="pattern", attn_logits="attn_scores", key="k", query="q", value="v", mlp_pre="pre", mlp_mid="mid", mlp_post="post")
IN_ATTN = {"k", "v", "q", "z", "rot_k", "rot_q", "result", "pattern", "attn_scores"}
IN_MLP = {"pre", "post", "mid", "pre_linear"}


def get_act_name(name, layer=None, layer_type=None):
    """('mlp_post', 9) -> 'blocks.9.mlp.hook_post'; 'post9' too; full names stay as they are."""
    if ("." in name or name.startswith("hook_")) and layer is None and layer_type is None:
        return name
    match = re.match(r"([a-z]+)(\d+)([a-z]?.*)", name)
    if match:
        name, layer, layer_type = match.groups()
    name = SHORT.get(name, name)
    place = "attn" if name in IN_ATTN else "mlp" if name in IN_MLP else PLACES.get(layer_type, layer_type)
    if name in ("scale", "normalized") and layer is None:
        place = "ln_final"
    return "".join([f"blocks.{layer}." if layer is not None else "", f"{place}." if place else "", f"hook_{name}"])


def get_device():
    import torch

    return torch.device("cpu")


def test_prompt(*_, **__):
    raise RuntimeError("test_prompt() is for models that write on, which a BERT does not: look at model(tokens)[0, position].topk(10).")


def to_numpy(tensor):
    raise AttributeError("There is no numpy on this page; tensor.tolist() gives Python numbers.")


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"transformer_lens.utils has no '{name}' on this page. There are: {', '.join(__all__)}")
