"""The parts of a BERT with the names, weights and hook points of TransformerLens 3.9, in the order in which it prints them."""

import torch
from torch.nn import functional

from ._modules import Module
from ._weights import Weights
from .hook_points import HookPoint


def _points(*names):
    return {f"hook_{name}": HookPoint() for name in names}


class Embed(Module):
    pass


class PosEmbed(Module):
    pass


class TokenTypeEmbed(Module):
    pass


class GELU(Module):
    def __repr__(self):
        return "GELU(approximate='none')"

    def __call__(self, x):
        return functional.gelu(x)


class Tanh(Module):
    def __call__(self, x):
        return x.tanh()


class LayerNorm(Module):
    def __init__(self, cfg, weights, source):
        super().__init__(w=weights.plain(f"{source}.weight", cfg.d_model), b=weights.plain(f"{source}.bias", cfg.d_model), **_points("scale", "normalized"))
        self.cfg, self.eps, self.length = cfg, cfg.eps, cfg.d_model

    def __call__(self, x):
        x = x - x.mean(-1, keepdim=True)
        return x / ((x * x).mean(-1, keepdim=True) + self.eps).sqrt() * self.w + self.b


class BertEmbed(Module):
    def __init__(self, cfg, weights):
        source = "bert.embeddings"
        super().__init__(
            embed=Embed(W_E=weights.plain(f"{source}.word_embeddings.weight", cfg.d_vocab, cfg.d_model)),
            pos_embed=PosEmbed(W_pos=weights.plain(f"{source}.position_embeddings.weight", cfg.n_ctx, cfg.d_model)),
            token_type_embed=TokenTypeEmbed(W_token_type=weights.plain(f"{source}.token_type_embeddings.weight", 2, cfg.d_model)),
            ln=LayerNorm(cfg, weights, f"{source}.LayerNorm"),
            **_points("embed", "pos_embed", "token_type_embed"),
        )
        self.cfg = cfg


class Attention(Module):
    def __init__(self, cfg, weights, source):
        size = cfg.n_heads, cfg.d_model, cfg.d_head
        own = f"{source}.self"
        super().__init__(
            W_Q=weights.into_heads(f"{own}.query.weight", *size),
            W_O=weights.out_of_heads(f"{source}.output.dense.weight", *size),
            b_Q=weights.plain(f"{own}.query.bias", cfg.n_heads, cfg.d_head),
            b_O=weights.plain(f"{source}.output.dense.bias", cfg.d_model),
            W_K=weights.into_heads(f"{own}.key.weight", *size),
            W_V=weights.into_heads(f"{own}.value.weight", *size),
            b_K=weights.plain(f"{own}.key.bias", cfg.n_heads, cfg.d_head),
            b_V=weights.plain(f"{own}.value.bias", cfg.n_heads, cfg.d_head),
            **_points("k", "q", "v", "z", "attn_scores", "pattern", "result"),
        )
        self.cfg = cfg
        self._buffers.update(mask=torch.zeros(0, 0, dtype=torch.bool), IGNORE=torch.tensor(-torch.inf))


class MLP(Module):
    def __init__(self, cfg, weights, source):
        super().__init__(
            W_in=weights.linear(f"{source}.intermediate.dense.weight", cfg.d_model, cfg.d_mlp),
            b_in=weights.plain(f"{source}.intermediate.dense.bias", cfg.d_mlp),
            W_out=weights.linear(f"{source}.output.dense.weight", cfg.d_mlp, cfg.d_model),
            b_out=weights.plain(f"{source}.output.dense.bias", cfg.d_model),
            **_points("pre", "post"),
        )
        self.cfg, self.act_fn = cfg, functional.gelu

    def __call__(self, x):
        return self.hook_post(functional.gelu(x @ self.W_in + self.b_in)) @ self.W_out + self.b_out


class BertBlock(Module):
    def __init__(self, cfg, weights, source):
        super().__init__(
            attn=Attention(cfg, weights, f"{source}.attention"),
            ln1=LayerNorm(cfg, weights, f"{source}.attention.output.LayerNorm"),
            mlp=MLP(cfg, weights, source),
            ln2=LayerNorm(cfg, weights, f"{source}.output.LayerNorm"),
            **_points(
                "q_input", "k_input", "v_input", "attn_out", "mlp_in", "mlp_out", "resid_pre", "resid_mid", "resid_post", "normalized_resid_post"
            ),
        )  # fmt: skip
        self.cfg = cfg


class BertMLMHead(Module):
    def __init__(self, cfg, weights):
        source = "cls.predictions.transform"
        super().__init__(
            W=weights.linear(f"{source}.dense.weight", cfg.d_model, cfg.d_model),
            b=weights.plain(f"{source}.dense.bias", cfg.d_model),
            act_fn=GELU(),
            ln=LayerNorm(cfg, weights, f"{source}.LayerNorm"),
        )
        self.cfg = cfg

    def __call__(self, resid):
        return self.ln(self.act_fn(resid @ self.W + self.b))


class Unembed(Module):
    def __init__(self, cfg, weights):
        own, tied = "cls.predictions.decoder.weight", "bert.embeddings.word_embeddings.weight"
        super().__init__(
            W_U=weights.linear(own if weights.has(own) else tied, cfg.d_model, cfg.d_vocab_out),
            b_U=weights.plain("cls.predictions.bias", cfg.d_vocab_out),
            **_points("in", "out"),
        )
        self.cfg = cfg

    def __call__(self, residual):
        return residual @ self.W_U + self.b_U


class BertNSPHead(Module):
    def __init__(self, cfg, weights):
        what = "next-sentence head"
        super().__init__(W=weights.absent(what, cfg.d_model, 2), b=weights.absent(what, 2), **_points("nsp_out"))
        self.cfg = cfg


class BertPooler(Module):
    def __init__(self, cfg, weights):
        w, b = weights.absent("pooler", cfg.d_model, cfg.d_model), weights.absent("pooler", cfg.d_model)
        super().__init__(W=w, b=b, activation=Tanh(), **_points("pooler_out"))
        self.cfg = cfg


def bert(cfg, model, listed):
    """The parts of a HookedEncoder, by name.

    :param listed: the shapes of the checkpoint's tensors by their names
    """
    from ._modules import TypedModuleList

    weights = Weights(model, listed)
    return dict(
        embed=BertEmbed(cfg, weights),
        blocks=TypedModuleList(BertBlock(cfg, weights, f"bert.encoder.layer.{i}") for i in range(cfg.n_layers)),
        mlm_head=BertMLMHead(cfg, weights),
        unembed=Unembed(cfg, weights),
        nsp_head=BertNSPHead(cfg, weights),
        pooler=BertPooler(cfg, weights),
        hook_full_embed=HookPoint(),
    )
