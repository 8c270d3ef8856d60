"""Writes random tokenizer folders, whose files name added tokens in every way, and how BertTokenizerFast cuts texts by them.

    python model-export/reference/make_added_token_cases.py [--out test/fixtures/tokenizers/added-tokens.json]

Of tokenizer.json, which save_pretrained has written, only added_tokens and the normalizer are kept: all else is the same in each.
"""

import argparse
import json
import random
import tempfile
from pathlib import Path

from transformers import BertTokenizerFast

from checkpoint import REPO, versions

CASES = 150
VOCABULARY = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] a b c ab ##a ##b ##c x ##x @ < > e new york covid ##s user [ ] <mask> <s> </s> [E1] pre 天"
).split()
CONTENTS = (
    ["COVID", "covid", "@user", "@USER", "new york", "[E1]", "[E2]", "<e>", "pre", "ab", "abc", "É", "天x", "  x", "x  "]
    + ["e1", "</s>", "<s>", "[MASK]x", "a", "Ab", "[MASK]", "[SEP]"]
)  # fmt: skip
TEXTS = [
    "a ab abc COVID covid COVIDs",
    "x @user @USERx",
    "new york NEW YORK",
    "a[E1]b [E2] c",
    "<e> <s> </s> <mask>",
    "pre press Pre. pre-x",
    "ab Ab abx",
    "é É e",
    "天x 天 x",
    "a   x  b",
    "[MASK]x [MASK] [mask]",
    " e1 E1e1",
]
FLAGS = ["single_word", "lstrip", "rstrip", "normalized", "special"]


def numbered(rng, most):
    """Contents by the ids that transformers gives them."""
    found, free = {}, len(VOCABULARY)
    for content in rng.sample(CONTENTS, rng.randint(1, most)):
        found[content] = VOCABULARY.index(content) if content in VOCABULARY else free
        free += found[content] == free
    return found


def some(rng, most=3):
    return rng.sample(CONTENTS, rng.randint(0, most))


def random_files(rng):
    config = {"do_lower_case": rng.random() < 0.5}
    files = {"tokenizer_config.json": config}

    def maybe(chance, target, key, value):
        if rng.random() < chance:
            target[key] = value()

    maybe(0.3, config, "strip_accents", lambda: rng.choice([True, False, None]))
    maybe(0.3, config, "mask_token", lambda: rng.choice(["[MASK]", "<mask>"]))
    maybe(0.2, config, "additional_special_tokens", lambda: some(rng))
    maybe(0.1, config, "extra_special_tokens", lambda: rng.choice([some(rng), {"q": "@USER", "w_token": "ab"}]))
    maybe(0.15, config, "bos_token", lambda: rng.choice(["<s>", "[CLS]", None]))
    maybe(0.1, config, "my_token", lambda: rng.choice(CONTENTS))
    if rng.random() < 0.3:
        tokens = numbered(rng, 5)
        config["added_tokens_decoder"] = {
            str(i): {"content": content} | {flag: rng.random() < 0.3 for flag in FLAGS} for content, i in tokens.items()
        }
        return files
    if rng.random() < 0.5:
        special = files["special_tokens_map.json"] = {}
        written = dict(content="<mask>", lstrip=True, rstrip=False, normalized=rng.random() < 0.5, single_word=False)
        maybe(0.4, special, "mask_token", lambda: rng.choice(["[MASK]", "<mask>", written]))
        maybe(0.5, special, "additional_special_tokens", lambda: some(rng))
        maybe(0.2, special, "cls_token", lambda: "<s>")
        maybe(0.1, special, "extra_special_tokens", lambda: some(rng, 2))
    maybe(0.5, files, "added_tokens.json", lambda: numbered(rng, 4))
    return files


def write(folder, files):
    (folder / "vocab.txt").write_text("".join(f"{word}\n" for word in VOCABULARY), encoding="utf-8")
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def case(rng):
    files = random_files(rng)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write(folder, files)
        if rng.random() < 0.3 and "added_tokens.json" not in files:
            BertTokenizerFast.from_pretrained(folder).save_pretrained(folder / "saved")
            saved = json.loads((folder / "saved/tokenizer.json").read_text(encoding="utf-8"))
            write(folder, {"tokenizer.json": saved})
            files["tokenizer.json"] = {key: saved[key] for key in ("added_tokens", "normalizer")}
        tokenizer = BertTokenizerFast.from_pretrained(folder)
        return {"files": files, "mask": tokenizer.mask_token_id, "ids": tokenizer(TEXTS).input_ids}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=REPO / "test/fixtures/tokenizers/added-tokens.json")
    args = parser.parse_args()
    rng = random.Random(7)
    cases = [json.dumps(case(rng), separators=(",", ":")) for _ in range(CASES)]
    head = {"versions": versions(), "vocabulary": VOCABULARY, "texts": TEXTS}
    lines = json.dumps(head)[:-1] + ',\n"cases":[\n' + ",\n".join(cases) + "\n]}\n"
    args.out.write_text(lines, encoding="utf-8")
    print(f"{CASES} tokenizers, {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
