"""Writes the tiny random BERT checkpoints that the exporter and the engine are tested on.

Every checkpoint is a Hugging Face folder (config.json, model.safetensors, tokenizer files) of a few
thousand random weights. They differ in every dimension, and between them they hold the namings, storage types
and file layouts that masked-LM checkpoints are published in. The weights mean nothing; they are large enough for
attention, GELU, LayerNorm and every bias to leave a mark on the logits. Same seed, same bytes.

    python model-export/reference/make_checkpoints.py [--out test/fixtures/checkpoints]

Sizes: V vocabulary, P positions, K token types, D d_model, F d_mlp. Linear weights are [out, in].
"""

import argparse
import json
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import torch

REPO = Path(__file__).resolve().parents[2]

SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
DETERMINERS = "this that these those the some an every".split()
WORDS = (
    "Raymond is selling sketches sketch . , ! ? ' - \" ; : ( ) a The It They These cat cats dog dogs are was were "
    "not on in to of and with buys sees old new house houses picture pictures café naïve"
).split()
PIECES = "##s ##es ##ed ##ing ##er ##ly ##ful ##ness ##é".split()
LETTERS = [chr(c) for c in range(ord("a"), ord("z") + 1)]
CAPITALS = [chr(c) for c in range(ord("A"), ord("Z") + 1)]
DIGITS = list("0123456789")


@dataclass
class Spec:
    """One checkpoint: its dimensions, and how its files spell them."""

    name: str
    about: str
    d_model: int
    n_heads: int
    n_layers: int
    d_mlp: int
    n_ctx: int
    token_types: int
    eps: float
    vocabulary: list[str]

    # model.safetensors
    dtype: torch.dtype = torch.float32
    layer_norm: tuple[str, str] = ("weight", "bias")
    """names of LayerNorm's factor and offset; gamma and beta in old checkpoints"""
    decoder: str = "absent"
    """cls.predictions.decoder.weight: absent (tied), copy (tied and written out) or own (untied)"""
    decoder_biases: tuple[str, ...] = ("cls.predictions.bias",)
    other_heads: bool = False
    """also writes the pooler and the next-sentence head, which a masked LM does not use"""
    position_ids: bool = False
    """also writes bert.embeddings.position_ids (I64), a buffer that old versions saved"""
    order: str = "module"
    """of the tensors in the file: module, alphabetical, reversed or shuffled"""
    metadata: bool = True
    padded_header: bool = True
    """header padded to a multiple of 8 bytes; early writers did not, so tensors start at odd offsets"""

    # how large the random weights are
    embedding_std: float = 0.3
    matrix_std: float = 0.25
    head_gain: float = 1.0
    """mean factor of the head's LayerNorm: makes up for a tied decoder of small weights"""

    # the other files
    tokenizer_files: tuple[str, ...] = ("vocab.txt",)
    tokenizer_config: dict = field(default_factory=lambda: {"do_lower_case": False, "model_max_length": 512})
    config: dict = field(default_factory=dict)


def vocabulary(*groups, pieces=True):
    """Joins groups of tokens, keeping the first of any repeated; `pieces` adds ## and each letter and digit."""
    tokens = [token for group in groups for token in group]
    if pieces:
        tokens += [f"##{c}" for c in LETTERS + DIGITS]
    return list(dict.fromkeys(tokens))


UNUSED = [f"[unused{i}]" for i in range(1, 20)]

