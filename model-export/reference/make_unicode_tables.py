"""Writes what the Rust crate `tokenizers` takes each character of Unicode for; the engine's tokenizer reads it.

    python model-export/reference/make_unicode_tables.py [--out src/model/tokenizer/unicode-tables.json]

The crate is asked, character by character. Its tables are of several versions of Unicode, most of them older than a
browser's, so that a browser's own \\p{Mn}, \\p{P} or toLowerCase() would cut some texts otherwise.

Every set is its ranges in ascending order as one text: for each range the distance from the end of the last one and its
length less one, in base 36. `lower` is a list of [first, last, step, distance]: every step-th character from first to
last becomes the one so far away; `special` has the characters that become several.
"""

import argparse
import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordPiece

REPO = Path(__file__).resolve().parents[2]
CHARACTERS = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]


def bert_normalizer(**only):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**off | only).normalize_str


def removed(character, clean=bert_normalizer(clean_text=True)):
    """Control, format and private characters, which the normalizer drops."""
    return clean(f"a{character}b") == "ab"


def ideograph(character, spread=bert_normalizer(handle_chinese_chars=True)):
    """What the normalizer puts spaces around."""
    return spread(character) == f" {character} "


def composed(character, nfd=normalizers.NFD().normalize_str):
    """What NFD replaces or moves: a combining class shows when a character changes places with one of another class."""
    pairs = (f"a{character}\u0334", f"a\u0301{character}")
    return nfd(character) != character or any(nfd(pair) != pair for pair in pairs)


def compatible(character, nfkd=normalizers.NFKD().normalize_str):
    """What NFKD replaces or moves."""
    return nfkd(character) != character or composed(character)


def composing(nfd=normalizers.NFD().normalize_str):
    """A test for what NFC replaces, moves or joins with something beside it."""
    parts = {part for character in CHARACTERS if composed(character) for part in character + nfd(character)}
    return lambda character: character in parts


def mark(character, strip=normalizers.StripAccents().normalize_str):
    """What the normalizer StripAccents drops; BERT's own drops fewer."""
    return strip(f"a{character}") == "a"


def accent(character, strip=bert_normalizer(strip_accents=True)):
    return strip(f"a{character}") == "a"


def punctuation(character, split=pre_tokenizers.BertPreTokenizer().pre_tokenize_str):
    return [piece for piece, _ in split(f"a{character}b")] == ["a", character, "b"]


def white_space(character, split=pre_tokenizers.BertPreTokenizer().pre_tokenize_str):
    return [piece for piece, _ in split(f"a{character}b")] == ["a", "b"]


def letter(character, split=pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str):
    """What byte-level byte-pair encoding takes for a letter, which makes one word with another."""
    return character not in " '" and len(split(f"{character}a")) == 1


def number(character, split=pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str):
    return character != " " and len(split(f"{character}1")) == 1


def byte_level_space(character, split=pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str):
    return not letter(character) and not number(character) and len(split(f"?{character}?")) > 1


def word_tester():
    """Which characters make an added token part of a longer word, beside which single_word does not find it."""
    tokenizer = Tokenizer(WordPiece({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.add_tokens([AddedToken("<x>", single_word=True, normalized=False)])
    return lambda character: 1 not in tokenizer.encode(f"<x>{character}").ids


def text_of(codes):
    """Ascending code points as ranges, as said above."""
    ranges = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    numbers, end = [], 0
    for first, last in ranges:
        numbers += [first - end, last - first]
        end = last
    return " ".join(map(base36, numbers))


def base36(number):
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (base36(number // 36) if number >= 36 else "") + digits[number % 36]


def lower_cases(lower=bert_normalizer(lowercase=True)):
    """([first, last, step, distance], {character: several})."""
    runs, special = [], {}
    for character in CHARACTERS:
        small = lower(character)
        if len(small) > 1:
            special[character] = small
        elif small != character:
            code, distance = ord(character), ord(small) - ord(character)
            last = runs[-1] if runs else None
            step = code - last[1] if last else 0
            if last and last[3] == distance and step in (1, 2) and last[2] in (0, step):
                last[1:3] = code, step
            else:
                runs.append([code, code, 0, distance])
    return [[first, last, step or 1, distance] for first, last, step, distance in runs], special


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=REPO / "src/model/tokenizer/unicode-tables.json")
    args = parser.parse_args()
    tests = {
        "removed": removed,
        "ideographs": ideograph,
        "composed": composed,
        "accents": accent,
        "compatible": compatible,
        "composing": composing(),
        "marks": mark,
        "punctuation": punctuation,
        "whiteSpace": white_space,
        "word": word_tester(),
        "letters": letter,
        "numbers": number,
    }
    small = normalizers.Lowercase().normalize_str
    assert all(small(c) == bert_normalizer(lowercase=True)(c) for c in CHARACTERS)
    assert all(byte_level_space(c) == white_space(c) for c in CHARACTERS)
    tables = {name: text_of(ord(c) for c in CHARACTERS if test(c)) for name, test in tests.items()}
    lower, special = lower_cases()
    lines = [json.dumps({"lower": lower}, separators=(",", ":"))[1:-1], json.dumps({"special": special})[1:-1]]
    lines += [json.dumps({name: table})[1:-1] for name, table in tables.items()]
    args.out.write_text("{\n  " + ",\n  ".join(lines) + "\n}\n", encoding="ascii")
    print(f"{args.out}: {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
