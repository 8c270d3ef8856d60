"""The tokenizer as transformers's BertTokenizer is called: texts to ids and back. The engine cuts the texts; this puts rows together."""

import torch

from ._batch import BatchEncoding, check_tensors
from ._bridge import bridge, wait
from ._encoding import Encoding, Piece, Token, lengths_of, truncate

ROLES = ("unk", "sep", "pad", "cls", "mask")
PADDING = {True: "longest", False: None, "longest": "longest", "max_length": "max_length", "do_not_pad": None}
TRUNCATION = {True: "longest_first", False: None, None: None, "do_not_truncate": None} | {
    name: name for name in ("longest_first", "only_first", "only_second")
}
# what a person may set; the rest is the model's
SETTINGS = ("padding_side", "truncation_side", "model_max_length")
TEXTS = "The tokenizer takes a text, a list of texts, or pairs of texts; words in lists need is_split_into_words=True."


class BertTokenizer:
    is_fast = True
    pad_token_type_id = 0
    split_special_tokens = clean_up_tokenization_spaces = False
    bos_token = bos_token_id = eos_token = eos_token_id = None
    model_input_names = ["input_ids", "token_type_ids", "attention_mask"]

    def __init__(self, description):
        words = description.vocabulary.to_py()  # by id; "" where an id has none
        written = {token["id"]: token["text"] for token in description.asWritten.to_py()}
        special = {role: description.special.to_py()[role] for role in ROLES}
        self.__dict__.update(
            _model=description.name, _words=words, _ids={written.get(i, word): i for i, word in enumerate(words) if word}, name_or_path=description.name,
            vocab_size=description.vocabSize, model_max_length=description.positions, padding_side="right", truncation_side="right",
            special_tokens_map={f"{role}_token": token["text"] for role, token in special.items()},
            all_special_tokens=[token["text"] for token in special.values()], all_special_ids=[token["id"] for token in special.values()],
            **{f"{role}_token": token["text"] for role, token in special.items()},
            **{f"{role}_token_id": token["id"] for role, token in special.items()},
        )  # fmt: skip

    def __setattr__(self, name, value):
        if name not in SETTINGS:
            raise RuntimeError(f"{name} of the tokenizer cannot be set on this page, where it belongs to the model; {', '.join(SETTINGS)} can.")
        if name.endswith("_side") and value not in ("left", "right"):
            raise ValueError(f"{name} is 'left' or 'right', not {value!r}.")
        self.__dict__[name] = value

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        have = sorted(n for n in {*dir(type(self)), *self.__dict__} if not n.startswith("_"))
        raise AttributeError(f"The tokenizer has no '{name}' on this page. There are: {', '.join(have)}")

    def __len__(self):
        return len(self._ids)

    def __repr__(self):
        return (
            f"BertTokenizer(name_or_path={self.name_or_path!r}, vocab_size={self.vocab_size}, model_max_length={self.model_max_length}, "
            f"padding_side={self.padding_side!r}, truncation_side={self.truncation_side!r}, special_tokens={self.special_tokens_map})"
        )

    # -- texts to rows

    def __call__(
        self, text=None, text_pair=None, text_target=None, text_pair_target=None, add_special_tokens=True, padding=False, truncation=None,
        max_length=None, stride=0, is_split_into_words=False, pad_to_multiple_of=None, padding_side=None, return_tensors=None,
        return_token_type_ids=None, return_attention_mask=None, return_overflowing_tokens=False, return_special_tokens_mask=False,
        return_offsets_mapping=False, return_length=False, verbose=True, *, max_target_length=None,
    ):  # fmt: skip
        """Rows of ids with their masks. `verbose` is accepted, as there are no messages here to be left out."""
        if text is None and text_target is None:
            raise ValueError("You need to specify either `text` or `text_target`.")
        check_tensors(return_tensors)
        shown = dict(
            input_ids=("ids", True),
            token_type_ids=("type_ids", return_token_type_ids is not False),
            attention_mask=("attention_mask", return_attention_mask is not False),
            special_tokens_mask=("special_tokens_mask", return_special_tokens_mask),
            offset_mapping=("offsets", return_offsets_mapping),
        )
        shown = {key: part for key, (part, wanted) in shown.items() if wanted}

        def encoded(first, second, most):
            rows, batched = self._rows(first, second, is_split_into_words)
            pads, cuts, most = self._strategies(padding, truncation, most, pad_to_multiple_of)
            groups = [self._row(*row, add_special_tokens, cuts, most, stride, return_overflowing_tokens) for row in rows]
            encodings = [encoding for group in groups for encoding in group]
            if pads:
                self._fill([*encodings, *(e for each in encodings for e in each.overflowing)], most if pads == "max_length" else None, pad_to_multiple_of, padding_side)
            found = {key: [getattr(encoding, part) for encoding in encodings] for key, part in shown.items()}
            if return_length:
                found["length"] = [len(encoding) for encoding in encodings]
            if return_overflowing_tokens:
                found["overflow_to_sample_mapping"] = [i for i, group in enumerate(groups) for _ in group]
            if not batched and return_tensors is None and not return_overflowing_tokens:
                found = {key: value[0] if isinstance(value[0], list) else value for key, value in found.items()}
            return BatchEncoding(found, encodings, return_tensors)

        if text is None:
            return encoded(text_target, text_pair_target, max_length if max_target_length is None else max_target_length)
        found = encoded(text, text_pair, max_length)
        if text_target is not None:
            most = max_length if max_target_length is None else max_target_length
            found["labels"] = encoded(text_target, text_pair_target, most)["input_ids"]
        return found

    def encode(self, text, text_pair=None, add_special_tokens=True, padding=False, truncation=None, max_length=None, stride=0,
               padding_side=None, return_tensors=None, **options):  # fmt: skip
        return self(
            text, text_pair, add_special_tokens=add_special_tokens, padding=padding, truncation=truncation, max_length=max_length,
            stride=stride, padding_side=padding_side, return_tensors=return_tensors, **options,
        )["input_ids"]  # fmt: skip

    def tokenize(self, text, pair=None, add_special_tokens=False, **options):
        return self(text, pair, add_special_tokens=add_special_tokens, **options).tokens()

    @staticmethod
    def _rows(text, pair, split):
        """[(text, its pair or None)], and whether there may be several."""
        is_text = (lambda one: _all_texts(one)) if split else (lambda one: isinstance(one, str))
        batched = isinstance(text, (list, tuple)) and (not split or bool(text) and isinstance(text[0], (list, tuple)))
        if not batched:
            rows = [(text, pair or None)]
        elif isinstance(pair, str):
            raise TypeError("when tokenizing batches of text, `text_pair` must be a list or tuple with the same length as `text`.")
        elif pair is not None and len(pair) != len(text):
            raise ValueError(f"batch length of `text`: {len(text)} does not match batch length of `text_pair`: {len(pair)}.")
        elif pair is not None:
            rows = list(zip(text, pair))
        else:
            rows = [(one, None) if is_text(one) or not isinstance(one, (list, tuple)) or len(one) != 2 else tuple(one) for one in text]
        if not rows:
            raise IndexError("The tokenizer got a list without texts.")
        if not all(is_text(one) and (other is None or is_text(other)) for one, other in rows):
            raise ValueError(TEXTS)
        return rows, batched

    def _strategies(self, padding, truncation, max_length, multiple):
        """How rows are filled and cut, and the length meant, as transformers decides it."""
        if padding not in PADDING:
            raise ValueError(f"{padding} is not a valid PaddingStrategy, please select one of ['longest', 'max_length', 'do_not_pad']")
        if truncation not in TRUNCATION:
            names = ["only_first", "only_second", "longest_first", "do_not_truncate"]
            raise ValueError(f"{truncation} is not a valid TruncationStrategy, please select one of {names}")
        if max_length is not None and padding is False and truncation is None:
            truncation = True
        pads, cuts = PADDING[padding], TRUNCATION[truncation]
        if max_length is None and (pads == "max_length" or cuts):
            max_length = self.model_max_length
        if max_length is not None and max_length < 0:
            raise OverflowError("can't convert negative int to unsigned")
        if cuts and pads and multiple is not None and max_length % multiple:
            raise ValueError(
                "Truncation and padding are both activated but "
                f"truncation length ({max_length}) is not a multiple of pad_to_multiple_of ({multiple})."
            )
        return pads, cuts, max_length

    def _row(self, first, second, special, cuts, most, stride, overflowing):
        """One text or pair as encodings: the first, and where asked for those of what did not fit."""
        parts = [self._pieces(first)] + ([] if second is None else [self._pieces(second)])
        room = None if cuts is None else most - (len(parts) + 1 if special else 0)
        rests = [[] for _ in parts]
        if room is not None and room >= 0:
            kept = lengths_of(len(parts[0]), len(parts[1]) if second is not None else None, room, cuts)
            for i, part in enumerate(parts):
                parts[i], rests[i] = truncate(part, kept[i], stride, self.truncation_side)
        if overflowing and second is not None and any(rests):
            raise ValueError("return_overflowing_tokens is not on this page for pairs of texts that are cut: tokenize the texts one by one.")
        row = self._assemble(parts, special)
        if second is None:
            row.overflowing = [self._assemble([rest], special) for rest in rests[0]]
        return [row, *row.overflowing] if overflowing else [row]

    def _assemble(self, parts, special):
        """[CLS] text [SEP], and of a pair a second text and [SEP] of type 1."""
        tokens = [self._special("cls", 0)] if special else []
        for number, part in enumerate(parts):
            tokens += [Token(piece.id, piece.text, number, number, piece, False, False) for piece in part]
            if special:
                tokens.append(self._special("sep", number))
        return Encoding(tokens, len(parts))

    def _special(self, role, type=0):
        """A token that stands around a text, or fills a row."""
        return Token(getattr(self, f"{role}_token_id"), getattr(self, f"{role}_token"), type, None, None, True, role == "pad")

    def _pieces(self, text):
        """A text's tokens, or those of its words where it is a list."""
        if isinstance(text, str):
            return self._cut(text)
        return [piece._replace(word=word) for word, one in enumerate(text) for piece in self._cut(one)]

    def _cut(self, text):
        """A text's tokens, as the engine finds them."""
        found = wait(bridge.encode(self._model, text))
        numbers = [iter(int(number) for number in found.numbers.to_py())] * 4
        return [Piece(id, text, *place) for text, (id, *place) in zip(found.texts.to_py(), zip(*numbers))]

    def _fill(self, encodings, width, multiple, side):
        """Pad all to one length."""
        side = self.padding_side if side is None else side
        if side not in ("left", "right"):
            raise ValueError(f"Unknown `direction`: `{side}`. Use one of `left` or `right`")
        width = max(map(len, encodings)) if width is None else width
        if multiple:
            width = -(-width // multiple) * multiple
        for encoding in encodings:
            filling = [self._special("pad")] * (width - len(encoding))
            encoding._tokens = filling + encoding._tokens if side == "left" else encoding._tokens + filling

    def pad(self, encoded_inputs, padding=True, max_length=None, pad_to_multiple_of=None, padding_side=None, return_attention_mask=None,
            return_tensors=None, verbose=True):  # fmt: skip
        """Rows that are there already, filled to one length."""
        check_tensors(return_tensors)
        if isinstance(encoded_inputs, (list, tuple)) and encoded_inputs:
            encoded_inputs = {key: [each[key] for each in encoded_inputs] for key in encoded_inputs[0].keys()}
        if "input_ids" not in encoded_inputs:
            raise ValueError(
                "You should supply an encoding or a list of encodings to this method that includes input_ids, "
                f"but you provided {list(encoded_inputs.keys())}"
            )
        tensors = "pt" if any(isinstance(row, torch.Tensor) for row in encoded_inputs["input_ids"]) else None
        found = {key: [row.tolist() if hasattr(row, "tolist") else row for row in value] for key, value in encoded_inputs.items()}
        single = bool(found["input_ids"]) and not isinstance(found["input_ids"][0], list)
        found = {key: [value] for key, value in found.items()} if single else found
        rows = found["input_ids"]
        if return_attention_mask is not False and "attention_mask" not in found:
            found["attention_mask"] = [[1] * len(row) for row in rows]
        pads, _, most = self._strategies(padding, False, max_length, None)
        if pads:
            self._fill_lists(found, rows, most if pads == "max_length" else None, pad_to_multiple_of, padding_side)
        return BatchEncoding({key: value[0] for key, value in found.items()} if single else found, tensor_type=return_tensors or tensors)

    def _fill_lists(self, found, rows, width, multiple, side):
        side = self.padding_side if side is None else side
        if side not in ("left", "right"):
            raise ValueError(f"Invalid padding strategy:{side}")
        width = max(map(len, rows)) if width is None else width
        width = -(-width // multiple) * multiple if multiple else width
        fillings = dict(input_ids=self.pad_token_id, attention_mask=0, token_type_ids=self.pad_token_type_id, special_tokens_mask=1)
        for key, filling in fillings.items():
            if key in found:
                more = [[filling] * (width - len(row)) for row in found[key]]
                found[key] = [m + row if side == "left" else row + m for m, row in zip(more, found[key])]

    # -- tokens and ids

    @property
    def vocab(self):
        return self.get_vocab()

    def get_vocab(self):
        return dict(self._ids)

    max_len_single_sentence = property(lambda self: self.model_max_length - self.num_special_tokens_to_add())
    max_len_sentences_pair = property(lambda self: self.model_max_length - self.num_special_tokens_to_add(True))

    def num_special_tokens_to_add(self, pair=False):
        return 3 if pair else 2

    def get_special_tokens_mask(self, token_ids_0, token_ids_1=None, already_has_special_tokens=False):
        if not already_has_special_tokens or token_ids_1 is not None:
            raise ValueError("get_special_tokens_mask() is for one row with its special tokens: pass already_has_special_tokens=True.")
        return [int(i in self.all_special_ids) for i in token_ids_0]

    def convert_tokens_to_ids(self, tokens):
        if isinstance(tokens, str):
            return self._ids.get(tokens, self.unk_token_id)
        return [self._ids.get(token, self.unk_token_id) for token in tokens]

    def _word(self, i):
        if i < 0:
            raise OverflowError(f"an id is 0 or more, not {i}")
        return self._words[i] or None if i < len(self._words) else None

    def convert_ids_to_tokens(self, ids, skip_special_tokens=False):
        if isinstance(ids, int):
            return self._word(ids)
        return [self._word(int(i)) for i in ids if not (skip_special_tokens and int(i) in self.all_special_ids)]

    # -- ids to text

    def convert_tokens_to_string(self, tokens):
        text = ""
        for i, token in enumerate(tokens):
            text += _tidy(token if i == 0 else token.removeprefix("##") if token.startswith("##") else f" {token}")
        return text

    def decode(self, token_ids, skip_special_tokens=False, clean_up_tokenization_spaces=None):
        if isinstance(token_ids, (dict, BatchEncoding)):
            token_ids = token_ids["input_ids"]
        token_ids = token_ids.tolist() if isinstance(token_ids, torch.Tensor) else token_ids
        if isinstance(token_ids, int):
            token_ids = [token_ids]
        elif len(token_ids) and (isinstance(token_ids[0], (list, tuple)) or getattr(token_ids[0], "ndim", 0)):
            return [self.decode(row, skip_special_tokens, clean_up_tokenization_spaces) for row in token_ids]
        tokens = [token for token in self.convert_ids_to_tokens(token_ids, skip_special_tokens) if token is not None]
        text = self.convert_tokens_to_string(tokens)
        return self.clean_up_tokenization(text) if clean_up_tokenization_spaces else text

    def batch_decode(self, sequences, skip_special_tokens=False, clean_up_tokenization_spaces=None):
        found = self.decode(sequences, skip_special_tokens, clean_up_tokenization_spaces)
        return [found] if isinstance(found, str) else found

    @staticmethod
    def clean_up_tokenization(text):
        return _tidy(text.replace(" .", ".").replace(" ?", "?").replace(" !", "!").replace(" ,", ",").replace(" ' ", "'"))


def _all_texts(value):
    return isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value)


def _tidy(text):
    """Without the space in front of marks and endings; a token alone, or a whole text."""
    for mark in (".", "?", "!", ",", "n't", "'m", "'s", "'ve", "'re"):
        text = text.replace(f" {mark}", mark)
    return text
