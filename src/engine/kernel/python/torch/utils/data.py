"""Imported by many notebooks, and refused where it is used."""


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(
        f"torch.utils.data.{name} is not on the page: slices make batches, as in x[i : i + 32], and torch.randperm() shuffles."
    )
