"""The tokenizer as Hugging Face's is called: text to ids and back."""

import torch

from ._bridge import bridge, wait


class BatchEncoding(dict):
    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"'BatchEncoding' has no '{name}'; it has {', '.join(self)}") from None

    def to(self, device):
        return self


class Tokenizer:
    def __init__(self, description):
        self._model = description.name
        self._words = description.vocabulary.to_py()  # by id; "" where an id has no token
        self._ids = {word: i for i, word in enumerate(self._words) if word}
        self.model_max_length = description.positions
        self.vocab_size = description.vocabSize
        special = description.special.to_py()
        for role, token in special.items():
            setattr(self, f"{role}_token", token["text"])
            setattr(self, f"{role}_token_id", token["id"])
        ordered = [special[role] for role in ("unk", "sep", "pad", "cls", "mask")]
        self.all_special_tokens = [token["text"] for token in ordered]
        self.all_special_ids = [token["id"] for token in ordered]

    def __len__(self):
        return len(self._ids)

    @property
    def vocab(self):
        return dict(self._ids)

    get_vocab = lambda self: dict(self._ids)

    def encode(self, text, add_special_tokens=True, return_tensors=None):
        ids = self(text, add_special_tokens=add_special_tokens, return_tensors=return_tensors)["input_ids"]
        return ids

    def tokenize(self, text):
        return self.convert_ids_to_tokens(self.encode(text, add_special_tokens=False))

    def __call__(self, text, text_pair=None, return_tensors=None, padding=False, truncation=False, max_length=None,
                 add_special_tokens=True, **ignored):  # fmt: skip
        if text_pair is not None:
            raise ValueError("Pairs of sentences are not on this page: the model runs with one token type.")
        if return_tensors not in (None, "pt"):
            raise ValueError(f"return_tensors={return_tensors!r} is not on this page; use 'pt'.")
        single = isinstance(text, str)
        if not single and not (isinstance(text, (list, tuple)) and all(isinstance(one, str) for one in text)):
            raise ValueError("The tokenizer takes a text, or a list of texts.")
        rows = [[int(i) for i in wait(bridge.encode(self._model, one, add_special_tokens))] for one in ([text] if single else text)]
        longest = max_length or self.model_max_length
        if truncation:
            end = 1 if add_special_tokens else 0  # [SEP] stays
            rows = [row if len(row) <= longest else row[: longest - end] + row[len(row) - end :] for row in rows]
        width = longest if padding == "max_length" else max(map(len, rows)) if padding else 0
        lengths = [len(row) for row in rows]
        rows = [row + [self.pad_token_id] * (width - len(row)) for row in rows]
        out = dict(
            input_ids=rows,
            token_type_ids=[[0] * len(row) for row in rows],
            attention_mask=[[1] * n + [0] * (len(row) - n) for n, row in zip(lengths, rows)],
        )
        if return_tensors == "pt":
            if len({len(row) for row in rows}) > 1:
                raise ValueError("These texts differ in length: pass padding=True to make one tensor of them.")
            return BatchEncoding((key, torch.tensor(value)) for key, value in out.items())
        return BatchEncoding((key, value[0] if single else value) for key, value in out.items())

    def convert_tokens_to_ids(self, tokens):
        if isinstance(tokens, str):
            return self._ids.get(tokens, self.unk_token_id)
        return [self._ids.get(token, self.unk_token_id) for token in tokens]

    def _word(self, i):
        if i < 0:
            raise OverflowError(f"an id is 0 or more, not {i}")
        return self._words[i] or None if i < len(self._words) else None

    def convert_ids_to_tokens(self, ids, skip_special_tokens=False):
        if isinstance(ids, int) or isinstance(ids, torch.Tensor) and not ids.shape:
            return self._word(int(ids))
        ids = [int(i) for i in ids]
        return [self._word(i) for i in ids if not (skip_special_tokens and i in self.all_special_ids)]

    def convert_tokens_to_string(self, tokens):
        return " ".join(tokens).replace(" ##", "").strip()

    def decode(self, ids, skip_special_tokens=False, clean_up_tokenization_spaces=True, **ignored):
        if isinstance(ids, int) or isinstance(ids, torch.Tensor) and not ids.shape:
            ids = [int(ids)]
        elif len(ids) and isinstance(ids[0], (list, tuple, torch.Tensor)) and len(getattr(ids[0], "shape", "a row")):
            return [self.decode(row, skip_special_tokens, clean_up_tokenization_spaces) for row in ids]
        # a row of the embeddings may have no token
        tokens = [token for token in self.convert_ids_to_tokens(ids, skip_special_tokens) if token is not None]
        text = self.convert_tokens_to_string(tokens)
        if clean_up_tokenization_spaces:
            for mark in (".", "?", "!", ",", "n't", "'m", "'s", "'ve", "'re"):
                text = text.replace(f" {mark}", mark)
        return text

    def batch_decode(self, rows, **options):
        found = self.decode(rows, **options)
        return [found] if isinstance(found, str) else found

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        have = sorted(n for n in {*dir(type(self)), *self.__dict__} if not n.startswith("_"))
        raise AttributeError(f"The tokenizer has no '{name}' on this page. There are: {', '.join(have)}")
