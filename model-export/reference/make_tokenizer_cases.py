"""Writes how BertTokenizerFast cuts 10,000 random strings and some chosen ones, by tokenizers of several kinds.

    python model-export/reference/make_tokenizer_cases.py [--out test/fixtures/tokenizers/expected.json]

The strings come from a seed by a generator that test/helpers/random-strings.ts is a copy of; what it draws from, the
chosen texts and the tokenizers are in test/fixtures/tokenizers/inputs.json. Of the random strings four bytes of a
SHA-256 are kept for every ten: of their ids, of which word and which characters each token stands for, and of their
words before WordPiece and without added tokens.
"""

import argparse
import base64
import hashlib
import json
import tempfile
from pathlib import Path

from transformers import BertTokenizerFast

from checkpoint import REPO, versions
from encoding import write_json

INPUTS = REPO / "test/fixtures/tokenizers/inputs.json"
GROUP = 10
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def dice(seed):
    """Numbers from 0 to 1 (mulberry32)."""
    state = seed
    low = 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & low
        mixed = ((state ^ (state >> 15)) * (1 | state)) & low
        mixed = ((mixed + ((mixed ^ (mixed >> 7)) * (61 | mixed) & low)) & low) ^ mixed
        yield (mixed ^ (mixed >> 14)) / 2**32


def random_strings(inputs):
    """3 to 24 characters or snippets each, from three pools, letters and white space."""
    rolls = dice(inputs["seed"])
    pools = list(inputs["pools"].values())

    def pick(of):
        return of[int(next(rolls) * len(of))]

    def character(pool):
        first, last = pick(pool)
        return chr(first + int(next(rolls) * (last - first + 1)))

    for _ in range(inputs["strings"]):
        theme = [pick(pools) for _ in range(3)]
        text = ""
        for _ in range(3 + int(next(rolls) * 22)):
            kind = next(rolls)
            if kind < 0.1:
                text += pick(inputs["snippets"])
            elif kind < 0.25:
                text += character(inputs["pools"]["spaces"])
            elif kind < 0.4:
                text += character(inputs["pools"]["letters"])
            else:
                text += character(pick(theme))
        yield text


def vocabulary_of(pools):
    """Every character that may be a word's, alone and as a later piece."""
    codes = lambda names: [c for name in names for first, last in pools[name] for c in range(first, last + 1)]
    left_out = ["spaces", "controls"]
    seen = dict.fromkeys(codes(name for name in pools if name not in [*left_out, "any"]))
    words = [chr(code) for code in seen.keys() - set(codes(left_out))]
    words.sort()
    return SPECIALS + words + [f"##{word}" for word in words]


def open_tokenizer(variant, vocabulary, folder):
    """The tokenizer of a folder with these files and this vocabulary; `added` is written into added_tokens_decoder."""
    config = dict(variant["tokenizer_config.json"])
    if "added" in variant:
        special = dict(lstrip=False, rstrip=False, single_word=False, normalized=False, special=True)
        tokens = [dict(special, content=token) for token in SPECIALS]
        config["added_tokens_decoder"] = {str(i): token for i, token in enumerate(tokens)} | {
            str(len(vocabulary) + i): token for i, token in enumerate(variant["added"])
        }
    (folder / "vocab.txt").write_text("".join(f"{word}\n" for word in vocabulary), encoding="utf-8", newline="")
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    tokenizer = BertTokenizerFast.from_pretrained(folder)
    assert tokenizer.convert_ids_to_tokens([7, len(vocabulary) - 1]) == [vocabulary[7], vocabulary[-1]]
    return tokenizer


def digest(text):
    return hashlib.sha256(text.encode()).digest()[:4]


def digests(parts):
    groups = [parts[i : i + GROUP] for i in range(0, len(parts), GROUP)]
    return base64.b64encode(b"".join(digest("\n".join(group)) for group in groups)).decode()


def cases(tokenizer, strings, texts):
    backend = tokenizer.backend_tokenizer

    def words(text):
        found = backend.pre_tokenizer.pre_tokenize_str(backend.normalizer.normalize_str(text))
        return " ".join(word for word, _ in found)

    def spans(encoding):
        found = zip(encoding.word_ids, encoding.offsets, encoding.special_tokens_mask)
        return " ".join(f"{word}:{start}-{end}" for word, (start, end), special in found if not special)

    encodings = tokenizer(texts)
    return {
        "ids": digests([" ".join(map(str, ids)) for ids in tokenizer(strings).input_ids]),
        "spans": digests([spans(encoding) for encoding in tokenizer(strings).encodings]),
        "words": digests([words(text) for text in strings]),
        "texts": [{"ids": encodings.input_ids[i], "tokens": encodings.tokens(i)} for i in range(len(texts))],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=INPUTS.parent / "expected.json")
    args = parser.parse_args()
    inputs = json.loads(INPUTS.read_text(encoding="utf-8"))
    vocabulary = vocabulary_of(inputs["pools"])
    strings = list(random_strings(inputs))
    results = {}
    for name, variant in inputs["variants"].items():
        with tempfile.TemporaryDirectory() as folder:
            tokenizer = open_tokenizer(variant, vocabulary, Path(folder))
            results[name] = cases(tokenizer, strings, inputs["texts"])
    write_json(
        args.out,
        {"versions": versions(), "vocabulary": len(vocabulary), "strings": digests(strings), "variants": results},
    )
    print(f"{len(strings)} strings, {len(set(strings))} different; {', '.join(results)}")


if __name__ == "__main__":
    main()
