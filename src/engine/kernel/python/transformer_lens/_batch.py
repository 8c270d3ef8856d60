"""What the tokenizer gives: rows of ids and their masks, by name; and where in the texts the tokens lie."""

from collections import UserDict

import torch

from ._encoding import CharSpan, TokenSpan

METHODS = "tokens(), word_ids(), sequence_ids(), token_to_chars(), char_to_token(), word_to_tokens(), to(), encodings, n_sequences"


class BatchEncoding(UserDict):
    def __init__(self, data=None, encoding=None, tensor_type=None, prepend_batch_axis=False, n_sequences=None):
        super().__init__(data)
        self._encodings = encoding
        self._n_sequences = n_sequences or (encoding[0].n_sequences if encoding else None)
        self.convert_to_tensors(tensor_type, prepend_batch_axis)

    def __getitem__(self, key):
        if isinstance(key, str):
            if key not in self.data:
                raise KeyError(f"there is no '{key}' here; there are {', '.join(self.data)}")
            return self.data[key]
        if self._encodings is not None:
            return self._encodings[key]
        if isinstance(key, slice):
            return {name: value[key] for name, value in self.data.items()}
        raise KeyError(f"a key is a name, a number or a slice, not an object of type {type(key).__name__}")

    def __getattr__(self, name):
        if name.startswith("__") or name == "data":
            raise AttributeError(name)
        if name in self.data:
            return self.data[name]
        raise AttributeError(f"BatchEncoding has no '{name}' here. There are: {', '.join(self.data)}, and {METHODS}")

    encodings = property(lambda self: self._encodings)
    n_sequences = property(lambda self: self._n_sequences)
    is_fast = property(lambda self: self._encodings is not None)

    def convert_to_tensors(self, tensor_type=None, prepend_batch_axis=False):
        if tensor_type is None:
            return self
        check_tensors(tensor_type)
        for key, value in self.items():
            value = [value] if prepend_batch_axis else value
            if isinstance(value, torch.Tensor):
                continue
            if isinstance(value[0], list) and len({len(row) for row in value}) > 1:
                raise ValueError(
                    f"Unable to create tensor: the rows of {key} differ in length. Pass padding=True, and truncation=True where texts may be too long."
                )
            self[key] = torch.tensor(value)
        return self

    def to(self, device, *, non_blocking=False):
        """The page has one place for tensors, so this changes nothing."""
        return self

    # -- where tokens lie

    def _at(self, batch_index):
        if not self._encodings:
            raise ValueError("This encoding was not made from texts, so there is nothing to tell of words and characters.")
        return self._encodings[batch_index]

    def tokens(self, batch_index=0):
        return self._at(batch_index).tokens

    def word_ids(self, batch_index=0):
        return self._at(batch_index).word_ids

    def sequence_ids(self, batch_index=0):
        return self._at(batch_index).sequence_ids

    def _ask(self, method, first, second, *rest):
        """One number is a place in the only text, two are a text and a place in it; places may count from the end."""
        batch, place = (0, first) if second is None else (first, second)
        encoding = self._at(batch)
        return getattr(encoding, method)(place + len(encoding) if place < 0 else place, *rest)

    def token_to_sequence(self, batch_or_token_index, token_index=None):
        return self._ask("token_to_sequence", batch_or_token_index, token_index)

    def token_to_word(self, batch_or_token_index, token_index=None):
        return self._ask("token_to_word", batch_or_token_index, token_index)

    def token_to_chars(self, batch_or_token_index, token_index=None):
        span = self._ask("token_to_chars", batch_or_token_index, token_index)
        return span and CharSpan(*span)

    def word_to_tokens(self, batch_or_word_index, word_index=None, sequence_index=0):
        span = self._ask("word_to_tokens", batch_or_word_index, word_index, sequence_index)
        return span and TokenSpan(*span)

    def word_to_chars(self, batch_or_word_index, word_index=None, sequence_index=0):
        return CharSpan(*self._ask("word_to_chars", batch_or_word_index, word_index, sequence_index))

    def char_to_token(self, batch_or_char_index, char_index=None, sequence_index=0):
        return self._ask("char_to_token", batch_or_char_index, char_index, sequence_index)

    def char_to_word(self, batch_or_char_index, char_index=None, sequence_index=0):
        return self._ask("char_to_word", batch_or_char_index, char_index, sequence_index)


def check_tensors(kind):
    if kind in ("np", "mlx"):
        raise ValueError(f"return_tensors={kind!r} is not on this page, which has no numpy; use 'pt'.")
    if kind not in (None, "pt"):
        raise ValueError(f"{kind} is not a valid TensorType, please select one of ['pt', 'np', 'mlx']")
