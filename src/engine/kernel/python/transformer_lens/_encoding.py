"""One tokenized text, or pair of texts: tokens, and where in the text each lies. As the class Encoding of the library tokenizers."""

from collections import namedtuple

TokenSpan = namedtuple("TokenSpan", "start end")
CharSpan = namedtuple("CharSpan", "start end")

SHOWN = "ids, type_ids, tokens, offsets, attention_mask, special_tokens_mask, overflowing"


class Piece(namedtuple("Piece", "id text word start end")):
    """A token of a text: its id, itself, which word of the text it is of, and which characters it stands for."""


# a token: its id, itself, type, text (0 or 1 of a pair, None of none) and piece; whether it is special, whether it is padding
Token = namedtuple("Token", "id text type sequence piece special padding")


class Encoding:
    def __init__(self, tokens, n_sequences=1):
        self._tokens, self.n_sequences = tokens, n_sequences
        self.overflowing = []

    ids = property(lambda self: [token.id for token in self._tokens])
    type_ids = property(lambda self: [token.type for token in self._tokens])
    tokens = property(lambda self: [token.text for token in self._tokens])
    attention_mask = property(lambda self: [int(not token.padding) for token in self._tokens])
    special_tokens_mask = property(lambda self: [int(token.special) for token in self._tokens])
    sequence_ids = property(lambda self: [token.sequence for token in self._tokens])
    word_ids = property(lambda self: [token.piece.word if token.piece else None for token in self._tokens])
    words = word_ids

    @property
    def offsets(self):
        found = [(token.piece.start, token.piece.end) if token.piece else (0, 0) for token in self._tokens]
        if any(start < 0 for start, _ in found):
            raise ValueError("Where the tokens of this text lie in it cannot be told on this page: its combining marks change places.")
        return found

    def __len__(self):
        return len(self._tokens)

    def __repr__(self):
        return f"Encoding(num_tokens={len(self)}, attributes=[{SHOWN}])"

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        have = sorted(n for n in dir(self) if not n.startswith("_"))
        raise AttributeError(f"Encoding has no '{name}' on this page. There are: {', '.join(have)}")

    def _of(self, sequence):
        return [(i, token.piece) for i, token in enumerate(self._tokens) if token.piece and token.sequence == sequence]

    def token_to_sequence(self, token_index):
        token = self._at(token_index)
        return token and token.sequence

    def token_to_word(self, token_index):
        token = self._at(token_index)
        return token.piece.word if token and token.piece else None

    def token_to_chars(self, token_index):
        token = self._at(token_index)
        return (token.piece.start, token.piece.end) if token and token.piece else None

    def _at(self, token_index):
        return self._tokens[token_index] if 0 <= token_index < len(self._tokens) else None

    def word_to_tokens(self, word_index, sequence_index=0):
        found = [i for i, piece in self._of(sequence_index) if piece.word == word_index]
        return (found[0], found[-1] + 1) if found else None

    def word_to_chars(self, word_index, sequence_index=0):
        found = [piece for _, piece in self._of(sequence_index) if piece.word == word_index]
        return (found[0].start, found[-1].end) if found else None

    def char_to_token(self, char_pos, sequence_index=0):
        return next((i for i, piece in self._of(sequence_index) if piece.start <= char_pos < piece.end), None)

    def char_to_word(self, char_pos, sequence_index=0):
        return next((piece.word for _, piece in self._of(sequence_index) if piece.start <= char_pos < piece.end), None)


def truncate(pieces, most, stride, side):
    """A text's pieces cut to stretches of at most `most`, each with the last `stride` of the one before: what is kept, and the rest."""
    if most >= len(pieces):
        return pieces, []
    if most == 0:
        return [], [pieces]
    if stride >= most:
        raise ValueError(f"stride={stride} must be less than the {most} tokens that truncation leaves of a text.")
    parts, step = [], most - stride
    if side == "right":
        for start in range(0, len(pieces), step):
            parts.append(pieces[start : start + most])
            if start + most >= len(pieces):
                break
    else:
        for stop in range(len(pieces), 0, -step):
            parts.append(pieces[max(0, stop - most) : stop])
            if stop <= most:
                break
    return parts[0], parts[1:]


def lengths_of(first, second, most, strategy):
    """How many pieces of each text stay where `most` fit in all; `second` is None without a pair."""
    if most == 0:
        return 0, None if second is None else 0
    excess = first + (second or 0) - most
    if excess <= 0:
        return first, second
    if strategy == "longest_first":
        if second is None:
            return most, None
        short, long = sorted((first, second))
        long = short if short > most else max(short, most - short)
        if short + long > most:
            short = most // 2
            long = short + most % 2
        return (long, short) if first > second else (short, long)
    if strategy == "only_second" and second is None:
        raise Exception("Truncation error: Second sequence not provided")
    if (first if strategy == "only_first" else second) <= excess:
        raise Exception("Truncation error: Sequence to truncate too short to respect the provided max_length")
    return (first - excess, second) if strategy == "only_first" else (first, second - excess)
