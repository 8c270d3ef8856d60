"""Opens a checkpoint folder as BertForMaskedLM and as TransformerLens's HookedEncoder, and makes sure both hold it.

Shapes: B batch, T positions, V vocabulary.
"""

import hashlib
import platform
import warnings
from importlib.metadata import version
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file
from transformer_lens import HookedEncoder, loading_from_pretrained
from transformers import BertForMaskedLM, BertForPreTraining, BertTokenizerFast
from transformers.activations import ACT2FN

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
warnings.filterwarnings("ignore", category=DeprecationWarning, module="transformer_lens")
torch.set_grad_enabled(False)
torch.set_num_threads(1)  # sums in one order, so the committed numbers can be made again bit for bit

REPO = Path(__file__).resolve().parents[2]
TINY = REPO / "test/fixtures/checkpoints"
PRACTICE = REPO / "model-export/minibert-blimp/checkpoint"


def default_folders():
    """The tiny checkpoints, and the practice model where it has been built."""
    return sorted(TINY.iterdir()) + [PRACTICE] * PRACTICE.exists()


def name_of(folder):
    """The checkpoint's name, which is also that of its reference file."""
    folder = folder.resolve()
    return folder.parent.name if folder.name == "checkpoint" else folder.name


def load_tokenizer(folder):
    return BertTokenizerFast.from_pretrained(folder)


def load_bert(folder, dtype=torch.float32):
    """BertForMaskedLM with eager attention, its weights compared with the file's."""
    model = BertForMaskedLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    check_weights(model, folder)
    return model.to(dtype).eval()


def load_hooked_encoder(folder, activation="gelu"):
    """HookedEncoder, by the steps of HookedEncoder.from_pretrained except its look-up of official model names.

    TransformerLens's own conversion reads the pooler and the next-sentence head too, hence BertForPreTraining; where
    the file has neither they stay random, and no masked-LM output depends on them. HookedEncoder has room for exactly
    two token types: only the first is used here. Its configuration reader takes every BERT's activation for GELU, and so does its
    head, so another one (one of transformers' names) is put into both.
    """
    config = loading_from_pretrained.get_pretrained_model_config(
        str(folder), device="cpu", architectures=["BertForMaskedLM"]
    )
    config.act_fn = activation
    source = BertForPreTraining.from_pretrained(folder, dtype=torch.float32)
    check_weights(source, folder)
    weights = loading_from_pretrained.get_pretrained_state_dict(str(folder), config, source)
    types = weights["embed.token_type_embed.W_token_type"]
    weights["embed.token_type_embed.W_token_type"] = types[[0, min(1, len(types) - 1)]]
    model = HookedEncoder(config, load_tokenizer(folder), move_to_device=False)
    model.mlm_head.act_fn = ACT2FN[activation]
    missing, unexpected = model.load_state_dict(weights, strict=False)
    buffers = {name for name, _ in model.named_buffers()}
    assert not unexpected and set(missing) <= buffers, (missing, unexpected)
    return model.eval()


def check_weights(model, folder):
    """Every masked-LM parameter of `model` is the file's: nothing was left at its random start, nothing tied wrongly.

    transformers has changed how it ties and renames between versions, and only warns when a name is missing.
    """
    stored = {
        name.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias"): tensor.float()
        for name, tensor in load_file(folder / "model.safetensors").items()
    }
    # `cls.predictions.bias` of the module takes no part in the forward pass; decoder.bias does
    fallback = {
        "cls.predictions.decoder.weight": "bert.embeddings.word_embeddings.weight",
        "cls.predictions.decoder.bias": "cls.predictions.bias",
    }
    unused = ("bert.pooler.", "cls.seq_relationship.", "cls.predictions.bias")
    for name, parameter in model.state_dict().items():
        if not name.startswith(unused):
            expected = stored.get(name, stored.get(fallback.get(name)))
            assert expected is not None and torch.equal(parameter, expected), f"{folder}: {name} is not the file's"


def describe(folder):
    """Where the checkpoint is, and the sha256 of each of its files."""
    files = [file for file in sorted(folder.iterdir()) if file.suffix in {".json", ".safetensors", ".txt"}]
    return {
        "folder": str(folder.relative_to(REPO) if folder.is_relative_to(REPO) else folder),
        "sha256": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files},
    }


def versions():
    packages = ["torch", "transformers", "transformer-lens", "tokenizers", "safetensors", "numpy"]
    return {"python": platform.python_version()} | {name: version(name) for name in packages}