SPECS = [
    Spec(
        "legacy",
        "as bert-base-cased is published: gamma/beta, tied decoder left out, unused heads, bare vocab.txt",
        d_model=32, n_heads=4, n_layers=3, d_mlp=128, n_ctx=64, token_types=2, eps=1e-12,
        vocabulary=vocabulary(
            SPECIALS[:1], UNUSED, SPECIALS[1:], WORDS, DETERMINERS, CAPITALS, LETTERS, DIGITS, PIECES
        ),
        layer_norm=("gamma", "beta"), other_heads=True, order="alphabetical", padded_header=False,
        config={"gradient_checkpointing": False, "position_embedding_type": "absolute", "use_cache": True},
    ),
    Spec(
        "tied-copy",
        "tied decoder written out a second time, bias under both names, saved position_ids; one token type, eps 1e-5",
        d_model=24, n_heads=2, n_layers=2, d_mlp=100, n_ctx=40, token_types=1, eps=1e-5,
        vocabulary=vocabulary(SPECIALS, DETERMINERS, WORDS, LETTERS),
        decoder="copy", decoder_biases=("cls.predictions.bias", "cls.predictions.decoder.bias"), position_ids=True,
        embedding_std=0.02, matrix_std=0.35, head_gain=15.0,
        tokenizer_files=("vocab.txt", "tokenizer.json"),
        tokenizer_config={
            "do_lower_case": False, "model_max_length": 40, "tokenizer_class": "BertTokenizer",
            "unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]",
            "mask_token": "[MASK]", "strip_accents": None, "tokenize_chinese_chars": True,
        },
        config={"tie_word_embeddings": True},
    ),
    Spec(
        "untied",
        "a decoder of its own, its bias as decoder.bias, tokenizer.json alone, tensors in reverse; three token types",
        d_model=20, n_heads=5, n_layers=4, d_mlp=56, n_ctx=48, token_types=3, eps=1e-6,
        vocabulary=vocabulary(WORDS, DETERMINERS, SPECIALS, LETTERS, CAPITALS, PIECES),
        decoder="own", decoder_biases=("cls.predictions.decoder.bias",), order="reversed", matrix_std=0.35,
        tokenizer_files=("tokenizer.json",),
        config={"tie_word_embeddings": False},
    ),
    Spec(
        "half",
        "stored as F16 and shuffled, an odd d_mlp and an odd d_head, saved from a BertForPreTraining",
        d_model=27, n_heads=3, n_layers=2, d_mlp=77, n_ctx=33, token_types=2, eps=1e-3,
        vocabulary=vocabulary(["[PAD]", "[MASK]", "[SEP]", "[CLS]", "[UNK]"], LETTERS, DIGITS, DETERMINERS, WORDS),
        dtype=torch.float16, layer_norm=("gamma", "beta"), other_heads=True, position_ids=True, order="shuffled",
        config={"architectures": ["BertForPreTraining"]},
    ),
    Spec(
        "bfloat",
        "stored as BF16, tied decoder written out, its bias as decoder.bias, 16 positions only, no __metadata__",
        d_model=28, n_heads=7, n_layers=4, d_mlp=64, n_ctx=16, token_types=2, eps=1e-5,
        vocabulary=vocabulary(SPECIALS, WORDS, DETERMINERS, LETTERS, CAPITALS, pieces=False),
        dtype=torch.bfloat16, decoder="copy", decoder_biases=("cls.predictions.decoder.bias",), order="shuffled",
        metadata=False, embedding_std=0.05, head_gain=6.0,
        tokenizer_files=("tokenizer.json",),
        config={"dtype": "bfloat16"},
    ),
    Spec(
        "wide",
        "F32, untied, wider than it is deep and with one head; both bias names, specials at the end",
        d_model=40, n_heads=1, n_layers=2, d_mlp=150, n_ctx=24, token_types=4, eps=1e-12,
        vocabulary=vocabulary(["[PAD]"], DETERMINERS, WORDS, LETTERS, PIECES, ["[UNK]", "[CLS]", "[SEP]", "[MASK]"]),
        decoder="own", decoder_biases=("cls.predictions.decoder.bias", "cls.predictions.bias"), other_heads=True,
        order="shuffled",
        tokenizer_files=("vocab.txt", "tokenizer.json"),
        config={"tie_word_embeddings": False, "hidden_act": "gelu"},
    ),
]


def random_tensors(spec, generator):
    """Name -> tensor, in module order, under the names the spec asks for; values already rounded to spec.dtype."""
    V, P, K, D, F = len(spec.vocabulary), spec.n_ctx, spec.token_types, spec.d_model, spec.d_mlp
    tensors = {}

    def put(name, shape, std, mean=0.0):
        values = torch.randn(shape, generator=generator, dtype=torch.float64) * std + mean
        tensors[name] = values.to(spec.dtype)

    def linear(name, out_size, in_size):
        put(f"{name}.weight", (out_size, in_size), spec.matrix_std)
        put(f"{name}.bias", (out_size,), 0.2)

    def layer_norm(name, gain=1.0):
        factor, offset = spec.layer_norm
        put(f"{name}.{factor}", (D,), 0.3 * gain, mean=gain)
        put(f"{name}.{offset}", (D,), 0.2)

    if spec.position_ids:
        tensors["bert.embeddings.position_ids"] = torch.arange(P).unsqueeze(0)
    put("bert.embeddings.word_embeddings.weight", (V, D), spec.embedding_std)
    put("bert.embeddings.position_embeddings.weight", (P, D), spec.embedding_std)
    put("bert.embeddings.token_type_embeddings.weight", (K, D), spec.embedding_std)
    layer_norm("bert.embeddings.LayerNorm")
    for layer in range(spec.n_layers):
        at = f"bert.encoder.layer.{layer}"
        for part in ("query", "key", "value"):
            linear(f"{at}.attention.self.{part}", D, D)
        linear(f"{at}.attention.output.dense", D, D)
        layer_norm(f"{at}.attention.output.LayerNorm")
        linear(f"{at}.intermediate.dense", F, D)
        linear(f"{at}.output.dense", D, F)
        layer_norm(f"{at}.output.LayerNorm")
    if spec.other_heads:
        linear("bert.pooler.dense", D, D)
        linear("cls.seq_relationship", 2, D)
    linear("cls.predictions.transform.dense", D, D)
    layer_norm("cls.predictions.transform.LayerNorm", spec.head_gain)
    if spec.decoder == "own":
        put("cls.predictions.decoder.weight", (V, D), 0.3)
    elif spec.decoder == "copy":
        tensors["cls.predictions.decoder.weight"] = tensors["bert.embeddings.word_embeddings.weight"].clone()
    put(spec.decoder_biases[0], (V,), 0.5)
    for other in spec.decoder_biases[1:]:
        tensors[other] = tensors[spec.decoder_biases[0]].clone()
    return tensors


