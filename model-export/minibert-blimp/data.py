"""BLiMP as this model sees it: its pairs, the split, the tokenizer.

BLiMP (Warstadt et al. 2020, TACL, CC-BY 4.0) is 67 paradigms of 1000 minimal pairs, one JSON line each.
Nothing here is random: the same folder always gives the same split and the same vocabulary.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

SINGULAR = ("this", "that")
PLURAL = ("these", "those")
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
MAX_POSITIONS = 64
NUMBER_PARADIGM = "determiner_noun_agreement_2"

# printable ASCII, the letters of Latin-1 and Latin Extended-A, and the punctuation that word processors insert
CHARACTERS = [
    c
    for c in [*map(chr, range(0x21, 0x7F)), *map(chr, range(0xC0, 0x180)), *"ªº¡¿«»°§£€–—‘’“”…"]
    if c not in "×÷"
]
SUFFIXES = 64  # how many frequent endings become pieces


@dataclass(frozen=True)
class Pair:
    """One minimal pair; `determiner` is the word index of the demonstrative in `good.split()`, or None."""

    paradigm: str
    id: int
    good: str
    bad: str
    determiner: int | None

    @property
    def held_out(self) -> bool:
        """5 % of every paradigm, and the second half of determiner_noun_agreement_2."""
        return self.id % 20 == 0 or (self.paradigm == NUMBER_PARADIGM and self.id >= 500)

    @property
    def plural(self) -> bool:
        return self.determiner is not None and self.good.split()[self.determiner] in PLURAL

    @property
    def prompt(self) -> str:
        """The good sentence with [MASK] in place of its demonstrative."""
        words = self.good.split()
        words[self.determiner] = "[MASK]"
        return " ".join(words)


def find_determiner(paradigm: str, good: str, bad: str) -> int | None:
    """Where a determiner-noun sentence has the demonstrative that agrees: the last one up to the differing word."""
    if not paradigm.startswith("determiner_noun_agreement"):
        return None
    words = good.split()
    differs = next(i for i, (g, b) in enumerate(zip(words, bad.split())) if g != b)
    return max(i for i in range(differs + 1) if words[i] in SINGULAR + PLURAL)


def read_pairs(folder: Path) -> list[Pair]:
    """All pairs, in the order of the file names."""
    pairs = []
    for file in sorted(Path(folder).glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            good, bad = row["sentence_good"], row["sentence_bad"]
            determiner = find_determiner(row["UID"], good, bad)
            pairs.append(Pair(row["UID"], int(row["pairID"]), good, bad, determiner))
    if len(pairs) != 67_000:
        raise SystemExit(f"{folder}: {len(pairs)} pairs instead of the 67 paradigms x 1000 pairs of BLiMP")
    return pairs


def training_pairs(pairs: list[Pair]) -> list[Pair]:
    """The pairs to train on, without the few whose good sentence also stands in a held-out pair."""
    reserved = {s for p in pairs if p.held_out for s in (p.good, p.bad)}
    return [p for p in pairs if not p.held_out and p.good not in reserved]


def build_tokenizer(pairs: list[Pair]) -> Tokenizer:
    """Cased BERT tokenizer: every word of BLiMP is a piece, any other word falls back to smaller ones."""
    normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    split = pre_tokenizers.BertPreTokenizer()
    sentences = {s for p in pairs for s in (p.good, p.bad)}
    words = Counter(w for s in sorted(sentences) for w, _ in split.pre_tokenize_str(normalizer.normalize_str(s)))

    endings = Counter(w[-n:] for w in words if w.isalpha() for n in (2, 3, 4) if len(w) > n + 1)
    suffixes = sorted(endings, key=lambda e: (-endings[e] * (len(e) - 1), e))[:SUFFIXES]
    continued = [f"##{c}" for c in CHARACTERS if c.isalnum()] + [f"##{s}" for s in suffixes]
    pieces = [*SPECIAL, *CHARACTERS, *continued, *(w for w in sorted(words) if w not in CHARACTERS)]
    return tokenizer_of(pieces)


def tokenizer_of(pieces: list[str]) -> Tokenizer:
    """The tokenizer of a list of pieces; the position in the list is the token id."""
    vocabulary = {piece: i for i, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=None)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    cls, sep = ("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[cls, sep]
    )
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """vocab.txt, tokenizer.json and the two small files that transformers expects beside them."""
    vocabulary = tokenizer.get_vocab()
    pieces = sorted(vocabulary, key=vocabulary.get)
    (folder / "vocab.txt").write_text("".join(p + "\n" for p in pieces), "utf-8")
    tokenizer.save(str(folder / "tokenizer.json"))
    roles = {f"{p[1:-1].lower()}_token": p for p in SPECIAL}
    added = {
        str(vocabulary[p]): dict(
            content=p, lstrip=False, normalized=False, rstrip=False, single_word=False, special=True
        )
        for p in SPECIAL
    }
    config = {
        "added_tokens_decoder": added,
        "clean_up_tokenization_spaces": False,
        "do_basic_tokenize": True,
        "do_lower_case": False,
        "model_max_length": MAX_POSITIONS,
        "never_split": None,
        "strip_accents": None,
        "tokenize_chinese_chars": True,
        "tokenizer_class": "BertTokenizer",
        **roles,
    }
    for name, content in (("tokenizer_config.json", config), ("special_tokens_map.json", roles)):
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", "utf-8")
