"""Packages that notebooks ask for and that are not here: what does their job, for one sentence."""

import re

HERE = ["torch", "transformer_lens", "neuron_notebook", "einops", "fancy_einsum", "IPython.display", "tqdm", "jaxtyping"]
NO_NETWORK = "the page has no network for cells, and a file with data is dropped onto the notebook"
ARRAYS = (
    "torch has arrays, their mathematics, statistics, sorting and random numbers, einsum and parts of torch.linalg; "
    "tensor.tolist() gives Python's numbers"
)
PLOTS = "neuron_notebook.compare draws probabilities, and IPython.display's HTML and SVG show what you draw yourself"
MODELS = "transformer_lens.HookedEncoder brings the site's models with their tokenizers"
TABLES = "a list of dicts at the end of a cell is shown as a table, and the modules csv and json read text"
WIDGETS = "a cell takes its values from variables, and an experiment cell has a form"
WORDS = "Python's str and re split texts into words, and model.tokenizer into tokens"
INSTEAD = {
    **dict.fromkeys(["numpy", "scipy", "sklearn", "jax", "cupy", "numba"], ARRAYS),
    **dict.fromkeys(["pandas", "polars", "pyarrow", "tabulate"], TABLES),
    **dict.fromkeys(["matplotlib", "plotly", "seaborn", "altair", "bokeh", "circuitsvis", "bertviz", "PIL", "kaleido"], PLOTS),
    **dict.fromkeys(["transformers", "tokenizers", "huggingface_hub", "sentence_transformers", "safetensors", "accelerate"], MODELS),
    **dict.fromkeys(["nnsight", "baukit", "pyvene", "minicons", "captum"], f"{MODELS}, and run_with_hooks changes activations"),
    **dict.fromkeys(["datasets", "requests", "httpx", "aiohttp", "urllib3", "gdown", "kaggle"], NO_NETWORK),
    **dict.fromkeys(["nltk", "spacy"], WORDS),
    **dict.fromkeys(["ipywidgets", "gradio", "streamlit"], WIDGETS),
    "torchvision": "there are no images here; torch itself is",
    "wandb": "print the values, or save the notebook with its outputs",
    "tensorboard": "print the values, or save the notebook with its outputs",
    "rich": "print and display show what a cell has",
    "google": "the notebook does not run in Colab",
}
# names that pip and Python spell differently, as _plain writes them
IMPORTED_AS = {"scikitlearn": "sklearn", "pillow": "PIL", "opencvpython": "cv2", "pytorch": "torch"}
# what comes with Python or Jupyter, and is no business of a cell's
TOOLS = {"pip", "setuptools", "wheel", "ipython", "jupyter", "jupyterlab", "notebook", "ipykernel", "typingextensions"}


def _plain(name):
    return re.sub(r"[-_.]", "", name).lower()


def imported_name(distribution):
    """The name that a package installed as `distribution` is imported by, as far as it is known here."""
    known = {_plain(name): name for name in [*INSTEAD, *HERE]}
    return IMPORTED_AS.get(_plain(distribution)) or known.get(_plain(distribution), distribution)


def is_here(distribution):
    """Is it among the packages of the page, or needs none?"""
    return imported_name(distribution) in HERE or _plain(distribution) in TOOLS


def missing(names):
    """The sentence on packages that are not here."""
    reasons = dict.fromkeys(INSTEAD[name] for name in names if name in INSTEAD)
    listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    instead = "; ".join(reasons) if reasons else f"there are {', '.join(HERE)} and Python's standard library"
    otherwise = "" if reasons else f"; open the notebook in Jupyter if it needs {listed}"
    return f"Packages cannot be installed on this page, so {listed} {'are' if names[1:] else 'is'} not here: {instead}{otherwise}."
