"""Writes how transformers cuts 2,000 random strings and some chosen ones by byte-level and unigram tokenizers.

    python model-export/reference/make_subword_cases.py [--out test/fixtures/tokenizers/subword.json]

The tokenizers are those of RoBERTa, XLM-R, CamemBERT, ALBERT and ModernBERT in test/fixtures/families (make_families.py), and RoBERTa's with
add_prefix_space. The strings are the first of make_tokenizer_cases.py; four bytes of a SHA-256 are kept for the ids of every
ten. Of the chosen texts the ids are kept.
"""

import argparse
import base64
import hashlib
import json
import shutil
import tempfile
from itertools import islice
from pathlib import Path

from transformers import AutoTokenizer

from checkpoint import REPO, versions
from encoding import write_json
from make_tokenizer_cases import GROUP, INPUTS, random_strings

FAMILIES = REPO / "test/fixtures/families"
STRINGS = 2000
CHOSEN = [
    "", " ", "  ", "Raymond is selling <mask> sketches.", "<mask> is old", "old  <mask>  cats", "(<mask>)", "a<mask>b", "</s> <s> <pad>",
    " these", "these ", "it's I'll we'VE", "one\n\n two\t three", "👩‍👩‍👧 ☕️ 🇩🇪", "e\u0301 é ﬁ ﬁ\u0301 ① ½ Å", "한국어 ㈎ ｶﾞ", "中文，和日本語", "a\u0000b",
    "▁these ▁▁ x▁y", "\u00a0these\u2003this\u0085old", "\ufeffthese", "soft\u00adhyphen \u200bzero", "1234567890 ٣٤ Ⅷ", "x" * 600, "these " * 600, "ÀÉÎ" * 300,
]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=REPO / "test/fixtures/tokenizers/subword.json")
    args = parser.parse_args()
    strings = list(islice(random_strings(json.loads(INPUTS.read_text())), STRINGS))
    found = {}
    for name in ["roberta", "roberta-prefix", "xlm-roberta", "camembert", "albert", "albert-groups", "modernbert"]:
        with tempfile.TemporaryDirectory() as folder:
            for file in ["config.json", "tokenizer.json", "tokenizer_config.json"]:
                shutil.copy(FAMILIES / name.removesuffix("-prefix") / file, folder)
            if name.endswith("-prefix"):
                with_prefix(Path(folder))
            tokenizer = AutoTokenizer.from_pretrained(folder)
        ids = [tokenizer(text).input_ids for text in strings]
        groups = [json.dumps(ids[i : i + GROUP], separators=(",", ":")) for i in range(0, STRINGS, GROUP)]
        hashes = b"".join(hashlib.sha256(group.encode()).digest()[:4] for group in groups)
        found[name] = {"hashes": base64.b64encode(hashes).decode(), "ids": [tokenizer(text).input_ids for text in CHOSEN]}
        print(name, type(tokenizer).__name__, len({id for row in ids for id in row}), "of", len(tokenizer), "tokens")
    write_json(args.out, {"versions": versions(), "strings": STRINGS, "texts": CHOSEN, "kinds": found})


def with_prefix(folder):
    """The same files for a tokenizer that puts a space before every text."""
    for name, at in [("tokenizer.json", ["pre_tokenizer"]), ("tokenizer_config.json", [])]:
        file = folder / name
        whole = json.loads(file.read_text())
        part = whole
        for key in at:
            part = part[key]
        part["add_prefix_space"] = True
        file.write_text(json.dumps(whole))


if __name__ == "__main__":
    main()
