"""Writes a checkpoint as transformers.js reads it: FOLDER/onnx/model.onnx, fp32, with config and tokenizer beside it.

    PEER_PYTHON bench/peers/export_onnx.py CHECKPOINT FOLDER
"""

import shutil
import sys
from pathlib import Path

import torch
from transformers import BertForMaskedLM

source, folder = map(Path, sys.argv[1:])
(folder / "onnx").mkdir(parents=True, exist_ok=True)
for name in ("config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt"):
    if (source / name).exists():
        shutil.copy(source / name, folder / name)

model = BertForMaskedLM.from_pretrained(source, attn_implementation="eager").eval()
names = ["input_ids", "attention_mask", "token_type_ids"]
example = {name: torch.ones(1, 8, dtype=torch.int64) for name in names}
dynamic = {name: {0: "batch_size", 1: "sequence_length"} for name in names}


class Logits(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).logits


with torch.no_grad():
    torch.onnx.export(
        Logits(),
        tuple(example.values()),
        folder / "onnx/model.onnx",
        input_names=names,
        output_names=["logits"],
        dynamic_axes={**dynamic, "logits": {0: "batch_size", 1: "sequence_length"}},
        opset_version=17,
        dynamo=False,
    )