def ordered(tensors, order, generator):
    """The same tensors in the order they shall have in the file."""
    names = list(tensors)
    if order == "alphabetical":
        names.sort()
    elif order == "reversed":
        names.reverse()
    elif order == "shuffled":
        names = [names[i] for i in torch.randperm(len(names), generator=generator).tolist()]
    return {name: tensors[name] for name in names}


SAFETENSORS_TYPES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}


def safetensors_bytes(tensors, metadata=True, padded_header=True):
    """A safetensors file: 8 bytes of header length, JSON header, then the tensors in the order given.

    Written by hand because the safetensors package sorts the tensors and always pads the header.
    """
    header = {"__metadata__": {"format": "pt"}} if metadata else {}
    body = b""
    for name, tensor in tensors.items():
        data = bytes(tensor.contiguous().view(torch.uint8).flatten().tolist())
        header[name] = {
            "dtype": SAFETENSORS_TYPES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [len(body), len(body) + len(data)],
        }
        body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    if padded_header:
        text += b" " * (-len(text) % 8)
    elif len(text) % 4 == 0:
        text += b" "
    return len(text).to_bytes(8, "little") + text + body


def tokenizer_json(tokens):
    """The tokenizer.json that transformers writes for a cased BERT tokenizer with this vocabulary."""
    ids = {token: i for i, token in enumerate(tokens)}

    def template(*types):
        parts = [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}]
        for sequence, type_id in zip("AB", types):
            parts.append({"Sequence": {"id": sequence, "type_id": type_id}})
            parts.append({"SpecialToken": {"id": "[SEP]", "type_id": type_id}})
        return parts

    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": ids[token], "content": token, "single_word": False, "lstrip": False, "rstrip": False,
                "normalized": False, "special": True,
            }
            for token in sorted(SPECIALS, key=ids.get)
        ],
        "normalizer": {
            "type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None,
            "lowercase": False,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": template(0),
            "pair": template(0, 1),
            "special_tokens": {
                token: {"id": token, "ids": [ids[token]], "tokens": [token]} for token in ("[CLS]", "[SEP]")
            },
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": ids,
        },
    }


def config_json(spec):
    """config.json; what spec.config gives replaces or joins the usual fields."""
    return {
        "architectures": ["BertForMaskedLM"],
        "attention_probs_dropout_prob": 0.1,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": spec.d_model,
        "initializer_range": 0.02,
        "intermediate_size": spec.d_mlp,
        "layer_norm_eps": spec.eps,
        "max_position_embeddings": spec.n_ctx,
        "model_type": "bert",
        "num_attention_heads": spec.n_heads,
        "num_hidden_layers": spec.n_layers,
        "pad_token_id": spec.vocabulary.index("[PAD]"),
        "type_vocab_size": spec.token_types,
        "vocab_size": len(spec.vocabulary),
    } | spec.config


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_checkpoint(spec, folder):
    """Writes one checkpoint; the seed is the checkpoint's name, so adding another changes none."""
    generator = torch.Generator().manual_seed(zlib.crc32(spec.name.encode()))
    tensors = ordered(random_tensors(spec, generator), spec.order, generator)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(safetensors_bytes(tensors, spec.metadata, spec.padded_header))
    write_json(folder / "config.json", config_json(spec))
    write_json(folder / "tokenizer_config.json", spec.tokenizer_config)
    if "vocab.txt" in spec.tokenizer_files:
        (folder / "vocab.txt").write_text("\n".join(spec.vocabulary) + "\n", encoding="utf-8")
    if "tokenizer.json" in spec.tokenizer_files:
        write_json(folder / "tokenizer.json", tokenizer_json(spec.vocabulary))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=REPO / "test/fixtures/checkpoints")
    out = parser.parse_args().out
    for spec in SPECS:
        write_checkpoint(spec, out / spec.name)
        size = sum(file.stat().st_size for file in (out / spec.name).iterdir())
        print(f"{spec.name:10} {size / 1024:6.1f} KiB  V={len(spec.vocabulary):3}  {spec.about}")


if __name__ == "__main__":
    main()
