"""Writes test/python/expected/NAME.txt: what test/python/programs/NAME.py print with real torch and TransformerLens.

    python model-export/reference/make_kernel_expected.py [test/python/programs/NAME.py ...]

Requirements: requirements.txt beside this file, and the practice checkpoint. Programs named t... need no model, those
named m... run the practice model. Three things are put in place: from_pretrained reads the practice checkpoint, or
the one in test/fixtures/odd-checkpoints that has the name asked for; `.to('cuda')` stays on the CPU, and warnings are not
printed. A program that raises is an error: nothing is written for it.
"""

import contextlib
import functools
import io
import logging
import sys
import warnings
from pathlib import Path

import torch
from transformer_lens import HookedEncoder, loading_from_pretrained

import checkpoint

TESTS = checkpoint.REPO / "test/python"
ODD = checkpoint.REPO / "test/fixtures/odd-checkpoints"


def use_our_checkpoints():
    """Make HookedEncoder.from_pretrained(name) an odd checkpoint, or else the practice model, without hooks of before."""

    @functools.cache
    def load(folder):
        return checkpoint.load_hooked_encoder(folder)

    def from_pretrained(name, **_):
        if (ODD / name).is_dir():
            model = load(ODD / name)
        else:
            if name != checkpoint.name_of(checkpoint.PRACTICE):
                loading_from_pretrained.get_official_model_name(name)  # raises what from_pretrained raises
            model = load(checkpoint.PRACTICE)
        model.reset_hooks()
        model.cfg.device = "cpu"
        print(f"Loaded pretrained model {name} into HookedEncoder")
        return model

    HookedEncoder.from_pretrained = from_pretrained


def stay_on_the_cpu():
    """Tensors and modules accept 'cuda' and stay where they are."""
    torch.nn.Module.to = lambda self, *_, **__: self
    for name in ("to", "cuda"):
        real = getattr(torch.Tensor, name)

        def moved(self, *args, real=real, **kwargs):
            return self if args[:1] in (("cuda",), ()) and not kwargs else real(self, *args, **kwargs)

        setattr(torch.Tensor, name, moved)


def printed(file):
    """What a program prints, run as a script of its own."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(file.read_text(), file.name, "exec"), {"__name__": "__main__"})
    return out.getvalue()


def main():
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    use_our_checkpoints()
    stay_on_the_cpu()
    (TESTS / "expected").mkdir(exist_ok=True)
    for file in [Path(argument) for argument in sys.argv[1:]] or sorted((TESTS / "programs").glob("*.py")):
        (TESTS / "expected" / f"{file.stem}.txt").write_text(printed(file))


main()
