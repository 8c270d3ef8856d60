"""What from_pretrained takes: a model of the page by its name, and options that change nothing here. Any other option is refused by name."""

import torch

from ._bridge import bridge, wait

# where files come from or are kept, and where is computed: the page knows
HARMLESS = ("cache_dir", "token", "local_files_only", "force_download", "proxies", "low_cpu_mem_usage", "device_map", "n_devices")
NEUTRAL = dict(torch_dtype=torch.float32, revision="main", trust_remote_code=False, load_in_8bit=False, load_in_4bit=False, fold_ln=False)


def check_options(own, more):
    """
    :param own: from_pretrained's arguments that can ask for what is not here
    :param more: its keyword arguments besides
    """
    neutral = dict(NEUTRAL, dtype=torch.float32)
    for name, value in {**own, **more}.items():
        if name in HARMLESS or value is None:
            continue
        if name in own or name in neutral:
            if value != neutral.get(name):
                shown = repr(value) if isinstance(value, (str, int, float, torch.dtype)) else f"an object of type {type(value).__name__}"
                raise ValueError(f"from_pretrained({name}={shown}) is not on this page, which has each model once, as it was exported, in float32.")
        else:
            known = ", ".join(sorted(["device", *own, *NEUTRAL, *HARMLESS]))
            raise TypeError(f"from_pretrained() has no option '{name}' on this page. There are: {known}.")


def open_model(name):
    if not isinstance(name, str):
        raise TypeError(f"from_pretrained() takes the name of a model, not an object of type {type(name).__name__}.")
    return wait(bridge.open(name.removeprefix("google-bert/")))
