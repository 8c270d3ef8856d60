"""Writes tiny random checkpoints of every family of masked language models, and what transformers makes of them.

    python model-export/reference/make_families.py [--only mpnet] [--out test/fixtures/families]

<name>/: a checkpoint as save_pretrained writes it, with a tokenizer of the family's kind. <name>.json: logits, neurons, residual
streams and suppressed neurons, in the form of make_references.py, by transformers. TransformerLens 3.9 has BERT alone: told
the activation, which it does not read from config.json, it is made sure to agree.

Sizes: T positions, V vocabulary, D d_model, F d_mlp.
"""

import argparse
import io
import json
import random
import shutil
from pathlib import Path

import torch
import transformers
from sentencepiece import SentencePieceTrainer
from sentencepiece.sentencepiece_model_pb2 import ModelProto
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoConfig, AutoModelForMaskedLM, AutoTokenizer

from checkpoint import PRACTICE, REPO, describe, load_hooked_encoder, versions
from encoding import encode, write_json
from make_tokenizer_cases import INPUTS, random_strings

SENTENCES = ["Raymond is selling {} sketches.", "{} cat was not old, and the dogs {} new houses.", "Niña's café — {} ☕!"]
LONG = "The dogs and the old cat was selling new houses, not these sketches. " * 6 + SENTENCES[0]
WORDS = ["these", "this", "the", "some", "old"]
BERT_SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
SIZES = dict(hidden_size=24, num_hidden_layers=3, num_attention_heads=3, intermediate_size=40, max_position_embeddings=40)


def wordpiece(specials, lower, mask):
    """A WordPiece of whole words, letters and pieces, as BERT's; the first special is the padding's."""
    words = "Raymond is selling sketches cat was not old and the dogs new houses these this some".split()
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)] + list("0123456789.,!?'-")
    capitals = [] if lower else [letter.upper() for letter in letters[:26]]
    vocabulary = [*specials, *(word.lower() if lower else word for word in words), *letters, *capitals, "##s", *(f"##{c}" for c in letters)]
    vocabulary = list(dict.fromkeys(vocabulary))
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lower)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    return finish(tokenizer, specials, mask)


def corpus(strings):
    """Sentences of the practice model's words, and so many random strings of all of Unicode."""
    words = (PRACTICE / "vocab.txt").read_text().split("\n")
    words = [word for word in words if word.isalpha() and word.isascii()]
    roll = random.Random(14)
    lines = [" ".join(roll.choices(words, k=8)) + "." for _ in range(3000)]
    lines += [text.replace("{}", word) for text in SENTENCES for word in WORDS] * 40
    return [*lines, "Größe, été, naïve; Übung 1984 – 2026!", *list(random_strings(json.loads(INPUTS.read_text())))[2000 : 2000 + strings]]


def byte_level(specials, mask, normalizer=None, more=()):
    tokenizer = Tokenizer(models.BPE())
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=700, special_tokens=specials, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(corpus(400), trainer)
    finished = finish(tokenizer, specials, mask)
    finished.add_tokens([AddedToken(text, normalized=True) for text in more])
    return finished


def unigram(specials, mask, charsmap=None, steps=()):
    """As XLM-R's, or with steps before the compiled normalizer as ALBERT's; the unknown token's place among the special ones is what transformers' classes take it for."""
    tokenizer = Tokenizer(models.Unigram())
    steps = [*steps, *([normalizers.Precompiled(charsmap)] if charsmap else [])]
    tokenizer.normalizer = normalizers.Sequence(steps) if len(steps) > 1 else steps[0] if steps else None
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    trainer = trainers.UnigramTrainer(vocab_size=900, special_tokens=specials, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(corpus(40), trainer)
    return finish(tokenizer, specials, mask)


def albert_steps(plain):
    quotes = [normalizers.Replace(quote, '"') for quote in ("``", "''")]
    return [*quotes, *([normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()] if plain else [])]


def nmt_nfkc():
    """SentencePiece's own normalizer, which XLM-R and CamemBERT have, out of a model that is trained for it."""
    model, proto = io.BytesIO(), ModelProto()
    options = dict(vocab_size=100, hard_vocab_limit=False, normalization_rule_name="nmt_nfkc", minloglevel=2)
    SentencePieceTrainer.train(sentence_iterator=iter(SENTENCES), model_writer=model, **options)
    proto.ParseFromString(model.getvalue())
    return proto.normalizer_spec.precompiled_charsmap


def finish(tokenizer, specials, mask):
    """Special tokens, the mask perhaps with the space before it, and what stands around a text."""
    first, last = [next(token for token in specials if token in pair) for pair in (("[CLS]", "<s>"), ("[SEP]", "</s>"))]
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False, lstrip=token == mask) for token in specials])
    ids = [(token, tokenizer.token_to_id(token)) for token in (first, last)]
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{first} $A {last}", pair=f"{first} $A {last} $B:1 {last}:1", special_tokens=ids)
    return tokenizer


