"""What from_pretrained takes: a model of the page by its name, and options that change nothing here. Any other option is refused by name."""

import torch

from ._bridge import bridge, wait

# accepted whatever they say, and why nobody misses what they do
HARMLESS = dict(
    cache_dir="the browser keeps a model's files, for all notebooks",
    token="the site's models need none",
    low_cpu_mem_usage="it says how weights are read, and they are the same",
    device="there is one place to compute, which every name of a device means",
    move_to_device="there is one place to compute",
)
# accepted where they say what holds here anyway
NEUTRAL = dict(
    dtype=torch.float32, torch_dtype=torch.float32, checkpoint_index=None, checkpoint_value=None, hf_model=None, tokenizer=None,
    revision="main", trust_remote_code=False, load_in_8bit=False, load_in_4bit=False, fold_ln=False, n_devices=1, device_map=None,
    proxies=None, local_files_only=False, force_download=False,
)  # fmt: skip


def check_options(options):
    """:param options: all of from_pretrained's arguments besides the model's name"""
    for name, value in options.items():
        if name in HARMLESS:
            continue
        if name not in NEUTRAL:
            known = ", ".join(sorted([*NEUTRAL, *HARMLESS]))
            raise TypeError(f"from_pretrained() has no option '{name}' on this page. There are: {known}.")
        if value is not None and value is not NEUTRAL[name] and value != NEUTRAL[name]:
            shown = repr(value) if isinstance(value, (str, int, float, torch.dtype)) else f"an object of type {type(value).__name__}"
            raise ValueError(
                f"from_pretrained({name}={shown}) is not on this page, which has each model once, as it was exported, in float32, "
                f"and finds its files itself: leave {name} out."
            )
    if options.get("device") is not None:
        torch.device(options["device"])


def open_model(name):
    if not isinstance(name, str):
        raise TypeError(f"from_pretrained() takes the name of a model, not an object of type {type(name).__name__}.")
    return wait(bridge.open(name.removeprefix("google-bert/")))
