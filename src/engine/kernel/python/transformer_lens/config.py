"""What TransformerLens 3.9's HookedTransformerConfig says of a BERT: the model's sizes, and every other field at the value that holds here."""

import pprint

import torch

# the fields that no BERT changes, in TransformerLens's order; None in front of a size means: given by the model
_FIELDS = dict(
    d_model=None, d_head=None, n_layers=None, n_ctx=None, n_heads=None, d_mlp=None, d_vocab=None, device="cpu", use_attn_result=False,
    use_split_qkv_input=False, default_prepend_bos=True, positional_embedding_type="standard", n_key_value_heads=None, attn_only=False,
    gated_mlp=False, uses_rms_norm=False, eps=None, layer_norm_folding=False, act_fn="gelu", normalization_type="LN", num_experts=None,
    experts_per_token=None, final_rms=False, dtype=torch.float32, model_name=None, use_attn_scale=True, attn_scale=None,
    use_hook_mlp_in=False, use_attn_in=False, use_qk_norm=False, clip_qkv=None, use_logn_attn=False, train_seq_length=None,
    use_dynamic_ntk_rope=False, use_local_attn=False, ungroup_grouped_query_attention=False, original_architecture="BertForMaskedLM",
    from_checkpoint=False, checkpoint_index=None, checkpoint_label_type=None, checkpoint_value=None, tokenizer_name=None,
    window_size=None, attn_types=None, init_mode="gpt2", n_devices=1, attention_dir="bidirectional", seed=None, initializer_range=None,
    init_weights=False, scale_attn_by_inverse_layer_idx=False, d_vocab_out=None, parallel_attn_mlp=False, rotary_dim=None, n_params=None,
    use_hook_tokens=False, tokenizer_prepends_bos=None, post_embedding_ln=False, rotary_base=10000, rotary_base_local=None,
    rotary_scaling_factor=1.0, trust_remote_code=False, rotary_adjacent_pairs=False, load_in_4bit=False, quantization_method=None,
    relative_attention_max_distance=None, relative_attention_num_buckets=None, decoder_start_token_id=None, tie_word_embeddings=False,
    use_normalization_before_and_after=False, attn_scores_soft_cap=-1.0, output_logits_soft_cap=-1.0, use_NTK_by_parts_rope=False,
    NTK_by_parts_low_freq_factor=1.0, NTK_by_parts_high_freq_factor=4.0, NTK_by_parts_factor=8.0, NTK_original_ctx_len=8192,
    use_yarn_rope=False, yarn_factor=1.0, yarn_attention_factor=1.0, yarn_beta_fast=32.0, yarn_beta_slow=1.0,
    yarn_original_max_position_embeddings=4096, yarn_truncate=True, yarn_global_attn_only=False, use_attention_sinks=False,
    norm_topk_prob=False,
)  # fmt: skip


class HookedTransformerConfig:
    def __init__(self, **sizes):
        self.__dict__.update(_FIELDS)
        self.__dict__.update(sizes)
        d_model, d_head = sizes["d_model"], sizes["d_head"]
        self.__dict__.update(
            attn_scale=d_head**0.5,
            initializer_range=0.8 / d_model**0.5,
            d_vocab_out=sizes["d_vocab"],
            n_params=sizes["n_layers"] * (d_model * d_head * sizes["n_heads"] * 4 + d_model * sizes["d_mlp"] * 2),
        )

    def __setattr__(self, name, value):
        if name not in self.__dict__:
            raise AttributeError(self._lacks(name))
        if value != self.__dict__[name]:
            raise RuntimeError(
                f"cfg.{name} is {self.__dict__[name]!r} and cannot be changed on this page, where the engine runs the model as it was exported."
            )

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(self._lacks(name))

    def _lacks(self, name):
        return f"HookedTransformerConfig has no '{name}' on this page. There are: {', '.join(sorted(self.__dict__))}"

    def to_dict(self):
        return dict(self.__dict__)

    def is_layer_norm_activation(self):
        return self.act_fn.endswith("_ln")

    def __repr__(self):
        return "HookedTransformerConfig:\n" + pprint.pformat(self.to_dict())