ROBERTA_SPECIALS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
CAMEMBERT_SPECIALS = ["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<unk>NOTUSED", "<s>", "</s>", "<mask>"]
ALBERT_SPECIALS = ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"]
MPNET_SPECIALS = ["<s>", "<pad>", "</s>", "<mask>", "[UNK]"]


def named(**roles):
    return {f"{role}_token": token for role, token in roles.items()}


BERT_ROLES = named(unk="[UNK]", sep="[SEP]", pad="[PAD]", cls="[CLS]", mask="[MASK]")
ROBERTA_ROLES = named(bos="<s>", eos="</s>", unk="<unk>", sep="</s>", pad="<pad>", cls="<s>", mask="<mask>")
ALBERT_ROLES = named(bos="[CLS]", eos="[SEP]", unk="<unk>", sep="[SEP]", pad="<pad>", cls="[CLS]", mask="[MASK]")
MODERNBERT_SIZES = {**SIZES, "pad_token_id": 0, "bos_token_id": 2, "cls_token_id": 2, "eos_token_id": 3, "sep_token_id": 3}
MODERNBERT_ADDED = ["   ", "|||IP_ADDRESS|||"]
ROBERTA_SIZES = {**SIZES, "max_position_embeddings": 42, "type_vocab_size": 1, "layer_norm_eps": 1e-5}

# name -> (model_type, config, tokenizer, tokenizer_config)
FAMILIES = {
    "bert-relu": ("bert", {**SIZES, "hidden_act": "relu"}, lambda: wordpiece(BERT_SPECIALS, False, None), {"tokenizer_class": "BertTokenizer", "do_lower_case": False, **BERT_ROLES}),
    "bert-gelu-new": ("bert", {**SIZES, "hidden_act": "gelu_new"}, lambda: wordpiece(BERT_SPECIALS, True, None), {"tokenizer_class": "BertTokenizer", "do_lower_case": True, **BERT_ROLES}),
    "distilbert": ("distilbert", dict(dim=24, hidden_dim=40, n_layers=3, n_heads=3, max_position_embeddings=40), lambda: wordpiece(BERT_SPECIALS, True, None), {"tokenizer_class": "DistilBertTokenizer", "do_lower_case": True, **BERT_ROLES}),
    "electra": ("electra", {**SIZES, "embedding_size": 10, "hidden_act": "gelu"}, lambda: wordpiece(BERT_SPECIALS, True, None), {"tokenizer_class": "ElectraTokenizer", "do_lower_case": True, **BERT_ROLES}),
    "mpnet": ("mpnet", {**SIZES, "max_position_embeddings": 42}, lambda: wordpiece(MPNET_SPECIALS, True, "<mask>"), {"tokenizer_class": "MPNetTokenizer", "do_lower_case": True, **ROBERTA_ROLES, **named(unk="[UNK]")}),
    "roberta": ("roberta", ROBERTA_SIZES, lambda: byte_level(ROBERTA_SPECIALS, "<mask>"), {"tokenizer_class": "RobertaTokenizer", "add_prefix_space": False, **ROBERTA_ROLES}),
    "xlm-roberta": ("xlm-roberta", {**ROBERTA_SIZES, "hidden_act": "relu"}, lambda: unigram(ROBERTA_SPECIALS, "<mask>", nmt_nfkc()), {"tokenizer_class": "XLMRobertaTokenizer", **ROBERTA_ROLES}),
    "camembert": ("camembert", ROBERTA_SIZES, lambda: unigram(CAMEMBERT_SPECIALS, "<mask>"), {"tokenizer_class": "CamembertTokenizer", **ROBERTA_ROLES}),
    "modernbert": ("modernbert", {**MODERNBERT_SIZES, "local_attention": 6, "global_attn_every_n_layers": 2}, lambda: byte_level(BERT_SPECIALS, "[MASK]", normalizers.NFC(), MODERNBERT_ADDED), {"tokenizer_class": "PreTrainedTokenizerFast", "model_input_names": ["input_ids", "attention_mask"], **BERT_ROLES}),
    "modernbert-relu": ("modernbert", {**MODERNBERT_SIZES, "local_attention": 5, "max_position_embeddings": 200, "hidden_activation": "relu", "classifier_activation": "gelu_pytorch_tanh", "tie_word_embeddings": False}, lambda: byte_level(BERT_SPECIALS, "[MASK]", normalizers.NFC(), MODERNBERT_ADDED), {"tokenizer_class": "PreTrainedTokenizerFast", **BERT_ROLES}),
    "albert": ("albert", {**SIZES, "embedding_size": 10}, lambda: unigram(ALBERT_SPECIALS, "[MASK]", nmt_nfkc(), albert_steps(True)), {"tokenizer_class": "AlbertTokenizer", "do_lower_case": True, "keep_accents": False, **ALBERT_ROLES}),
    "albert-groups": ("albert", {**SIZES, "embedding_size": 24, "num_hidden_groups": 2, "hidden_act": "relu"}, lambda: unigram(ALBERT_SPECIALS, "[MASK]", None, albert_steps(False)), {"tokenizer_class": "AlbertTokenizer", "do_lower_case": False, "keep_accents": True, **ALBERT_ROLES}),
}  # fmt: skip


