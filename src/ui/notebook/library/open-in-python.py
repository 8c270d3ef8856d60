# Added by "Open in Python": the same notebook with the real PyTorch and TransformerLens. It needs Python 3.10 or later, and
# transformer_lens 3.9: 4.0 and later have TransformerBridge in the place of HookedEncoder, and other names for hook points.
%pip install --quiet "torch>=2.6" "transformers>=4.56" "transformer_lens==3.9.*"

import re, sys, types, urllib.request
from pathlib import Path

import torch
import transformer_lens
from transformer_lens import HookedEncoder

SITE_URL = "__SITE_URL__"  # where the notebook came from
RTOL = 5e-3  # numbers of the page may differ by half a per cent: it may keep weights in 16 bits, and adds up in another order


def load_practice_model(name):
    """The practice model is not on the Hugging Face Hub; its files come from the site."""
    from transformer_lens import loading_from_pretrained as loading
    from transformers import BertForPreTraining, BertTokenizerFast

    folder = Path(name)
    folder.mkdir(exist_ok=True)
    for file in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        if not (folder / file).exists():
            urllib.request.urlretrieve(f"{SITE_URL}/models/{name}/checkpoint/{file}", folder / file)
    config = loading.get_pretrained_model_config(f"./{folder}", device="cpu", architectures=["BertForMaskedLM"])
    source = BertForPreTraining.from_pretrained(f"./{folder}", dtype=torch.float32)
    model = HookedEncoder(config, BertTokenizerFast.from_pretrained(f"./{folder}"), move_to_device=False)
    model.load_state_dict(loading.get_pretrained_state_dict(f"./{folder}", config, source), strict=False)
    print(f"Loaded pretrained model {name} into HookedEncoder")
    return model.eval()


_from_pretrained, _to = HookedEncoder.from_pretrained, HookedEncoder.to
HookedEncoder.from_pretrained = lambda name, *args, **kwargs: (
    load_practice_model(name) if name == "minibert-blimp" else _from_pretrained(name, *args, **kwargs)
)
if not torch.cuda.is_available():  # .to('cuda') of the course's code stays on the CPU, as on the page
    HookedEncoder.to = lambda self, *args, **kwargs: self if args[:1] == ("cuda",) else _to(self, *args, **kwargs)


# neuron_notebook.compare, as on the page
neuron_notebook = types.ModuleType("neuron_notebook")
sys.modules["neuron_notebook"] = neuron_notebook
_seen = {"printed": "", "value": None, "rows": None}  # of the last cell that ran


def compare(before, after, words):
    """Show the probability of every word before and after, and the change (after - before) / before."""
    before, after = (torch.as_tensor(values).tolist() for values in (before, after))
    rows = [dict(word=w, before=b, after=a, delta=(a - b) / b) for w, b, a in zip(words, before, after, strict=True)]
    lines = [f"{r['word']}\t{r['before']:.3e}\t{r['after']:.3e}\t{r['delta']:+.2%}" for r in rows]
    _seen["rows"] = rows
    # the page shows the first as its table and plot, and Jupyter the text
    text = "\n".join(["det\toriginal\tafter erase kn\tdelta", *lines])
    display({"application/vnd.neuron-notebook.comparison+json": {"rows": rows}, "text/plain": text}, raw=True)


neuron_notebook.compare = compare


# the page's numbers, checked after the cells that made them; delete a check whose cell prints the time or the like


def assert_close(value, expected, rtol=RTOL, unit=0.0):
    """`unit` is one unit of the last printed digit."""
    assert abs(value - expected) <= rtol * abs(expected) + 1.01 * unit, f"{value} here, {expected} on the page"


_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?%?")


def _same_text(here, page, rtol=RTOL):
    # the page's forms run on a model that is there already, and say nothing of loading it
    here, page = (re.sub(r"(?m)^Loaded pretrained model .*\n", "", text) for text in (here, page))
    flat = lambda text: re.sub(r"\s+", " ", _NUMBER.sub("#", text)).strip()
    assert flat(here) == flat(page), f"the text differs:\n{here}\non the page:\n{page}"
    for a, b in zip(_NUMBER.findall(here), _NUMBER.findall(page), strict=True):
        if "." not in b:
            assert a == b, f"{a} here, {b} on the page"
            continue
        mantissa, _, exponent = b.rstrip("%").partition("e")
        unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        # a change in per cent is (after / before - 1) * 100: it carries the error of two numbers
        slack = 2 * rtol * 100 if b.endswith("%") else 0
        assert_close(float(a.rstrip("%")), float(b.rstrip("%")), 2 * rtol if slack else rtol, unit + slack)


def check_printed(page, rtol=RTOL):
    """What the cell before printed is what it printed on the page."""
    _same_text(_seen["printed"], page, rtol)


def check_value(page, rtol=RTOL):
    """The value of the cell before is that of the page."""
    _same_text(repr(_seen["value"]), page, rtol)


def check_comparison(page, rtol=RTOL):
    """The last comparison of the cell before has the page's words and probabilities."""
    assert [row["word"] for row in _seen["rows"]] == [row["word"] for row in page]
    for here, there in zip(_seen["rows"], page):
        assert_close(here["before"], there["before"], rtol)
        assert_close(here["after"], there["after"], rtol)
        assert_close(here["delta"], there["delta"], 2 * rtol, 2 * rtol)


class _Tee:
    """Passes printed text on and keeps it."""

    def __init__(self, stream):
        self.stream, self.kept = stream, []

    def write(self, text):
        self.kept.append(text)
        return self.stream.write(text)

    def __getattr__(self, name):
        return getattr(self.stream, name)


def _before_cell(info):
    if not re.match(r"\s*check_(printed|value|comparison)\(", info.raw_cell):
        _seen.update(printed="", value=None, rows=None, tee=_Tee(sys.stdout))
        sys.stdout = _seen["tee"]


def _after_cell(result):
    tee = _seen.pop("tee", None)
    if tee is not None:
        sys.stdout = tee.stream
        _seen.update(printed="".join(tee.kept), value=result.result)


get_ipython().events.register("pre_run_cell", _before_cell)
get_ipython().events.register("post_run_cell", _after_cell)
