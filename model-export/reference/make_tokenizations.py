"""Writes how each checkpoint's tokenizer cuts odd strings; the engine's tokenizer is tested against it.

    python model-export/reference/make_tokenizations.py [checkpoint folder ...] [--out test/fixtures/reference]

Without folders: the checkpoints in test/fixtures/checkpoints, and the practice model. The ids are BertTokenizerFast's.
The slow tokenizer (BERT's original algorithm in Python) is asked too, and must agree.
"""

import argparse
import tempfile
import unicodedata
from pathlib import Path

from transformers.models.bert.tokenization_bert_legacy import BertTokenizerLegacy

from checkpoint import REPO, default_folders, load_tokenizer, name_of, versions
from encoding import write_json

TEXTS = [
    "",
    " ",
    "Raymond is selling [MASK] sketches.",
    "  Raymond   is\tselling\n[MASK] sketches .  ",
    "raymond IS Selling [MASK] SKETCHES.",
    "[MASK]",
    "[MASK][MASK]",
    "[MASK] or [MASK]?",
    "([MASK]),[MASK].",
    "sell[MASK]ing",
    "[mask] [Mask] [ MASK ] [MASK",
    "[CLS] is [SEP] not [PAD] a [UNK]",
    "Raymond's dogs' don't",
    "well-known - dogs--cats",
    "an em\u2014dash, an en\u2013dash \u2026 \u201cquoted\u201d \u2018so\u2019",
    "café naïve Ångström",
    "cafe\u0301 nai\u0308ve",  # the same accents as combining marks
    "the\u00a0cat\u3000sees\u2009a\u2028dog",  # no-break, ideographic and thin space, line separator
    "the\u200bcat\ufeffsees\u00ada\u200ddog",  # zero-width space, byte-order mark, soft hyphen, joiner
    "a\u0000b\u0007c\ufffdd",  # control characters
    "\u732b是 cat 日本語 カナ 한국어",
    "the cat 🐱 sees 👩‍👩‍👧 it 👍🏽",
    "x" * 100 + " " + "x" * 101,  # a word may have 100 characters
    "e\u0301" * 60,  # 120 code points
    "𝔞" * 51 + " the",  # 102 UTF-16 units, 51 code points
    "$5+3=8^2~`|<>@#%&*_\\/{}[]",
    "3.14 1,000 №5 ½ €",
    "Привет ΑΒΓ שלום مرحبا",
    "##s ##ing # #",
    "ſs ß İ ﬁ",
]


def slow_tokenizer(fast, folder):
    """BERT's original tokenizer over the same vocabulary."""
    vocabulary = sorted(fast.get_vocab(), key=fast.get_vocab().get)
    path = Path(folder) / "vocab.txt"
    path.write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    return BertTokenizerLegacy(str(path), do_lower_case=False)


def tokenizations(folder):
    """One record per text: ids [T] and tokens [T], [CLS] and [SEP] included."""
    fast = load_tokenizer(folder)
    records = []
    with tempfile.TemporaryDirectory() as temporary:
        slow = slow_tokenizer(fast, temporary)
        for text in TEXTS:
            ids = fast(text).input_ids
            # only the slow tokenizer composes accents first
            assert slow(text)["input_ids"] == fast(unicodedata.normalize("NFC", text)).input_ids, (folder, text)
            records.append({"text": text, "ids": ids, "tokens": fast.convert_ids_to_tokens(ids)})
    return records


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--out", type=Path, default=REPO / "test/fixtures/reference")
    args = parser.parse_args()
    results = {name_of(folder): tokenizations(folder) for folder in args.folders or default_folders()}
    write_json(args.out / "tokenizer.json", {"versions": versions(), "checkpoints": results})
    print(f"{len(TEXTS)} texts, {', '.join(results)}")


if __name__ == "__main__":
    main()