def randomize(model):
    """Weights large enough for every part to leave a mark on the logits."""
    generator = torch.Generator().manual_seed(14)
    for name, parameter in model.named_parameters():
        values = torch.randn(parameter.shape, generator=generator)
        if "norm" in name.lower():
            values = values * 0.3 + ("bias" not in name)
        else:
            values *= 0.2 if name.endswith("bias") else 0.3
        parameter.copy_(values)


def write_checkpoint(folder, model_type, config, tokenizer, tokenizer_config):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer_config, indent=2) + "\n")
    rows = tokenizer.get_vocab_size() + 3
    settings = AutoConfig.for_model(model_type, vocab_size=rows, **config)
    settings.architectures = [type(AutoModelForMaskedLM.from_config(settings)).__name__]
    model = AutoModelForMaskedLM.from_config(settings)
    randomize(model)
    model.save_pretrained(folder)
    return load(folder)


def load(folder):
    model, info = AutoModelForMaskedLM.from_pretrained(folder, attn_implementation="eager", output_loading_info=True)
    assert not info["missing_keys"] and not info["unexpected_keys"], info
    return model.eval()


def neurons_of(model):
    """The linear layers that read the neurons, one for each layer, or one for all that share it."""
    base = model.base_model
    if model.config.model_type == "modernbert":
        return [layer.mlp.Wo for layer in base.layers]
    if model.config.model_type == "albert":
        return [group.albert_layers[0].ffn_output for group in base.encoder.albert_layer_groups]
    if model.config.model_type == "distilbert":
        return [layer.ffn.lin2 for layer in base.transformer.layer]
    return [layer.output.dense for layer in base.encoder.layer]


def run(model, ids, change=None):
    """Logits [T, V], the neurons [T, F] of every layer, the residual streams [T, D] by name.

    change: (layer, position, neuron) to be set to 0.
    """
    seen = []

    def look(module, arguments):
        (x,) = arguments
        layer = len(seen)
        if change is not None and layer == change[0]:
            x = x.clone()
            x[0, change[1], change[2]] = 0
        seen.append(x[0].clone())
        return (x,)

    handles = [module.register_forward_pre_hook(look) for module in neurons_of(model)]
    # the last one as the layer leaves it, and not as the head's LayerNorm makes it
    ends = []
    if model.config.model_type == "modernbert":
        handles += [model.base_model.layers[-1].register_forward_hook(lambda module, given, made: ends.append(made[0]))]
    found = model(torch.tensor([ids]), output_hidden_states=True)
    for handle in handles:
        handle.remove()
    first, *rest = [hidden[0] for hidden in found.hidden_states]
    if ends:
        rest[-1] = ends[0]
    name = "hook_resid_post" if ends else "hook_normalized_resid_post"
    return found.logits[0], seen, {"hook_full_embed": first, **{f"blocks.{i}.{name}": hidden for i, hidden in enumerate(rest)}}


def check_lens(folder, activation, sentences):
    """HookedEncoder with this activation gives the neurons and logits of transformers."""
    model = load_hooked_encoder(folder, activation)
    for ids, logits, neurons in sentences:
        found, cache = model.run_with_cache(torch.tensor([ids]))
        pairs = [(found[0], logits), *((cache[f"blocks.{layer}.mlp.hook_post"][0], each) for layer, each in enumerate(neurons))]
        assert all((a - b).abs().max() < 4e-5 for a, b in pairs), folder


def record(model, tokenizer, text):
    text = text.replace("{}", tokenizer.mask_token)
    ids = tokenizer(text).input_ids
    masks = [i for i, id in enumerate(ids) if id == tokenizer.mask_token_id]
    # of a long sentence some
    rows = list(range(len(ids))) if len(ids) < 60 else sorted({0, 1, *masks, len(ids) - 1})
    logits, neurons, residual = run(model, ids)
    experiments = []
    for layer, position in [(0, masks[0]), (2, masks[-1])]:
        neuron = neurons[layer][position].abs().argmax().item()
        after, _, _ = run(model, ids, (layer, position, neuron))
        before_p, after_p = [torch.softmax(each[position].double(), -1) for each in (logits, after)]
        candidates = []
        # what stands before the mask, which takes the space before it with it
        given = tokenizer.mask_token.join(text.split(tokenizer.mask_token)[: masks.index(position) + 1])
        cut = lambda part: tokenizer(part, add_special_tokens=False).input_ids
        for word in WORDS + ["a"] * (model.config.model_type == "roberta"):
            pieces = cut(given + word)[len(cut(given.rstrip())) :]
            if len(pieces) != 1 or pieces[0] == tokenizer.unk_token_id:
                continue
            before, changed = before_p[pieces[0]].item(), after_p[pieces[0]].item()
            candidates.append({"word": word, "id": pieces[0], "before": before, "after": changed, "delta": (changed - before) / before, "steady": []})
        assert candidates, text
        experiments.append(
            {"position": position, "layer": layer, "neuron": neuron, "activation": neurons[layer][position, neuron].item(),
             "logitsAfter": encode(after[position]), "candidates": candidates}
        )  # fmt: skip
    return {
        "text": text,
        "ids": ids,
        "tokens": tokenizer.convert_ids_to_tokens(ids),
        "maskPositions": masks,
        "logits": encode(logits, rows),
        "mlpPost": [{"layer": layer, **encode(each, rows)} for layer, each in enumerate(neurons)],
        "residual": [{"point": point, **encode(each, rows)} for point, each in residual.items()],
        "experiments": experiments,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=REPO / "test/fixtures/families")
    parser.add_argument("--only")
    args = parser.parse_args()
    transformers.set_seed(14)
    for name, (model_type, config, make_tokenizer, tokenizer_config) in FAMILIES.items():
        if args.only and args.only != name:
            continue
        folder = args.out / name
        model = write_checkpoint(folder, model_type, config, make_tokenizer(), tokenizer_config)
        tokenizer = AutoTokenizer.from_pretrained(folder)
        # angles of positions are looked up in parts above 64
        texts = [*SENTENCES, *([LONG] if model.config.max_position_embeddings > 64 else [])]
        sentences = [record(model, tokenizer, text) for text in texts]
        if model_type == "bert":
            ids = [sentence["ids"] for sentence in sentences]
            check_lens(folder, config["hidden_act"], [(each, *run(model, each)[:2]) for each in ids])
        first = sentences[0]
        sizes = {"vocabulary": model.config.vocab_size, "layers": len(first["mlpPost"]), "dMlp": first["mlpPost"][0]["shape"][1], "dModel": first["residual"][0]["shape"][1]}
        write_json(args.out / f"{name}.json", {"versions": versions(), "checkpoint": describe(folder), "model": sizes, "sentences": sentences})
        print(name, type(tokenizer).__name__, first["tokens"], [round(c["delta"], 3) for c in first["experiments"][1]["candidates"]])


if __name__ == "__main__":
    main()
